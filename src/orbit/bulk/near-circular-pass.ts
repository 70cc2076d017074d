import {
  MS_PER_MINUTE as MS_PER_MINUTE_IMPORTED,
  MS_PER_SECOND as MS_PER_SECOND_IMPORTED,
} from '../../kernel/time.ts'
import { ArcSky } from './arc-sky.ts'
import { epochOf } from './bulk-catalogue.ts'
import { ExactExtremes } from './exact-extremes.ts'
import type { MeanOrbit } from './mean-orbit.ts'
import { placeInSky, SKY as SKY_IMPORTED, SKY_LENGTH as SKY_LENGTH_IMPORTED } from './observer.ts'
import { PassEnds } from './pass-ends.ts'
import { PassHead } from './pass-head.ts'
import {
  OPEN_END as OPEN_END_IMPORTED,
  OPEN_START as OPEN_START_IMPORTED,
  type PassRows,
} from './pass-rows.ts'
import { EARTH_RADIUS_KM as EARTH_RADIUS_KM_IMPORTED } from './records.ts'
import type { SearchBounds } from './search-bounds.ts'
import { azimuthOf, clearance, climb, elevationOf, moveSky, type SkyEvaluator } from './sky-evaluator.ts'

// Literals to the compiler, as imports are not (`records.ts`).
const MS_PER_MINUTE = MS_PER_MINUTE_IMPORTED
const MS_PER_SECOND = MS_PER_SECOND_IMPORTED
const SKY = SKY_IMPORTED
const SKY_LENGTH = SKY_LENGTH_IMPORTED
const OPEN_END = OPEN_END_IMPORTED
const OPEN_START = OPEN_START_IMPORTED
const EARTH_RADIUS_KM = EARTH_RADIUS_KM_IMPORTED

// From a culmination farther from the guess the arc is begun anew: so often at most, and so near it need not be.
const GUESS_SECONDS = 3
const GUESS_ROUNDS_MAX = 3
const GUESS_SECONDS_GOOD = 0.1
// So near to the mask, a culmination is looked at exactly: 0.0005° at the shortest range.
const NEAR_MASK_KM = 0.005
// How far SGP4's velocities are from the derivative of its places, km/s, as measured over the catalogue: in circular
// orbits, and more for each unit of eccentricity. And what the arc makes of it when it is mended by the ends of a pass
// that is so long to either side, growing with the fourth power of that.
const VELOCITY_ERROR = 7e-6
const VELOCITY_ERROR_OF_ECCENTRICITY = 8.5e-3
const MENDED_ERROR = 3.2e-5
const MENDED_RADIANS = 0.45
// An error of 2e-5 km/s moves a culmination in the zenith by 0.2 ms, and a flat one by 2 ms. Where neither velocity is
// as good, the culmination is taken from places alone.
const VELOCITY_ERROR_MAX = 2e-5
// Half of the 5 ms that a culmination may be off; so much better than it is not worth mending.
const CULMINATION_SECONDS_MAX = 2e-3
const CULMINATION_SECONDS_GOOD = 5e-4
// Drag that moves the object by less than this share of its radius in a second, 1 mm/s, needs no mending; where it is
// mended, as much may be left.
const DRAG_PER_SECOND = 1e-10
const SECONDS_PER_MINUTE = 60
/** Nodes of a trajectory are at most so far apart on their orbit: its error stays under 0.0003°. */
const NODE_RADIANS_MAX = 0.6
// SGP4's velocities are off by the eccentricity: beyond this one the nodes are nearer.
const NODE_ECCENTRICITY = 0.02

/**
 * Finds the pass around a culmination of which the mean orbit tells, with some three evaluations of SGP4: at the guess,
 * from where an arc of two bodies and the flattening gives the culmination to a millimetre and the ends to some ten
 * metres, and at each end, which that gives to microseconds.
 */
export class NearCircularPass {
  readonly #evaluator: SkyEvaluator
  readonly #rows: PassRows
  readonly #bounds: SearchBounds
  readonly #sinMinimum: number
  readonly #mean: MeanOrbit
  readonly #arc: ArcSky
  readonly #ends: PassEnds
  readonly #extremes: ExactExtremes
  readonly #head = new PassHead()
  readonly #highest = new Float64Array(SKY_LENGTH)
  readonly #missBefore = new Float64Array(4)
  readonly #missAfter = new Float64Array(4)
  #index = 0
  #isDragged = false
  // km/s
  #dragVelocity = 0

  /** `mean` is of the object that is searched. */
  constructor(options: {
    readonly evaluator: SkyEvaluator
    readonly rows: PassRows
    readonly bounds: SearchBounds
    readonly mean: MeanOrbit
  }) {
    this.#evaluator = options.evaluator
    this.#rows = options.rows
    this.#bounds = options.bounds
    this.#mean = options.mean
    this.#sinMinimum = Math.sin(options.bounds.minimumElevation)
    this.#arc = new ArcSky(options.evaluator.observer)
    this.#ends = new PassEnds({ ...options, arc: this.#arc })
    this.#extremes = new ExactExtremes(options.evaluator)
  }

