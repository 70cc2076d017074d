/**
 * Sine and cosine without a branch, for the bulk propagator, whose time they are: `Math.sin` is a call out of the
 * compiled code, these are multiplications in it. An angle x is first brought to y in [-π/2, π/2]:
 *
 *     n = halfTurnsOf(x); y = reducedOf(x, n); sin x = signOf(n) · sinOf(y), cos x = signOf(n) · cosOf(y)
 *
 * for |x| up to 1e6. π is taken off in two parts, the first of 33 bits, so that its multiples are exact (W. Cody and
 * W. Waite, "Software Manual for the Elementary Functions", 1980). The polynomials in y² interpolate at Chebyshev nodes
 * with an error under 4e-17, so that what remains is rounding, 2e-16.
 */

// Adding and taking away 1.5·2^52 rounds to the nearest whole number.
const ROUNDER = 6_755_399_441_055_744
const HALF_TURNS_PER_RADIAN = 1 / Math.PI
const PI_HIGH = 3.1415926534682512
const PI_LOW = 1.2154201013012384e-10

/** How many half turns are in an angle, to the nearest. */
export const halfTurnsOf = (angle: number): number => angle * HALF_TURNS_PER_RADIAN + ROUNDER - ROUNDER

/** What is left of an angle without its half turns. */
export const reducedOf = (angle: number, halfTurns: number): number =>
  angle - halfTurns * PI_HIGH - halfTurns * PI_LOW

/** 1 for an even number of half turns, -1 for an odd one. */
export const signOf = (halfTurns: number): number => 1 - 2 * (halfTurns & 1)

// The polynomials are summed in pairs (G. Estrin, 1960), all but their largest terms: what does not wait for one another
// is worked out at once. In this order of summing, their largest errors are 2.3e-16 and 2.5e-16.

/** Sine of an angle within ±π/2. */
export const sinOf = (y: number): number => {
  const z = y * y
  const z2 = z * z
  const middle =
    0.008333333333333316 +
    z * -0.00019841269841254974 +
    z2 * (2.7557319219163183e-6 + z * -2.5052107616990068e-8)
  const last = 1.60589773120677e-10 + z * -7.643970284142959e-13 + z2 * 2.7314446091851363e-15
  return y + y * (z * (-0.16666666666666666 + z * (middle + z2 * z2 * last)))
}

/** Cosine of an angle within ±π/2. */
export const cosOf = (y: number): number => {
  const z = y * y
  const z2 = z * z
  const middle =
    0.04166666666666634 +
    z * -0.0013888888888860709 +
    z2 * (2.4801587292446122e-5 + z * -2.7557317767308945e-7)
  const last = 2.087663086667205e-9 + z * -1.1464689861744774e-11 + z2 * 4.6276756860773096e-14
  return 1 - 0.5 * z + z2 * (middle + z2 * z2 * last)
}
