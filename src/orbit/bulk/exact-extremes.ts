import { MS_PER_SECOND } from '../../kernel/time.ts'
import { SKY } from './observer.ts'
import { type SkyEvaluator, sinElevation } from './sky-evaluator.ts'

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

/**
 * Finds where the elevation of an object is highest or lowest, from the places of SGP4 alone: its velocities are some
 * mm/s off their derivatives, which moves the culmination of a geostationary object by half an hour.
 */
export class ExactExtremes {
  readonly #evaluator: SkyEvaluator
  readonly #heights = new Float64Array(5)

  get sky(): Float64Array {
    return this.#evaluator.sky
  }

  constructor(evaluator: SkyEvaluator) {
    this.#evaluator = evaluator
  }

  /**
   * The instant of the extreme near a guess (nearer than `withinMs`), UTC ms, with the sky of that instant left in the evaluator; undefined where
   * there is none of that kind, or SGP4 knows no place.
   *
   * The sine of the elevation is followed, not the elevation, for it has no kink in the zenith.
   */
  near(index: number, guessMs: number, kind: 'highest' | 'lowest', withinMs: number): number | undefined {
    const evaluator = this.#evaluator
    if (!evaluator.evaluate(index, guessMs)) return undefined
    const heights = this.#heights
    const spacingMs = this.#spacing() * MS_PER_SECOND
    let atMs = guessMs
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      for (let point = 0; point < 5; point += 1) {
        // The middle of the first five is where the evaluator stands.
        const isKnown = round === 0 && point === 2
        if (isKnown) heights[2] = this.#middle
        else {
          if (!evaluator.evaluate(index, atMs + (point - 2) * spacingMs)) return undefined
          heights[point] = sinElevation(evaluator.sky)
        }
      }
      const x = extremeOfQuartic(heights, kind)
      if (x === undefined) return undefined
      atMs += x * spacingMs
      if (Math.abs(atMs - guessMs) > withinMs) return undefined
      if (Math.abs(x) <= TRUSTED_SPACINGS) return evaluator.evaluate(index, atMs) ? atMs : undefined
    }
    return undefined
  }

  #middle = 0

  // Seconds; notes the height of the state that the evaluator stands at.
  #spacing(): number {
    const { state, sky } = this.#evaluator
    this.#middle = sinElevation(sky)
    const radius = Math.hypot(state[0] ?? 0, state[1] ?? 0, state[2] ?? 0)
    const speed = Math.hypot(state[3] ?? 0, state[4] ?? 0, state[5] ?? 0)
    return Math.min(SPACING_OF_RADIUS * radius, SPACING_OF_RANGE * (sky[SKY.range] ?? 0)) / speed
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
