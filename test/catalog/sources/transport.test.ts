import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTransport, type Question } from '../../../src/catalog/sources/transport.ts'
import { unwrap } from '../../../src/kernel/result.ts'
import { utcMs } from '../../../src/kernel/time.ts'
import { ms } from '../../../src/kernel/units.ts'
import { createVirtualClock, type VirtualClock } from '../../../src/kernel/virtual-clock.ts'
import { type ServiceDouble, startCelestrak } from './service-double.ts'

let folder: string
let clock: VirtualClock
let server: ServiceDouble
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'azel-transport-'))
  clock = createVirtualClock({ startUtc: utcMs(Date.UTC(2026, 7, 22)) })
  server = await startCelestrak(clock, 'hello')
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const ask = (question: Partial<Question> = {}) =>
  createTransport({ clock, fetch, userAgent: 'azel/test' })({
    url: new URL('/x', server.url),
    bodyFile: join(folder, 'body'),
    bytesMax: 1_000_000,
    redirectsMax: 3,
    ...question,
  })

const failureOf = async (question?: Partial<Question>) => {
  const outcome = await ask(question)
  if (outcome.ok) throw new Error('it was answered')
  return outcome.error
}

describe('the transport', () => {
  it('writes the body to its file, with size, hash, tag and who asks', async () => {
    const answer = unwrap(await ask())
    expect(answer).toMatchObject({ status: 200, bytes: 5, etag: '"1"', start: 'hello' })
    // sha256sum of "hello".
    expect(answer.sha256).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824')
    expect(readFileSync(join(folder, 'body'), 'utf8')).toBe('hello')
    expect(server.headers()[0]?.['user-agent']).toBe('azel/test')
    expect(clock.pendingTimers()).toBe(0)
  })

  it('follows redirects to the same origin, and not without end', async () => {
    server.once((_request, response) => response.writeHead(302, { location: '/y' }).end())
    expect(unwrap(await ask())).toMatchObject({ status: 200, place: `${server.url}/y` })
    for (let turn = 0; turn < 4; turn += 1)
      server.once((_request, response) => response.writeHead(302, { location: '/y' }).end())
    expect(unwrap(await ask())).toMatchObject({ status: 302, location: '/y' })
  })

  it.each([
    ['another host', 'http://127.0.0.2:1/y'],
    ['another scheme', 'ftp://127.0.0.1/y'],
    ['nowhere', 'http://['],
  ])('does not go to %s', async (_where, location) => {
    server.once((_request, response) => response.writeHead(301, { location }).end())
    expect(unwrap(await ask())).toMatchObject({ status: 301, location })
    expect(server.requests()).toHaveLength(1)
  })

  it('says that nobody is there, which nobody has counted', async () => {
    await server.close()
    expect(await failureOf()).toMatchObject({
      counted: false,
      failure: { code: 'source.unreachable', message: expect.stringMatching(/ECONNREFUSED/) },
    })
    server = await startCelestrak(clock, '')
  })

  it('gives up on a server that does not answer, after a minute', async () => {
    let asked = (): void => {}
    const arrived = new Promise<void>((resolve) => {
      asked = resolve
    })
    server.once(() => asked())
    const outcome = failureOf()
    await arrived
    await clock.advance(ms(60_000))
    expect(await outcome).toMatchObject({
      counted: true,
      failure: {
        code: 'source.unreachable',
        message: expect.stringMatching(/no answer came for 60 seconds/),
      },
    })
  })

  it('gives up on a body that stands still, after half a minute', async () => {
    server.once((_request, response) => response.writeHead(200).write('a,b\n'))
    const outcome = failureOf()
    let done = false
    void outcome.then(() => {
      done = true
    })
    // The pieces come when the loopback brings them: time is pushed until the limit is met.
    while (!done) await clock.advance(ms(5_000))
    expect(await outcome).toMatchObject({
      counted: true,
      failure: { message: expect.stringMatching(/no (?:more of the )?answer came/) },
    })
  })

  it('sees that a body is shorter than was said', async () => {
    server.once((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('a,b\n', () => response.destroy())
    })
    expect(await failureOf()).toMatchObject({ counted: true, failure: { code: 'source.answer' } })
  })

  it('stops a body of 100 MB at its limit', async () => {
    const piece = Buffer.alloc(1_000_000)
    let sent = 0
    server.once((_request, response) => {
      const more = (): void => {
        if (sent >= 100 || response.destroyed) return
        sent += 1
        response.write(piece, more)
      }
      response.writeHead(200)
      more()
    })
    expect(await failureOf({ bytesMax: 5_000_000 })).toMatchObject({
      failure: { code: 'source.too-large', message: expect.stringMatching(/more than the 5 MB/) },
    })
    expect(sent).toBeLessThan(60)
  })

  it('stops 100 MB that come as 100 kB of gzip', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000_000))
    expect(bomb.length).toBeLessThan(200_000)
    server.once((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))
    const failure = await failureOf({ bytesMax: 5_000_000 })
    expect(failure).toMatchObject({ failure: { code: 'source.too-large' } })
    expect(readFileSync(join(folder, 'body')).length).toBeLessThan(6_000_000)
  })
})
