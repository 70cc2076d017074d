import { MS_PER_DAY } from '../../kernel/time.ts'
import type { Ms } from '../../kernel/units.ts'

/**
 * The variance of a prediction along the track is a sum of terms, each of which grows with age or with drag; learning
 * finds their coefficients, which are never negative. So the uncertainty grows with age and with drag whatever was
 * learned. Two terms are of age alone (an error of the mean motion grows with the age, one of its rate with the
 * square); the others are pieces of the square of the drag's displacement, from 1 km to half an orbit, so that any
 * growing function of drag can be learned: drag is badly known by a share of itself as long as it is free, and an
 * object that is kept in its place is not farther off for it.
 */

// Kilometres. Half an orbit at the top: beyond it the phase is lost.
const DISPLACEMENT_EDGES_KM = [0, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 20_000] as const
const AGE_TERMS = 2
/** How many terms there are. */
export const VARIANCE_TERMS = AGE_TERMS + DISPLACEMENT_EDGES_KM.length - 1
// Makes the second term of the size of the first at ten days, so that coefficients are alike in size.
const AGE_SCALE_DAYS = 10

/** The terms for an age and a drag (`OrbitTraits.dragKmPerDaySquared`), km² each before their coefficients. */
export const varianceTerms = (age: Ms, dragKmPerDaySquared: number): Float64Array => {
  const days = Math.abs(age) / MS_PER_DAY
  const terms = new Float64Array(VARIANCE_TERMS)
  terms[0] = days * days
  terms[1] = (days * days * days * days) / (AGE_SCALE_DAYS * AGE_SCALE_DAYS)
  const displacementKm = dragKmPerDaySquared * days * days
  for (let piece = 1; piece < DISPLACEMENT_EDGES_KM.length; piece += 1) {
    const from = DISPLACEMENT_EDGES_KM[piece - 1] ?? 0
    const to = DISPLACEMENT_EDGES_KM[piece] ?? 0
    const reached = Math.min(displacementKm, to)
    if (reached > from) terms[AGE_TERMS + piece - 1] = reached * reached - from * from
  }
  return terms
}
