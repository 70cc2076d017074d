import { isDeepSpace } from './bulk-catalogue.ts'
import { placeInSky, SKY_LENGTH, toMeridian } from './observer.ts'
import { RECORD, RECORD_LENGTH } from './records.ts'
import { isSlowerThan, type SkyEvaluator, SLOW_KM_PER_SEC } from './sky-evaluator.ts'
import { SlowVelocities } from './slow-velocities.ts'
import { mendVelocity } from './true-velocity.ts'

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

  /**
   * Mends the velocity of a state at an instant where the object hardly moves in the sky, and says whether; the
   * evaluator may be moved. Elsewhere the quintic is hundreds of metres off at most without that, which finds what
   * happens.
   */
  mend(atMs: number, state: Float64Array): boolean {
    if (
      !isDeepSpace(this.#evaluator.catalogue, this.#index) ||
      !isSlowerThan(this.skyOf(atMs, state), SLOW_KM_PER_SEC)
    )
      return false
    if (this.isEccentric) return mendVelocity(this.#evaluator, this.#index, atMs, state)
    this.#slow.mend(this.#index, atMs, state)
    return true
  }

  /** The sky of a state at an instant, until the next time. */
  skyOf(atMs: number, state: Float64Array): Float64Array {
    const { observer } = this.#evaluator
    toMeridian(observer, atMs, state, 0, this.#meridian, 0)
    placeInSky(observer, this.#meridian, 0, this.#sky)
    return this.#sky
  }
}
