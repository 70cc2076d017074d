import {
  EARTH_RADIUS_KM as EARTH_RADIUS_KM_IMPORTED,
  J2 as J2_IMPORTED,
  KM_PER_SEC as KM_PER_SEC_IMPORTED,
} from './records.ts'
import { SGP4_ERROR as SGP4_ERROR_IMPORTED } from './sgp4-error.ts'
import { cosOf, halfTurnsOf, reducedOf, signOf, sinOf } from './sincos.ts'

// Literals to the compiler, as imports are not (`records.ts`).
const EARTH_RADIUS_KM = EARTH_RADIUS_KM_IMPORTED
const J2 = J2_IMPORTED
const KM_PER_SEC = KM_PER_SEC_IMPORTED
const SGP4_ERROR = SGP4_ERROR_IMPORTED

/** Mean elements with all that is slow in them (drag, Sun and Moon): Earth radii and radians. */
const SLOW_LOCAL = {
  semiMajorAxis: 0,
  eccentricity: 1,
  argumentOfPericenter: 2,
  meanAnomaly: 3,
  node: 4,
} as const

/** What follows from the inclination. A prepared object of `records.ts` has these in the same order. */
const SHAPE_LOCAL = {
  sinInclination: 0,
  cosInclination: 1,
  aycof: 2,
  xlcof: 3,
  con41: 4,
  x1mth2: 5,
  x7thm1: 6,
} as const

/** `SLOW_LOCAL` and `SHAPE_LOCAL`, for other modules: an export is no literal to the compiler (`records.ts`). */
export const SLOW = SLOW_LOCAL
export const SHAPE = SHAPE_LOCAL
const KEPLER_ROUNDS_MAX = 10
// A small correction is made with the second and third derivative: it leaves its fourth power times the eccentricity.
// After one so small nothing is left; and the first one is of the size of the eccentricity itself.
const KEPLER_STEP_SMALL = 0.1
const KEPLER_STEP_LAST = 1e-4
const KEPLER_STEP_ONLY = 1e-3
// As Vallado's code: a wild first correction must not turn the direction by a radian.
const KEPLER_STEP_MAX = 0.95
// Up to here a turn of a direction is made with its power series, to 1e-17.
const SMALL_TURN_RADIANS = 0.03
// Up to here, five times what the lowest orbit has, the short-period turns are under 0.01 rad and made with theirs.
const PERIODICS_SMALL = 2.5e-3
// A division takes four times as long as a multiplication.
const SIXTH = 1 / 6
const PER_24 = 1 / 24
const PER_120 = 1 / 120
const PER_720 = 1 / 720
const PER_5040 = 1 / 5_040
const PER_40320 = 1 / 40_320

/**
 * The second half of SGP4, from mean elements to a state in TEME, km and km/s: six doubles into `out` from `outAt` on.
 * Long-period terms, Kepler's equation and short-period terms of AIAA 2006-6753, app. D; where that saves a sine, a
 * correction is made as a small turn of a direction that is known. Gives SGP4's error, 0 for none.
 */
