import { CONSISTENCY_FLOOR_KM, JUMP_SIGMAS, placeAmongNodes } from './along-track-model.ts'
import type { AlongTrackSample } from './successive-sets.ts'
import { VARIANCE_TERMS, varianceTerms } from './variance-terms.ts'

/** What a stratum's samples come to: for each node its coefficients, and for each sample whether it is a jump. */
export interface VarianceFit {
  readonly coefficients: readonly Float64Array[]
  readonly isJump: Uint8Array
}

// The first scale must not be drawn away by manoeuvres, of which some shells have a third: each sample counts at most
// as one sigma, which up to half of them cannot shift. 0.516 is what a normal distribution then gives on average.
const START_SQUARE_MAX = 1
const START_MEAN = 0.516
const START_STEPS = 150
const STEPS = 60
// Seen to settle within ten; jumps in and out of the edge may go on for ever.
const ROUNDS_MAX = 25
const SETTLED_SHARE = 1e-4
/** Any start above 0 will do, but 0 stays 0. */
const START_COEFFICIENT = 1e-3
/** What is so small is 0: the largest term, half an orbit squared, comes to less than the floor with it. */
export const COEFFICIENT_MIN = 1e-10
// A term that fewer samples of a node show keeps the coefficient of the whole stratum: it is not 0 for want of a case.
const TERM_SAMPLES_MIN = 5

/** The samples of a stratum spread out for the fit, and the coefficients as they stand. */
class VarianceFitter {
  readonly #count: number
  readonly #nodeCount: number
  readonly #terms: Float64Array
  readonly #squares: Float64Array
  readonly #lower: Uint32Array
  readonly #weights: Float64Array
  readonly #coefficients: Float64Array
  readonly #isFixed: Uint8Array
  readonly #isJump: Uint8Array

  constructor(
    samples: readonly AlongTrackSample[],
    nodePerigeesKm: readonly number[],
    whole: Float64Array | undefined,
  ) {
    const nodes = nodePerigeesKm.map((perigeeKm) => ({ perigeeKm }))
    this.#count = samples.length
    this.#nodeCount = nodes.length
    this.#terms = new Float64Array(samples.length * VARIANCE_TERMS)
    this.#squares = new Float64Array(samples.length)
    this.#lower = new Uint32Array(samples.length)
    this.#weights = new Float64Array(samples.length)
    this.#isJump = new Uint8Array(samples.length)
    // One node more than there are, so that the uppermost has a neighbour of weight 0.
    const size = (nodes.length + 1) * VARIANCE_TERMS
    this.#coefficients = new Float64Array(size).fill(START_COEFFICIENT)
    const shown = new Float64Array(size)
    for (const [index, { traits, age, alongTrack }] of samples.entries()) {
      const terms = varianceTerms(age, traits.dragKmPerDaySquared)
      this.#terms.set(terms, index * VARIANCE_TERMS)
      this.#squares[index] = alongTrack * alongTrack
      const { lower, weight } = placeAmongNodes(nodes, traits.perigee)
      this.#lower[index] = lower
      this.#weights[index] = weight
      for (const [term, value] of terms.entries()) {
        if (value === 0) continue
        const below = lower * VARIANCE_TERMS + term
        shown[below] = (shown[below] ?? 0) + 1 - weight
        shown[below + VARIANCE_TERMS] = (shown[below + VARIANCE_TERMS] ?? 0) + weight
      }
    }
    this.#isFixed = Uint8Array.from(shown, (samplesOfIt) => (samplesOfIt < TERM_SAMPLES_MIN ? 1 : 0))
    for (const [index, isFixed] of this.#isFixed.entries()) {
      if (isFixed === 1) this.#coefficients[index] = whole?.[index % VARIANCE_TERMS] ?? 0
    }
  }

  #variance(index: number): number {
    const coefficients = this.#coefficients
    const terms = this.#terms
    // Of this function's own, for the loop runs hundreds of millions of times.
    const termCount = VARIANCE_TERMS
    const at = index * termCount
    const low = (this.#lower[index] ?? 0) * termCount
    const weight = this.#weights[index] ?? 0
    let variance = CONSISTENCY_FLOOR_KM * CONSISTENCY_FLOOR_KM
    for (let term = 0; term < termCount; term += 1) {
      const value = terms[at + term] ?? 0
      if (value === 0) continue
      const below = coefficients[low + term] ?? 0
      const above = coefficients[low + termCount + term] ?? 0
      variance += value * (below + weight * (above - below))
    }
    return variance
  }

