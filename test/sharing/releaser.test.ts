import { afterEach, describe, expect, it } from 'vitest'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { err, unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg, hz, ms, sec } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { Observation } from '../../src/observation/record.ts'
import { openInlineStore } from '../../src/outbox/inline-store.ts'
import type { Store } from '../../src/outbox/store.ts'
import type { Agreement, Partner } from '../../src/sharing/agreement.ts'
import { signingKeyFromSeed } from '../../src/sharing/keys.ts'
import { EMPTY_STREAM_HASH, hashOf, type Item, itemSchema, openMessage } from '../../src/sharing/messages.ts'
import { createReleaser, type Releaser } from '../../src/sharing/releaser.ts'
import { sampleRecord } from '../simulation/sample.ts'

const START = utcMs(Date.UTC(2026, 7, 23, 5))
const MINUTE = 60_000
const key = signingKeyFromSeed(new Uint8Array(32).fill(1))
const partnerOf = (id: string, nation: string): Partner => ({
  id,
  nation,
  key: signingKeyFromSeed(new Uint8Array(32).fill(2)).publicKey,
})
const denmark = partnerOf('denmark', 'DNK')
const norway = partnerOf('norway', 'NOR')
const agreementOf = (id: string, partnerId: string, changes: Partial<Agreement> = {}): Agreement => ({
  id,
  partnerId,
  product: 'doppler',
  dataModes: ['SIMULATED'],
  delay: ms(0),
  coarsening: {},
  receipts: true,
  retention: ms(86_400_000),
  ...changes,
})

const stores: Store[] = []
const releasers: Releaser[] = []
afterEach(async () => {
  for (const releaser of releasers.splice(0)) releaser.stop()
  for (const store of stores.splice(0)) await store.close()
})

const setUp = () => {
  const clock = createVirtualClock({ startUtc: START })
  const store = unwrap(openInlineStore(':memory:'))
  stores.push(store)
  const faults: Fault[] = []
  const start = (
    agreements: readonly Agreement[],
    partners: readonly Partner[] = [denmark],
    over = store,
  ) => {
    const releaser = createReleaser({
      clock,
      log: { ...silentLog, fault: (failure) => faults.push(failure) },
      store: over,
      policy: { station: 'oslo-1', partners, agreements, groups: new Map() },
      key,
      randomBytes: createRandom(3).bytes,
      onReleased: () => {},
    })
    releasers.push(releaser)
    return releaser
  }
  let count = 0
  const journal = async (changes: Partial<Observation> = {}): Promise<Observation> => {
    count += 1
    const record = { ...sampleRecord({ count, timeUtc: clock.utcNow() }), ...changes }
    const body = Buffer.from(JSON.stringify(record))
    unwrap(await store.append([{ id: record.id, body, recordedUtc: clock.utcNow() }]))
    return record
  }
  /** What each partner's streams hold, opened and their chains checked. */
  const itemsOf = async (partner: string): Promise<readonly Item[]> => {
    const items: Item[] = []
    for (const { stream, number, head } of unwrap(await store.status()).streams.filter(
      (status) => status.partner === partner,
    )) {
      let previous = EMPTY_STREAM_HASH
      const kept = unwrap(await store.readItems({ stream, from: 1, to: 1_000, limit: 1_000 }))
      for (const { sealed } of kept) {
        const item = unwrap(
          openMessage({ sealed, type: 'azel-item+jws', keys: [key.publicKey], schema: itemSchema }),
        )
        if (item.partner !== partner || item.stream !== stream || item.previous !== previous) {
          throw new Error(`item ${item.number} does not chain`)
        }
        previous = hashOf(sealed)
        items.push(item)
      }
      if (kept.length !== number || previous !== head) throw new Error(`${stream} is not complete`)
    }
    return items
  }
  const reasons = async () =>
    unwrap(await store.summarise()).map(({ partner, kind, reason, count: times }) => [
      partner,
      kind,
      reason,
      times,
    ])
  return { clock, store, faults, start, journal, itemsOf, reasons }
}

