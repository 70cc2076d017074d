import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Log } from '../../src/kernel/log.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { MS_PER_DAY, type UtcMs, utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { ut1MinusUtcAt } from '../../src/orbit/ut1.ts'
import { openEarthRotation } from '../../src/station/earth-rotation.ts'
import { utc } from '../orbit/fixtures.ts'

// 2026-08-23 is the modified Julian date 61275.
const TODAY = utc('2026-08-23T00:00:00Z')
const TODAY_MJD = 61_275

let folder = ''
let path = ''
let told: string[] = []
const log: Log = { info: () => {}, warn: () => {}, fault: ({ message }) => told.push(message) }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-ut1-'))
  path = join(folder, 'finals.csv')
  told = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A bulletin whose value is a ten-thousandth of a second for each day from today. */
const writeBulletin = (fromDay: number, toDay: number): void => {
  const rows = Array.from({ length: toDay - fromDay + 1 }, (_, index) => fromDay + index)
  writeFileSync(
    path,
    ['MJD,UT1-UTC', ...rows.map((day) => `${TODAY_MJD + day},${(0.1 + day / 10_000).toFixed(6)}`)].join('\n'),
  )
}
const open = (at: UtcMs = TODAY) =>
  openEarthRotation(path, { clock: createVirtualClock({ startUtc: at }), log })
const day = (count: number): UtcMs => utcMs(TODAY + count * MS_PER_DAY)

it('without a bulletin UT1 is UTC', async () => {
  const rotation = unwrap(
    await openEarthRotation(undefined, { clock: createVirtualClock({ startUtc: TODAY }), log }),
  )
  expect(rotation.ut1MinusUtc()).toBe(0)
  expect(await rotation.refresh()).toBe(false)
})

it('reckons with the bulletin, and hands on only the days that a plan may need', async () => {
  writeBulletin(-2_000, 360)
  const ut1 = unwrap(await open()).ut1MinusUtc()
  expect(unwrap(ut1MinusUtcAt(ut1, day(3)))).toBeCloseTo(0.1003, 9)
  expect(unwrap(ut1MinusUtcAt(ut1, day(-3)))).toBeCloseTo(0.0997, 9)
  expect(typeof ut1 === 'number' ? 0 : ut1.rows.length).toBeLessThan(500)
  expect(told).toEqual([])
})

it.each([
  ['ends within a plan', -100, 3, 0.1003, / ends on 2026-08-26; from then on its last UT1 − UTC is used$/],
  ['ended long ago', -900, -300, 0.07, / ends on 2025-10-27; from then on/],
  ['begins later', 2, 100, 0.1002, / begins on 2026-08-25 only; until then its first/],
  ['begins much later', 500, 600, 0.15, / begins on 2028-01-05 only/],
])('goes on with the nearest value where it %s, and says so once', async (_, from, to, value, words) => {
  writeBulletin(from, to)
  const rotation = unwrap(await open())
  const at = from > 0 ? day(0) : day(7)
  expect(unwrap(ut1MinusUtcAt(rotation.ut1MinusUtc(), at))).toBeCloseTo(value, 9)
  expect(await rotation.refresh()).toBe(false)
  expect(told).toEqual([expect.stringMatching(words)])
})

it('takes a newer bulletin when it is there, and keeps the old one where the new one is broken', async () => {
  writeBulletin(-10, 3)
  const clock = createVirtualClock({ startUtc: TODAY })
  const rotation = unwrap(await openEarthRotation(path, { clock, log }))
  writeBulletin(-10, 300)
  expect(await rotation.refresh()).toBe(true)
  expect(unwrap(ut1MinusUtcAt(rotation.ut1MinusUtc(), day(30)))).toBeCloseTo(0.103, 9)
  writeFileSync(path, '<html>')
  expect(await rotation.refresh()).toBe(false)
  expect(await rotation.refresh()).toBe(false)
  expect(unwrap(ut1MinusUtcAt(rotation.ut1MinusUtc(), day(30)))).toBeCloseTo(0.103, 9)
  expect(told).toHaveLength(2)
  expect(told[1]).toMatch(/line 1/)
  // The days go by, and it ends at last.
  await clock.advance(ms(295 * MS_PER_DAY))
  await rotation.refresh()
  expect(told[2]).toMatch(/ ends on 2027-06-19/)
})

it('refuses what is no bulletin with the line, and what is no file', async () => {
  writeFileSync(path, 'hello')
  expect(await open()).toMatchObject({ ok: false, error: { message: expect.stringMatching(/line 1/) } })
  path = folder
  expect(await open()).toMatchObject({
    ok: false,
    error: { message: expect.stringMatching(/no ordinary file/) },
  })
})
