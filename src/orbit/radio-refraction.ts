import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { deg, degToRad, type Metres, rad, radToDeg } from '../kernel/units.ts'
import { checkWeather, type Refraction, refractionFromBending, type Weather } from './refraction.ts'

/** The air at the antenna as radio waves meet it. */
export interface RadioWeather extends Weather {
  /** 0 to 100. Water vapour makes a tenth to a third of the bending. */
  readonly relativeHumidityPercent: number
  /** Of the antenna above the sea. */
  readonly height: Metres
}

const EARTH_RADIUS_KM = 6370
// The reference atmosphere thins out by e in 7.35 km (ITU-R P.834-9, eq. 3b).
const DECAY_PER_KM = 0.1361
// What is above this makes 3e-7 of the bending.
const ATMOSPHERE_KM = 110
// Seen lower, the ray would come out of the ground of nearly any site; the bending stays what it is there.
const LOWEST_DEG = -1
// Below, the ray is followed from where it runs level (in truth or in thought), which is close; above, from the site.
const LEVEL_BELOW_DEG = 1
// Simpson's rule, an even number: the rest is under 1e-9°.
const STEPS = 400

/**
 * Refractivity of air in N units, (n - 1)·1e6 (ITU-R P.453-14, eq. 6 to 9; saturation over water): 250 to 450 on the
 * ground, 315 on the average.
 */
export const radioRefractivity = (weather: Omit<RadioWeather, 'height'>): number => {
  const { pressureHpa, temperatureCelsius: celsius, relativeHumidityPercent } = weather
  const kelvin = celsius + 273.15
  const enhancement = 1 + 1e-4 * (7.2 + pressureHpa * (0.032 + 5.9e-6 * celsius * celsius))
  const saturationHpa =
    enhancement * 6.1121 * Math.exp(((18.678 - celsius / 234.5) * celsius) / (celsius + 257.14))
  const vapourHpa = (relativeHumidityPercent / 100) * saturationHpa
  return (77.6 * pressureHpa) / kelvin - (5.6 * vapourHpa) / kelvin + (3.75e5 * vapourHpa) / (kelvin * kelvin)
}

const simpson = (of: (x: number) => number, from: number, to: number): number => {
  const step = (to - from) / STEPS
  let sum = of(from) + of(to)
  for (let index = 1; index < STEPS; index += 1) sum += (index % 2 === 1 ? 4 : 2) * of(from + index * step)
  return (sum * step) / 3
}

interface Air {
  /** n - 1 at the antenna. */
  readonly excess: number
  /** Distance of the antenna from the Earth's centre, km. */
  readonly radiusKm: number
}

const excessAt = ({ excess }: Air, aboveKm: number): number => excess * Math.exp(-DECAY_PER_KM * aboveKm)

/** The bending per km of height of a ray whose invariant (radius × n × cosine of its elevation) is known. */
const bendingPerKm = (air: Air, invariantKm: number, aboveKm: number): number => {
  const excess = excessAt(air, aboveKm)
  const product = (air.radiusKm + aboveKm) * (1 + excess)
  const tangent = Math.sqrt((product - invariantKm) * (product + invariantKm)) / invariantKm
  return (DECAY_PER_KM * excess) / ((1 + excess) * tangent)
}

/** How far above the antenna a ray runs level: where radius × n is the invariant. Below 0 for a rising one. */
const levelHeight = (air: Air, invariantKm: number): number => {
  let aboveKm = 0
  // Newton's steps on a nearly straight line; the last ones only polish.
  for (let round = 0; round < 8; round += 1) {
    const excess = excessAt(air, aboveKm)
    const product = (air.radiusKm + aboveKm) * (1 + excess)
    const slope = 1 + excess - (air.radiusKm + aboveKm) * DECAY_PER_KM * excess
    aboveKm -= (product - invariantKm) / slope
  }
  return aboveKm
}

/** With the height above the level point as u², the bending per u stays finite there. */
const bendingFromLevel = (air: Air, levelKm: number, u: number): number => {
  const atLevel = excessAt(air, levelKm)
  const radius = air.radiusKm + levelKm
  const invariant = radius * (1 + atLevel)
  const height = u * u
  const excess = excessAt(air, levelKm + height)
  // (product - invariant) / u², without the difference of two nearly equal numbers.
  const fallen =
    height === 0 ? -DECAY_PER_KM * atLevel : (atLevel * Math.expm1(-DECAY_PER_KM * height)) / height
  const rise = 1 + excess + radius * fallen
  const product = (radius + height) * (1 + excess)
  return (2 * DECAY_PER_KM * excess * invariant) / ((1 + excess) * Math.sqrt(rise * (product + invariant)))
}

/** The whole bending of a ray seen at an apparent elevation, radians (ITU-R P.834-9, eq. 4 to 6). */
const bendingOf = (air: Air, apparentDeg: number): number => {
  const elevation = degToRad(deg(Math.max(LOWEST_DEG, Math.min(90, apparentDeg))))
  const invariantKm = air.radiusKm * (1 + air.excess) * Math.cos(elevation)
  if (apparentDeg > LEVEL_BELOW_DEG) {
    // With the height as u² most points lie low, where the air is.
    return simpson((u) => 2 * u * bendingPerKm(air, invariantKm, u * u), 0, Math.sqrt(ATMOSPHERE_KM))
  }
  const levelKm = levelHeight(air, invariantKm)
  const perU = (u: number): number => bendingFromLevel(air, levelKm, u)
  const site = Math.sqrt(Math.max(0, -levelKm))
  const top = Math.sqrt(ATMOSPHERE_KM - levelKm)
  // A ray seen below the horizontal sinks to its level point first, and rises from there.
  return elevation >= 0 ? simpson(perU, site, top) : simpson(perU, 0, site) + simpson(perU, 0, top)
}

/**
 * Radio refraction of the troposphere by the integral of ITU-R P.834-9, section 4, over its exponential atmosphere,
 * with the refractivity at the antenna from the weather there (P.453) in place of the average. The ionosphere, which
 * bends too below some 200 MHz, is left out. Seen below -1° the bending stays what it is there. Fault `config.invalid`.
 */
export const createRadioRefraction = (weather: RadioWeather): Result<Refraction, Fault> => {
  const checked = checkWeather(weather)
  if (!checked.ok) return checked
  const { pressureHpa, temperatureCelsius, relativeHumidityPercent, height } = weather
  if (!(relativeHumidityPercent >= 0 && relativeHumidityPercent <= 100)) {
    return err(fault('config.invalid', `The humidity ${relativeHumidityPercent} % is not within 0 to 100`))
  }
  const label = `ITU-R P.834, ${pressureHpa} hPa, ${temperatureCelsius} °C, ${relativeHumidityPercent} %`
  const air = {
    excess: radioRefractivity(weather) * 1e-6,
    radiusKm: EARTH_RADIUS_KM + height / 1000,
  }
  return ok(
    refractionFromBending(label, (apparentDeg) => Math.max(0, radToDeg(rad(bendingOf(air, apparentDeg))))),
  )
}
