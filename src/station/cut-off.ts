import { constants, open } from 'node:fs/promises'
import { type Clock, withTimeout } from '../kernel/clock.ts'
import { type ErrorCode, fault, messageOf } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { ms } from '../kernel/units.ts'

/** An output that takes the power from the motors, where the station has one: the last resort when STOP does not help. */
export interface CutOff {
  readonly cut: () => void
  /** After a person has cleared the fault. */
  readonly restore: () => void
}

/** A cut-off that is a file, which can fail before it is needed. */
export interface CutOffFile extends CutOff {
  /**
   * Writes what should be there, at the start, so that an output that cannot be used is told of then
   * (`motion.no-cut-off`). While a fault is latched a power that is cut stays cut.
   */
  readonly prove: (isLatched: boolean) => void
  /** Settles when all that was asked for has been written, or given up. */
  readonly settled: () => Promise<void>
}

// A GPIO takes a microsecond. What takes longer than this hangs, and is told of; nothing waits for it any more.
const WRITE_LIMIT = ms(2_000)
const TEXT_BYTES_MAX = 64

/** A file (a GPIO's value) that is set to one text to cut the power, to another to give it. */
export const createCutOff = (
  settings: { readonly file: string; readonly cut: string; readonly normal: string },
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): CutOffFile => {
  // One after the other, each with its bound, so that the last order is the one that stands.
  let last: Promise<void> = Promise.resolve()

  const write = async (text: string): Promise<true> => {
    // The file must be there: a path with a slip in it is no output. A pipe that nobody reads fails instead of waiting.
    const flags = constants.O_WRONLY | constants.O_TRUNC | constants.O_NONBLOCK
    const file = await open(settings.file, flags)
    try {
      await file.write(text)
      return true
    } finally {
      await file.close()
    }
  }

  const isCut = async (): Promise<boolean> => {
    const file = await open(settings.file, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(TEXT_BYTES_MAX), 0, TEXT_BYTES_MAX, null)
      return buffer.toString('utf8', 0, bytesRead).trim() === settings.cut
    } finally {
      await file.close()
    }
  }

  const queue = (code: ErrorCode, job: () => Promise<true>, done?: string): void => {
    last = last.then(async () => {
      try {
        if ((await withTimeout(clock, WRITE_LIMIT, job())) === undefined)
          throw new Error('it gives no answer')
        if (done !== undefined) log.warn(done)
      } catch (thrown) {
        log.fault(fault(code, `${settings.file} cannot be written: ${messageOf(thrown)}`))
      }
    })
  }
  const order = (text: string, what: string): void =>
    queue('motion.cut-off', () => write(text), `${what} (${settings.file} is ${text})`)

  return {
    cut: () => order(settings.cut, "the rotator's power is cut"),
    restore: () => order(settings.normal, "the rotator's power is given again"),
    prove: (isLatched) =>
      queue('motion.no-cut-off', async () =>
        write(isLatched && (await isCut()) ? settings.cut : settings.normal),
      ),
    settled: () => last,
  }
}
