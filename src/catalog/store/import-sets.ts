import { MS_PER_HOUR, type UtcMs } from '../../kernel/time.ts'
import type { ElementSet } from '../../orbit/element-set.ts'
import { type DurableDatabase, numberOf } from '../../outbox/durable-database.ts'
import {
  CURRENT_SQL,
  FLAGGED_SQL,
  firstSet,
  hashOf,
  type Origin,
  revisionValues,
  type StoredSet,
} from './rows.ts'
import { type ElementFlag, flagAlone, isJump } from './sanity.ts'

/** What an import came to. */
export interface ImportSummary {
  readonly sets: number
  /** Sets that were not in the store yet; the flagged ones among them. */
  readonly added: number
  readonly newObjects: number
  /** Those that were there already. */
  readonly known: number
  /** The first of those that are kept and never flown; `flaggedCount` counts all. */
  readonly flagged: readonly FlaggedSet[]
  readonly flaggedCount: number
}

export interface FlaggedSet {
  readonly catalogNumber: number
  readonly name: string
  readonly epochUtcMs: UtcMs
  readonly flag: ElementFlag
}

// The same set in another format, or corrected under its epoch, is no second witness.
const CONFIRMING_MS_MIN = MS_PER_HOUR
// A person reads the first few.
const FLAGGED_KEPT_MAX = 200

const INSERT_SQL = `INSERT OR REPLACE INTO revision VALUES (${'?, '.repeat(16)}?)`

/** Takes sets in, judges each, and points its object at the one to fly. Belongs into a transaction. */
export const importSets = (
  database: DurableDatabase,
  sets: readonly ElementSet[],
  origin: Origin,
  nowUtc: UtcMs,
): ImportSummary => new Importer(database).import(sets, origin, nowUtc)

class Importer {
  readonly #database: DurableDatabase

  constructor(database: DurableDatabase) {
    this.#database = database
  }

  import(sets: readonly ElementSet[], origin: Origin, nowUtc: UtcMs): ImportSummary {
    const originId = numberOf(
      this.#database.first(
        `INSERT INTO origin (source, place, fetched_utc_ms, sha256, bytes, redistributable)
         VALUES (?, ?, ?, ?, ?, ?) RETURNING id`,
        origin.source,
        origin.place,
        origin.fetchedUtcMs,
        origin.sha256,
        origin.bytes,
        origin.redistributable ? 1 : 0,
      ) ?? {},
      'id',
    )
    let added = 0
    let known = 0
    let newObjects = 0
    const flagged: FlaggedSet[] = []
    let flaggedCount = 0
    for (const set of sets) {
      const hash = hashOf(set)
      if (this.#isKnown(set, hash, origin, originId)) {
        known += 1
        continue
      }
      const current = firstSet(this.#database, CURRENT_SQL, set.catalogNumber)
      const flag = this.#judge(set, current, nowUtc)
      added += 1
      newObjects += this.#addObject(set)
      this.#database.run(
        INSERT_SQL,
        set.catalogNumber,
        set.epochUtcMs,
        hash,
        flag ?? null,
        originId,
        ...revisionValues(set),
      )
      if (flag !== undefined) {
        flaggedCount += 1
        if (flagged.length < FLAGGED_KEPT_MAX) {
          flagged.push({
            catalogNumber: set.catalogNumber,
            name: set.name,
            epochUtcMs: set.epochUtcMs,
            flag,
          })
        }
      }
      this.#point(set, hash, flag, current)
    }
    return { sets: sets.length, added, newObjects, known, flagged, flaggedCount }
  }

  /** Whether the set is there already; a public source then takes the place of one that forbids passing on. */
  #isKnown(set: ElementSet, hash: string, origin: Origin, originId: number): boolean {
    const row = this.#database.first(
      `SELECT r.flag, s.redistributable FROM revision AS r JOIN origin AS s ON s.id = r.origin
       WHERE r.number = ? AND r.epoch = ? AND r.hash = ?`,
      set.catalogNumber,
      set.epochUtcMs,
      hash,
    )
    // What was in the future is judged again: it may be so no longer.
    if (row === undefined || row['flag'] === ('future-epoch' satisfies ElementFlag)) return false
    if (origin.redistributable && numberOf(row, 'redistributable') === 0) {
      this.#database.run(
        'UPDATE revision SET origin = ? WHERE number = ? AND epoch = ? AND hash = ?',
        originId,
        set.catalogNumber,
        set.epochUtcMs,
        hash,
      )
    }
    return true
  }

  #judge(set: ElementSet, current: StoredSet | undefined, nowUtc: UtcMs): ElementFlag | undefined {
    const alone = flagAlone(set, nowUtc)
    if (alone !== undefined || current === undefined || !isJump(current.elements, set)) return alone
    const before = firstSet(this.#database, FLAGGED_SQL, set.catalogNumber)
    const confirmed =
      before?.flag === 'jump' &&
      before.elements.epochUtcMs > current.elements.epochUtcMs &&
      set.epochUtcMs - before.elements.epochUtcMs >= CONFIRMING_MS_MIN &&
      !isJump(before.elements, set)
    return confirmed ? undefined : 'jump'
  }

  #addObject(set: ElementSet): number {
    return this.#database.run(
      'INSERT INTO object (number, name, object_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      set.catalogNumber,
      set.name,
      set.objectId,
    )
  }

  /** Makes the set the current one, or the flagged one beside it, where it is newer. */
  #point(set: ElementSet, hash: string, flag: ElementFlag | undefined, current: StoredSet | undefined): void {
    if (current !== undefined && set.epochUtcMs < current.elements.epochUtcMs) return
    if (flag !== undefined) {
      this.#database.run(
        'UPDATE object SET flagged_epoch = ?, flagged_hash = ? WHERE number = ?',
        set.epochUtcMs,
        hash,
        set.catalogNumber,
      )
      return
    }
    this.#database.run(
      `UPDATE object SET current_epoch = ?1, current_hash = ?2, name = ?3, object_id = ?4,
         flagged_hash = CASE WHEN flagged_epoch > ?1 THEN flagged_hash END,
         flagged_epoch = CASE WHEN flagged_epoch > ?1 THEN flagged_epoch END
       WHERE number = ?5`,
      set.epochUtcMs,
      hash,
      set.name,
      set.objectId,
      set.catalogNumber,
    )
  }
}
