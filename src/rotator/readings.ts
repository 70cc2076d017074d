import type { AzEl } from '../kernel/angle.ts'
import type { Clock } from '../kernel/clock.ts'
import type { MonoMs } from '../kernel/time.ts'
import { type Deg, deg, ms } from '../kernel/units.ts'
import type { AzElMount } from '../pointing/mount.ts'
import type { PositionReply } from './answer.ts'
import { createTurnTracker } from './azimuth-turn.ts'
import type { RotatorCapabilities } from './driver.ts'

/** Where the controller says the antenna is, in the antenna's own coordinates. */
export interface Reading extends AzEl {
  readonly atMonoMs: MonoMs
  /** False where the azimuth could be a turn off (overlap, nothing known from before). */
  readonly turnCertain: boolean
}

/** The readings of one rotator: the last one, while it is fresh, and those who wait for the next. */
export interface Readings {
  readonly accept: (reply: PositionReply) => void
  readonly fresh: () => Reading | undefined
  /** The next one; undefined where none comes in time. */
  readonly next: () => Promise<Reading | undefined>
  /** The link is gone: nothing is known, and the antenna may be turned until it is back. */
  readonly forget: () => void
  readonly ageMaxMs: number
}

export const createReadings = (options: {
  readonly clock: Clock
  readonly mount: AzElMount
  readonly capabilities: RotatorCapabilities
  readonly lastKnownAzimuth: Deg | undefined
  readonly onReading: ((reading: Reading) => void) | undefined
}): Readings => {
  const { clock, capabilities } = options
  const turns = createTurnTracker({
    axis: options.mount.azimuth,
    report: capabilities.azimuthReport,
    ...(options.lastKnownAzimuth === undefined ? {} : { lastKnown: options.lastKnownAzimuth }),
  })
  // Two polls may fail before a reading is too old to decide on.
  const ageMaxMs = 3 * capabilities.pollPeriod + capabilities.replyTimeout
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
      const { azimuth, certain } = turns.resolve(reply.azimuth)
      last = {
        azimuth,
        // A controller without elevation, or in its azimuth-only dialect, keeps what was known.
        elevation: reply.elevation ?? last?.elevation ?? deg(0),
        atMonoMs: clock.monoNow(),
        turnCertain: certain,
      }
      tellWaiters(last)
      options.onReading?.(last)
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
    forget: () => {
      last = undefined
      turns.forgetCertainty()
      tellWaiters(undefined)
    },
  }
}
