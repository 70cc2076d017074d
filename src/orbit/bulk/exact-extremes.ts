import { MS_PER_SECOND } from '../../kernel/time.ts'
import { SKY, SKY_LENGTH } from './observer.ts'
import { isSlowerThan, type SkyEvaluator, sinElevation, sinElevationRate } from './sky-evaluator.ts'
import { radiusOf, speedOf } from './state-scale.ts'

// Spacing of the looks, in times in which the object moves by its own distance from the Earth's centre, or from the
// site. For a geostationary object it is a minute; what SGP4's rounding makes of it there is under a millisecond, and
// so is the quartic's own error for the most eccentric orbits.
const SPACING_OF_RADIUS = 0.004
const SPACING_OF_RANGE = 0.02
const ROUNDS_MAX = 12
const NEWTON_ROUNDS = 6
// Spacings from the middle beyond which new looks are taken.
const TRUSTED_SPACINGS = 1
const STEP_SPACINGS_MAX = 4

// What is followed: up, east and north, and the sine of the elevation, which has no kink in the zenith.
const FOLLOWED = 4
const SINE = 3
const TERMS = 5

// The looks in spacings from the middle one. What SGP4's velocities are off by hardly changes over three looks, so that
// they still tell how the velocity changes; but of an object that moves slower than this over the ground, as
// geostationary ones and eccentric ones at their apogee, they tell too little.
const THREE = [0, -1, 1] as const
const FIVE = [0, -1, 1, -2, 2] as const
const FIVE_KM_PER_SEC = 2.5

/**
 * Finds where the elevation of an object is highest or lowest, from the places of SGP4: its velocities are some mm/s
 * off their derivatives, which moves the culmination of a geostationary object by half an hour.
 */
export class ExactExtremes {
  /** The place in the sky (not its rates) at the extreme that `near` found. */
  readonly sky = new Float64Array(SKY_LENGTH)
  readonly #evaluator: SkyEvaluator
  // Of each look what is followed, and its rates a second.
  readonly #values = new Float64Array(FIVE.length * FOLLOWED)
  readonly #rates = new Float64Array(FIVE.length * FOLLOWED)
  #looks: readonly number[] = FIVE
  readonly #quartic = new Float64Array(TERMS)

  constructor(evaluator: SkyEvaluator) {
    this.#evaluator = evaluator
  }

  /**
   * The instant of the extreme near a guess (nearer than `withinMs`), UTC ms, with `sky` at that instant; undefined
   * where there is none of that kind, or SGP4 knows no place.
   */
  near(index: number, guessMs: number, kind: 'highest' | 'lowest', withinMs: number): number | undefined {
    let atMs = guessMs
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const seconds = this.#lookAround(index, atMs)
      if (seconds === undefined) return undefined
      this.#fit(SINE, seconds)
      const x = extremeOf(this.#quartic, kind)
      if (x === undefined) return undefined
      atMs += x * seconds * MS_PER_SECOND
      if (Math.abs(atMs - guessMs) > withinMs) return undefined
      if (Math.abs(x) <= TRUSTED_SPACINGS) {
        this.#placeAt(x, seconds)
        return atMs
      }
    }
    return undefined
  }

  /** `climb` of the places of SGP4 at an instant, km³/s; undefined where it knows none. */
  climbAt(index: number, atMs: number): number | undefined {
    const seconds = this.#lookAround(index, atMs)
    if (seconds === undefined) return undefined
    this.#fit(SINE, seconds)
    const rate = (this.#quartic[1] ?? 0) / seconds
    this.#placeAt(0, seconds)
    return rate * (this.sky[SKY.range] ?? 0) ** 3
  }

  // Looks around an instant: how many seconds are between looks.
  #lookAround(index: number, atMs: number): number | undefined {
    if (!this.#look(index, atMs, 0)) return undefined
    const { state, sky } = this.#evaluator
    const distance = Math.min(SPACING_OF_RADIUS * radiusOf(state), SPACING_OF_RANGE * (sky[SKY.range] ?? 0))
    const seconds = distance / speedOf(state)
    this.#looks = isSlowerThan(sky, FIVE_KM_PER_SEC) ? FIVE : THREE
    for (const [look, spacings] of this.#looks.entries()) {
      if (look > 0 && !this.#look(index, atMs + spacings * seconds * MS_PER_SECOND, look)) return undefined
    }
    return seconds
  }

  #look(index: number, atMs: number, look: number): boolean {
    const { sky } = this.#evaluator
    if (!this.#evaluator.evaluate(index, atMs)) return false
    const at = look * FOLLOWED
    for (let axis = 0; axis < 3; axis += 1) {
      this.#values[at + axis] = sky[SKY.up + axis] ?? 0
      this.#rates[at + axis] = sky[SKY.upRate + axis] ?? 0
    }
    this.#values[at + SINE] = sinElevation(sky)
    this.#rates[at + SINE] = sinElevationRate(sky)
    return true
  }

  // The quartic in spacings from the middle look that has all values; of three looks, also rates that are all off by
  // the same.
  #fit(followed: number, seconds: number): void {
    const quartic = this.#quartic
    const value = (look: number): number => this.#values[look * FOLLOWED + followed] ?? 0
    const rate = (look: number): number => seconds * (this.#rates[look * FOLLOWED + followed] ?? 0)
    const middle = value(0)
    const even = (value(1) + value(2)) / 2 - middle
    const odd = (value(2) - value(1)) / 2
    const third =
      this.#looks === FIVE ? ((value(4) - value(3)) / 2 - 2 * odd) / 6 : (rate(2) - 2 * rate(0) + rate(1)) / 6
    const fourth =
      this.#looks === FIVE
        ? ((value(4) + value(3)) / 2 - middle - 4 * even) / 12
        : (rate(2) - rate(1)) / 4 - even
    quartic[0] = middle
    quartic[1] = odd - third
    quartic[2] = even - fourth
    quartic[3] = third
    quartic[4] = fourth
  }

  // So many spacings from the middle look: over so short an arc that is SGP4's place to its rounding.
  #placeAt(x: number, seconds: number): void {
    const { sky } = this
    for (let axis = 0; axis < 3; axis += 1) {
      this.#fit(axis, seconds)
      let place = 0
      for (let term = TERMS - 1; term >= 0; term -= 1) place = place * x + (this.#quartic[term] ?? 0)
      sky[SKY.up + axis] = place
    }
    sky[SKY.range] = Math.hypot(sky[SKY.up] ?? 0, sky[SKY.east] ?? 0, sky[SKY.north] ?? 0)
  }
}

/** Where a quartic turns near zero. */
const extremeOf = (quartic: Float64Array, kind: 'highest' | 'lowest'): number | undefined => {
  const [, rate = 0, bend = 0, third = 0, fourth = 0] = quartic
  if (bend > 0 === (kind === 'highest')) return undefined
  let x = 0
  for (let round = 0; round < NEWTON_ROUNDS; round += 1) {
    const slope = rate + x * (2 * bend + x * (3 * third + x * 4 * fourth))
    x -= slope / (2 * bend + x * (6 * third + x * 12 * fourth))
    x = Math.max(-STEP_SPACINGS_MAX, Math.min(STEP_SPACINGS_MAX, x))
  }
  return x
}
