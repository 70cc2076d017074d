import { ARC_LENGTH, arcAcceleration, arcMeridian, writeArc } from './kepler-arc.ts'
import {
  type Observer,
  placeInSky,
  SKY as SKY_IMPORTED,
  SKY_LENGTH as SKY_LENGTH_IMPORTED,
} from './observer.ts'
import { climb, moveSky } from './sky-evaluator.ts'

// Literals to the compiler, as imports are not (`records.ts`).
const SKY = SKY_IMPORTED
const SKY_LENGTH = SKY_LENGTH_IMPORTED

// Beyond this the arc says no more than on which side the culmination is.
const EXTREME_SECONDS_MAX = 600
// So near, one step along the parabola of the climb leaves a tenth of a millisecond; and so near, a straight line a
// millimetre.
const PARABOLA_SECONDS = 3
const STRAIGHT_SECONDS = 0.02
// Farther off, by a secant.
const SECANT_ROUNDS_MAX = 12
const SECANT_SECONDS = 1e-5

/** How an object moves through the sky of a site for some minutes around a state. */
export class ArcSky {
  /** What `at` found, as `SKY` says. */
  readonly sky = new Float64Array(SKY_LENGTH)
  /** Derivative of `climb` near the extreme that `toExtreme` found, km³/s²: negative where it is the highest. */
  climbRate = 0
  /** How `up` is accelerated where the arc begins, km/s². */
  upPull = 0
  readonly #observer: Observer
  readonly #arc = new Float64Array(ARC_LENGTH)
  readonly #meridian = new Float64Array(6)
  readonly #acceleration = new Float64Array(3)

  constructor(observer: Observer) {
    this.#observer = observer
  }

  /** Goes to so many seconds after the beginning. */
  at(seconds: number): void {
    arcMeridian(this.#arc, this.#observer.turnRate, seconds, this.#meridian)
    placeInSky(this.#observer, this.#meridian, 0, this.sky)
  }

  /**
   * Begins at a state in the meridian's frame of its instant, that stands so in the sky; goes to the highest (or lowest)
   * elevation nearby and gives the seconds; beyond some minutes they mean little, and who asks begins anew there. The
   * rates of the sky may stay those of an instant nearby.
   */
  toExtreme(meridian: Float64Array, skyAtStart: Float64Array): number {
    const { sky } = this
    writeArc(meridian, this.#arc)
    const climbAtStart = climb(skyAtStart)
    const rateAtStart = this.#climbRateAtStart(meridian, skyAtStart)
    const first = -climbAtStart / rateAtStart
    if (!(rateAtStart < 0 && Math.abs(first) < PARABOLA_SECONDS)) return this.#followSecant(climbAtStart)
    this.at(first)
    const left = climb(sky)
    // Newton's step on the parabola that has the climb and its rate at the start and the climb here.
    this.climbRate = first === 0 ? rateAtStart : rateAtStart + (2 * left) / first
    const step = -left / this.climbRate
    if (!(Math.abs(step) > STRAIGHT_SECONDS)) {
      moveSky(sky, step)
      return first + step
    }
    return this.#followSecant(left, first)
  }

  #followSecant(climbBefore: number, from = 0): number {
    let before = from
    let rateBefore = climbBefore
    let t = from + (rateBefore > 0 ? 1 : -1)
    for (let round = 0; round < SECANT_ROUNDS_MAX; round += 1) {
      this.at(t)
      const rate = climb(this.sky)
      this.climbRate = (rateBefore - rate) / (before - t)
      const step = -rate / this.climbRate
      before = t
      rateBefore = rate
      t = Math.max(-EXTREME_SECONDS_MAX, Math.min(EXTREME_SECONDS_MAX, t + step))
      if (Math.abs(t - before) < SECANT_SECONDS) break
    }
    this.at(t)
    return t
  }

  // Of the turning Earth.
  #climbRateAtStart(meridian: Float64Array, sky: Float64Array): number {
    const { turnRate, sinLatitude, cosLatitude } = this.#observer
    const acceleration = this.#acceleration
    arcAcceleration(this.#arc, acceleration)
    const ax = (acceleration[0] ?? 0) + turnRate * (2 * (meridian[4] ?? 0) - turnRate * (meridian[0] ?? 0))
    const ay = (acceleration[1] ?? 0) - turnRate * (2 * (meridian[3] ?? 0) + turnRate * (meridian[1] ?? 0))
    const az = acceleration[2] ?? 0
    const up = sky[SKY.up] ?? 0
    const east = sky[SKY.east] ?? 0
    const north = sky[SKY.north] ?? 0
    const upRate = sky[SKY.upRate] ?? 0
    const eastRate = sky[SKY.eastRate] ?? 0
    const northRate = sky[SKY.northRate] ?? 0
    const range = sky[SKY.range] ?? 0
    const upPull = cosLatitude * ax + sinLatitude * az
    this.upPull = upPull
    const awayPull = up * upPull + east * ay + north * (cosLatitude * az - sinLatitude * ax)
    const square = upRate * upRate + eastRate * eastRate + northRate * northRate
    return upPull * range * range + upRate * (sky[SKY.rangeTimesRate] ?? 0) - up * (square + awayPull)
  }
}
