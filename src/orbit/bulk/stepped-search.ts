import { MS_PER_SECOND } from '../../kernel/time.ts'
import { findRoot } from '../root.ts'
import { isDeepSpace } from './bulk-catalogue.ts'
import { ExactExtremes } from './exact-extremes.ts'
import { HermiteArc } from './hermite-arc.ts'
import { placeInSky, SKY, SKY_LENGTH, toMeridian } from './observer.ts'
import { OPEN_END, OPEN_START, type PassRows, ROW, ROW_HEAD } from './pass-rows.ts'
import { MU_KM3_PER_SEC2, RECORD, RECORD_LENGTH } from './records.ts'
import type { SearchBounds } from './search-bounds.ts'
import {
  azimuthOf,
  clearance,
  clearanceRate,
  climb,
  elevationOf,
  moveSky,
  type SkyEvaluator,
} from './sky-evaluator.ts'
import { SlowVelocities } from './slow-velocities.ts'

// A step is a share of the time in which the object moves by its own distance from the Earth's centre: 30° of a circular
// orbit, over which the quintic between two states is 2 m off, and farther out, where that is a smaller angle seen from the ground, 45° (200 m).
const STEP_SHARE = 0.5
const FAR_STEP_SHARE = 0.8
const FAR_KM = 20_000
// Far out the turning of the Earth decides: 46° of it.
const STEP_SECONDS_MAX = 11_000
// No orbit above the ground needs less than 4 min; this only keeps broken elements from costing hours.
const STEP_SECONDS_MIN = 10
// How much shorter the time scale of the motion may be at the end of a step than the step was made for.
const NODE_SHARE = 0.4
const SHORTENING = 1.5
// Within a step the elevation is followed in so many parts, 4° or 5° of a circular orbit each.
const PARTS = 9
// The quintic, and SGP4's velocities that are not quite those of its places, are off by tens of metres: an extreme nearer
// to the mask than this is looked at exactly.
const NEAR_MASK_KM = 30
// Instants on the quintic, before they are taken to SGP4.
const GUESS_SECONDS = 1e-4
// An end of a pass is taken when its last correction is under this share of the time scale of the motion.
const END_SHARE = 2e-5
const END_SECONDS = 1e-4
const VELOCITY_ERROR = 1e-4
const END_ROUNDS_MAX = 6
const END_MS = 1e-3
// Where predictions end (a decay) is found to a second.
const LAST_PREDICTION_MS = 1_000
const SECONDS_PER_MINUTE = 60
// What Sun and Moon and the flattening do to an object over a fixed place, and the drift changes, in a year: 0.1 rad.
const HANGING_MARGIN = 0.1

interface Point {
  /** UTC ms. */
  readonly at: number
  readonly climb: number
  /** km */
  readonly clearance: number
  /** Looked at with SGP4, not on the quintic. */
  readonly isExact: boolean
}

const isNear = ({ clearance: above }: Point): boolean => Math.abs(above) < NEAR_MASK_KM

/**
 * Finds the passes of any object: deep space, eccentric and decaying orbits. SGP4 gives states in steps fitted to the
 * motion; the quintic between them says where the elevation has its extremes and where it crosses the minimum, and SGP4
 * again gives these exactly.
 */
export class SteppedSearch {
  readonly #evaluator: SkyEvaluator
  readonly #rows: PassRows
  readonly #bounds: SearchBounds
  readonly #sinMinimum: number
  readonly #extremes: ExactExtremes
  readonly #velocities: SlowVelocities
  readonly #hermite = new HermiteArc()
  readonly #state = new Float64Array(6)
  readonly #meridian = new Float64Array(6)
  readonly #sky = new Float64Array(SKY_LENGTH)
  readonly #from = new Float64Array(6)
  readonly #to = new Float64Array(6)
  readonly #head = new Float64Array(ROW_HEAD)
  #index = 0
  readonly #node = new Float64Array(6)
  readonly #before = new Float64Array(6)
  readonly #keptState = new Float64Array(6)
  readonly #keptState2 = new Float64Array(6)
  readonly #keptSky2 = new Float64Array(SKY_LENGTH)
  #lastNodeMs = 0
  #lastScale = 0
  readonly #keptSky = new Float64Array(SKY_LENGTH)
  #stateMs = 0
  #isUp = false
  #extremeAzimuth = 0
  #extremeElevation = 0

