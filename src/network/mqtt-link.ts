import { connect, type ErrorWithReasonCode, type IClientOptions, type MqttClient } from 'mqtt'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { SEALED_BYTES_MAX } from '../sharing/seal.ts'
import type {
  BrokerLink,
  BrokerLinkOptions,
  OpenBrokerLink,
  OutgoingMessage,
  PublishOutcome,
} from './broker-link.ts'
import { createPacketGuard } from './packet-guard.ts'

export interface BrokerSettings {
  /** `mqtt://host:1883` or `mqtts://host:8883`. */
  readonly url: string
  readonly clientId: string
  readonly username?: string | undefined
  readonly password?: string | undefined
  /** PEM texts for `mqtts`. */
  readonly ca?: string | undefined
  readonly certificate?: string | undefined
  readonly privateKey?: string | undefined
  /**
   * 5 everywhere but in the demo's embedded broker: version 3.1.1 hides refusals (a publish that the access list
   * denied is acknowledged like any other).
   */
  readonly protocolVersion: 4 | 5
  /** How long the broker keeps the session, seconds: at least the outage that is to be bridged. 0: a new one each time. */
  readonly sessionExpirySeconds: number
}

const CONNECT_TIMEOUT_MS = 10_000
const KEEPALIVE_SECONDS = 30
// Unacknowledged messages that the broker may send us at once; each is at most SEALED_BYTES_MAX.
const RECEIVE_MAXIMUM = 64
const PACKET_BYTES_MAX = SEALED_BYTES_MAX + 1024
const NO_MATCHING_SUBSCRIBERS = 0x10
const UNSUPPORTED_PROTOCOL_VERSION = 0x84
const UNACCEPTABLE_PROTOCOL_VERSION_3 = 0x01
const PACKET_TOO_LARGE = 0x95
const SESSION_TAKEN_OVER = 0x8e
// Header, length, packet id and content type of a publish (MQTT 5, 3.3).
const PUBLISH_OVERHEAD_BYTES = 32

const reasonOf = (thrown: unknown): number | undefined =>
  thrown !== null && typeof thrown === 'object' && 'code' in thrown && typeof thrown.code === 'number'
    ? thrown.code
    : undefined

const connectFault = (url: string, thrown: unknown): Fault => {
  const reason = reasonOf(thrown)
  if (reason === undefined)
    return fault('broker.unreachable', `The broker ${url} cannot be reached: ${messageOf(thrown)}`)
  if (reason === UNSUPPORTED_PROTOCOL_VERSION || reason === UNACCEPTABLE_PROTOCOL_VERSION_3) {
    return fault('broker.protocol', `The broker ${url} does not speak MQTT 5`)
  }
  return fault(
    'broker.refused',
    `The broker ${url} refused the connection: ${messageOf(thrown)} (reason ${reason})`,
  )
}

const publishFault = (topic: string, thrown: unknown): Fault => {
  const reason = reasonOf(thrown)
  if (reason === PACKET_TOO_LARGE)
    return fault('broker.too-large', `A record for ${topic} is larger than the broker takes`)
  if (reason !== undefined && reason >= 0x80) {
    return fault(
      'broker.refused',
      `The broker refused a message to ${topic}: ${messageOf(thrown)} (reason ${reason})`,
    )
  }
  return fault(
    'broker.unreachable',
    `The connection to the broker ended in the middle of a message: ${messageOf(thrown)}`,
  )
}

const goneFault = (url: string, why: string): Fault =>
  fault('broker.unreachable', `The connection to the broker ${url} is gone: ${why}`)

/** The broker's last word (MQTT 5, 3.14.2.1). */
const endedFault = (url: string, reason: number): Fault => {
  if (reason === PACKET_TOO_LARGE)
    return fault('broker.too-large', `The broker ${url} ended the connection: a packet was too large for it`)
  if (reason === SESSION_TAKEN_OVER) {
    return fault('broker.refused', `The broker ${url} gave our session to another client with the same id`)
  }
  return goneFault(url, `the broker ended it (reason ${reason})`)
}

const withoutCredentials = (url: string): string => url.replace(/\/\/[^@/]*@/, '//')

/** Opens links over MQTT.js. One client object for each connection; back-off and what is sent again are ours. */
export const mqttLinkOpener =
  (settings: BrokerSettings): OpenBrokerLink =>
  (options) =>
    new Promise((resolve) => {
      const url = withoutCredentials(settings.url)
      const client = connect(settings.url, clientOptions(settings, options.will))
      let up = false
      let closing = false
      let trouble: unknown
      const end = (): Promise<void> =>
        new Promise((done) => {
          client.end(true, {}, () => done())
        })
      const fail = (failure: Fault): void => {
        if (closing) return
        closing = true
        void end()
        if (up) options.onClosed(failure)
        else resolve(err(failure))
      }
      takeMessages(client, options)
      const guard = createPacketGuard(PACKET_BYTES_MAX, () =>
        fail(
          fault(
            'message.too-large',
            `The broker ${url} sent a packet of more than ${PACKET_BYTES_MAX} bytes`,
          ),
        ),
      )
      client.stream.on('data', guard)
      client.on('error', (thrown) => {
        // After bytes that are no MQTT the client goes on as if nothing had been, with messages that never settle.
        fail(up ? goneFault(url, messageOf(thrown)) : connectFault(url, thrown))
      })
      client.on('disconnect', (packet) => {
        if (up) fail(endedFault(url, packet.reasonCode ?? 0))
        else trouble = new Error(`the broker ended it (reason ${packet.reasonCode ?? 0})`)
      })
      client.on('close', () => {
        if (closing) return
        fail(
          up
            ? goneFault(url, 'it was closed')
            : connectFault(url, trouble ?? new Error('it closed the connection')),
        )
      })
      client.on('connect', ({ properties }) => {
        subscribe(client, options.subscriptions, (failure) => {
          if (failure !== undefined) {
            fail(failure)
            return
          }
          if (closing) return
          up = true
          resolve(
            ok(
              linkOf(client, properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY, async () => {
                if (closing) {
                  // A second call: the broker does not let the first one end.
                  client.stream.destroy()
                  await end()
                  return
                }
                closing = true
                await new Promise<void>((done) => {
                  client.once('close', done)
                  client.end(false, {}, () => done())
                })
                options.onClosed(undefined)
              }),
            ),
          )
        })
      })
    })

