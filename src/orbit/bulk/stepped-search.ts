import { MS_PER_SECOND } from '../../kernel/time.ts'
import { findRoot } from '../root.ts'
import { isDeepSpace } from './bulk-catalogue.ts'
import { hiddenMs } from './hidden-time.ts'
import { SKY } from './observer.ts'
import { PassHead } from './pass-head.ts'
import { OPEN_END, OPEN_START, type PassRows, ROW } from './pass-rows.ts'
import { EARTH_RADIUS_KM, MU_KM3_PER_SEC2 } from './records.ts'
import type { SearchBounds } from './search-bounds.ts'
import {
  azimuthOf,
  clearance,
  clearanceRate,
  elevationOf,
  moveSky,
  type SkyEvaluator,
} from './sky-evaluator.ts'
import { radiusOf, speedOf, timeScale } from './state-scale.ts'
import { isNearMask, type SkyExtreme, type SkyPoint, StepSky } from './step-sky.ts'
import { TrajectoryNodes } from './trajectory-nodes.ts'
import { VelocityMender } from './velocity-mender.ts'

// A step is a share φ of the time in which the object moves by its own distance r from the Earth's centre. On a circle
// the quintic between two states is r·φ⁶/46080 off, and as seen from the ground, at its nearest r - R away, 0.0005° for
// φ⁶ = 0.4 (1 - R/r): 30° in the lowest orbits (2 m), 48° far out (200 m).
const STEP_SHARE_MIN = 0.5
const STEP_SIXTH_POWER = 0.4
// Far out the turning of the Earth decides: 46° of it.
const STEP_SECONDS_MAX = 11_000
// No orbit above the ground needs less than 4 min; this only keeps broken elements from costing hours.
const STEP_SECONDS_MIN = 10
// How much shorter the time scale of the motion may be at the end of a step than the step was made for.
const SHORTENING = 1.5
// Instants on the quintic, before they are taken to SGP4.
const GUESS_SECONDS = 1e-4
// An end of a pass is taken when its last correction is under this share of the time scale of the motion, and leaves
// less than this: a tenth of the millisecond that it may be off.
const END_SHARE = 2e-5
const END_SECONDS = 1e-4
const END_ROUNDS_MAX = 6
const END_MS = 1e-3
// What the velocity of a crossing is wrong by, km/s, so that a correction is. Of an eccentric orbit it is more, but
// then a correction that END_SHARE lets pass is so short that it does not matter.
const VELOCITY_ERROR = 1e-4
// Where predictions end (a decay) is found to a second.
const LAST_PREDICTION_MS = 1_000

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
  readonly #sky: StepSky
  readonly #mender: VelocityMender
  readonly #nodes: TrajectoryNodes
  readonly #head = new PassHead()
  readonly #from = new Float64Array(6)
  readonly #to = new Float64Array(6)
  #index = 0
  #stateMs = 0
  #isUp = false
  // Whether the velocity of the state that was mended last is the derivative of the places.
  #isMended = false

  constructor(options: {
    readonly evaluator: SkyEvaluator
    readonly rows: PassRows
    readonly bounds: SearchBounds
  }) {
    const { evaluator, rows } = options
    this.#evaluator = evaluator
    this.#rows = rows
    this.#bounds = options.bounds
    this.#sinMinimum = Math.sin(options.bounds.minimumElevation)
    this.#sky = new StepSky(evaluator, this.#sinMinimum)
    this.#mender = new VelocityMender(evaluator)
    this.#nodes = new TrajectoryNodes({ evaluator, rows, mender: this.#mender })
  }

  /**
   * Lays the passes of an object down, from a later instant of the window on if one is given. Gives the instant (UTC
   * ms) from which on SGP4 knows no place, when that lies in the window, else undefined; the complaint is then the
   * evaluator's
   * `error`.
   */
  search(index: number, fromMs = this.#bounds.fromMs): number | undefined {
    const { toMs } = this.#bounds
    const evaluator = this.#evaluator
    this.#index = index
    this.#isUp = false
    this.#sky.begin(index)
    this.#mender.begin(index)
    if (!evaluator.evaluate(index, fromMs)) return fromMs
    const from = this.#from
    const to = this.#to
    let atMs = fromMs
    // With mended velocities, once that was needed.
    let point: SkyPoint | undefined
    from.set(evaluator.state)
    let up = evaluator.sky[SKY.up] ?? 0
    let hidden = this.#hiddenMs()
    if (clearance(evaluator.sky, this.#sinMinimum) > 0) this.#rise(fromMs, OPEN_START)
    while (atMs < toMs) {
      if (atMs + hidden >= toMs && isDeepSpace(evaluator.catalogue, index)) return undefined
      const step = MS_PER_SECOND * Math.min(STEP_SECONDS_MAX, Math.max(STEP_SECONDS_MIN, stepOf(from)))
      const isHidden = hidden >= step
      let nextMs = Math.min(toMs, atMs + Math.max(step, hidden))
      let endsMs: number | undefined
      if (!evaluator.evaluate(index, nextMs)) {
        endsMs = nextMs
        nextMs = this.#lastPredictable(atMs, nextMs)
        endsMs = Math.min(endsMs, nextMs + LAST_PREDICTION_MS)
        if (!evaluator.evaluate(index, nextMs)) return endsMs
      } else if (!isHidden && nextMs - atMs > SHORTENING * STEP_SECONDS_MIN * MS_PER_SECOND) {
        // Falling towards perigee, it gets faster than the step allowed for.
        const longestMs = SHORTENING * stepOf(evaluator.state) * MS_PER_SECOND
        if (nextMs - atMs > longestMs) {
          nextMs = atMs + longestMs
          if (!evaluator.evaluate(index, nextMs)) return nextMs
        }
      }
      to.set(evaluator.state)
      const upNext = evaluator.sky[SKY.up] ?? 0
      const hiddenNext = this.#hiddenMs()
      let next: SkyPoint | undefined
      if (this.#isUp || (!isHidden && this.#canRise(nextMs - atMs, Math.max(up, upNext)))) {
        point ??= this.#mend(atMs, from)
        next = this.#mend(nextMs, to)
        this.#sky.step(atMs, from, nextMs, to)
        this.#follow(point, next)
      }
      if (this.#isUp) {
        if (nextMs >= toMs || endsMs !== undefined) this.#endOpen(nextMs)
        else this.#nodes.note(index, nextMs, to, this.#isMended)
      }
      if (endsMs !== undefined) {
        evaluator.evaluate(index, endsMs)
        return endsMs
      }
      from.set(to)
      atMs = nextMs
      point = next
      up = upNext
      hidden = hiddenNext
    }
    return undefined
  }

  #hiddenMs(): number {
    const { observer, meridian } = this.#evaluator
    return hiddenMs(observer, meridian, this.#bounds.minimumElevation)
  }

  #mend(atMs: number, state: Float64Array): SkyPoint {
    this.#isMended = this.#mender.mend(atMs, state)
    return this.#sky.certain(this.#sky.pointOf(atMs, this.#mender.skyOf(atMs, state), true))
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
  #canRise(stepMs: number, up: number): boolean {
    if (this.#sinMinimum < 0) return true
    const half = stepMs / (2 * MS_PER_SECOND)
    const rise = 0.5 * half * half * Math.max(this.#pullOn(this.#from), this.#pullOn(this.#to)) * 1.5
    return up + rise > 0
  }

  // Acceleration as seen from the turning Earth, km/s², at most.
  #pullOn(state: Float64Array): number {
    const { turnRate } = this.#evaluator.observer
    const radius = radiusOf(state)
    return MU_KM3_PER_SEC2 / (radius * radius) + turnRate * (2 * speedOf(state) + turnRate * radius)
  }

  // What happens between two states.
  #follow(from: SkyPoint, to: SkyPoint): void {
    let earlier = from
    let before = from
    for (const point of this.#sky.pointsOf(from, to)) {
      let next = point
      if (before.climb > 0 !== next.climb > 0) {
        const extreme = this.#sky.extremeBetween(before, next)
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

  #crossAt(from: SkyPoint, extreme: SkyExtreme, isHighest: boolean, to: SkyPoint): void {
    this.#cross(from, extreme)
    if (isHighest && this.#isUp) {
      this.#rows.noteCulmination(extreme.at, extreme.azimuth, extreme.elevation)
      this.#head.noteHighest(extreme.at, extreme.azimuth, extreme.elevation)
    }
    this.#cross(extreme, to)
  }

  // Between two points the elevation only climbs or only sinks: it crosses the minimum once or not at all.
  #cross(from: SkyPoint, to: SkyPoint): void {
    if (from.clearance > 0 === to.clearance > 0 || from.clearance > 0 !== this.#isUp) return
    const isGrazing = (from.climb === 0 && isNearMask(from)) || (to.climb === 0 && isNearMask(to))
    const atMs = isGrazing ? this.#exactCrossing(from, to) : this.#crossing(from, to)
    if (this.#isUp) this.#set(atMs, 0, this.#stateMs)
    else this.#rise(atMs, 0, this.#stateMs)
  }

  // Leaves the sky of the crossing in the evaluator.
  #crossing(from: SkyPoint, to: SkyPoint): number {
    const evaluator = this.#evaluator
    let atMs = findRoot({
      of: (ms) => clearance(this.#sky.onQuintic(ms), this.#sinMinimum),
      low: { at: from.at, value: from.clearance },
      high: { at: to.at, value: to.clearance },
      tolerance: GUESS_SECONDS * MS_PER_SECOND,
    })
    for (let round = 0; round < END_ROUNDS_MAX; round += 1) {
      if (!evaluator.evaluate(this.#index, atMs)) return atMs
      const rate = clearanceRate(evaluator.sky, this.#sinMinimum)
      const step = -clearance(evaluator.sky, this.#sinMinimum) / rate
      // What is left after the step: of its square by the bend of the path, of itself by what SGP4's velocity is wrong
      // by.
      const left =
        (Math.abs(step) * (VELOCITY_ERROR + 2 * this.#pullOn(evaluator.state) * Math.abs(step))) /
        Math.abs(rate)
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

  #exactCrossing(from: SkyPoint, to: SkyPoint): number {
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

  // The following take the sky and the state of the instant from the evaluator, and may move it.

  #rise(atMs: number, open: number, stateMs = atMs): void {
    const { sky, state } = this.#evaluator
    const head = this.#head
    this.#isUp = true
    head.begin(this.#index)
    if (open === OPEN_START) head.cut(open, atMs, sky)
    else {
      const azimuth = azimuthOf(sky)
      head.rises(atMs, azimuth)
      head.noteHighest(atMs, azimuth, elevationOf(sky))
    }
    this.#nodes.begin(this.#index, stateMs, state)
  }

  #set(atMs: number, open: number, stateMs = atMs): void {
    const { sky, state } = this.#evaluator
    const head = this.#head
    this.#isUp = false
    if (open === OPEN_END) head.cut(open, atMs, sky)
    else {
      const azimuth = azimuthOf(sky)
      head.sets(atMs, azimuth)
      head.noteHighest(atMs, azimuth, elevationOf(sky))
    }
    this.#nodes.note(this.#index, stateMs, state)
    if (atMs > (head.values[ROW.aosUtcMs] ?? 0)) this.#rows.end(head.values)
  }

  #endOpen(atMs: number): void {
    if (this.#evaluator.evaluate(this.#index, atMs)) this.#set(atMs, OPEN_END)
  }
}

// Seconds.
const stepOf = (state: Float64Array): number => {
  const height = 1 - EARTH_RADIUS_KM / radiusOf(state)
  const share = height > 0 ? Math.cbrt(Math.sqrt(STEP_SIXTH_POWER * height)) : 0
  return Math.max(STEP_SHARE_MIN, share) * timeScale(state)
}
