import { createHash } from 'node:crypto'
import { utcMs } from '../../kernel/time.ts'
import { deg } from '../../kernel/units.ts'
import type { ElementSet } from '../../orbit/element-set.ts'
import { type DurableDatabase, numberOf, type Row, textOf } from '../../outbox/durable-database.ts'
import type { ElementFlag } from './sanity.ts'

/** Where a set is from. ElementSet itself knows nothing of it. */
export interface Origin {
  /** Which source: `celestrak GROUP=active`, `space-track`, `file`. */
  readonly source: string
  /** The path or address that it was read from. */
  readonly place: string
  readonly fetchedUtcMs: number
  /** SHA-256 of the file or answer, hex. */
  readonly sha256: string
  readonly bytes: number
  /** Whether the source lets its elements be passed on; Space-Track's agreement does not. */
  readonly redistributable: boolean
}

/** One set as the store keeps it. */
export interface StoredSet {
  readonly elements: ElementSet
  /** SHA-256 over the numbers of the set, its first 32 hex digits: two sets with one epoch differ here. */
  readonly hash: string
  /** Why it is not flown; undefined where it may be. */
  readonly flag: ElementFlag | undefined
  readonly origin: Origin
}

/** The numbers of a set in the order of the table. */
export const revisionValues = (set: ElementSet): readonly number[] => [
  set.meanMotion,
  set.eccentricity,
  set.inclination,
  set.rightAscension,
  set.argumentOfPericenter,
  set.meanAnomaly,
  set.bstar,
  set.meanMotionDot,
  set.meanMotionDdot,
  set.ephemerisType,
  set.elementSetNumber,
  set.revolutionAtEpoch,
]

const HASH_DIGITS = 32

export const hashOf = (set: ElementSet): string =>
  createHash('sha256')
    .update(JSON.stringify([set.catalogNumber, set.epochUtcMs, ...revisionValues(set)]))
    .digest('hex')
    .slice(0, HASH_DIGITS)

const FLAGS: readonly string[] = [
  'sgp4-xp',
  'below-ground',
  'unpropagable',
  'future-epoch',
  'jump',
] satisfies readonly ElementFlag[]
const isFlag = (text: unknown): text is ElementFlag => typeof text === 'string' && FLAGS.includes(text)

/** A row of revision and object. */
export const elementsOf = (row: Row): ElementSet => ({
  catalogNumber: numberOf(row, 'number'),
  name: textOf(row, 'name'),
  objectId: textOf(row, 'object_id'),
  epochUtcMs: utcMs(numberOf(row, 'epoch')),
  meanMotion: numberOf(row, 'mean_motion'),
  eccentricity: numberOf(row, 'eccentricity'),
  inclination: deg(numberOf(row, 'inclination')),
  rightAscension: deg(numberOf(row, 'right_ascension')),
  argumentOfPericenter: deg(numberOf(row, 'argument_of_pericenter')),
  meanAnomaly: deg(numberOf(row, 'mean_anomaly')),
  bstar: numberOf(row, 'bstar'),
  meanMotionDot: numberOf(row, 'mean_motion_dot'),
  meanMotionDdot: numberOf(row, 'mean_motion_ddot'),
  ephemerisType: numberOf(row, 'ephemeris_type'),
  elementSetNumber: numberOf(row, 'element_set_number'),
  revolutionAtEpoch: numberOf(row, 'revolution_at_epoch'),
})

/** A row of revision, object and origin. */
export const storedSetOf = (row: Row): StoredSet => ({
  elements: elementsOf(row),
  hash: textOf(row, 'hash'),
  flag: isFlag(row['flag']) ? row['flag'] : undefined,
  origin: {
    source: textOf(row, 'source'),
    place: textOf(row, 'place'),
    fetchedUtcMs: numberOf(row, 'fetched_utc_ms'),
    sha256: textOf(row, 'sha256'),
    bytes: numberOf(row, 'bytes'),
    redistributable: numberOf(row, 'redistributable') === 1,
  },
})

/** Sets with their object and origin; a condition may follow. */
export const SET_SQL = `SELECT r.*, o.name, o.object_id, s.source, s.place, s.fetched_utc_ms, s.sha256, s.bytes, s.redistributable
  FROM object AS o JOIN revision AS r ON r.number = o.number JOIN origin AS s ON s.id = r.origin`
/** The set of each object that is flown. */
export const CURRENT_SQL = `${SET_SQL} AND r.epoch = o.current_epoch AND r.hash = o.current_hash`
/** The newer set of an object that is not flown. */
export const FLAGGED_SQL = `${SET_SQL} AND r.epoch = o.flagged_epoch AND r.hash = o.flagged_hash`

/** One of these for one object. */
export const firstSet = (
  database: DurableDatabase,
  sql: string,
  catalogNumber: number,
): StoredSet | undefined => {
  const row = database.first(`${sql} WHERE o.number = ?`, catalogNumber)
  return row === undefined ? undefined : storedSetOf(row)
}
