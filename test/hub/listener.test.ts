import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { createListener, type ListenerEvent } from '../../src/hub/listener.ts'
import { type ListenerStore, openListenerStore } from '../../src/hub/listener-store.ts'
import { fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { err, ok, unwrap } from '../../src/kernel/result.ts'
import { formatUtc, utcMs, utcPlus } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { BrokerLinkOptions } from '../../src/network/broker-link.ts'
import { birthTopic, checkpointTopic, statusTopic, streamTopic } from '../../src/network/topics.ts'
import type { DataMode } from '../../src/observation/record.ts'
import { signingKeyFromSeed } from '../../src/sharing/keys.ts'
import {
  EMPTY_STREAM_HASH,
  hashOf,
  openMessage,
  receiptSchema,
  resendSchema,
} from '../../src/sharing/messages.ts'
import { type SealType, seal } from '../../src/sharing/seal.ts'
import { sampleRecord } from '../simulation/sample.ts'

const START = utcMs(Date.UTC(2026, 7, 23, 5))
const stationKey = signingKeyFromSeed(new Uint8Array(32).fill(1))
const partnerKey = signingKeyFromSeed(new Uint8Array(32).fill(2))
const STREAM = 'a1'.repeat(16)
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

const sealed = (type: SealType, payload: unknown, key = stationKey): Uint8Array =>
  Buffer.from(seal({ type, key, payload }), 'ascii')

/** Items 1 to `count`, as the station would seal them. */
const chain = (count: number, changes: Record<string, unknown> = {}): readonly Uint8Array[] => {
  let previous = EMPTY_STREAM_HASH
  return Array.from({ length: count }, (_, index) => {
    const bytes = sealed('azel-item+jws', {
      schema: 'azel.item/1',
      station: 'oslo-1',
      dataMode: 'SIMULATED',
      stream: STREAM,
      partner: 'denmark',
      agreement: 'ag',
      product: 'doppler',
      number: index + 1,
      previous,
      salt: 'A'.repeat(22),
      releasedUtc: formatUtc(START),
      record: sampleRecord({ count: index, timeUtc: START }),
      ...changes,
    })
    previous = hashOf(bytes)
    return bytes
  })
}

const setUp = async (over: (store: ListenerStore) => ListenerStore = (store) => store) => {
  const clock = createVirtualClock({ startUtc: START })
  const store = over(unwrap(openListenerStore(':memory:')))
  const events: ListenerEvent[] = []
  const said: { readonly topic: string; readonly payload: Uint8Array }[] = []
  let link: BrokerLinkOptions | undefined
  const listener = createListener({
    clock,
    linkClock: clock,
    log: silentLog,
    random: createRandom(1),
    open: async (opened) => {
      link = opened
      return ok({
        publish: async (message) => {
          said.push(message)
          return ok('taken' as const)
        },
        close: async () => opened.onClosed(undefined),
      })
    },
    store,
    partner: 'denmark',
    key: partnerKey,
    stations: new Map([['oslo-1', stationKey.publicKey]]),
    onEvent: (event) => events.push(event),
  })
  stops.push(async () => {
    await listener.stop()
    store.close()
  })
  await clock.advance(ms(10))
  const hear = async (topic: string, payload: Uint8Array): Promise<void> => {
    await link?.onMessage(topic, payload)
  }
  const item = (bytes: Uint8Array, mode: DataMode = 'SIMULATED', stream = STREAM) =>
    hear(streamTopic(mode, 'oslo-1', stream), bytes)
  const checkpoint = (changes: Record<string, unknown>) =>
    hear(
      checkpointTopic('SIMULATED', 'oslo-1', STREAM),
      sealed('azel-checkpoint+jws', {
        schema: 'azel.checkpoint/1',
        station: 'oslo-1',
        dataMode: 'SIMULATED',
        stream: STREAM,
        partner: 'denmark',
        number: 0,
        head: EMPTY_STREAM_HASH,
        oldest: 1,
        receipted: 0,
        bootId: 'b',
        issuedUtc: formatUtc(clock.utcNow()),
        validUntilUtc: formatUtc(utcPlus(clock.utcNow(), ms(180_000))),
        ...changes,
      }),
    )
  const receipts = () =>
    said
      .filter(({ topic }) => topic.endsWith('/receipt'))
      .map(({ payload }) =>
        unwrap(
          openMessage({
            sealed: payload,
            type: 'azel-receipt+jws',
            keys: [partnerKey.publicKey],
            schema: receiptSchema,
          }),
        ),
      )
  const requests = () =>
    said
      .filter(({ topic }) => topic.endsWith('/resend'))
      .map(({ payload }) =>
        unwrap(
          openMessage({
            sealed: payload,
            type: 'azel-resend+jws',
            keys: [partnerKey.publicKey],
            schema: resendSchema,
          }),
        ),
      )
  const troubles = () => events.flatMap((event) => (event.kind === 'trouble' ? [event.failure.code] : []))
  const items = () => events.flatMap((event) => (event.kind === 'item' ? [event.item.number] : []))
  return { clock, listener, store, hear, item, checkpoint, receipts, requests, troubles, items, events }
}

describe('the listener', () => {
  it('signs for the newest item once, after what it keeps is on the disk', async () => {
    const { clock, item, receipts, store } = await setUp()
    const bytes = chain(5)
    for (const one of bytes) await item(one)
    expect(receipts()).toEqual([])
    await clock.advance(ms(30_000))
    expect(receipts().map(({ through, head }) => [through, head])).toEqual([
      [5, hashOf(bytes[4] ?? new Uint8Array())],
    ])
    expect(store.sealedItems('oslo-1', STREAM).map((one) => Buffer.from(one))).toEqual(
      bytes.map((one) => Buffer.from(one)),
    )
  })

  it('asks for what is missing, ever less often, and not at all without a gap', async () => {
    const { clock, item, requests, items } = await setUp()
    const bytes = chain(6)
    for (const at of [0, 1, 4]) await item(bytes[at] ?? new Uint8Array())
    await clock.advance(ms(10 * 60_000))
    const asked = requests()
    expect(asked.every(({ from, to }) => from === 3 && to === 4)).toBe(true)
    // 250 ms, doubled up to a minute: some eighteen in ten minutes.
    expect(asked.length).toBeGreaterThan(10)
    expect(asked.length).toBeLessThan(20)
    for (const at of [2, 3, 5]) await item(bytes[at] ?? new Uint8Array())
    await clock.advance(ms(10 * 60_000))
    expect(items()).toEqual([1, 2, 3, 4, 5, 6])
    expect(requests()).toHaveLength(asked.length)
  })

  it('gets a long gap range by range without pauses, while new items keep coming', async () => {
    const { clock, item, requests, items } = await setUp()
    const bytes = chain(2_600)
    let next = 2_000
    let answered = 0
    const from = clock.monoNow()
    while (items().length < 2_000) {
      expect(clock.monoNow() - from).toBeLessThan(10_000)
      // A new item every 100 ms, and the station's answer to each request at once.
      await item(bytes[next] ?? new Uint8Array())
      next += 1
      const request = requests()[answered]
      if (request !== undefined) {
        answered += 1
        for (let number = request.from; number <= request.to; number += 1) {
          await item(bytes[number - 1] ?? new Uint8Array())
        }
      }
      await clock.advance(ms(100))
    }
    // 500 at a time, and hardly anything twice.
    expect(requests().length).toBeLessThanOrEqual(6)
  })

  it('counts nothing as received that could not be kept, and gets it again', async () => {
    let refusing = true
    const { clock, item, requests, receipts, items, troubles } = await setUp((store) => ({
      ...store,
      accept: (...parameters) => (refusing ? err(fault('store.full', 'full')) : store.accept(...parameters)),
    }))
    const [first = new Uint8Array()] = chain(1)
    await item(first)
    await clock.advance(ms(5_000))
    expect([items(), receipts(), troubles()]).toEqual([[], [], ['store.full']])
    expect(requests()[0]).toMatchObject({ from: 1, to: 1 })
    refusing = false
    await item(first)
    await clock.advance(ms(5_000))
    expect([items(), receipts().map(({ through }) => through)]).toEqual([[1], [1]])
  })

  it('survives a store that fails at reading', async () => {
    const { item, troubles, items } = await setUp((store) => ({
      ...store,
      position: () => err(fault('store.corrupt', 'damaged')),
    }))
    for (const one of chain(2)) await item(one)
    expect([items(), troubles()]).toEqual([[], ['store.corrupt', 'store.corrupt']])
  })

  it('names what was moved: to another stream, mode, partner or station', async () => {
    const { item, troubles, items, hear } = await setUp()
    const [first = new Uint8Array()] = chain(1)
    await item(first, 'SIMULATED', 'b2'.repeat(16))
    await item(first, 'REAL')
    await item(chain(1, { partner: 'sweden' })[0] ?? new Uint8Array())
    await item(chain(1, { station: 'bergen-1' })[0] ?? new Uint8Array())
    await hear(
      birthTopic('REAL', 'oslo-1'),
      sealed('azel-birth+jws', {
        schema: 'azel.birth/1',
        station: 'oslo-1',
        name: 'Oslo',
        dataMode: 'SIMULATED',
        bootId: 'b',
        software: 's',
        issuedUtc: formatUtc(START),
        latitudeDeg: 60,
        longitudeDeg: 10,
        placeResolutionDeg: 1,
        antenna: { kind: 'fixed', beamWidthDeg: 20 },
      }),
    )
    await hear(
      statusTopic('SIMULATED', 'oslo-1'),
      sealed('azel-status+jws', {
        schema: 'azel.status/1',
        station: 'bergen-1',
        dataMode: 'SIMULATED',
        bootId: 'b',
        state: 'alive',
        issuedUtc: formatUtc(START),
      }),
    )
    expect(items()).toEqual([])
    expect(troubles()).toEqual(Array.from({ length: 6 }, () => 'seal.invalid'))
  })

  it('takes no record of another mode, station or marking than its item says', async () => {
    const { item, troubles, items } = await setUp()
    const record = sampleRecord({ count: 1, timeUtc: START })
    const bad = [
      { record: { ...record, dataMode: 'EXERCISE' } },
      { record: { ...record, station: 'bergen-1', id: record.id } },
    ]
    for (const changes of bad) await item(chain(1, changes)[0] ?? new Uint8Array())
    await item(
      chain(1, { dataMode: 'REAL', record: { ...record, dataMode: 'REAL' } })[0] ?? new Uint8Array(),
      'REAL',
    )
    expect([items(), troubles()]).toEqual([[], Array.from({ length: 3 }, () => 'stream.malformed')])
  })

  it('takes one kind of message for no other', async () => {
    const { hear, troubles } = await setUp()
    const [first = new Uint8Array()] = chain(1)
    await hear(checkpointTopic('SIMULATED', 'oslo-1', STREAM), first)
    await hear(birthTopic('SIMULATED', 'oslo-1'), first)
    expect(troubles()).toEqual(['seal.invalid', 'seal.invalid'])
  })

  it('tells once that the station is silent, also when an old checkpoint is played over and over', async () => {
    const { clock, checkpoint, troubles, listener } = await setUp()
    const issuedUtc = formatUtc(clock.utcNow())
    for (let minute = 0; minute < 10; minute += 1) {
      await checkpoint({})
      await clock.advance(ms(60_000))
    }
    expect(troubles()).toEqual([])
    for (let minute = 0; minute < 20; minute += 1) {
      await checkpoint({ issuedUtc })
      await clock.advance(ms(60_000))
    }
    expect(troubles()).toEqual(['stream.silent'])
    expect(listener.counts().refused).toBe(0)
    await checkpoint({})
    await clock.advance(ms(10 * 60_000))
    expect(troubles()).toEqual(['stream.silent', 'stream.silent'])
  })

  it('lets an old checkpoint neither hide items nor call for receipts without end', async () => {
    const { clock, item, checkpoint, receipts, troubles } = await setUp()
    const bytes = chain(5)
    const issuedUtc = formatUtc(clock.utcNow())
    await checkpoint({ number: 2, head: hashOf(bytes[1] ?? new Uint8Array()) })
    await clock.advance(ms(1_000))
    for (const one of bytes) await item(one)
    await checkpoint({ number: 5, head: hashOf(bytes[4] ?? new Uint8Array()), receipted: 5 })
    await clock.advance(ms(5_000))
    const before = receipts().length
    for (let count = 0; count < 20; count += 1) {
      await checkpoint({ issuedUtc, number: 2, head: hashOf(bytes[1] ?? new Uint8Array()), receipted: 0 })
      await clock.advance(ms(2_000))
    }
    expect(receipts()).toHaveLength(before)
    // An old one with another hash is a second story of the same stream.
    await checkpoint({ issuedUtc, number: 2, head: hashOf(bytes[2] ?? new Uint8Array()) })
    expect(troubles()).toEqual(['stream.equivocation'])
  })

  it('refuses a checkpoint that keeps more than there is', async () => {
    const { checkpoint, troubles, listener } = await setUp()
    await checkpoint({ number: 3, oldest: 4 })
    await checkpoint({ number: 0, oldest: 2 })
    expect(troubles()).toEqual(['stream.malformed', 'stream.malformed'])
    expect(listener.missing()).toBe(0)
  })

  it('bounds what waits in memory over all streams of a station gone wild', async () => {
    const { hear, listener } = await setUp()
    const record = sampleRecord({ count: 1, timeUtc: START })
    for (let stream = 0; stream < 5; stream += 1) {
      const name = stream.toString(16).padStart(32, '0')
      for (let number = 2; number <= 902; number += 1) {
        const bytes = sealed('azel-item+jws', {
          schema: 'azel.item/1',
          station: 'oslo-1',
          dataMode: 'SIMULATED',
          stream: name,
          partner: 'denmark',
          agreement: 'ag',
          product: 'doppler',
          number,
          previous: EMPTY_STREAM_HASH,
          salt: 'A'.repeat(22),
          releasedUtc: formatUtc(START),
          record,
        })
        await hear(streamTopic('SIMULATED', 'oslo-1', name), bytes)
      }
    }
    // 4,510 exist, 4,505 came, 4,000 wait.
    expect(listener.missing()).toBe(4_510 - 4_000)
  })

  it('lets a flood of rubbish through to nobody', async () => {
    const { hear, events } = await setUp()
    for (const topic of [
      '',
      'azel',
      '#',
      'azel/v1/real/oslo-1',
      'azel/v1/simulated/bergen-1/birth',
      'azel/v1/x/oslo-1/birth',
      'azel/v1/simulated/oslo-1/from/denmark/receipt',
    ]) {
      await hear(topic, Buffer.from('rubbish'))
    }
    expect(events).toEqual([])
  })
})

describe("the partner's store", () => {
  it('refuses data of a newer program, a diary and data in use', () => {
    const folder = mkdtempSync(join(tmpdir(), 'azel-partner-'))
    try {
      const path = join(folder, 'partner.sqlite')
      const first = unwrap(openListenerStore(path))
      expect(openListenerStore(path)).toMatchObject({ error: { code: 'store.locked' } })
      first.close()
      const database = new DatabaseSync(path)
      database.exec('PRAGMA user_version = 99')
      database.close()
      expect(openListenerStore(path)).toMatchObject({ error: { code: 'store.newer' } })
      writeFileSync(join(folder, 'diary'), 'Dear diary. '.repeat(500))
      expect(openListenerStore(join(folder, 'diary'))).toMatchObject({ error: { code: 'store.corrupt' } })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
