import { type Clock, every, sleep, type Timer } from '../kernel/clock.ts'
import { describeFault, type Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { ms } from '../kernel/units.ts'
import type { DataMode } from '../observation/record.ts'
import type { Store, StreamStatus } from '../outbox/store.ts'
import type { Agreement, Partner } from '../sharing/agreement.ts'
import type { SigningKey } from '../sharing/keys.ts'
import { CHECKPOINT_PERIOD } from '../sharing/messages.ts'
import { isInForce, streamsOfAgreements } from '../sharing/streams.ts'
import type { BrokerLink, OpenBrokerLink } from './broker-link.ts'
import { createInbox } from './inbox.ts'
import { keepLink, type LinkKeeper } from './link-keeper.ts'
import { createStationMessages, type StationDescription } from './station-messages.ts'
import { stationSubscriptions, streamTopic } from './topics.ts'

// Items sent and not yet acknowledged by the broker, for each stream: fills a satellite link of 600 ms round trip
// at ten items a second, and is far below every broker's own limit.
const WINDOW_ITEMS = 32
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

interface Pump {
  readonly stream: string
  /** The range that the partner asked for and has not had yet: one at most, a newer request replaces it. */
  asked: { from: number; to: number } | undefined
  wanted: boolean
  running: boolean
  /** The broker refused: until this fires nothing is tried. */
  held: Timer | undefined
  /** The trouble that was told last: told again when it is another, or after a success. */
  told: string
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
  /** What is not covered by one of these, now in force, is not sent: neither anew nor again. */
  readonly agreements: readonly Agreement[]
  readonly onReceipt?: (receipt: {
    readonly partner: string
    readonly stream: string
    readonly through: number
  }) => void
}): StationSession => {
  const { clock, linkClock, log, store, station } = options
  const agreementOf = streamsOfAgreements(station, options.agreements)
  const pumps = new Map<string, Pump>()
  let link: BrokerLink | undefined
  let stopped = false
  const counts = { sent: 0, sentAgain: 0, withoutSubscriber: 0 }

  const messages = createStationMessages(options)

  const streamStatus = async (stream: string): Promise<StreamStatus | undefined> => {
    const status = await store.readStream(stream)
    return status.ok ? status.value : undefined
  }

  const pumpOf = (stream: string): Pump => {
    let pump = pumps.get(stream)
    if (pump === undefined) {
      // One for each stream of the store: bounded by the agreements.
      pump = {
        stream,
        asked: undefined,
        wanted: false,
        running: false,
        held: undefined,
        told: '',
        announced: -1,
      }
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

  /** An agreement that was taken away or has ended stops what it had released and is still here. */
  const mayLeave = (stream: StreamStatus): boolean => {
    const agreement = agreementOf.get(stream.stream)
    return (
      agreement !== undefined &&
      agreement.partnerId === stream.partner &&
      isInForce(agreement, clock.utcNow())
    )
  }

  /** One window of what a partner asked for, or else of what is new. Says whether there may be more. */
  const pumpOnce = async (pump: Pump, to: BrokerLink): Promise<'more' | 'done' | Fault> => {
    const status = await streamStatus(pump.stream)
    if (status === undefined || !mayLeave(status)) {
      pump.asked = undefined
      return 'done'
    }
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
      const published = await to.publish(messages.checkpoint(status))
      if (!published.ok) return published.error
      pump.announced = status.number
    }
    pump.told = ''
    return 'done'
  }

  const pumpAll = async (pump: Pump): Promise<void> => {
    pump.wanted = true
    if (pump.running || pump.held !== undefined) return
    pump.running = true
    try {
      while (pump.wanted && link !== undefined && !stopped) {
        pump.wanted = false
        const to = link
        let outcome = await pumpOnce(pump, to)
        while (outcome === 'more' && link === to) outcome = await pumpOnce(pump, to)
        // A link that is gone is told of by its keeper, and all is sent when there is one again.
        if (typeof outcome === 'object' && outcome.code !== 'broker.unreachable') {
          holdPump(pump, outcome)
          break
        }
      }
    } finally {
      pump.running = false
    }
  }

  const holdPump = (pump: Pump, failure: Fault): void => {
    const text = describeFault(failure)
    if (text !== pump.told) log.fault(failure)
    pump.told = text
    if (stopped) return
    pump.held = linkClock.setTimer(REFUSED_RETRY_DELAY, () => {
      pump.held = undefined
      void pumpAll(pump)
    })
  }

  const onUp = async (opened: BrokerLink): Promise<void> => {
    link = opened
    for (const message of [messages.birth(), messages.status('alive')]) {
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
      pump.held?.cancel()
      pump.held = undefined
      // A broker that lost its retained messages hears every checkpoint again.
      pump.announced = -1
      void pumpAll(pump)
    }
  }

  const inbox = createInbox({
    clock: linkClock,
    log,
    station,
    partners: options.partners,
    store,
    streamStatus,
    onReceipt: options.onReceipt,
    onResend: (stream, range) => {
      const pump = pumpOf(stream)
      pump.asked = range
      // He may not know what is no longer kept: he hears the checkpoint again as well.
      pump.announced = -1
      void pumpAll(pump)
    },
  })

  let keeper: LinkKeeper | undefined
  const start = (): void => {
    keeper ??= keepLink({
      clock: linkClock,
      log,
      random: options.random,
      open: options.open,
      subscriptions: stationSubscriptions(station),
      will: () => messages.status('lost'),
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
      for (const pump of pumps.values()) pump.held?.cancel()
      // The goodbye is a courtesy; a broker that does not answer must not keep the station from stopping.
      const goodbye = link?.publish(messages.status('stopped'))
      if (goodbye !== undefined) await Promise.race([goodbye, sleep(linkClock, ms(2_000))])
      await keeper?.stop()
    },
  }
}
