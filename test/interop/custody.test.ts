import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createListener, type ListenerEvent } from '../../src/hub/listener.ts'
import { openListenerStore } from '../../src/hub/listener-store.ts'
import type { Clock } from '../../src/kernel/clock.ts'
import type { Fault } from '../../src/kernel/errors.ts'
import { type Log, silentLog } from '../../src/kernel/log.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { createRealClock } from '../../src/kernel/real-clock.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { mosquittoAccessFile } from '../../src/network/access.ts'
import { mqttLinkOpener } from '../../src/network/mqtt-link.ts'
import { createStationSession } from '../../src/network/station-session.ts'
import { openWorkerStore } from '../../src/outbox/worker-store.ts'
import type { Agreement, Partner } from '../../src/sharing/agreement.ts'
import { signingKeyFromSeed } from '../../src/sharing/keys.ts'
import { createReleaser } from '../../src/sharing/releaser.ts'
import { createRecorder } from '../../src/station/recorder.ts'
import { sampleRecord } from '../simulation/sample.ts'
import {
  createMosquitto,
  type Mosquitto,
  mosquittoProgram,
  PATIENCE_MS,
  wait,
  waitUntil,
} from './mosquitto.ts'

const stationKey = signingKeyFromSeed(new Uint8Array(32).fill(1))
const partnerKey = signingKeyFromSeed(new Uint8Array(32).fill(2))
const strangerKey = signingKeyFromSeed(new Uint8Array(32).fill(3))
const partners: Partner[] = [
  { id: 'denmark', nation: 'DNK', key: partnerKey.publicKey },
  { id: 'stranger', nation: 'DNK', key: strangerKey.publicKey },
]
const agreements: Agreement[] = [
  {
    id: 'no-dk',
    partnerId: 'denmark',
    product: 'doppler',
    dataModes: ['SIMULATED'],
    delay: ms(0),
    coarsening: {},
    receipts: true,
    retention: ms(86_400_000),
  },
]
const policy = { station: 'oslo-1', partners, agreements, groups: new Map() }
const START = utcMs(Date.UTC(2026, 7, 23, 5))

let folder = ''
let broker: Mosquitto
beforeEach(async () => {
  if (mosquittoProgram === undefined) return
  folder = mkdtempSync(join(tmpdir(), 'azel-custody-'))
  broker = await createMosquitto({ accessFile: mosquittoAccessFile(policy, ['denmark', 'stranger']) })
  await broker.start()
})
afterEach(async () => {
  if (mosquittoProgram === undefined) return
  await broker.destroy()
  rmSync(folder, { recursive: true, force: true })
})

const openFor = (identity: string) =>
  mqttLinkOpener({
    url: broker.url,
    clientId: `azel-${identity}`,
    username: identity,
    protocolVersion: 5,
    sessionExpirySeconds: 3600,
  })

/** A clock whose timers end early, for pauses that are long on purpose. */
const hasty = (clock: Clock, factor: number): Clock => ({
  ...clock,
  setTimer: (delay, callback) => clock.setTimer(ms(delay / factor), callback),
})

const startStation = async (log: Log, haste = 1) => {
  const clock = createRealClock()
  const store = unwrap(await openWorkerStore(join(folder, 'station.sqlite')))
  const session = createStationSession({
    clock,
    linkClock: haste === 1 ? clock : hasty(clock, haste),
    log,
    random: createRandom(1),
    open: openFor('oslo-1'),
    store,
    key: stationKey,
    station: 'oslo-1',
    bootId: 'b1',
    dataMode: () => 'SIMULATED',
    description: {
      name: 'Oslo',
      software: 'test',
      latitudeDeg: 59.9,
      longitudeDeg: 10.7,
      placeResolutionDeg: 0.1,
      antenna: { kind: 'fixed', beamWidthDeg: 20 },
    },
    partners,
    agreements,
  })
  const releaser = createReleaser({
    clock,
    log,
    store,
    policy,
    key: stationKey,
    randomBytes: createRandom(2).bytes,
    onReleased: session.wake,
  })
  const recorder = createRecorder({
    clock,
    log,
    store,
    onJournaled: async () => {
      await releaser.process()
    },
  })
  session.start()
  return {
    session,
    recorder,
    store,
    stop: async () => {
      recorder.stop()
      releaser.stop()
      await session.stop()
      await store.close()
    },
  }
}

