import { MS_PER_SECOND } from '../../kernel/time.ts'
import { SKY, SKY_LENGTH } from './observer.ts'
import { type SkyEvaluator, sinElevation } from './sky-evaluator.ts'
import { radiusOf, speedOf } from './state-scale.ts'

// Spacing of the five points of the quartic, in times in which the object moves by its own distance from the Earth's
// centre, or from the site. For a geostationary object it is a minute and a half; what SGP4's rounding makes of it there
// is under a millisecond, and so is the quartic's own error for the most eccentric orbits.
const SPACING_OF_RADIUS = 0.004
const SPACING_OF_RANGE = 0.02
const ROUNDS_MAX = 12
const NEWTON_ROUNDS = 6
// Spacings from the middle beyond which five new points are taken.
const TRUSTED_SPACINGS = 1
const STEP_SPACINGS_MAX = 4
const POINTS = 5

/**
 * Finds where the elevation of an object is highest or lowest, from the places of SGP4 alone: its velocities are some
 * mm/s off their derivatives, which moves the culmination of a geostationary object by half an hour.
 */
export class ExactExtremes {
  /** The place in the sky (not its rates) at the extreme that `near` found. */
  readonly sky = new Float64Array(SKY_LENGTH)
  readonly #evaluator: SkyEvaluator
  readonly #heights = new Float64Array(POINTS)
  // Up, east and north of the five points.
  readonly #places = new Float64Array(3 * POINTS)

  constructor(evaluator: SkyEvaluator) {
    this.#evaluator = evaluator
  }

  /**
   * The instant of the extreme near a guess (nearer than `withinMs`), UTC ms, with `sky` at that instant; undefined where
   * there is none of that kind, or SGP4 knows no place.
   *
   * The sine of the elevation is followed, not the elevation, for it has no kink in the zenith.
   */
  near(index: number, guessMs: number, kind: 'highest' | 'lowest', withinMs: number): number | undefined {
    const spacingMs = this.#lookAround(index, guessMs)
    if (spacingMs === undefined) return undefined
    let atMs = guessMs
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      if (round > 0 && !(this.#look(index, atMs, 2) && this.#lookBeside(index, atMs, spacingMs)))
        return undefined
      const x = extremeOfQuartic(this.#heights, kind)
      if (x === undefined) return undefined
      atMs += x * spacingMs
      if (Math.abs(atMs - guessMs) > withinMs) return undefined
      if (Math.abs(x) <= TRUSTED_SPACINGS) {
        this.#placeAt(x)
        return atMs
      }
    }
    return undefined
  }

  /** `climb` of the places of SGP4 at an instant, km³/s; undefined where it knows none. */
  climbAt(index: number, atMs: number): number | undefined {
    const spacingMs = this.#lookAround(index, atMs)
    if (spacingMs === undefined) return undefined
    const [a = 0, b = 0, , d = 0, e = 0] = this.#heights
    this.#placeAt(0)
    const range = this.sky[SKY.range] ?? 0
    return (((a - 8 * b + 8 * d - e) / 12) * range * range * range * MS_PER_SECOND) / spacingMs
  }

  // Looks at five points around an instant: how far apart they are, ms.
  #lookAround(index: number, atMs: number): number | undefined {
    if (!this.#look(index, atMs, 2)) return undefined
    const { state, sky } = this.#evaluator
    const distance = Math.min(SPACING_OF_RADIUS * radiusOf(state), SPACING_OF_RANGE * (sky[SKY.range] ?? 0))
    const spacingMs = (distance / speedOf(state)) * MS_PER_SECOND
    return this.#lookBeside(index, atMs, spacingMs) ? spacingMs : undefined
  }

  #lookBeside(index: number, atMs: number, spacingMs: number): boolean {
    for (let point = 0; point < POINTS; point += 1) {
      if (point !== 2 && !this.#look(index, atMs + (point - 2) * spacingMs, point)) return false
    }
    return true
  }

  #look(index: number, atMs: number, point: number): boolean {
    const { sky } = this.#evaluator
    if (!this.#evaluator.evaluate(index, atMs)) return false
    this.#heights[point] = sinElevation(sky)
    for (let axis = 0; axis < 3; axis += 1) this.#places[3 * point + axis] = sky[axis] ?? 0
    return true
  }

  // On the quartic through the five points, so many spacings from the middle one: over so short an arc that is SGP4's
  // place to its rounding.
  #placeAt(x: number): void {
    const { sky } = this
    const outer = (x * x - 1) * x
    const inner = (x * x - 4) * x
    const weights = [
      (outer * (x - 2)) / 24,
      (-inner * (x - 1)) / 6,
      ((x * x - 4) * (x * x - 1)) / 4,
      (-inner * (x + 1)) / 6,
      (outer * (x + 2)) / 24,
    ]
    for (let axis = 0; axis < 3; axis += 1) {
      let place = 0
      for (const [point, weight] of weights.entries()) place += weight * (this.#places[3 * point + axis] ?? 0)
      sky[axis] = place
    }
    sky[SKY.range] = Math.hypot(sky[SKY.up] ?? 0, sky[SKY.east] ?? 0, sky[SKY.north] ?? 0)
  }
}

/** Where the quartic through five equally spaced heights turns, in spacings from the middle one. */
const extremeOfQuartic = (heights: Float64Array, kind: 'highest' | 'lowest'): number | undefined => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = heights
  const rate = (a - 8 * b + 8 * d - e) / 12
  const bend = (-a + 16 * b - 30 * c + 16 * d - e) / 24
  const third = (-a + 2 * b - 2 * d + e) / 12
  const fourth = (a - 4 * b + 6 * c - 4 * d + e) / 24
  if (bend > 0 === (kind === 'highest')) return undefined
  let x = 0
  for (let round = 0; round < NEWTON_ROUNDS; round += 1) {
    const slope = rate + x * (2 * bend + x * (3 * third + x * 4 * fourth))
    x -= slope / (2 * bend + x * (6 * third + x * 12 * fourth))
    x = Math.max(-STEP_SPACINGS_MAX, Math.min(STEP_SPACINGS_MAX, x))
  }
  return x
}
