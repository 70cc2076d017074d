import { writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, type TestContext } from 'vitest'
import {
  createMosquitto,
  type Mosquitto,
  mosquittoProgram,
  PATIENCE_MS,
  waitUntil,
} from '../interop/mosquitto.ts'
import {
  createDaemonWorld,
  type DaemonWorld,
  devices,
  EAST,
  elementsNow,
  FIRST_AZIMUTH_DEG,
  has,
  type Running,
  type Simulated,
  sharing,
} from './daemon-world.ts'

// `azel run` as a process, with `azel sim station` as its hardware, mosquitto, and `azel listen` as its partner.

// Each test waits for its own processes most of the time: they all run at once, each in a world of its own.

const worldFor = ({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): DaemonWorld => {
  const world = createDaemonWorld()
  onTestFinished(() => world.destroy())
  return world
}

const startBroker = async ({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): Promise<Mosquitto> => {
  const broker = await createMosquitto({})
  onTestFinished(() => broker.destroy())
  await broker.start()
  return broker
}

interface Heard {
  readonly kind: string
  readonly item?: {
    readonly number: number
    readonly dataMode: string
    readonly record: { readonly id: string }
  }
}
const heard = (partner: Running): readonly Heard[] =>
  partner
    .stdout()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Heard)
const itemsOf = (partner: Running) => heard(partner).flatMap(({ item }) => (item === undefined ? [] : [item]))

const journalIds = (world: DaemonWorld): readonly string[] => {
  const database = new DatabaseSync(world.path('data/station.sqlite'), { readOnly: true })
  const rows = database.prepare('SELECT id FROM journal ORDER BY number').all()
  database.close()
  return rows.map((row) => String(row['id']))
}

describe.skipIf(mosquittoProgram === undefined)('azel run, end to end', { concurrent: true }, () => {
  // On TCP, and on a serial line (a pseudo-terminal).
  it.for([{ pty: false }, { pty: true }])(
    'follows, measures and shares what its partner verifies: %j',
    async ({ pty }, context) => {
      if (pty && !has('socat')) context.skip()
      const world = worldFor(context)
      const { url } = await startBroker(context)
      const simulated = await world.simulate({ pty })
      const partner = world.listen(url)
      const config = world.configure((configuration) => {
        devices(simulated)(configuration)
        sharing(url)(configuration)
      })
      const daemon = world.azel(['run', '--config', config])
      await waitUntil(() => itemsOf(partner).length >= 3, PATIENCE_MS, 'three observations at the partner')
      // A service manager and a launcher may each send one.
      daemon.kill('SIGTERM')
      await waitUntil(() => daemon.stderr().includes('SIGTERM: '), PATIENCE_MS, 'the first is heard')
      daemon.kill('SIGTERM')
      expect(await daemon.ended).toBe(0)
      expect(daemon.stderr()).toContain('stopped: the antenna stands')
      expect(daemon.stderr()).not.toContain('    at ')
      expect(simulated.moving()).toBe(false)

      const ids = journalIds(world)
      await waitUntil(
        () => itemsOf(partner).length === ids.length,
        PATIENCE_MS,
        'all that was measured is there',
      )
      const items = itemsOf(partner)
      expect(items.map(({ record }) => record.id)).toEqual(ids)
      expect(items.map(({ number }) => number)).toEqual(ids.map((_, index) => index + 1))
      // The configuration says REAL; the devices are not (law 6).
      expect(new Set(items.map(({ dataMode }) => dataMode))).toEqual(new Set(['SIMULATED']))
      expect(heard(partner).filter(({ kind }) => kind === 'trouble')).toEqual([])
      partner.kill('SIGTERM')
      expect(await partner.ended).toBe(0)
      expect(partner.stderr()).toContain(
        `${ids.length} observations verified, 0 came more than once, 0 refused`,
      )
    },
  )
})

/** How far the antenna has come when it stands, on its way to a quarter of a turn from where it began. */
const degreesGone = async (simulated: Simulated): Promise<number> => {
  // The state file is up to a fifth of a second old.
  await waitUntil(() => !simulated.moving(), PATIENCE_MS, 'the antenna stands')
  return Math.abs(simulated.azimuth() - FIRST_AZIMUTH_DEG)
}

describe('azel run, told to stop', { concurrent: true }, () => {
  it('in a slew: stops the antenna, sees it stand, and ends with 0', async (context) => {
    const world = worldFor(context)
    writeFileSync(world.path('elements.csv'), elementsNow(EAST))
    const simulated = await world.simulate()
    const daemon = world.azel(['run', '--config', world.configure(devices(simulated))])
    await waitUntil(simulated.moving, PATIENCE_MS, () => `the antenna moves: ${daemon.stderr()}`)
    daemon.kill('SIGTERM')
    expect(await daemon.ended).toBe(0)
    expect(await degreesGone(simulated)).toBeLessThan(60)
  })

  it('with a rotator that fell silent in a slew: says that the stop is not confirmed, and ends with 1', async (context) => {
    const world = worldFor(context)
    writeFileSync(world.path('elements.csv'), elementsNow(EAST))
    const simulated = await world.simulate()
    const daemon = world.azel(['run', '--config', world.configure(devices(simulated))])
    await waitUntil(simulated.moving, PATIENCE_MS, () => `the antenna moves: ${daemon.stderr()}`)
    simulated.running.kill('SIGSTOP')
    daemon.kill('SIGTERM')
    expect(await daemon.ended).toBe(1)
    expect(daemon.stderr()).toMatch(/^azel: STOP was sent, but .* \[motion\.not-stopped\]$/m)
  })

  it('by a mistake of its own: says it in one line, stops the antenna, ends with 70', async (context) => {
    const world = worldFor(context)
    writeFileSync(world.path('elements.csv'), elementsNow(EAST))
    writeFileSync(
      world.path('mistake.mjs'),
      "process.on('SIGUSR2', () => { setTimeout(() => { throw new Error('boom') }) })\n",
    )
    const simulated = await world.simulate()
    const daemon = world.azel(['run', '--config', world.configure(devices(simulated))], {
      flags: ['--import', world.path('mistake.mjs')],
    })
    await waitUntil(simulated.moving, PATIENCE_MS, () => `the antenna moves: ${daemon.stderr()}`)
    daemon.kill('SIGUSR2')
    expect(await daemon.ended).toBe(70)
    expect(daemon.stderr()).toMatch(/Azel ends: boom\. .* \[internal\.mistake\] at=/)
    expect(daemon.stderr()).not.toContain('    at ')
    expect(await degreesGone(simulated)).toBeLessThan(60)
  })

  it('while it starts: ends with 0 without having touched a device', async (context) => {
    const world = worldFor(context)
    const daemon = world.azel(['run', '--config', world.configure()])
    await waitUntil(() => daemon.stderr().includes('starts with'), PATIENCE_MS, 'it has begun')
    daemon.kill('SIGTERM')
    expect(await daemon.ended).toBe(0)
  })
})
