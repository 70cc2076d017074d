import type { Clock } from '../kernel/clock.ts'
import { fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Store, StreamStatus } from '../outbox/store.ts'
import type { Partner } from '../sharing/agreement.ts'
import { openMessage, type Receipt, type Resend, receiptSchema, resendSchema } from '../sharing/messages.ts'
import { createTokenBucket, type TokenBucket } from './token-bucket.ts'
import { readTopic } from './topics.ts'

// One request gets at most this many; the partner asks for the rest when he has these.
const RESEND_ITEMS_MAX = 1_000
// Messages of one partner that are looked at: a receipt for each of his streams at once, then more than he needs.
const MESSAGES_SIZE = 256
const MESSAGES_PER_SECOND = 10
// Items sent again for one partner: more than a busy day's at once, then some 100 kB a second.
const AGAIN_SIZE = 10_000
const AGAIN_PER_SECOND = 50

interface Limits {
  readonly messages: TokenBucket
  readonly again: TokenBucket
  /** Whether the partner's flood was told already. */
  told: boolean
}

/**
 * What the station does with its partners' messages: checks seal, sender and stream, passes receipts to the store and
 * requests to the session. What one partner can make the station do is bounded, and does not slow the others' down.
 * What is dropped here is said again by an honest partner's listener.
 */
export const createInbox = (options: {
  readonly clock: Clock
  readonly log: Log
  readonly station: string
  readonly partners: readonly Partner[]
  readonly store: Pick<Store, 'acceptReceipt'>
  readonly streamStatus: (stream: string) => Promise<StreamStatus | undefined>
  readonly onReceipt:
    | ((receipt: { readonly partner: string; readonly stream: string; readonly through: number }) => void)
    | undefined
  readonly onResend: (stream: string, range: { readonly from: number; readonly to: number }) => void
}): ((topic: string, payload: Uint8Array) => Promise<void>) => {
  const { clock, log, station, store } = options
  const partnerById = new Map(options.partners.map((partner) => [partner.id, partner]))
  const limits = new Map<string, Limits>(
    options.partners.map(({ id }) => [
      id,
      {
        messages: createTokenBucket({ clock, size: MESSAGES_SIZE, perSecond: MESSAGES_PER_SECOND }),
        again: createTokenBucket({ clock, size: AGAIN_SIZE, perSecond: AGAIN_PER_SECOND }),
        told: false,
      },
    ]),
  )

  const isWithinLimits = (partner: Partner): boolean => {
    const limit = limits.get(partner.id)
    if (limit === undefined) return false
    if (limit.messages.take(1) === 1) {
      limit.told = false
      return true
    }
    if (!limit.told) log.warn(`${partner.id} sends more than can be looked at; some of it is dropped`)
    limit.told = true
    return false
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
      const what =
        outcome.value.kind === 'other-hash'
          ? `item ${through} with another hash than ours`
          : `item ${through}, which was never given out`
      log.fault(fault('stream.altered', `${partner.id} signed for ${what}`))
    }
  }

  const takeRequest = (partner: Partner, request: Resend, status: StreamStatus): void => {
    const from = Math.max(request.from, status.oldest)
    const last = Math.min(request.to, status.number, from + RESEND_ITEMS_MAX - 1)
    const allowed = limits.get(partner.id)?.again.take(last - from + 1) ?? 0
    if (last >= from && allowed === 0) {
      log.warn(`${partner.id} asks again for more than can be sent; it has to wait`)
      return
    }
    const to = from + allowed - 1
    if (allowed > 0) log.info(`${partner.id} asks again for items ${from} to ${to}`)
    options.onResend(request.stream, { from, to })
  }

  return async (topic, payload) => {
    const address = readTopic(topic)
    const partner =
      address?.kind === 'inbox' && address.station === station ? partnerById.get(address.partner) : undefined
    if (address?.kind !== 'inbox' || partner === undefined) {
      log.warn("a message on a topic that is nobody's was ignored", { topic: topic.slice(0, 120) })
      return
    }
    if (!isWithinLimits(partner)) return
    const sealed = { sealed: payload, keys: [partner.key] }
    const opened =
      address.inbox === 'receipt'
        ? openMessage({ ...sealed, type: 'azel-receipt+jws', schema: receiptSchema })
        : openMessage({ ...sealed, type: 'azel-resend+jws', schema: resendSchema })
    if (!opened.ok) {
      log.fault(fault(opened.error.code, `From ${partner.id}: ${opened.error.message}`))
      return
    }
    const message = opened.value
    const status = await options.streamStatus(message.stream)
    if (
      status === undefined ||
      status.partner !== partner.id ||
      status.dataMode !== message.dataMode ||
      message.partner !== partner.id ||
      message.station !== station ||
      address.dataMode !== message.dataMode
    ) {
      log.warn("a message about a stream that is not the sender's was ignored", { partner: partner.id })
      return
    }
    if (message.schema === 'azel.receipt/1') await takeReceipt(partner, message)
    else if (message.from <= message.to) takeRequest(partner, message, status)
  }
}
