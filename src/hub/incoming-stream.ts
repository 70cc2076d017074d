import type { Clock, Timer } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { formatUtc, monoBetween, parseUtc } from '../kernel/time.ts'
import { ms } from '../kernel/units.ts'
import type { InboxKind } from '../network/topics.ts'
import type { DataMode } from '../observation/record.ts'
import type { SigningKey } from '../sharing/keys.ts'
import {
  CHECKPOINT_VALID,
  type Checkpoint,
  EMPTY_STREAM_HASH,
  hashOf,
  type Item,
  type Receipt,
  type Resend,
} from '../sharing/messages.ts'
import { seal } from '../sharing/seal.ts'
import type { ListenerStore, StoredPosition } from './listener-store.ts'
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

interface Content {
  readonly item: Item
  readonly sealed: Uint8Array
}

/** One stream as it comes in: verified, kept, receipted, and asked for where it has gaps. */
export interface IncomingStream {
  readonly takeItem: (item: Item, sealed: Uint8Array) => void
  readonly takeCheckpoint: (checkpoint: Checkpoint) => void
  /** The link is there (again): what is owed and missing is said anew. */
  readonly linkIsUp: () => void
  /** To be asked now and then: tells once when the station has been silent for too long while the link was up. */
  readonly checkSilence: () => void
  readonly early: () => number
  readonly missing: () => number
  readonly sendReceipt: () => Promise<void>
  /** No timer is left behind. */
  readonly stop: () => void
}

