import { afterEach, describe, expect, it } from 'vitest'
import { ms } from '../../src/kernel/units.ts'
import { checkpointTopic, streamTopic } from '../../src/network/topics.ts'
import { signingKeyFromSeed } from '../../src/sharing/keys.ts'
import type { Item } from '../../src/sharing/messages.ts'
import { seal } from '../../src/sharing/seal.ts'
import { createSharingWorld, must, type SharingWorld } from './sharing-world.ts'

let world: SharingWorld | undefined
afterEach(() => {
  world?.destroy()
  world = undefined
})

const SECOND = 1_000
const topicOf = (item: Item): string => streamTopic('SIMULATED', 'oslo-1', item.stream)
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1)

describe('the chain from journal to partner', () => {
  it('gives each partner exactly what his agreement says, and the audit says why', async () => {
    const w = createSharingWorld({ seed: 1 })
    world = w
    const station = w.startStation()
    const partners = {
      all: w.startPartner('all'),
      late: w.startPartner('late'),
      none: w.startPartner('none'),
    }
    await w.clock.advance(ms(5 * SECOND))
    for (let count = 0; count < 60; count += 1) {
      station.recorder.record(w.record(count))
      await w.clock.advance(ms(SECOND))
    }
    await w.clock.advance(ms(20 * SECOND))
    expect(partners.all.items()).toHaveLength(60)
    expect(partners.late.items()).toHaveLength(0)
    await w.clock.advance(ms(660 * SECOND))
    expect(partners.late.items().map((item) => item.number)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(partners.none.events).toEqual([])
    expect(w.broker.delivered().filter(({ identity }) => identity === 'none')).toEqual([])
    const summary = must(await station.store.summarise())
    expect(summary).toContainEqual({
      partner: 'none',
      kind: 'withheld',
      reason: 'no agreement with none',
      count: 60,
    })
    expect(summary).toContainEqual({
      partner: 'all',
      kind: 'released',
      reason: 'agreement ag-all',
      count: 60,
    })
    expect(summary).toContainEqual({
      partner: 'late',
      kind: 'withheld',
      reason: 'thinned to one record in 10 s',
      count: 53,
    })
    const status = must(await station.store.status())
    expect(status.streams.map(({ number, receipted }) => number - receipted)).toEqual([0, 0])
    expect(must(await station.store.verifyJournal())).toMatchObject({ kind: 'intact', entries: 60 })
  })

  it.each(SEEDS)(
    'loses and doubles nothing when links drop and the station dies while writing (seed %i)',
    async (seed) => {
      const w = createSharingWorld({ seed, cutChance: 0.02, doubleChance: 0.05, queueMax: 10 })
      world = w
      let station = w.startStation()
      let all = w.startPartner('all')
      const late = w.startPartner('late')
      const gone: (typeof all)[] = []
      const journaled = new Set<string>()
      const chaos = w.random.fork('chaos')
      for (let count = 0; count < 120; count += 1) {
        const record = w.record(count)
        station.recorder.record(record)
        if (chaos.uniform() < 0.04) station.dieAtCall(Math.floor(chaos.uniform() * 12))
        if (chaos.uniform() < 0.03) w.broker.cut('all')
        if (chaos.uniform() < 0.02) {
          w.broker.kill()
          w.clock.setTimer(ms(7 * SECOND), w.broker.revive)
        }
        if (chaos.uniform() < 0.02) {
          await all.stop()
          gone.push(all)
          all = w.startPartner('all')
        }
        await w.clock.advance(ms(SECOND))
        if (station.crashed()) {
          await station.bury()
          await w.clock.advance(ms(3 * SECOND))
          station = w.startStation()
        }
        // The daemon would measure on; here the same record is offered again, as a caller who does not know may do.
        station.recorder.record(record)
        journaled.add(record.id)
      }
      station.dieAtCall(Number.POSITIVE_INFINITY)
      await w.clock.advance(ms(60 * SECOND))
      // The late partner's records become due, and back-off after an outage can take half a minute at each end.
      await w.clock.advance(ms(1_800 * SECOND))
      const received = [...gone, all].flatMap((partner) => partner.items())
      expect(received.map((item) => item.record.id).toSorted()).toEqual([...journaled].toSorted())
      expect(received.map((item) => item.number)).toEqual(received.map((_, index) => index + 1))
      expect([...gone, all, late].flatMap((partner) => partner.troubles())).toEqual([])
      const status = must(await station.store.status())
      expect(status.streams.every(({ number, receipted }) => number === receipted)).toBe(true)
      expect(late.items().map((item) => item.number)).toEqual(late.items().map((_, index) => index + 1))
      expect(late.items().length).toBe(status.streams.find(({ partner }) => partner === 'late')?.number)
      expect(must(await station.store.verifyJournal())).toMatchObject({
        kind: 'intact',
        entries: journaled.size,
      })
    },
  )
})

describe('what a broker or a stranger does to a stream is named', () => {
  const run = async (
    tamper: (topic: string, payload: Uint8Array, count: number) => readonly Uint8Array[],
    after?: (w: SharingWorld, last: Item) => void,
  ) => {
    const w = createSharingWorld({ seed: 7 })
    world = w
    const station = w.startStation()
    const all = w.startPartner('all')
    await w.clock.advance(ms(3 * SECOND))
    let count = 0
    w.broker.tamper((topic, payload) => {
      if (!topic.includes('/stream/')) return [payload]
      count += 1
      return tamper(topic, payload, count)
    })
    for (let number = 0; number < 10; number += 1) {
      station.recorder.record(w.record(number))
      await w.clock.advance(ms(SECOND))
    }
    const last = all.items().at(-1)
    if (last !== undefined) after?.(w, last)
    await w.clock.advance(ms(120 * SECOND))
    return { all, w, station }
  }

  it('an altered item is refused and the true one fetched', async () => {
    const { all } = await run((_topic, payload, count) => {
      if (count !== 4) return [payload]
      const altered = Buffer.from(payload)
      // Somewhere in the payload part of the JWS.
      altered[200] = altered[200] === 0x41 ? 0x42 : 0x41
      return [altered]
    })
    expect(all.troubles().map(({ code }) => code)).toEqual(['seal.invalid'])
    expect(all.troubles()[0]?.message).toContain('altered or forged')
    expect(all.items().map((item) => item.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('a dropped item is noticed by its number and asked for', async () => {
    const { all, station } = await run((_topic, payload, count) => (count === 5 ? [] : [payload]))
    expect(all.events).toContainEqual(expect.objectContaining({ kind: 'asked', from: 5, to: 5 }))
    expect(all.items().map((item) => item.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(station.session.counts().sentAgain).toBe(1)
  })

  it('the last item dropped is noticed by the checkpoint', async () => {
    const { all } = await run((_topic, payload, count) => (count === 10 ? [] : [payload]))
    expect(all.items()).toHaveLength(10)
  })

  it('reordered items come out in order', async () => {
    let held: Uint8Array | undefined
    const { all } = await run((_topic, payload, count) => {
      if (count === 3) {
        held = payload
        return []
      }
      return count === 4 && held !== undefined ? [payload, held] : [payload]
    })
    expect(all.items().map((item) => item.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(all.troubles()).toEqual([])
  })

  it("a stranger's item is named as forged, whatever key it says", async () => {
    const stranger = signingKeyFromSeed(new Uint8Array(32).fill(9))
    const { all } = await run(
      (_topic, payload) => [payload],
      (w, last) => {
        w.broker.inject(
          topicOf(last),
          Buffer.from(seal({ type: 'azel-item+jws', key: stranger, payload: { number: 11 } })),
        )
      },
    )
    expect(all.troubles().map(({ message }) => message)).toEqual([
      expect.stringContaining('signed with an unknown key'),
    ])
    expect(all.items()).toHaveLength(10)
  })

  it('two items under one number, both signed, are named as equivocation', async () => {
    const { all } = await run(
      (_topic, payload) => [payload],
      (w, item) => {
        w.broker.inject(
          topicOf(item),
          Buffer.from(
            seal({
              type: 'azel-item+jws',
              key: w.stationKey,
              payload: { ...item, releasedUtc: '2026-08-23T06:00:00.000000Z' },
            }),
          ),
        )
      },
    )
    expect(all.troubles().map(({ code }) => code)).toEqual(['stream.equivocation'])
  })

  it('an item exchanged within the chain is named', async () => {
    const { all } = await run(
      (_topic, payload) => [payload],
      (w, item) => {
        w.broker.inject(
          topicOf(item),
          Buffer.from(seal({ type: 'azel-item+jws', key: w.stationKey, payload: { ...item, number: 11 } })),
        )
      },
    )
    expect(all.troubles().map(({ code }) => code)).toContain('stream.altered')
    expect(all.items()).toHaveLength(10)
  })

  it('a checkpoint whose head is another is named', async () => {
    const { all } = await run(
      (_topic, payload) => [payload],
      (w, item) => {
        w.broker.inject(
          checkpointTopic('SIMULATED', 'oslo-1', item.stream),
          Buffer.from(
            seal({
              type: 'azel-checkpoint+jws',
              key: w.stationKey,
              payload: {
                schema: 'azel.checkpoint/1',
                station: 'oslo-1',
                dataMode: 'SIMULATED',
                stream: item.stream,
                partner: 'all',
                number: 10,
                head: item.previous,
                oldest: 1,
                receipted: 0,
                bootId: 'x',
                issuedUtc: '2026-08-23T06:00:00.000000Z',
                validUntilUtc: '2036-08-23T06:00:00.000000Z',
              },
            }),
          ),
        )
      },
    )
    expect(all.troubles().map(({ code }) => code)).toEqual(['stream.altered'])
  })
})