export const writeState = (
  slow: Float64Array,
  shapes: Float64Array,
  shapeAt: number,
  out: Float64Array,
  outAt: number,
): number => {
  const am = slow[SLOW_LOCAL.semiMajorAxis] ?? 0
  const em = slow[SLOW_LOCAL.eccentricity] ?? 0
  const argpm = slow[SLOW_LOCAL.argumentOfPericenter] ?? 0
  const sini0 = shapes[shapeAt + SHAPE_LOCAL.sinInclination] ?? 0
  const cosi0 = shapes[shapeAt + SHAPE_LOCAL.cosInclination] ?? 0
  const con41 = shapes[shapeAt + SHAPE_LOCAL.con41] ?? 0
  const x1mth2 = shapes[shapeAt + SHAPE_LOCAL.x1mth2] ?? 0
  const x7thm1 = shapes[shapeAt + SHAPE_LOCAL.x7thm1] ?? 0

  // Long-period periodics; the mean argument of latitude is counted from the node.
  const argpTurns = halfTurnsOf(argpm)
  const argpRest = reducedOf(argpm, argpTurns)
  const emSigned = em * signOf(argpTurns)
  const axnl = emSigned * cosOf(argpRest)
  const perSemiLatus = 1 / (am * (1 - em * em))
  const aynl = emSigned * sinOf(argpRest) + perSemiLatus * (shapes[shapeAt + SHAPE_LOCAL.aycof] ?? 0)
  const node = slow[SLOW_LOCAL.node] ?? 0
  const nodeTurns = halfTurnsOf(node)
  const nodeRest = reducedOf(node, nodeTurns)
  const nodeSign = signOf(nodeTurns)
  const sinNode = nodeSign * sinOf(nodeRest)
  const cosNode = nodeSign * cosOf(nodeRest)
  const u =
    (slow[SLOW_LOCAL.meanAnomaly] ?? 0) +
    argpm +
    perSemiLatus * (shapes[shapeAt + SHAPE_LOCAL.xlcof] ?? 0) * axnl

  // Kepler's equation, by turning the direction of the eccentric argument of latitude.
  const uTurns = halfTurnsOf(u)
  const uRest = reducedOf(u, uTurns)
  const uSign = signOf(uTurns)
  let sinE = uSign * sinOf(uRest)
  let cosE = uSign * cosOf(uRest)
  let fromU = 0
  for (let round = 0; round < KEPLER_ROUNDS_MAX; round += 1) {
    const bend = axnl * sinE - aynl * cosE
    const slope = axnl * cosE + aynl * sinE
    const perSlope = 1 / (1 - slope)
    let turn = (bend - fromU) * perSlope
    if (turn < KEPLER_STEP_SMALL && turn > -KEPLER_STEP_SMALL) {
      const share = 0.5 * bend * perSlope
      turn *= 1 - turn * (share - turn * (2 * share * share - SIXTH * slope * perSlope))
    } else if (turn > KEPLER_STEP_MAX) turn = KEPLER_STEP_MAX
    else if (turn < -KEPLER_STEP_MAX) turn = -KEPLER_STEP_MAX
    fromU += turn
    let sinTurn: number
    let cosTurn: number
    if (turn < SMALL_TURN_RADIANS && turn > -SMALL_TURN_RADIANS) {
      const z = turn * turn
      sinTurn = turn * (1 - z * (SIXTH - z * (PER_120 - z * PER_5040)))
      cosTurn = 1 - z * (0.5 - z * (PER_24 - z * (PER_720 - z * PER_40320)))
    } else {
      sinTurn = sinOf(turn)
      cosTurn = cosOf(turn)
    }
    const sinBefore = sinE
    sinE = sinE * cosTurn + cosE * sinTurn
    cosE = cosE * cosTurn - sinBefore * sinTurn
    const last = round === 0 ? KEPLER_STEP_ONLY : KEPLER_STEP_LAST
    if (turn < last && turn > -last) break
  }

  // Short-period preliminaries.
  const esine = axnl * sinE - aynl * cosE
  const el2 = axnl * axnl + aynl * aynl
  const pl = am * (1 - el2)
  if (!(pl >= 0)) return SGP4_ERROR.semiLatusRectum
  const rl = am * (1 - axnl * cosE - aynl * sinE)
  const betal = Math.sqrt(1 - el2)
  const perRadius = 1 / rl
  const rootAm = Math.sqrt(am)
  const esinePart = esine / (1 + betal)
  const amOverRl = am * perRadius
  const sinu = amOverRl * (sinE - aynl - axnl * esinePart)
  const cosu = amOverRl * (cosE - axnl + aynl * esinePart)
  const sin2u = 2 * cosu * sinu
  const cos2u = 1 - 2 * sinu * sinu
  const perPl = 1 / pl
  const temp1 = 0.5 * J2 * perPl
  const temp2 = temp1 * perPl

  // Short-period periodics.
  const mrt = rl * (1 - 1.5 * temp2 * betal * con41) + 0.5 * temp1 * x1mth2 * cos2u
  if (!(mrt >= 1)) return SGP4_ERROR.decayed
  // Mean motion over xke is am^-1.5.
  const motionTemp1 = temp1 / (am * rootAm)
  const along = KM_PER_SEC * (rootAm * esine * perRadius - motionTemp1 * x1mth2 * sin2u)
  const across = KM_PER_SEC * (rootAm * betal * perRadius + motionTemp1 * (x1mth2 * cos2u + 1.5 * con41))
  const suTurn = -0.25 * temp2 * x7thm1 * sin2u
  const suSquare = suTurn * suTurn
  let suSin = suTurn * (1 - suSquare * (SIXTH - suSquare * PER_120))
  let suCos = 1 - suSquare * (0.5 - suSquare * PER_24)
  const tilt = 1.5 * temp2 * cosi0 * sini0 * cos2u
  const tiltSquare = tilt * tilt
  let tiltSin = tilt * (1 - tiltSquare * (SIXTH - tiltSquare * PER_120))
  let tiltCos = 1 - tiltSquare * (0.5 - tiltSquare * PER_24)
  const nodeTurn = 1.5 * temp2 * cosi0 * sin2u
  const nodeSquare = nodeTurn * nodeTurn
  let nodeSin = nodeTurn * (1 - nodeSquare * (SIXTH - nodeSquare * PER_120))
  let nodeCos = 1 - nodeSquare * (0.5 - nodeSquare * PER_24)
  // Where an orbit is about to become a line, the turns are no longer small.
  if (temp2 > PERIODICS_SMALL) {
    nodeSin = Math.sin(nodeTurn)
    nodeCos = Math.cos(nodeTurn)
    suSin = Math.sin(suTurn)
    suCos = Math.cos(suTurn)
    tiltSin = Math.sin(tilt)
    tiltCos = Math.cos(tilt)
  }
  const sinsu = sinu * suCos + cosu * suSin
  const cossu = cosu * suCos - sinu * suSin
  const sini = sini0 * tiltCos + cosi0 * tiltSin
  const cosi = cosi0 * tiltCos - sini0 * tiltSin
  const snod = sinNode * nodeCos + cosNode * nodeSin
  const cnod = cosNode * nodeCos - sinNode * nodeSin

  // Orientation, position and velocity.
  const xmx = -snod * cosi
  const xmy = cnod * cosi
  const ux = xmx * sinsu + cnod * cossu
  const uy = xmy * sinsu + snod * cossu
  const uz = sini * sinsu
  const radius = mrt * EARTH_RADIUS_KM
  out[outAt] = radius * ux
  out[outAt + 1] = radius * uy
  out[outAt + 2] = radius * uz
  out[outAt + 3] = along * ux + across * (xmx * cossu - cnod * sinsu)
  out[outAt + 4] = along * uy + across * (xmy * cossu - snod * sinsu)
  out[outAt + 5] = along * uz + across * sini * cossu
  return SGP4_ERROR.none
}
