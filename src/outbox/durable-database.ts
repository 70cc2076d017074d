import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** The data was written by a newer program. */
export class NewerStoreError extends Error {}

export type Row = Record<string, unknown>
type Parameter = string | number | null | Uint8Array

export const numberOf = (row: Row, column: string): number => Number(row[column])
export const textOf = (row: Row, column: string): string => String(row[column])
export const bytesOf = (row: Row, column: string): Uint8Array => {
  const value = row[column]
  return value instanceof Uint8Array ? value : new Uint8Array()
}

/**
 * An SQLite file whose commits are on the disk when they return (write-ahead log, `synchronous = FULL`) and which one
 * process at a time has: it is locked from the opening on. Throws what SQLite throws, and `NewerStoreError`.
 */
export class DurableDatabase {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  /**
   * `:memory:` keeps nothing beyond the process. `schema` makes version `version` of an empty file. A file that another
   * process has open is waited for up to `waitMs` (default: not at all).
   */
  constructor(
    path: string,
    form: { readonly version: number; readonly schema: string; readonly waitMs?: number },
  ) {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    this.#database = new DatabaseSync(path, { timeout: form.waitMs ?? 0 })
    try {
      this.#database.exec('PRAGMA locking_mode = EXCLUSIVE')
      const version = numberOf(this.#database.prepare('PRAGMA user_version').get() ?? {}, 'user_version')
      if (version > form.version) {
        throw new NewerStoreError(`the data has version ${version}, this program knows ${form.version}`)
      }
      // Not before the version is known: this writes.
      this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;')
      // Also takes the exclusive lock now rather than at the first record.
      this.transaction(() => {
        if (version < form.version) this.#database.exec(form.schema)
        this.#database.exec(`PRAGMA user_version = ${form.version}`)
      })
    } catch (thrown) {
      this.#database.close()
      throw thrown
    }
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  /** Says how many rows were changed. */
  run(sql: string, ...parameters: Parameter[]): number {
    return Number(this.#statement(sql).run(...parameters).changes)
  }

  all(sql: string, ...parameters: Parameter[]): Row[] {
    return this.#statement(sql).all(...parameters)
  }

  /** The first row; undefined where there is none. */
  first(sql: string, ...parameters: Parameter[]): Row | undefined {
    return this.#statement(sql).get(...parameters)
  }

  /** Row by row, for tables that do not fit into memory. */
  each(sql: string): Iterable<Row> {
    return this.#statement(sql).iterate()
  }

  transaction<Value>(work: () => Value): Value {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const value = work()
      this.#database.exec('COMMIT')
      return value
    } catch (thrown) {
      // SQLite has rolled back by itself after some errors (disk full); then this one has nothing to do.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw thrown
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      // One entry for each statement text in the source: bounded by it.
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}
