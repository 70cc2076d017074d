import { json2satrec, sgp4 } from 'satellite.js'
import type { AzEl } from '../../src/kernel/angle.ts'
import { formatUtc, MS_PER_DAY, type UtcMs, utcFromCivil } from '../../src/kernel/time.ts'
import { type Deg, deg, type Km, km, type Sec, SPEED_OF_LIGHT_KM_PER_SEC } from '../../src/kernel/units.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import type { Site } from '../../src/orbit/site.ts'

/**
 * Where a simulated satellite really is. Own geometry on purpose (frame rotation, site, light time), so that it
 * checks the station's instead of repeating its mistakes. Not modelled: polar motion, UT1 - UTC, refraction,
 * relativity, aberration by the Earth's rotation.
 */
export interface TrueOrbit {
  readonly elements: ElementSet
  /**
   * How the satellite is received at the site at the reference instant plus an offset, or nothing where SGP4 has no
   * answer (decayed, broken elements).
   */
  readonly receivedAt: (offset: Sec) => Reception | undefined
}

export interface Reception {
  /** From the transmission to the reception, seconds. */
  readonly lightTimeSec: number
  /** Light time times the speed of light. */
  readonly range: Km
  /** Where the signal comes from, geometric, without refraction. */
  readonly direction: AzEl
  /** The same as a unit vector in the site's east, north and up. */
  readonly east: number
  readonly north: number
  readonly up: number
}

interface Vector {
  readonly x: number
  readonly y: number
  readonly z: number
}

// WGS 84 (NIMA TR8350.2, table 3.1).
const EQUATOR_RADIUS_KM = 6378.137
const FLATTENING = 1 / 298.257223563
const J2000_NOON = utcFromCivil({ year: 2000, month: 1, day: 1, hour: 12, minute: 0, second: 0 })
const SECONDS_PER_DAY = 86_400
const TURN = 2 * Math.PI
// Each round shrinks the error by v/c, about 1/40000: two suffice, the third is for comfort.
const LIGHT_TIME_ROUNDS = 3

const radians = (angle: Deg): number => (angle * Math.PI) / 180

// Greenwich mean sidereal time of 1982 (Aoki et al.), UT1 taken as UTC, as seconds of time and their rate.
const siderealSeconds = (at: UtcMs): number => {
  const days = (at - J2000_NOON) / MS_PER_DAY
  const centuries = days / 36_525
  // The whole days are dropped from the large linear term before it costs digits.
  const dayFraction = days - Math.floor(days)
  return (
    67_310.54841 +
    SECONDS_PER_DAY * dayFraction +
    8_640_184.812866 * centuries +
    0.093104 * centuries ** 2 -
    6.2e-6 * centuries ** 3
  )
}
const SIDEREAL_RATE = (TURN / SECONDS_PER_DAY) * (1 + 8_640_184.812866 / (36_525 * SECONDS_PER_DAY))

const siteVector = (site: Site): Vector => {
  const latitude = radians(site.latitude)
  const longitude = radians(site.longitude)
  const height = site.height / 1000
  const polarRatio = (1 - FLATTENING) ** 2
  const curvature =
    EQUATOR_RADIUS_KM / Math.sqrt(Math.cos(latitude) ** 2 + polarRatio * Math.sin(latitude) ** 2)
  const horizontal = (curvature + height) * Math.cos(latitude)
  return {
    x: horizontal * Math.cos(longitude),
    y: horizontal * Math.sin(longitude),
    z: (curvature * polarRatio + height) * Math.sin(latitude),
  }
}

const turned = (vector: Vector, angle: number): Vector => ({
  x: vector.x * Math.cos(angle) - vector.y * Math.sin(angle),
  y: vector.x * Math.sin(angle) + vector.y * Math.cos(angle),
  z: vector.z,
})

const length = (vector: Vector): number => Math.hypot(vector.x, vector.y, vector.z)

/**
 * `reference` is the instant that all offsets count from. Working in offsets keeps the digits that a double of
 * milliseconds since 1970 has not: it resolves 0.25 µs, in which a satellite moves 2 mm.
 */
