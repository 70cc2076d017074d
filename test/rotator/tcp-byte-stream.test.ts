import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Fault } from '../../src/kernel/errors.ts'
import { createRealClock } from '../../src/kernel/real-clock.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { openTcp } from '../../src/rotator/tcp-byte-stream.ts'

const clock = createRealClock()
let server: Server | undefined
const sockets: Socket[] = []

const listen = (onSocket: (socket: Socket) => void): Promise<number> =>
  new Promise((resolve) => {
    const made = createServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => {})
      onSocket(socket)
    })
    server = made
    made.listen(0, '127.0.0.1', () => resolve((made.address() as AddressInfo).port))
  })

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  server?.close()
  server = undefined
})

const open = (port: number) => openTcp({ clock, host: '127.0.0.1', port, provenance: 'real' })

describe('a TCP connection as a byte stream', () => {
  it('carries bytes both ways, the first ones too', async () => {
    const port = await listen((socket) => {
      socket.write('RTL0')
      socket.on('data', (data) => socket.write(data))
    })
    const stream = unwrap(await open(port))
    let received = ''
    const echoed = new Promise<void>((resolve) => {
      stream.onBytes((bytes) => {
        received += Buffer.from(bytes).toString('latin1')
        if (received.length === 7) resolve()
      })
    })
    unwrap(await stream.write(Buffer.from('abc')))
    await echoed
    expect(received).toBe('RTL0abc')
    expect(stream.provenance).toBe('real')
    expect(stream.description).toBe(`tcp 127.0.0.1:${port}`)
    await stream.close()
    expect((await stream.write(Buffer.from('x'))).ok).toBe(false)
  })

  it('says once when the other end hangs up', async () => {
    const port = await listen((socket) => socket.end())
    const stream = unwrap(await open(port))
    stream.onBytes(() => {})
    const failure = await new Promise<Fault | undefined>((resolve) => stream.onClose(resolve))
    expect(failure?.code).toBe('link.closed')
    expect((await stream.write(Buffer.from('x'))).ok).toBe(false)
  })

  it('is refused as a value where nobody listens, or nobody could', async () => {
    const port = await listen(() => {})
    await new Promise((resolve) => server?.close(resolve))
    expect(await open(port)).toMatchObject({ ok: false, error: { code: 'link.refused' } })
    expect(await open(99_999)).toMatchObject({ ok: false, error: { code: 'link.refused' } })
    expect(await open(Number.NaN)).toMatchObject({ ok: false, error: { code: 'link.refused' } })
  })

  it('does not pile up bytes for one that reads none', async () => {
    const port = await listen((socket) => socket.pause())
    const stream = unwrap(await open(port))
    let refused = 0
    for (let index = 0; index < 2_000; index += 1) {
      void stream.write(new Uint8Array(16_384)).then((outcome) => {
        if (!outcome.ok) refused += 1
      })
    }
    await new Promise((resolve) => setImmediate(resolve))
    expect(refused).toBeGreaterThan(1_000)
    await stream.close()
  })
})
