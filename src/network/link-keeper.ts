import { type Clock, sleep, withTimeout } from '../kernel/clock.ts'
import { describeFault, type Fault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { err } from '../kernel/result.ts'
import { ms } from '../kernel/units.ts'
import type { BrokerLink, OpenBrokerLink, OutgoingMessage } from './broker-link.ts'

const BACKOFF_FIRST_MS = 500
// Half a minute of extra silence after a long outage is bearable, a thousand stations knocking every second is not.
const BACKOFF_LONGEST_MS = 30_000
// A link that lived this long was good: the next failure starts from the first delay again.
const GOOD_AFTER_MS = 10_000
// A broker that answers pings and acknowledges nothing looks alive; a satellite link with a full buffer takes seconds.
const ACKNOWLEDGE_LIMIT = ms(30_000)
// Connecting has its own limit of 10 s in the client; this one covers the subscription too.
const OPEN_LIMIT = ms(30_000)
// For the goodbye: less than a service manager waits.
const CLOSE_LIMIT = ms(2_000)

/** Delay before the next try: doubles to its bound, and jittered over its upper half so that stations spread out. */
export const backoffDelayMs = (failures: number, uniform: number): number =>
  Math.min(BACKOFF_LONGEST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures, 16)) * (0.5 + 0.5 * uniform)

export interface LinkKeeper {
  /** The link while there is one. */
  readonly link: () => BrokerLink | undefined
  /** Ends the present link, if any, and every further try. */
  readonly stop: () => Promise<void>
}

/** Keeps a link up: opens it, opens it again with back-off when it goes, until stopped. */
export const keepLink = (options: {
  readonly clock: Clock
  readonly log: Log
  readonly random: Random
  readonly open: OpenBrokerLink
  readonly subscriptions: readonly string[]
  readonly will: () => OutgoingMessage | undefined
  readonly onMessage: (topic: string, payload: Uint8Array) => Promise<void>
  readonly onUp: (link: BrokerLink) => Promise<void>
  readonly onDown: () => void
}): LinkKeeper => {
  const { clock, log, random } = options
  const stopping = new AbortController()
  let present: BrokerLink | undefined
  let failures = 0
  let lastTold = ''

  // The same trouble is told once, not at every try.
  const tell = (failure: Fault): void => {
    const text = describeFault(failure)
    if (text !== lastTold) log.fault(failure)
    lastTold = text
  }

  const closeWithin = async (link: BrokerLink): Promise<void> => {
    let closed = false
    await withTimeout(
      clock,
      CLOSE_LIMIT,
      link.close().then(() => {
        closed = true
      }),
    )
    if (!closed) await link.close()
  }

  /** The link, given up when the broker leaves a message unacknowledged. */
  const watched = (link: BrokerLink): BrokerLink => {
    let givenUp = false
    return {
      close: link.close,
      publish: async (message) => {
        const outcome = await withTimeout(clock, ACKNOWLEDGE_LIMIT, link.publish(message))
        if (outcome !== undefined) return outcome
        const silent = fault(
          'broker.unreachable',
          `The broker did not acknowledge a message within ${ACKNOWLEDGE_LIMIT / 1000} s`,
        )
        if (!givenUp) {
          givenUp = true
          tell(silent)
          void closeWithin(link)
        }
        return err(silent)
      },
    }
  }

  const openWithin = async (onClosed: (failure: Fault | undefined) => void) => {
    const opening = options.open({
      subscriptions: options.subscriptions,
      will: options.will(),
      onMessage: options.onMessage,
      onClosed,
    })
    const opened = await withTimeout(clock, OPEN_LIMIT, opening)
    if (opened !== undefined) return opened
    // Comes it after all, nobody wants it any more.
    void opening.then((late) => (late.ok ? late.value.close() : undefined))
    return err(fault('broker.unreachable', `The broker did not answer within ${OPEN_LIMIT / 1000} s`))
  }

  const once = async (): Promise<void> => {
    let closed: (failure: Fault | undefined) => void = () => {}
    const closing = new Promise<Fault | undefined>((resolve) => {
      closed = resolve
    })
    const opened = await openWithin(closed)
    if (!opened.ok) {
      tell(opened.error)
      failures += 1
      return
    }
    if (stopping.signal.aborted) {
      await closeWithin(opened.value)
      return
    }
    const upSince = clock.monoNow()
    present = watched(opened.value)
    lastTold = ''
    await options.onUp(present)
    const failure = await closing
    present = undefined
    options.onDown()
    failures = clock.monoNow() - upSince > GOOD_AFTER_MS ? 0 : failures + 1
    if (failure !== undefined && !stopping.signal.aborted) tell(failure)
  }

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await once()
      if (stopping.signal.aborted) return
      await sleep(clock, ms(backoffDelayMs(failures, random.uniform())), stopping.signal)
    }
  }
  const running = run()

  return {
    link: () => present,
    stop: async () => {
      stopping.abort()
      if (present !== undefined) await closeWithin(present)
      await running
    },
  }
}
