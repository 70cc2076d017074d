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
 * some 0…450, so that "20°" can be 20° or 380°. It is the turn nearest to where the antenna was last known to be; two
 * readings well above 360, one after the other, show that an `either` controller counts on, and from then on readings
 * are taken as they are. Each reading must have been found plausible before it comes here. A controller that chooses its way round counts turns that nobody commanded: its count is believed where it
 * agrees with what was known before, or a person has confirmed it.
 */
export interface TurnTracker {
  readonly resolve: (reported: Deg) => ResolvedAzimuth
  /**
   * It is not seen for a while, and goes on to where it was sent: where it was still guides, and is proof only for what lies
   * between. Said again before the next reading it says nothing new.
   */
  readonly forgetCertainty: (sentTo: readonly Deg[]) => void
  /** A person says which it is: the azimuth then; undefined where the last reading cannot be that. */
  readonly confirm: (azimuth: Deg) => Deg | undefined
}

/** Readings may lie this far outside the range: encoder noise and calibration. */
const READING_SLACK_DEG = 5
/** One that begins anew at north shows 360 for 359.6, and a little more for noise: from here on only one that counts on. */
const COUNTED_ON_DEG = 362
/** A single wrong digit counts for nothing. */
const COUNTED_ON_READINGS = 2
/** Not moved since it was last seen, but for play and wind: somebody who turns a mast by hand turns it further. */
const UNMOVED_DEG = 5

export const createTurnTracker = (options: {
  readonly axis: AxisModel
  readonly report: RotatorCapabilities['azimuthReport']
  readonly turnChoice: RotatorCapabilities['turnChoice']
  /** Where the antenna was when it was last seen, across restarts. */
  readonly lastKnown?: Deg
  /** Where it was being sent then, so that it may have gone on; default: nowhere. */
  readonly headedFor?: Deg
}): TurnTracker => {
  const wide: AxisModel = {
    ...options.axis,
    minimum: deg(options.axis.minimum - READING_SLACK_DEG),
    maximum: deg(options.axis.maximum + READING_SLACK_DEG),
  }
  const isExact = options.report === 'as-is'
  const isCounted = options.turnChoice === 'controller'
  let countedOn = 0
  let last = options.lastKnown
  // What was known before the first reading, or before the line was lost: proof, where nothing has moved.
  let before = options.lastKnown
  let sentTo: readonly Deg[] = options.headedFor === undefined ? [] : [options.headedFor]
  let certain = false

  const isBetween = (angle: number, places: readonly number[]): boolean =>
    angle >= Math.min(...places) - UNMOVED_DEG && angle <= Math.max(...places) + UNMOVED_DEG

  const nearestTo = (turns: readonly Deg[], place: Deg, otherwise: Deg): Deg =>
    turns.reduce(
      (best, turn) => (Math.abs(turn - place) < Math.abs(best - place) ? turn : best),
      turns[0] ?? otherwise,
    )

  return {
    resolve: (reported) => {
      if (countedOn < COUNTED_ON_READINGS) countedOn = reported >= COUNTED_ON_DEG ? countedOn + 1 : 0
      const countsOn = options.report === 'either' && countedOn >= COUNTED_ON_READINGS
      // One that counts on above 360 has no sign all the same: below north it may still be a turn less.
      const turns = turnsOf(wide, reported).filter((turn) => !countsOn || turn === reported || turn < 0)
      // Where nothing was known, the reading as it stands: most controllers count from their stop.
      last = isExact ? reported : nearestTo(turns, last ?? reported, reported)
      certain ||=
        turns.length < 2 ||
        (isExact && !isCounted) ||
        (before !== undefined && isBetween(last, [before, ...sentTo]))
      before = undefined
      return { azimuth: last, certain }
    },
    forgetCertainty: (headedFor) => {
      if (!certain) return
      before = last
      sentTo = headedFor
      certain = false
    },
    confirm: (azimuth) => {
      if (last === undefined) return undefined
      const nearest = nearestTo(turnsOf(wide, last), azimuth, last)
      // What an exact one counts is what it is commanded by: another turn than it shows cannot be driven to.
      const isPossible = Math.abs(nearest - azimuth) <= UNMOVED_DEG && (!isExact || nearest === last)
      if (!isPossible) return undefined
      last = nearest
      certain = true
      return nearest
    },
  }
}
