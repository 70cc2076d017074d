import { MS_PER_SECOND } from '../../kernel/time.ts'
import type { ArcSky } from './arc-sky.ts'
import type { SearchBounds } from './search-bounds.ts'
import { azimuthOf, clearance, clearanceRate, moveSky, type SkyEvaluator } from './sky-evaluator.ts'

// Where the formula for the half duration of a grazing pass says none.
const HALF_DURATION_SECONDS_MIN = 0.5
// Newton's steps on the arc end where the next would be shorter; what is left is far under the metre that the arc is
// good for after a minute.
const ARC_SECONDS = 1e-3
const ARC_ROUNDS_MAX = 12
// An end of a pass is taken when the parabola through it would move it by less.
const END_SECONDS = 2e-6
const END_MOVE_SECONDS = 0.25
const END_ROUNDS_MAX = 8

/**
 * Finds where the passes of nearly circular orbits begin and end: on the arc from the culmination, and then with SGP4.
 */
export class PassEnds {
  /** What `find` found: the instant, UTC ms, and the azimuth there, radians. */
  utcMs = 0
  azimuth = 0
  /**
   * The instant of SGP4's state next to it, UTC ms, at which the evaluator stands but for its sky, which is moved on.
   */
  stateMs = 0
  readonly #evaluator: SkyEvaluator
  readonly #arc: ArcSky
  readonly #sinMinimum: number
  readonly #cosMinimum: number
  readonly #siteRadius: number
  #index = 0
  #aroundMs = 0
  #culmination = 0

  constructor(options: {
    readonly evaluator: SkyEvaluator
    readonly arc: ArcSky
    readonly bounds: SearchBounds
  }) {
    const { observer } = options.evaluator
    this.#evaluator = options.evaluator
    this.#arc = options.arc
    this.#sinMinimum = Math.sin(options.bounds.minimumElevation)
    this.#cosMinimum = Math.cos(options.bounds.minimumElevation)
    this.#siteRadius = Math.hypot(observer.axisDistance, observer.z)
  }

  /**
   * How long the object stays above the mask before and after its culmination, seconds: on a circle in the plane of the
   * velocity that the evaluator stands at.
   */
  halfDuration(): number {
    const { meridian, observer } = this.#evaluator
    const x = meridian[0] ?? 0
    const y = meridian[1] ?? 0
    const z = meridian[2] ?? 0
    const vx = (meridian[3] ?? 0) + observer.turnRate * y
    const vy = (meridian[4] ?? 0) - observer.turnRate * x
    const vz = meridian[5] ?? 0
    const square = x * x + y * y + z * z
    const radius = Math.sqrt(square)
    const radial = (x * vx + y * vy + z * vz) / radius
    const turnRate = Math.sqrt(vx * vx + vy * vy + vz * vz - radial * radial) / radius
    const q = (this.#siteRadius / radius) * this.#cosMinimum
    // Cosine of acos(q) - minimum elevation: the arc from the site to where the orbit comes in sight.
    const cosReach = q * this.#cosMinimum + Math.sqrt(Math.max(0, 1 - q * q)) * this.#sinMinimum
    const cosNearest = (x * observer.axisDistance + z * observer.z) / (radius * this.#siteRadius)
    const ratio = cosReach / cosNearest
    return Math.max(HALF_DURATION_SECONDS_MIN, ratio < 1 ? Math.acos(ratio) / turnRate : 0)
  }

  /** Turns to a pass of an object: its culmination, so many seconds after the arc begins (UTC ms). */
  begin(index: number, aroundMs: number, culmination: number): void {
    this.#index = index
    this.#aroundMs = aroundMs
    this.#culmination = culmination
  }

  /**
   * Goes to the end of a pass some seconds from its culmination; and notes by how much the arc misses the state there,
   * where that is asked for: the seconds after the beginning of the arc, and up, east and north in km. False where SGP4
   * knows no place. Up, east and north are those of the instant.
   */
  find(seconds: number, miss: Float64Array | undefined): boolean {
    const index = this.#index
    const aroundMs = this.#aroundMs
    const culmination = this.#culmination
    const evaluator = this.#evaluator
    const { sky } = evaluator
    const arc = this.#arc
    const sin = this.#sinMinimum
    let t = seconds
    for (let round = 0; round < ARC_ROUNDS_MAX; round += 1) {
      arc.at(culmination + t)
      const next = nextEnd(t, clearance(arc.sky, sin), clearanceRate(arc.sky, sin))
      const step = next - t
      t = next
      if (step * step < ARC_SECONDS * 2 * Math.abs(t)) break
    }
    for (let round = 0; round < END_ROUNDS_MAX; round += 1) {
      const atMs = aroundMs + (culmination + t) * MS_PER_SECOND
      if (!evaluator.evaluate(index, atMs)) return false
      const next = nextEnd(t, clearance(sky, sin), clearanceRate(sky, sin))
      const step = next - t
      if (Math.abs(step) < END_MOVE_SECONDS && step * step < END_SECONDS * 2 * Math.abs(t)) {
        if (miss !== undefined) this.#noteMiss(culmination + t, miss)
        moveSky(sky, step)
        this.stateMs = atMs
        this.utcMs = atMs + step * MS_PER_SECOND
        this.azimuth = azimuthOf(sky)
        return true
      }
      t = next
    }
    return false
  }

  #noteMiss(seconds: number, miss: Float64Array): void {
    const { sky } = this.#evaluator
    this.#arc.at(seconds)
    miss[0] = seconds
    for (let axis = 0; axis < 3; axis += 1) miss[axis + 1] = (sky[axis] ?? 0) - (this.#arc.sky[axis] ?? 0)
  }
}

// One step towards where a pass ends, seconds from its culmination, by Newton's method in the square of the time: the
// clearance is a parabola near the culmination, and nearly so everywhere. What is above but not sinking away from the
// culmination is too near to it: twice as far then.
const nextEnd = (t: number, above: number, rate: number): number => {
  if (rate * t >= 0) return 2 * t
  const square = t * t - (2 * above * t) / rate
  return square > t * t * 0.01 ? Math.sign(t) * Math.sqrt(Math.min(square, 9 * t * t)) : t / 3
}
