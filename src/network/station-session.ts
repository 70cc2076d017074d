import { type Clock, every, sleep } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { formatUtc, utcPlus } from '../kernel/time.ts'
import { ms } from '../kernel/units.ts'
import type { DataMode } from '../observation/record.ts'
import type { Store, StreamStatus } from '../outbox/store.ts'
import type { Partner } from '../sharing/agreement.ts'
import type { SigningKey } from '../sharing/keys.ts'
import {
  type Birth,
  type Checkpoint,
  openMessage,
  type Receipt,
  type Resend,
  receiptSchema,
  resendSchema,
  type Status,
} from '../sharing/messages.ts'
import { type SealType, seal } from '../sharing/seal.ts'
import type { BrokerLink, OpenBrokerLink } from './broker-link.ts'
import { keepLink, type LinkKeeper } from './link-keeper.ts'
import {
  birthTopic,
  checkpointTopic,
  readTopic,
  stationSubscriptions,
  statusTopic,
  streamTopic,
} from './topics.ts'

// Items sent and not yet acknowledged by the broker, for each stream: fills a satellite link of 600 ms round trip
// at ten items a second, and is far below every broker's own limit.
const WINDOW_ITEMS = 32
// A checkpoint is said again this often; a partner who hears none for three periods knows that something is kept from him.
const CHECKPOINT_PERIOD = ms(60_000)
const CHECKPOINT_VALID = ms(180_000)
// What one request for a range gets; the partner asks for the rest when he has these.
const RESEND_ITEMS_MAX = 1_000
// After the broker refused a message: time for a person to mend the access list.
const REFUSED_RETRY_DELAY = ms(30_000)

export interface StationSession {
  /** Connects, and stays connected from then on. */
  readonly start: () => void
  /** There are new items in these streams. */
  readonly wake: (streams: readonly string[]) => void
  readonly connected: () => boolean
  readonly counts: () => SessionCounts
  /** Says goodbye and closes. */
  readonly stop: () => Promise<void>
}

export interface SessionCounts {
  /** Items that the broker acknowledged, each counted once. */
  readonly sent: number
  /** Items sent again because a partner asked. */
  readonly sentAgain: number
  /** Of all those, how many the broker took without having anybody to give them to. */
  readonly withoutSubscriber: number
}

/** What the station says of itself to all its partners. */
export interface StationDescription {
  readonly name: string
  readonly software: string
  readonly latitudeDeg: number
  readonly longitudeDeg: number
  readonly placeResolutionDeg: number
  readonly antenna: Birth['antenna']
}

interface Pump {
  readonly stream: string
  /** The range that the partner asked for and has not had yet: one at most, a newer request replaces it. */
  asked: { from: number; to: number } | undefined
  wanted: boolean
  running: boolean
  /** The last number whose checkpoint was published on this connection. */
  announced: number
}

/**
 * The station's side of the wire: keeps the link, says birth and death, moves items to the broker, and answers
 * receipts and requests for ranges. Custody stays with the store until a receipt covers an item.
 */
