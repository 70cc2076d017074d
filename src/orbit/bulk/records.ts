import type { SatRec } from 'satellite.js'

/**
 * Prepared elements of many objects, one after the other in one array of doubles: what `sgp4init` makes of an element
 * set, reduced to what propagation reads. The names are those of Vallado's code (AIAA 2006-6753, app. D), so that the
 * two can be laid side by side.
 */
export const RECORD = {
  meanAnomaly: 0,
  meanAnomalyRate: 1,
  argumentOfPericenter: 2,
  argumentOfPericenterRate: 3,
  node: 4,
  nodeRate: 5,
  nodeDrag: 6,
  cc1: 7,
  /** bstar · cc4 */
  bstarCc4: 8,
  t2cof: 9,
  omgcof: 10,
  eta: 11,
  xmcof: 12,
  delmo: 13,
  d2: 14,
  d3: 15,
  d4: 16,
  /** bstar · cc5 */
  bstarCc5: 17,
  sinmao: 18,
  t3cof: 19,
  t4cof: 20,
  t5cof: 21,
  meanMotion: 22,
  eccentricity: 23,
  inclination: 24,
  /** 1 where the higher drag terms are left out (perigee below 220 km, and deep space) */
  isSimple: 25,
  /** (xke / no)^(2/3), Earth radii */
  semiMajorAxis: 26,
  sinInclination: 27,
  cosInclination: 28,
  aycof: 29,
  xlcof: 30,
  con41: 31,
  x1mth2: 32,
  x7thm1: 33,
  epochUtcMs: 34,
  /** Index of the object's deep-space record, -1 where it is near the Earth. */
  deepSpace: 35,
} as const

export const RECORD_LENGTH = 36

// WGS 72, as all element sets are made with (satellite.js constants.js; AIAA 2006-6753, table 1).
export const MU_KM3_PER_SEC2 = 398_600.8
export const EARTH_RADIUS_KM = 6_378.135
export const XKE = 60 / Math.sqrt((EARTH_RADIUS_KM * EARTH_RADIUS_KM * EARTH_RADIUS_KM) / MU_KM3_PER_SEC2)
export const KM_PER_SEC = (EARTH_RADIUS_KM * XKE) / 60
export const J2 = 0.001_082_616
const J3 = -0.000_002_538_81
export const J3_OVER_J2 = J3 / J2

/** Lays an object down as number `index` of `records`. */
export const writeRecord = (options: {
  readonly records: Float64Array
  readonly index: number
  readonly satrec: SatRec
  readonly epochUtcMs: number
  readonly deepSpace: number
}): void => {
  const { records, satrec: s } = options
  const at = options.index * RECORD_LENGTH
  const put = (field: number, value: number): void => {
    records[at + field] = value
  }
  put(RECORD.meanAnomaly, s.mo)
  put(RECORD.meanAnomalyRate, s.mdot)
  put(RECORD.argumentOfPericenter, s.argpo)
  put(RECORD.argumentOfPericenterRate, s.argpdot)
  put(RECORD.node, s.nodeo)
  put(RECORD.nodeRate, s.nodedot)
  put(RECORD.nodeDrag, s.nodecf)
  put(RECORD.cc1, s.cc1)
  put(RECORD.bstarCc4, s.bstar * s.cc4)
  put(RECORD.t2cof, s.t2cof)
  put(RECORD.meanMotion, s.no)
  put(RECORD.eccentricity, s.ecco)
  put(RECORD.inclination, s.inclo)
  put(RECORD.isSimple, s.isimp)
  if (s.isimp !== 1) {
    put(RECORD.omgcof, s.omgcof)
    put(RECORD.eta, s.eta)
    put(RECORD.xmcof, s.xmcof)
    put(RECORD.delmo, s.delmo)
    put(RECORD.d2, s.d2)
    put(RECORD.d3, s.d3)
    put(RECORD.d4, s.d4)
    put(RECORD.bstarCc5, s.bstar * s.cc5)
    put(RECORD.sinmao, s.sinmao)
    put(RECORD.t3cof, s.t3cof)
    put(RECORD.t4cof, s.t4cof)
    put(RECORD.t5cof, s.t5cof)
  }
  put(RECORD.semiMajorAxis, (XKE / s.no) ** (2 / 3))
  put(RECORD.sinInclination, Math.sin(s.inclo))
  put(RECORD.cosInclination, Math.cos(s.inclo))
  put(RECORD.aycof, s.aycof)
  put(RECORD.xlcof, s.xlcof)
  put(RECORD.con41, s.con41)
  put(RECORD.x1mth2, s.x1mth2)
  put(RECORD.x7thm1, s.x7thm1)
  put(RECORD.epochUtcMs, options.epochUtcMs)
  put(RECORD.deepSpace, options.deepSpace)
}
