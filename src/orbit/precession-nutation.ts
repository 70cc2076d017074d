import { axesTurnedAboutX, axesTurnedAboutZ, type Matrix3, multiply } from './matrix.ts'
import { NUTATION_TERMS } from './nutation-terms.ts'

// The places of the Earth's equator and equinox among the stars: precession IAU 2006 by the angles of Fukushima and
// Williams, frame bias included (Hilton et al. 2006; Capitaine & Wallace 2006), and nutation IAU 2000B. Together they
// keep within 1 mas of IAU 2006/2000A from 1995 to 2050. Time `t` is in Julian centuries of TT since J2000.0.

const RAD_PER_ARCSECOND = Math.PI / (180 * 3600)
const RAD_PER_TENTH_MICROARCSECOND = RAD_PER_ARCSECOND / 1e7
const TURN = 2 * Math.PI

// What the 77 terms leave out of the planetary nutation, as the model has it: 1e-3 arcseconds.
const PLANETARY_LONGITUDE = -0.135e-3 * RAD_PER_ARCSECOND
const PLANETARY_OBLIQUITY = 0.388e-3 * RAD_PER_ARCSECOND

/** c0 + c1·t + c2·t² …, for coefficients in arcseconds, in radians. */
const arcsecondPolynomial = (t: number, coefficients: readonly number[]): number =>
  coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0) * RAD_PER_ARCSECOND

const meanArgument = (atJ2000: number, perCentury: number, t: number): number =>
  ((atJ2000 + perCentury * t) * RAD_PER_ARCSECOND) % TURN

/** The fundamental arguments of the lunar and solar theories as IAU 2000B takes them (Simon et al. 1994), radians. */
export const fundamentalArguments = (
  t: number,
): {
  readonly moonAnomaly: number
  readonly sunAnomaly: number
  readonly moonLatitudeArgument: number
  readonly elongation: number
  readonly node: number
} => ({
  moonAnomaly: meanArgument(485_868.249036, 1_717_915_923.2178, t),
  sunAnomaly: meanArgument(1_287_104.79305, 129_596_581.0481, t),
  moonLatitudeArgument: meanArgument(335_779.526232, 1_739_527_262.8478, t),
  elongation: meanArgument(1_072_260.70369, 1_602_961_601.209, t),
  node: meanArgument(450_160.398036, -6_962_890.5431, t),
})

/** Nutation IAU 2000B, radians: of the equinox along the ecliptic, and of the obliquity. */
export interface Nutation {
  readonly longitude: number
  readonly obliquity: number
}

export const nutationAt = (t: number): Nutation => {
  const { moonAnomaly, sunAnomaly, moonLatitudeArgument, elongation, node } = fundamentalArguments(t)
  let longitude = 0
  let obliquity = 0
  // The smallest terms are at the end, and are summed first.
  for (let index = NUTATION_TERMS.length - 1; index >= 0; index -= 1) {
    const term = NUTATION_TERMS[index]
    if (term === undefined) continue
    const argument =
      term[0] * moonAnomaly +
      term[1] * sunAnomaly +
      term[2] * moonLatitudeArgument +
      term[3] * elongation +
      term[4] * node
    const sin = Math.sin(argument)
    const cos = Math.cos(argument)
    longitude += (term[5] + term[6] * t) * sin + term[7] * cos
    obliquity += (term[8] + term[9] * t) * cos + term[10] * sin
  }
  return {
    longitude: longitude * RAD_PER_TENTH_MICROARCSECOND + PLANETARY_LONGITUDE,
    obliquity: obliquity * RAD_PER_TENTH_MICROARCSECOND + PLANETARY_OBLIQUITY,
  }
}

/** Mean obliquity of the ecliptic, IAU 2006, radians. */
export const meanObliquity = (t: number): number =>
  arcsecondPolynomial(t, [84_381.406, -46.836769, -0.0001831, 0.0020034, -0.000000576, -0.0000000434])

const NO_NUTATION: Nutation = { longitude: 0, obliquity: 0 }

/**
 * From the GCRS to the true (without nutation: the mean) equator and equinox of date. At t = 0 without nutation this is
 * the frame bias, from the GCRS to EME2000.
 */
export const celestialToDate = (t: number, nutation: Nutation = NO_NUTATION): Matrix3 => {
  const gamma = arcsecondPolynomial(
    t,
    [-0.052928, 10.556378, 0.4932044, -0.00031238, -0.000002788, 0.000000026],
  )
  const phi = arcsecondPolynomial(
    t,
    [84_381.412819, -46.811016, 0.0511268, 0.00053289, -0.00000044, -0.0000000176],
  )
  const psi = arcsecondPolynomial(
    t,
    [-0.041775, 5038.481484, 1.5584175, -0.00018522, -0.000026452, -0.0000000148],
  )
  return multiply(
    multiply(
      axesTurnedAboutX(-(meanObliquity(t) + nutation.obliquity)),
      axesTurnedAboutZ(-(psi + nutation.longitude)),
    ),
    multiply(axesTurnedAboutX(phi), axesTurnedAboutZ(gamma)),
  )
}
