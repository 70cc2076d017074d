import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { NewerStoreError } from '../outbox/sqlite-store.ts'
import { storeFault } from '../outbox/store-fault.ts'

const VERSION = 1
const SCHEMA_SQL = `
CREATE TABLE item (
  station TEXT NOT NULL,
  stream TEXT NOT NULL,
  number INTEGER NOT NULL,
  hash TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (station, stream, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE stream (
  station TEXT NOT NULL,
  stream TEXT NOT NULL,
  number INTEGER NOT NULL,
  head TEXT NOT NULL,
  PRIMARY KEY (station, stream)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = ${VERSION};
`

export interface StoredPosition {
  readonly number: number
  readonly head: string
}

/** What a partner has received and verified. It is on the disk before a receipt says so. */
export interface ListenerStore {
  readonly position: (station: string, stream: string) => Result<StoredPosition | undefined, Fault>
  readonly hashOf: (station: string, stream: string, number: number) => Result<string | undefined, Fault>
  readonly accept: (
    station: string,
    stream: string,
    items: readonly { readonly number: number; readonly hash: string; readonly sealed: Uint8Array }[],
    position: StoredPosition,
  ) => Result<void, Fault>
  readonly counts: () => readonly {
    readonly station: string
    readonly stream: string
    readonly items: number
  }[]
  /** The sealed bytes as they came, for an archive or a check by somebody else. */
  readonly sealedItems: (station: string, stream: string) => readonly Uint8Array[]
  readonly close: () => void
}

/** Opens the partner's store; `:memory:` keeps nothing beyond the process. */
export const openListenerStore = (path: string): Result<ListenerStore, Fault> => {
  let database: DatabaseSync | undefined
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    database = new DatabaseSync(path)
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
    if (version > VERSION) {
      throw new NewerStoreError(`it has version ${version}, this program knows ${VERSION}`)
    }
    if (version === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA_SQL} COMMIT;`)
    else database.exec('BEGIN IMMEDIATE; COMMIT;')
    return ok(storeOn(path, database))
  } catch (thrown) {
    database?.close()
    return err(storeFault(path, thrown))
  }
}

const storeOn = (path: string, database: DatabaseSync): ListenerStore => {
  const position = database.prepare('SELECT number, head FROM stream WHERE station = ? AND stream = ?')
  const hash = database.prepare('SELECT hash FROM item WHERE station = ? AND stream = ? AND number = ?')
  const insert = database.prepare(
    'INSERT INTO item (station, stream, number, hash, sealed) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const move = database.prepare(
    `INSERT INTO stream (station, stream, number, head) VALUES (?, ?, ?, ?)
     ON CONFLICT (station, stream) DO UPDATE SET number = excluded.number, head = excluded.head`,
  )
  const read = <Value>(work: () => Value): Result<Value, Fault> => {
    try {
      return ok(work())
    } catch (thrown) {
      return err(storeFault(path, thrown))
    }
  }
  return {
    position: (station, stream) =>
      read(() => {
        const row = position.get(station, stream)
        return row === undefined ? undefined : { number: Number(row['number']), head: String(row['head']) }
      }),
    hashOf: (station, stream, number) =>
      read(() => {
        const row = hash.get(station, stream, number)
        return row === undefined ? undefined : String(row['hash'])
      }),
    accept: (station, stream, items, to) => {
      try {
        database.exec('BEGIN IMMEDIATE')
        for (const item of items) insert.run(station, stream, item.number, item.hash, item.sealed)
        move.run(station, stream, to.number, to.head)
        database.exec('COMMIT')
        return ok(undefined)
      } catch (thrown) {
        if (database.isTransaction) database.exec('ROLLBACK')
        return err(storeFault(path, thrown))
      }
    },
    counts: () =>
      database
        .prepare(
          'SELECT station, stream, count(*) AS n FROM item GROUP BY station, stream ORDER BY station, stream',
        )
        .all()
        .map((row) => ({
          station: String(row['station']),
          stream: String(row['stream']),
          items: Number(row['n']),
        })),
    sealedItems: (station, stream) =>
      database
        .prepare('SELECT sealed FROM item WHERE station = ? AND stream = ? ORDER BY number')
        .all(station, stream)
        .flatMap((row) => (row['sealed'] instanceof Uint8Array ? [row['sealed']] : [])),
    close: () => database.close(),
  }
}
