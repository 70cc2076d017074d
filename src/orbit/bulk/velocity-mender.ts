import { isDeepSpace } from './bulk-catalogue.ts'
import { placeInSky, SKY, SKY_LENGTH, toMeridian } from './observer.ts'
import { RECORD, RECORD_LENGTH } from './records.ts'
import type { SkyEvaluator } from './sky-evaluator.ts'
import { SlowVelocities } from './slow-velocities.ts'
import { mendVelocity } from './true-velocity.ts'

// Slower than this over the ground, an object's culminations are moved by minutes by what its velocity is wrong by.
const SLOW_KM_PER_SEC = 1
// From here on the velocity is wrong by 10 cm/s and more, and not the same way around the orbit.
const ECCENTRIC = 0.01

/** Makes velocities of SGP4 the derivatives of its places where the search would go wrong with them as they are. */
export class VelocityMender {
  readonly #evaluator: SkyEvaluator
  readonly #slow: SlowVelocities
  readonly #meridian = new Float64Array(6)
  readonly #sky = new Float64Array(SKY_LENGTH)
  #index = 0
  /** Whether the object's velocities are mended one by one: eccentric orbits, and what decays near the Earth. */
  isEccentric = false

  constructor(evaluator: SkyEvaluator) {
    this.#evaluator = evaluator
    this.#slow = new SlowVelocities(evaluator)
  }

  /** Turns to an object. */
  begin(index: number): void {
    const { catalogue } = this.#evaluator
    this.#index = index
    this.#slow.begin()
    this.isEccentric =
      !isDeepSpace(catalogue, index) ||
      (catalogue.records[index * RECORD_LENGTH + RECORD.eccentricity] ?? 0) > ECCENTRIC
  }

  /** Mends the velocity of a state at an instant and gives its sky, until the next time; the evaluator may be moved. */
  mend(atMs: number, state: Float64Array): Float64Array {
    if (this.isEccentric) mendVelocity(this.#evaluator, this.#index, atMs, state)
    else if (isSlow(this.#skyOf(atMs, state))) this.#slow.mend(this.#index, atMs, state)
    else return this.#sky
    return this.#skyOf(atMs, state)
  }

  #skyOf(atMs: number, state: Float64Array): Float64Array {
    const { observer } = this.#evaluator
    toMeridian(observer, atMs, state, 0, this.#meridian, 0)
    placeInSky(observer, this.#meridian, 0, this.#sky)
    return this.#sky
  }
}

/** Whether an object hardly moves in the sky. */
export const isSlow = (sky: Float64Array): boolean => {
  const up = sky[SKY.upRate] ?? 0
  const east = sky[SKY.eastRate] ?? 0
  const north = sky[SKY.northRate] ?? 0
  return up * up + east * east + north * north < SLOW_KM_PER_SEC * SLOW_KM_PER_SEC
}
