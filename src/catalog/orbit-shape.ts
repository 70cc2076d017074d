import { MS_PER_DAY, MS_PER_SECOND } from '../kernel/time.ts'
import { type Km, km, type Ms, ms } from '../kernel/units.ts'
import type { ElementSet } from '../orbit/element-set.ts'

// What a catalogue shows of an orbit: from the mean elements as they stand, good to a few kilometres (the mean motion is
// Kozai's, and the real heights swing about the mean ones).

/** WGS 72, as SGP4 has it. */
export const EARTH_RADIUS_KM = 6378.135
const GRAVITY_KM3_PER_SEC2 = 398_600.8

/** Kepler's semi-major axis of the mean motion. */
export const semiMajorAxis = ({ meanMotion }: ElementSet): Km => {
  const radiansPerSecond = (meanMotion * 2 * Math.PI) / (MS_PER_DAY / MS_PER_SECOND)
  return km(Math.cbrt(GRAVITY_KM3_PER_SEC2 / radiansPerSecond ** 2))
}

/** One revolution. */
export const period = ({ meanMotion }: ElementSet): Ms => ms(MS_PER_DAY / meanMotion)

/** Heights above the equator's radius. */
export const meanHeight = (set: ElementSet): Km => km(semiMajorAxis(set) - EARTH_RADIUS_KM)
export const perigeeHeight = (set: ElementSet): Km =>
  km(semiMajorAxis(set) * (1 - set.eccentricity) - EARTH_RADIUS_KM)
export const apogeeHeight = (set: ElementSet): Km =>
  km(semiMajorAxis(set) * (1 + set.eccentricity) - EARTH_RADIUS_KM)