  constructor(options: {
    readonly evaluator: SkyEvaluator
    readonly rows: PassRows
    readonly bounds: SearchBounds
  }) {
    this.#evaluator = options.evaluator
    this.#rows = options.rows
    this.#bounds = options.bounds
    this.#sinMinimum = Math.sin(options.bounds.minimumElevation)
    this.#extremes = new ExactExtremes(options.evaluator)
    this.#velocities = new SlowVelocities(options.evaluator)
  }

  /**
   * Lays the passes of an object down, from a later instant of the window on if one is given. Gives the instant (UTC ms) from which on SGP4 knows no place, when that lies in the
   * window, else undefined; the complaint is then the evaluator's `error`.
   */
  search(index: number, fromMs = this.#bounds.fromMs): number | undefined {
    const { toMs } = this.#bounds
    const evaluator = this.#evaluator
    this.#index = index
    this.#isUp = false
    if (!evaluator.evaluate(index, fromMs)) return fromMs
    if (this.#staysBelow(index, fromMs)) return undefined
    if (clearance(evaluator.sky, this.#sinMinimum) > 0) this.#rise(fromMs, OPEN_START)
    this.#velocities.begin()
    this.#mend(fromMs)
    this.#from.set(evaluator.state)
    let atMs = fromMs
    let point = this.#pointOf(atMs, evaluator.sky, true)
    while (atMs < toMs) {
      const stepSeconds = stepOf(this.#from)
      const step = Math.min(STEP_SECONDS_MAX, Math.max(STEP_SECONDS_MIN, stepSeconds)) * MS_PER_SECOND
      let nextMs = Math.min(toMs, atMs + step)
      let endsMs: number | undefined
      if (!evaluator.evaluate(index, nextMs)) {
        endsMs = nextMs
        nextMs = this.#lastPredictable(atMs, nextMs)
        endsMs = Math.min(endsMs, nextMs + LAST_PREDICTION_MS)
        if (!evaluator.evaluate(index, nextMs)) return endsMs
      } else if (nextMs - atMs > SHORTENING * STEP_SECONDS_MIN * MS_PER_SECOND) {
        // Falling towards perigee, it gets faster than the step allowed for.
        const longestMs = SHORTENING * stepOf(evaluator.state) * MS_PER_SECOND
        if (nextMs - atMs > longestMs) {
          nextMs = atMs + longestMs
          if (!evaluator.evaluate(index, nextMs)) return nextMs
        }
      }
      this.#mend(nextMs)
      this.#to.set(evaluator.state)
      const next = this.#pointOf(nextMs, evaluator.sky, true)
      if (this.#isUp || this.#canRise(atMs, nextMs)) {
        this.#hermite.set(atMs, this.#from, 0, nextMs, this.#to, 0)
        this.#follow(point, next)
      }
      if (this.#isUp) {
        if (nextMs >= toMs || endsMs !== undefined) this.#endOpen(nextMs)
        else this.#noteNode(nextMs, this.#to, false, true)
      }
      if (endsMs !== undefined) {
        evaluator.evaluate(index, endsMs)
        return endsMs
      }
      this.#from.set(this.#to)
      atMs = nextMs
      point = next
    }
    return undefined
  }

  // Whether an object that hangs over one place is below the horizon now and stays there: against the turning Earth it
  // drifts, swings along its orbit by its eccentricity and across the equator by its inclination, and no more.
  #staysBelow(index: number, fromMs: number): boolean {
    const { catalogue, observer, sky, state } = this.#evaluator
    if (this.#sinMinimum < 0 || !isDeepSpace(catalogue, index)) return false
    if ((catalogue.records[index * RECORD_LENGTH + RECORD.inclination] ?? Math.PI) > Math.PI / 2) return false
    const read = (field: number): number => catalogue.records[index * RECORD_LENGTH + field] ?? 0
    const seconds = (this.#bounds.toMs - fromMs) / MS_PER_SECOND
    const drift = Math.abs(read(RECORD.meanMotion) / SECONDS_PER_MINUTE - observer.turnRate) * seconds
    const swing = 6 * read(RECORD.eccentricity) + 2 * Math.sin(read(RECORD.inclination))
    const radius = Math.hypot(state[0] ?? 0, state[1] ?? 0, state[2] ?? 0)
    return (sky[SKY.up] ?? 0) + radius * (drift + swing + HANGING_MARGIN) < 0
  }

  #pointOf(atMs: number, sky: Float64Array, isExact: boolean): Point {
    return { at: atMs, climb: climb(sky), clearance: clearance(sky, this.#sinMinimum), isExact }
  }

  /** From when on SGP4 knows no place, UTC ms, if that lies in the window: to a second. */
  endOf(index: number): number | undefined {
    const { fromMs, toMs } = this.#bounds
    const evaluator = this.#evaluator
    this.#index = index
    if (!evaluator.evaluate(index, fromMs)) return fromMs
    if (evaluator.evaluate(index, toMs)) return undefined
    const endMs = this.#lastPredictable(fromMs, toMs) + LAST_PREDICTION_MS
    evaluator.evaluate(index, Math.min(toMs, endMs))
    return endMs
  }

  #lastPredictable(goodMs: number, badMs: number): number {
    let good = goodMs
    let bad = badMs
    while (bad - good > LAST_PREDICTION_MS) {
      const middle = (good + bad) / 2
      if (this.#evaluator.evaluate(this.#index, middle)) good = middle
      else bad = middle
    }
    return good
  }

  // Whether the object can come above the horizon between two states that are below: it can rise by half its greatest
  // acceleration times the square of half the time above the higher of them.
  #canRise(fromMs: number, toMs: number): boolean {
    if (this.#sinMinimum < 0) return true
    const half = (toMs - fromMs) / (2 * MS_PER_SECOND)
    const rise = 0.5 * half * half * Math.max(this.#pullOn(this.#from), this.#pullOn(this.#to)) * 1.5
    return Math.max(this.#upOf(fromMs, this.#from), this.#upOf(toMs, this.#to)) + rise > 0
  }

  #upOf(atMs: number, state: Float64Array): number {
    const { observer } = this.#evaluator
    toMeridian(observer, atMs, state, 0, this.#meridian, 0)
    placeInSky(observer, this.#meridian, 0, this.#sky)
    return this.#sky[SKY.up] ?? 0
  }

  // Acceleration as seen from the turning Earth, km/s², at most.
  #pullOn(state: Float64Array): number {
    const { turnRate } = this.#evaluator.observer
    const radius = Math.hypot(state[0] ?? 0, state[1] ?? 0, state[2] ?? 0)
    const speed = Math.hypot(state[3] ?? 0, state[4] ?? 0, state[5] ?? 0)
    return MU_KM3_PER_SEC2 / (radius * radius) + turnRate * (2 * speed + turnRate * radius)
  }

  #onQuintic(atMs: number): Float64Array {
    const { observer } = this.#evaluator
    this.#hermite.write((atMs - this.#hermite.fromUtcMs) / MS_PER_SECOND, this.#state)
    toMeridian(observer, atMs, this.#state, 0, this.#meridian, 0)
    placeInSky(observer, this.#meridian, 0, this.#sky)
    return this.#sky
  }

  // What happens between two states.
  #follow(from: Point, to: Point): void {
    let earlier = from
    let before = from
    for (const point of this.#pointsOf(from, to)) {
      let next = point
      if (before.climb > 0 !== next.climb > 0) {
        const extreme = this.#extremeBetween(before, next)
        // Exactly, a flat one may lie in the part before or after.
        if (extreme === undefined) this.#cross(before, next)
        else if (extreme.at >= next.at && next !== to) {
          next = { ...next, climb: before.climb }
          this.#cross(before, next)
        } else {
          const isEarlier = extreme.at <= before.at
          this.#crossAt(isEarlier ? earlier : before, extreme, before.climb > 0, isEarlier ? before : next)
          if (isEarlier) this.#cross(before, next)
        }
      } else this.#cross(before, next)
      earlier = before
      before = next
    }
  }

  #crossAt(from: Point, extreme: Point, isHighest: boolean, to: Point): void {
    const azimuth = this.#extremeAzimuth
    const elevation = this.#extremeElevation
    this.#cross(from, extreme)
    if (isHighest && this.#isUp) {
      this.#rows.noteCulmination(extreme.at, azimuth, elevation)
      this.#noteHighest(extreme.at, azimuth, elevation)
    }
    this.#cross(extreme, to)
  }

  // The ends of the parts of a step, and what lies between two where the elevation may pause and turn for a moment: where the
  // climb comes near to zero and goes back, as the parabola through three points says.
  #pointsOf(from: Point, to: Point): readonly Point[] {
    const partMs = (to.at - from.at) / PARTS
    const at = (part: number): Point => {
      const ms = from.at + part * partMs
      const point = this.#pointOf(ms, this.#onQuintic(ms), false)
      if (!isNear(point) || !this.#evaluator.evaluate(this.#index, ms)) return point
      return { ...point, clearance: clearance(this.#evaluator.sky, this.#sinMinimum), isExact: true }
    }
    const points: Point[] = []
    // A part before and after the step, for a turn next to its ends.
    let two = at(-1)
    let one = from
    for (let part = 1; part <= PARTS + 1; part += 1) {
      const next = part === PARTS ? to : at(part)
      const bend = (two.climb - 2 * one.climb + next.climb) / 2
      const slope = (next.climb - two.climb) / 2
      const share = -slope / (2 * bend)
      const same = two.climb > 0 === one.climb > 0 && one.climb > 0 === next.climb > 0
      if (same && one.climb > 0 === bend > 0 && Math.abs(share) < 1) {
        const turn = one.at + share * partMs
        if (turn > from.at && turn < to.at) {
          const point = this.#pointOf(turn, this.#onQuintic(turn), false)
          if (point.climb > 0 !== one.climb > 0) points.push(point)
        }
      }
      if (part <= PARTS) points.push(next)
      two = one
      one = next
    }
    return points.sort((a, b) => a.at - b.at)
  }

  // Where the elevation turns between two points; exactly, where the object may or may not be above the minimum there.
  // Undefined where the quintic has one that SGP4 does not.
  #extremeBetween(from: Point, to: Point): Point | undefined {
    const at = findRoot({
      of: (ms) => climb(this.#onQuintic(ms)),
      low: { at: from.at, value: from.climb },
      high: { at: to.at, value: to.climb },
      tolerance: GUESS_SECONDS * MS_PER_SECOND,
    })
    const guess = { ...this.#pointOf(at, this.#onQuintic(at), false), climb: 0 }
    const isCulminationInPass = from.climb > 0 && guess.clearance > 0
    if (!isCulminationInPass && !isNear(guess)) return guess
    const kind = from.climb > 0 ? 'highest' : 'lowest'
    const exactMs = this.#extremes.near(this.#index, at, kind, 2 * (to.at - from.at))
    if (exactMs === undefined) return undefined
    const { sky } = this.#evaluator
    this.#extremeAzimuth = azimuthOf(sky)
    this.#extremeElevation = elevationOf(sky)
    return { ...this.#pointOf(exactMs, sky, true), climb: 0 }
  }

  // Between two points the elevation only climbs or only sinks: it crosses the minimum once or not at all.
  #cross(from: Point, to: Point): void {
    if (from.clearance > 0 === to.clearance > 0 || from.clearance > 0 !== this.#isUp) return
    const isGrazing = (from.climb === 0 && isNear(from)) || (to.climb === 0 && isNear(to))
    const atMs = isGrazing ? this.#exactCrossing(from, to) : this.#crossing(from, to)
    if (this.#isUp) this.#set(atMs, 0, this.#stateMs)
    else this.#rise(atMs, 0, this.#stateMs)
  }

  // Leaves the sky of the crossing in the evaluator.
  #crossing(from: Point, to: Point): number {
    const evaluator = this.#evaluator
    let atMs = findRoot({
      of: (ms) => clearance(this.#onQuintic(ms), this.#sinMinimum),
      low: { at: from.at, value: from.clearance },
      high: { at: to.at, value: to.clearance },
      tolerance: GUESS_SECONDS * MS_PER_SECOND,
    })
    for (let round = 0; round < END_ROUNDS_MAX; round += 1) {
      if (!evaluator.evaluate(this.#index, atMs)) return atMs
      const step =
        -clearance(evaluator.sky, this.#sinMinimum) / clearanceRate(evaluator.sky, this.#sinMinimum)
      const rate = Math.abs(clearanceRate(evaluator.sky, this.#sinMinimum))
      // What is left after the step: of its square by the bend of the path, of itself by what SGP4's velocity is wrong by.
      const left =
        (Math.abs(step) * (VELOCITY_ERROR + 2 * this.#pullOn(evaluator.state) * Math.abs(step))) / rate
      const isLast = Math.abs(step) < END_SHARE * timeScale(evaluator.state) && left < END_SECONDS
      if (isLast) {
        this.#stateMs = atMs
        moveSky(evaluator.sky, step)
        return atMs + step * MS_PER_SECOND
      }
      atMs += step * MS_PER_SECOND
    }
    return this.#exactCrossing(from, to)
  }

  #exactCrossing(from: Point, to: Point): number {
    const evaluator = this.#evaluator
    const of = (ms: number): number =>
      evaluator.evaluate(this.#index, ms) ? clearance(evaluator.sky, this.#sinMinimum) : 0
    const at = findRoot({
      of,
      low: { at: from.at, value: from.isExact ? from.clearance : of(from.at) },
      high: { at: to.at, value: to.isExact ? to.clearance : of(to.at) },
      tolerance: END_MS,
    })
    evaluator.evaluate(this.#index, at)
    this.#stateMs = at
    return at
  }

  // The following take the sky and the state of the instant from the evaluator.

  #rise(atMs: number, open: number, stateMs = atMs): void {
    const { sky, state } = this.#evaluator
    const head = this.#head
    this.#rows.begin()
    this.#noteNode(stateMs, state, true)
    this.#isUp = true
    head[ROW.object] = this.#index
    head[ROW.open] = open
    head[ROW.aosUtcMs] = atMs
    head[ROW.aosAzimuth] = azimuthOf(sky)
    head[ROW.maximumElevation] = Number.NEGATIVE_INFINITY
    this.#noteHighest(atMs, azimuthOf(sky), elevationOf(sky))
  }

  // SGP4's velocity is metres a second off the derivative of its places on an eccentric orbit; a trajectory needs the derivative.
  #noteNode(atMs: number, state: Float64Array, isFirst = false, isMended = false): void {
    if (!isFirst && this.#isEccentric()) {
      const share = NODE_SHARE * Math.min(this.#lastScale, timeScale(state)) * MS_PER_SECOND
      const parts = Math.ceil((atMs - this.#lastNodeMs) / share)
      if (parts > 1) {
        const evaluator = this.#evaluator
        this.#keptState2.set(state)
        this.#keptSky2.set(evaluator.sky)
        const fromMs = this.#lastNodeMs
        for (let part = 1; part < parts; part += 1) {
          const ms = fromMs + ((atMs - fromMs) * part) / parts
          if (evaluator.evaluate(this.#index, ms)) this.#mendAndNote(ms, evaluator.state)
        }
        evaluator.state.set(this.#keptState2)
        evaluator.sky.set(this.#keptSky2)
      }
    }
    if (isMended) this.#rows.noteNode(atMs, state)
    else this.#mendAndNote(atMs, state)
    this.#lastNodeMs = atMs
    this.#lastScale = timeScale(state)
  }

  #mendAndNote(atMs: number, state: Float64Array): void {
    const node = this.#node
    node.set(state)
    if (this.#isEccentric()) this.#derivative(atMs, node)
    this.#rows.noteNode(atMs, node)
  }

  #isEccentric(): boolean {
    const { catalogue } = this.#evaluator
    return (
      !isDeepSpace(catalogue, this.#index) ||
      (catalogue.records[this.#index * RECORD_LENGTH + RECORD.eccentricity] ?? 0) > 0.01
    )
  }

  // Makes the velocity of the state at an instant the derivative of SGP4's places there.
  #derivative(atMs: number, node: Float64Array): void {
    const evaluator = this.#evaluator
    const seconds = 0.004 * timeScale(node)
    this.#keptState.set(evaluator.state)
    this.#keptSky.set(evaluator.sky)
    const before = this.#before
    if (evaluator.evaluate(this.#index, atMs - seconds * MS_PER_SECOND)) {
      before.set(evaluator.state)
      if (evaluator.evaluate(this.#index, atMs + seconds * MS_PER_SECOND)) {
        const after = evaluator.state
        for (let axis = 3; axis < 6; axis += 1) {
          const chord = ((after[axis - 3] ?? 0) - (before[axis - 3] ?? 0)) / (2 * seconds)
          // The third derivative is in the difference of the velocities.
          node[axis] = chord - ((after[axis] ?? 0) - 2 * (node[axis] ?? 0) + (before[axis] ?? 0)) / 6
        }
      }
    }
    evaluator.state.set(this.#keptState)
    evaluator.sky.set(this.#keptSky)
  }

  // Mends the velocity of the state and the sky that the evaluator stands at.
  #mend(atMs: number): void {
    const evaluator = this.#evaluator
    if (!this.#isEccentric()) {
      this.#velocities.mend(this.#index, atMs)
      return
    }
    if ((evaluator.sky[SKY.up] ?? 0) < -2_000) return
    this.#node.set(evaluator.state)
    this.#derivative(atMs, this.#node)
    evaluator.state.set(this.#node)
    toMeridian(evaluator.observer, atMs, evaluator.state, 0, evaluator.meridian, 0)
    placeInSky(evaluator.observer, evaluator.meridian, 0, evaluator.sky)
  }

  #noteHighest(atMs: number, azimuth: number, elevation: number): void {
    const head = this.#head
    if (elevation <= (head[ROW.maximumElevation] ?? 0)) return
    head[ROW.maximumElevation] = elevation
    head[ROW.tcaUtcMs] = atMs
    head[ROW.tcaAzimuth] = azimuth
  }

  #set(atMs: number, open: number, stateMs = atMs): void {
    const { sky, state } = this.#evaluator
    const head = this.#head
    this.#isUp = false
    this.#noteNode(stateMs, state)
    head[ROW.open] = (head[ROW.open] ?? 0) + open
    head[ROW.losUtcMs] = atMs
    head[ROW.losAzimuth] = azimuthOf(sky)
    this.#noteHighest(atMs, azimuthOf(sky), elevationOf(sky))
    if (atMs > (head[ROW.aosUtcMs] ?? 0)) this.#rows.end(head)
  }

  #endOpen(atMs: number): void {
    if (this.#evaluator.evaluate(this.#index, atMs)) this.#set(atMs, OPEN_END)
  }
}

const stepOf = (state: Float64Array): number =>
  (Math.hypot(state[0] ?? 0, state[1] ?? 0, state[2] ?? 0) > FAR_KM ? FAR_STEP_SHARE : STEP_SHARE) *
  timeScale(state)

/** The time in which an object moves by its own distance from the Earth's centre, seconds. */
const timeScale = (state: Float64Array): number =>
  Math.hypot(state[0] ?? 0, state[1] ?? 0, state[2] ?? 0) /
  Math.hypot(state[3] ?? 0, state[4] ?? 0, state[5] ?? 0)
