import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { formatUtc } from '../../src/kernel/time.ts'
import { parseCcsdsTime, parseTimeSystem, type TimeSystem } from '../../src/orbit/ccsds-time.ts'

interface Vectors {
  readonly valid: readonly (readonly [string, string])[]
  readonly invalid: readonly string[]
}
const VECTORS: Vectors = JSON.parse(
  readFileSync(new URL('../fixtures/odm/vectors/ccsds-epoch-strings.json', import.meta.url), 'utf8'),
)

describe('epochs of navigation messages [CCSDS 502.0-B-3 7.5.10]', () => {
  // POSIX has no name for the leap second: it reads as the first second after it.
  const posix = (text: string): string =>
    text === '2016-12-31T23:59:60' ? '2017-01-01T00:00:00.000000' : text

  test.each(VECTORS.valid)('%s is read', (text, expected) => {
    expect(formatUtc(unwrap(parseCcsdsTime(text)), 6)).toBe(`${posix(expected)}Z`)
  })

  test.each(VECTORS.invalid)('%s is refused', (text) => {
    expect(parseCcsdsTime(text).ok).toBe(false)
  })

  test('all decimals are kept that a double has', () => {
    expect(unwrap(parseCcsdsTime('2017-04-11T22:31:43.121856123456'))).toBe(1_491_949_903_121.856_2)
  })

  test.each([
    ['2016-12-31T23:59:60.5', 'UTC', true],
    ['2016-366T23:59:60', 'UTC', true],
    ['1971-12-31T23:59:60', 'UTC', false],
    ['2017-12-31T23:59:60', 'UTC', false],
    ['2016-12-30T23:59:60', 'UTC', false],
    ['2016-12-31T22:59:60', 'UTC', false],
    ['2016-12-31T23:59:60', 'TAI', false],
    // Past what Bulletin C has said: where one could come.
    ['2031-06-30T23:59:60', 'UTC', true],
    ['2031-05-31T23:59:60', 'UTC', false],
  ] as const)('a second 60 in %s %s: legal %s', (text, system, legal) => {
    expect(parseCcsdsTime(text, system).ok).toBe(legal)
  })
})

describe('time systems', () => {
  test.each<[TimeSystem, string, string]>([
    ['UTC', '2026-08-23T00:00:00', '2026-08-23T00:00:00.000000Z'],
    ['TAI', '2026-08-23T00:00:37', '2026-08-23T00:00:00.000000Z'],
    ['GPS', '2026-08-23T00:00:18', '2026-08-23T00:00:00.000000Z'],
    ['TT', '2026-08-23T00:01:09.184', '2026-08-23T00:00:00.000000Z'],
    ['TAI', '1996-12-18T12:00:30.331', '1996-12-18T12:00:00.331000Z'],
    // The GPS week began with the leap seconds of 1980 (IS-GPS-200, 3.3.4).
    ['GPS', '1980-01-06T00:00:00', '1980-01-06T00:00:00.000000Z'],
  ])('%s %s is %s', (system, text, expected) => {
    expect(formatUtc(unwrap(parseCcsdsTime(text, system)), 6)).toBe(expected)
  })

  test('TDB − TT is −1.28037 ms on 1992-11-13 [ERFA, eraDtdb], to the 10 µs of the formula', () => {
    const reading = unwrap(parseCcsdsTime('1992-11-13T02:57:07.2', 'TDB'))
    const asTt = unwrap(parseCcsdsTime('1992-11-13T02:57:07.2', 'TT'))
    expect(Math.abs(reading - asTt - 1.28037)).toBeLessThan(0.012)
  })

  test.each(['UT1', 'MRT', 'TCG', 'ABCD', '', 'constructor'])('%j is refused with its reason', (text) => {
    const result = parseTimeSystem(text)
    expect(result.ok).toBe(false)
    expect(result.ok ? '' : result.error.length).toBeGreaterThan(5)
  })

  test('the name of a system may be in lower case', () => {
    expect(parseTimeSystem(' utc ')).toEqual({ ok: true, value: 'UTC' })
  })
})
