import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../interop/mosquitto.ts'
import {
  createDaemonWorld,
  type DaemonWorld,
  devices,
  EAST,
  elementsNow,
  type Running,
  type Simulated,
} from './daemon-world.ts'

// Rows 11, 44 and 52 to 54 of the fault matrix with processes that really hang and die, as the service manager sees them.

let world: DaemonWorld
beforeEach(() => {
  world = createDaemonWorld()
})
afterEach(() => world.destroy())

/** A daemon in the middle of a slew of a quarter of a minute. */
const slewing = async (
  flags: readonly string[] = [],
): Promise<{ readonly simulated: Simulated; readonly daemon: Running; readonly config: string }> => {
  writeFileSync(world.path('elements.csv'), elementsNow(EAST))
  const simulated = await world.simulate()
  const config = world.configure(devices(simulated))
  const daemon = world.azel(['run', '--config', config], { flags })
  await waitUntil(simulated.moving, 20_000, `the antenna moves: ${daemon.stderr()}`)
  return { simulated, daemon, config }
}

const standsWithin = (simulated: Simulated, milliseconds: number): Promise<void> =>
  waitUntil(() => !simulated.moving(), milliseconds, 'the antenna stands')

describe('row 52: the daemon hangs while the antenna moves', () => {
  it('is stopped by what the service manager runs after the watchdog killed it', async () => {
    const { simulated, daemon, config } = await slewing()
    daemon.kill('SIGSTOP')
    expect(simulated.moving()).toBe(true)
    // WatchdogSec is over: the manager aborts it, then kills, then runs ExecStopPost.
    daemon.kill('SIGKILL')
    await daemon.ended
    const stop = world.azel(['stop', '--config', config])
    expect(await stop.ended).toBe(0)
    await standsWithin(simulated, 1_000)
  })
})

describe('row 53: the daemon dies, and is started again', () => {
  it('sends STOP before anything else', async () => {
    const { simulated, daemon, config } = await slewing()
    daemon.kill('SIGKILL')
    await daemon.ended
    expect(simulated.moving()).toBe(true)
    // Without a pass to follow, so that the antenna has no other reason to stand.
    const again = world.azel([
      'run',
      '--config',
      world.configure((configuration) => {
        devices(simulated)(configuration)
        Object.assign(configuration, { requests: [] })
      }),
    ])
    await waitUntil(
      () => again.stderr().includes('Rotator connected'),
      20_000,
      `it connects: ${again.stderr()}`,
    )
    await standsWithin(simulated, 1_500)
    again.kill('SIGTERM')
    expect(await again.ended).toBe(0)
    expect(config).toBe(world.path('azel.yaml'))
  })
})

describe('row 54: SIGTERM in a slew', () => {
  it('stops, sees it stand, and ends with 0', async () => {
    const { simulated, daemon } = await slewing()
    daemon.kill('SIGTERM')
    expect(await daemon.ended).toBe(0)
    await standsWithin(simulated, 1_000)
    expect(daemon.stderr()).toContain('the antenna stands')
  })
})

describe('row 11: the heap is exhausted while the antenna moves', () => {
  it('dies, and what the service manager runs then stops the antenna', async () => {
    writeFileSync(
      world.path('hoard.mjs'),
      "process.on('SIGUSR2', () => { const hoard = []; for (;;) hoard.push(new Array(1e6).fill(hoard.length)) })\n",
    )
    const { simulated, daemon, config } = await slewing([
      '--max-old-space-size=200',
      '--import',
      world.path('hoard.mjs'),
    ])
    daemon.kill('SIGUSR2')
    await daemon.ended
    const stop = world.azel(['stop', '--config', config])
    expect(await stop.ended).toBe(0)
    await standsWithin(simulated, 1_000)
  })
})

describe('row 44: the port is busy', () => {
  it('names the program that holds it, moves nothing, and takes it when it is free', async () => {
    const simulated = await world.simulate({ pty: true })
    const config = world.configure(devices(simulated))
    const first = world.azel(['track', '200,50', '--config', config])
    await waitUntil(() => first.stdout().includes('pointing'), 20_000, `it points: ${first.stderr()}`)
    const daemon = world.azel(['run', '--config', config])
    await waitUntil(() => daemon.stderr().includes('[serial.busy]'), 20_000, `it is told: ${daemon.stderr()}`)
    expect(daemon.stderr()).toMatch(new RegExp(`\\b${first.child.pid}\\b`))
    first.kill('SIGINT')
    await first.ended
    await waitUntil(
      () => daemon.stderr().includes('Rotator connected'),
      60_000,
      `it connects: ${daemon.stderr()}`,
    )
    daemon.kill('SIGTERM')
    expect(await daemon.ended).toBe(0)
  })
})
