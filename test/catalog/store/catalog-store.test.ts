import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { learningPairs } from '../../../src/catalog/learning-pairs.ts'
import { loadElementFile } from '../../../src/catalog/load-file.ts'
import { CatalogStore } from '../../../src/catalog/store/catalog-store.ts'
import type { Origin } from '../../../src/catalog/store/rows.ts'
import { unwrap } from '../../../src/kernel/result.ts'
import { MS_PER_DAY, utcMs } from '../../../src/kernel/time.ts'
import { deg } from '../../../src/kernel/units.ts'
import type { ElementSet } from '../../../src/orbit/element-set.ts'
import type { SuccessiveSets } from '../../../src/orbit/uncertainty/successive-sets.ts'

const fixture = async (name: string): Promise<readonly ElementSet[]> =>
  unwrap(await loadElementFile(new URL(`../../fixtures/catalog/${name}`, import.meta.url).pathname))
    .elementSets

const FIRST = utcMs(Date.UTC(2026, 7, 1, 12))
const SECOND = utcMs(Date.UTC(2026, 7, 22, 12))
const origin = (fetchedUtcMs: number, change: Partial<Origin> = {}): Origin => ({
  source: 'celestrak GROUP=active',
  place: 'active.csv',
  fetchedUtcMs,
  sha256: 'ab',
  bytes: 100,
  redistributable: true,
  ...change,
})

let store: CatalogStore
beforeEach(() => {
  store = unwrap(CatalogStore.open(':memory:'))
})
afterEach(() => store.close())

const current = (number: number) => unwrap(store.currentSets([number]))[0]

const iss: ElementSet = {
  catalogNumber: 25544,
  name: 'ISS (ZARYA)',
  objectId: '1998-067A',
  epochUtcMs: SECOND,
  meanMotion: 15.49570248,
  eccentricity: 0.00076683,
  inclination: deg(51.6331),
  rightAscension: deg(331.8814),
  argumentOfPericenter: deg(72.6488),
  meanAnomaly: deg(287.5339),
  bstar: 0.00017025076,
  meanMotionDot: 0.00009133,
  meanMotionDdot: 0,
  ephemerisType: 0,
  elementSetNumber: 999,
  revolutionAtEpoch: 58203,
}
/** The same orbit a day later and further: its node drifts by five degrees a day. */
const later = (days: number, change: Partial<ElementSet> = {}): ElementSet => ({
  ...iss,
  epochUtcMs: utcMs(SECOND + days * MS_PER_DAY),
  rightAscension: deg((iss.rightAscension - 4.99 * days) % 360),
  ...change,
})
const take = (sets: readonly ElementSet[], nowUtc = SECOND) =>
  unwrap(store.import(sets, origin(nowUtc), nowUtc))

/** What the history of all objects teaches. */
const pairsOf = (from: CatalogStore) => {
  const pairs: SuccessiveSets[] = []
  unwrap(from.histories((sets) => pairs.push(...learningPairs(sets))))
  return pairs
}