  /**
   * One update of all coefficients, by which the mean of the squared normalised differences comes nearer to `mean`;
   * each counts as `squareMax` at most.
   */
  step({ mean, squareMax }: { readonly mean: number; readonly squareMax: number }): void {
    const terms = this.#terms
    const termCount = VARIANCE_TERMS
    const pull = new Float64Array(this.#coefficients.length)
    const push = new Float64Array(this.#coefficients.length)
    for (let index = 0; index < this.#count; index += 1) {
      if (this.#isJump[index] === 1) continue
      const variance = this.#variance(index)
      const ratio = Math.min((this.#squares[index] ?? 0) / variance, squareMax)
      const at = index * termCount
      const low = (this.#lower[index] ?? 0) * termCount
      const weight = this.#weights[index] ?? 0
      for (let term = 0; term < termCount; term += 1) {
        const share = (terms[at + term] ?? 0) / variance
        if (share === 0) continue
        const below = low + term
        const above = below + termCount
        pull[below] = (pull[below] ?? 0) + (1 - weight) * share * ratio
        push[below] = (push[below] ?? 0) + (1 - weight) * share * mean
        pull[above] = (pull[above] ?? 0) + weight * share * ratio
        push[above] = (push[above] ?? 0) + weight * share * mean
      }
    }
    for (const [index, coefficient] of this.#coefficients.entries()) {
      // All that show a term may have turned out as jumps; then it stays as it is.
      if (this.#isFixed[index] === 1 || (push[index] ?? 0) === 0) continue
      const factor = Math.sqrt((pull[index] ?? 0) / (push[index] ?? 1))
      this.#coefficients[index] = Math.max(COEFFICIENT_MIN, coefficient * factor)
    }
  }

  /** Marks anew which samples are jumps; how many changed sides. */
  markJumps(): number {
    let changed = 0
    for (let index = 0; index < this.#count; index += 1) {
      const isJump = (this.#squares[index] ?? 0) > JUMP_SIGMAS * JUMP_SIGMAS * this.#variance(index) ? 1 : 0
      if (isJump !== this.#isJump[index]) changed += 1
      this.#isJump[index] = isJump
    }
    return changed
  }

  get fit(): VarianceFit {
    return {
      coefficients: Array.from({ length: this.#nodeCount }, (_, node) =>
        this.#coefficients.slice(node * VARIANCE_TERMS, (node + 1) * VARIANCE_TERMS),
      ),
      isJump: this.#isJump,
    }
  }
}

/**
 * Finds the coefficients of the variance terms at each node. The criterion is the normal likelihood of a zero mean,
 * which makes the mean of the squared normalised differences 1, term by term and so bin by bin; the update is that
 * of non-negative factorisation under the Itakura-Saito divergence, which is the same criterion (Févotte, Bertin and
 * Durrieu 2009, "Nonnegative Matrix Factorization with the Itakura-Saito Divergence", with the exponent 1/2 that
 * cannot overshoot). Samples beyond `JUMP_SIGMAS` are set aside, the fit is repeated until they stay the same.
 * `whole` are the coefficients of the whole stratum, for what the samples of a node do not show.
 */
export const fitVariance = (
  samples: readonly AlongTrackSample[],
  nodePerigeesKm: readonly number[],
  whole?: Float64Array,
): VarianceFit => {
  const fitter = new VarianceFitter(samples, nodePerigeesKm, whole)
  for (let index = 0; index < START_STEPS; index += 1) {
    fitter.step({ mean: START_MEAN, squareMax: START_SQUARE_MAX })
  }
  fitter.markJumps()
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    for (let index = 0; index < STEPS; index += 1) {
      fitter.step({ mean: 1, squareMax: Number.POSITIVE_INFINITY })
    }
    if (fitter.markJumps() <= samples.length * SETTLED_SHARE) break
  }
  return fitter.fit
}
