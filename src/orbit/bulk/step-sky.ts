import { MS_PER_SECOND } from '../../kernel/time.ts'
import { findRoot } from '../root.ts'
import { isDeepSpace } from './bulk-catalogue.ts'
import { ExactExtremes } from './exact-extremes.ts'
import { HermiteArc } from './hermite-arc.ts'
import { placeInSky, SKY, SKY_LENGTH, toMeridian } from './observer.ts'
import {
  azimuthOf,
  clearance,
  climb,
  elevationOf,
  isSlowerThan,
  type SkyEvaluator,
  SLOW_KM_PER_SEC,
} from './sky-evaluator.ts'

// Within a step the elevation is followed in so many parts, 4° or 5° of a circular orbit each.
const PARTS = 9
// The quintic, and SGP4's velocities that are not quite those of its places, are off by tens of metres: an extreme
// nearer to the mask than this is looked at exactly.
const NEAR_MASK_KM = 30
// Instants on the quintic, before they are taken to SGP4.
const GUESS_SECONDS = 1e-4
// What the velocity on the quintic of an object that hardly moves in the sky is wrong by: half of it what the mended
// velocities are, half the quintic over 46° of an orbit. Where it climbs or sinks by less, it is asked which of the
// two.
const CLIMB_DOUBT_KM_PER_SEC = 3e-5
const CLIMB_SECONDS = 0.1

/** What the elevation does at an instant. */
export interface SkyPoint {
  /** UTC ms. */
  readonly at: number
  /** As `climb` says; 0 for an extreme. */
  readonly climb: number
  /** How far above the mask, km. */
  readonly clearance: number
  /** The clearance is that of SGP4, not of the quintic. */
  readonly isExact: boolean
  /** Too near to zero to tell the sign of the climb. */
  readonly isDoubtful: boolean
  /** The climb is that of SGP4's places. */
  readonly isClimbExact?: true
}

/** An extreme of the elevation; with angles (radians) where it was looked at with SGP4. */
export interface SkyExtreme extends SkyPoint {
  readonly azimuth: number
  readonly elevation: number
}

export const isNearMask = ({ clearance: above }: SkyPoint): boolean => Math.abs(above) < NEAR_MASK_KM

/**
 * The sky of a site between two states of an object, on the quintic through them, and where that does not do with SGP4.
 */
export class StepSky {
  readonly #evaluator: SkyEvaluator
  readonly #sinMinimum: number
  readonly #extremes: ExactExtremes
  readonly #hermite = new HermiteArc()
  readonly #state = new Float64Array(6)
  readonly #meridian = new Float64Array(6)
  readonly #sky = new Float64Array(SKY_LENGTH)
  #index = 0
  #isDeep = false

  constructor(evaluator: SkyEvaluator, sinMinimum: number) {
    this.#evaluator = evaluator
    this.#sinMinimum = sinMinimum
    this.#extremes = new ExactExtremes(evaluator)
  }

  /** Turns to an object. */
  begin(index: number): void {
    this.#index = index
    this.#isDeep = isDeepSpace(this.#evaluator.catalogue, index)
  }

  /** Goes to the step between two states: UTC ms, and six doubles each. */
  step(fromMs: number, from: Float64Array, toMs: number, to: Float64Array): void {
    this.#hermite.set(fromMs, from, 0, toMs, to, 0)
  }

