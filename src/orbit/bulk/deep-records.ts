import type { SatRec } from 'satellite.js'

/**
 * What a deep-space object has beside its record of `records.ts`, in one array of doubles: `dscom` and `dsinit` make
 * it. The names are those of Vallado's code (AIAA 2006-6753, app. D).
 */
export const DEEP = {
  dedt: 0,
  didt: 1,
  dmdt: 2,
  dnodt: 3,
  domdt: 4,
  gsto: 5,
  xfact: 6,
  xlamo: 7,
  irez: 8,
  del1: 9,
  del2: 10,
  del3: 11,
  d2201: 12,
  d2211: 13,
  d3210: 14,
  d3222: 15,
  d4410: 16,
  d4422: 17,
  d5220: 18,
  d5232: 19,
  d5421: 20,
  d5433: 21,
  zmos: 22,
  zmol: 23,
  se2: 24,
  se3: 25,
  si2: 26,
  si3: 27,
  sl2: 28,
  sl3: 29,
  sl4: 30,
  sgh2: 31,
  sgh3: 32,
  sgh4: 33,
  sh2: 34,
  sh3: 35,
  ee2: 36,
  e3: 37,
  xi2: 38,
  xi3: 39,
  xl2: 40,
  xl3: 41,
  xl4: 42,
  xgh2: 43,
  xgh3: 44,
  xgh4: 45,
  xh2: 46,
  xh3: 47,
  peo: 48,
  pinco: 49,
  plo: 50,
  pgho: 51,
  pho: 52,
  /** Two points of the resonance's integration, the later one first: `RESONANCE` each. */
  resonance: 53,
} as const satisfies Partial<Record<keyof SatRec | 'resonance', number>>

/** A point of the integration: minutes since epoch, and there longitude, mean motion and their derivatives. */
export const RESONANCE = { atime: 0, xli: 1, xni: 2, xndt: 3, xldot: 4, xnddt: 5 } as const
export const RESONANCE_LENGTH = 6

export const DEEP_LENGTH = DEEP.resonance + 2 * RESONANCE_LENGTH

/** Lays a deep-space object down as number `index` of `deep`; its integration has still to begin. */
export const writeDeepRecord = (deep: Float64Array, index: number, satrec: SatRec): void => {
  const at = index * DEEP_LENGTH
  for (const [name, field] of Object.entries(DEEP)) {
    const value: unknown = satrec[name as keyof SatRec]
    if (typeof value === 'number') deep[at + field] = value
  }
  deep[at + DEEP.resonance + RESONANCE.atime] = Number.NaN
  deep[at + DEEP.resonance + RESONANCE_LENGTH + RESONANCE.atime] = Number.NaN
}
