import { gstime, json2satrec, type SatRec } from 'satellite.js'
import { wrapSignedDeg } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { formatUtc, MS_PER_DAY, type UtcMs } from '../kernel/time.ts'
import { degToRad, rad, radToDeg } from '../kernel/units.ts'
import { checkForSgp4, type ElementSet } from './element-set.ts'
import { objectLabel } from './object-label.ts'

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

/**
 * What SGP4's initialisation makes of an element set, its epoch kept to the last digit. Fault `orbit.propagation` where
 * the elements cannot be an orbit of SGP4.
 */
export const satelliteRecord = (elements: ElementSet): Result<SatRec, Fault> => {
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
  return ok(record)
}
