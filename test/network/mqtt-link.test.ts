import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Fault } from '../../src/kernel/errors.ts'
import { unwrap } from '../../src/kernel/result.ts'
import type { BrokerLinkOptions } from '../../src/network/broker-link.ts'
import { mqttLinkOpener } from '../../src/network/mqtt-link.ts'

// Packets by hand, after MQTT 5.0, chapter 3: what no real broker can be made to send.
const CONNECT = 1
const PUBLISH = 3
const SUBSCRIBE = 8
const CONNACK = Buffer.from([0x20, 0x03, 0x00, 0x00, 0x00])
const suback = (id: Buffer, reason: number): Buffer =>
  Buffer.from([0x90, 0x04, id[0] ?? 0, id[1] ?? 0, 0, reason])
const puback = (id: Buffer, reason: number): Buffer =>
  Buffer.from([0x40, 0x04, id[0] ?? 0, id[1] ?? 0, reason, 0])

interface Packet {
  readonly type: number
  readonly body: Buffer
}

/** A broker that answers each packet with what the test says. */
const servers: { readonly server: Server; readonly sockets: Set<Socket> }[] = []
afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
})
const broker = async (answer: (packet: Packet, socket: Socket) => void): Promise<string> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let held = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk])
      for (;;) {
        let length = 0
        let at = 1
        for (let shift = 0; at < held.length; at += 1, shift += 7) {
          length |= ((held[at] ?? 0) & 0x7f) << shift
          if (((held[at] ?? 0) & 0x80) === 0) break
        }
        if (at >= held.length || held.length < at + 1 + length) return
        const packet = { type: (held[0] ?? 0) >> 4, body: held.subarray(at + 1, at + 1 + length) }
        held = held.subarray(at + 1 + length)
        answer(packet, socket)
      }
    })
  })
  servers.push({ server, sockets })
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(`mqtt://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`)
    }),
  )
}
const idOfPublish = (body: Buffer): Buffer => {
  const topic = body.readUInt16BE(0)
  return body.subarray(2 + topic, 4 + topic)
}

const openLink = async (url: string, changes: Partial<BrokerLinkOptions> = {}) => {
  let closed: (failure: Fault | undefined) => void = () => {}
  const closing = new Promise<Fault | undefined>((resolve) => {
    closed = resolve
  })
  const opened = await mqttLinkOpener({ url, clientId: 'x', protocolVersion: 5, sessionExpirySeconds: 0 })({
    subscriptions: [],
    will: undefined,
    onMessage: async () => {},
    onClosed: closed,
    ...changes,
  })
  return { opened, closing }
}
const message = { topic: 'a/b', payload: Buffer.from('x'), retain: false }

