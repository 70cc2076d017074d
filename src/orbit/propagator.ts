import { gstime, json2satrec, type SatRec, SatRecError, sgp4 } from 'satellite.js'
import { wrapSignedDeg } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { formatUtc, MS_PER_DAY, MS_PER_MINUTE, type UtcMs } from '../kernel/time.ts'
import { degToRad, rad, radToDeg } from '../kernel/units.ts'
import { checkForSgp4, type ElementSet } from './element-set.ts'
import type { Motion } from './motion.ts'
import type { StateVector } from './vector.ts'

/**
 * One object's motion by SGP4/SDP4 (WGS 72 constants, opsmode `i`), whose own frame is TEME of date. It ends with the
 * fault `orbit.propagation` where SGP4 says that there is no such orbit any more.
 */
export interface Propagator extends Motion<number> {
  readonly elements: ElementSet
}

/**
 * SGP4 far from its epoch means nothing, and its deep-space integrator steps from the epoch each time: beyond this it
 * would only burn time. The longest span of the verification cases (AIAA 2006-6753) is 3.5 years.
 */
export const PROPAGATION_SPAN_MS_MAX = 20 * 365.25 * MS_PER_DAY

const SGP4_COMPLAINTS: Readonly<Record<number, string>> = {
  [SatRecError.MeanEccentricityOutOfRange]: 'its mean eccentricity has left 0 to 1 (SGP4 error 1)',
  [SatRecError.MeanMotionBelowZero]: 'its mean motion has fallen below zero (SGP4 error 2)',
  [SatRecError.PerturbedEccentricityOutOfRange]: 'its perturbed eccentricity has left 0 to 1 (SGP4 error 3)',
  [SatRecError.SemiLatusRectumBelowZero]: 'its semi-latus rectum has fallen below zero (SGP4 error 4)',
  [SatRecError.Decayed]: 'it has decayed (SGP4 error 6)',
}

/** How an object is called in sentences: `ISS (ZARYA) [25544]`. */
export const objectLabel = (elements: Pick<ElementSet, 'name' | 'catalogNumber'>): string =>
  elements.name === '' ? `object ${elements.catalogNumber}` : `${elements.name} [${elements.catalogNumber}]`

const JULIAN_DATE_OF_UNIX_EPOCH = 2_440_587.5
// SGP4's own rates of the mean longitudes of Sun and Moon (Moon's from its node), rad/day (dscom).
const SUN_RAD_PER_DAY = 0.017201977
const MOON_RAD_PER_DAY = 0.2299715 - 0.001944368

/**
 * json2satrec cuts the epoch to a millisecond. For the time since epoch that does not matter, it is counted here; but
 * deep-space records keep the places of the Earth, the Sun and the Moon at epoch, and half a millisecond of these made
 * up to 35 mm in the cases of AIAA 2006-6753. They are moved on by what was cut off.
 */
const mendEpoch = (record: SatRec, epochUtcMs: UtcMs): void => {
  // A Julian date in one double, 40 µs at best, because the reference implementations start from that as well.
  const julianDate = JULIAN_DATE_OF_UNIX_EPOCH + epochUtcMs / MS_PER_DAY
  const cutOffDays = julianDate - record.jdsatepoch
  const siderealAngle = gstime(julianDate)
  const turned = degToRad(wrapSignedDeg(radToDeg(rad(siderealAngle - record.gsto))))
  record.jdsatepoch = julianDate
  record.gsto = siderealAngle
  // The resonant longitude is counted from the Earth: once for a daily resonance (irez 1), twice for a half-daily one.
  record.xlamo -= record.irez * turned
  record.zmos += SUN_RAD_PER_DAY * cutOffDays
  record.zmol += MOON_RAD_PER_DAY * cutOffDays
}

const satelliteRecord = (elements: ElementSet): SatRec => {
  const record = json2satrec({
    OBJECT_NAME: elements.name,
    OBJECT_ID: elements.objectId,
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
  mendEpoch(record, elements.epochUtcMs)
  return record
}

const isFiniteState = ({ position, velocity }: StateVector): boolean =>
  Number.isFinite(position.x + position.y + position.z + velocity.x + velocity.y + velocity.z)

/** Prepares an object. Fault `orbit.propagation` when its elements cannot be an orbit of SGP4. */
export const createPropagator = (elements: ElementSet): Result<Propagator, Fault> => {
  const checked = checkForSgp4(elements)
  if (!checked.ok) {
    const { field, reason } = checked.error
    return err(
      fault(
        'orbit.propagation',
        `The elements of ${objectLabel(elements)} are unusable: ${field}: ${reason}`,
      ),
    )
  }
  const record = satelliteRecord(elements)
  const failure = (at: UtcMs, complaint: string): { readonly ok: false; readonly error: Fault } =>
    err(
      fault(
        'orbit.propagation',
        `${objectLabel(elements)} cannot be predicted for ${formatUtc(at, 0)}: ${complaint}`,
      ),
    )
  return ok({
    object: elements,
    elements,
    propagate: (at) => {
      const sinceEpochMs = at - elements.epochUtcMs
      // Written so that NaN is refused as well: SGP4 would integrate for ever.
      if (!(Math.abs(sinceEpochMs) <= PROPAGATION_SPAN_MS_MAX)) {
        return err(
          fault(
            'orbit.propagation',
            `${objectLabel(elements)} was asked for more than 20 years away from the epoch of its elements`,
          ),
        )
      }
      const state = sgp4(record, sinceEpochMs / MS_PER_MINUTE)
      if (state === null) return failure(at, SGP4_COMPLAINTS[record.error] ?? `SGP4 error ${record.error}`)
      if (!isFiniteState(state)) return failure(at, 'SGP4 gives no number')
      return ok({ position: state.position, velocity: state.velocity })
    },
  })
}
