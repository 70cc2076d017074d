import { MS_PER_SECOND as MS_PER_SECOND_IMPORTED } from '../../kernel/time.ts'
import type { ArcSky } from './arc-sky.ts'
import { SKY as SKY_IMPORTED } from './observer.ts'
import type { SearchBounds } from './search-bounds.ts'
import { azimuthOf, clearance, clearanceRate, moveSky, type SkyEvaluator } from './sky-evaluator.ts'

// Literals to the compiler, as imports are not (`records.ts`).
const MS_PER_SECOND = MS_PER_SECOND_IMPORTED
const SKY = SKY_IMPORTED

// Where the formula for the half duration of a grazing pass says none.
const HALF_DURATION_SECONDS_MIN = 0.5
// And where it is not for, the object hardly sinking on the way: a third of a revolution.
const COS_HALF_MIN = -0.5
// Newton's steps on the arc end where the next would be shorter, by the bend of the parabola: SGP4 is asked then, and
// takes steps as long as the last one.
const ARC_SECONDS = 1e-2
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
  /** How long the pass of `begin` takes to either side of its culmination, seconds, to some of them. */
  halfSeconds = 0
  readonly #evaluator: SkyEvaluator
  readonly #arc: ArcSky
  readonly #sinMinimum: number
  readonly #siteRadius: number
  #index = 0
  #aroundMs = 0
  #culmination = 0
  #shift = 0

  constructor(options: {
    readonly evaluator: SkyEvaluator
    readonly arc: ArcSky
    readonly bounds: SearchBounds
  }) {
    const { observer } = options.evaluator
    this.#evaluator = options.evaluator
    this.#arc = options.arc
    this.#sinMinimum = Math.sin(options.bounds.minimumElevation)
    this.#siteRadius = Math.hypot(observer.axisDistance, observer.z)
  }

  /**
   * Turns to a pass of an object: its culmination, so many seconds after the arc begins (UTC ms). The evaluator stands at
   * the beginning of the arc, the arc at the culmination.
   */
  begin(index: number, aroundMs: number, culmination: number): void {
    this.#index = index
    this.#aroundMs = aroundMs
    this.#culmination = culmination
    this.#guess()
  }

  // How far the object is over the horizon goes as the cosine of its angle from the culmination, with the acceleration
  // that it has there. What it still climbs there, and what its orbit climbs on the way, moves both ends alike.
  #guess(): void {
    const { meridian, observer } = this.#evaluator
    const { sky, upPull } = this.#arc
    const sin = this.#sinMinimum
    const x = meridian[0] ?? 0
    const y = meridian[1] ?? 0
    const z = meridian[2] ?? 0
    const vx = (meridian[3] ?? 0) + observer.turnRate * y
    const vy = (meridian[4] ?? 0) - observer.turnRate * x
    const vz = meridian[5] ?? 0
    const square = x * x + y * y + z * z
    const outwards = x * vx + y * vy + z * vz
    const turnSquare = (vx * vx + vy * vy + vz * vz - (outwards * outwards) / square) / square
    // The range at which the orbit comes in sight.
    const below = this.#siteRadius * sin
    const root = Math.sqrt(Math.max(1, below * below + square - this.#siteRadius * this.#siteRadius))
    const sinking = (sky[SKY.up] ?? 0) - (root - below) * sin
    const cosHalf = Math.max(COS_HALF_MIN, 1 + (sinking * turnSquare) / upPull)
    this.halfSeconds = HALF_DURATION_SECONDS_MIN
    this.#shift = 0
    if (!(cosHalf < 1)) return
    const half = Math.acos(cosHalf)
    const shift =
      ((outwards * sin) / root - (sky[SKY.upRate] ?? 0)) *
      (half / (upPull * Math.sqrt(1 - cosHalf * cosHalf)))
    const seconds = half / Math.sqrt(turnSquare)
    if (!(seconds > HALF_DURATION_SECONDS_MIN)) return
    this.halfSeconds = seconds
    if (Math.abs(shift) < seconds / 2) this.#shift = shift
  }

  /**
   * Goes to the beginning of the pass (`side` -1) or its end (1); and notes by how much the arc misses the state there,
   * where that is asked for: the seconds after the beginning of the arc, and up, east and north in km. False where SGP4
   * knows no place. Up, east and north are those of the instant.
   */
  find(side: -1 | 1, miss: Float64Array | undefined): boolean {
    const index = this.#index
    const aroundMs = this.#aroundMs
    const culmination = this.#culmination
    const evaluator = this.#evaluator
    const { sky } = evaluator
    const arc = this.#arc
    const sin = this.#sinMinimum
    let t = side * this.halfSeconds + this.#shift
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
