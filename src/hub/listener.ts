import { type Clock, every, withTimeout } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { ms } from '../kernel/units.ts'
import type { BrokerLink, OpenBrokerLink } from '../network/broker-link.ts'
import { keepLink } from '../network/link-keeper.ts'
import { inboxTopic, partnerSubscriptions, type ReadTopic, readTopic } from '../network/topics.ts'
import { isMarkedHonestly } from '../observation/record.ts'
import type { SigningKey, VerifyingKey } from '../sharing/keys.ts'
import {
  type Birth,
  birthSchema,
  CHECKPOINT_PERIOD,
  type Checkpoint,
  checkpointSchema,
  type Item,
  itemSchema,
  openMessage,
  type Status,
  statusSchema,
} from '../sharing/messages.ts'
import { createIncomingStream, type IncomingStream } from './incoming-stream.ts'
import type { ListenerStore } from './listener-store.ts'

// Streams of all stations together: four data modes of every agreement that a configuration can hold.
const STREAMS_MAX = 4_096
// Items of all streams that wait for missing ones, some 10 MB: what does not fit is asked for again.
const EARLY_ITEMS_OF_ALL_MAX = 4_000
// The receipts that are owed at the end; a broker that does not answer must not keep the program from ending.
const GOODBYE_LIMIT = ms(2_000)

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

type StreamTopic = Extract<ReadTopic, { readonly stream: string }>

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
  const streams = new Map<string, IncomingStream>()
  const counts = { verified: 0, again: 0, refused: 0 }
  let link: BrokerLink | undefined

  const refuse = (station: string, failure: Fault): undefined => {
    counts.refused += 1
    onEvent({ kind: 'trouble', station, failure })
    return undefined
  }
  const tell = (station: string, failure: Fault): void => onEvent({ kind: 'trouble', station, failure })
  const moved = (station: string, what: string): undefined =>
    refuse(station, fault('seal.invalid', `A message ${what} was moved to another topic`))

  const mayHoldEarly = (): boolean => {
    let early = 0
    for (const stream of streams.values()) early += stream.early()
    return early < EARLY_ITEMS_OF_ALL_MAX
  }

  const streamOf = ({ station, stream, dataMode }: Item | Checkpoint): IncomingStream | undefined => {
    const id = `${station}/${stream}`
    const known = streams.get(id)
    if (known !== undefined) return known
    if (streams.size >= STREAMS_MAX) {
      const what = `There are ${STREAMS_MAX} streams; another one of ${station} is not taken`
      return refuse(station, fault('stream.malformed', what))
    }
    const stored = store.position(station, stream)
    if (!stored.ok) return refuse(station, stored.error)
    const incoming = createIncomingStream({
      clock,
      linkClock,
      store,
      station,
      stream,
      dataMode,
      partner,
      key: options.key,
      stored: stored.value,
      mayHoldEarly,
      isLinkUp: () => link !== undefined,
      say: async (kind, mode, sealed) => {
        const published = await link?.publish({
          topic: inboxTopic({ dataMode: mode, station, partner, kind }),
          payload: Buffer.from(sealed, 'ascii'),
          retain: false,
        })
        if (published?.ok === false) options.log.fault(published.error)
        return published?.ok === true && published.value === 'taken'
      },
      onItem: (item) => {
        counts.verified += 1
        onEvent({ kind: 'item', item })
      },
      onAgain: () => {
        counts.again += 1
      },
      onAsked: (range) => onEvent({ kind: 'asked', station, stream, ...range }),
      onTrouble: (failure) => {
        if (failure.code === 'stream.silent') tell(station, failure)
        else refuse(station, failure)
      },
    })
    streams.set(id, incoming)
    return incoming
  }

  /** Whether a message is of the stream on whose topic it came, and for us. */
  const isFromHere = (address: StreamTopic, message: Item | Checkpoint): boolean => {
    const { station, stream, dataMode } = message
    if (
      station === address.station &&
      stream === address.stream &&
      dataMode === address.dataMode &&
      message.partner === partner
    ) {
      return true
    }
    moved(address.station, `for ${station}, ${message.partner}, ${dataMode}`)
    return false
  }

  const takeItem = (address: StreamTopic, sealed: Uint8Array, key: VerifyingKey): void => {
    const opened = openMessage({ sealed, type: 'azel-item+jws', keys: [key], schema: itemSchema })
    if (!opened.ok) {
      refuse(address.station, opened.error)
      return
    }
    const item = opened.value
    if (!isFromHere(address, item)) return
    const { record, dataMode, station, number } = item
    if (record.dataMode !== dataMode || record.station !== station || !isMarkedHonestly(record)) {
      const what = `Item ${number} holds a record of another station, data mode or marking`
      refuse(station, fault('stream.malformed', what))
      return
    }
    streamOf(item)?.takeItem(item, sealed)
  }

  const takeCheckpoint = (address: StreamTopic, sealed: Uint8Array, key: VerifyingKey): void => {
    const opened = openMessage({ sealed, type: 'azel-checkpoint+jws', keys: [key], schema: checkpointSchema })
    if (!opened.ok) refuse(address.station, opened.error)
    else if (isFromHere(address, opened.value)) streamOf(opened.value)?.takeCheckpoint(opened.value)
  }

  const takeBirth = (address: ReadTopic, sealed: Uint8Array, key: VerifyingKey): void => {
    const { station } = address
    const birth = openMessage({ sealed, type: 'azel-birth+jws', keys: [key], schema: birthSchema })
    if (!birth.ok) refuse(station, birth.error)
    else if (birth.value.station !== station || birth.value.dataMode !== address.dataMode) {
      moved(station, `of ${birth.value.station}, ${birth.value.dataMode}`)
    } else onEvent({ kind: 'birth', birth: birth.value })
  }

  const takeStatus = (address: ReadTopic, sealed: Uint8Array, key: VerifyingKey): void => {
    const { station } = address
    const status = openMessage({ sealed, type: 'azel-status+jws', keys: [key], schema: statusSchema })
    if (!status.ok) refuse(station, status.error)
    else if (status.value.station !== station || status.value.dataMode !== address.dataMode) {
      moved(station, `of ${status.value.station}, ${status.value.dataMode}`)
    } else onEvent({ kind: 'status', status: status.value })
  }

  const onMessage = (topic: string, payload: Uint8Array): Promise<void> => {
    const address = readTopic(topic)
    // Of somebody else's station, with which the partner has no agreement, nothing is believed.
    const key = address === undefined ? undefined : stations.get(address.station)
    if (address === undefined || key === undefined) return Promise.resolve()
    if (address.kind === 'stream') takeItem(address, payload, key)
    else if (address.kind === 'checkpoint') takeCheckpoint(address, payload, key)
    else if (address.kind === 'birth') takeBirth(address, payload, key)
    else if (address.kind === 'status') takeStatus(address, payload, key)
    return Promise.resolve()
  }

  // A broker that withholds everything, or plays an old checkpoint over and over, looks like a quiet station.
  const silence = every(linkClock, CHECKPOINT_PERIOD, () => {
    for (const stream of streams.values()) stream.checkSilence()
  })

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
      for (const stream of streams.values()) stream.linkIsUp()
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
      for (const stream of streams.values()) missing += stream.missing()
      return missing
    },
    stop: async () => {
      silence.stop()
      for (const stream of streams.values()) stream.stop()
      if (link !== undefined) {
        const owed = [...streams.values()].map((stream) => stream.sendReceipt())
        await withTimeout(linkClock, GOODBYE_LIMIT, Promise.all(owed))
      }
      await keeper.stop()
    },
  }
}
