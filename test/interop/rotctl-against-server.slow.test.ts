import { execFile, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Serving, serveRotator } from '../../hardware-sim/station/serve.ts'
import { sleep } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { createRealClock } from '../../src/kernel/real-clock.ts'
import { invariant, unwrap } from '../../src/kernel/result.ts'
import { ms } from '../../src/kernel/units.ts'
import { type RotctldServer, startRotctldServer } from '../../src/rotator/rotctld-server/server.ts'
import type { Antenna } from '../../src/station/antenna.ts'
import { buildAntenna } from '../../src/station/build-antenna.ts'
import { parseConfiguration } from '../../src/station/configuration/load.ts'
import { rotatorOpener } from '../../src/station/device-lines.ts'

const isInstalled = (program: string): boolean => spawnSync(program, ['-V']).error === undefined
const NET_ROTCTL_MODEL = '2'
const example = readFileSync(new URL('../../config/azel.example.yaml', import.meta.url), 'utf8')

describe.skipIf(!isInstalled('rotctl'))("Hamlib's rotctl on the antenna, through our rotctld server", () => {
  const clock = createRealClock()
  let serving: Serving
  let antenna: Antenna
  let server: RotctldServer

  beforeAll(async () => {
    serving = unwrap(
      await serveRotator({
        clock,
        random: createRandom(1),
        firmware: 'gs232b',
        mount: 'g5500',
        listen: { host: '127.0.0.1', port: 0 },
      }),
    )
    // The example's antenna, on the simulated controller, with trees in the north.
    const configuration = unwrap(
      parseConfiguration(
        example
          .replace(/port: \/dev\S+/, `port: ${serving.places['rotator']}`)
          .replace('park: { azimuthDeg: 0, elevationDeg: 90 }', 'park: { azimuthDeg: 180, elevationDeg: 45 }')
          .replace('{ azimuthDeg: 0, elevationDeg: 5 }', '{ azimuthDeg: 0, elevationDeg: 30 }'),
        'azel.yaml',
      ),
    )
    invariant(configuration.antenna.kind !== 'fixed', 'the example moves')
    const openRotator = rotatorOpener({ clock, ...configuration.antenna.rotator })
    antenna = unwrap(buildAntenna(configuration, { clock, log: silentLog, openRotator }))
    unwrap(await antenna.connect())
    server = unwrap(
      await startRotctldServer({
        clock,
        log: silentLog,
        antenna,
        title: 'Azel',
        listen: { host: '127.0.0.1', port: 0 },
        allow: [],
      }),
    )
  })
  afterAll(async () => {
    await server.close()
    await antenna.close()
    await serving.close()
  })

  const rotctl = (...words: string[]): Promise<string> =>
    new Promise((resolve) => {
      const all = ['-m', NET_ROTCTL_MODEL, '-r', `127.0.0.1:${server.place.port}`, ...words]
      // It reports refusals in its output, and not always in its exit.
      execFile('rotctl', all, { timeout: 20_000 }, (_error, out, complaint) => resolve(`${out}${complaint}`))
    })
  const position = async (): Promise<number[]> => (await rotctl('p')).trim().split(/\s+/).map(Number)
  const arrivesAt = async (azimuth: number, elevation: number): Promise<void> => {
    for (let round = 0; round < 60; round += 1) {
      const [a = 0, e = 0] = await position()
      if (Math.abs(a - azimuth) <= 1 && Math.abs(e - elevation) <= 1) return
      await sleep(clock, ms(200))
    }
    throw new Error(`never at ${azimuth}, ${elevation}: ${await position()}`)
  }

  test('reads the position, what is served, and the limits', async () => {
    expect(await position()).toEqual([180, 45])
    expect((await rotctl('_')).trim()).toBe('Azel')
    const limits = await rotctl('dump_state')
    expect(limits).toContain('450')
    expect(limits).toContain('180')
  })

  test('sets a position, which is reached although rotctl has gone', async () => {
    expect(await rotctl('P', '192', '48')).not.toContain('error')
    await arrivesAt(192, 48)
  })

  test('stops a motion on its way', async () => {
    await rotctl('P', '260', '48')
    await sleep(clock, ms(1_500))
    expect(await rotctl('S')).not.toContain('error')
    await sleep(clock, ms(1_500))
    const [after = 0] = await position()
    expect(after).toBeGreaterThan(193)
    expect(after).toBeLessThan(230)
    await sleep(clock, ms(700))
    expect(Math.abs(((await position())[0] ?? 0) - after)).toBeLessThanOrEqual(1)
  })

  test('is refused what the gate forbids, and nothing moves', async () => {
    const [before = 0] = await position()
    expect(await rotctl('P', '10', '5')).toMatch(/set_pos: error = .*rejected/s)
    // Its own limits are those that it was told; ours are behind them.
    expect(await rotctl('P', '500', '5')).toMatch(/set_pos: error = .*Invalid parameter/s)
    expect(await rotctl('R', '1')).toMatch(/reset: error = /)
    await sleep(clock, ms(700))
    expect(Math.abs(((await position())[0] ?? 0) - before)).toBeLessThanOrEqual(1)
  })

  test('turns by hand as long as it stays and asks, and stands a little after it has gone', async () => {
    const [before = 0] = await position()
    const hand = spawn('rotctl', ['-m', NET_ROTCTL_MODEL, '-r', `127.0.0.1:${server.place.port}`, '-'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    hand.stdin.write('M 16 100\n')
    await sleep(clock, ms(3_500))
    const [meanwhile = 0] = await position()
    expect(meanwhile).toBeGreaterThan(before + 6)
    hand.stdin.end('q\n')
    await sleep(clock, ms(2_500))
    const [after = 0] = await position()
    await sleep(clock, ms(1_000))
    expect(Math.abs(((await position())[0] ?? 0) - after)).toBeLessThanOrEqual(1)
    // 6°/s: not the whole way to the end of the range.
    expect(after).toBeLessThan(before + 45)
  })

  test('parks', async () => {
    expect(await rotctl('K')).not.toContain('error')
    await arrivesAt(180, 45)
  })
})
