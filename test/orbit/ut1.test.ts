import { expect, test } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { MS_PER_DAY, utcMs } from '../../src/kernel/time.ts'
import { hz, sec } from '../../src/kernel/units.ts'
import { createDoppler } from '../../src/orbit/doppler.ts'
import { createLook } from '../../src/orbit/look.ts'
import { findPasses } from '../../src/orbit/pass-search.ts'
import type { Ut1Table } from '../../src/orbit/ut1.ts'
import { ISS, propagatorOf, siteAt, utc } from './fixtures.ts'

const from = utc('2026-08-23T00:00:00Z')
const site = siteAt(51.5, -0.1275, 50)
const motion = propagatorOf(ISS)
const table: Ut1Table = {
  sourceName: 'finals2000A.all',
  rows: [
    { utcMs: from, ut1MinusUtc: sec(0.1) },
    { utcMs: utcMs(from + MS_PER_DAY), ut1MinusUtc: sec(0.3) },
  ],
}
const at = utc('2026-08-23T06:00:00Z')

test('a bulletin and its value of the moment give the same look, Doppler and passes', () => {
  const moment = sec(0.15)
  expect(unwrap(createLook({ motion, site, ut1MinusUtc: table })(at)).azimuth).toBeCloseTo(
    unwrap(createLook({ motion, site, ut1MinusUtc: moment })(at)).azimuth,
    11,
  )
  const frequencyWith = (ut1MinusUtc: Ut1Table | typeof moment): number =>
    unwrap(createDoppler({ motion, site, ut1MinusUtc, transmitFrequency: hz(437e6) })(at)).frequency
  expect(frequencyWith(table)).toBeCloseTo(frequencyWith(moment), 4)
  expect(frequencyWith(table)).not.toBeCloseTo(frequencyWith(sec(0)), 2)
})

test('a window that reaches beyond the bulletin ends where it does, with its reason', () => {
  const window = { motion, site, fromUtcMs: from, toUtcMs: utcMs(from + 2 * MS_PER_DAY) }
  const { passes, problem } = findPasses({ ...window, ut1MinusUtc: table })
  expect(problem).toMatchObject({ code: 'orbit.earth-rotation' })
  expect(passes.length).toBeGreaterThan(3)
  expect(passes.every(({ losUtcMs }) => losUtcMs <= from + MS_PER_DAY)).toBe(true)
  expect(createLook({ motion, site, ut1MinusUtc: table })(utcMs(from - 1))).toMatchObject({
    ok: false,
    error: { code: 'orbit.earth-rotation' },
  })
})
