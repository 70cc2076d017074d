import { formatUtc, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, type UtcMs, utcMs } from '../../kernel/time.ts'
import { numberOf, type Row, textOf } from '../../outbox/durable-database.ts'
import type { CatalogStore } from '../store/catalog-store.ts'
import { backOffMs, EXPECTED_BYTES, policyOf, REQUESTS_KEPT_MS } from './policy.ts'
import { type NetworkSource, serviceOf, sourceName } from './source.ts'

/** What is known of a source from its last good answer. */
export interface LastGood {
  readonly atUtcMs: UtcMs
  readonly etag: string | undefined
  readonly modified: string | undefined
  readonly bytes: number
  readonly sha256: string
  readonly objects: number
}

export type Claim =
  | { readonly kind: 'granted'; readonly lastGood: LastGood | undefined; readonly bytesMax: number }
  | { readonly kind: 'wait'; readonly untilUtcMs: UtcMs; readonly because: string }
  | { readonly kind: 'stopped'; readonly because: string; readonly sinceUtcMs: UtcMs }

/** How a question ended. */
export type Settlement =
  | { readonly kind: 'good'; readonly bytes: number; readonly lastGood: LastGood }
  | { readonly kind: 'same'; readonly bytes: number }
  | {
      readonly kind: 'failed'
      readonly bytes: number
      readonly counted: boolean
      readonly because: string
      /** Because there were too few objects, which a person may find to be right. */
      readonly isShrunk?: boolean
    }
  | { readonly kind: 'stop'; readonly bytes: number; readonly because: string }

/** How a source stands, for people. */
export interface SourceStanding {
  readonly source: string
  readonly askedUtcMs: UtcMs | undefined
  readonly notBeforeUtcMs: UtcMs
  readonly failures: number
  readonly problem: string | undefined
  readonly lastGood: LastGood | undefined
  readonly stopped: { readonly sinceUtcMs: UtcMs; readonly because: string } | undefined
}

const optionalUtc = (row: Row | undefined, column: string): UtcMs | undefined => {
  const value = row?.[column]
  return typeof value === 'number' ? utcMs(value) : undefined
}
const optionalText = (row: Row | undefined, column: string): string | undefined => {
  const value = row?.[column]
  return typeof value === 'string' ? value : undefined
}

const lastGoodOf = (row: Row | undefined): LastGood | undefined => {
  const atUtcMs = optionalUtc(row, 'success_utc_ms')
  return row === undefined || atUtcMs === undefined
    ? undefined
    : {
        atUtcMs,
        etag: optionalText(row, 'etag'),
        modified: optionalText(row, 'modified'),
        bytes: numberOf(row, 'bytes'),
        sha256: textOf(row, 'sha256'),
        objects: numberOf(row, 'objects'),
      }
}

const stoppedOf = (row: Row | undefined): SourceStanding['stopped'] => {
  const sinceUtcMs = optionalUtc(row, 'stopped_utc_ms')
  return row === undefined || sinceUtcMs === undefined
    ? undefined
    : { sinceUtcMs, because: textOf(row, 'stopped_because') }
}

/**
 * The politeness of a station towards its sources, kept in the store, so that restarts, crashes and other commands
 * share it. A question is written down before it is asked: one whose answer was never seen counts as asked. Throws what
 * SQLite throws: call it within `store.attempt`.
 */
export class SourceLedger {
  readonly #store: CatalogStore

  constructor(store: CatalogStore) {
    this.#store = store
  }

