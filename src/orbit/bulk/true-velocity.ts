import { MS_PER_SECOND } from '../../kernel/time.ts'
import type { SkyEvaluator } from './sky-evaluator.ts'
import { timeScale } from './state-scale.ts'

// In times in which the object moves by its own distance from the Earth's centre: the error is the fourth power of it,
// and what the rounding of SGP4 makes of it is some µm/s.
const SPACING_SHARE = 0.004

const before = new Float64Array(6)

/**
 * Makes the velocity of a state at an instant the derivative of SGP4's places: as SGP4 gives it, it is mm/s off for a
 * circular orbit and m/s for an eccentric one. Asks SGP4 twice, and leaves the evaluator where that takes it. False,
 * and the state as it was, where SGP4 knows no place.
 */
export const mendVelocity = (
  evaluator: SkyEvaluator,
  index: number,
  atMs: number,
  state: Float64Array,
): boolean => {
  const seconds = SPACING_SHARE * timeScale(state)
  if (!evaluator.evaluate(index, atMs - seconds * MS_PER_SECOND)) return false
  before.set(evaluator.state)
  if (!evaluator.evaluate(index, atMs + seconds * MS_PER_SECOND)) return false
  const after = evaluator.state
  for (let axis = 3; axis < 6; axis += 1) {
    const chord = ((after[axis - 3] ?? 0) - (before[axis - 3] ?? 0)) / (2 * seconds)
    // The third derivative is in the difference of the velocities.
    state[axis] = chord - ((after[axis] ?? 0) - 2 * (state[axis] ?? 0) + (before[axis] ?? 0)) / 6
  }
  return true
}
