import type { Fault } from '../kernel/errors.ts'
import type { Result } from '../kernel/result.ts'
import { createRadioRefraction } from '../orbit/radio-refraction.ts'
import { createBennettRefraction, type Refraction } from '../orbit/refraction.ts'
import type { Site } from '../orbit/site.ts'

/** Which refraction, in which air; plain values that a worker can be sent. */
export interface RefractionSettings {
  /** Radio waves by ITU-R P.834, or light by Bennett. */
  readonly model: 'radio' | 'bennett'
  /** At the site, not reduced to the sea. Absent, as all of these: the standard atmosphere at the site's height. */
  readonly pressureHpa?: number | undefined
  readonly temperatureCelsius?: number | undefined
  /** Counts for radio waves only. */
  readonly relativeHumidityPercent?: number | undefined
}

// ICAO's standard atmosphere (Doc 7488), its troposphere; the humidity is that of an ordinary day.
const TROPOSPHERE_M_MAX = 11_000
const standardPressureHpa = (heightM: number): number => 1013.25 * (1 - 2.25577e-5 * heightM) ** 5.25588
const standardTemperatureCelsius = (heightM: number): number => 15 - 0.0065 * heightM
const ORDINARY_HUMIDITY_PERCENT = 60

/** The refraction of a site. Fault `config.invalid` for air that there is not on this Earth. */
export const createSiteRefraction = (settings: RefractionSettings, site: Site): Result<Refraction, Fault> => {
  const height = Math.min(TROPOSPHERE_M_MAX, site.height)
  const air = {
    pressureHpa: settings.pressureHpa ?? Number(standardPressureHpa(height).toFixed(1)),
    temperatureCelsius: settings.temperatureCelsius ?? Number(standardTemperatureCelsius(height).toFixed(1)),
  }
  if (settings.model === 'bennett') return createBennettRefraction(air)
  const relativeHumidityPercent = settings.relativeHumidityPercent ?? ORDINARY_HUMIDITY_PERCENT
  return createRadioRefraction({ ...air, relativeHumidityPercent, height: site.height })
}
