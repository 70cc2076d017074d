import {
  DEEP as DEEP_IMPORTED,
  DEEP_LENGTH as DEEP_LENGTH_IMPORTED,
  RESONANCE as RESONANCE_IMPORTED,
} from './deep-records.ts'
import { SHAPE as SHAPE_IMPORTED, SLOW as SLOW_IMPORTED, writeState } from './fast-motion.ts'
import {
  J3_OVER_J2 as J3_OVER_J2_IMPORTED,
  RECORD as RECORD_IMPORTED,
  RECORD_LENGTH as RECORD_LENGTH_IMPORTED,
  XKE as XKE_IMPORTED,
} from './records.ts'
import { resonancePoint } from './resonance.ts'
import { SGP4_ERROR as SGP4_ERROR_IMPORTED } from './sgp4-error.ts'
import { cosOf, halfTurnsOf, reducedOf, signOf, sinOf } from './sincos.ts'

// Literals to the compiler, as imports are not (`records.ts`).
const DEEP = DEEP_IMPORTED
const DEEP_LENGTH = DEEP_LENGTH_IMPORTED
const RESONANCE = RESONANCE_IMPORTED
const SHAPE = SHAPE_IMPORTED
const SLOW = SLOW_IMPORTED
const J3_OVER_J2 = J3_OVER_J2_IMPORTED
const RECORD = RECORD_IMPORTED
const RECORD_LENGTH = RECORD_LENGTH_IMPORTED
const XKE = XKE_IMPORTED
const SGP4_ERROR = SGP4_ERROR_IMPORTED

// AIAA 2006-6753, app. D: rates of the Earth (`dspace`), the Sun and the Moon (`dpper`), per minute, and the
// eccentricities of the latter.
const EARTH_RAD_PER_MINUTE = 4.3752690880113e-3
const SUN_RAD_PER_MINUTE = 1.19459e-5
const SUN_ECCENTRICITY = 0.01675
const MOON_RAD_PER_MINUTE = 1.5835218e-4
const MOON_ECCENTRICITY = 0.0549
/** Below 11.46° of inclination node and perigee are changed by the way of Lyddane. */
const LYDDANE_RADIANS = 0.2
const TWO_PI = 2 * Math.PI
/** What the denominator of xlcof is where the orbit is exactly retrograde. */
const RETROGRADE_DENOMINATOR = 1.5e-12

const slow = new Float64Array(5)
const shape = new Float64Array(7)
// sin zf, and the f2 and f3 of dpper, of the body asked for last.
const body = new Float64Array(3)

const placeBody = (meanLongitude: number, eccentricity: number): void => {
  const turns = halfTurnsOf(meanLongitude)
  const zf = meanLongitude + 2 * eccentricity * signOf(turns) * sinOf(reducedOf(meanLongitude, turns))
  const zfTurns = halfTurnsOf(zf)
  const zfRest = reducedOf(zf, zfTurns)
  const sign = signOf(zfTurns)
  const sinzf = sign * sinOf(zfRest)
  body[0] = sinzf
  body[1] = 0.5 * sinzf * sinzf - 0.25
  body[2] = -0.5 * sinzf * sign * cosOf(zfRest)
}

const shapeOf = (inclination: number): void => {
  const turns = halfTurnsOf(inclination)
  const rest = reducedOf(inclination, turns)
  const sin = signOf(turns) * sinOf(rest)
  const cos = signOf(turns) * cosOf(rest)
  const square = cos * cos
  const denominator = Math.abs(cos + 1) > RETROGRADE_DENOMINATOR ? 1 + cos : RETROGRADE_DENOMINATOR
  shape[SHAPE.sinInclination] = sin
  shape[SHAPE.cosInclination] = cos
  shape[SHAPE.aycof] = -0.5 * J3_OVER_J2 * sin
  shape[SHAPE.xlcof] = (-0.25 * J3_OVER_J2 * sin * (3 + 5 * cos)) / denominator
  shape[SHAPE.con41] = 3 * square - 1
  shape[SHAPE.x1mth2] = 1 - square
  shape[SHAPE.x7thm1] = 7 * square - 1
}

/**
 * SDP4, for periods of 225 min and more: as `nearEarthStates`, with the object's record in `deep` too. The resonance
 * integration leaves its last points there, which makes the next instant cheap and changes no result.
 */
