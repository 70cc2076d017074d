import { MS_PER_HOUR, MS_PER_SECOND } from '../../kernel/time.ts'
import { isDeepSpace } from './bulk-catalogue.ts'
import { placeInSky, SKY, toMeridian } from './observer.ts'
import type { SkyEvaluator } from './sky-evaluator.ts'

// Slower than this over the ground, an object's culminations are moved by minutes by what its velocity is wrong by.
const SLOW_KM_PER_SEC = 1
// So far under the horizon nothing culminates that matters.
const LOW_KM = -2_000
// What SGP4 leaves out of the velocity (mostly the drift that Sun and Moon cause) changes over weeks.
const KEPT_MS = 12 * MS_PER_HOUR
// Spacing of the five points of the derivative, in times in which the object moves by its distance from the Earth's centre.
const SPACING_SHARE = 0.0044

/**
 * Mends the velocities of objects that hardly move in the sky: SGP4 gives them 1e-5 km/s off the derivative of its places.
 * The difference is taken twice a day from five places, along the radius, the orbit and its normal.
 */
export class SlowVelocities {
  readonly #evaluator: SkyEvaluator
  readonly #centre = new Float64Array(6)
  readonly #derivative = new Float64Array(3)
  readonly #axes = new Float64Array(9)
  readonly #offset = new Float64Array(3)
  #takenMs = Number.NEGATIVE_INFINITY

  constructor(evaluator: SkyEvaluator) {
    this.#evaluator = evaluator
  }

  /** Forgets the last object. */
  begin(): void {
    this.#takenMs = Number.NEGATIVE_INFINITY
  }

  /** Mends the state, and the sky, that the evaluator stands at, where it is a slow object's. */
  mend(index: number, atMs: number): void {
    const evaluator = this.#evaluator
    const { sky, state } = evaluator
    if (!isDeepSpace(evaluator.catalogue, index)) return
    const speed = Math.hypot(sky[SKY.upRate] ?? 0, sky[SKY.eastRate] ?? 0, sky[SKY.northRate] ?? 0)
    if (speed > SLOW_KM_PER_SEC || (sky[SKY.up] ?? 0) < LOW_KM) return
    if (Math.abs(atMs - this.#takenMs) > KEPT_MS && !this.#take(index, atMs)) return
    this.#place(state)
    for (let axis = 0; axis < 3; axis += 1) {
      let more = 0
      for (let way = 0; way < 3; way += 1)
        more += (this.#offset[way] ?? 0) * (this.#axes[3 * way + axis] ?? 0)
      state[axis + 3] = (state[axis + 3] ?? 0) + more
    }
    toMeridian(evaluator.observer, atMs, state, 0, evaluator.meridian, 0)
    placeInSky(evaluator.observer, evaluator.meridian, 0, sky)
  }

  #take(index: number, atMs: number): boolean {
    const evaluator = this.#evaluator
    const centre = this.#centre
    centre.set(evaluator.state)
    const spacing =
      (SPACING_SHARE * Math.hypot(centre[0] ?? 0, centre[1] ?? 0, centre[2] ?? 0)) /
      Math.hypot(centre[3] ?? 0, centre[4] ?? 0, centre[5] ?? 0)
    const derivative = this.#derivative.fill(0)
    let isKnown = true
    for (const [steps, weight] of FIVE_POINTS) {
      isKnown = evaluator.evaluate(index, atMs + steps * spacing * MS_PER_SECOND) && isKnown
      for (let axis = 0; axis < 3; axis += 1) {
        derivative[axis] = (derivative[axis] ?? 0) + (weight * (evaluator.state[axis] ?? 0)) / (12 * spacing)
      }
    }
    evaluator.state.set(centre)
    if (!isKnown) return false
    this.#place(centre)
    for (let way = 0; way < 3; way += 1) {
      let offset = 0
      for (let axis = 0; axis < 3; axis += 1) {
        offset += ((derivative[axis] ?? 0) - (centre[axis + 3] ?? 0)) * (this.#axes[3 * way + axis] ?? 0)
      }
      this.#offset[way] = offset
    }
    this.#takenMs = atMs
    return true
  }

  // The directions of the radius, of the orbit and of its normal.
  #place(state: Float64Array): void {
    const [x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0] = state
    const nx = y * vz - z * vy
    const ny = z * vx - x * vz
    const nz = x * vy - y * vx
    const perRadius = 1 / Math.hypot(x, y, z)
    const perNormal = 1 / Math.hypot(nx, ny, nz)
    const axes = this.#axes
    axes[0] = x * perRadius
    axes[1] = y * perRadius
    axes[2] = z * perRadius
    axes[6] = nx * perNormal
    axes[7] = ny * perNormal
    axes[8] = nz * perNormal
    axes[3] = (ny * z - nz * y) * perNormal * perRadius
    axes[4] = (nz * x - nx * z) * perNormal * perRadius
    axes[5] = (nx * y - ny * x) * perNormal * perRadius
  }
}

const FIVE_POINTS = [
  [-2, 1],
  [-1, -8],
  [1, 8],
  [2, -1],
] as const
