import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { MS_PER_DAY, utcMs } from '../../src/kernel/time.ts'
import { deg, sec } from '../../src/kernel/units.ts'
import { createBulkCatalogue } from '../../src/orbit/bulk/bulk-catalogue.ts'
import { ROW } from '../../src/orbit/bulk/pass-rows.ts'
import { searchCatalogue } from '../../src/orbit/bulk/search-catalogue.ts'
import { flatHorizon } from '../../src/orbit/horizon-mask.ts'
import type { Trajectory } from '../../src/orbit/trajectory.ts'
import { createPassFinder, type PassFinder, type PassFinderRequest } from '../../src/station/pass-finder.ts'
import { demoCatalogue, siteAt, utc } from '../orbit/fixtures.ts'

// Near the Earth, where the search is quick.
const elementSets = demoCatalogue().filter(({ meanMotion }) => meanMotion > 11)
const from = utc('2026-08-23T00:00:00Z')
const windowOf = (days: number): PassFinderRequest => ({
  site: siteAt(51.5, -0.1275, 50),
  fromUtcMs: from,
  toUtcMs: utcMs(from + days * MS_PER_DAY),
  mask: flatHorizon(deg(0)),
})
// 18,000 passes and more: as many as the memory holds that a worker shares, and some.
const LONG = windowOf(16)

/** AOS and LOS of all rows as they come, after one another. */
const endsOf = async (
  finder: PassFinder,
  request: PassFinderRequest,
  before: () => void = () => undefined,
): Promise<Float64Array> => {
  const ends: number[] = []
  unwrap(
    await finder.findRows(request, (rows, length) => {
      before()
      for (let at = 0; at < length; at += rows[at + ROW.length] ?? Number.NaN)
        ends.push(rows[at + ROW.aosUtcMs] ?? Number.NaN, rows[at + ROW.losUtcMs] ?? Number.NaN)
    }),
  )
  return Float64Array.from(ends)
}

let inline: PassFinder
let worker: PassFinder
beforeEach(async () => {
  inline = await createPassFinder({ elementSets, threads: 0 })
  worker = await createPassFinder({ elementSets, threads: 1 })
})
afterEach(async () => {
  await Promise.all([inline.close(), worker.close()])
})

describe('a search in a worker', () => {
  test('waits for a receiver that is slower than the search, and hands each row on as it was found', async () => {
    const expected = await endsOf(inline, LONG)
    expect(expected.length).toBeGreaterThan(2 * 18_000)
    const { catalogue } = createBulkCatalogue(elementSets)
    const search = { ...LONG, minimumElevation: deg(0), ut1MinusUtc: sec(0) }
    // While this goes on, the worker could fill all that it shares, and more.
    const dawdle = (): void => {
      if (!isFirst) return
      isFirst = false
      for (let round = 0; round < 3; round += 1) unwrap(searchCatalogue(catalogue, search, () => undefined))
    }
    let isFirst = true
    const found = await endsOf(worker, LONG, dawdle)
    expect(Buffer.from(found.buffer).equals(Buffer.from(expected.buffer))).toBe(true)
  })

  test('keeps passes when their rows are gone', async () => {
    const endOf = ({ toUtcMs, stateAt }: Trajectory): number | undefined => stateAt(toUtcMs)?.position.x
    const kept: (readonly [number | undefined, Trajectory])[] = []
    unwrap(
      await worker.find(LONG, (passes) => {
        for (const { trajectory } of passes) {
          // Another place of the same trajectory makes it forget the one asked for before.
          kept.push([endOf(trajectory), trajectory])
          trajectory.stateAt(trajectory.fromUtcMs)
        }
      }),
    )
    expect(kept.filter(([x, trajectory]) => endOf(trajectory) !== x)).toEqual([])
  })

  test('ends when it is closed while it waits for its receiver', async () => {
    let chunks = 0
    const found = await worker.findRows(LONG, () => {
      chunks += 1
      if (chunks === 1) void worker.close()
    })
    expect(found.ok ? undefined : found.error.code).toBe('internal.mistake')
  })

  test('throws what its receiver throws, and can be used again', async () => {
    const broken = worker.findRows(LONG, () => {
      throw new Error('no room')
    })
    await expect(broken).rejects.toThrow('no room')
    expect(await endsOf(worker, windowOf(1))).toEqual(await endsOf(inline, windowOf(1)))
  })
})
