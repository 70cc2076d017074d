import { connect, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Log, silentLog } from '../../../src/kernel/log.ts'
import { createRealClock } from '../../../src/kernel/real-clock.ts'
import { unwrap } from '../../../src/kernel/result.ts'
import { utcMs } from '../../../src/kernel/time.ts'
import { ms } from '../../../src/kernel/units.ts'
import { createVirtualClock } from '../../../src/kernel/virtual-clock.ts'
import {
  allowEntryProblem,
  createAllowList,
  isLoopback,
} from '../../../src/rotator/rotctld-server/allow-list.ts'
import { type RotctldServer, startRotctldServer } from '../../../src/rotator/rotctld-server/server.ts'
import { createFakeAntenna, type FakeAntenna } from './fake-antenna.ts'

const clock = createRealClock()
let antenna: FakeAntenna
let server: RotctldServer
let warned: string[]

const start = async (host = '127.0.0.1') => {
  const log: Log = { ...silentLog, warn: (message) => warned.push(message) }
  const listen = { host, port: 0 }
  return startRotctldServer({ clock, log, antenna, title: 'Azel', listen, allow: [] })
}

beforeEach(async () => {
  antenna = createFakeAntenna()
  warned = []
  server = unwrap(await start())
})
afterEach(() => server.close())

interface Client {
  readonly socket: Socket
  readonly closed: Promise<void>
  /** Settles when so much has been read. */
  readonly read: (length: number) => Promise<string>
}

const dial = (host = '127.0.0.1'): Promise<Client> =>
  new Promise((resolve) => {
    let text = ''
    let waiting: { length: number; settle: (text: string) => void } | undefined
    const socket = connect(server.place.port, host)
    const closed = new Promise<void>((done) => {
      socket.on('close', () => done())
    })
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      text += chunk.toString()
      if (waiting !== undefined && text.length >= waiting.length) waiting.settle(text)
    })
    socket.on('connect', () =>
      resolve({
        socket,
        closed,
        read: (length) =>
          new Promise((settle) => {
            waiting = { length, settle }
            if (text.length >= length) settle(text)
          }),
      }),
    )
  })