const startPartner = (id: string, key = partnerKey) => {
  const clock = createRealClock()
  const events: ListenerEvent[] = []
  const store = unwrap(openListenerStore(join(folder, `${id}.sqlite`)))
  const listener = createListener({
    clock,
    linkClock: clock,
    log: silentLog,
    random: createRandom(5),
    open: openFor(id),
    store,
    partner: id,
    key,
    stations: new Map([['oslo-1', stationKey.publicKey]]),
    onEvent: (event) => events.push(event),
  })
  const items = () => events.flatMap((event) => (event.kind === 'item' ? [event.item] : []))
  const troubles = () => events.flatMap((event) => (event.kind === 'trouble' ? [event.failure] : []))
  const stop = async () => {
    await listener.stop()
    store.close()
  }
  return { listener, events, items, troubles, stop }
}

describe.skipIf(mosquittoProgram === undefined)(
  'custody against a real mosquitto with its default limits',
  () => {
    it('gives an absent partner exactly the released set after 3,000 acknowledged records and a broker killed -9', async () => {
      const told: string[] = []
      const station = await startStation({ ...silentLog, info: (message) => told.push(message) })
      // The partner is known to the broker, with a session of his own, and leaves.
      const first = startPartner('denmark')
      await waitUntil(() => first.listener.connected(), PATIENCE_MS, 'the partner connects')
      await first.stop()

      const ids: string[] = []
      for (let count = 0; count < 3_000; count += 1) {
        const record = sampleRecord({ count, timeUtc: utcMs(START + count * 1000), relTo: ['DNK'] })
        ids.push(record.id)
        station.recorder.record(record)
      }
      await waitUntil(
        () => station.session.counts().sent === 3_000,
        PATIENCE_MS,
        'the broker acknowledged all',
      )
      await broker.kill()
      await wait(200)
      await broker.start()
      const partner = startPartner('denmark')
      await waitUntil(
        () => partner.items().length >= 3_000 && partner.listener.missing() === 0,
        PATIENCE_MS,
        'all arrived',
      )
      await waitUntil(
        async () => unwrap(await station.store.status()).streams[0]?.receipted === 3_000,
        PATIENCE_MS,
        'the receipt covers all',
      )
      expect(partner.items().map((item) => item.number)).toEqual(ids.map((_, index) => index + 1))
      expect(partner.items().map((item) => item.record.id)).toEqual(ids)
      expect(partner.troubles()).toEqual([])
      expect(told.some((message) => message.startsWith('denmark asks again for items'))).toBe(true)
      expect(station.session.counts().sentAgain).toBeGreaterThan(1_000)
      await partner.stop()
      await station.stop()
    }, 150_000)

    it('keeps a partner without an agreement, subscribed to everything, from every message', async () => {
      const station = await startStation(silentLog)
      const stranger = connect(broker.url, { protocolVersion: 5, username: 'stranger', clientId: 'stranger' })
      const heard: string[] = []
      stranger.on('message', (topic) => heard.push(topic))
      await new Promise((resolve) => stranger.once('connect', resolve))
      await stranger.subscribeAsync(['#', '$share/x/#', 'azel/v1/+/+/stream/+'], { qos: 1 })
      const partner = startPartner('denmark')
      for (let count = 0; count < 20; count += 1) {
        station.recorder.record(sampleRecord({ count, timeUtc: utcMs(START + count * 1000), relTo: ['DNK'] }))
      }
      await waitUntil(() => partner.items().length === 20, PATIENCE_MS, 'the partner has his')
      await wait(200)
      expect(heard).toEqual([])
      // Nor can he put anything into a stream, a checkpoint or another's inbox.
      await expect(
        stranger.publishAsync(`azel/v1/simulated/oslo-1/from/denmark/receipt`, 'x', { qos: 1 }),
      ).rejects.toMatchObject({ code: 135 })
      await stranger.endAsync(true)
      await partner.stop()
      await station.stop()
    })

    it('keeps what the access list refuses, tells it once, and sends it when the list is mended', async () => {
      const good = mosquittoAccessFile(policy, ['denmark', 'stranger'])
      // The station may say that it lives, and may write no stream.
      broker.setAccess(
        good.replace(
          'topic readwrite azel/v1/+/oslo-1/#',
          'topic readwrite azel/v1/+/oslo-1/+\ntopic read azel/v1/+/oslo-1/from/+/+',
        ),
      )
      const faults: Fault[] = []
      // The pause after a refusal is half a minute: time for a person to mend the list.
      const station = await startStation({ ...silentLog, fault: (failure) => faults.push(failure) }, 8)
      const partner = startPartner('denmark')
      await waitUntil(
        () => partner.listener.connected() && station.session.connected(),
        PATIENCE_MS,
        'both connect',
      )
      for (let count = 0; count < 100; count += 1) {
        station.recorder.record(sampleRecord({ count, timeUtc: utcMs(START + count * 1000), relTo: ['DNK'] }))
        await wait(10)
      }
      await waitUntil(() => faults.length > 0, PATIENCE_MS, 'the refusal is told')
      expect(faults.map(({ code }) => code)).toEqual(['broker.refused'])
      expect(faults[0]?.message).toContain('135')
      const unsentCount = async (): Promise<number> => {
        const [stream] = unwrap(await station.store.status()).streams
        return unwrap(await station.store.readUnsent({ stream: stream?.stream ?? '', limit: 1_000 })).length
      }
      // What was offered last may still be on its way to the disk.
      await waitUntil(async () => (await unsentCount()) === 100, PATIENCE_MS, 'all are in custody')
      expect([station.session.counts().sent, partner.items().length]).toEqual([0, 0])
      broker.setAccess(good)
      await waitUntil(
        () => partner.items().length === 100,
        PATIENCE_MS,
        'all arrived after the list was mended',
      )
      expect(partner.troubles()).toEqual([])
      expect(faults).toHaveLength(1)
      await partner.stop()
      await station.stop()
    })

    it('loses and doubles nothing when the broker is killed -9 again and again in the middle of sending', async () => {
      const station = await startStation(silentLog)
      const partner = startPartner('denmark')
      await waitUntil(() => partner.listener.connected(), PATIENCE_MS, 'the partner connects')
      const total = 600
      for (let count = 0; count < total; count += 1) {
        station.recorder.record(sampleRecord({ count, timeUtc: utcMs(START + count * 1000), relTo: ['DNK'] }))
        if (count % 200 === 100) {
          await waitUntil(() => station.session.counts().sent > count / 3, PATIENCE_MS, 'some are under way')
          await broker.kill()
          await broker.start()
        }
        if (count % 10 === 0) await wait(5)
      }
      await waitUntil(() => partner.items().length >= total, PATIENCE_MS, 'all arrived')
      expect(partner.items().map(({ number }) => number)).toEqual(
        Array.from({ length: total }, (_, index) => index + 1),
      )
      expect(partner.troubles()).toEqual([])
      await partner.stop()
      await station.stop()
    })

    it('tells that the broker takes no packet so large, and stays connected', async () => {
      await broker.destroy()
      broker = await createMosquitto({
        accessFile: mosquittoAccessFile(policy, ['denmark', 'stranger']),
        settings: ['max_packet_size 1500'],
      })
      await broker.start()
      const faults: Fault[] = []
      const station = await startStation({ ...silentLog, fault: (failure) => faults.push(failure) })
      await waitUntil(() => station.session.connected(), PATIENCE_MS, 'the station connects')
      station.recorder.record(sampleRecord({ count: 1, timeUtc: START, relTo: ['DNK'] }))
      await waitUntil(() => faults.length > 0, PATIENCE_MS, 'it is told')
      await wait(500)
      expect(faults.map(({ code }) => code)).toEqual(['broker.too-large'])
      expect(station.session.connected()).toBe(true)
      await station.stop()
    })

    it('refuses a broker that speaks MQTT 3.1.1 only, in one sentence', async () => {
      const { createServer } = await import('node:net')
      // CONNACK with return code 1, "unacceptable protocol version" (MQTT 3.1.1, 3.2.2.3).
      const old = createServer((socket) =>
        socket.on('data', () => socket.end(Buffer.from([0x20, 0x02, 0x00, 0x01]))),
      )
      const port = await new Promise<number>((resolve) =>
        old.listen(0, '127.0.0.1', () => {
          const address = old.address()
          resolve(address !== null && typeof address === 'object' ? address.port : 0)
        }),
      )
      const outcome = await mqttLinkOpener({
        url: `mqtt://127.0.0.1:${port}`,
        clientId: 'x',
        protocolVersion: 5,
        sessionExpirySeconds: 0,
      })({ subscriptions: [], will: undefined, onMessage: async () => {}, onClosed: () => {} })
      expect(outcome).toMatchObject({ ok: false, error: { code: 'broker.protocol' } })
      await new Promise((resolve) => old.close(resolve))
    })
  },
)
