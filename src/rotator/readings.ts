import type { AzEl } from '../kernel/angle.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { MonoMs } from '../kernel/time.ts'
import { type Deg, ms } from '../kernel/units.ts'
import type { AzElMount } from '../pointing/mount.ts'
import type { PositionReply } from './answer.ts'
import { createTurnTracker } from './azimuth-turn.ts'
import type { RotatorCapabilities } from './driver.ts'
import { createReadingCheck, type ReadingVerdict } from './reading-check.ts'

/** Where the controller says the antenna is, in the antenna's own coordinates. */
export interface Reading extends AzEl {
  readonly atMonoMs: MonoMs
  /** False where the azimuth could be a turn off (overlap, nothing known from before). */
  readonly turnCertain: boolean
  /** True where the controller cannot be asked, and this is reckoned from what it was told. */
  readonly estimated?: boolean
}

/** The readings of one rotator: the last one, while it is fresh, and those who wait for the next. */
export interface Readings {
  /** What becomes of it; `unconfirmed` and `dropped` are not used. */
  readonly accept: (reply: PositionReply) => ReadingVerdict
  readonly fresh: () => Reading | undefined
  /** The next one; undefined where none comes in time. */
  readonly next: () => Promise<Reading | undefined>
  /** The link is gone: nothing is known, and the antenna may be turned until it is back. */
  readonly forget: () => void
  /** A person says on which turn of the cable it is; false where the readings do not allow it. */
  readonly confirmTurn: (azimuth: Deg) => boolean
  readonly ageMaxMs: number
}

export const createReadings = (options: {
  readonly clock: Clock
  readonly mount: AzElMount
  readonly capabilities: RotatorCapabilities
  readonly lastKnownAzimuth: Deg | undefined
  /** Where it was being sent then. */
  readonly headedFor: Deg | undefined
  readonly onReading: ((reading: Reading) => void) | undefined
  /** A reading that the antenna cannot have moved to; it is not used. */
  readonly onImplausible: () => void
  /** The controller's count has leapt and stays there: `motion.position-jump`. */
  readonly onLeap: (failure: Fault) => void
}): Readings => {
  const { clock, capabilities } = options
  const turns = createTurnTracker({
    axis: options.mount.azimuth,
    report: capabilities.azimuthReport,
    turnChoice: capabilities.turnChoice,
    ...(options.lastKnownAzimuth === undefined ? {} : { lastKnown: options.lastKnownAzimuth }),
    ...(options.headedFor === undefined ? {} : { headedFor: options.headedFor }),
  })
  // Two polls may fail before a reading is too old to decide on.
  const ageMaxMs = 3 * capabilities.pollPeriod + capabilities.replyTimeout
  // Until it is told: the lowest, which is where an antenna that nothing tilts is.
  const untold = options.mount.elevation.minimum
  const check = createReadingCheck(options.mount, capabilities.azimuthReport)
  let last: Reading | undefined
  // At most the stop procedure waits here; each waiter goes with its own time-out.
  const waiters = new Set<(next: Reading | undefined) => void>()

  const tellWaiters = (reading: Reading | undefined): void => {
    const told = [...waiters]
    waiters.clear()
    for (const waiter of told) waiter(reading)
  }

  return {
    ageMaxMs,
    accept: (reply) => {
      // A controller without elevation, or in its azimuth-only dialect, keeps what was known.
      const elevation = reply.elevation ?? last?.elevation ?? untold
      const { atMonoMs } = reply
      const verdict = check.judge({ azimuth: reply.azimuth, elevation, atMonoMs })
      if (verdict === 'dropped') options.onImplausible()
      if (verdict === 'dropped' || verdict === 'unconfirmed') return verdict
      const { azimuth, certain } = turns.resolve(reply.azimuth)
      const before = last
      last = { azimuth, elevation, atMonoMs, turnCertain: certain }
      if (verdict === 'leapt') options.onLeap(leapOf(before, last))
      tellWaiters(last)
      options.onReading?.(last)
      return verdict
    },
    fresh: () => (last !== undefined && clock.monoNow() - last.atMonoMs <= ageMaxMs ? last : undefined),
    next: () =>
      new Promise((resolve) => {
        const waiter = (next: Reading | undefined): void => {
          timer.cancel()
          resolve(next)
        }
        const timer = clock.setTimer(ms(ageMaxMs), () => {
          waiters.delete(waiter)
          resolve(undefined)
        })
        waiters.add(waiter)
      }),
    confirmTurn: (azimuth) => {
      const confirmed = turns.confirm(azimuth)
      if (confirmed === undefined) return false
      if (last !== undefined) last = { ...last, azimuth: confirmed, turnCertain: true }
      return true
    },
    forget: () => {
      last = undefined
      check.forget()
      turns.forgetCertainty()
      tellWaiters(undefined)
    },
  }
}

const leapOf = (before: Reading | undefined, now: Reading): Fault => {
  const show = ({ azimuth, elevation }: Reading): string =>
    `azimuth ${Number(azimuth.toFixed(1))}°, elevation ${Number(elevation.toFixed(1))}°`
  const from = before === undefined ? '' : ` from ${show(before)}`
  return fault(
    'motion.position-jump',
    `The rotator's reading leapt${from} to ${show(now)}, faster than the antenna can turn`,
  )
}
