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
import { canHaveGone, type LastSeen, readsZero } from './unseen-motion.ts'

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
  /** The link is gone: nothing is known, and the antenna may go on to where it was sent until it is back. */
  readonly forget: (sentTo: readonly AzEl[]) => void
  /** A person says on which turn of the cable it is; false where the readings do not allow it. */
  readonly confirmTurn: (azimuth: Deg) => boolean
  readonly ageMaxMs: number
}

// Two readings that agree may both be wrong; three such pairs are what the controller believes.
const TIMES_ELSEWHERE_MAX = 3

export const createReadings = (options: {
  readonly clock: Clock
  readonly mount: AzElMount
  readonly capabilities: RotatorCapabilities
  /** Where it was when another process saw it last. */
  readonly lastKnown: AzEl | undefined
  /** Where it was being sent then. */
  readonly headedFor: AzEl | undefined
  /** Whether people are at it, who turn it by hand, and switch its controller off and on. */
  readonly isMovedByOthers: () => boolean
  /** What it reads after it was switched on is where it is. */
  readonly findsItsPlace: boolean
  readonly onReading: ((reading: Reading) => void) | undefined
  /** A reading that the antenna cannot have moved to; it is not used. */
  readonly onImplausible: () => void
  /** The controller's count has leapt and stays there, or is another than before the link was gone: `motion.position-jump`. */
  readonly onLeap: (failure: Fault) => void
}): Readings => {
  const { clock, mount, capabilities, lastKnown, headedFor } = options
  const turns = createTurnTracker({
    axis: mount.azimuth,
    report: capabilities.azimuthReport,
    turnChoice: capabilities.turnChoice,
    ...(lastKnown === undefined ? {} : { lastKnown: lastKnown.azimuth }),
    ...(headedFor === undefined ? {} : { headedFor: headedFor.azimuth }),
  })
  // Two polls may fail before a reading is too old to decide on.
  const ageMaxMs = 3 * capabilities.pollPeriod + capabilities.replyTimeout
  // Until it is told: the lowest, which is where an antenna that nothing tilts is.
  const untold = mount.elevation.minimum
  const check = createReadingCheck(mount, capabilities.azimuthReport)
  let last: Reading | undefined
  // Until the next reading, which must fit to it. What another process saw, or what people are at, may have been moved by whoever:
  // then only a counter that begins anew is told from that.
  let lastSeen: LastSeen | undefined = lastKnown && {
    position: lastKnown,
    sentTo: headedFor === undefined ? [] : [headedFor],
  }
  let isOurs = false
  let timesElsewhere = 0
  // At most the stop procedure waits here; each waiter goes with its own time-out.
  const waiters = new Set<(next: Reading | undefined) => void>()

  const tellWaiters = (reading: Reading | undefined): void => {
    const told = [...waiters]
    waiters.clear()
    for (const waiter of told) waiter(reading)
  }

  const isElsewhere = (before: LastSeen, now: AzEl): boolean =>
    !options.findsItsPlace &&
    !canHaveGone(mount, capabilities.azimuthReport, before, now) &&
    ((isOurs && !options.isMovedByOthers()) || readsZero(mount, now))

  return {
    ageMaxMs,
    accept: (reply) => {
      // A controller without elevation, or in its azimuth-only dialect, keeps what was known.
      const elevation = reply.elevation ?? last?.elevation ?? untold
      const { atMonoMs } = reply
      const verdict = check.judge({ azimuth: reply.azimuth, elevation, atMonoMs })
      if (verdict === 'dropped') options.onImplausible()
      if (verdict === 'dropped' || verdict === 'unconfirmed') return verdict
      if (lastSeen !== undefined && isElsewhere(lastSeen, { azimuth: reply.azimuth, elevation })) {
        timesElsewhere += 1
        if (timesElsewhere < TIMES_ELSEWHERE_MAX) {
          check.forget()
          return 'unconfirmed'
        }
      } else timesElsewhere = 0
      const { azimuth, certain } = turns.resolve(reply.azimuth)
      const before = last
      last = { azimuth, elevation, atMonoMs, turnCertain: certain }
      if (verdict === 'leapt') options.onLeap(leapOf(before, last))
      else if (lastSeen !== undefined && timesElsewhere > 0) {
        options.onLeap(elsewhere(lastSeen.position, last))
      }
      lastSeen = undefined
      timesElsewhere = 0
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
    forget: (sentTo) => {
      if (last !== undefined) {
        lastSeen = { position: last, sentTo }
        isOurs = !options.isMovedByOthers()
      }
      last = undefined
      check.forget()
      turns.forgetCertainty(sentTo.map(({ azimuth }) => azimuth))
      tellWaiters(undefined)
    },
  }
}

const show = ({ azimuth, elevation }: AzEl): string =>
  `azimuth ${Number(azimuth.toFixed(1))}°, elevation ${Number(elevation.toFixed(1))}°`

const leapOf = (before: Reading | undefined, now: Reading): Fault => {
  const from = before === undefined ? '' : ` from ${show(before)}`
  return fault(
    'motion.position-jump',
    `The rotator's reading leapt${from} to ${show(now)}, faster than the antenna can turn`,
  )
}

const elsewhere = (before: AzEl, now: Reading): Fault =>
  fault(
    'motion.position-jump',
    `The antenna was last seen at ${show(before)}, and the rotator now reads ${show(now)}, where nobody sent it: it may have lost its place`,
  )
