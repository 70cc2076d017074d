import { ARC_LENGTH, arcInSky, arcPlace, writeArc } from './kepler-arc.ts'
import { type Observer, SKY_LENGTH } from './observer.ts'
import { climb } from './sky-evaluator.ts'

const ROUNDS_MAX = 12
const CULMINATION_SECONDS = 1e-5
const CULMINATION_SECONDS_MAX = 600

/** How an object moves through the sky of a site for some minutes around a state. */
export class ArcSky {
  /** What `at` found, as `SKY` says. */
  readonly sky = new Float64Array(SKY_LENGTH)
  readonly #observer: Observer
  readonly #arc = new Float64Array(ARC_LENGTH)
  readonly #seconds = new Float64Array(1)

  constructor(observer: Observer) {
    this.#observer = observer
  }

  /** Begins at a state in the meridian's frame of its instant. */
  begin(meridian: Float64Array): void {
    writeArc(meridian, 0, this.#arc)
  }

  /** The place so many seconds after the beginning, in the frame that the arc began in. */
  place(seconds: number, out: Float64Array): void {
    arcPlace(this.#arc, seconds, out)
  }

  /** Goes to so many seconds after the beginning. */
  at(seconds: number): void {
    this.#seconds[0] = seconds
    arcInSky(this.#observer, this.#arc, this.#seconds, this.sky)
  }

  /**
   * Goes to the highest (or lowest) elevation nearby: a secant on its rate. Gives the seconds; beyond some minutes they
   * mean little, and who asks begins anew there.
   */
  toExtreme(): number {
    this.at(0)
    let before = 0
    let rateBefore = climb(this.sky)
    let t = rateBefore > 0 ? 1 : -1
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      this.at(t)
      const rate = climb(this.sky)
      const step = (rate * (t - before)) / (rateBefore - rate)
      before = t
      rateBefore = rate
      t = Math.max(-CULMINATION_SECONDS_MAX, Math.min(CULMINATION_SECONDS_MAX, t + step))
      if (Math.abs(t - before) < CULMINATION_SECONDS) break
    }
    this.at(t)
    return t
  }
}
