import type { SatRec } from 'satellite.js'
import type { Fault } from '../../kernel/errors.ts'
import type { ElementSet } from '../element-set.ts'
import { satelliteRecord } from '../satellite-record.ts'
import { DEEP_LENGTH as DEEP_LENGTH_IMPORTED, writeDeepRecord } from './deep-records.ts'
import { deepSpaceStates } from './deep-space.ts'
import { nearEarthStates } from './near-earth.ts'
import { RECORD as RECORD_IMPORTED, RECORD_LENGTH as RECORD_LENGTH_IMPORTED, writeRecord } from './records.ts'

// Literals to the compiler, as imports are not (`records.ts`).
const DEEP_LENGTH = DEEP_LENGTH_IMPORTED
const RECORD = RECORD_IMPORTED
const RECORD_LENGTH = RECORD_LENGTH_IMPORTED

/** Many objects, prepared once and laid out in two arrays of doubles that a worker can be sent. */
export interface BulkCatalogue {
  readonly count: number
  /** `records.ts` */
  readonly records: Float64Array
  /** `deep-records.ts`; also holds where each resonance's integration stands. */
  readonly deep: Float64Array
}

/** An object that has no orbit of SGP4, and why. */
export interface RefusedObject {
  readonly elements: ElementSet
  readonly reason: Fault
}

const isDeep = (satrec: SatRec): boolean => satrec.method === 'd'

/**
 * Prepares objects for bulk propagation. The objects of the catalogue are numbered as `elements` of the result lists
 * them; those that no propagator takes (`createPropagator`) are in `refused`.
 */
export const createBulkCatalogue = (
  elementSets: readonly ElementSet[],
): {
  readonly catalogue: BulkCatalogue
  readonly elements: readonly ElementSet[]
  readonly refused: readonly RefusedObject[]
} => {
  const elements: ElementSet[] = []
  const refused: RefusedObject[] = []
  const satrecs: SatRec[] = []
  for (const set of elementSets) {
    const satrec = satelliteRecord(set)
    if (satrec.ok) {
      elements.push(set)
      satrecs.push(satrec.value)
    } else refused.push({ elements: set, reason: satrec.error })
  }
  const records = new Float64Array(satrecs.length * RECORD_LENGTH)
  const deep = new Float64Array(satrecs.filter(isDeep).length * DEEP_LENGTH)
  let deepCount = 0
  for (const [index, satrec] of satrecs.entries()) {
    const deepSpace = isDeep(satrec) ? deepCount : -1
    const epochUtcMs = elements[index]?.epochUtcMs ?? 0
    writeRecord({ records, index, satrec, epochUtcMs, deepSpace })
    if (deepSpace < 0) continue
    writeDeepRecord(deep, deepSpace, satrec)
    deepCount += 1
  }
  return { catalogue: { count: satrecs.length, records, deep }, elements, refused }
}

/** Every `share`-th object from number `first` on, as a catalogue of its own. */
export const partOfCatalogue = (
  catalogue: BulkCatalogue,
  part: { readonly first: number; readonly share: number },
): BulkCatalogue => {
  const count = Math.max(0, Math.ceil((catalogue.count - part.first) / part.share))
  const records = new Float64Array(count * RECORD_LENGTH)
  const deepParts: Float64Array[] = []
  for (let index = 0; index < count; index += 1) {
    const from = (part.first + index * part.share) * RECORD_LENGTH
    records.set(catalogue.records.subarray(from, from + RECORD_LENGTH), index * RECORD_LENGTH)
    const deepSpace = catalogue.records[from + RECORD.deepSpace] ?? -1
    if (deepSpace < 0) continue
    records[index * RECORD_LENGTH + RECORD.deepSpace] = deepParts.length
    deepParts.push(catalogue.deep.subarray(deepSpace * DEEP_LENGTH, (deepSpace + 1) * DEEP_LENGTH))
  }
  const deep = new Float64Array(deepParts.length * DEEP_LENGTH)
  for (const [index, values] of deepParts.entries()) deep.set(values, index * DEEP_LENGTH)
  return { count, records, deep }
}

/** Whether SDP4 moves the object: a period of 225 min and more. */
export const isDeepSpace = (catalogue: BulkCatalogue, index: number): boolean =>
  (catalogue.records[index * RECORD_LENGTH + RECORD.deepSpace] ?? -1) >= 0

/** The epoch of an object, UTC in ms. */
export const epochOf = (catalogue: BulkCatalogue, index: number): number =>
  catalogue.records[index * RECORD_LENGTH + RECORD.epochUtcMs] ?? 0

/**
 * States of object `index` in TEME, km and km/s, at `minutes[0..count)` after its epoch (within 20 years of it): x, y,
 * z and their velocities of each into `out` from `outAt` on. Gives SGP4's number of the first error, whose state and
 * those behind it are not written, or 0. A state does not depend on which others were asked for.
 */
export const bulkStates = (
  catalogue: BulkCatalogue,
  index: number,
  minutes: Float64Array,
  count: number,
  out: Float64Array,
  outAt: number,
): number =>
  isDeepSpace(catalogue, index)
    ? deepSpaceStates(catalogue.records, index, catalogue.deep, minutes, count, out, outAt)
    : nearEarthStates(catalogue.records, index, minutes, count, out, outAt)
