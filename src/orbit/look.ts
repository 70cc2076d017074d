import { type AzEl, wrapDeg } from '../kernel/angle.ts'
import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import type { UtcMs } from '../kernel/time.ts'
import {
  type DegPerSec,
  deg,
  degPerSec,
  degToRad,
  type Km,
  type KmPerSec,
  km,
  kmPerSec,
  rad,
  radToDeg,
} from '../kernel/units.ts'
import { createEarthFixedMotion, type SeenFrom } from './earth-fixed-motion.ts'
import type { Refraction } from './refraction.ts'
import type { Site } from './site.ts'
import { dot, type StateVector, subtract, type Vector3 } from './vector.ts'

/**
 * Where an object stands in the sky of a site, and how that changes as seen from the turning Earth. The angular rates
 * are the exact derivatives of the angles; the range rate is that of SGP4's velocity, as everybody gives it (the
 * derivative of its range differs by up to 1e-5 km/s).
 */
export interface LookAngles extends AzEl {
  readonly slantRange: Km
  /** Positive when the object recedes. */
  readonly rangeRate: KmPerSec
  /** Positive clockwise. Without bound near the zenith; 0 exactly there, where azimuth has no meaning. */
  readonly azimuthRate: DegPerSec
  readonly elevationRate: DegPerSec
}

/** A site's place in the ITRS and the directions of its local frame, made once. */
export interface TopocentricFrame {
  readonly position: Vector3
  readonly east: Vector3
  readonly north: Vector3
  readonly up: Vector3
}

const WGS84_SEMI_MAJOR_KM = 6_378.137
const WGS84_FLATTENING = 1 / 298.257223563

/** The local frame of a site, up being the normal of the WGS 84 ellipsoid; position in km. */
export const createTopocentricFrame = (site: Site): TopocentricFrame => {
  const latitude = degToRad(site.latitude)
  const longitude = degToRad(site.longitude)
  const sinLat = Math.sin(latitude)
  const cosLat = Math.cos(latitude)
  const sinLon = Math.sin(longitude)
  const cosLon = Math.cos(longitude)
  const eccentricitySquared = WGS84_FLATTENING * (2 - WGS84_FLATTENING)
  const primeVertical = WGS84_SEMI_MAJOR_KM / Math.sqrt(1 - eccentricitySquared * sinLat * sinLat)
  const heightKm = site.height / 1000
  return {
    position: {
      x: (primeVertical + heightKm) * cosLat * cosLon,
      y: (primeVertical + heightKm) * cosLat * sinLon,
      z: (primeVertical * (1 - eccentricitySquared) + heightKm) * sinLat,
    },
    east: { x: -sinLon, y: cosLon, z: 0 },
    north: { x: -sinLat * cosLon, y: -sinLat * sinLon, z: cosLat },
    up: { x: cosLat * cosLon, y: cosLat * sinLon, z: sinLat },
  }
}

/**
 * Look angles of an object whose Earth-fixed state (ITRS, km and km/s) is known. The range rate comes from the state's
 * velocity, the angular rates from `angularVelocity`, the velocity again unless given.
 */
export const lookFromItrs = (
  frame: TopocentricFrame,
  state: StateVector,
  angularVelocity: Vector3 = state.velocity,
): LookAngles => {
  const relative = subtract(state.position, frame.position)
  const east = dot(relative, frame.east)
  const north = dot(relative, frame.north)
  const up = dot(relative, frame.up)
  const eastRate = dot(angularVelocity, frame.east)
  const northRate = dot(angularVelocity, frame.north)
  const upRate = dot(angularVelocity, frame.up)
  const horizontalSquared = east * east + north * north
  const horizontal = Math.sqrt(horizontalSquared)
  const rangeSquared = horizontalSquared + up * up
  const range = Math.sqrt(rangeSquared)
  const atZenith = horizontal === 0
  const horizontalRate = atZenith
    ? Math.hypot(eastRate, northRate)
    : (east * eastRate + north * northRate) / horizontal
  return {
    azimuth: wrapDeg(radToDeg(rad(Math.atan2(east, north)))),
    elevation: radToDeg(rad(Math.atan2(up, horizontal))),
    slantRange: km(range),
    rangeRate: kmPerSec(dot(relative, state.velocity) / range),
    azimuthRate: degPerSec(
      atZenith ? 0 : radToDeg(rad((north * eastRate - east * northRate) / horizontalSquared)),
    ),
    elevationRate: degPerSec(radToDeg(rad((horizontal * upRate - up * horizontalRate) / rangeSquared))),
  }
}

/**
 * Look angles as a function of the instant; Fault `orbit.propagation` or `orbit.span` where the object is not known.
 */
export type LookFunction = (at: UtcMs) => Result<LookAngles, Fault>

/** The look with its elevation as the air lifts it, and the elevation's rate changed with it. */
const refracted = (look: LookAngles, { apparentElevation, geometricElevation }: Refraction): LookAngles => {
  const elevation = apparentElevation(look.elevation)
  const below = geometricElevation(deg(elevation - REFRACTION_RATE_STEP_DEG))
  const above = geometricElevation(deg(elevation + REFRACTION_RATE_STEP_DEG))
  const apparentPerGeometric = (2 * REFRACTION_RATE_STEP_DEG) / (above - below)
  return { ...look, elevation, elevationRate: degPerSec(look.elevationRate * apparentPerGeometric) }
}

// Half the base of the difference that gives how much faster or slower the apparent elevation moves.
const REFRACTION_RATE_STEP_DEG = 1e-3

/**
 * An object seen from a site, geometric unless `refraction` or `lightTime` ask: then the elevation is the apparent one,
 * or the place that where the object was when the light left it. UT1 − UTC is 0 unless given.
 */
export const createLook = (
  options: SeenFrom & {
    readonly refraction?: Refraction
  },
): LookFunction => {
  const frame = createTopocentricFrame(options.site)
  const motionAt = createEarthFixedMotion({ ...options, position: frame.position })
  const { refraction } = options
  return (at) => {
    const fixed = motionAt(at)
    if (!fixed.ok) return fixed
    const look = lookFromItrs(frame, fixed.value.state, fixed.value.positionRate)
    return ok(refraction === undefined ? look : refracted(look, refraction))
  }
}
