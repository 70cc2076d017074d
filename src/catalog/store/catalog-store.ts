import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { formatUtc, type UtcMs } from '../../kernel/time.ts'
import type { ElementSet } from '../../orbit/element-set.ts'
import { DurableDatabase, numberOf, type Row, textOf } from '../../outbox/durable-database.ts'
import { storeFault } from '../../outbox/store-fault.ts'
import { type ImportSummary, importSets } from './import-sets.ts'
import { type Learned, readLearned, writeLearned } from './learned.ts'
import { pruneCatalog } from './prune.ts'
import {
  CURRENT_SQL,
  elementsOf,
  FLAGGED_SQL,
  firstSet,
  type Origin,
  SET_SQL,
  type StoredSet,
  storedSetOf,
} from './rows.ts'
import { FUTURE_EPOCH_MS_MAX } from './sanity.ts'
import { CATALOG_SCHEMA_SQL, CATALOG_STORE_VERSION } from './schema.ts'

/** An object with the set that is flown and, where a newer one is not, that one. At least one of the two is there. */
export interface StoredObject {
  readonly catalogNumber: number
  readonly name: string
  readonly objectId: string
  readonly current: StoredSet | undefined
  readonly flagged: StoredSet | undefined
}

// Another process imports for seconds, on a small machine with a slow card for a quarter of a minute.
const WAIT_MS = 30_000
// So many future epochs are no mistakes of a source: the machine's clock is wrong.
const CLOCK_JUDGED_SETS_MIN = 20
// A folder may have a thousand files.
const FILE_MARKS_MAX = 10_000
// One set in two formats has epochs that differ by what a TLE cuts off: a millisecond.
const SUCCESSIVE_MS_MIN = 60_000

const storedObject = (
  row: Row,
  current: StoredSet | undefined,
  flagged: StoredSet | undefined,
): StoredObject => ({
  catalogNumber: numberOf(row, 'number'),
  name: textOf(row, 'name'),
  objectId: textOf(row, 'object_id'),
  current,
  flagged,
})

/**
 * The station's own catalogue: every element set that came, where it is from, and which one of an object is flown.
 * One process at a time has it open, and holds it only for the work at hand; another one waits. It works
 * synchronously: in the daemon it is opened by a worker.
 */
export class CatalogStore {
  readonly #path: string
  readonly database: DurableDatabase

  private constructor(path: string) {
    this.#path = path
    this.database = new DurableDatabase(path, {
      version: CATALOG_STORE_VERSION,
      schema: CATALOG_SCHEMA_SQL,
      waitMs: WAIT_MS,
    })
  }

  /** Opens or makes it; `:memory:` keeps nothing. Errors: `store.…`. */
  static open(path: string): Result<CatalogStore, Fault> {
    try {
      return ok(new CatalogStore(path))
    } catch (thrown) {
      return err(storeFault(path, thrown))
    }
  }

  close(): void {
    this.database.close()
  }

