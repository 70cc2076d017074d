/** Entries: one for each value of 16 random bits. */
export const GAUSSIAN_TABLE_SIZE = 65_536

// The inverse of the normal distribution by P. J. Acklam's rational approximation (2003), relative error 1.2e-9.
const CENTRAL_NUMERATOR = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
]
const CENTRAL_DENOMINATOR = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
]
const TAIL_NUMERATOR = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
]
const TAIL_DENOMINATOR = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1]
const TAIL_BEGINS = 0.02425

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)

/** The value below which a standard normal number lies with the given probability, which is within (0, 1). */
export const inverseNormal = (probability: number): number => {
  if (probability > 0.5) return -inverseNormal(1 - probability)
  if (probability < TAIL_BEGINS) {
    const q = Math.sqrt(-2 * Math.log(probability))
    return polynomial(TAIL_NUMERATOR, q) / polynomial(TAIL_DENOMINATOR, q)
  }
  const q = probability - 0.5
  return (polynomial(CENTRAL_NUMERATOR, q * q) * q) / polynomial(CENTRAL_DENOMINATOR, q * q)
}

/** Normal numbers in order, to be drawn from with 16 random bits; mean exactly 0, variance exactly 1. */
export const createGaussianTable = (): Float64Array => {
  const table = Float64Array.from({ length: GAUSSIAN_TABLE_SIZE }, (_, index) =>
    inverseNormal((index + 0.5) / GAUSSIAN_TABLE_SIZE),
  )
  // Cutting the tails off takes a little of the variance, which a measured noise floor would show.
  const variance = table.reduce((sum, value) => sum + value * value, 0) / GAUSSIAN_TABLE_SIZE
  return table.map((value) => value / Math.sqrt(variance))
}
