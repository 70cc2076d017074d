import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { serveRotator } from '../../hardware-sim/station/serve.ts'
import type { ByteStream } from '../../src/kernel/byte-stream.ts'
import { sleep } from '../../src/kernel/clock.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { createRealClock } from '../../src/kernel/real-clock.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { createConnection } from '../../src/rotator/connection.ts'
import type { ReportedLimits } from '../../src/rotator/driver.ts'
import { rotctld } from '../../src/rotator/protocols/rotctld.ts'
import { openTcp } from '../../src/rotator/tcp-byte-stream.ts'

const isInstalled = (program: string): boolean => spawnSync(program, ['-V']).error === undefined
const clock = createRealClock()
const closers: (() => unknown)[] = []

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

const startRotctld = async (...words: string[]): Promise<ByteStream> => {
  const port = await freePort()
  const server = spawn('rotctld', ['-T', '127.0.0.1', '-t', String(port), ...words], { stdio: 'ignore' })
  closers.push(() => server.kill('SIGKILL'))
  for (let tries = 0; tries < 100; tries += 1) {
    const opened = await openTcp({ clock, host: '127.0.0.1', port, provenance: 'simulated' })
    if (opened.ok) {
      closers.push(() => opened.value.close())
      return opened.value
    }
    await sleep(clock, ms(50))
  }
  throw new Error('rotctld never listened')
}

const client = (stream: ByteStream) => {
  const limits: ReportedLimits[] = []
  const refusals: (string | undefined)[] = []
  let noise = 0
  const connection = createConnection({
    clock,
    stream,
    driver: rotctld,
    onNoise: () => {
      noise += 1
    },
    onRefused: (reason) => refusals.push(reason),
    onLimits: (reported) => limits.push(reported),
    onLost: () => {},
  })
  const moveTo = async (azimuth: number, elevation: number): Promise<void> => {
    const frames = unwrap(connection.encodeMoveTo({ azimuth: deg(azimuth), elevation: deg(elevation) }))
    unwrap(await connection.send(frames))
  }
  return { connection, limits, refusals, moveTo, noise: () => noise }
}

describe.skipIf(!isInstalled('rotctld') || !isInstalled('socat'))("our client of Hamlib's rotctld", () => {
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  })

  test('reads limits and position, moves and is refused in words', async () => {
    const { connection, limits, refusals, moveTo, noise } = client(await startRotctld('-m', '1'))
    expect(unwrap(await connection.query())).toMatchObject({ azimuth: 0, elevation: 0 })
    expect(limits).toEqual([
      { azimuthMinimum: -180, azimuthMaximum: 450, elevationMinimum: 0, elevationMaximum: 90 },
    ])
    await moveTo(20, 10)
    await sleep(clock, ms(500))
    const seen = unwrap(await connection.query())
    expect(seen?.azimuth).toBeGreaterThan(1)
    await moveTo(600, 10)
    unwrap(await connection.query())
    expect(refusals).toEqual([expect.stringContaining('RPRT -1')])
    expect(noise()).toBe(0)
  })

  test('drives a controller that is behind it, and stops it', async () => {
    const serving = unwrap(
      await serveRotator({ clock, random: createRandom(1), firmware: 'gs232b', mount: 'g5500' }),
    )
    closers.push(() => serving.close())
    const path = serving.places['rotator'] ?? ''
    const { connection, moveTo, noise } = client(await startRotctld('-m', '603', '-r', path, '-s', '9600'))
    expect(unwrap(await connection.query())).toMatchObject({ azimuth: 180, elevation: 45 })
    await moveTo(240, 45)
    await sleep(clock, ms(1_500))
    unwrap(await connection.send(rotctld.encodeStop()))
    await sleep(clock, ms(1_000))
    const stopped = unwrap(await connection.query())
    expect(stopped?.azimuth).toBeGreaterThan(182)
    expect(stopped?.azimuth).toBeLessThan(220)
    await sleep(clock, ms(700))
    expect(unwrap(await connection.query())).toMatchObject({ azimuth: stopped?.azimuth })
    expect(noise()).toBe(0)
  })
})