describe('the store of element sets', () => {
  it('keeps every digit, and where a set is from', () => {
    take([iss])
    expect(current(25544)).toMatchObject({
      elements: iss,
      flag: undefined,
      origin: { source: 'celestrak GROUP=active', fetchedUtcMs: SECOND, redistributable: true },
    })
  })

  it('keeps two days of the real catalogue as two revisions, flags none of it, and flies the newer', async () => {
    const first = await fixture('active-2026-08-01.csv')
    const second = await fixture('active-2026-08-22.csv')
    expect(unwrap(store.import(first, origin(FIRST), FIRST))).toMatchObject({
      added: first.length,
      flaggedCount: 0,
    })
    // Those whose orbit changed most of 16,238: two that went from transfer to the geostationary ring among them.
    expect(unwrap(store.import(second, origin(SECOND), SECOND))).toMatchObject({
      newObjects: 0,
      flagged: [],
    })
    const number = 100140
    expect(current(number)?.elements).toEqual(second.find((set) => set.catalogNumber === number))
    expect(unwrap(store.revisions(number))).toHaveLength(2)
    const pairs = pairsOf(store)
    expect(pairs).toHaveLength(second.length)
    for (const { older, newer } of pairs) {
      expect(older.catalogNumber).toBe(newer.catalogNumber)
      expect(newer.epochUtcMs - older.epochUtcMs).toBeGreaterThan(10 * MS_PER_DAY)
    }
  })

  it('takes the same set once, and an older one only into its history', () => {
    take([later(1)])
    expect(take([later(1)])).toMatchObject({ added: 0, known: 1 })
    expect(take([iss])).toMatchObject({ added: 1, newObjects: 0 })
    expect(current(25544)?.elements.epochUtcMs).toBe(later(1).epochUtcMs)
    expect(unwrap(store.revisions(25544)).map(({ elements }) => elements.epochUtcMs)).toEqual([
      later(1).epochUtcMs,
      iss.epochUtcMs,
    ])
  })

  it('takes a correction under the same epoch', () => {
    take([iss])
    take([{ ...iss, bstar: 0.0002 }])
    expect(current(25544)?.elements.bstar).toBe(0.0002)
    expect(pairsOf(store)).toEqual([])
  })

  it('never flies a set that its object cannot have come to, and shows it as flagged', () => {
    take([iss])
    const swapped = later(0.5, { inclination: deg(97.5), rightAscension: deg(20) })
    expect(take([swapped]).flagged).toEqual([
      { catalogNumber: 25544, name: iss.name, epochUtcMs: swapped.epochUtcMs, flag: 'jump' },
    ])
    expect(current(25544)?.elements).toEqual(iss)
    expect(unwrap(store.objects())[0]).toMatchObject({ flagged: { elements: swapped, flag: 'jump' } })
    // Again the same changes nothing: repeating is no proof.
    expect(take([swapped])).toMatchObject({ added: 0 })
    expect(current(25544)?.elements).toEqual(iss)
    // Nor is the same in another format, whose epoch is cut, or a correction under it.
    take([{ ...swapped, epochUtcMs: utcMs(swapped.epochUtcMs + 0.4) }])
    take([{ ...swapped, bstar: 0.0002 }])
    expect(current(25544)?.elements).toEqual(iss)
    // A good one makes it history.
    take([later(1)])
    expect(unwrap(store.objects())[0]?.flagged).toBeUndefined()
  })

  it('compares over two months at most: after a year nobody knows where the plane has drifted', () => {
    take([iss])
    take([later(59, { rightAscension: deg(100) })], utcMs(SECOND + 59 * MS_PER_DAY))
    expect(current(25544)?.elements).toEqual(iss)
    const far = later(365, { rightAscension: deg(100) })
    take([far], far.epochUtcMs)
    expect(current(25544)?.elements).toEqual(far)
  })

  it('believes a jump when a later set agrees with it, and does not call the two sides one orbit', () => {
    take([iss])
    const polar = { inclination: deg(90), rightAscension: deg(20) }
    take([later(0.5, polar)])
    take([later(1, polar)])
    expect(current(25544)?.elements.inclination).toBe(90)
    expect(unwrap(store.objects())[0]?.flagged).toBeUndefined()
    expect(pairsOf(store)).toEqual([])
  })

  it('never flies what is decayed, in the future or of SGP4-XP, even as the first of its object', () => {
    const bad = [
      { ...iss, catalogNumber: 1, meanMotion: 16.9 },
      { ...iss, catalogNumber: 2, eccentricity: 0.1 },
      { ...later(4), catalogNumber: 3 },
      { ...iss, catalogNumber: 4, ephemerisType: 4 },
    ]
    expect(take(bad).flagged.map(({ flag }) => flag)).toEqual([
      'below-ground',
      'below-ground',
      'future-epoch',
      'sgp4-xp',
    ])
    expect(unwrap(store.currentSets())).toEqual([])
    expect(unwrap(store.objects()).map(({ flagged }) => flagged?.elements)).toEqual(bad)
  })

  it('judges a set from the future again when its time has come', () => {
    take([later(4)])
    expect(current(25544)).toBeUndefined()
    take([later(4)], utcMs(SECOND + 2 * MS_PER_DAY))
    expect(current(25544)?.elements).toEqual(later(4))
  })

  it('says that the clock is wrong rather than flag a whole catalogue', async () => {
    const sets = await fixture('active-2026-08-22.csv')
    const outcome = store.import(sets, origin(0), utcMs(0))
    expect(outcome).toMatchObject({ ok: false, error: { code: 'catalog.clock' } })
    expect(unwrap(store.objects())).toEqual([])
  })

  it('remembers what may not be passed on, until a public source has the same set', () => {
    const secret = origin(SECOND, { source: 'space-track', redistributable: false })
    unwrap(store.import([iss], secret, SECOND))
    expect(current(25544)?.origin.redistributable).toBe(false)
    take([iss])
    expect(current(25544)?.origin.redistributable).toBe(true)
    unwrap(store.import([iss], secret, SECOND))
    expect(current(25544)?.origin.redistributable).toBe(true)
  })

  it('lets go of old history, by age and by number, and never of what is flown', () => {
    const old = later(-90, { catalogNumber: 7 })
    take([old, later(-500, { catalogNumber: 8 })])
    for (let step = 0; step < 50; step += 1) take([later(step / 10)], later(step / 10).epochUtcMs)
    expect(unwrap(store.revisions(25544))).toHaveLength(32)
    expect(current(25544)?.elements).toEqual(later(4.9))
    expect(current(7)?.elements).toEqual(old)
    expect(current(8)).toBeUndefined()
    take([later(-100, { catalogNumber: 7 })])
    expect(unwrap(store.revisions(7))).toHaveLength(1)
  })

  it('is there again when opened anew, and waits for another one who has it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'azel-store-'))
    try {
      const path = join(folder, 'catalog.sqlite')
      const writer = unwrap(CatalogStore.open(path))
      unwrap(writer.import([iss], origin(SECOND), SECOND))
      writer.close()
      const reader = unwrap(CatalogStore.open(path))
      expect(unwrap(reader.currentSets([25544, 1]))).toHaveLength(1)
      reader.close()
      expect(CatalogStore.open(join(folder, 'catalog.sqlite', 'x'))).toMatchObject({
        ok: false,
        error: { code: 'store.open' },
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