describe('the rotctld server', () => {
  it('answers line by line, whatever ends them and however they are cut', async () => {
    const { socket, read, closed } = await dial()
    for (const part of ['P 10', ' 20\r\n', '\n\np\n+', 'p\rq\n']) {
      socket.write(part)
      await new Promise((next) => setImmediate(next))
    }
    const answers = 'RPRT 0\n0.00\n0.00\nget_pos:\nAzimuth: 0.00\nElevation: 0.00\nRPRT 0\n'
    expect(await read(answers.length)).toBe(answers)
    await closed
  })

  it('cuts off a line without end, and stays there', async () => {
    const first = await dial()
    first.socket.write('P'.repeat(10_000))
    await first.closed
    const flood = await dial()
    flood.socket.write('P 1 1\n'.repeat(10_000))
    await flood.closed
    expect(antenna.asked.length).toBeLessThanOrEqual(101)
    expect(warned.join()).toContain('a line of over 256 bytes')
    expect(warned.join()).toContain('over 100 commands a second')
    const second = await dial()
    second.socket.write('_\n')
    expect(await second.read(5)).toBe('Azel\n')
  })

  it.each([
    ['floods', 'p\n'.repeat(5_000), 100],
    ['goes on without an end of line', `${'p\n'.repeat(50)}${'x'.repeat(500_000)}`, 50],
    ['ends a line of many bytes', `${'p\n'.repeat(50)}${'x'.repeat(500_000)}\np\n`, 50],
  ])('gives who %s the answers that he had before he is cut off', async (_what, written, count) => {
    const { socket, closed } = await dial()
    let heard = ''
    let failed: unknown
    socket.on('data', (chunk) => {
      heard += chunk.toString()
    })
    socket.on('error', (thrown) => {
      failed = thrown
    })
    socket.write(written)
    await closed
    expect(heard).toBe('0.00\n0.00\n'.repeat(count))
    expect(failed).toBeUndefined()
  })

  it('waits a second, and not for ever, for who is cut off and does not go', async () => {
    const virtual = createVirtualClock({ startUtc: utcMs(1_787_443_200_000) })
    await server.close()
    const listen = { host: '127.0.0.1', port: 0 }
    const log: Log = { ...silentLog, warn: (message) => warned.push(message) }
    server = unwrap(
      await startRotctldServer({ clock: virtual, log, antenna, title: 'Azel', listen, allow: [] }),
    )
    const socket = connect({ port: server.place.port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => {})
    const ended = new Promise<void>((done) => {
      socket.on('end', () => done())
    })
    socket.resume()
    socket.write('M 16 50\np\n')
    socket.write('x'.repeat(300))
    await ended
    // Its half is still open, and it has let go of the antenna.
    expect(antenna.asked).toContain('let go')
    expect(server.holder()).toBeUndefined()
    socket.write('M 16 50\n')
    const closed = new Promise<void>((done) => {
      socket.on('close', () => done())
    })
    await virtual.advance(ms(1_000))
    // Only who writes learns that nobody is there.
    while (!socket.destroyed) {
      socket.write('M 16 50\n')
      await new Promise((next) => setImmediate(next))
    }
    await closed
    expect(antenna.asked.filter((what) => what.startsWith('point'))).toHaveLength(1)
  })

  it.each(['1', 'p', '1 \\dump_state '])('answers no line of thousands of %j', async (word) => {
    const { socket, closed } = await dial()
    let answered = 0
    socket.on('data', (chunk) => {
      answered += chunk.length
    })
    socket.write(`${word.repeat(60_000 / word.length)}\n`)
    await closed
    expect(answered).toBe(0)
    expect(warned.join()).toContain('a line of over 256 bytes')
  })

  it('answers sixteen requests of a line at most', async () => {
    const { socket, read } = await dial()
    socket.write(`${'_'.repeat(200)}\nK\n`)
    const answers = `${'Azel\n'.repeat(16)}RPRT -1\nRPRT 0\n`
    expect(await read(answers.length)).toBe(answers)
  })

  it('leaves nothing behind that lets go of the antenna later', async () => {
    const virtual = createVirtualClock({ startUtc: utcMs(1_787_443_200_000) })
    await server.close()
    const listen = { host: '127.0.0.1', port: 0 }
    server = unwrap(
      await startRotctldServer({ clock: virtual, log: silentLog, antenna, title: 'Azel', listen, allow: [] }),
    )
    const { socket, read, closed } = await dial()
    socket.write('P 10 20\n')
    await read(7)
    await server.close()
    await closed
    expect(virtual.pendingTimers()).toBe(0)
    await virtual.advance(ms(600_000))
    expect(antenna.asked).toEqual(['point 10 20'])
  })

  it('serves so many and no more', async () => {
    const clients = await Promise.all(Array.from({ length: 16 }, () => dial()))
    const tooMany = await dial()
    await tooMany.closed
    clients[15]?.socket.write('_\n')
    expect(await clients[15]?.read(5)).toBe('Azel\n')
  })

  it('lets go of what a client had when its connection is cut', async () => {
    const { socket, read } = await dial()
    socket.write('M 16 50\n')
    await read(7)
    expect(server.holder()?.client).toBe(`127.0.0.1:${socket.localPort}`)
    socket.resetAndDestroy()
    await new Promise<void>((done) => {
      const look = () => (antenna.asked.includes('let go') ? done() : setImmediate(look))
      look()
    })
    expect(server.holder()).toBeUndefined()
  })

  it('says in one sentence where it cannot listen', async () => {
    const again = await startRotctldServer({
      clock,
      log: silentLog,
      antenna,
      title: 'Azel',
      listen: server.place,
      allow: [],
    })
    expect(again).toMatchObject({ ok: false, error: { code: 'rotctld.listen' } })
    expect(await start('203.0.113.1')).toMatchObject({ ok: false, error: { code: 'rotctld.listen' } })
  })
})

// A connection to an own address of the network comes from that address.
const [outside] = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .filter(({ internal, family }) => !internal && family === 'IPv4')

describe.skipIf(outside === undefined)('whoever is not allowed', () => {
  it('is turned away before he can say anything, and told of once', async () => {
    await server.close()
    server = unwrap(await start('0.0.0.0'))
    for (let round = 0; round < 3; round += 1) {
      const { socket, closed } = await dial(outside?.address)
      socket.write('P 1 1\n')
      await closed
    }
    expect(antenna.asked).toEqual([])
    expect(warned).toEqual([`${outside?.address} is not under rotctld.allow and was turned away`])
    const { socket, read } = await dial()
    socket.write('_\n')
    expect(await read(5)).toBe('Azel\n')
  })
})

describe('the list of who may connect', () => {
  it('permits this host, and what is listed', () => {
    const { permits } = createAllowList(['192.168.1.0/24', '10.0.0.7', 'fd00::/8'])
    for (const address of [
      '127.0.0.1',
      '::1',
      '::ffff:127.0.0.1',
      '192.168.1.77',
      '::ffff:192.168.1.77',
      '10.0.0.7',
      'fd00::5',
    ])
      expect([address, permits(address)]).toEqual([address, true])
    for (const address of ['192.168.2.1', '10.0.0.8', 'fe80::1', '8.8.8.8', '', undefined])
      expect([address, permits(address)]).toEqual([address, false])
  })

  it.each(['192.168.1.0/24', '10.0.0.7', 'fd00::/8', '::1', '1.2.3.4/32'])('reads %s', (entry) => {
    expect(allowEntryProblem(entry)).toBeUndefined()
  })
  it.each([
    '',
    'everybody',
    '192.168.1',
    '192.168.1.0/33',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/8/8',
    '10.0.0.0/x',
    'fd00::/129',
  ])('refuses %j', (entry) => {
    expect(allowEntryProblem(entry)).toBeTypeOf('string')
  })

  it('knows the addresses that only this host can reach', () => {
    expect(['127.0.0.1', '127.3.2.1', '::1', 'localhost'].map(isLoopback)).toEqual([true, true, true, true])
    expect(['0.0.0.0', '::', '192.168.1.1', '127.evil.example', 'host'].some(isLoopback)).toBe(false)
  })
})
