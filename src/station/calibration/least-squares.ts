/** What a fit found. Covariance by the data's own sigmas: nobody's scatter has been put into it. */
export interface Fitted {
  readonly parameters: readonly number[]
  readonly covariance: readonly (readonly number[])[]
  /** Of the sum of squares of the residuals in sigmas. */
  readonly chiSquare: number
  readonly degreesOfFreedom: number
}

// A fit from a fair start needs some ten; one that needs more does not find its way.
const ITERATIONS_MAX = 100
const DAMPING_FIRST = 1e-3
const DAMPING_MAX = 1e12
const CONVERGED = 1e-10
/** Below this share of the largest pivot two parameters cannot be told apart in double precision. */
const PIVOT_MIN = 1e-11

/** Inverse of a symmetric positive matrix by Cholesky, scaled to a unit diagonal; undefined where it has none. */
export const invertPositive = (matrix: readonly (readonly number[])[]): number[][] | undefined => {
  const size = matrix.length
  const scales = matrix.map((row, i) => Math.sqrt(row[i] ?? 0))
  if (scales.some((scale) => !(scale > 0 && Number.isFinite(scale)))) return undefined
  const at = (m: readonly (readonly number[])[], i: number, j: number): number => m[i]?.[j] ?? 0
  const lower = Array.from({ length: size }, () => new Array<number>(size).fill(0))
  const put = (m: number[][], i: number, j: number, value: number): void => {
    const row = m[i]
    if (row !== undefined) row[j] = value
  }
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = at(matrix, i, j) / ((scales[i] ?? 1) * (scales[j] ?? 1))
      for (let k = 0; k < j; k += 1) sum -= at(lower, i, k) * at(lower, j, k)
      if (i !== j) put(lower, i, j, sum / at(lower, j, j))
      else if (sum > PIVOT_MIN) put(lower, i, i, Math.sqrt(sum))
      else return undefined
    }
  }
  // Column by column: forward, then backward.
  const inverse = Array.from({ length: size }, () => new Array<number>(size).fill(0))
  for (let column = 0; column < size; column += 1) {
    const y: number[] = []
    for (let i = 0; i < size; i += 1) {
      let sum = i === column ? 1 : 0
      for (let k = 0; k < i; k += 1) sum -= at(lower, i, k) * (y[k] ?? 0)
      y.push(sum / at(lower, i, i))
    }
    for (let i = size - 1; i >= 0; i -= 1) {
      let sum = y[i] ?? 0
      for (let k = i + 1; k < size; k += 1) sum -= at(lower, k, i) * at(inverse, k, column)
      put(inverse, i, column, sum / at(lower, i, i))
    }
  }
  return inverse.map((row, i) => row.map((value, j) => value / ((scales[i] ?? 1) * (scales[j] ?? 1))))
}

const sumOfSquares = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value * value, 0)

/**
 * Weighted least squares after Levenberg and Marquardt, with differences for derivatives. `residuals` gives them in
 * sigmas; `steps` is how much of each parameter makes a difference worth looking at. Undefined where parameters cannot be
 * told apart, or where it finds no end.
 */
export const fitLeastSquares = (options: {
  readonly start: readonly number[]
  readonly steps: readonly number[]
  readonly residuals: (parameters: readonly number[]) => readonly number[]
}): Fitted | undefined => {
  const { steps, residuals } = options
  const size = options.start.length
  const moved = (parameters: readonly number[], by: readonly number[]): number[] =>
    parameters.map((value, index) => value + (by[index] ?? 0))
  const normalEquations = (
    parameters: readonly number[],
    now: readonly number[],
  ): { readonly matrix: number[][]; readonly gradient: number[] } => {
    const columns = steps.map((step, index) => {
      const by = steps.map((_, other) => (other === index ? step : 0))
      const ahead = residuals(moved(parameters, by))
      const behind = residuals(
        moved(
          parameters,
          by.map((value) => -value),
        ),
      )
      return now.map((_, row) => ((ahead[row] ?? 0) - (behind[row] ?? 0)) / (2 * step))
    })
    const product = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, value, row) => sum + value * (b[row] ?? 0), 0)
    return {
      matrix: columns.map((a) => columns.map((b) => product(a, b))),
      gradient: columns.map((a) => product(a, now)),
    }
  }

  let parameters = [...options.start]
  let now = residuals(parameters)
  let chiSquare = sumOfSquares(now)
  let damping = DAMPING_FIRST
  if (now.length < size || !Number.isFinite(chiSquare)) return undefined
  for (let iteration = 0; iteration < ITERATIONS_MAX; iteration += 1) {
    const { matrix, gradient } = normalEquations(parameters, now)
    let hasImproved = false
    let gain = 0
    while (!hasImproved && damping < DAMPING_MAX) {
      const damped = matrix.map((row, i) => row.map((value, j) => (i === j ? value * (1 + damping) : value)))
      const inverse = invertPositive(damped)
      const step = inverse?.map(
        (row) => -row.reduce((sum, value, index) => sum + value * (gradient[index] ?? 0), 0),
      )
      const tried = step === undefined ? undefined : moved(parameters, step)
      const then = tried === undefined ? undefined : residuals(tried)
      const chiThen = then === undefined ? Number.NaN : sumOfSquares(then)
      if (tried !== undefined && then !== undefined && chiThen <= chiSquare) {
        gain = chiSquare - chiThen
        parameters = tried
        now = then
        chiSquare = chiThen
        hasImproved = true
        damping /= 10
      } else damping *= 10
    }
    if (!hasImproved || gain <= CONVERGED * Math.max(1, chiSquare)) break
  }
  const covariance = invertPositive(normalEquations(parameters, now).matrix)
  if (covariance === undefined || !parameters.every(Number.isFinite)) return undefined
  return { parameters, covariance, chiSquare, degreesOfFreedom: now.length - size }
}
