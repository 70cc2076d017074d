import { invariant } from '../../kernel/result.ts'
import { type Km, km, type Ms } from '../../kernel/units.ts'
import type { OrbitTraits } from './orbit-traits.ts'
import { VARIANCE_TERMS, varianceTerms } from './variance-terms.ts'

/** What was learned for one height of perigee. Between heights everything is interpolated in the height's logarithm. */
export interface AlongTrackNode {
  readonly perigeeKm: number
  /** Of `varianceTerms`, in their order, none negative. */
  readonly coefficients: readonly number[]
  /** The share of pairs, of the ages that were learned, that left what was to be expected of them, [0, 1]. */
  readonly jumpShare: number
}

/** One kind of object. */
export interface AlongTrackStratum {
  readonly isDeepSpace: boolean
  /** As `OrbitTraits.fleet`; empty for all that have no stratum of their own. */
  readonly fleet: string
  /** How many pairs it was learned from. */
  readonly pairs: number
  /** By rising perigee, at least one. */
  readonly nodes: readonly AlongTrackNode[]
}

/** How uncertain predictions are along the track: plain data, as JSON in whatever store. */
export interface AlongTrackModel {
  readonly version: 1
  /** Of what, and when, in a sentence for people. */
  readonly learnedFrom: string
  /**
   * The greatest age of which it has seen enough cases; absent where that is no matter. Beyond, see
   * `predictionQuality`.
   */
  readonly longestAgeDays?: number
  /** One for the near Earth and one for deep space, both with an empty fleet, and any number of fleets. */
  readonly strata: readonly AlongTrackStratum[]
}

/** How sure a prediction is along its track. All are one standard deviation. */
export interface AlongTrackSigma {
  /**
   * How well predictions agree with the next set of elements, manoeuvres beyond the usual left out. It is no accuracy:
   * both sets come from one theory and partly from the same observations.
   */
  readonly consistencySigma: Km
  /**
   * Against the truth: the above plus the error of a fresh set. The prediction's error is the difference of the two
   * sets plus the error of the newer one; roots of mean squares add at most (Minkowski), whatever they share.
   */
  readonly inflatedSigma: Km
  /**
   * The share of such objects that leave these figures altogether, [0, 1]: off by more than three consistency
   * sigmas at the ages that were learned, mostly by a manoeuvre. It hardly hangs on the age: those that manoeuvre do
   * so within days.
   */
  readonly jumpShare: number
}

/** Below this no two sets agree: it is what their printed digits come to, a few times over. */
export const CONSISTENCY_FLOOR_KM = 0.3
/** A difference of more than so many sigmas is no case of the usual: it is counted as a jump, not averaged in. */
export const JUMP_SIGMAS = 3
// "In general, TLE data is accurate to about a kilometer or so at epoch" (AIAA 2006-6753, app. B); taken for low
// orbits. Farther out it is taken to grow with the radius: measurements and printed angles are coarse by angle.
const FRESH_SET_ERROR_KM = 1
const FRESH_SET_RADIUS_KM = 7_000

/** Where a perigee stands among the nodes: the lower node and the weight of the one above it, [0, 1]. */
export const placeAmongNodes = (
  nodes: readonly { readonly perigeeKm: number }[],
  perigeeKm: number,
): { readonly lower: number; readonly weight: number } => {
  let lower = 0
  while (lower + 2 < nodes.length && (nodes[lower + 1]?.perigeeKm ?? Number.POSITIVE_INFINITY) <= perigeeKm)
    lower += 1
  const from = nodes[lower]?.perigeeKm
  const to = nodes[lower + 1]?.perigeeKm
  invariant(from !== undefined, 'a stratum has a node')
  if (to === undefined) return { lower, weight: 0 }
  const weight = Math.log(perigeeKm / from) / Math.log(to / from)
  return { lower, weight: Math.min(1, Math.max(0, weight)) }
}

const stratumOf = (model: AlongTrackModel, { isDeepSpace, fleet }: OrbitTraits): AlongTrackStratum => {
  let general: AlongTrackStratum | undefined
  for (const stratum of model.strata) {
    if (stratum.isDeepSpace !== isDeepSpace) continue
    if (stratum.fleet === fleet) return stratum
    if (stratum.fleet === '') general = stratum
  }
  invariant(general !== undefined, 'a model has its two general strata')
  return general
}

/** The 1-sigma along the track of a prediction that is so old, before its epoch or after it. */
export const alongTrackSigmaOf = (model: AlongTrackModel, traits: OrbitTraits, age: Ms): AlongTrackSigma => {
  const { nodes } = stratumOf(model, traits)
  const { lower, weight } = placeAmongNodes(nodes, traits.perigee)
  const low = nodes[lower]
  const high = nodes[lower + 1] ?? low
  invariant(low !== undefined && high !== undefined, 'a stratum has a node')
  const between = (a: number, b: number): number => a + weight * (b - a)
  const terms = varianceTerms(age, traits.dragKmPerDaySquared)
  let variance = CONSISTENCY_FLOOR_KM ** 2
  for (let term = 0; term < VARIANCE_TERMS; term += 1) {
    variance += between(low.coefficients[term] ?? 0, high.coefficients[term] ?? 0) * (terms[term] ?? 0)
  }
  // An object that may be anywhere on its orbit is uniform over the whole turn, and worse it cannot be.
  const lostKm = (Math.PI * traits.semiMajorAxis) / Math.sqrt(3)
  const consistencyKm = Math.min(Math.sqrt(variance), lostKm)
  const freshKm = FRESH_SET_ERROR_KM * Math.max(1, traits.semiMajorAxis / FRESH_SET_RADIUS_KM)
  return {
    consistencySigma: km(consistencyKm),
    inflatedSigma: km(Math.min(consistencyKm + freshKm, lostKm)),
    jumpShare: between(low.jumpShare, high.jumpShare),
  }
}
