import { createHash } from 'node:crypto'
import { utcMs } from '../kernel/time.ts'
import type { DataMode } from '../observation/record.ts'
import { bytesOf, DurableDatabase, numberOf, type Row, textOf } from './durable-database.ts'
import { SCHEMA_SQL, STORE_VERSION } from './sqlite-schema.ts'
import type {
  AuditEntry,
  Decision,
  DecisionCount,
  JournalCheck,
  JournalEntry,
  JournalPosition,
  NewRecord,
  ReceiptOutcome,
  ReleaseBatch,
  StoredItem,
  StoreMethods,
  StoreStatus,
  StreamStatus,
  Waiting,
} from './store.ts'

/** What the journal's first entry and the audit's first entry chain to. */
const CHAIN_START = '0'.repeat(64)

const STREAM_SQL =
  'SELECT *, coalesce((SELECT min(number) FROM item WHERE item.stream = stream.stream), 1) AS oldest FROM stream'

const journalHash = (previous: string, number: number, id: string, body: Uint8Array): string =>
  createHash('sha256').update(`azel-journal-1\n${previous}\n${number}\n${id}\n`).update(body).digest('hex')

const auditHash = (previous: string, number: number, decision: Decision): string =>
  createHash('sha256')
    .update(`azel-audit-1\n${previous}\n${number}\n`)
    .update(
      JSON.stringify([
        decision.decidedUtc,
        decision.partner,
        decision.agreement ?? null,
        decision.journalNumber,
        decision.kind,
        decision.reason,
      ]),
    )
    .digest('hex')

/** Journal, audit and streams in one database, so that they move in one transaction. */
export class SqliteStore implements StoreMethods {
  readonly #database: DurableDatabase

  constructor(path: string) {
    this.#database = new DurableDatabase(path, { version: STORE_VERSION, schema: SCHEMA_SQL })
  }

  close(): void {
    this.#database.close()
  }

