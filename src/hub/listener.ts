import type { Clock, Timer } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { formatUtc, parseUtc } from '../kernel/time.ts'
import { ms } from '../kernel/units.ts'
import type { BrokerLink, OpenBrokerLink } from '../network/broker-link.ts'
import { keepLink } from '../network/link-keeper.ts'
import { inboxTopic, partnerSubscriptions, readTopic } from '../network/topics.ts'
import type { DataMode } from '../observation/record.ts'
import type { SigningKey, VerifyingKey } from '../sharing/keys.ts'
import {
  type Birth,
  birthSchema,
  type Checkpoint,
  checkpointSchema,
  EMPTY_STREAM_HASH,
  hashOf,
  type Item,
  itemSchema,
  openMessage,
  type Receipt,
  type Resend,
  type Status,
  statusSchema,
} from '../sharing/messages.ts'
import { seal } from '../sharing/seal.ts'
import type { ListenerStore } from './listener-store.ts'
import {
  type CheckedItem,
  missingRange,
  newStream,
  type StreamState,
  type StreamStep,
  stepCheckpoint,
  stepItem,
  twoUnderOneNumber,
} from './stream-verifier.ts'

// One receipt says everything up to its number, so they need not be many.
const RECEIPT_DELAY = ms(1_000)
// A missing item may only be late (another connection, a window in flight): asked for at once, then less and less often.
const ASK_FIRST_MS = 250
const ASK_LONGEST_MS = 60_000
// Streams of all stations together; each holds up to a thousand early items at most while it waits.
const STREAMS_MAX = 10_000

/** What the listener tells its user. */
export type ListenerEvent =
  | { readonly kind: 'item'; readonly item: Item }
  | { readonly kind: 'birth'; readonly birth: Birth }
  | { readonly kind: 'status'; readonly status: Status }
  | {
      readonly kind: 'asked'
      readonly station: string
      readonly stream: string
      readonly from: number
      readonly to: number
    }
  | { readonly kind: 'trouble'; readonly station: string; readonly failure: Fault }

export interface Listener {
  readonly connected: () => boolean
  readonly counts: () => { readonly verified: number; readonly again: number; readonly refused: number }
  /** Items known to exist and not yet here. */
  readonly missing: () => number
  /** Sends the receipts that are owed, and closes. */
  readonly stop: () => Promise<void>
}

interface Incoming {
  readonly station: string
  readonly stream: string
  readonly dataMode: DataMode
  state: StreamState<{ readonly item: Item; readonly sealed: Uint8Array }>
  receipted: number
  receiptTimer: Timer | undefined
  askTimer: Timer | undefined
  askDelayMs: number
  askedAtNumber: number
}

/**
 * A partner's side: subscribes, verifies each item's signature, number and chain against the station's pinned key,
 * keeps what is verified, asks for what is missing, names what is forged, and signs receipts.
 */
