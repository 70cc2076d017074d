import { MS_PER_DAY, MS_PER_MINUTE } from '../../kernel/time.ts'
import { degToRad, type Km, type KmPerSec, km, kmPerSec } from '../../kernel/units.ts'
import type { ElementSet } from '../element-set.ts'

/** What the uncertainty of a prediction hangs on, read from the elements alone. */
export interface OrbitTraits {
  /**
   * The letters that the name begins with, in capitals (`STARLINK-1008`, `STARLINK`); empty where there are none.
   * Satellites of one fleet are flown alike, and no element says so as well as the name does.
   */
  readonly fleet: string
  /** A period of 225 minutes or more, where SGP4 becomes SDP4 (AIAA 2006-6753, app. A). */
  readonly isDeepSpace: boolean
  /** Perigee above the equatorial radius, by the mean elements; at least `PERIGEE_MIN_KM`. */
  readonly perigee: Km
  /** Semi-major axis of the mean elements. */
  readonly semiMajorAxis: Km
  /** Mean speed along the orbit: mean motion times semi-major axis. */
  readonly meanSpeed: KmPerSec
  /**
   * How far drag moves the object along its orbit, km for one day and growing with the square of the days, as SGP4
   * reckons it from B*. Without sign: negative B* (thrust, or a fit that went astray) is as uncertain as drag.
   */
  readonly dragKmPerDaySquared: number
}

// WGS 72, as in SGP4 (AIAA 2006-6753, table 1).
const EARTH_RADIUS_KM = 6378.135
const GRAVITY_KM3_PER_S2 = 398_600.8
const XKE = 60 / Math.sqrt(EARTH_RADIUS_KM ** 3 / GRAVITY_KM3_PER_S2)
const K2 = 0.5 * 0.001082616
const DEEP_SPACE_PERIOD_MIN = 225
/** Nothing stays in orbit below; it bounds a logarithm. */
const PERIGEE_MIN_KM = 120
// 20,000 km after one day is half an orbit: such an object comes down, and no figure says where it is.
const DRAG_MAX_KM_PER_DAY_SQUARED = 20_000

const MINUTES_PER_DAY = MS_PER_DAY / MS_PER_MINUTE

/**
 * SGP4's secular drag on the mean longitude, radians a minute squared: 1.5 C1 times the mean motion
 * (Hoots and Roehrich, Spacetrack Report No. 3, section 6; without its terms of higher order in time).
 */
const dragOnLongitude = (elements: ElementSet): number => {
  const { eccentricity, bstar } = elements
  const kozai = (elements.meanMotion * 2 * Math.PI) / MINUTES_PER_DAY
  const cosine = Math.cos(degToRad(elements.inclination))
  const x3thm1 = 3 * cosine * cosine - 1
  const beta2 = 1 - eccentricity * eccentricity
  const oblateness = (1.5 * K2 * x3thm1) / (beta2 * Math.sqrt(beta2))
  const a1 = (XKE / kozai) ** (2 / 3)
  const d1 = oblateness / (a1 * a1)
  const a0 = a1 * (1 - d1 * (1 / 3 + d1 * (1 + (134 / 81) * d1)))
  const d0 = oblateness / (a0 * a0)
  const meanMotion = kozai / (1 + d0)
  const axis = a0 / (1 - d0)
  const perigeeKm = (axis * (1 - eccentricity) - 1) * EARTH_RADIUS_KM
  // The density's lower edge sinks with low perigees.
  const edgeKm = perigeeKm >= 156 ? 78 : Math.max(20, perigeeKm - 78)
  const edge = 1 + edgeKm / EARTH_RADIUS_KM
  const density = ((120 - edgeKm) / EARTH_RADIUS_KM) ** 4
  const tsi = 1 / (axis - edge)
  const eta = axis * eccentricity * tsi
  const eta2 = eta * eta
  const eeta = eccentricity * eta
  const psi2 = Math.abs(1 - eta2)
  const c2 =
    ((density * tsi ** 4) / psi2 ** 3.5) *
    meanMotion *
    (axis * (1 + 1.5 * eta2 + eeta * (4 + eta2)) +
      ((0.75 * K2 * tsi) / psi2) * x3thm1 * (8 + 3 * eta2 * (8 + eta2)))
  return 1.5 * bstar * c2 * meanMotion
}

const FLEET = /^[A-Za-z]+/

/** The traits of an element set that `checkElementSet` took. */
export const orbitTraits = (elements: ElementSet): OrbitTraits => {
  const radPerSec = (elements.meanMotion * 2 * Math.PI) / (MS_PER_DAY / 1000)
  const semiMajorAxisKm = Math.cbrt(GRAVITY_KM3_PER_S2 / (radPerSec * radPerSec))
  const perigeeKm = semiMajorAxisKm * (1 - elements.eccentricity) - EARTH_RADIUS_KM
  const dragKm = Math.abs(dragOnLongitude(elements)) * MINUTES_PER_DAY * MINUTES_PER_DAY * semiMajorAxisKm
  return {
    fleet: FLEET.exec(elements.name)?.[0].toUpperCase() ?? '',
    isDeepSpace: MINUTES_PER_DAY / elements.meanMotion >= DEEP_SPACE_PERIOD_MIN,
    perigee: km(Math.max(PERIGEE_MIN_KM, perigeeKm)),
    semiMajorAxis: km(semiMajorAxisKm),
    meanSpeed: kmPerSec(radPerSec * semiMajorAxisKm),
    dragKmPerDaySquared: Number.isFinite(dragKm)
      ? Math.min(dragKm, DRAG_MAX_KM_PER_DAY_SQUARED)
      : DRAG_MAX_KM_PER_DAY_SQUARED,
  }
}
