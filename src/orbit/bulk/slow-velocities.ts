import { MS_PER_HOUR } from '../../kernel/time.ts'
import type { SkyEvaluator } from './sky-evaluator.ts'
import { mendVelocity } from './true-velocity.ts'

// What SGP4 leaves out of the velocity (mostly the drift that Sun and Moon cause) changes by some mm/s in half a day.
const KEPT_MS = 8 * MS_PER_HOUR

/**
 * Mends the velocities of objects that hardly move in the sky: SGP4 gives them 4 cm/s off the derivative of its places,
 * which moves their culminations by minutes. The difference is taken three times a day, along the radius, the orbit and
 * its normal; what it leaves is some mm/s.
 */
export class SlowVelocities {
  readonly #evaluator: SkyEvaluator
  readonly #mended = new Float64Array(6)
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

  /** Mends the state of an object at an instant; the evaluator may be moved. */
  mend(index: number, atMs: number, state: Float64Array): void {
    if (Math.abs(atMs - this.#takenMs) > KEPT_MS && !this.#take(index, atMs, state)) return
    this.#turnTo(state)
    for (let axis = 0; axis < 3; axis += 1) {
      let more = 0
      for (let way = 0; way < 3; way += 1)
        more += (this.#offset[way] ?? 0) * (this.#axes[3 * way + axis] ?? 0)
      state[axis + 3] = (state[axis + 3] ?? 0) + more
    }
  }

  #take(index: number, atMs: number, state: Float64Array): boolean {
    const mended = this.#mended
    mended.set(state)
    if (!mendVelocity(this.#evaluator, index, atMs, mended)) return false
    this.#turnTo(state)
    for (let way = 0; way < 3; way += 1) {
      let offset = 0
      for (let axis = 0; axis < 3; axis += 1) {
        offset += ((mended[axis + 3] ?? 0) - (state[axis + 3] ?? 0)) * (this.#axes[3 * way + axis] ?? 0)
      }
      this.#offset[way] = offset
    }
    this.#takenMs = atMs
    return true
  }

  // The directions of the radius, of the orbit and of its normal.
  #turnTo(state: Float64Array): void {
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
    axes[3] = (ny * z - nz * y) * perNormal * perRadius
    axes[4] = (nz * x - nx * z) * perNormal * perRadius
    axes[5] = (nx * y - ny * x) * perNormal * perRadius
    axes[6] = nx * perNormal
    axes[7] = ny * perNormal
    axes[8] = nz * perNormal
  }
}