export const createListener = (options: {
  readonly clock: Clock
  /** Paces receipts and requests; see the station's session. */
  readonly linkClock: Clock
  readonly log: Log
  readonly random: Random
  readonly open: OpenBrokerLink
  readonly store: ListenerStore
  readonly partner: string
  readonly key: SigningKey
  /** The stations believed, with their keys: taken from the agreement, never from a message. */
  readonly stations: ReadonlyMap<string, VerifyingKey>
  readonly onEvent: (event: ListenerEvent) => void
}): Listener => {
  const { clock, linkClock, store, partner, stations, onEvent } = options
  const streams = new Map<string, Incoming>()
  const counts = { verified: 0, again: 0, refused: 0 }
  let link: BrokerLink | undefined

  const trouble = (station: string, failure: Fault): void => {
    counts.refused += 1
    onEvent({ kind: 'trouble', station, failure })
  }

  const incomingOf = (message: Item | Checkpoint): Incoming | undefined => {
    const id = `${message.station}/${message.stream}`
    const known = streams.get(id)
    if (known !== undefined) return known
    if (streams.size >= STREAMS_MAX) return undefined
    const stored = store.position(message.station, message.stream)
    const fresh = newStream<{ readonly item: Item; readonly sealed: Uint8Array }>(EMPTY_STREAM_HASH)
    const incoming: Incoming = {
      station: message.station,
      stream: message.stream,
      dataMode: message.dataMode,
      state: stored === undefined ? fresh : { ...fresh, ...stored, promised: stored.number },
      receipted: 0,
      receiptTimer: undefined,
      askTimer: undefined,
      askDelayMs: ASK_FIRST_MS,
      askedAtNumber: -1,
    }
    streams.set(id, incoming)
    // What an earlier life received may never have been signed for.
    if (incoming.state.number > 0) oweReceipt(incoming)
    return incoming
  }

  const apply = (
    incoming: Incoming,
    step: StreamStep<{ readonly item: Item; readonly sealed: Uint8Array }>,
  ): void => {
    for (const failure of step.faults) trouble(incoming.station, failure)
    if (step.accepted.length > 0 || step.state.number !== incoming.state.number) {
      const kept = store.accept(
        incoming.station,
        incoming.stream,
        step.accepted.map(({ number, hash, content }) => ({ number, hash, sealed: content.sealed })),
        { number: step.state.number, head: step.state.head },
      )
      if (!kept.ok) {
        // Not kept, so not received: the state stays, and the range is asked for again.
        onEvent({ kind: 'trouble', station: incoming.station, failure: kept.error })
        ask(incoming)
        return
      }
    }
    incoming.state = step.state
    for (const { content } of step.accepted) {
      counts.verified += 1
      onEvent({ kind: 'item', item: content.item })
    }
    if (step.accepted.length > 0) oweReceipt(incoming)
    ask(incoming)
  }

  const oweReceipt = (incoming: Incoming): void => {
    incoming.receiptTimer ??= linkClock.setTimer(RECEIPT_DELAY, () => {
      incoming.receiptTimer = undefined
      void sendReceipt(incoming)
    })
  }

  const say = async (incoming: Incoming, kind: 'receipt' | 'resend', sealed: string): Promise<boolean> => {
    const published = await link?.publish({
      topic: inboxTopic({ dataMode: incoming.dataMode, station: incoming.station, partner, kind }),
      payload: Buffer.from(sealed, 'ascii'),
      retain: false,
    })
    if (published?.ok === false) options.log.fault(published.error)
    return published?.ok === true && published.value === 'taken'
  }

  const addressOf = (incoming: Incoming) => ({
    station: incoming.station,
    dataMode: incoming.dataMode,
    stream: incoming.stream,
    partner,
    issuedUtc: formatUtc(clock.utcNow()),
  })

  const sendReceipt = async (incoming: Incoming): Promise<void> => {
    const { number: through, head } = incoming.state
    if (through <= incoming.receipted || head === '') return
    const payload: Receipt = { schema: 'azel.receipt/1', ...addressOf(incoming), through, head }
    // Not taken (link down, or the station offline): owed until it is.
    if (await say(incoming, 'receipt', seal({ type: 'azel-receipt+jws', key: options.key, payload }))) {
      incoming.receipted = Math.max(incoming.receipted, through)
    }
  }

  const ask = (incoming: Incoming): void => {
    const range = missingRange(incoming.state)
    if (range === undefined) {
      incoming.askTimer?.cancel()
      incoming.askTimer = undefined
      incoming.askDelayMs = ASK_FIRST_MS
      return
    }
    if (incoming.askTimer !== undefined) return
    if (incoming.state.number !== incoming.askedAtNumber) incoming.askDelayMs = ASK_FIRST_MS
    incoming.askTimer = linkClock.setTimer(ms(incoming.askDelayMs), () => {
      incoming.askTimer = undefined
      const missing = missingRange(incoming.state)
      if (missing === undefined || link === undefined) return
      incoming.askedAtNumber = incoming.state.number
      incoming.askDelayMs = Math.min(incoming.askDelayMs * 2, ASK_LONGEST_MS)
      onEvent({ kind: 'asked', station: incoming.station, stream: incoming.stream, ...missing })
      const payload: Resend = { schema: 'azel.resend/1', ...addressOf(incoming), ...missing }
      void say(incoming, 'resend', seal({ type: 'azel-resend+jws', key: options.key, payload }))
      ask(incoming)
    })
  }

  const isForUs = (topicStation: string, topicStream: string, message: Item | Checkpoint): boolean => {
    if (message.station === topicStation && message.stream === topicStream && message.partner === partner)
      return true
    trouble(
      topicStation,
      fault(
        'seal.invalid',
        `A message for ${message.station}, ${message.partner} was moved to another topic`,
      ),
    )
    return false
  }

  const takeItem = (station: string, stream: string, sealed: Uint8Array, key: VerifyingKey): void => {
    const opened = openMessage({ sealed, type: 'azel-item+jws', keys: [key], schema: itemSchema })
    if (!opened.ok) {
      trouble(station, opened.error)
      return
    }
    const item = opened.value
    if (!isForUs(station, stream, item)) return
    const incoming = incomingOf(item)
    if (incoming === undefined) return
    const checked: CheckedItem<{ readonly item: Item; readonly sealed: Uint8Array }> = {
      number: item.number,
      previous: item.previous,
      hash: hashOf(sealed),
      content: { item, sealed },
    }
    const step = stepItem(incoming.state, checked)
    if (step.again === undefined) {
      apply(incoming, step)
      return
    }
    counts.again += 1
    const stored = store.hashOf(station, stream, item.number)
    if (stored !== undefined && stored !== checked.hash) trouble(station, twoUnderOneNumber(item.number))
    // The station would not send it again if it had our receipt.
    incoming.receipted = Math.min(incoming.receipted, item.number - 1)
    oweReceipt(incoming)
  }

  const takeCheckpoint = (station: string, stream: string, sealed: Uint8Array, key: VerifyingKey): void => {
    const opened = openMessage({ sealed, type: 'azel-checkpoint+jws', keys: [key], schema: checkpointSchema })
    if (!opened.ok) {
      trouble(station, opened.error)
      return
    }
    const checkpoint = opened.value
    if (!isForUs(station, stream, checkpoint)) return
    const incoming = incomingOf(checkpoint)
    if (incoming === undefined) return
    apply(incoming, stepCheckpoint(incoming.state, checkpoint))
    if (checkpoint.receipted < incoming.state.number) {
      incoming.receipted = Math.min(incoming.receipted, checkpoint.receipted)
      oweReceipt(incoming)
    }
    const validUntil = parseUtc(checkpoint.validUntilUtc)
    if (validUntil.ok && validUntil.value < clock.utcNow() && checkpoint.number >= incoming.state.number) {
      options.log.warn(`${station} has not confirmed its stream since ${checkpoint.issuedUtc}`, { stream })
    }
  }

  const onMessage = (topic: string, payload: Uint8Array): Promise<void> => {
    const address = readTopic(topic)
    if (address === undefined || address.kind === 'inbox') return Promise.resolve()
    const { station } = address
    const key = stations.get(station)
    if (key === undefined) {
      // Somebody else's station: the partner has no agreement with it, and nothing of it is believed.
      return Promise.resolve()
    }
    if (address.kind === 'stream') takeItem(station, address.stream, payload, key)
    else if (address.kind === 'checkpoint') takeCheckpoint(station, address.stream, payload, key)
    else if (address.kind === 'birth') {
      const birth = openMessage({ sealed: payload, type: 'azel-birth+jws', keys: [key], schema: birthSchema })
      if (birth.ok && birth.value.station === station) onEvent({ kind: 'birth', birth: birth.value })
      else if (!birth.ok) trouble(station, birth.error)
    } else {
      const status = openMessage({
        sealed: payload,
        type: 'azel-status+jws',
        keys: [key],
        schema: statusSchema,
      })
      if (status.ok && status.value.station === station) onEvent({ kind: 'status', status: status.value })
      else if (!status.ok) trouble(station, status.error)
    }
    return Promise.resolve()
  }

  const keeper = keepLink({
    clock: linkClock,
    log: options.log,
    random: options.random,
    open: options.open,
    subscriptions: partnerSubscriptions(),
    will: () => undefined,
    onMessage,
    onUp: async (opened) => {
      link = opened
      options.log.info('connected to the broker')
      for (const incoming of streams.values()) {
        incoming.receipted = 0
        oweReceipt(incoming)
        ask(incoming)
      }
    },
    onDown: () => {
      link = undefined
    },
  })

  return {
    connected: () => link !== undefined,
    counts: () => ({ ...counts }),
    missing: () => {
      let missing = 0
      for (const { state } of streams.values()) missing += state.promised - state.number - state.early.size
      return missing
    },
    stop: async () => {
      for (const incoming of streams.values()) {
        incoming.receiptTimer?.cancel()
        incoming.askTimer?.cancel()
        if (link !== undefined) await sendReceipt(incoming)
      }
      await keeper.stop()
    },
  }
}
