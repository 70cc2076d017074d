import { EARTH_RADIUS_KM, J2, MU_KM3_PER_SEC2 } from './records.ts'

const COEFFICIENTS = 6

const acceleration = new Float64Array(3)

// Of the Earth with its flattening, which leaves 1e-8 km/s² (Sun, Moon and the finer shape of the Earth).
const accelerate = (state: Float64Array, at: number): void => {
  const x = state[at] ?? 0
  const y = state[at + 1] ?? 0
  const z = state[at + 2] ?? 0
  const square = x * x + y * y + z * z
  const pull = -MU_KM3_PER_SEC2 / (square * Math.sqrt(square))
  const flat = (1.5 * J2 * EARTH_RADIUS_KM * EARTH_RADIUS_KM) / square
  const polar = (5 * z * z) / square
  acceleration[0] = pull * x * (1 + flat * (1 - polar))
  acceleration[1] = pull * y * (1 + flat * (1 - polar))
  acceleration[2] = pull * z * (1 + flat * (3 - polar))
}

/**
 * The motion between two states (TEME, km and km/s): the quintic that has their positions and velocities and, at both
 * ends, the acceleration of gravity. Over an angle of φ radians of a circular orbit of radius r it is r·φ⁶/46080 off at
 * most: 2 m over 0.5 rad in a low orbit.
 */
export class HermiteArc {
  /** Instant of the first state, UTC ms, and how long the arc is, seconds. */
  fromUtcMs = 0
  seconds = 0
  readonly #terms = new Float64Array(3 * COEFFICIENTS)

  /** Six doubles each from `at` on. */
  set(
    fromUtcMs: number,
    from: Float64Array,
    fromAt: number,
    toUtcMs: number,
    to: Float64Array,
    toAt: number,
  ): void {
    this.fromUtcMs = fromUtcMs
    const h = (toUtcMs - fromUtcMs) / 1000
    this.seconds = h
    const perH3 = 1 / (h * h * h)
    const terms = this.#terms
    accelerate(from, fromAt)
    for (let axis = 0; axis < 3; axis += 1) terms[axis * COEFFICIENTS + 2] = (acceleration[axis] ?? 0) / 2
    accelerate(to, toAt)
    for (let axis = 0; axis < 3; axis += 1) {
      const at = axis * COEFFICIENTS
      const position = from[fromAt + axis] ?? 0
      const velocity = from[fromAt + 3 + axis] ?? 0
      const half = terms[at + 2] ?? 0
      // What the parabola through the first state misses at the second one.
      const miss = ((to[toAt + axis] ?? 0) - position - h * (velocity + h * half)) * perH3
      const missRate = ((to[toAt + 3 + axis] ?? 0) - velocity - 2 * h * half) / (h * h)
      const missAcceleration = ((acceleration[axis] ?? 0) - 2 * half) / h
      terms[at] = position
      terms[at + 1] = velocity
      terms[at + 3] = 10 * miss - 4 * missRate + missAcceleration / 2
      terms[at + 4] = (-15 * miss + 7 * missRate - missAcceleration) / h
      terms[at + 5] = (6 * miss - 3 * missRate + missAcceleration / 2) / (h * h)
    }
  }

  /** The state so many seconds after the first one: six doubles. */
  write(seconds: number, out: Float64Array): void {
    const terms = this.#terms
    for (let axis = 0; axis < 3; axis += 1) {
      const at = axis * COEFFICIENTS
      let position = terms[at + 5] ?? 0
      let velocity = 0
      for (let k = COEFFICIENTS - 2; k >= 0; k -= 1) {
        velocity = velocity * seconds + position
        position = position * seconds + (terms[at + k] ?? 0)
      }
      out[axis] = position
      out[axis + 3] = velocity
    }
  }
}
