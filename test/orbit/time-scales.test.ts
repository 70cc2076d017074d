import { expect, test } from 'vitest'
import { utcMs } from '../../src/kernel/time.ts'
import {
  type TaiMs,
  taiMinusUtc,
  ttDaysSinceJ2000,
  ttMinusUtc,
  utcFromTai,
} from '../../src/orbit/time-scales.ts'
import { utc } from './fixtures.ts'

const taiOf = (at: number, offsetSec: number): TaiMs => (at + offsetSec * 1000) as TaiMs

// IERS Bulletin C 4 to 70: the second before and the second after.
test.each([
  ['1972-06-30T23:59:59', 10],
  ['1972-07-01T00:00:00', 11],
  ['1998-12-31T23:59:59.999', 31],
  ['1999-01-01T00:00:00', 32],
  ['2016-12-31T23:59:59.999', 36],
  ['2017-01-01T00:00:00', 37],
  ['2026-08-23T00:00:00', 37],
])('TAI − UTC at %s is %i s, there and back', (text, offset) => {
  const at = utc(text)
  expect(taiMinusUtc(at)).toBe(offset)
  expect(utcFromTai(taiOf(at, offset))).toBe(at)
})

test('the leap second reads as the second after it', () => {
  // 2016-12-31T23:59:60.5 UTC is 2017-01-01T00:00:36.5 TAI.
  expect(utcFromTai(taiOf(utc('2017-01-01T00:00:00'), 36.5))).toBe(utc('2017-01-01T00:00:00.5'))
  expect(utcFromTai(taiOf(utc('2017-01-01T00:00:00'), 37.5))).toBe(utc('2017-01-01T00:00:00.5'))
})

test('TT is 69.184 s ahead, and 2000-01-01T11:58:55.816 UTC is J2000', () => {
  expect(ttMinusUtc(utc('2026-08-23T00:00:00'))).toBeCloseTo(69.184, 12)
  expect(ttDaysSinceJ2000(utc('2000-01-01T11:58:55.816'))).toBe(0)
  expect(ttDaysSinceJ2000(utcMs(utc('2000-01-02T11:58:55.816')))).toBe(1)
})
