import { parseStrictJson } from '../formats/strict-json.ts'
import type { Clock, Timer } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { formatUtc, utcBetween, utcPlus } from '../kernel/time.ts'
import { ms } from '../kernel/units.ts'
import { type Observation, observationSchema } from '../observation/record.ts'
import type { Decision, JournalEntry, NewItem, Store, StreamStatus } from '../outbox/store.ts'
import type { Agreement, Groups, Partner } from './agreement.ts'
import type { SigningKey } from './keys.ts'
import { createItemMaker } from './make-item.ts'
import { EMPTY_STREAM_HASH, streamIdOf } from './messages.ts'
import { decideRelease, thinningInterval } from './release.ts'
import { createWallStepWatch } from './wall-step-watch.ts'

export interface SharingPolicy {
  readonly station: string
  readonly partners: readonly Partner[]
  readonly agreements: readonly Agreement[]
  readonly groups: Groups
}

// One transaction's worth: keeps a backlog's memory at a few hundred kilobytes and each commit short.
const BATCH_RECORDS = 64
// The disk was full or failing: how long before the next try.
const RETRY_DELAY = ms(5_000)
// A timer may fire this late at most after a wall clock step: the due times are wall times.
const DUE_CHECK_MAX = ms(60_000)

/**
 * Takes each journal entry past the release gate, once for every partner, and turns what is released into numbered,
 * chained, sealed items. The numbers and chains come after the gate; journal position, decisions and items move in
 * one transaction, so that a crash at any moment neither loses nor doubles an item.
 */
export interface Releaser {
  /** Decides everything that is journaled or due now. Calls come one after the other. */
  readonly process: () => Promise<Result<void, Fault>>
  /** How many records wait for a later release. */
  readonly waiting: () => number
  readonly stop: () => void
}