  status(): StoreStatus {
    return {
      journal: this.#journalHead(),
      decidedThrough: numberOf(
        this.#database.first("SELECT value FROM meta WHERE key = 'decided_through'") ?? {},
        'value',
      ),
      waiting: numberOf(this.#database.first('SELECT count(*) AS n FROM waiting') ?? {}, 'n'),
      streams: this.#database.all(`${STREAM_SQL} ORDER BY stream`).map(streamOf),
    }
  }

  readStream(stream: string): StreamStatus | undefined {
    const row = this.#database.first(`${STREAM_SQL} WHERE stream = ?`, stream)
    return row === undefined ? undefined : streamOf(row)
  }

  append(records: readonly NewRecord[]): JournalPosition {
    return this.#database.transaction(() => {
      let { number, hash } = this.#journalHead()
      for (const record of records) {
        if (this.#database.all('SELECT 1 FROM journal WHERE id = ?', record.id).length > 0) continue
        number += 1
        hash = journalHash(hash, number, record.id, record.body)
        this.#database.run(
          'INSERT INTO journal (number, id, body, hash, recorded_utc_ms) VALUES (?, ?, ?, ?, ?)',
          number,
          record.id,
          record.body,
          hash,
          record.recordedUtc,
        )
      }
      return { number, hash }
    })
  }

  readJournal(options: { readonly first: number; readonly limit: number }): readonly JournalEntry[] {
    return this.#database
      .all(
        'SELECT number, id, body FROM journal WHERE number >= ? ORDER BY number LIMIT ?',
        options.first,
        options.limit,
      )
      .map(entryOf)
  }

  commitRelease(release: ReleaseBatch): void {
    this.#database.transaction(() => {
      for (const stream of release.streams) {
        this.#database.run(
          `INSERT INTO stream (stream, partner, data_mode, number, head, receipted, last_taken) VALUES (?, ?, ?, ?, ?, 0, ?)
           ON CONFLICT (stream) DO UPDATE SET number = excluded.number, head = excluded.head, last_taken = excluded.last_taken`,
          stream.stream,
          stream.partner,
          stream.dataMode,
          stream.number,
          stream.head,
          stream.lastTaken ?? null,
        )
      }
      for (const item of release.items) {
        this.#database.run(
          'INSERT INTO item (stream, number, journal_number, sealed, hash, released_utc_ms, sent) VALUES (?, ?, ?, ?, ?, ?, 0)',
          item.stream,
          item.number,
          item.journalNumber,
          item.sealed,
          item.hash,
          item.releasedUtc,
        )
      }
      for (const decision of release.decisions) this.#record(decision)
      this.#database.run("UPDATE meta SET value = ? WHERE key = 'decided_through'", release.decidedThrough)
    })
  }

  readWaiting(limit: number): readonly Waiting[] {
    return this.#database
      .all(
        `SELECT w.partner, w.agreement, w.due_utc_ms, j.number, j.id, j.body FROM waiting AS w
       JOIN journal AS j ON j.number = w.journal_number ORDER BY w.due_utc_ms, w.journal_number, w.agreement LIMIT ?`,
        limit,
      )
      .map((row) => ({
        partner: textOf(row, 'partner'),
        agreement: textOf(row, 'agreement'),
        dueUtc: utcMs(numberOf(row, 'due_utc_ms')),
        entry: entryOf(row),
      }))
  }

  readUnsent(options: { readonly stream: string; readonly limit: number }): readonly StoredItem[] {
    return this.#database
      .all(
        'SELECT number, sealed, hash FROM item WHERE stream = ? AND sent = 0 ORDER BY number LIMIT ?',
        options.stream,
        options.limit,
      )
      .map(itemOf)
  }

  readItems(options: {
    readonly stream: string
    readonly from: number
    readonly to: number
    readonly limit: number
  }): readonly StoredItem[] {
    return this.#database
      .all(
        'SELECT number, sealed, hash FROM item WHERE stream = ? AND number BETWEEN ? AND ? ORDER BY number LIMIT ?',
        options.stream,
        options.from,
        options.to,
        options.limit,
      )
      .map(itemOf)
  }

  markSent(options: { readonly stream: string; readonly numbers: readonly number[] }): void {
    this.#database.transaction(() => {
      for (const number of options.numbers) {
        this.#database.run('UPDATE item SET sent = 1 WHERE stream = ? AND number = ?', options.stream, number)
      }
    })
  }

  acceptReceipt(options: {
    readonly stream: string
    readonly through: number
    readonly head: string
  }): ReceiptOutcome {
    return this.#database.transaction((): ReceiptOutcome => {
      const stream = this.readStream(options.stream)
      if (stream === undefined) return { kind: 'unknown-number' }
      if (options.through > stream.number) return { kind: 'unknown-number' }
      if (options.through <= stream.receipted) return { kind: 'accepted', receipted: stream.receipted }
      const [item] = this.#database.all(
        'SELECT hash FROM item WHERE stream = ? AND number = ?',
        options.stream,
        options.through,
      )
      // Let go after the agreed time: there is nothing to compare with, and nothing to be released from.
      if (item === undefined) return { kind: 'accepted', receipted: stream.receipted }
      if (textOf(item, 'hash') !== options.head) return { kind: 'other-hash' }
      this.#database.run('UPDATE stream SET receipted = ? WHERE stream = ?', options.through, options.stream)
      this.#database.run(
        'UPDATE item SET sent = 1 WHERE stream = ? AND number <= ?',
        options.stream,
        options.through,
      )
      return { kind: 'accepted', receipted: options.through }
    })
  }

  prune(options: { readonly stream: string; readonly unreceiptedBeforeUtc: number | undefined }): number {
    return this.#database.transaction(() => {
      // The head stays: the next item chains to it, and a partner may ask for it.
      return this.#database.run(
        `DELETE FROM item WHERE stream = ?1 AND number < (SELECT number FROM stream WHERE stream = ?1) AND
         (number <= (SELECT receipted FROM stream WHERE stream = ?1) OR (sent = 1 AND released_utc_ms < ?2))`,
        options.stream,
        options.unreceiptedBeforeUtc ?? -1,
      )
    })
  }

  verifyJournal(): JournalCheck {
    let hash = CHAIN_START
    let entries = 0
    const rows = this.#database.each('SELECT number, id, body, hash FROM journal ORDER BY number')
    for (const row of rows) {
      entries += 1
      const number = numberOf(row, 'number')
      hash = journalHash(hash, number, textOf(row, 'id'), bytesOf(row, 'body'))
      if (number !== entries || hash !== textOf(row, 'hash')) return { kind: 'broken', at: number }
    }
    return { kind: 'intact', entries, head: hash }
  }

  summarise(): readonly DecisionCount[] {
    return this.#database
      .all(
        'SELECT partner, kind, reason, count(*) AS n FROM audit GROUP BY partner, kind, reason ORDER BY partner, kind, reason',
      )
      .map((row) => ({
        partner: textOf(row, 'partner'),
        kind: decisionKindOf(row),
        reason: textOf(row, 'reason'),
        count: numberOf(row, 'n'),
      }))
  }

  readAudit(limit: number): readonly AuditEntry[] {
    return this.#database
      .all('SELECT * FROM audit ORDER BY number DESC LIMIT ?', limit)
      .map((row) => ({
        number: numberOf(row, 'number'),
        decidedUtc: utcMs(numberOf(row, 'decided_utc_ms')),
        partner: textOf(row, 'partner'),
        journalNumber: numberOf(row, 'journal_number'),
        kind: decisionKindOf(row),
        reason: textOf(row, 'reason'),
      }))
      .reverse()
  }

  #journalHead(): JournalPosition {
    const [row] = this.#database.all('SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1')
    return row === undefined
      ? { number: 0, hash: CHAIN_START }
      : { number: numberOf(row, 'number'), hash: textOf(row, 'hash') }
  }

  #record(decision: Decision): void {
    const [last] = this.#database.all('SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1')
    const number = (last === undefined ? 0 : numberOf(last, 'number')) + 1
    this.#database.run(
      'INSERT INTO audit (number, decided_utc_ms, partner, agreement, journal_number, kind, reason, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      number,
      decision.decidedUtc,
      decision.partner,
      decision.agreement ?? null,
      decision.journalNumber,
      decision.kind,
      decision.reason,
      auditHash(last === undefined ? CHAIN_START : textOf(last, 'hash'), number, decision),
    )
    if (decision.agreement === undefined) return
    if (decision.kind === 'waiting') {
      this.#database.run(
        `INSERT INTO waiting (partner, agreement, journal_number, due_utc_ms) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET due_utc_ms = excluded.due_utc_ms`,
        decision.partner,
        decision.agreement,
        decision.journalNumber,
        decision.dueUtc ?? 0,
      )
    } else {
      this.#database.run(
        'DELETE FROM waiting WHERE agreement = ? AND journal_number = ?',
        decision.agreement,
        decision.journalNumber,
      )
    }
  }
}

const streamOf = (row: Row): StreamStatus => {
  const lastTaken = row['last_taken']
  return {
    stream: textOf(row, 'stream'),
    partner: textOf(row, 'partner'),
    // Written by this file alone, from a value of this type.
    dataMode: textOf(row, 'data_mode') as DataMode,
    number: numberOf(row, 'number'),
    head: textOf(row, 'head'),
    receipted: numberOf(row, 'receipted'),
    oldest: numberOf(row, 'oldest'),
    lastTaken: typeof lastTaken === 'string' ? lastTaken : undefined,
  }
}

const entryOf = (row: Row): JournalEntry => ({
  number: numberOf(row, 'number'),
  id: textOf(row, 'id'),
  body: bytesOf(row, 'body'),
})

const itemOf = (row: Row): StoredItem => ({
  number: numberOf(row, 'number'),
  sealed: bytesOf(row, 'sealed'),
  hash: textOf(row, 'hash'),
})

const decisionKindOf = (row: Row): Decision['kind'] => {
  const kind = row['kind']
  return kind === 'released' || kind === 'waiting' ? kind : 'withheld'
}
