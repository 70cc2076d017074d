import { type Clock, withTimeout } from '../kernel/clock.ts'
import { fault, messageOf } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { ms } from '../kernel/units.ts'

/** EX_SOFTWARE of sysexits.h: an internal mistake, which a service manager may answer with a new start. */
const EXIT_INTERNAL_MISTAKE = 70
// STOP goes out at once; the rest of the time is for seeing whether the antenna stands.
const STOP_LIMIT = ms(10_000)

/** Where something was thrown, for the report: the first line of the stack, without the rest of it. */
const placeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error ? /^\s+at (.+)$/m.exec(thrown.stack ?? '')?.[1] : undefined

/**
 * For what nobody caught: says it in one line, stops the antenna if it can, and ends the process with 70. A process in
 * an unknown state must not go on moving a mast.
 */
export const installLastResort = (options: {
  readonly clock: Clock
  readonly log: Log
  readonly stopAntenna: () => Promise<unknown>
}): void => {
  let dying = false
  const die = (thrown: unknown): void => {
    if (dying) return
    dying = true
    const end = (): never => process.exit(EXIT_INTERNAL_MISTAKE)
    try {
      options.log.fault(fault('internal.mistake', `Azel ends: ${messageOf(thrown)}`), { at: placeOf(thrown) })
      withTimeout(options.clock, STOP_LIMIT, options.stopAntenna()).then(end, end)
    } catch {
      end()
    }
  }
  process.on('uncaughtException', die)
  process.on('unhandledRejection', die)
}