  /** What a sky says about its instant. */
  pointOf(atMs: number, sky: Float64Array, isExact: boolean): SkyPoint {
    const rise = climb(sky)
    const square = (sky[SKY.range] ?? 0) ** 2
    return {
      at: atMs,
      climb: rise,
      clearance: clearance(sky, this.#sinMinimum),
      isExact,
      isDoubtful:
        this.#isDeep &&
        isSlowerThan(sky, SLOW_KM_PER_SEC) &&
        Math.abs(rise) < CLIMB_DOUBT_KM_PER_SEC * square,
    }
  }

  /** The sky on the quintic, until the next time. */
  onQuintic(atMs: number): Float64Array {
    const { observer } = this.#evaluator
    this.#hermite.write((atMs - this.#hermite.fromUtcMs) / MS_PER_SECOND, this.#state)
    toMeridian(observer, atMs, this.#state, 0, this.#meridian, 0)
    placeInSky(observer, this.#meridian, 0, this.#sky)
    return this.#sky
  }

  /** The same point, with the climb of SGP4's places where it is doubtful. */
  certain(point: SkyPoint): SkyPoint {
    if (!point.isDoubtful || point.isClimbExact) return point
    const exact = this.#extremes.climbAt(this.#index, point.at)
    return exact === undefined ? point : { ...point, climb: exact, isClimbExact: true }
  }

  /**
   * The ends of the parts of a step, and what lies between two where the elevation may pause and turn for a moment:
   * where the climb comes near to zero and goes back, as the parabola through three points says.
   */
  pointsOf(from: SkyPoint, to: SkyPoint): readonly SkyPoint[] {
    const partMs = (to.at - from.at) / PARTS
    // A part before and after the step, for a turn next to its ends.
    const ends: SkyPoint[] = []
    for (let part = -1; part <= PARTS + 1; part += 1) {
      if (part === 0) ends.push(from)
      else ends.push(part === PARTS ? to : this.#endOfPart(from.at + part * partMs))
    }
    for (let at = 2; at <= PARTS; at += 1) {
      const point = ends[at]
      if (point?.isDoubtful && !isPassed(ends[at - 1], ends[at + 1])) ends[at] = this.certain(point)
    }
    const points: SkyPoint[] = []
    for (let at = 1; at <= PARTS + 1; at += 1) {
      const before = ends[at - 1]
      const one = ends[at]
      const after = ends[at + 1]
      if (before === undefined || one === undefined || after === undefined) break
      if (at > 1) points.push(one)
      const turn = turnAt(before, one, after, partMs)
      if (turn === undefined || turn <= from.at || turn >= to.at) continue
      const point = this.certain(this.pointOf(turn, this.onQuintic(turn), false))
      if (point.climb > 0 !== one.climb > 0) points.push(point)
    }
    return points.sort((a, b) => a.at - b.at)
  }

  #endOfPart(ms: number): SkyPoint {
    const point = this.pointOf(ms, this.onQuintic(ms), false)
    if (!isNearMask(point) || !this.#evaluator.evaluate(this.#index, ms)) return point
    return { ...point, clearance: clearance(this.#evaluator.sky, this.#sinMinimum), isExact: true }
  }

  /**
   * Where the elevation turns between two points; exactly, where the object may or may not be above the minimum there.
   * Undefined where the quintic has one that SGP4 does not.
   */
  extremeBetween(from: SkyPoint, to: SkyPoint): SkyExtreme | undefined {
    const ofPlaces = from.isClimbExact || to.isClimbExact
    const at = findRoot({
      of: (ms) =>
        (ofPlaces ? this.#extremes.climbAt(this.#index, ms) : undefined) ?? climb(this.onQuintic(ms)),
      low: { at: from.at, value: from.climb },
      high: { at: to.at, value: to.climb },
      tolerance: (ofPlaces ? CLIMB_SECONDS : GUESS_SECONDS) * MS_PER_SECOND,
    })
    const sky = this.onQuintic(at)
    const guess = this.#extreme(at, sky, false)
    const isCulminationInPass = from.climb > 0 && guess.clearance > 0
    if (!isCulminationInPass && !isNearMask(guess)) return guess
    const kind = from.climb > 0 ? 'highest' : 'lowest'
    const exactMs = this.#extremes.near(this.#index, at, kind, 2 * (to.at - from.at))
    return exactMs === undefined ? undefined : this.#extreme(exactMs, this.#extremes.sky, true)
  }

  #extreme(at: number, sky: Float64Array, isExact: boolean): SkyExtreme {
    return {
      at,
      climb: 0,
      clearance: clearance(sky, this.#sinMinimum),
      isExact,
      isDoubtful: false,
      azimuth: azimuthOf(sky),
      elevation: elevationOf(sky),
    }
  }
}

// Whether the climb goes clearly from one sign to the other: in which part it does so says the quintic well enough.
const isPassed = (before: SkyPoint | undefined, after: SkyPoint | undefined): boolean =>
  before?.isDoubtful === false && after?.isDoubtful === false && before.climb > 0 !== after.climb > 0

// Where the parabola through three climbs of the same sign has its vertex, if that is towards zero and next to the
// middle.
const turnAt = (before: SkyPoint, one: SkyPoint, after: SkyPoint, partMs: number): number | undefined => {
  const bend = (before.climb - 2 * one.climb + after.climb) / 2
  const slope = (after.climb - before.climb) / 2
  const share = -slope / (2 * bend)
  const same = before.climb > 0 === one.climb > 0 && one.climb > 0 === after.climb > 0
  return same && one.climb > 0 === bend > 0 && Math.abs(share) < 1 ? one.at + share * partMs : undefined
}
