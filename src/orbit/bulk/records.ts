import type { SatRec } from 'satellite.js'

/**
 * Prepared elements of many objects, one after the other in one array of doubles: what `sgp4init` makes of an element
 * set, reduced to what propagation reads. The names are those of Vallado's code (AIAA 2006-6753, app. D), so that the
 * two can be laid side by side.
 *
 * V8 takes a constant of a module for a literal within the module, unless the module exports it: an export and an import
 * are looked up, checked and converted at each use, which takes a sixth of the time of a whole search. Modules that it
 * spends its time in therefore name such constants once more (`…_IMPORTED`, `…_LOCAL`).
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

// Fields that are taken as `sgp4init` leaves them; and those that it leaves only where the higher drag terms count.
const TAKEN_FIELDS = [
  [RECORD.meanAnomaly, 'mo'],
  [RECORD.meanAnomalyRate, 'mdot'],
  [RECORD.argumentOfPericenter, 'argpo'],
  [RECORD.argumentOfPericenterRate, 'argpdot'],
  [RECORD.node, 'nodeo'],
  [RECORD.nodeRate, 'nodedot'],
  [RECORD.nodeDrag, 'nodecf'],
  [RECORD.cc1, 'cc1'],
  [RECORD.t2cof, 't2cof'],
  [RECORD.meanMotion, 'no'],
  [RECORD.eccentricity, 'ecco'],
  [RECORD.inclination, 'inclo'],
  [RECORD.isSimple, 'isimp'],
  [RECORD.aycof, 'aycof'],
  [RECORD.xlcof, 'xlcof'],
  [RECORD.con41, 'con41'],
  [RECORD.x1mth2, 'x1mth2'],
  [RECORD.x7thm1, 'x7thm1'],
] as const
const DRAG_FIELDS = [
  [RECORD.omgcof, 'omgcof'],
  [RECORD.eta, 'eta'],
  [RECORD.xmcof, 'xmcof'],
  [RECORD.delmo, 'delmo'],
  [RECORD.d2, 'd2'],
  [RECORD.d3, 'd3'],
  [RECORD.d4, 'd4'],
  [RECORD.sinmao, 'sinmao'],
  [RECORD.t3cof, 't3cof'],
  [RECORD.t4cof, 't4cof'],
  [RECORD.t5cof, 't5cof'],
] as const

/** Lays an object down as number `index` of `records`. */
export const writeRecord = (options: {
  readonly records: Float64Array
  readonly index: number
  readonly satrec: SatRec
  readonly epochUtcMs: number
  readonly deepSpace: number
}): void => {
  const { satrec } = options
  const record = options.records.subarray(options.index * RECORD_LENGTH)
  for (const [field, name] of TAKEN_FIELDS) record[field] = satrec[name]
  record[RECORD.bstarCc4] = satrec.bstar * satrec.cc4
  if (satrec.isimp !== 1) {
    for (const [field, name] of DRAG_FIELDS) record[field] = satrec[name]
    record[RECORD.bstarCc5] = satrec.bstar * satrec.cc5
  }
  record[RECORD.semiMajorAxis] = (XKE / satrec.no) ** (2 / 3)
  record[RECORD.sinInclination] = Math.sin(satrec.inclo)
  record[RECORD.cosInclination] = Math.cos(satrec.inclo)
  record[RECORD.epochUtcMs] = options.epochUtcMs
  record[RECORD.deepSpace] = options.deepSpace
}
