import { SLOW as SLOW_IMPORTED, writeState } from './fast-motion.ts'
import { RECORD as RECORD_IMPORTED, RECORD_LENGTH as RECORD_LENGTH_IMPORTED } from './records.ts'
import { SGP4_ERROR as SGP4_ERROR_IMPORTED } from './sgp4-error.ts'
import { cosOf, halfTurnsOf, reducedOf, signOf, sinOf } from './sincos.ts'

// Literals to the compiler, as imports are not (`records.ts`).
const SLOW = SLOW_IMPORTED
const RECORD = RECORD_IMPORTED
const RECORD_LENGTH = RECORD_LENGTH_IMPORTED
const SGP4_ERROR = SGP4_ERROR_IMPORTED

const slow = new Float64Array(5)

/**
 * SGP4 for an object near the Earth (period under 225 min): states in TEME, km and km/s, six doubles each into `out`
 * from `outAt` on, for `minutes[0..count)` after its epoch. Gives the first of SGP4's errors, whose state and those
 * behind it are not written, or 0.
 */
export const nearEarthStates = (
  records: Float64Array,
  index: number,
  minutes: Float64Array,
  count: number,
  out: Float64Array,
  outAt: number,
): number => {
  const at = index * RECORD_LENGTH
  const mo = records[at + RECORD.meanAnomaly] ?? 0
  const mdot = records[at + RECORD.meanAnomalyRate] ?? 0
  const argpo = records[at + RECORD.argumentOfPericenter] ?? 0
  const argpdot = records[at + RECORD.argumentOfPericenterRate] ?? 0
  const nodeo = records[at + RECORD.node] ?? 0
  const nodedot = records[at + RECORD.nodeRate] ?? 0
  const nodecf = records[at + RECORD.nodeDrag] ?? 0
  const cc1 = records[at + RECORD.cc1] ?? 0
  const bstarCc4 = records[at + RECORD.bstarCc4] ?? 0
  const t2cof = records[at + RECORD.t2cof] ?? 0
  const omgcof = records[at + RECORD.omgcof] ?? 0
  const eta = records[at + RECORD.eta] ?? 0
  const xmcof = records[at + RECORD.xmcof] ?? 0
  const delmo = records[at + RECORD.delmo] ?? 0
  const d2 = records[at + RECORD.d2] ?? 0
  const d3 = records[at + RECORD.d3] ?? 0
  const d4 = records[at + RECORD.d4] ?? 0
  const bstarCc5 = records[at + RECORD.bstarCc5] ?? 0
  const sinmao = records[at + RECORD.sinmao] ?? 0
  const t3cof = records[at + RECORD.t3cof] ?? 0
  const t4cof = records[at + RECORD.t4cof] ?? 0
  const t5cof = records[at + RECORD.t5cof] ?? 0
  const no = records[at + RECORD.meanMotion] ?? 0
  const ecco = records[at + RECORD.eccentricity] ?? 0
  const isSimple = records[at + RECORD.isSimple] === 1
  const ao = records[at + RECORD.semiMajorAxis] ?? 0
  const shapeAt = at + RECORD.sinInclination

  let to = outAt
  for (let step = 0; step < count; step += 1) {
    const t = minutes[step] ?? 0
    const t2 = t * t
    let mm = mo + mdot * t
    let argpm = argpo + argpdot * t
    let tempa = 1 - cc1 * t
    let tempe = bstarCc4 * t
    let templ = t2cof * t2
    if (!isSimple) {
      const xmdfTurns = halfTurnsOf(mm)
      const delmtemp = 1 + eta * signOf(xmdfTurns) * cosOf(reducedOf(mm, xmdfTurns))
      const temp = omgcof * t + xmcof * (delmtemp * delmtemp * delmtemp - delmo)
      mm += temp
      argpm -= temp
      const t3 = t2 * t
      const t4 = t2 * t2
      tempa -= d2 * t2 + d3 * t3 + d4 * t4
      const mmTurns = halfTurnsOf(mm)
      tempe += bstarCc5 * (signOf(mmTurns) * sinOf(reducedOf(mm, mmTurns)) - sinmao)
      templ += t3cof * t3 + t4 * (t4cof + t * t5cof)
    }
    const em = ecco - tempe
    if (!(em < 1 && em >= -0.001)) return SGP4_ERROR.meanEccentricity
    slow[SLOW.semiMajorAxis] = ao * tempa * tempa
    slow[SLOW.eccentricity] = em < 1e-6 ? 1e-6 : em
    slow[SLOW.argumentOfPericenter] = argpm
    slow[SLOW.meanAnomaly] = mm + no * templ
    slow[SLOW.node] = nodeo + nodedot * t + nodecf * t2
    const error = writeState(slow, records, shapeAt, out, to)
    if (error !== SGP4_ERROR.none) return error
    to += 6
  }
  return SGP4_ERROR.none
}
