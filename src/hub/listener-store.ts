import type { Fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { bytesOf, DurableDatabase, numberOf, textOf } from '../outbox/durable-database.ts'
import { storeFault } from '../outbox/store-fault.ts'

const FORM = {
  version: 1,
  schema: `
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
`,
}

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
  try {
    return ok(storeOn(path, new DurableDatabase(path, FORM)))
  } catch (thrown) {
    return err(storeFault(path, thrown))
  }
}

const storeOn = (path: string, database: DurableDatabase): ListenerStore => {
  const attempt = <Value>(work: () => Value): Result<Value, Fault> => {
    try {
      return ok(work())
    } catch (thrown) {
      return err(storeFault(path, thrown))
    }
  }
  return {
    position: (station, stream) =>
      attempt(() => {
        const row = database.first(
          'SELECT number, head FROM stream WHERE station = ? AND stream = ?',
          station,
          stream,
        )
        return row === undefined ? undefined : { number: numberOf(row, 'number'), head: textOf(row, 'head') }
      }),
    hashOf: (station, stream, number) =>
      attempt(() => {
        const row = database.first(
          'SELECT hash FROM item WHERE station = ? AND stream = ? AND number = ?',
          station,
          stream,
          number,
        )
        return row === undefined ? undefined : textOf(row, 'hash')
      }),
    accept: (station, stream, items, to) =>
      attempt(() =>
        database.transaction(() => {
          for (const { number, hash, sealed } of items) {
            database.run(
              'INSERT INTO item (station, stream, number, hash, sealed) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
              station,
              stream,
              number,
              hash,
              sealed,
            )
          }
          database.run(
            `INSERT INTO stream (station, stream, number, head) VALUES (?, ?, ?, ?)
             ON CONFLICT (station, stream) DO UPDATE SET number = excluded.number, head = excluded.head`,
            station,
            stream,
            to.number,
            to.head,
          )
        }),
      ),
    counts: () =>
      database
        .all(
          'SELECT station, stream, count(*) AS n FROM item GROUP BY station, stream ORDER BY station, stream',
        )
        .map((row) => ({
          station: textOf(row, 'station'),
          stream: textOf(row, 'stream'),
          items: numberOf(row, 'n'),
        })),
    sealedItems: (station, stream) =>
      database
        .all('SELECT sealed FROM item WHERE station = ? AND stream = ? ORDER BY number', station, stream)
        .map((row) => bytesOf(row, 'sealed')),
    close: () => database.close(),
  }
}
