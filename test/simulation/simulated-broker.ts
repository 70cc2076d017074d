import { type Clock, sleep } from '../../src/kernel/clock.ts'
import { fault } from '../../src/kernel/errors.ts'
import type { Random } from '../../src/kernel/random.ts'
import { err, ok } from '../../src/kernel/result.ts'
import { ms } from '../../src/kernel/units.ts'
import type { BrokerLinkOptions, OpenBrokerLink, OutgoingMessage } from '../../src/network/broker-link.ts'

/**
 * A broker in virtual time that does what real ones were seen to do: keeps sessions with a short queue, drops what
 * does not fit after having acknowledged it, loses everything when it is killed, cuts connections in the middle of a
 * publish, delivers twice, and takes time.
 */
export interface SimulatedBroker {
  readonly open: (identity: string) => OpenBrokerLink
  /** Cuts every connection; sessions and retained messages stay. */
  readonly cut: (identity?: string) => void
  /** Kill -9 without persistence: everything that it had acknowledged is gone. */
  readonly kill: () => void
  readonly revive: () => void
  /** A stranger with the broker's own power puts a message on a topic. */
  readonly inject: (topic: string, payload: Uint8Array) => void
  /** Changes, drops (undefined) or multiplies what is delivered. */
  readonly tamper: (hook: ((topic: string, payload: Uint8Array) => readonly Uint8Array[]) | undefined) => void
  readonly delivered: () => readonly { readonly identity: string; readonly topic: string }[]
}

interface Session {
  readonly identity: string
  link: BrokerLinkOptions | undefined
  subscriptions: readonly string[]
  readonly queue: { topic: string; payload: Uint8Array }[]
  delivering: Promise<void>
}

export const matches = (filter: string, topic: string): boolean => {
  const filterParts = filter.split('/')
  const topicParts = topic.split('/')
  return (
    filterParts.length === topicParts.length &&
    filterParts.every((part, index) => part === '+' || part === topicParts[index])
  )
}

export const createSimulatedBroker = (options: {
  readonly clock: Clock
  readonly random: Random
  readonly queueMax: number
  readonly latencyMs: number
  /** Chance that a publish meets a cut connection, half of the time after the broker took it. */
  readonly cutChance: number
  readonly doubleChance: number
  readonly mayRead: (identity: string, topic: string) => boolean
  readonly mayWrite: (identity: string, topic: string) => boolean
}): SimulatedBroker => {
  const { clock, random } = options
  let sessions = new Map<string, Session>()
  let retained = new Map<string, Uint8Array>()
  let alive = true
  let hook: ((topic: string, payload: Uint8Array) => readonly Uint8Array[]) | undefined
  const delivered: { identity: string; topic: string }[] = []

  const latency = (): Promise<void> => sleep(clock, ms(options.latencyMs * (0.5 + random.uniform())))

  const drain = (session: Session): void => {
    const { link } = session
    if (link === undefined) return
    session.delivering = session.delivering.then(async () => {
      await latency()
      while (session.link === link) {
        const message = session.queue.shift()
        if (message === undefined) return
        const payloads = hook === undefined ? [message.payload] : hook(message.topic, message.payload)
        for (const payload of payloads) {
          delivered.push({ identity: session.identity, topic: message.topic })
          await link.onMessage(message.topic, payload)
          if (random.uniform() < options.doubleChance) await link.onMessage(message.topic, payload)
        }
      }
    })
  }

  const route = (topic: string, payload: Uint8Array): number => {
    let takers = 0
    for (const session of sessions.values()) {
      if (!session.subscriptions.some((filter) => matches(filter, topic))) continue
      if (!options.mayRead(session.identity, topic)) continue
      takers += 1
      if (session.queue.length < options.queueMax) session.queue.push({ topic, payload })
      drain(session)
    }
    return takers
  }

  const accept = (message: OutgoingMessage): number => {
    if (message.retain) retained.set(message.topic, message.payload)
    return route(message.topic, message.payload)
  }

  const cutSession = (session: Session): void => {
    const { link } = session
    session.link = undefined
    link?.onClosed(fault('broker.unreachable', 'The simulated connection was cut'))
    if (link?.will !== undefined) accept(link.will)
  }

  return {
    open: (identity) => async (link) => {
      await latency()
      if (!alive) return err(fault('broker.unreachable', 'The simulated broker is down'))
      const session: Session = sessions.get(identity) ?? {
        identity,
        link: undefined,
        subscriptions: [],
        queue: [],
        delivering: Promise.resolve(),
      }
      if (session.link !== undefined) cutSession(session)
      session.link = link
      // A client that died in the middle of taking a message does not hold up its next life.
      session.delivering = Promise.resolve()
      session.subscriptions = link.subscriptions
      sessions.set(identity, session)
      for (const [topic, payload] of retained) {
        if (link.subscriptions.some((filter) => matches(filter, topic)) && options.mayRead(identity, topic)) {
          session.queue.push({ topic, payload })
        }
      }
      drain(session)
      return ok({
        publish: async (message) => {
          await latency()
          if (session.link !== link)
            return err(fault('broker.unreachable', 'The simulated connection is gone'))
          if (!options.mayWrite(identity, message.topic)) {
            return err(fault('broker.refused', `${identity} may not write ${message.topic}`))
          }
          if (random.uniform() < options.cutChance) {
            if (random.uniform() < 0.5) accept(message)
            cutSession(session)
            return err(fault('broker.unreachable', 'The simulated connection was cut'))
          }
          return ok(accept(message) > 0 || message.retain ? 'taken' : 'no-subscribers')
        },
        close: () => {
          if (session.link === link) {
            session.link = undefined
            link.onClosed(undefined)
          }
          return Promise.resolve()
        },
      })
    },
    cut: (identity) => {
      for (const session of sessions.values()) {
        if (identity === undefined || session.identity === identity) cutSession(session)
      }
    },
    kill: () => {
      alive = false
      const dying = sessions
      sessions = new Map()
      retained = new Map()
      for (const session of dying.values()) {
        const { link } = session
        session.link = undefined
        link?.onClosed(fault('broker.unreachable', 'The simulated broker was killed'))
      }
    },
    revive: () => {
      alive = true
    },
    inject: (topic, payload) => {
      route(topic, payload)
    },
    tamper: (next) => {
      hook = next
    },
    delivered: () => delivered,
  }
}