export const createIncomingStream = (options: {
  readonly clock: Clock
  readonly linkClock: Clock
  readonly store: ListenerStore
  readonly station: string
  readonly stream: string
  readonly dataMode: DataMode
  readonly partner: string
  readonly key: SigningKey
  readonly stored: StoredPosition | undefined
  /** Whether another item may wait in memory for those before it. */
  readonly mayHoldEarly: () => boolean
  readonly isLinkUp: () => boolean
  /** Publishes; says whether the broker had somebody to give it to. */
  readonly say: (kind: InboxKind, dataMode: DataMode, sealed: string) => Promise<boolean>
  readonly onItem: (item: Item) => void
  readonly onAgain: () => void
  readonly onAsked: (range: { readonly from: number; readonly to: number }) => void
  readonly onTrouble: (failure: Fault) => void
}): IncomingStream => {
  const { clock, linkClock, store, station, stream, onTrouble } = options
  const fresh = newStream<Content>(EMPTY_STREAM_HASH)
  let state: StreamState<Content> =
    options.stored === undefined ? fresh : { ...fresh, ...options.stored, promised: options.stored.number }
  let receipted = 0
  let receiptTimer: Timer | undefined
  let askTimer: Timer | undefined
  let askDelayMs = ASK_FIRST_MS
  let askedTo = 0
  // The station's newest word on the stream, by its own time and by our stopwatch.
  let confirmedUtc = ''
  let heardMono = linkClock.monoNow()
  let silenceTold = false
  let stopped = false

  const address = () => ({
    station,
    dataMode: options.dataMode,
    stream,
    partner: options.partner,
    issuedUtc: formatUtc(clock.utcNow()),
  })

  const sendReceipt = async (): Promise<void> => {
    const { number: through, head } = state
    if (through <= receipted || head === '') return
    const payload: Receipt = { schema: 'azel.receipt/1', ...address(), through, head }
    const sealed = seal({ type: 'azel-receipt+jws', key: options.key, payload })
    // Not taken (link down, or the station offline): owed until it is.
    if (await options.say('receipt', options.dataMode, sealed)) receipted = Math.max(receipted, through)
  }

  const oweReceipt = (): void => {
    if (stopped) return
    receiptTimer ??= linkClock.setTimer(RECEIPT_DELAY, () => {
      receiptTimer = undefined
      void sendReceipt()
    })
  }

  const ask = (): void => {
    if (missingRange(state) === undefined) {
      askTimer?.cancel()
      askTimer = undefined
      askDelayMs = ASK_FIRST_MS
      askedTo = 0
      return
    }
    if (askTimer !== undefined && askedTo > 0 && state.number >= askedTo) {
      // All that was asked for came: the next range at once.
      askTimer.cancel()
      askTimer = undefined
      askDelayMs = ASK_FIRST_MS
      askedTo = 0
    }
    if (askTimer !== undefined || stopped) return
    const armedAt = state.number
    askTimer = linkClock.setTimer(ms(askDelayMs), () => {
      askTimer = undefined
      const missing = missingRange(state)
      // Without a link there is nobody to ask; `linkIsUp` begins anew.
      if (missing === undefined || !options.isLinkUp()) return
      if (state.number > armedAt && state.number < askedTo) {
        // It is coming: asking again would double what is under way.
        ask()
        return
      }
      askDelayMs = state.number > armedAt ? ASK_FIRST_MS : Math.min(askDelayMs * 2, ASK_LONGEST_MS)
      askedTo = missing.to
      options.onAsked(missing)
      const payload: Resend = { schema: 'azel.resend/1', ...address(), ...missing }
      void options.say(
        'resend',
        options.dataMode,
        seal({ type: 'azel-resend+jws', key: options.key, payload }),
      )
      ask()
    })
  }

  const apply = (step: StreamStep<Content>): void => {
    for (const failure of step.faults) onTrouble(failure)
    if (step.accepted.length > 0 || step.state.number !== state.number) {
      const kept = store.accept(
        station,
        stream,
        step.accepted.map(({ number, hash, content }) => ({ number, hash, sealed: content.sealed })),
        { number: step.state.number, head: step.state.head },
      )
      if (!kept.ok) {
        // Not kept, so not received: what was known stays, and the range is asked for again.
        state = { ...state, promised: step.state.promised }
        onTrouble(kept.error)
        ask()
        return
      }
    }
    state = step.state
    for (const { content } of step.accepted) options.onItem(content.item)
    if (step.accepted.length > 0) oweReceipt()
    ask()
  }

  const compareWithStored = (number: number, hash: string): void => {
    const kept = store.hashOf(station, stream, number)
    if (!kept.ok) onTrouble(kept.error)
    else if (kept.value !== undefined && kept.value !== hash) onTrouble(twoUnderOneNumber(number))
  }

  // What an earlier life received may never have been signed for.
  if (state.number > 0) oweReceipt()

  return {
    takeItem: (item, sealed) => {
      const { number, previous } = item
      if (number > state.number + 1 && !options.mayHoldEarly()) {
        // That it exists is remembered; it is fetched when those before it have come.
        state = { ...state, promised: Math.max(state.promised, number) }
        ask()
        return
      }
      const checked: CheckedItem<Content> = {
        number,
        previous,
        hash: hashOf(sealed),
        content: { item, sealed },
      }
      const step = stepItem(state, checked)
      if (step.again === undefined) {
        apply(step)
        return
      }
      options.onAgain()
      compareWithStored(number, checked.hash)
      // The station would not send it again if it had our receipt.
      receipted = Math.min(receipted, number - 1)
      oweReceipt()
    },
    takeCheckpoint: (checkpoint) => {
      if (checkpoint.number > 0 && checkpoint.number < state.number) {
        compareWithStored(checkpoint.number, checkpoint.head)
      }
      // Texts of ISO 8601 in one form go in the order of their times. An older word, said again by the broker, tells
      // nothing of how things stand.
      if (checkpoint.issuedUtc < confirmedUtc) return
      const isNews = checkpoint.issuedUtc > confirmedUtc
      confirmedUtc = checkpoint.issuedUtc
      apply(stepCheckpoint(state, checkpoint))
      if (checkpoint.receipted < state.number) {
        receipted = Math.min(receipted, checkpoint.receipted)
        oweReceipt()
      }
      const validUntil = parseUtc(checkpoint.validUntilUtc)
      if (isNews && validUntil.ok && validUntil.value >= clock.utcNow()) {
        heardMono = linkClock.monoNow()
        silenceTold = false
      }
    },
    linkIsUp: () => {
      heardMono = linkClock.monoNow()
      receipted = 0
      oweReceipt()
      ask()
    },
    checkSilence: () => {
      const now = linkClock.monoNow()
      // While the link is down everybody knows that nothing comes.
      if (!options.isLinkUp()) heardMono = now
      if (silenceTold || monoBetween({ from: heardMono, to: now }) <= CHECKPOINT_VALID) return
      silenceTold = true
      onTrouble(fault('stream.silent', `${station} has not confirmed stream ${stream} for three minutes`))
    },
    early: () => state.early.size,
    missing: () => state.promised - state.number - state.early.size,
    sendReceipt,
    stop: () => {
      stopped = true
      receiptTimer?.cancel()
      askTimer?.cancel()
    },
  }
}
