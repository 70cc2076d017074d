import { err, ok, type Result } from '../kernel/result.ts'
import { type UtcMs, utcFromCivil } from '../kernel/time.ts'
import type { Deg } from '../kernel/units.ts'

/**
 * One object's mean orbital elements in the SGP4 theory (TEME of epoch, WGS 72 constants), whatever file format they
 * came in. Source: CCSDS 502.0-B-3 (OMM), CelesTrak "GP data formats".
 */
export interface ElementSet {
  /** Catalogue number (NORAD_CAT_ID), 1 to 999,999,999. The key of an object; its TLE text is not. */
  readonly catalogNumber: number
  /** Name as published; may be empty. */
  readonly name: string
  /** International designator such as `1998-067A`; may be empty. */
  readonly objectId: string
  /** The instant that the elements are given for, UTC, with all digits of the source. */
  readonly epochUtcMs: UtcMs
  /** Mean motion in the Kozai sense, revolutions a day, above 0. */
  readonly meanMotion: number
  /** Eccentricity, [0, 1). */
  readonly eccentricity: number
  /** Inclination, [0, 180]. */
  readonly inclination: Deg
  /** Right ascension of the ascending node, [-360, 360]. */
  readonly rightAscension: Deg
  /** Argument of pericenter, [-360, 360]. */
  readonly argumentOfPericenter: Deg
  /** Mean anomaly, [-360, 360]. */
  readonly meanAnomaly: Deg
  /** SGP4's drag term, 1/Earth radii; negative values occur. */
  readonly bstar: number
  /** Half the first time derivative of the mean motion (as OMM and TLE give it), rev/day². SGP4 does not use it. */
  readonly meanMotionDot: number
  /** A sixth of the second time derivative of the mean motion, rev/day³. SGP4 does not use it. */
  readonly meanMotionDdot: number
  /** 0 (as distributed) or 2: SGP4. 4: SGP4-XP, to be listed only, for SGP4 gets it wrong (`isSgp4Xp`). */
  readonly ephemerisType: number
  /** The source's running number of the set, 0 where it gives none. */
  readonly elementSetNumber: number
  /** Revolution number at epoch, 0 where the source gives none. */
  readonly revolutionAtEpoch: number
  /** SGP4-XP's ballistic coefficient (BTERM), m²/kg; of no other theory, and then `bstar` is 0. */
  readonly ballisticTerm?: number
  /** SGP4-XP's solar radiation pressure coefficient (AGOM), m²/kg; of no other theory. */
  readonly radiationTerm?: number
}

/** Why an element set is refused: which field, and a plain reason. */
export interface ElementProblem {
  readonly field: keyof ElementSet
  readonly reason: string
}

/** The numbering was agreed to end at nine digits (Space-Track, "Alpha-5 and nine-digit numbers"). */
export const CATALOG_NUMBER_MAX = 999_999_999

// An orbit at the surface has 17 revolutions a day; a set above this is under the ground whatever its drag.
const MEAN_MOTION_MAX = 18
const EPOCH_EARLIEST = utcFromCivil({ year: 1957, month: 10, day: 4, hour: 0, minute: 0, second: 0 })
const EPOCH_LATEST = utcFromCivil({ year: 2100, month: 1, day: 1, hour: 0, minute: 0, second: 0 })
const SGP4_EPHEMERIS_TYPES: readonly number[] = [0, 2]
/** The EPHEMERIS_TYPE of SGP4-XP (Space-Track, "SGP4-XP"). */
export const SGP4_XP_EPHEMERIS_TYPE = 4

const NUMBER_FIELDS = [
  'catalogNumber',
  'epochUtcMs',
  'meanMotion',
  'eccentricity',
  'inclination',
  'rightAscension',
  'argumentOfPericenter',
  'meanAnomaly',
  'bstar',
  'meanMotionDot',
  'meanMotionDdot',
  'ephemerisType',
  'elementSetNumber',
  'revolutionAtEpoch',
] as const satisfies readonly (keyof ElementSet)[]

const TURNING_ANGLES = ['rightAscension', 'argumentOfPericenter', 'meanAnomaly'] as const

/** Whether the elements are of SGP4-XP: they look like SGP4's, but SGP4 would be kilometres off with them. */
export const isSgp4Xp = ({ ephemerisType }: Pick<ElementSet, 'ephemerisType'>): boolean =>
  ephemerisType === SGP4_XP_EPHEMERIS_TYPE

const rangeProblem = (set: ElementSet): ElementProblem | undefined => {
  if (!Number.isInteger(set.catalogNumber) || set.catalogNumber < 1) {
    return { field: 'catalogNumber', reason: `${set.catalogNumber} is no catalogue number` }
  }
  if (set.catalogNumber > CATALOG_NUMBER_MAX) {
    return { field: 'catalogNumber', reason: `${set.catalogNumber} has more than nine digits` }
  }
  if (set.epochUtcMs < EPOCH_EARLIEST || set.epochUtcMs >= EPOCH_LATEST) {
    return { field: 'epochUtcMs', reason: 'the epoch is not between 1957-10-04 and 2100' }
  }
  if (!SGP4_EPHEMERIS_TYPES.includes(set.ephemerisType) && !isSgp4Xp(set)) {
    return {
      field: 'ephemerisType',
      reason: `type ${set.ephemerisType} is not of SGP4, whose types are 0 and 2`,
    }
  }
  if (set.meanMotion <= 0) {
    return { field: 'meanMotion', reason: `${set.meanMotion} rev/day is not above 0` }
  }
  if (set.meanMotion > MEAN_MOTION_MAX) {
    return { field: 'meanMotion', reason: `${set.meanMotion} rev/day would be an orbit inside the Earth` }
  }
  if (set.eccentricity < 0 || set.eccentricity >= 1) {
    return { field: 'eccentricity', reason: `${set.eccentricity} is not within [0, 1)` }
  }
  if (set.inclination < 0 || set.inclination > 180) {
    return { field: 'inclination', reason: `${set.inclination}° is not within [0, 180]` }
  }
  for (const field of TURNING_ANGLES) {
    if (Math.abs(set[field]) > 360) {
      return { field, reason: `${set[field]}° is more than a turn` }
    }
  }
  return undefined
}

/**
 * Whether the elements can be an orbit: every number finite and in its range, of SGP4 or SGP4-XP. Says nothing about
 * whether the object still flies: that shows when it is propagated.
 */
export const checkElementSet = (set: ElementSet): Result<ElementSet, ElementProblem> => {
  for (const field of NUMBER_FIELDS) {
    if (!Number.isFinite(set[field])) return err({ field, reason: 'is not a number' })
  }
  const problem = rangeProblem(set)
  return problem === undefined ? ok(set) : err(problem)
}

/** As `checkElementSet`, and whether SGP4 is what the elements are made for: those of SGP4-XP are listed only. */
export const checkForSgp4 = (set: ElementSet): Result<ElementSet, ElementProblem> =>
  isSgp4Xp(set)
    ? err({
        field: 'ephemerisType',
        reason: 'these are SGP4-XP elements (type 4), which SGP4 gets wrong and Azel only lists',
      })
    : checkElementSet(set)