export const createTrueOrbit = (options: {
  readonly elements: ElementSet
  readonly site: Site
  readonly reference: UtcMs
  /** How far the satellite is ahead of its elements on its track. */
  readonly alongTrack: Km
  /** How far it is beside it, towards its orbital momentum. */
  readonly crossTrack: Km
}): TrueOrbit => {
  const { elements, site, reference } = options
  const record = json2satrec({
    OBJECT_NAME: elements.name,
    OBJECT_ID: elements.objectId,
    // Only to the millisecond; SGP4 uses it for the sidereal time of deep-space resonances alone.
    EPOCH: formatUtc(elements.epochUtcMs, 3),
    MEAN_MOTION: elements.meanMotion,
    ECCENTRICITY: elements.eccentricity,
    INCLINATION: elements.inclination,
    RA_OF_ASC_NODE: elements.rightAscension,
    ARG_OF_PERICENTER: elements.argumentOfPericenter,
    MEAN_ANOMALY: elements.meanAnomaly,
    EPHEMERIS_TYPE: 0,
    CLASSIFICATION_TYPE: 'U',
    NORAD_CAT_ID: elements.catalogNumber,
    ELEMENT_SET_NO: elements.elementSetNumber,
    REV_AT_EPOCH: elements.revolutionAtEpoch,
    BSTAR: elements.bstar,
    MEAN_MOTION_DOT: elements.meanMotionDot,
    MEAN_MOTION_DDOT: elements.meanMotionDdot,
  })
  const referenceMinutes = (reference - elements.epochUtcMs) / 60_000
  const ground = siteVector(site)
  const referenceAngle = ((siderealSeconds(reference) % SECONDS_PER_DAY) / SECONDS_PER_DAY) * TURN
  const sinLatitude = Math.sin(radians(site.latitude))
  const cosLatitude = Math.cos(radians(site.latitude))
  const longitude = radians(site.longitude)

  const atReference = sgp4(record, referenceMinutes)
  const speed = atReference === null ? Number.NaN : length(atReference.velocity)
  const aheadSec = options.alongTrack / speed

  // TEME, km.
  const satelliteAt = (offsetSec: number): Vector | undefined => {
    const state = sgp4(record, referenceMinutes + (offsetSec + aheadSec) / 60)
    if (state === null) return undefined
    const { position: r, velocity: v } = state
    const momentum = { x: r.y * v.z - r.z * v.y, y: r.z * v.x - r.x * v.z, z: r.x * v.y - r.y * v.x }
    const aside = options.crossTrack / length(momentum)
    const position = { x: r.x + aside * momentum.x, y: r.y + aside * momentum.y, z: r.z + aside * momentum.z }
    return Number.isFinite(position.x + position.y + position.z) ? position : undefined
  }

  return {
    elements,
    receivedAt: (offset) => {
      const angle = referenceAngle + SIDEREAL_RATE * offset
      const siteInertial = turned(ground, angle)
      let lightTimeSec = 0
      let line: Vector = { x: 0, y: 0, z: 0 }
      for (let round = 0; round < LIGHT_TIME_ROUNDS; round += 1) {
        const satellite = satelliteAt(offset - lightTimeSec)
        if (satellite === undefined) return undefined
        line = {
          x: satellite.x - siteInertial.x,
          y: satellite.y - siteInertial.y,
          z: satellite.z - siteInertial.z,
        }
        lightTimeSec = length(line) / SPEED_OF_LIGHT_KM_PER_SEC
      }
      const range = length(line)
      // Turned so that x points up the site's meridian, then by the latitude.
      const meridian = turned(line, -(angle + longitude))
      const east = meridian.y / range
      const north = (cosLatitude * meridian.z - sinLatitude * meridian.x) / range
      const up = (cosLatitude * meridian.x + sinLatitude * meridian.z) / range
      return { lightTimeSec, range: km(range), direction: directionOf({ east, north, up }), east, north, up }
    },
  }
}

/** Azimuth within [0, 360) and elevation of a vector in east, north and up. */
export const directionOf = (vector: {
  readonly east: number
  readonly north: number
  readonly up: number
}): AzEl => ({
  azimuth: deg(((Math.atan2(vector.east, vector.north) / TURN) * 360 + 360) % 360),
  elevation: deg((Math.atan2(vector.up, Math.hypot(vector.east, vector.north)) / TURN) * 360),
})
