import { MS_PER_DAY, type UtcMs, utcFromCivil } from '../kernel/time.ts'
import { type Rad, rad, type Sec } from '../kernel/units.ts'
import { fundamentalArguments, meanObliquity, type Nutation } from './precession-nutation.ts'

const RAD_PER_ARCSECOND = Math.PI / (180 * 3600)
const TURN = 2 * Math.PI
const SECONDS_PER_DAY = 86_400
const J2000_MS = utcFromCivil({ year: 2000, month: 1, day: 1, hour: 12, minute: 0, second: 0 })

/** Earth rotation angle (IAU 2000) at an instant, [0, 2π) but for rounding. It takes UT1 and nothing else. */
const earthRotationAngle = (at: UtcMs, ut1MinusUtc: Sec): number => {
  const msOfDay = (at - J2000_MS) % MS_PER_DAY
  const days = (at - J2000_MS) / MS_PER_DAY + ut1MinusUtc / SECONDS_PER_DAY
  // Whole turns are taken out before they cost digits.
  const turns =
    msOfDay / MS_PER_DAY + ut1MinusUtc / SECONDS_PER_DAY + 0.779057273264 + 0.00273781191135448 * days
  return TURN * (turns - Math.floor(turns))
}

// The terms of the equation of the equinoxes beyond nutation, in µas, by multiples of l, l′, F, D and Ω (IERS
// Conventions 2010, table 5.2e). The rest, 23 terms under 0.7 µas, is left out.
const COMPLEMENTARY_TERMS = [
  [0, 0, 0, 0, 1, 2640.96],
  [0, 0, 0, 0, 2, 63.52],
  [0, 0, 2, -2, 3, 11.75],
  [0, 0, 2, -2, 1, 11.21],
  [0, 0, 2, -2, 2, -4.55],
  [0, 0, 2, 0, 3, 2.02],
  [0, 0, 2, 0, 1, 1.98],
  [0, 0, 0, 0, 3, -1.72],
  [0, 1, 0, 0, 1, -1.41],
  [0, 1, 0, 0, -1, -1.26],
] as const

const complementaryTerms = (t: number): number => {
  const { moonAnomaly, sunAnomaly, moonLatitudeArgument, elongation, node } = fundamentalArguments(t)
  let microarcseconds = 0
  for (const [l, lPrime, f, d, omega, amplitude] of COMPLEMENTARY_TERMS) {
    microarcseconds +=
      amplitude *
      Math.sin(
        l * moonAnomaly + lPrime * sunAnomaly + f * moonLatitudeArgument + d * elongation + omega * node,
      )
  }
  return microarcseconds * 1e-6 * RAD_PER_ARCSECOND
}

/**
 * Greenwich apparent sidereal time, IAU 2006 with the nutation given: the turn from the true equator and equinox of
 * date to the ITRS, radians, not wrapped. `t` is Julian centuries of TT since J2000.0; UT1 − UTC is asked for openly.
 */
export const apparentSiderealTime = (
  at: UtcMs,
  options: { readonly t: number; readonly nutation: Nutation; readonly ut1MinusUtc: Sec },
): Rad => {
  const { t, nutation, ut1MinusUtc } = options
  const precessionInRightAscension =
    (0.014506 +
      t * (4612.156534 + t * (1.3915817 + t * (-0.00000044 + t * (-0.000029956 - t * 0.0000000368))))) *
    RAD_PER_ARCSECOND
  const equationOfTheEquinoxes = nutation.longitude * Math.cos(meanObliquity(t)) + complementaryTerms(t)
  return rad(earthRotationAngle(at, ut1MinusUtc) + precessionInRightAscension + equationOfTheEquinoxes)
}
