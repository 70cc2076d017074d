import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRandom } from '../../src/kernel/random.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { openWorkerStore } from '../../src/outbox/worker-store.ts'
import { createMosquitto, type Mosquitto, mosquittoProgram, wait, waitUntil } from '../interop/mosquitto.ts'
import { createDaemonWorld, type DaemonWorld, devices, type Running, sharing } from './daemon-world.ts'

// The daemon and its partner are killed (-9) while they write, at moments from a seed, and started again.

const ROUNDS = 14
const seed = Number(process.env['AZEL_SEED'] ?? Math.floor(Math.random() * 2 ** 32))

let world: DaemonWorld
let broker: Mosquitto
beforeEach(async () => {
  if (mosquittoProgram === undefined) return
  world = createDaemonWorld()
  broker = await createMosquitto({})
  await broker.start()
})
afterEach(async () => {
  if (mosquittoProgram === undefined) return
  await world.destroy()
  await broker.destroy()
})

interface Row {
  readonly number: number
  readonly id: string
}

/** What is in a database's rows, or nothing while its owner holds or has not made it. */
const rows = (path: string, sql: string): readonly Record<string, unknown>[] => {
  const database = new DatabaseSync(path)
  const all = database.prepare(sql).all()
  database.close()
  return all
}

const idOf = (sealed: unknown): string => {
  const [, payload = ''] = Buffer.from(sealed as Uint8Array)
    .toString('latin1')
    .split('.')
  const item = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    readonly record: { readonly id: string }
  }
  return item.record.id
}

describe.skipIf(mosquittoProgram === undefined)(`azel run killed -9 while it writes (seed ${seed})`, () => {
  it('loses nothing and doubles nothing at the partner, and its journal stays whole', async () => {
    const random = createRandom(seed)
    const simulated = await world.simulate()
    const config = world.configure((configuration) => {
      devices(simulated)(configuration)
      sharing(broker.url)(configuration)
    })
    let partner = world.listen(broker.url)
    const printed: string[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const daemon = world.azel(['run', '--config', config])
      await waitUntil(() => daemon.stderr().includes('ready; '), 30_000, `ready: ${daemon.stderr()}`)
      // The first look comes within two seconds, then one a second.
      await wait(1_200 + 3_500 * random.uniform())
      if (random.uniform() < 0.4) {
        partner.kill('SIGKILL')
        await partner.ended
        printed.push(partner.stdout())
        partner = world.listen(broker.url)
      }
      daemon.kill('SIGKILL')
      expect(await daemon.ended).toBe('SIGKILL')
      expect(daemon.stderr()).not.toContain('internal.mistake')
    }
    const last: Running = world.azel(['run', '--config', config])
    await waitUntil(() => last.stderr().includes('connected to the broker'), 30_000, 'connected')
    await wait(3_000)
    last.kill('SIGTERM')
    expect(await last.ended).toBe(0)

    const store = unwrap(await openWorkerStore(world.path('data/station.sqlite')))
    const { journal, streams, decidedThrough } = unwrap(await store.status())
    const [stream] = streams
    expect(unwrap(await store.verifyJournal())).toMatchObject({ kind: 'intact', entries: journal.number })
    expect(decidedThrough).toBe(journal.number)
    expect(streams).toHaveLength(1)
    expect(stream?.number).toBe(journal.number)
    expect(journal.number).toBeGreaterThan(ROUNDS)
    await store.close()

    // What he misses he asks for, of a station that is there.
    const again = world.azel(['run', '--config', config])
    await waitUntil(() => partner.stdout().includes('"kind":"birth"'), 30_000, 'the partner hears of it')
    const heard = (): number => partner.stdout().match(/"kind":"item"/g)?.length ?? 0
    const before = heard()
    await waitUntil(() => heard() > before + 2, 30_000, 'new items come after the old')
    again.kill('SIGTERM')
    expect(await again.ended).toBe(0)
    await wait(1_000)
    partner.kill('SIGTERM')
    expect(await partner.ended).toBe(0)
    expect(partner.stderr()).toContain(' 0 refused, 0 still missing')
    for (const text of [...printed, partner.stdout()]) expect(text).not.toContain('"kind":"trouble"')

    const released = rows(
      world.path('data/station.sqlite'),
      'SELECT number, id FROM journal ORDER BY number',
    ) as unknown as readonly Row[]
    const received = rows(world.path('partner.sqlite'), 'SELECT number, sealed FROM item ORDER BY number')
    expect(received.map(({ number }) => number)).toEqual(released.map(({ number }) => number))
    expect(received.map(({ sealed }) => idOf(sealed))).toEqual(released.map(({ id }) => id))
    expect(new Set(released.map(({ id }) => id)).size).toBe(released.length)
  })
})