  /** What the work gives, or what SQLite throws as a fault `store.…`. */
  attempt<Value>(work: () => Value): Result<Value, Fault> {
    try {
      return ok(work())
    } catch (thrown) {
      return err(storeFault(this.#path, thrown))
    }
  }

  /**
   * Takes sets in, all or none. A set that cannot be an orbit of its object is kept with its flag and never becomes the
   * current one; a jump is believed when a later set agrees with it. Errors: `store.…`; `catalog.clock` where most
   * epochs lie in the future, and nothing can be judged.
   */
  import(sets: readonly ElementSet[], origin: Origin, nowUtc: UtcMs): Result<ImportSummary, Fault> {
    const future = sets.filter(({ epochUtcMs }) => epochUtcMs > nowUtc + FUTURE_EPOCH_MS_MAX).length
    if (sets.length >= CLOCK_JUDGED_SETS_MIN && 2 * future > sets.length) {
      return err(
        fault(
          'catalog.clock',
          `It is ${formatUtc(nowUtc, 0)} here, before the epochs of ${future} of ${sets.length} sets from ${origin.place}`,
        ),
      )
    }
    return this.attempt(() =>
      this.database.transaction(() => {
        const summary = importSets(this.database, sets, origin, nowUtc)
        pruneCatalog(this.database)
        return summary
      }),
    )
  }

  /** The current sets, of all objects or of those named, by catalogue number. */
  currentSets(catalogNumbers?: readonly number[]): Result<readonly StoredSet[], Fault> {
    return this.attempt(() =>
      catalogNumbers === undefined
        ? this.database.all(`${CURRENT_SQL} ORDER BY o.number`).map(storedSetOf)
        : catalogNumbers.flatMap((number) =>
            this.database.all(`${CURRENT_SQL} WHERE o.number = ?`, number).map(storedSetOf),
          ),
    )
  }

  /** Every object, or those named, by catalogue number, with what is flown of it and what is not. */
  objects(catalogNumbers?: readonly number[]): Result<readonly StoredObject[], Fault> {
    return this.attempt(() => {
      if (catalogNumbers !== undefined) {
        return catalogNumbers.flatMap((number) => {
          const row = this.database.first('SELECT * FROM object WHERE number = ?', number)
          return row === undefined
            ? []
            : [
                storedObject(
                  row,
                  firstSet(this.database, CURRENT_SQL, number),
                  firstSet(this.database, FLAGGED_SQL, number),
                ),
              ]
        })
      }
      const current = new Map(this.#byNumber(CURRENT_SQL))
      const flagged = new Map(this.#byNumber(FLAGGED_SQL))
      return this.database.all('SELECT * FROM object ORDER BY number').map((row) => {
        const number = numberOf(row, 'number')
        return storedObject(row, current.get(number), flagged.get(number))
      })
    })
  }

  /** All sets of one object that are kept, the newest epoch first. */
  revisions(catalogNumber: number): Result<readonly StoredSet[], Fault> {
    return this.attempt(() =>
      this.database
        .all(`${SET_SQL} WHERE o.number = ? ORDER BY r.epoch DESC, r.hash`, catalogNumber)
        .map(storedSetOf),
    )
  }

  /**
   * The good sets of each object that are kept, epochs rising, objects by number; of sets with one epoch the last. One
   * object at a time, so that the memory does not grow with the history.
   */
  histories(visit: (sets: readonly ElementSet[]) => void): Result<void, Fault> {
    return this.attempt(() => {
      let sets: ElementSet[] = []
      for (const row of this.database.each(
        `SELECT r.*, o.name, o.object_id FROM revision AS r JOIN object AS o ON o.number = r.number
         WHERE r.flag IS NULL ORDER BY r.number, r.epoch, r.hash`,
      )) {
        const set = elementsOf(row)
        const before = sets.at(-1)
        if (before !== undefined && before.catalogNumber !== set.catalogNumber) {
          visit(sets)
          sets = []
        }
        if (
          before?.catalogNumber === set.catalogNumber &&
          set.epochUtcMs - before.epochUtcMs < SUCCESSIVE_MS_MIN
        )
          sets.pop()
        sets.push(set)
      }
      if (sets.length > 0) visit(sets)
    })
  }

  /** How many sets are kept, of all objects. */
  revisionCount(): Result<number, Fault> {
    return this.attempt(() => numberOf(this.database.first('SELECT count(*) AS n FROM revision') ?? {}, 'n'))
  }

  /** What the station learned of its own history last. */
  learned(): Result<Learned | undefined, Fault> {
    return this.attempt(() => readLearned(this.database))
  }

  /** Keeps what was learned, in the place of what was there. */
  keepLearned(learned: Learned): Result<void, Fault> {
    return this.attempt(() => writeLearned(this.database, learned))
  }

  /** What a file looked like when it was taken last, to see that it changed. */
  fileMark(path: string): string | undefined {
    const mark = this.database.first('SELECT mark FROM file WHERE path = ?', path)?.['mark']
    return typeof mark === 'string' ? mark : undefined
  }

  setFileMark(path: string, mark: string): void {
    this.database.run(
      'INSERT INTO file (path, mark) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET mark = excluded.mark',
      path,
      mark,
    )
    // The path that was taken longest ago is forgotten: a file more that is read again for nothing.
    this.database.run('DELETE FROM file WHERE rowid <= (SELECT max(rowid) FROM file) - ?', FILE_MARKS_MAX)
  }

  *#byNumber(sql: string): Generator<readonly [number, StoredSet]> {
    for (const row of this.database.each(sql)) yield [numberOf(row, 'number'), storedSetOf(row)]
  }
}