export const createReleaser = (options: {
  readonly clock: Clock
  readonly log: Log
  readonly store: Store
  readonly policy: SharingPolicy
  readonly key: SigningKey
  /** Random bytes: the salts of the items. */
  readonly randomBytes: (length: number) => Uint8Array
  /** Told after each commit which streams have new items. */
  readonly onReleased: (streams: readonly string[]) => void
  /** Told of every decision after it is on the disk. */
  readonly onDecisions?: (decisions: readonly Decision[]) => void
}): Releaser => {
  const { clock, log, store, policy } = options
  const agreementsOf = new Map(
    policy.partners.map((partner) => [
      partner.id,
      policy.agreements.filter((agreement) => agreement.partnerId === partner.id),
    ]),
  )
  const agreementById = new Map(policy.agreements.map((agreement) => [agreement.id, agreement]))
  const partnerById = new Map(policy.partners.map((partner) => [partner.id, partner]))
  const makeItem = createItemMaker({
    station: policy.station,
    key: options.key,
    randomBytes: options.randomBytes,
  })
  const wallSteps = createWallStepWatch(clock)
  let streams: Map<string, StreamStatus> | undefined
  let decidedThrough = 0
  let waiting = 0
  let timer: Timer | undefined
  let stopped = false
  let queue: Promise<unknown> = Promise.resolve()

  /** One transaction in the making. Nothing of it is remembered before the store has taken it. */
  const newBatch = (known: Map<string, StreamStatus>) => {
    const decisions: Decision[] = []
    const items: NewItem[] = []
    const changed = new Map<string, StreamStatus>()
    const streamOf = (agreement: Agreement, record: Observation): StreamStatus => {
      const stream = streamIdOf({
        station: policy.station,
        partner: agreement.partnerId,
        agreement: agreement.id,
        product: agreement.product,
        dataMode: record.dataMode,
      })
      return (
        changed.get(stream) ??
        known.get(stream) ?? {
          stream,
          partner: agreement.partnerId,
          dataMode: record.dataMode,
          number: 0,
          head: EMPTY_STREAM_HASH,
          receipted: 0,
          oldest: 1,
          lastTaken: undefined,
        }
      )
    }
    const decide = (
      entry: JournalEntry,
      record: Observation,
      partner: Partner,
      agreement: Agreement | undefined,
      again: boolean,
    ): void => {
      const decidedUtc = clock.utcNow()
      const agedUtc = again ? wallSteps.withoutStepsSince(entry.number) : decidedUtc
      const stream = agreement === undefined ? undefined : streamOf(agreement, record)
      const decision = decideRelease({
        record,
        partner,
        agreement,
        groups: policy.groups,
        nowUtc: decidedUtc,
        agedUtc,
        lastTaken: again ? undefined : stream?.lastTaken,
      })
      const about = {
        partner: partner.id,
        agreement: agreement?.id,
        journalNumber: entry.number,
        reason: decision.reason,
        decidedUtc,
      }
      if (decision.kind === 'withhold' || agreement === undefined || stream === undefined) {
        decisions.push({ ...about, kind: 'withheld' })
        return
      }
      const taken = { ...stream, lastTaken: again ? stream.lastTaken : thinningInterval(record, agreement) }
      if (decision.kind === 'wait') {
        const dueUtc = utcPlus(decision.untilUtc, utcBetween({ from: agedUtc, to: decidedUtc }))
        decisions.push({ ...about, kind: 'waiting', dueUtc })
        changed.set(stream.stream, taken)
        return
      }
      decisions.push({ ...about, kind: 'released' })
      const item = makeItem({ agreement, stream, record, releasedUtc: formatUtc(decidedUtc) })
      items.push({
        stream: stream.stream,
        number: item.number,
        journalNumber: entry.number,
        sealed: item.sealed,
        hash: item.hash,
        releasedUtc: decidedUtc,
      })
      changed.set(stream.stream, { ...taken, number: item.number, head: item.hash })
    }
    const withhold = (
      entry: JournalEntry,
      partner: string,
      agreement: string | undefined,
      reason: string,
    ): void => {
      decisions.push({
        partner,
        agreement,
        journalNumber: entry.number,
        kind: 'withheld',
        reason,
        decidedUtc: clock.utcNow(),
      })
    }
    return { decisions, items, changed, decide, withhold }
  }

  const commit = async (
    batch: ReturnType<typeof newBatch>,
    known: Map<string, StreamStatus>,
    through: number,
  ): Promise<Result<void, Fault>> => {
    const committed = await store.commitRelease({
      decidedThrough: through,
      decisions: batch.decisions,
      items: batch.items,
      streams: [...batch.changed.values()],
    })
    if (!committed.ok) return committed
    for (const [stream, status] of batch.changed) known.set(stream, status)
    decidedThrough = through
    options.onDecisions?.(batch.decisions)
    if (batch.items.length > 0) options.onReleased([...new Set(batch.items.map((item) => item.stream))])
    return ok(undefined)
  }

  const run = async (): Promise<Result<void, Fault>> => {
    if (streams === undefined) {
      const status = await store.status()
      if (!status.ok) return status
      decidedThrough = status.value.decidedThrough
      streams = new Map(status.value.streams.map((stream) => [stream.stream, stream]))
    }
    const known = streams
    for (;;) {
      const entries = await store.readJournal({ first: decidedThrough + 1, limit: BATCH_RECORDS })
      if (!entries.ok) return entries
      const last = entries.value.at(-1)
      if (last === undefined) break
      const batch = newBatch(known)
      wallSteps.note(decidedThrough + 1)
      for (const entry of entries.value) {
        const record = readRecord(entry)
        if (!record.ok) log.fault(record.error)
        for (const partner of policy.partners) {
          const agreements = agreementsOf.get(partner.id) ?? []
          if (!record.ok) {
            batch.withhold(entry, partner.id, undefined, UNREADABLE)
          } else {
            for (const agreement of agreements.length === 0 ? [undefined] : agreements) {
              batch.decide(entry, record.value, partner, agreement, false)
            }
          }
        }
      }
      const committed = await commit(batch, known, last.number)
      if (!committed.ok) return committed
    }
    for (;;) {
      const due = await store.readWaiting(BATCH_RECORDS)
      if (!due.ok) return due
      const now = clock.utcNow()
      const batch = newBatch(known)
      for (const { partner: partnerId, agreement: agreementId, entry, dueUtc } of due.value) {
        if (dueUtc > now) break
        const record = readRecord(entry)
        const partner = partnerById.get(partnerId)
        const agreement = agreementById.get(agreementId)
        if (!record.ok) batch.withhold(entry, partnerId, agreementId, UNREADABLE)
        else if (partner === undefined || agreement === undefined) {
          batch.withhold(entry, partnerId, agreementId, `agreement ${agreementId} is no longer in force`)
        } else batch.decide(entry, record.value, partner, agreement, true)
      }
      if (batch.decisions.length === 0) {
        arm(due.value[0] === undefined ? undefined : utcBetween({ from: now, to: due.value[0].dueUtc }))
        break
      }
      const committed = await commit(batch, known, decidedThrough)
      if (!committed.ok) return committed
    }
    const status = await store.status()
    if (!status.ok) return status
    waiting = status.value.waiting
    return ok(undefined)
  }

  const arm = (delay: number | undefined): void => {
    timer?.cancel()
    timer = undefined
    if (delay === undefined || stopped) return
    timer = clock.setTimer(ms(Math.min(Math.max(delay, 1), DUE_CHECK_MAX)), () => void process())
  }

  const process = (): Promise<Result<void, Fault>> => {
    const next = queue.then(async () => {
      if (stopped) return ok(undefined)
      const outcome = await run()
      if (!outcome.ok) {
        // Positions are read anew: what the store holds is the truth.
        streams = undefined
        log.fault(outcome.error)
        arm(RETRY_DELAY)
      }
      return outcome
    })
    // A mistake of ours in one run is thrown at its caller; it must not end all later ones.
    queue = next.catch(() => {})
    return next
  }

  return {
    process,
    waiting: () => waiting,
    stop: () => {
      stopped = true
      timer?.cancel()
    },
  }
}

const UNREADABLE = 'the journal entry cannot be read'

const readRecord = (entry: JournalEntry): Result<Observation, Fault> => {
  const parsed = parseStrictJson(entry.body)
  const record = parsed.ok ? observationSchema.safeParse(parsed.value) : undefined
  return record?.success === true
    ? ok(record.data)
    : err(fault('store.corrupt', `Journal entry ${entry.number} cannot be read and is released to nobody`))
}
