import { readFile } from 'node:fs/promises'
import { type Clock, every } from '../kernel/clock.ts'
import { messageOf } from '../kernel/errors.ts'
import type { MonoMs } from '../kernel/time.ts'
import { ms } from '../kernel/units.ts'
import type { LockOut, LockOutKind } from '../pointing/lock-out.ts'

/** A file whose text says whether the antenna is locked out: a GPIO's value, or what a weather station writes. */
export interface LockOutInput {
  readonly kind: LockOutKind
  readonly file: string
  /** The text, without blanks at its ends, that locks; any other does not. */
  readonly lockedWhen: string
}

const PERIOD = ms(500)
// A wind switch flickers in gusts: it counts as calm when it has been so for a while.
const RELEASE_AFTER_MS = 60_000
// A pipe, or a disk that hangs, gives no answer: after so long it counts as unreadable.
const ANSWER_WITHIN_MS = 3_000
const TEXT_LENGTH_MAX = 64

interface InputState {
  askedMonoMs: MonoMs | undefined
  lockedMonoMs: MonoMs | undefined
  by: string
}

/**
 * Watches the inputs. What cannot be read locks: a wind switch whose cable is cut must not look like calm. `onChange`
 * gets all that lock, whenever that changes.
 */
export const watchLockOutInputs = (options: {
  readonly clock: Clock
  readonly inputs: readonly LockOutInput[]
  readonly onChange: (lockOuts: readonly LockOut[]) => void
  readonly read?: (file: string) => Promise<string>
}): { readonly stop: () => void } => {
  const { clock, inputs } = options
  const read = options.read ?? ((file: string) => readFile(file, 'utf8'))
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
      const text = (await read(input.file)).slice(0, TEXT_LENGTH_MAX).trim()
      if (text === input.lockedWhen) lock(input.file)
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
