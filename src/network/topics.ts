import { identifierPattern } from '../observation/identifier.ts'
import { type DataMode, dataModeSchema } from '../observation/record.ts'

/**
 * The topics. A part of a topic is an id (lower case, digits, hyphens, at most 32): a publish to a topic with a
 * wildcard in it would make the client reconnect for ever and block all that came after it.
 *
 *     azel/v1/MODE/STATION/birth               retained, sealed: who the station is
 *     azel/v1/MODE/STATION/status              retained, sealed: alive, stopped, lost (the will)
 *     azel/v1/MODE/STATION/stream/STREAM       sealed items, one stream for each agreement and product
 *     azel/v1/MODE/STATION/checkpoint/STREAM   retained, sealed: how far the stream goes
 *     azel/v1/MODE/STATION/from/PARTNER/receipt, …/resend   sealed, from a partner
 *
 * MODE is the data mode in lower case: exercises and the real never share a topic.
 */
const ROOT = 'azel/v1'

export type InboxKind = 'receipt' | 'resend'
type ReadKind = 'birth' | 'status' | 'stream' | 'checkpoint'

const part = (id: string): string => {
  if (!identifierPattern.test(id))
    throw new Error(`internal mistake: "${id.slice(0, 40)}" reached a topic unchecked`)
  return id
}

const base = (dataMode: DataMode, station: string): string =>
  `${ROOT}/${dataMode.toLowerCase()}/${part(station)}`

export const birthTopic = (dataMode: DataMode, station: string): string => `${base(dataMode, station)}/birth`
export const statusTopic = (dataMode: DataMode, station: string): string =>
  `${base(dataMode, station)}/status`
export const streamTopic = (dataMode: DataMode, station: string, stream: string): string =>
  `${base(dataMode, station)}/stream/${part(stream)}`
export const checkpointTopic = (dataMode: DataMode, station: string, stream: string): string =>
  `${base(dataMode, station)}/checkpoint/${part(stream)}`
export const inboxTopic = (options: {
  readonly dataMode: DataMode
  readonly station: string
  readonly partner: string
  readonly kind: InboxKind
}): string => `${base(options.dataMode, options.station)}/from/${part(options.partner)}/${options.kind}`

/** What a station subscribes to: its partners' receipts and requests. */
export const stationSubscriptions = (station: string): readonly string[] => [
  `${ROOT}/+/${part(station)}/from/+/+`,
]

/** What a partner subscribes to; the broker's access list leaves of it what is his. */
export const partnerSubscriptions = (): readonly string[] => [
  `${ROOT}/+/+/birth`,
  `${ROOT}/+/+/status`,
  `${ROOT}/+/+/checkpoint/+`,
  `${ROOT}/+/+/stream/+`,
]

export type ReadTopic = { readonly dataMode: DataMode; readonly station: string } & (
  | { readonly kind: 'birth' | 'status' }
  | { readonly kind: 'stream' | 'checkpoint'; readonly stream: string }
  | { readonly kind: 'inbox'; readonly partner: string; readonly inbox: InboxKind }
)

/** Takes a topic that came from the broker apart; undefined for anything that is not of this form. */
export const readTopic = (topic: string): ReadTopic | undefined => {
  const parts = topic.split('/')
  const [azel, version, mode = '', station = '', kind = '', id = '', inbox = ''] = parts
  const dataMode = dataModeSchema.options.find((option) => option.toLowerCase() === mode)
  if (`${azel}/${version}` !== ROOT || dataMode === undefined || !identifierPattern.test(station)) {
    return undefined
  }
  if (isReadKind(kind)) {
    if (kind === 'birth' || kind === 'status') {
      return parts.length === 5 ? { kind, dataMode, station } : undefined
    }
    return parts.length === 6 && identifierPattern.test(id)
      ? { kind, dataMode, station, stream: id }
      : undefined
  }
  if (kind !== 'from' || parts.length !== 7 || !identifierPattern.test(id)) return undefined
  return inbox === 'receipt' || inbox === 'resend'
    ? { kind: 'inbox', dataMode, station, partner: id, inbox }
    : undefined
}

const isReadKind = (kind: string): kind is ReadKind =>
  kind === 'birth' || kind === 'status' || kind === 'stream' || kind === 'checkpoint'
