import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createListener, type Listener, type ListenerEvent } from '../../src/hub/listener.ts'
import { type ListenerStore, openListenerStore } from '../../src/hub/listener-store.ts'
import type { Fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { type Result, unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { ms, sec } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { mayRead, mayWrite } from '../../src/network/access.ts'
import { createStationSession, type StationSession } from '../../src/network/station-session.ts'
import { openInlineStore } from '../../src/outbox/inline-store.ts'
import type { Store } from '../../src/outbox/store.ts'
import type { Agreement, Partner } from '../../src/sharing/agreement.ts'
import { signingKeyFromSeed } from '../../src/sharing/keys.ts'
import { createReleaser, type Releaser } from '../../src/sharing/releaser.ts'
import { createRecorder, type Recorder } from '../../src/station/recorder.ts'
import { createMemoryFolder } from '../support/memory-folder.ts'
import { sampleRecord } from './sample.ts'
import { createSimulatedBroker } from './simulated-broker.ts'

/** A station, a faulty broker and three partners in virtual time, all from one seed. */
export const START_UTC = utcMs(Date.UTC(2026, 7, 23, 5))
const PARTNERS = ['all', 'late', 'none'] as const
export type PartnerName = (typeof PARTNERS)[number]

export const createSharingWorld = (options: {
  readonly seed: number
  readonly cutChance?: number
  readonly doubleChance?: number
  readonly queueMax?: number
}) => {
  const clock = createVirtualClock({ startUtc: START_UTC })
  const random = createRandom(options.seed)
  const folder = createMemoryFolder('azel-world-')
  const stationKey = signingKeyFromSeed(random.fork('station').bytes(32))
  const partnerKeys = new Map(PARTNERS.map((id) => [id, signingKeyFromSeed(random.fork(id).bytes(32))]))
  const keyOf = (id: PartnerName) => {
    const key = partnerKeys.get(id)
    if (key === undefined) throw new Error('no such partner')
    return key
  }
  const partners: Partner[] = PARTNERS.map((id) => ({ id, nation: 'NOR', key: keyOf(id).publicKey }))
  const common = {
    product: 'doppler',
    dataModes: ['SIMULATED'] as const,
    receipts: true,
    retention: ms(86_400_000),
  }
  const agreements: Agreement[] = [
    { ...common, id: 'ag-all', partnerId: 'all', delay: ms(0), coarsening: {} },
    { ...common, id: 'ag-late', partnerId: 'late', delay: ms(600_000), coarsening: { onePer: sec(10) } },
  ]
  const policy = { station: 'oslo-1', partners, agreements, groups: new Map() }
  const access = { station: 'oslo-1', agreements }
  const broker = createSimulatedBroker({
    clock,
    random: random.fork('broker'),
    queueMax: options.queueMax ?? 100,
    latencyMs: 40,
    cutChance: options.cutChance ?? 0,
    doubleChance: options.doubleChance ?? 0,
    mayRead: (identity, topic) => mayRead(access, identity, topic),
    mayWrite: (identity, topic) => mayWrite(access, identity, topic),
  })

  let boots = 0
  const startStation = () => {
    boots += 1
    const store: Store = unwrap(openInlineStore(join(folder, 'station.sqlite')))
    // After a crash every call hangs for ever, as in a process that is no more.
    let crashed = false
    let callsLeft = Number.POSITIVE_INFINITY
    const guarded = Object.fromEntries(
      Object.entries(store).map(([name, method]) => [
        name,
        (...parameters: unknown[]) => {
          callsLeft -= 1
          const before = callsLeft < 0 && callsLeft % 2 === 0
          if (crashed || before) {
            crashed = true
            return new Promise(() => {})
          }
          const answer = (method as (...values: unknown[]) => unknown)(...parameters)
          // Half of the deaths come after the disk has it and before anybody hears so.
          if (callsLeft < 0) {
            crashed = true
            return new Promise(() => {})
          }
          return answer
        },
      ]),
    ) as unknown as Store
    let session: StationSession
    const bootRandom = random.fork(`boot ${boots}`)
    const releaser: Releaser = createReleaser({
      clock,
      log: silentLog,
      store: guarded,
      policy,
      key: stationKey,
      randomBytes: bootRandom.fork('salt').bytes,
      onReleased: (streams) => session.wake(streams),
    })
    const recorder: Recorder = createRecorder({
      clock,
      log: silentLog,
      store: guarded,
      onJournaled: async () => {
        await releaser.process()
      },
    })
    session = createStationSession({
      clock,
      linkClock: clock,
      log: silentLog,
      random: bootRandom.fork('session'),
      open: broker.open('oslo-1'),
      store: guarded,
      key: stationKey,
      station: 'oslo-1',
      bootId: `boot-${boots}`,
      dataMode: () => 'SIMULATED',
      description: {
        name: 'Oslo',
        software: 'test',
        latitudeDeg: 59.9,
        longitudeDeg: 10.7,
        placeResolutionDeg: 0.1,
        antenna: { kind: 'azimuth-elevation', beamWidthDeg: 20 },
      },
      partners,
      agreements,
    })
    session.start()
    void releaser.process()
    return {
      recorder,
      releaser,
      session,
      store,
      /** Dies at the Nth call to the disk from now. */
      dieAtCall: (calls: number) => {
        callsLeft = calls
      },
      crashed: () => crashed,
      bury: async () => {
        crashed = true
        releaser.stop()
        recorder.stop()
        broker.cut('oslo-1')
        void session.stop()
        await store.close()
      },
    }
  }

  const startPartner = (id: PartnerName) => {
    const store: ListenerStore = unwrap(openListenerStore(join(folder, `${id}.sqlite`)))
    const events: ListenerEvent[] = []
    const listener: Listener = createListener({
      clock,
      linkClock: clock,
      log: silentLog,
      random: random.fork(`listener ${id} ${events.length}`),
      open: broker.open(id),
      store,
      partner: id,
      key: keyOf(id),
      stations: new Map([['oslo-1', stationKey.publicKey]]),
      onEvent: (event) => events.push(event),
    })
    return {
      listener,
      store,
      events,
      items: () => events.flatMap((event) => (event.kind === 'item' ? [event.item] : [])),
      troubles: (): readonly Fault[] =>
        events.flatMap((event) => (event.kind === 'trouble' ? [event.failure] : [])),
      stop: async () => {
        broker.cut(id)
        void listener.stop()
        store.close()
      },
    }
  }

  return {
    clock,
    random,
    broker,
    stationKey,
    keyOf,
    startStation,
    startPartner,
    record: (count: number) => sampleRecord({ count, timeUtc: clock.utcNow() }),
    destroy: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export type SharingWorld = ReturnType<typeof createSharingWorld>
export const must = <Value>(result: Result<Value, Fault>): Value => unwrap(result)
