import { MS_PER_DAY, MS_PER_SECOND, type UtcMs, utcFromCivil } from '../kernel/time.ts'
import { type Rad, rad, type Sec, sec } from '../kernel/units.ts'
import type { StateVector, Vector3 } from './vector.ts'

/**
 * UT1 − UTC when nobody gives it. Zero, openly: |UT1 − UTC| is kept below 0.9 s, and each 0.1 s turns the Earth by
 * 1.5″, about 50 m at a satellite in low orbit. IERS Bulletin A has the value of the day.
 */
export const UT1_MINUS_UTC_DEFAULT: Sec = sec(0)

const J2000_MS = utcFromCivil({ year: 2000, month: 1, day: 1, hour: 12, minute: 0, second: 0 })
const DAYS_PER_CENTURY = 36_525
const SECONDS_PER_DAY = 86_400
const RAD_PER_SIDEREAL_SECOND = (2 * Math.PI) / SECONDS_PER_DAY

/** The turn of the Earth between TEME and ITRS at an instant. */
export interface EarthRotation {
  /** Greenwich mean sidereal time of 1982, [0, 2π). */
  readonly angle: Rad
  /** Its rate in radians per second of UT1. */
  readonly rateRadPerSec: number
}

/**
 * Greenwich mean sidereal time of the IAU 1982 model (Aoki et al. 1982; Vallado 2013, eq. 3-47), the angle that SGP4's
 * TEME is meant for (AIAA 2006-6753, app. C). The whole days are taken out first, so that a double keeps it to
 * 1e-12 rad; the model itself leaves out the equation of the equinoxes, as TEME does.
 */
export const earthRotationAt = (at: UtcMs, ut1MinusUtc: Sec = UT1_MINUS_UTC_DEFAULT): EarthRotation => {
  const ut1Days = (at - J2000_MS) / MS_PER_DAY + ut1MinusUtc / SECONDS_PER_DAY
  const msOfDay = (at - J2000_MS) % MS_PER_DAY
  const centuries = ut1Days / DAYS_PER_CENTURY
  // 876600 h a century of the published formula are whole turns, but for the part of the day.
  const seconds =
    67_310.54841 +
    msOfDay / MS_PER_SECOND +
    ut1MinusUtc +
    centuries * (8_640_184.812866 + centuries * (0.093104 - centuries * 6.2e-6))
  const perDay =
    SECONDS_PER_DAY +
    (8_640_184.812866 + centuries * (2 * 0.093104 - centuries * 3 * 6.2e-6)) / DAYS_PER_CENTURY
  const turn = seconds - SECONDS_PER_DAY * Math.floor(seconds / SECONDS_PER_DAY)
  return {
    angle: rad(turn * RAD_PER_SIDEREAL_SECOND),
    rateRadPerSec: (perDay / SECONDS_PER_DAY) * RAD_PER_SIDEREAL_SECOND,
  }
}

/** A state at an instant in the ITRS, and the true derivative of its position there. */
export interface EarthFixedMotion {
  readonly state: StateVector
  /** Derivative of the position, km/s: what the velocity claims to be, and SGP4's is not quite. */
  readonly positionRate: Vector3
}

/**
 * From TEME to the Earth-fixed frame: km and km/s, the velocity as seen by who turns with the Earth. Polar motion is
 * left out: at most 0.5″, 15 m on the ground.
 */
export const temeToItrs = (state: StateVector, rotation: EarthRotation): StateVector => {
  const cos = Math.cos(rotation.angle)
  const sin = Math.sin(rotation.angle)
  const { position: p, velocity: v } = state
  const x = cos * p.x + sin * p.y
  const y = cos * p.y - sin * p.x
  return {
    position: { x, y, z: p.z },
    velocity: {
      x: cos * v.x + sin * v.y + rotation.rateRadPerSec * y,
      y: cos * v.y - sin * v.x - rotation.rateRadPerSec * x,
      z: v.z,
    },
  }
}

/** From the Earth-fixed frame to TEME: the inverse of `temeToItrs`, km and km/s. */
export const itrsToTeme = (state: StateVector, rotation: EarthRotation): StateVector => {
  const cos = Math.cos(rotation.angle)
  const sin = Math.sin(rotation.angle)
  const { position: p, velocity: v } = state
  const x = cos * p.x - sin * p.y
  const y = sin * p.x + cos * p.y
  return {
    position: { x, y, z: p.z },
    velocity: {
      x: cos * v.x - sin * v.y - rotation.rateRadPerSec * y,
      y: sin * v.x + cos * v.y + rotation.rateRadPerSec * x,
      z: v.z,
    },
  }
}

/** A point that turns with the Earth (ITRS, km) as a state in TEME. */
export const fixedPointToTeme = (point: Vector3, rotation: EarthRotation): StateVector => {
  const cos = Math.cos(rotation.angle)
  const sin = Math.sin(rotation.angle)
  const x = cos * point.x - sin * point.y
  const y = sin * point.x + cos * point.y
  return {
    position: { x, y, z: point.z },
    velocity: { x: -rotation.rateRadPerSec * y, y: rotation.rateRadPerSec * x, z: 0 },
  }
}