describe('a link over MQTT.js', () => {
  it('is not open when a subscription was refused', async () => {
    const url = await broker(({ type, body }, socket) => {
      if (type === CONNECT) socket.write(CONNACK)
      if (type === SUBSCRIBE) socket.write(suback(body.subarray(0, 2), 0x87))
    })
    const { opened } = await openLink(url, { subscriptions: ['a/#'] })
    expect(opened).toMatchObject({ ok: false, error: { code: 'broker.refused' } })
  })

  it('tells a refused publish and one that nobody heard from one that was taken', async () => {
    const reasons = [0x87, 0x10, 0x00]
    const url = await broker(({ type, body }, socket) => {
      if (type === CONNECT) socket.write(CONNACK)
      if (type === PUBLISH) socket.write(puback(idOfPublish(body), reasons.shift() ?? 0))
    })
    const link = unwrap((await openLink(url)).opened)
    expect(await link.publish(message)).toMatchObject({ ok: false, error: { code: 'broker.refused' } })
    expect(await link.publish(message)).toEqual({ ok: true, value: 'no-subscribers' })
    expect(await link.publish(message)).toEqual({ ok: true, value: 'taken' })
    await link.close()
    expect(await link.publish(message)).toMatchObject({ ok: false, error: { code: 'broker.unreachable' } })
  })

  it('gives up a link on which something comes that is no answer, with all that is under way', async () => {
    const url = await broker(({ type, body }, socket) => {
      if (type === CONNECT) socket.write(CONNACK)
      // 0x95 is no reason that a PUBACK may have (MQTT 5, 3.4.2.1).
      if (type === PUBLISH) socket.write(puback(idOfPublish(body), 0x95))
    })
    const { opened, closing } = await openLink(url)
    const outcome = await unwrap(opened).publish(message)
    expect(outcome).toMatchObject({ ok: false, error: { code: 'broker.unreachable' } })
    expect(await closing).toMatchObject({ code: 'broker.unreachable' })
  })

  it('sends nothing that is larger than the broker takes, and stays open', async () => {
    let publishes = 0
    const url = await broker(({ type, body }, socket) => {
      // Maximum Packet Size 200.
      if (type === CONNECT) socket.write(Buffer.from([0x20, 0x08, 0, 0, 5, 0x27, 0, 0, 0, 200]))
      if (type !== PUBLISH) return
      publishes += 1
      socket.write(puback(idOfPublish(body), 0))
    })
    const link = unwrap((await openLink(url)).opened)
    const large = { ...message, payload: new Uint8Array(200) }
    expect(await link.publish(large)).toMatchObject({ ok: false, error: { code: 'broker.too-large' } })
    expect(await link.publish({ ...message, payload: new Uint8Array(100) })).toEqual({
      ok: true,
      value: 'taken',
    })
    expect(publishes).toBe(1)
    await link.close()
  })

  it.each([
    [0x95, 'broker.too-large'],
    [0x8e, 'broker.refused'],
    [0x8b, 'broker.unreachable'],
  ])('says why the broker ended the connection (reason %i)', async (reason, code) => {
    const url = await broker(({ type }, socket) => {
      if (type === CONNECT) socket.write(CONNACK)
      if (type === PUBLISH) socket.end(Buffer.from([0xe0, 0x02, reason, 0x00]))
    })
    const { opened, closing } = await openLink(url)
    expect((await unwrap(opened).publish(message)).ok).toBe(false)
    expect(await closing).toMatchObject({ code })
  })

  it('fails what is under way when the broker vanishes in the middle, and says once that the link is gone', async () => {
    let publishes = 0
    const url = await broker(({ type }, socket) => {
      if (type === CONNECT) socket.write(CONNACK)
      if (type === PUBLISH) {
        publishes += 1
        if (publishes === 3) socket.destroy()
      }
    })
    const { opened, closing } = await openLink(url)
    const link = unwrap(opened)
    const outcomes = await Promise.all([1, 2, 3].map(() => link.publish(message)))
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ ok: false, error: { code: 'broker.unreachable' } })
    expect(await closing).toMatchObject({ code: 'broker.unreachable' })
  })

  it('is cut when more bytes come than any message of ours can have', async () => {
    const url = await broker(({ type }, socket) => {
      if (type !== CONNECT) return
      socket.write(CONNACK)
      // A PUBLISH that says it has 200 MB.
      setTimeout(() => {
        socket.write(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x64, 0x00, 0x01, 0x61, 0x00]))
        const more = (): void => {
          if (!socket.destroyed && socket.write(Buffer.alloc(32_768))) setImmediate(more)
          else socket.once('drain', more)
        }
        more()
      }, 20)
    })
    const { opened, closing } = await openLink(url)
    expect(opened.ok).toBe(true)
    expect(await closing).toMatchObject({ code: 'message.too-large' })
  })

  it('closes at the second call though the broker acknowledges nothing', async () => {
    const url = await broker(({ type }, socket) => {
      if (type === CONNECT) socket.write(CONNACK)
    })
    const { opened, closing } = await openLink(url)
    const link = unwrap(opened)
    const waiting = link.publish(message)
    const first = link.close()
    await link.close()
    await first
    expect(await closing).toBeUndefined()
    expect((await waiting).ok).toBe(false)
  })

  it('shows no password in what it says of a broker that cannot be reached', async () => {
    const url = await broker(() => {})
    const { server, sockets } = servers.splice(0)[0] ?? { server: undefined, sockets: undefined }
    expect(sockets?.size).toBe(0)
    await new Promise((resolve) => server?.close(resolve))
    const { opened } = await openLink(url.replace('//', '//user:hush@'))
    expect(opened).toMatchObject({ ok: false, error: { code: 'broker.unreachable' } })
    expect(JSON.stringify(opened)).not.toContain('hush')
  })

  it.each([
    [0x87, 'broker.refused'],
    [0x86, 'broker.refused'],
    [0x84, 'broker.protocol'],
  ])('says why the broker refused the connection (reason %i)', async (reason, code) => {
    const url = await broker(({ type }, socket) => {
      if (type === CONNECT) socket.end(Buffer.from([0x20, 0x03, 0x00, reason, 0x00]))
    })
    expect((await openLink(url)).opened).toMatchObject({ ok: false, error: { code } })
  })

  it('is no link to what speaks no MQTT', async () => {
    const url = await broker((_packet, socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const { opened } = await openLink(url)
    expect(opened.ok).toBe(false)
  })
})