export const deepSpaceStates = (
  records: Float64Array,
  index: number,
  deep: Float64Array,
  minutes: Float64Array,
  count: number,
  out: Float64Array,
  outAt: number,
): number => {
  const at = index * RECORD_LENGTH
  const deepAt = (records[at + RECORD.deepSpace] ?? 0) * DEEP_LENGTH
  const record = (field: number): number => records[at + field] ?? 0
  const third = (field: number): number => deep[deepAt + field] ?? 0
  const no = record(RECORD.meanMotion)
  const argpo = record(RECORD.argumentOfPericenter)
  const argpdot = record(RECORD.argumentOfPericenterRate)
  const irez = third(DEEP.irez)

  let to = outAt
  for (let step = 0; step < count; step += 1) {
    const t = minutes[step] ?? 0
    const t2 = t * t
    // Secular gravity, drag, Sun and Moon.
    let mm = record(RECORD.meanAnomaly) + record(RECORD.meanAnomalyRate) * t + third(DEEP.dmdt) * t
    let argpp = argpo + argpdot * t + third(DEEP.domdt) * t
    let nodem =
      record(RECORD.node) + record(RECORD.nodeRate) * t + record(RECORD.nodeDrag) * t2 + third(DEEP.dnodt) * t
    const tempa = 1 - record(RECORD.cc1) * t
    let ep = record(RECORD.eccentricity) + third(DEEP.dedt) * t
    let inclination = record(RECORD.inclination) + third(DEEP.didt) * t
    let semiMajorAxis = record(RECORD.semiMajorAxis)
    if (irez !== 0) {
      const point = resonancePoint(deep, deepAt, t, no, argpo, argpdot)
      const ft = t - (deep[point + RESONANCE.atime] ?? 0)
      const xndt = deep[point + RESONANCE.xndt] ?? 0
      const nm =
        (deep[point + RESONANCE.xni] ?? 0) + ft * (xndt + 0.5 * ft * (deep[point + RESONANCE.xnddt] ?? 0))
      const xl =
        (deep[point + RESONANCE.xli] ?? 0) + ft * ((deep[point + RESONANCE.xldot] ?? 0) + 0.5 * ft * xndt)
      if (!(nm > 0)) return SGP4_ERROR.meanMotion
      const theta = (third(DEEP.gsto) + t * EARTH_RAD_PER_MINUTE) % TWO_PI
      mm = irez === 1 ? xl - nodem - argpp + theta : xl - 2 * nodem + 2 * theta
      semiMajorAxis = (XKE / nm) ** (2 / 3)
    }
    ep -= record(RECORD.bstarCc4) * t
    if (!(ep < 1 && ep >= -0.001)) return SGP4_ERROR.meanEccentricity
    if (ep < 1e-6) ep = 1e-6
    mm += no * record(RECORD.t2cof) * t2
    nodem %= TWO_PI

    // Periodics of Sun and Moon, zero at epoch.
    placeBody(third(DEEP.zmos) + SUN_RAD_PER_MINUTE * t, SUN_ECCENTRICITY)
    const sunSin = body[0] ?? 0
    const sunF2 = body[1] ?? 0
    const sunF3 = body[2] ?? 0
    placeBody(third(DEEP.zmol) + MOON_RAD_PER_MINUTE * t, MOON_ECCENTRICITY)
    const moonSin = body[0] ?? 0
    const moonF2 = body[1] ?? 0
    const moonF3 = body[2] ?? 0
    const periodic = (sun2: number, sun3: number, moon2: number, moon3: number): number =>
      third(sun2) * sunF2 + third(sun3) * sunF3 + (third(moon2) * moonF2 + third(moon3) * moonF3)
    const ofSines = (sun4: number, moon4: number): number => third(sun4) * sunSin + third(moon4) * moonSin
    ep += periodic(DEEP.se2, DEEP.se3, DEEP.ee2, DEEP.e3) - third(DEEP.peo)
    const pinc = periodic(DEEP.si2, DEEP.si3, DEEP.xi2, DEEP.xi3) - third(DEEP.pinco)
    const pl =
      periodic(DEEP.sl2, DEEP.sl3, DEEP.xl2, DEEP.xl3) + ofSines(DEEP.sl4, DEEP.xl4) - third(DEEP.plo)
    let pgh =
      periodic(DEEP.sgh2, DEEP.sgh3, DEEP.xgh2, DEEP.xgh3) + ofSines(DEEP.sgh4, DEEP.xgh4) - third(DEEP.pgho)
    let ph = periodic(DEEP.sh2, DEEP.sh3, DEEP.xh2, DEEP.xh3) - third(DEEP.pho)
    inclination += pinc
    const sinip = Math.sin(inclination)
    const cosip = Math.cos(inclination)
    let nodep = nodem
    if (inclination >= LYDDANE_RADIANS) {
      ph /= sinip
      pgh -= cosip * ph
      argpp += pgh
      nodep += ph
      mm += pl
    } else {
      const sinop = Math.sin(nodep)
      const cosop = Math.cos(nodep)
      const alfdp = sinip * sinop + ph * cosop + pinc * cosip * sinop
      const betdp = sinip * cosop - ph * sinop + pinc * cosip * cosop
      const xls = mm + argpp + cosip * nodep + pl + pgh - pinc * nodep * sinip
      const before = nodep
      nodep = Math.atan2(alfdp, betdp)
      if (Math.abs(before - nodep) > Math.PI) nodep += nodep < before ? TWO_PI : -TWO_PI
      mm += pl
      argpp = xls - mm - cosip * nodep
    }
    if (inclination < 0) {
      inclination = -inclination
      nodep += Math.PI
      argpp -= Math.PI
    }
    if (!(ep >= 0 && ep <= 1)) return SGP4_ERROR.perturbedEccentricity
    shapeOf(inclination)
    slow[SLOW.semiMajorAxis] = semiMajorAxis * tempa * tempa
    slow[SLOW.eccentricity] = ep
    slow[SLOW.argumentOfPericenter] = argpp
    slow[SLOW.meanAnomaly] = mm
    slow[SLOW.node] = nodep
    const error = writeState(slow, shape, 0, out, to)
    if (error !== SGP4_ERROR.none) return error
    to += 6
  }
  return SGP4_ERROR.none
}