  /** Turns to an object: the one that the mean orbit has taken. */
  take(index: number): void {
    this.#index = index
    const { fromMs, toMs } = this.#bounds
    const drag = Math.max(this.#dragAt(fromMs), this.#dragAt(toMs))
    this.#isDragged = drag > DRAG_PER_SECOND
    this.#dragVelocity = drag * EARTH_RADIUS_KM
  }

  /** Lays the pass down, if there is one within the window. False where SGP4 knows no place, or none is found. */
  find(guessMs: number): boolean {
    const evaluator = this.#evaluator
    const arc = this.#arc
    let aroundMs = guessMs
    let culmination = 0
    for (let round = 0; ; round += 1) {
      if (!evaluator.evaluate(this.#index, aroundMs)) return false
      if (this.#isDragged) this.#mendVelocity(aroundMs)
      culmination = arc.toExtreme(evaluator.meridian, evaluator.sky)
      const above = clearance(arc.sky, this.#sinMinimum)
      if (round === GUESS_ROUNDS_MAX) return false
      const isNear = Math.abs(culmination) < GUESS_SECONDS
      if (isNear && above < -NEAR_MASK_KM) return true
      if (isNear && (above > NEAR_MASK_KM || Math.abs(culmination) < GUESS_SECONDS_GOOD)) {
        return above <= 0 || this.#findEnds(aroundMs, culmination)
      }
      aroundMs += culmination * MS_PER_SECOND
    }
  }

  // The arc stands at the culmination, the evaluator where the arc begins.
  #findEnds(aroundMs: number, culmination: number): boolean {
    const { fromMs, toMs } = this.#bounds
    const evaluator = this.#evaluator
    const rows = this.#rows
    copySky(this.#arc.sky, this.#highest)
    const asGiven = VELOCITY_ERROR + VELOCITY_ERROR_OF_ECCENTRICITY * this.#mean.eccentricity
    const isGood = this.#shiftBy(asGiven + this.#dragVelocity) < CULMINATION_SECONDS_GOOD
    rows.begin()
    rows.noteNode(aroundMs, evaluator.state)
    const ends = this.#ends
    ends.begin(this.#index, aroundMs, culmination)
    if (!ends.find(-1, isGood ? undefined : this.#missBefore)) return false
    rows.noteNode(ends.stateMs, evaluator.state)
    const { utcMs: aosMs, azimuth: aosAzimuth } = ends
    if (aosMs >= toMs) return true
    if (!ends.find(1, isGood ? undefined : this.#missAfter)) return false
    rows.noteNode(ends.stateMs, evaluator.state)
    const { utcMs: losMs, azimuth: losAzimuth } = ends
    if (losMs <= fromMs || losMs <= aosMs) return true

    const head = this.#head
    head.begin(this.#index)
    head.rises(aosMs, aosAzimuth)
    head.sets(losMs, losAzimuth)
    let culminationMs = aroundMs + culmination * MS_PER_SECOND
    if (!isGood) {
      const exactMs = this.#mendCulmination(aroundMs, culmination, asGiven)
      if (exactMs === undefined) return false
      culminationMs = exactMs
    }
    if (culminationMs >= fromMs && culminationMs <= toMs) {
      const azimuth = azimuthOf(this.#highest)
      const elevation = elevationOf(this.#highest)
      rows.noteCulmination(culminationMs, azimuth, elevation)
      head.noteHighest(culminationMs, azimuth, elevation)
    }
    if (aosMs < fromMs && !this.#cut(fromMs, OPEN_START)) return false
    if (losMs > toMs && !this.#cut(toMs, OPEN_END)) return false
    if (!this.#fillNodes(aosMs, aroundMs) || !this.#fillNodes(aroundMs, losMs)) return false
    rows.end(head.values)
    return true
  }

  // By how many seconds a velocity that is wrong by so much moves the culmination: the flatter, the more.
  #shiftBy(velocityError: number): number {
    const range = this.#highest[SKY.range] ?? 0
    return (velocityError * range * range) / Math.abs(this.#arc.climbRate)
  }

  // The instant of the culmination, UTC ms, and in `#highest` its sky, where the velocity that the arc began with is
  // not good enough: with that which the ends of the pass tell, or from places alone.
  #mendCulmination(aroundMs: number, culmination: number, asGiven: number): number | undefined {
    const radians = (this.#ends.halfSeconds * this.#mean.latitudeRate) / SECONDS_PER_MINUTE / MENDED_RADIANS
    const asMended = MENDED_ERROR * radians * radians * radians * radians
    const velocityError = Math.min(asGiven, asMended)
    if (velocityError < VELOCITY_ERROR_MAX && this.#shiftBy(velocityError) < CULMINATION_SECONDS_MAX) {
      const moved = asMended < asGiven ? this.#moveByMisses(culmination) : 0
      return aroundMs + (culmination + moved) * MS_PER_SECOND
    }
    const guessMs = aroundMs + culmination * MS_PER_SECOND
    const exactMs = this.#extremes.near(this.#index, guessMs, 'highest', GUESS_SECONDS * MS_PER_SECOND)
    if (exactMs !== undefined) copySky(this.#extremes.sky, this.#highest)
    return exactMs
  }

  // Larger of the two `dragRates`.
  #dragAt(atMs: number): number {
    const mean = this.#mean
    mean.placeDrag((atMs - epochOf(this.#evaluator.catalogue, this.#index)) / MS_PER_MINUTE)
    return Math.max(Math.abs(mean.dragAlong), Math.abs(mean.dragOutwards))
  }

  // Makes the velocity in the meridian's frame, and in the sky, the derivative of the place, where drag made them differ.
  #mendVelocity(atMs: number): void {
    const { meridian, catalogue, observer, sky } = this.#evaluator
    const mean = this.#mean
    mean.placeDrag((atMs - epochOf(catalogue, this.#index)) / MS_PER_MINUTE)
    const x = meridian[0] ?? 0
    const y = meridian[1] ?? 0
    const z = meridian[2] ?? 0
    const vx = meridian[3] ?? 0
    const vy = meridian[4] ?? 0
    const vz = meridian[5] ?? 0
    const square = x * x + y * y + z * z
    // The part of the velocity across the radius, per radian of turning.
    const radial = (x * vx + y * vy + z * vz) / square
    const perRadian =
      mean.dragAlong * Math.sqrt(square / (vx * vx + vy * vy + vz * vz - radial * radial * square))
    const more = mean.dragOutwards - perRadian * radial
    meridian[3] = vx + perRadian * vx + more * x
    meridian[4] = vy + perRadian * vy + more * y
    meridian[5] = vz + perRadian * vz + more * z
    placeInSky(observer, meridian, 0, sky)
  }

  // Where the window cuts a pass: its end, and its highest instant where it culminates outside.
  #cut(atMs: number, which: number): boolean {
    if (!this.#evaluator.evaluate(this.#index, atMs)) return false
    this.#head.cut(which, atMs, this.#evaluator.sky)
    return true
  }

  // Nodes between two that are too far apart on a high orbit.
  #fillNodes(fromMs: number, toMs: number): boolean {
    const { latitudeRate, eccentricity } = this.#mean
    const angle = (latitudeRate * (toMs - fromMs)) / MS_PER_MINUTE
    const share = eccentricity > NODE_ECCENTRICITY ? NODE_ECCENTRICITY / eccentricity : 1
    const parts = Math.ceil(angle / (NODE_RADIANS_MAX * share))
    for (let part = 1; part < parts; part += 1) {
      const atMs = fromMs + ((toMs - fromMs) * part) / parts
      if (!this.#evaluator.evaluate(this.#index, atMs)) return false
      this.#rows.noteNode(atMs, this.#evaluator.state)
    }
    return true
  }

  // SGP4's velocities are not quite the derivatives of its places, by metres a second times the eccentricity. From how
  // the arc misses the places at both ends of the pass follows by how much: what grows with the time is the velocity's,
  // what grows with its fourth power is left by the arc. Moves the sky of the culmination to where that takes it, and
  // gives by how many seconds. (Up, east and north turn with the Earth, by 1° from the culmination to either end:
  // opposite ways, so that of the velocity's part a ten thousandth is lost.)
  #moveByMisses(culmination: number): number {
    const a = this.#missBefore
    const b = this.#missAfter
    const ta = a[0] ?? -1
    const tb = b[0] ?? 1
    const fourthA = ta * ta * ta * ta
    const fourthB = tb * tb * tb * tb
    const scale = 1 / (ta * fourthB - tb * fourthA)
    const sky = this.#highest
    renewRange(sky)
    const climbBefore = climb(sky)
    for (let axis = 0; axis < 3; axis += 1) {
      const more = ((a[axis + 1] ?? 0) * fourthB - (b[axis + 1] ?? 0) * fourthA) * scale
      sky[SKY.up + axis] = (sky[SKY.up + axis] ?? 0) + more * culmination
      sky[SKY.upRate + axis] = (sky[SKY.upRate + axis] ?? 0) + more
    }
    renewRange(sky)
    const step = (climbBefore - climb(sky)) / this.#arc.climbRate
    moveSky(sky, step)
    return step
  }
}

// Makes range and range rate those of the place and the velocity.
const renewRange = (sky: Float64Array): void => {
  const up = sky[SKY.up] ?? 0
  const east = sky[SKY.east] ?? 0
  const north = sky[SKY.north] ?? 0
  sky[SKY.range] = Math.sqrt(up * up + east * east + north * north)
  sky[SKY.rangeTimesRate] =
    up * (sky[SKY.upRate] ?? 0) + east * (sky[SKY.eastRate] ?? 0) + north * (sky[SKY.northRate] ?? 0)
}

const copySky = (from: Float64Array, to: Float64Array): void => {
  for (let field = 0; field < SKY_LENGTH; field += 1) to[field] = from[field] ?? 0
}
