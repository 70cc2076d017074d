import type { AzEl } from '../../src/kernel/angle.ts'
import { wrapDeg } from '../../src/kernel/angle.ts'
import { type UtcMs, utcFromCivil } from '../../src/kernel/time.ts'
import { deg } from '../../src/kernel/units.ts'
import type { Site } from '../../src/orbit/site.ts'

const RAD = Math.PI / 180
const J2000 = utcFromCivil({ year: 2000, month: 1, day: 1, hour: 12, minute: 0, second: 0 })
const MS_PER_DAY = 86_400_000

/**
 * Where the Sun is seen without air, by the low-precision formulae of the Astronomical Almanac (section C): 0.01° from
 * 1950 to 2050. On purpose not the ones that the station reckons with.
 */
export const sunDirection = (at: UtcMs, site: Site): AzEl => {
  const days = (at - J2000) / MS_PER_DAY
  const meanLongitude = 280.46 + 0.985_647_4 * days
  const anomaly = (357.528 + 0.985_600_3 * days) * RAD
  const longitude = (meanLongitude + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly)) * RAD
  const obliquity = (23.439 - 4e-7 * days) * RAD
  const rightAscension = Math.atan2(Math.cos(obliquity) * Math.sin(longitude), Math.cos(longitude))
  const declination = Math.asin(Math.sin(obliquity) * Math.sin(longitude))
  const siderealDeg = 280.460_618_37 + 360.985_647_366_29 * days + site.longitude
  const hourAngle = siderealDeg * RAD - rightAscension
  const latitude = site.latitude * RAD
  const east = -Math.cos(declination) * Math.sin(hourAngle)
  const north =
    Math.sin(declination) * Math.cos(latitude) -
    Math.cos(declination) * Math.cos(hourAngle) * Math.sin(latitude)
  const up =
    Math.sin(declination) * Math.sin(latitude) +
    Math.cos(declination) * Math.cos(hourAngle) * Math.cos(latitude)
  return {
    azimuth: wrapDeg(deg(Math.atan2(east, north) / RAD)),
    elevation: deg(Math.atan2(up, Math.hypot(east, north)) / RAD),
  }
}

// The quiet Sun in solar flux units (1e-22 W/m²/Hz) over MHz, near the minimum of its cycle, as the observatories of the
// USAF network (Learmonth, San Vito, Sagamore Hill) report it, rounded.
const QUIET_FLUX: readonly (readonly [mhz: number, flux: number])[] = [
  [100, 3],
  [245, 12],
  [410, 28],
  [610, 40],
  [1415, 55],
  [2695, 75],
  [4995, 120],
  [8800, 220],
]

/** Interpolated on a doubly logarithmic scale, held at both ends. */
const quietFlux = (hertz: number): number => {
  const mhz = hertz / 1e6
  let [low] = QUIET_FLUX
  for (const high of QUIET_FLUX) {
    if (low === undefined || mhz <= high[0]) {
      if (low === undefined || low === high || mhz <= low[0]) return high[1]
      const share = Math.log(mhz / low[0]) / Math.log(high[0] / low[0])
      return low[1] * (high[1] / low[1]) ** share
    }
    low = high
  }
  return low?.[1] ?? 0
}

const BOLTZMANN = 1.380_649e-23
const LIGHT_M_PER_SEC = 299_792_458
const SUN_DIAMETER_DEG = 0.533
// Solid angle of a Gaussian beam: π/(4 ln 2) times its width squared.
const GAUSSIAN_SOLID_ANGLE = Math.PI / (4 * Math.LN2)

/**
 * By how much the Sun lifts the noise of a receiver when the beam looks straight at it: its antenna temperature over the
 * system's. The effective area is that of a lossless Gaussian beam; a beam no wider than the Sun does not see all of it.
 */
export const sunNoiseRatio = (options: {
  readonly centerHz: number
  readonly beamWidthDeg: number
  readonly systemKelvin: number
}): number => {
  const { centerHz, beamWidthDeg, systemKelvin } = options
  if (!(centerHz > 0)) return 0
  const wavelength = LIGHT_M_PER_SEC / centerHz
  const area = wavelength ** 2 / (GAUSSIAN_SOLID_ANGLE * (beamWidthDeg * RAD) ** 2)
  const discs = Math.LN2 * (SUN_DIAMETER_DEG / beamWidthDeg) ** 2
  const dilution = (1 - Math.exp(-discs)) / discs
  return (quietFlux(centerHz) * 1e-22 * area * dilution) / (2 * BOLTZMANN * systemKelvin)
}
