import { constants, open } from 'node:fs/promises'
import { type Clock, every } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'
import { type MonoMs, type UtcMs, utcMs } from '../kernel/time.ts'
import { ms } from '../kernel/units.ts'
import type { LockOut, LockOutKind } from '../pointing/lock-out.ts'

/** A file whose text says whether the antenna is locked out: a GPIO's value, or what a weather station writes. */
export interface LockOutInput {
  readonly kind: LockOutKind
  readonly file: string
  /** The text, without blanks at its ends, that locks and is no fault. */
  readonly lockedWhen: string
  /** The only text that does not lock: whatever else is there, or is not, is a fault of the sensor. */
  readonly freeWhen: string
  /** Who writes the file writes it at least this often: an older one locks. Undefined: a GPIO, which has no age. */
  readonly maximumAgeSec?: number | undefined
}

const PERIOD = ms(500)
// A wind switch flickers in gusts: it counts as calm when it has been so for a while.
const RELEASE_AFTER_MS = 60_000
// A pipe, or a disk that hangs, gives no answer: after so long it counts as unreadable.
const ANSWER_WITHIN_MS = 3_000
// A calm text is a word; of a whole log nothing more is needed to see that it is none.
const BYTES_MAX = 256
const SHOWN_CHARACTERS_MAX = 20
// Between this host and a file server, or while the clock is set.
const CLOCK_DOUBT_MS = 60_000

/** What an input's file holds now. */
interface InputText {
  readonly text: string
  readonly modifiedUtcMs: UtcMs
}

const readInput = async (path: string): Promise<InputText> => {
  // A pipe that nobody writes says nothing, instead of holding a thread of the process.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const { mtimeMs } = await file.stat()
    const { bytesRead, buffer } = await file.read(Buffer.alloc(BYTES_MAX), 0, BYTES_MAX, null)
    return { text: buffer.toString('utf8', 0, bytesRead), modifiedUtcMs: utcMs(mtimeMs) }
  } finally {
    await file.close()
  }
}

/** Why it locks; undefined where it does not. */
const reasonToLock = (
  { file, lockedWhen, freeWhen, maximumAgeSec }: LockOutInput,
  { text, modifiedUtcMs }: InputText,
  now: UtcMs,
): string | undefined => {
  const word = text.trim()
  if (word === lockedWhen) return file
  if (word !== freeWhen) {
    const shown = word === '' ? 'nothing' : `"${word.slice(0, SHOWN_CHARACTERS_MAX)}"`
    return `${file}, which says ${shown} where "${freeWhen}" is free`
  }
  if (maximumAgeSec === undefined) return undefined
  const ageMs = now - modifiedUtcMs
  if (ageMs > maximumAgeSec * 1000) return `${file}, which was not written for over ${maximumAgeSec} s`
  if (ageMs < -CLOCK_DOUBT_MS) return `${file}, which is dated in the future`
  return undefined
}

interface InputState {
  askedMonoMs: MonoMs | undefined
  lockedMonoMs: MonoMs | undefined
  by: string
}

/**
 * Watches the inputs. Only the text for "free" does not lock: a wind switch whose cable is cut, or a weather station that
 * died, must not look like calm. `onChange` gets all that lock, whenever that changes.
 */
export const watchLockOutInputs = (options: {
  readonly clock: Clock
  readonly inputs: readonly LockOutInput[]
  readonly onChange: (lockOuts: readonly LockOut[]) => void
  readonly read?: (file: string) => Promise<InputText>
}): { readonly stop: () => void } => {
  const { clock, inputs } = options
  const read = options.read ?? readInput
  const states = inputs.map((): InputState => ({ askedMonoMs: undefined, lockedMonoMs: undefined, by: '' }))
  let told = ''
  let stopped = false

  const tell = (): void => {
    if (stopped) return
    const now = clock.monoNow()
    const lockOuts = inputs.flatMap(({ kind }, index): readonly LockOut[] => {
      const state = states[index]
      if (state?.lockedMonoMs === undefined) return []
      return now - state.lockedMonoMs < RELEASE_AFTER_MS ? [{ kind, by: state.by }] : []
    })
    const text = JSON.stringify(lockOuts)
    if (text === told) return
    told = text
    options.onChange(lockOuts)
  }

  const look = async (input: LockOutInput, state: InputState): Promise<void> => {
    const lock = (by: string): void => {
      state.lockedMonoMs = clock.monoNow()
      state.by = by
    }
    if (state.askedMonoMs !== undefined) {
      if (clock.monoNow() - state.askedMonoMs > ANSWER_WITHIN_MS) lock(`${input.file}, which gives no answer`)
      tell()
      return
    }
    state.askedMonoMs = clock.monoNow()
    try {
      const reason = reasonToLock(input, await read(input.file), clock.utcNow())
      if (reason !== undefined) lock(reason)
    } catch (thrown) {
      lock(`${input.file}, which cannot be read: ${messageOf(thrown)}`)
    }
    state.askedMonoMs = undefined
    tell()
  }

  const lookAtAll = (): void => {
    for (const [index, input] of inputs.entries()) {
      const state = states[index]
      if (state !== undefined) void look(input, state)
    }
  }
  lookAtAll()
  const looking = every(clock, PERIOD, lookAtAll)
  return {
    stop: () => {
      stopped = true
      looking.stop()
    },
  }
}