  /** Asks whether a source may be asked now; if so, it counts as asked. */
  claim(source: NetworkSource, nowUtc: UtcMs): Claim {
    return this.#store.database.transaction(() => {
      const { database } = this.#store
      const key = sourceName(source)
      const service = serviceOf(source)
      const policy = policyOf(source)
      database.run('INSERT INTO service (name) VALUES (?) ON CONFLICT DO NOTHING', service)
      database.run('INSERT INTO source (key, service) VALUES (?, ?) ON CONFLICT DO NOTHING', key, service)
      const row = database.first('SELECT * FROM source WHERE key = ?', key)
      const stopped = stoppedOf(database.first('SELECT * FROM service WHERE name = ?', service))
      if (stopped !== undefined) return { kind: 'stopped', ...stopped }

      const last = database.first('SELECT max(asked_utc_ms) AS at FROM source WHERE service = ?', service)
      const lastAskedUtcMs = optionalUtc(last, 'at') ?? utcMs(Number.NEGATIVE_INFINITY)
      const notBefore = Math.max(
        optionalUtc(row, 'not_before_utc_ms') ?? 0,
        lastAskedUtcMs + policy.serviceIntervalMs,
      )
      if (nowUtc < lastAskedUtcMs) {
        // A clock without battery starts in the past. Who trusts it asks too soon when it is set.
        const untilUtcMs = utcMs(Math.max(notBefore, lastAskedUtcMs))
        return { kind: 'wait', untilUtcMs, because: 'by this clock the last question lies in the future' }
      }
      if (nowUtc < notBefore) {
        const problem = optionalText(row, 'problem')
        const asked = optionalUtc(row, 'asked_utc_ms') ?? lastAskedUtcMs
        return {
          kind: 'wait',
          untilUtcMs: utcMs(notBefore),
          because: problem ?? `it was asked at ${formatUtc(asked, 0)}`,
        }
      }
      const lastGood = lastGoodOf(row)
      const budget = this.#budget(source, nowUtc, lastGood)
      if (budget.kind === 'wait') return budget
      database.run(
        'UPDATE source SET asked_utc_ms = ?1, not_before_utc_ms = ?2, problem = NULL WHERE key = ?3',
        nowUtc,
        nowUtc + policy.sourceIntervalMs,
        key,
      )
      for (let request = 0; request < policy.requestsPerQuestion; request += 1) {
        // The bytes are known afterwards; a crash in between counts what was expected.
        const bytes = request === 0 ? Math.max(1, lastGood?.bytes ?? EXPECTED_BYTES) : 0
        database.run(
          'INSERT INTO request (service, at_utc_ms, bytes) VALUES (?, ?, ?)',
          service,
          nowUtc,
          bytes,
        )
      }
      return { kind: 'granted', lastGood, bytesMax: budget.bytesMax }
    })
  }

  /** Writes down how a granted question ended. `uniform` spreads the next try, [0, 1). */
  settle(source: NetworkSource, nowUtc: UtcMs, how: Settlement, uniform: number): void {
    const { database } = this.#store
    const key = sourceName(source)
    const service = serviceOf(source)
    const { sourceIntervalMs } = policyOf(source)
    database.transaction(() => {
      const row = database.first('SELECT asked_utc_ms, failures FROM source WHERE key = ?', key) ?? {}
      database.run(
        'UPDATE request SET bytes = ? WHERE service = ? AND at_utc_ms = ? AND bytes > 0',
        how.bytes,
        service,
        numberOf(row, 'asked_utc_ms'),
      )
      const failures = how.kind === 'failed' ? numberOf(row, 'failures') + 1 : 0
      const interval = how.kind === 'failed' && !how.counted ? 0 : sourceIntervalMs
      const backOff = how.kind === 'failed' ? backOffMs(failures, uniform) : 0
      const problem = how.kind === 'failed' || how.kind === 'stop' ? how.because : null
      database.run(
        'UPDATE source SET failures = ?, not_before_utc_ms = ?, problem = ? WHERE key = ?',
        failures,
        nowUtc + Math.max(interval, backOff),
        problem,
        key,
      )
      if (how.kind === 'failed' && how.isShrunk === true)
        database.run('INSERT INTO shrunk (key) VALUES (?) ON CONFLICT DO NOTHING', key)
      else if (how.kind !== 'failed') database.run('DELETE FROM shrunk WHERE key = ?', key)
      if (how.kind === 'good') {
        database.run(
          'UPDATE source SET success_utc_ms = ?, etag = ?, modified = ?, bytes = ?, sha256 = ?, objects = ? WHERE key = ?',
          how.lastGood.atUtcMs,
          how.lastGood.etag ?? null,
          how.lastGood.modified ?? null,
          how.lastGood.bytes,
          how.lastGood.sha256,
          how.lastGood.objects,
          key,
        )
      }
      if (how.kind === 'same') database.run('UPDATE source SET success_utc_ms = ? WHERE key = ?', nowUtc, key)
      if (how.kind === 'stop') {
        database.run(
          'UPDATE service SET stopped_utc_ms = ?, stopped_because = ? WHERE name = ?',
          nowUtc,
          how.because,
          service,
        )
      }
    })
  }

  /**
   * A person has looked: the stop of the service and the waiting after failures end. Of this source a smaller answer is
   * taken, if that was what it was refused for; of its neighbours nobody has looked at one. The time between two answers
   * stays, unless the clock that it was written by was ahead.
   */
  retry(source: NetworkSource, nowUtc: UtcMs): void {
    const { database } = this.#store
    database.transaction(() => {
      database.run(
        'UPDATE service SET stopped_utc_ms = NULL, stopped_because = NULL WHERE name = ?',
        serviceOf(source),
      )
      database.run(
        'UPDATE source SET objects = 0 WHERE key = ?1 AND key IN (SELECT key FROM shrunk)',
        sourceName(source),
      )
      database.run(
        `UPDATE source SET failures = 0, problem = NULL,
           asked_utc_ms = CASE WHEN asked_utc_ms <= ?1 THEN asked_utc_ms END,
           not_before_utc_ms = CASE WHEN success_utc_ms <= ?1 THEN success_utc_ms + ?2 ELSE 0 END
         WHERE service = ?3`,
        nowUtc,
        policyOf(source).sourceIntervalMs,
        serviceOf(source),
      )
    })
  }

  standing(source: NetworkSource): SourceStanding {
    const row = this.#store.database.first('SELECT * FROM source WHERE key = ?', sourceName(source))
    const service = this.#store.database.first('SELECT * FROM service WHERE name = ?', serviceOf(source))
    return {
      source: sourceName(source),
      askedUtcMs: optionalUtc(row, 'asked_utc_ms'),
      notBeforeUtcMs: optionalUtc(row, 'not_before_utc_ms') ?? utcMs(0),
      failures: row === undefined ? 0 : numberOf(row, 'failures'),
      problem: optionalText(row, 'problem'),
      lastGood: lastGoodOf(row),
      stopped: stoppedOf(service),
    }
  }

  #budget(
    source: NetworkSource,
    nowUtc: UtcMs,
    lastGood: LastGood | undefined,
  ): Extract<Claim, { readonly kind: 'wait' }> | { readonly kind: 'within'; readonly bytesMax: number } {
    const { database } = this.#store
    const policy = policyOf(source)
    const service = serviceOf(source)
    database.run('DELETE FROM request WHERE at_utc_ms < ?', nowUtc - REQUESTS_KEPT_MS)
    const since = (spanMs: number): { readonly requests: number; readonly bytes: number } => {
      const row = database.first(
        'SELECT count(*) AS requests, coalesce(sum(bytes), 0) AS bytes FROM request WHERE service = ? AND at_utc_ms > ?',
        service,
        nowUtc - spanMs,
      )
      return { requests: numberOf(row ?? {}, 'requests'), bytes: numberOf(row ?? {}, 'bytes') }
    }
    const wait = (spanMs: number, because: string) =>
      ({ kind: 'wait', untilUtcMs: utcMs(nowUtc + spanMs), because }) as const
    const { requestsPerQuestion } = policy
    if (since(MS_PER_MINUTE).requests + requestsPerQuestion > policy.requestsPerMinuteMax) {
      return wait(MS_PER_MINUTE, 'it was asked often enough in this minute')
    }
    if (since(MS_PER_HOUR).requests + requestsPerQuestion > policy.requestsPerHourMax) {
      return wait(MS_PER_HOUR, 'it was asked often enough in this hour')
    }
    const bytesMax = policy.bytesPerDayMax - since(MS_PER_DAY).bytes
    return bytesMax < (lastGood?.bytes ?? EXPECTED_BYTES)
      ? wait(MS_PER_HOUR, `the ${policy.bytesPerDayMax / 1_000_000} MB of a day are used up`)
      : { kind: 'within', bytesMax }
  }
}
