import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { type Deg, deg, degToRad } from '../kernel/units.ts'
import { findRoot } from './root.ts'

/**
 * How the air lifts what is seen. Nobody gets it unasked: without one, elevations are geometric. Each function is the
 * inverse of the other, to 1e-8°, and rises steadily from the nadir to the zenith.
 */
export interface Refraction {
  /** For people: model and weather. */
  readonly label: string
  /** Where an object truly stands that is seen at an apparent elevation. */
  readonly geometricElevation: (apparent: Deg) => Deg
  /** Where an object is seen that truly stands at a geometric elevation. */
  readonly apparentElevation: (geometric: Deg) => Deg
}

/** The air at the antenna. */
export interface Weather {
  /** As a barometer at the site shows it, not reduced to the sea; hectopascals, 100 to 1200. */
  readonly pressureHpa: number
  /** Degrees Celsius, -100 to 70. */
  readonly temperatureCelsius: number
}

const ELEVATION_TOLERANCE_DEG = 1e-12

/**
 * A refraction from the bending that an apparent elevation has, degrees. The bending is 0 or more and does not grow
 * with the elevation, so that the geometric elevation rises with the apparent one.
 */
export const refractionFromBending = (
  label: string,
  bending: (apparentDeg: number) => number,
): Refraction => ({
  label,
  geometricElevation: (apparent) => deg(apparent - bending(apparent)),
  apparentElevation: (geometric) => {
    const excess = (apparent: number): number => apparent - bending(apparent) - geometric
    const highest = geometric + bending(geometric)
    return deg(
      findRoot({
        of: excess,
        low: { at: geometric, value: excess(geometric) },
        high: { at: highest, value: excess(highest) },
        tolerance: ELEVATION_TOLERANCE_DEG,
      }),
    )
  },
})

/** Fault `config.invalid` unless it is weather of this Earth, in the units asked for. */
export const checkWeather = ({ pressureHpa, temperatureCelsius }: Weather): Result<undefined, Fault> => {
  if (!(pressureHpa >= 100 && pressureHpa <= 1200)) {
    return err(fault('config.invalid', `The pressure ${pressureHpa} hPa is not within 100 to 1200`))
  }
  if (!(temperatureCelsius >= -100 && temperatureCelsius <= 70)) {
    return err(fault('config.invalid', `The temperature ${temperatureCelsius} °C is not within -100 to 70`))
  }
  return ok(undefined)
}

// Bennett's formula turns round at -1.7°, so it ends before.
const BENNETT_LOWEST_DEG = -1

/**
 * Optical refraction by Bennett (J. Navigation 35, 1982, 255; Meeus, Astronomical Algorithms, eq. 16.3), within 0.07′
 * of Garfinkel's tables at 1010 hPa and 10 °C, and in proportion to pressure and inverse temperature elsewhere. Radio
 * waves are bent by a fifth more in damp air: see `createRadioRefraction`. Seen below -1° the bending stays what it is
 * there.
 */
export const createBennettRefraction = (weather: Weather): Result<Refraction, Fault> => {
  const checked = checkWeather(weather)
  if (!checked.ok) return checked
  const { pressureHpa, temperatureCelsius } = weather
  const share = (pressureHpa / 1010) * (283 / (273 + temperatureCelsius))
  return ok(
    refractionFromBending(`Bennett, ${pressureHpa} hPa, ${temperatureCelsius} °C`, (apparentDeg) => {
      const elevation = Math.max(BENNETT_LOWEST_DEG, apparentDeg)
      const arcminutes = 1 / Math.tan(degToRad(deg(elevation + 7.31 / (elevation + 4.4))))
      // The formula gives -0.08″ at the zenith.
      return Math.max(0, (share * arcminutes) / 60)
    }),
  )
}
