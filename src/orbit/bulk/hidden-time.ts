import { MS_PER_DAY, MS_PER_SECOND } from '../../kernel/time.ts'
import type { Observer } from './observer.ts'
import { EARTH_RADIUS_KM, MU_KM3_PER_SEC2 } from './records.ts'

// Of more eccentric orbits the angular velocity changes too much to bound it by its largest.
const ECCENTRICITY_MAX = 0.1
// An object with a lower perigee may fall meanwhile.
const PERIGEE_KM_MIN = EARTH_RADIUS_KM + 150
// The vertical of the site is up to 0.19° off the direction from the Earth's centre; and as much for what the orbit
// changes.
const MARGIN_RADIANS = 0.007
const MARGIN_KM = 50
// The orbit is that of the state: so long it stays the same to the margins, but for its velocity, which is given more.
const HIDDEN_MS_MAX = MS_PER_DAY
const VELOCITY_MARGIN = 1.02

/**
 * For how long an object certainly stays below an elevation (radians), ms: the angle that is missing at the Earth's
 * centre over how fast its direction turns against the Earth, at most. `meridian` is its state in the meridian's frame.
 * 0 where nothing can be said.
 */
export const hiddenMs = (observer: Observer, meridian: Float64Array, minimumElevation: number): number => {
  const [x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0] = meridian
  const radius = Math.sqrt(x * x + y * y + z * z)
  const axis = 1 / (2 / radius - (vx * vx + vy * vy + vz * vz) / MU_KM3_PER_SEC2)
  const spinX = y * vz - z * vy
  const spinY = z * vx - x * vz
  const spinZ = x * vy - y * vx
  const spin = Math.sqrt(spinX * spinX + spinY * spinY + spinZ * spinZ)
  const eccentricity = Math.sqrt(Math.max(0, 1 - (spin * spin) / (MU_KM3_PER_SEC2 * axis)))
  if (!(axis > 0 && eccentricity < ECCENTRICITY_MAX)) return 0
  const perigee = axis * (1 - eccentricity)
  const apogee = axis * (1 + eccentricity)
  if (perigee < PERIGEE_KM_MIN) return 0
  const siteRadius = Math.hypot(observer.axisDistance, observer.z)
  const cosAngle = (x * observer.axisDistance + z * observer.z) / (radius * siteRadius)
  const cosAtApogee = Math.min(1, (siteRadius / (apogee + MARGIN_KM)) * Math.cos(minimumElevation))
  const missing =
    Math.acos(Math.max(-1, Math.min(1, cosAngle))) -
    (Math.acos(cosAtApogee) - minimumElevation + MARGIN_RADIANS)
  if (!(missing > 0)) return 0
  // Against the turning Earth, the square of the angular velocity is largest where that of the orbit is largest or
  // smallest.
  const { turnRate } = observer
  const against = (angular: number): number =>
    angular * angular + turnRate * turnRate - 2 * angular * turnRate * (spinZ / spin)
  const square = Math.max(against(spin / (perigee * perigee)), against(spin / (apogee * apogee)))
  const seconds = missing / (VELOCITY_MARGIN * Math.sqrt(Math.max(0, square)))
  return Math.min(HIDDEN_MS_MAX, seconds * MS_PER_SECOND)
}