const clientOptions = (settings: BrokerSettings, will: OutgoingMessage | undefined): IClientOptions => ({
  protocolVersion: settings.protocolVersion,
  clientId: settings.clientId,
  clean: settings.sessionExpirySeconds === 0,
  reconnectPeriod: 0,
  connectTimeout: CONNECT_TIMEOUT_MS,
  keepalive: KEEPALIVE_SECONDS,
  resubscribe: false,
  queueQoSZero: false,
  ...(settings.username === undefined ? {} : { username: settings.username }),
  ...(settings.password === undefined ? {} : { password: settings.password }),
  ...(settings.ca === undefined ? {} : { ca: settings.ca }),
  ...(settings.certificate === undefined ? {} : { cert: settings.certificate }),
  ...(settings.privateKey === undefined ? {} : { key: settings.privateKey }),
  ...(settings.protocolVersion === 5
    ? {
        properties: {
          sessionExpiryInterval: settings.sessionExpirySeconds,
          receiveMaximum: RECEIVE_MAXIMUM,
          maximumPacketSize: PACKET_BYTES_MAX,
        },
      }
    : {}),
  ...(will === undefined
    ? {}
    : {
        will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1 as const, retain: will.retain },
      }),
})

const takeMessages = (client: MqttClient, options: BrokerLinkOptions): void => {
  // Overridden so that the next packet is read, and this one acknowledged, only after ours is done with.
  client.handleMessage = (packet, callback) => {
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    options.onMessage(packet.topic, payload).then(
      () => callback(),
      (thrown: unknown) => callback(thrown instanceof Error ? thrown : new Error(messageOf(thrown))),
    )
  }
}

const subscribe = (
  client: MqttClient,
  topics: readonly string[],
  done: (failure: Fault | undefined) => void,
): void => {
  if (topics.length === 0) {
    done(undefined)
    return
  }
  client.subscribe([...topics], { qos: 1 }, (thrown, granted) => {
    if (thrown !== null) {
      done(fault('broker.refused', `The broker refused a subscription: ${messageOf(thrown)}`))
      return
    }
    const refused = (granted ?? []).find((grant) => grant.qos > 2)
    done(
      refused === undefined
        ? undefined
        : fault(
            'broker.refused',
            `The broker refused the subscription to ${refused.topic} (reason ${refused.qos})`,
          ),
    )
  })
}

const linkOf = (client: MqttClient, packetBytesMax: number, close: () => Promise<void>): BrokerLink => {
  // Bounded by the callers' windows; each settles when the broker answers or the connection ends.
  const inFlight = new Set<() => void>()
  // The client gives a publish back with its success, not the answer with its reason; the answer comes by here first.
  const unheard = new Set<number>()
  client.on('packetreceive', (packet) => {
    if (packet.cmd !== 'puback' || packet.messageId === undefined) return
    if (packet.reasonCode === NO_MATCHING_SUBSCRIBERS) unheard.add(packet.messageId)
    else unheard.delete(packet.messageId)
  })
  client.on('close', () => {
    for (const abandon of inFlight) abandon()
    inFlight.clear()
  })
  return {
    publish: (message) =>
      new Promise<Result<PublishOutcome, Fault>>((resolve) => {
        if (!client.connected) {
          // MQTT.js would queue it for a reconnection that this client never makes.
          resolve(err(fault('broker.unreachable', 'There is no connection to the broker')))
          return
        }
        if (message.payload.length + message.topic.length + PUBLISH_OVERHEAD_BYTES > packetBytesMax) {
          // The client would send it nevertheless, and the broker end the connection, again and again.
          resolve(err(publishFault(message.topic, { code: PACKET_TOO_LARGE })))
          return
        }
        const abandon = (): void =>
          resolve(err(publishFault(message.topic, new Error('the connection was closed'))))
        inFlight.add(abandon)
        client.publish(
          message.topic,
          Buffer.from(message.payload),
          { qos: 1, retain: message.retain, properties: { contentType: 'application/jose' } },
          (thrown: Error | ErrorWithReasonCode | null | undefined, packet) => {
            inFlight.delete(abandon)
            if (thrown !== null && thrown !== undefined) {
              resolve(err(publishFault(message.topic, thrown)))
              return
            }
            const id = packet?.messageId
            resolve(ok(id !== undefined && unheard.delete(id) ? 'no-subscribers' : 'taken'))
          },
        )
      }),
    close,
  }
}
