import type { Fault } from '../kernel/errors.ts'
import type { Result } from '../kernel/result.ts'

/** One message to the broker, at QoS 1. */
export interface OutgoingMessage {
  readonly topic: string
  readonly payload: Uint8Array
  readonly retain: boolean
}

/**
 * How the broker answered a publish. `no-subscribers` (MQTT 5 reason 16) is a success of the protocol and a loss of
 * the message: nobody's queue holds it.
 */
export type PublishOutcome = 'taken' | 'no-subscribers'

/** One connection to a broker. After `onClosed` it is dead; open a new one. */
export interface BrokerLink {
  /** Settles with the broker's acknowledgement, which ends a transmission and proves no delivery. */
  readonly publish: (message: OutgoingMessage) => Promise<Result<PublishOutcome, Fault>>
  /** Says goodbye and closes when the broker has taken what is under way; called a second time, cuts at once. */
  readonly close: () => Promise<void>
}

export interface BrokerLinkOptions {
  readonly subscriptions: readonly string[]
  /** What the broker says for us when we vanish. */
  readonly will: OutgoingMessage | undefined
  /** The link takes the next message when this has settled. */
  readonly onMessage: (topic: string, payload: Uint8Array) => Promise<void>
  /** Once, when the connection is gone; without a fault where `close` was called. */
  readonly onClosed: (failure: Fault | undefined) => void
}

/** Connects and subscribes; what it gives is ready. */
export type OpenBrokerLink = (options: BrokerLinkOptions) => Promise<Result<BrokerLink, Fault>>