export const createStationSession = (options: {
  readonly clock: Clock
  /** Paces connection, back-off and heartbeats: the same clock, but where the broker lives in another time (demo). */
  readonly linkClock: Clock
  readonly log: Log
  readonly random: Random
  readonly open: OpenBrokerLink
  readonly store: Store
  readonly key: SigningKey
  readonly station: string
  readonly bootId: string
  readonly dataMode: () => DataMode
  readonly description: StationDescription
  readonly partners: readonly Partner[]
  readonly onReceipt?: (receipt: {
    readonly partner: string
    readonly stream: string
    readonly through: number
  }) => void
}): StationSession => {
  const { clock, linkClock, log, store, station, bootId } = options
  const partnerById = new Map(options.partners.map((partner) => [partner.id, partner]))
  const pumps = new Map<string, Pump>()
  let link: BrokerLink | undefined
  let stopped = false
  const counts = { sent: 0, sentAgain: 0, withoutSubscriber: 0 }

  const sealed = (type: SealType, payload: unknown): Uint8Array =>
    Buffer.from(seal({ type, key: options.key, payload }), 'ascii')

  const statusMessage = (state: Status['state']) => {
    const dataMode = options.dataMode()
    const payload: Status = {
      schema: 'azel.status/1',
      station,
      dataMode,
      bootId,
      state,
      issuedUtc: formatUtc(clock.utcNow()),
    }
    return {
      topic: statusTopic(dataMode, station),
      payload: sealed('azel-status+jws', payload),
      retain: true,
    }
  }

  const birthMessage = () => {
    const dataMode = options.dataMode()
    const payload: Birth = {
      schema: 'azel.birth/1',
      station,
      dataMode,
      bootId,
      issuedUtc: formatUtc(clock.utcNow()),
      ...options.description,
    }
    return { topic: birthTopic(dataMode, station), payload: sealed('azel-birth+jws', payload), retain: true }
  }

  const streamStatus = async (stream: string): Promise<StreamStatus | undefined> => {
    const status = await store.status()
    return status.ok ? status.value.streams.find((candidate) => candidate.stream === stream) : undefined
  }

  const publishCheckpoint = async (to: BrokerLink, stream: StreamStatus): Promise<boolean> => {
    const issuedUtc = clock.utcNow()
    const payload: Checkpoint = {
      schema: 'azel.checkpoint/1',
      station,
      dataMode: stream.dataMode,
      stream: stream.stream,
      partner: stream.partner,
      number: stream.number,
      head: stream.head,
      oldest: stream.oldest,
      receipted: stream.receipted,
      bootId,
      issuedUtc: formatUtc(issuedUtc),
      validUntilUtc: formatUtc(utcPlus(issuedUtc, CHECKPOINT_VALID)),
    }
    const published = await to.publish({
      topic: checkpointTopic(stream.dataMode, station, stream.stream),
      payload: sealed('azel-checkpoint+jws', payload),
      retain: true,
    })
    if (!published.ok) log.fault(published.error)
    return published.ok
  }

  const pumpOf = (stream: string): Pump => {
    let pump = pumps.get(stream)
    if (pump === undefined) {
      // One for each stream of the store: bounded by the agreements.
      pump = { stream, asked: undefined, wanted: false, running: false, announced: -1 }
      pumps.set(stream, pump)
    }
    return pump
  }

  /** Sends one window; what the broker acknowledged is marked. Says whether to go on. */
  const sendWindow = async (
    to: BrokerLink,
    status: StreamStatus,
    items: readonly { readonly number: number; readonly sealed: Uint8Array }[],
  ): Promise<{ readonly acknowledged: readonly number[]; readonly failure: Fault | undefined }> => {
    const topic = streamTopic(status.dataMode, station, status.stream)
    const acknowledged: number[] = []
    let failure: Fault | undefined
    await Promise.all(
      items.map(async (item) => {
        const outcome = await to.publish({ topic, payload: item.sealed, retain: false })
        if (outcome.ok) {
          acknowledged.push(item.number)
          if (outcome.value === 'no-subscribers') counts.withoutSubscriber += 1
        } else {
          failure = outcome.error
        }
      }),
    )
    return { acknowledged, failure }
  }

  /** One window of what a partner asked for, or else of what is new. Says whether there may be more. */
  const pumpOnce = async (pump: Pump, to: BrokerLink): Promise<'more' | 'done' | Fault> => {
    const status = await streamStatus(pump.stream)
    if (status === undefined) return 'done'
    const { asked } = pump
    if (asked !== undefined) {
      const items = await store.readItems({ stream: pump.stream, ...asked, limit: WINDOW_ITEMS })
      if (!items.ok) return items.error
      const last = items.value.at(-1)
      if (last === undefined) {
        pump.asked = undefined
        return 'more'
      }
      const { acknowledged, failure } = await sendWindow(to, status, items.value)
      counts.sentAgain += acknowledged.length
      if (failure !== undefined) return failure
      const marked = await store.markSent({ stream: pump.stream, numbers: acknowledged })
      if (!marked.ok) return marked.error
      // Unless a newer request came meanwhile.
      if (pump.asked === asked)
        pump.asked = last.number < asked.to ? { from: last.number + 1, to: asked.to } : undefined
      return 'more'
    }
    const items = await store.readUnsent({ stream: pump.stream, limit: WINDOW_ITEMS })
    if (!items.ok) return items.error
    if (items.value.length > 0) {
      const { acknowledged, failure } = await sendWindow(to, status, items.value)
      const marked = await store.markSent({ stream: pump.stream, numbers: acknowledged })
      if (!marked.ok) return marked.error
      counts.sent += acknowledged.length
      return failure ?? 'more'
    }
    if (pump.announced < status.number) {
      if (await publishCheckpoint(to, status)) pump.announced = status.number
    }
    return 'done'
  }

  const pumpAll = async (pump: Pump): Promise<void> => {
    pump.wanted = true
    if (pump.running) return
    pump.running = true
    try {
      while (pump.wanted && link !== undefined && !stopped) {
        pump.wanted = false
        const to = link
        let outcome = await pumpOnce(pump, to)
        while (outcome === 'more' && link === to) outcome = await pumpOnce(pump, to)
        if (typeof outcome === 'object') {
          if (outcome.code === 'broker.unreachable') break
          log.fault(outcome)
          linkClock.setTimer(REFUSED_RETRY_DELAY, () => void pumpAll(pump))
          break
        }
      }
    } finally {
      pump.running = false
    }
  }

  const onUp = async (opened: BrokerLink): Promise<void> => {
    link = opened
    for (const message of [birthMessage(), statusMessage('alive')]) {
      const published = await opened.publish(message)
      if (!published.ok) log.fault(published.error)
    }
    log.info('connected to the broker')
    const status = await store.status()
    if (!status.ok) {
      log.fault(status.error)
      return
    }
    for (const stream of status.value.streams) {
      const pump = pumpOf(stream.stream)
      // A broker that lost its retained messages hears every checkpoint again.
      pump.announced = -1
      void pumpAll(pump)
    }
  }

  const inbox = async (topic: string, payload: Uint8Array): Promise<void> => {
    const address = readTopic(topic)
    const partner =
      address?.kind === 'inbox' && address.station === station ? partnerById.get(address.partner) : undefined
    if (address?.kind !== 'inbox' || partner === undefined) {
      log.warn("a message on a topic that is nobody's was ignored", { topic: topic.slice(0, 120) })
      return
    }
    const opened =
      address.inbox === 'receipt'
        ? openMessage({
            sealed: payload,
            type: 'azel-receipt+jws',
            keys: [partner.key],
            schema: receiptSchema,
          })
        : openMessage({ sealed: payload, type: 'azel-resend+jws', keys: [partner.key], schema: resendSchema })
    if (!opened.ok) {
      log.fault(fault(opened.error.code, `From ${partner.id}: ${opened.error.message}`))
      return
    }
    const status = await streamStatus(opened.value.stream)
    if (opened.value.station !== station || status === undefined || status.partner !== partner.id) {
      log.warn("a message about a stream that is not the sender's was ignored", { partner: partner.id })
      return
    }
    if (opened.value.schema === 'azel.receipt/1') await takeReceipt(partner, opened.value)
    else takeRequest(partner, opened.value)
  }

  const takeReceipt = async (partner: Partner, receipt: Receipt): Promise<void> => {
    const { stream, through, head } = receipt
    // Nothing received yet: a partner's first word about a stream.
    if (through === 0) return
    const outcome = await store.acceptReceipt({ stream, through, head })
    if (!outcome.ok) {
      log.fault(outcome.error)
    } else if (outcome.value.kind === 'accepted') {
      options.onReceipt?.({ partner: partner.id, stream, through: outcome.value.receipted })
    } else {
      log.fault(
        fault('stream.altered', `${partner.id} signed for item ${through} with another hash than ours`),
      )
    }
  }

  const takeRequest = (partner: Partner, request: Resend): void => {
    if (request.to < request.from) return
    const to = Math.min(request.to, request.from + RESEND_ITEMS_MAX - 1)
    log.info(`${partner.id} asks again for items ${request.from} to ${to}`)
    const pump = pumpOf(request.stream)
    pump.asked = { from: request.from, to }
    void pumpAll(pump)
  }

  let keeper: LinkKeeper | undefined
  const start = (): void => {
    keeper ??= keepLink({
      clock: linkClock,
      log,
      random: options.random,
      open: options.open,
      subscriptions: stationSubscriptions(station),
      will: () => statusMessage('lost'),
      onMessage: inbox,
      onUp,
      onDown: () => {
        link = undefined
      },
    })
  }

  const heartbeat = every(linkClock, CHECKPOINT_PERIOD, () => {
    for (const pump of pumps.values()) {
      pump.announced = -1
      void pumpAll(pump)
    }
  })

  return {
    start,
    wake: (streams) => {
      for (const stream of streams) void pumpAll(pumpOf(stream))
    },
    connected: () => link !== undefined,
    counts: () => ({ ...counts }),
    stop: async () => {
      stopped = true
      heartbeat.stop()
      // The goodbye is a courtesy; a broker that does not answer must not keep the station from stopping.
      const goodbye = link?.publish(statusMessage('stopped'))
      if (goodbye !== undefined) await Promise.race([goodbye, sleep(linkClock, ms(2_000))])
      await keeper?.stop()
    },
  }
}