describe('the releaser', () => {
  it('numbers after the gate: what is withheld leaves no gap', async () => {
    const { start, journal, itemsOf } = setUp()
    const releaser = start([agreementOf('ag', 'denmark')])
    const label = sampleRecord({ count: 0, timeUtc: START }).label
    const released: string[] = []
    for (let count = 0; count < 200; count += 1) {
      const { id } = await journal(count % 3 === 0 ? {} : { label: { ...label, relTo: ['SWE'] } })
      if (count % 3 === 0) released.push(id)
    }
    unwrap(await releaser.process())
    const items = await itemsOf('denmark')
    expect(items.map(({ number }) => number)).toEqual(released.map((_, index) => index + 1))
    expect(items.map(({ record }) => record.id)).toEqual(released)
    expect(new Set(items.map(({ salt }) => salt)).size).toBe(items.length)
  })

  it('puts a journal entry that cannot be read on the audit, releases it to nobody and goes on', async () => {
    const { clock, store, start, journal, itemsOf, reasons, faults } = setUp()
    const bodies = ['{"schema":', '{"a":1,"a":2}', '{}', '\xff']
    for (const [index, text] of bodies.entries()) {
      const body = Buffer.from(text, 'latin1')
      unwrap(await store.append([{ id: `broken-${index}`, body, recordedUtc: clock.utcNow() }]))
    }
    await journal()
    const releaser = start([agreementOf('ag', 'denmark')], [denmark, norway])
    unwrap(await releaser.process())
    expect(await itemsOf('denmark')).toHaveLength(1)
    expect(await reasons()).toEqual([
      ['denmark', 'released', 'agreement ag', 1],
      ['denmark', 'withheld', 'the journal entry cannot be read', 4],
      ['norway', 'withheld', 'no agreement with norway', 1],
      ['norway', 'withheld', 'the journal entry cannot be read', 4],
    ])
    expect(faults.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => 'store.corrupt'))
    unwrap(await releaser.process())
    expect(faults).toHaveLength(4)
  })

  it('withholds what waits when its agreement is removed, and when it ends before the delay', async () => {
    const { clock, start, journal, itemsOf, reasons } = setUp()
    const delay = ms(10 * MINUTE)
    const ends = agreementOf('ends', 'norway', { delay, validUntilUtc: utcMs(START + 9 * MINUTE) })
    const first = start([agreementOf('removed', 'denmark', { delay }), ends], [denmark, norway])
    await journal()
    unwrap(await first.process())
    expect(first.waiting()).toBe(2)
    first.stop()
    const second = start([ends], [denmark, norway])
    unwrap(await second.process())
    await clock.advance(ms(11 * MINUTE))
    expect(second.waiting()).toBe(0)
    expect(await itemsOf('denmark')).toEqual([])
    expect(await itemsOf('norway')).toEqual([])
    expect(await reasons()).toEqual(
      expect.arrayContaining([
        ['denmark', 'withheld', 'agreement removed is no longer in force', 1],
        ['norway', 'withheld', 'agreement ends ended 2026-08-23T05:09:00Z', 1],
      ]),
    )
  })

  it('opens nothing of before to an agreement that is added later', async () => {
    const { start, journal, itemsOf } = setUp()
    await journal()
    unwrap(await start([]).process())
    const { id } = await journal()
    unwrap(await start([agreementOf('new', 'denmark')]).process())
    expect((await itemsOf('denmark')).map(({ number, record }) => [number, record.id])).toEqual([[1, id]])
  })

  it("begins another stream when an agreement's id is used again for another partner", async () => {
    const { store, start, journal, itemsOf } = setUp()
    await journal()
    unwrap(await start([agreementOf('same', 'denmark')], [denmark, norway]).process())
    await journal()
    unwrap(await start([agreementOf('same', 'norway')], [denmark, norway]).process())
    expect((await itemsOf('denmark')).map(({ number }) => number)).toEqual([1])
    expect((await itemsOf('norway')).map(({ number, previous }) => [number, previous])).toEqual([
      [1, EMPTY_STREAM_HASH],
    ])
    expect(unwrap(await store.status()).streams).toHaveLength(2)
  })

  it('keeps two agreements of one partner, and exercise and simulation, in streams of their own', async () => {
    const { store, start, journal, itemsOf } = setUp()
    const releaser = start([
      agreementOf('whole', 'denmark', { dataModes: ['SIMULATED', 'EXERCISE'] }),
      agreementOf('coarse', 'denmark', { coarsening: { frequency: hz(10), angle: deg(1) } }),
    ])
    await journal()
    await journal({ dataMode: 'EXERCISE' })
    await journal()
    unwrap(await releaser.process())
    const items = await itemsOf('denmark')
    const numbersOf = (agreement: string, dataMode: string) =>
      items
        .filter((item) => item.agreement === agreement && item.dataMode === dataMode)
        .map(({ number }) => number)
    expect(numbersOf('whole', 'SIMULATED')).toEqual([1, 2])
    expect(numbersOf('whole', 'EXERCISE')).toEqual([1])
    expect(numbersOf('coarse', 'SIMULATED')).toEqual([1, 2])
    expect(items).toHaveLength(5)
    expect(items.every(({ record, dataMode }) => record.dataMode === dataMode)).toBe(true)
    expect(unwrap(await store.status()).streams).toHaveLength(3)
  })

  it("names a pass in coarse streams by an alias: one for a pass, another in another stream, never the pass's id", async () => {
    const { start, journal, itemsOf } = setUp()
    const coarsening = { frequency: hz(10) }
    const partners = [denmark, norway]
    const agreements = [
      agreementOf('a', 'denmark', { coarsening }),
      agreementOf('b', 'norway', { coarsening }),
    ]
    await journal({ passId: 'pass-1' })
    await journal({ passId: 'pass-1' })
    unwrap(await start(agreements, partners).process())
    // After a restart too.
    await journal({ passId: 'pass-1' })
    await journal({ passId: 'pass-2' })
    unwrap(await start(agreements, partners).process())
    const aliases = async (partner: string) => (await itemsOf(partner)).map(({ record }) => record.passId)
    const [one, two, three, other] = await aliases('denmark')
    expect([two, three]).toEqual([one, one])
    expect(other).not.toBe(one)
    expect(one).toMatch(/^[0-9a-f]{32}$/)
    expect((await aliases('norway'))[0]).not.toBe(one)
  })

  it('opens nothing early when the wall clock is set forward while records wait', async () => {
    const { clock, start, journal, itemsOf } = setUp()
    const releaser = start([agreementOf('late', 'denmark', { delay: ms(10 * MINUTE) })])
    await journal()
    unwrap(await releaser.process())
    await clock.advance(ms(MINUTE))
    clock.stepWall(ms(365 * 24 * 60 * MINUTE))
    await clock.advance(ms(8 * MINUTE))
    unwrap(await releaser.process())
    expect(await itemsOf('denmark')).toEqual([])
    // A record of the new time has the same delay of its own.
    await journal()
    unwrap(await releaser.process())
    await clock.advance(ms(2 * MINUTE))
    expect(await itemsOf('denmark')).toHaveLength(1)
    await clock.advance(ms(9 * MINUTE))
    expect(await itemsOf('denmark')).toHaveLength(2)
    expect(releaser.waiting()).toBe(0)
  })

  it('releases late, never early and each once, when the wall clock is set back while records wait', async () => {
    const { clock, start, journal, itemsOf } = setUp()
    const releaser = start([agreementOf('late', 'denmark', { delay: ms(10 * MINUTE) })])
    await journal()
    unwrap(await releaser.process())
    await clock.advance(ms(9 * MINUTE))
    clock.stepWall(ms(-60 * MINUTE))
    await journal()
    unwrap(await releaser.process())
    await clock.advance(ms(9 * MINUTE))
    expect(await itemsOf('denmark')).toHaveLength(0)
    await clock.advance(ms(3 * MINUTE))
    expect(await itemsOf('denmark')).toHaveLength(1)
    await clock.advance(ms(60 * MINUTE))
    expect(await itemsOf('denmark')).toHaveLength(2)
  })

  it('keeps trying while the disk refuses, and loses and doubles nothing', async () => {
    const { clock, store, start, journal, itemsOf, faults } = setUp()
    let refusing = true
    const failing: Store = {
      ...store,
      commitRelease: (release) =>
        refusing ? Promise.resolve(err(fault('store.full', 'full'))) : store.commitRelease(release),
    }
    const coarsening = { onePer: sec(10) }
    const releaser = start([agreementOf('ag', 'denmark', { coarsening })], [denmark], failing)
    for (let count = 0; count < 3; count += 1) {
      await journal()
      expect((await releaser.process()).ok).toBe(false)
      await clock.advance(ms(20_000))
    }
    expect(faults.length).toBeGreaterThan(3)
    expect(await itemsOf('denmark')).toEqual([])
    refusing = false
    // Nobody calls: its own timer does it.
    await clock.advance(ms(6_000))
    expect((await itemsOf('denmark')).map(({ number }) => number)).toEqual([1, 2, 3])
  })

  it('decides each record once over restarts, with many waiting', async () => {
    const { clock, start, journal, itemsOf } = setUp()
    const agreements = [agreementOf('late', 'denmark', { delay: ms(10 * MINUTE) })]
    const ids: string[] = []
    for (let count = 0; count < 150; count += 1) {
      ids.push((await journal()).id)
      await clock.advance(ms(1_000))
      if (count % 40 === 0) {
        const releaser = start(agreements)
        unwrap(await releaser.process())
        releaser.stop()
      }
    }
    const releaser = start(agreements)
    unwrap(await releaser.process())
    expect(releaser.waiting()).toBe(150)
    await clock.advance(ms(15 * MINUTE))
    expect((await itemsOf('denmark')).map(({ record }) => record.id)).toEqual(ids)
  })
})
