import { type Deg, deg } from '../kernel/units.ts'
import { type AxisModel, turnsOf } from '../pointing/mount.ts'
import type { RotatorCapabilities } from './driver.ts'

/** An azimuth reading, resolved to the turn of the cable. */
export interface ResolvedAzimuth {
  readonly azimuth: Deg
  /** False where the cable may be wound otherwise: two turns would have given this reading, or the count may be off. */
  readonly certain: boolean
}

/**
 * Tells on which turn of the cable the antenna is. In the overlap of a 450° range some controllers report 0…359 and
 * some 0…450, so that "20°" can be 20° or 380°. It is the turn nearest to where the antenna was last known to be; the
 * first reading of 360 or more shows that an `either` controller counts on, and from then on readings are taken as
 * they are. A controller that chooses its way round counts turns that nobody commanded: its count is believed where it
 * agrees with what was known before, or a person has confirmed it.
 */
export interface TurnTracker {
  readonly resolve: (reported: Deg) => ResolvedAzimuth
  /** The antenna may have been turned meanwhile: the last position still guides, but is no proof. */
  readonly forgetCertainty: () => void
  /** A person says which it is; false where the last reading cannot be that. */
  readonly confirm: (azimuth: Deg) => boolean
}

/** Readings may lie this far outside the range: encoder noise and calibration. */
const READING_SLACK_DEG = 5
/** Not moved since it was last seen, but for play and wind: somebody who turns a mast by hand turns it further. */
const UNMOVED_DEG = 5

export const createTurnTracker = (options: {
  readonly axis: AxisModel
  readonly report: RotatorCapabilities['azimuthReport']
  readonly turnChoice: RotatorCapabilities['turnChoice']
  /** Where the antenna was when it was last seen, across restarts. */
  readonly lastKnown?: Deg
}): TurnTracker => {
  const wide: AxisModel = {
    ...options.axis,
    minimum: deg(options.axis.minimum - READING_SLACK_DEG),
    maximum: deg(options.axis.maximum + READING_SLACK_DEG),
  }
  const isCounted = options.turnChoice === 'controller'
  let asIs = options.report === 'as-is'
  let last = options.lastKnown
  // What was known before the first reading, or before the line was lost: proof, where nothing has moved.
  let before = options.lastKnown
  let certain = false

  const turnsShown = (reported: Deg): readonly Deg[] => {
    if (asIs && isCounted) return turnsOf(wide, reported)
    // One that counts on above 360 has no sign all the same: below north it may still be a turn less.
    return turnsOf(wide, reported).filter((turn) => !asIs || turn <= reported)
  }

  const nearestTo = (turns: readonly Deg[], place: Deg, otherwise: Deg): Deg =>
    turns.reduce(
      (best, turn) => (Math.abs(turn - place) < Math.abs(best - place) ? turn : best),
      turns[0] ?? otherwise,
    )

  return {
    resolve: (reported) => {
      if (reported >= 360 && options.report === 'either') asIs = true
      const turns = turnsShown(reported)
      if (turns.length < 2) {
        last = turns[0] ?? reported
        certain = true
      } else {
        // Where nothing was known, the reading as it stands: most controllers count from their stop.
        last = asIs && isCounted ? reported : nearestTo(turns, last ?? reported, reported)
        certain ||= before !== undefined && Math.abs(last - before) <= UNMOVED_DEG
      }
      before = undefined
      return { azimuth: last, certain }
    },
    forgetCertainty: () => {
      before = certain ? last : undefined
      certain = false
    },
    confirm: (azimuth) => {
      const isPossible =
        last !== undefined &&
        turnsOf(wide, last).some((turn) => Math.abs(turn - azimuth) <= UNMOVED_DEG) &&
        // What it counts is what it will be commanded by: another turn than it shows cannot be driven to.
        !(asIs && isCounted && Math.abs(last - azimuth) > UNMOVED_DEG)
      if (!isPossible) return false
      last = nearestTo(turnsOf(wide, last), azimuth, azimuth)
      certain = true
      return true
    },
  }
}
