import { type AzEl, wrapDeg } from '../kernel/angle.ts'
import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import { type UtcMs, utcPlus } from '../kernel/time.ts'
import {
  type DegPerSec,
  degPerSec,
  degToRad,
  type Km,
  type KmPerSec,
  km,
  kmPerSec,
  ms,
  rad,
  radToDeg,
  type Sec,
} from '../kernel/units.ts'
import { earthRotationAt, temeToItrs, UT1_MINUS_UTC_DEFAULT } from './frames.ts'
import type { Motion } from './motion.ts'
import type { Site } from './site.ts'
import { dot, magnitude, type StateVector, subtract, type Vector3 } from './vector.ts'

/**
 * Where an object stands in the sky of a site: geometric, without refraction and without light time, and how that
 * changes as seen from the turning Earth. The angular rates are the exact derivatives of the angles; the range rate is
 * that of SGP4's velocity, as everybody gives it (the derivative of its range differs by up to 1e-5 km/s).
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

// The spacing of the five-point derivative as a share of the time in which the object moves by its own distance from
// the Earth's centre: 4 s in a low orbit, a minute in a geostationary one. Its error is then 1e-10 km/s, as small as
// what the rounding of SGP4 (some micrometres) leaves.
const SPACING_SHARE = 0.0044

/** The state at an instant in the ITRS, and the true derivative of its position there. */
export interface EarthFixedMotion {
  readonly state: StateVector
  /** Derivative of the position, km/s. */
  readonly positionRate: Vector3
}

/** In TEME, km/s; undefined next to the last instant before a decay, which has no after. */
const derivativeOfPosition = (motion: Motion, at: UtcMs, state: StateVector): Vector3 | undefined => {
  const ownDistanceSec = magnitude(state.position) / magnitude(state.velocity)
  // Whole milliseconds, so that the rounding of the instants does not enter.
  const spacing = Math.max(1, Math.round(SPACING_SHARE * ownDistanceSec * 1000))
  const around: Vector3[] = []
  for (const steps of [-2, -1, 1, 2]) {
    const neighbour = motion.propagate(utcPlus(at, ms(steps * spacing)))
    if (!neighbour.ok) return undefined
    around.push(neighbour.value.position)
  }
  const [before2, before1, after1, after2] = around
  if (!before2 || !before1 || !after1 || !after2) return undefined
  const inner = subtract(after1, before1)
  const outer = subtract(after2, before2)
  const base = (12 * spacing) / 1000
  return {
    x: (8 * inner.x - outer.x) / base,
    y: (8 * inner.y - outer.y) / base,
    z: (8 * inner.z - outer.z) / base,
  }
}

/**
 * An object's motion in the ITRS.
 *
 * SGP4's velocity is not the derivative of its positions: it is 1e-5 km/s off in a low orbit, which moves the
 * culmination of a geostationary object by half an hour. So the derivative is taken from the positions themselves.
 */
export const earthFixedMotion = (
  motion: Motion,
  at: UtcMs,
  ut1MinusUtc: Sec,
): Result<EarthFixedMotion, Fault> => {
  const state = motion.propagate(at)
  if (!state.ok) return state
  const rotation = earthRotationAt(at, ut1MinusUtc)
  const fixed = temeToItrs(state.value, rotation)
  const velocity = derivativeOfPosition(motion, at, state.value)
  if (velocity === undefined) return ok({ state: fixed, positionRate: fixed.velocity })
  const { position } = state.value
  return ok({ state: fixed, positionRate: temeToItrs({ position, velocity }, rotation).velocity })
}

/** Look angles as a function of the instant; Fault `orbit.propagation` where the object cannot be predicted. */
export type LookFunction = (at: UtcMs) => Result<LookAngles, Fault>

/** An object seen from a site. UT1 − UTC is 0 unless given. */
export const createLook = (options: {
  readonly motion: Motion
  readonly site: Site
  readonly ut1MinusUtc?: Sec
}): LookFunction => {
  const { motion, ut1MinusUtc = UT1_MINUS_UTC_DEFAULT } = options
  const frame = createTopocentricFrame(options.site)
  return (at) => {
    const fixed = earthFixedMotion(motion, at, ut1MinusUtc)
    if (!fixed.ok) return fixed
    return ok(lookFromItrs(frame, fixed.value.state, fixed.value.positionRate))
  }
}
