import { type Deg, deg } from '../kernel/units.ts'
import { type AxisModel, turnsOf } from '../pointing/mount.ts'

/** An azimuth reading, resolved to the turn of the cable. */
export interface ResolvedAzimuth {
  readonly azimuth: Deg
  /** False where two turns would have given this reading and nothing tells them apart. */
  readonly certain: boolean
}

/**
 * Tells on which turn of the cable the antenna is. In the overlap of a 450° range some controllers report 0…359 and
 * some 0…450, so that "20°" can be 20° or 380°. It is the turn nearest to where the antenna was last known to be; the
 * first reading of 360 or more shows that the controller counts on, and from then on readings are taken as they are.
 */
export interface TurnTracker {
  readonly resolve: (reported: Deg) => ResolvedAzimuth
  /** The antenna may have been turned meanwhile: the last position still guides, but is no proof. */
  readonly forgetCertainty: () => void
}

/** Readings may lie this far outside the range: encoder noise and calibration. */
const READING_SLACK_DEG = 5

export const createTurnTracker = (options: {
  readonly axis: AxisModel
  readonly report: 'as-is' | 'either'
  /** Where the antenna was when it was last seen, across restarts. */
  readonly lastKnown?: Deg
}): TurnTracker => {
  const wide: AxisModel = {
    ...options.axis,
    minimum: deg(options.axis.minimum - READING_SLACK_DEG),
    maximum: deg(options.axis.maximum + READING_SLACK_DEG),
  }
  let asIs = options.report === 'as-is'
  let last = options.lastKnown
  let certain = false
  return {
    resolve: (reported) => {
      if (reported >= 360) asIs = true
      // One that counts on above 360 has no sign all the same: below north it may still be a turn less.
      const turns = turnsOf(wide, reported).filter((turn) => !asIs || turn <= reported)
      const only = turns.length < 2
      if (only) {
        last = turns[0] ?? reported
        certain = true
      } else {
        // Where nothing was known, the reading as it stands: most controllers count from their stop.
        const near = last ?? reported
        last = turns.reduce((best, turn) => (Math.abs(turn - near) < Math.abs(best - near) ? turn : best))
      }
      return { azimuth: last, certain }
    },
    forgetCertainty: () => {
      certain = false
    },
  }
}
