import { MS_PER_SECOND as MS_PER_SECOND_IMPORTED, type UtcMs, utcMs } from '../../kernel/time.ts'
import type { Sec } from '../../kernel/units.ts'
import { earthRotationAt } from '../frames.ts'
import { createTopocentricFrame } from '../look.ts'
import type { Site } from '../site.ts'
import { cosOf, halfTurnsOf, reducedOf, signOf, sinOf } from './sincos.ts'

// Literals to the compiler, as imports are not (`records.ts`).
const MS_PER_SECOND = MS_PER_SECOND_IMPORTED

/**
 * A site and how it turns with the Earth, for many looks. All happens in the frame of its meridian: z to the pole, x
 * from the axis towards the site, y east of it.
 */
export interface Observer {
  /** Distance from the Earth's axis, km. */
  readonly axisDistance: number
  /** Height over the equator's plane, km. */
  readonly z: number
  readonly sinLatitude: number
  readonly cosLatitude: number
  /** Angle from the equinox (of TEME) to the site's meridian at `referenceUtcMs`, radians. */
  readonly referenceAngle: number
  readonly referenceUtcMs: UtcMs
  /** Radians a second. */
  readonly turnRate: number
}

/**
 * An observer for instants within a year of `aroundUtcMs`: the rate of GMST is taken as constant (1e-9 rad in a year).
 */
export const createObserver = (options: {
  readonly site: Site
  readonly aroundUtcMs: UtcMs
  readonly ut1MinusUtc: Sec
}): Observer => {
  const { site, aroundUtcMs, ut1MinusUtc } = options
  const { position, up } = createTopocentricFrame(site)
  const rotation = earthRotationAt(aroundUtcMs, ut1MinusUtc)
  return {
    axisDistance: Math.hypot(position.x, position.y),
    z: position.z,
    sinLatitude: up.z,
    cosLatitude: Math.hypot(up.x, up.y),
    referenceAngle: rotation.angle + Math.atan2(up.y, up.x),
    referenceUtcMs: utcMs(aroundUtcMs),
    turnRate: rotation.rateRadPerSec,
  }
}

/** The angle from the equinox to the site's meridian, radians, not reduced. */
export const meridianAngle = (observer: Observer, atMs: number): number =>
  observer.referenceAngle + ((atMs - observer.referenceUtcMs) / MS_PER_SECOND) * observer.turnRate

/**
 * Turns a state in TEME into the frame of the meridian as it stands at the instant, velocity not changed by the
 * turning: six doubles each.
 */
export const toMeridian = (
  observer: Observer,
  atMs: number,
  state: Float64Array,
  stateAt: number,
  out: Float64Array,
  outAt: number,
): void => {
  const angle = meridianAngle(observer, atMs)
  const turns = halfTurnsOf(angle)
  const rest = reducedOf(angle, turns)
  const sign = signOf(turns)
  const sin = sign * sinOf(rest)
  const cos = sign * cosOf(rest)
  const x = state[stateAt] ?? 0
  const y = state[stateAt + 1] ?? 0
  const vx = state[stateAt + 3] ?? 0
  const vy = state[stateAt + 4] ?? 0
  out[outAt] = cos * x + sin * y
  out[outAt + 1] = cos * y - sin * x
  out[outAt + 2] = state[stateAt + 2] ?? 0
  out[outAt + 3] = cos * vx + sin * vy
  out[outAt + 4] = cos * vy - sin * vx
  out[outAt + 5] = state[stateAt + 5] ?? 0
}

/** What `placeInSky` writes: kilometres and seconds, towards the local directions of the site. */
const SKY_LOCAL = {
  up: 0,
  east: 1,
  north: 2,
  upRate: 3,
  eastRate: 4,
  northRate: 5,
  range: 6,
  /** Derivative of half the squared range: range times range rate. */
  rangeTimesRate: 7,
} as const
/** `SKY_LOCAL`, for other modules: an export is no literal to the compiler (`records.ts`). */
export const SKY = SKY_LOCAL
export const SKY_LENGTH = 8

/** Where a state in the meridian's frame (velocity not of the turning Earth) stands in the sky of the site. */
export const placeInSky = (
  observer: Observer,
  meridian: Float64Array,
  at: number,
  sky: Float64Array,
): void => {
  const { sinLatitude, cosLatitude, turnRate } = observer
  const x = meridian[at] ?? 0
  const y = meridian[at + 1] ?? 0
  const dx = x - observer.axisDistance
  const dz = (meridian[at + 2] ?? 0) - observer.z
  const vx = (meridian[at + 3] ?? 0) + turnRate * y
  const vy = (meridian[at + 4] ?? 0) - turnRate * x
  const vz = meridian[at + 5] ?? 0
  sky[SKY_LOCAL.up] = cosLatitude * dx + sinLatitude * dz
  sky[SKY_LOCAL.east] = y
  sky[SKY_LOCAL.north] = cosLatitude * dz - sinLatitude * dx
  sky[SKY_LOCAL.upRate] = cosLatitude * vx + sinLatitude * vz
  sky[SKY_LOCAL.eastRate] = vy
  sky[SKY_LOCAL.northRate] = cosLatitude * vz - sinLatitude * vx
  sky[SKY_LOCAL.range] = Math.sqrt(dx * dx + y * y + dz * dz)
  sky[SKY_LOCAL.rangeTimesRate] = dx * vx + y * vy + dz * vz
}
