import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readUt1Table } from '../../src/catalog/ut1-file.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { parseUtc, type UtcMs, utcMs } from '../../src/kernel/time.ts'
import { sec } from '../../src/kernel/units.ts'
import { type Ut1Table, ut1MinusUtcAt } from '../../src/orbit/ut1.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/time/${name}`, import.meta.url), 'utf8')
const utc = (text: string): UtcMs => unwrap(parseUtc(text))
const read = (text: string, sourceName = 'bulletin'): Ut1Table => unwrap(readUt1Table(text, { sourceName }))
const at = (table: Ut1Table, text: string): number => unwrap(ut1MinusUtcAt(table, utc(text)))

const FINALS = fixture('finals2000A-2017.all')
const CELESTRAK = `DATE,MJD,X,Y,UT1-UTC,LOD,DPSI,DEPS,DX,DY,DAT,DATA_TYPE
2016-12-31,57753,0.081400,0.263094,-0.4077601,0.0008842,-0.10,-0.01,0.000025,-0.000169,36,O
2017-01-01,57754,0.080504,0.263145,0.5912821,0.0010342,-0.10,-0.01,0.000012,-0.000168,37,O
`
const IERS_CSV = `MJD;Year;Month;Day;Type;x_pole;sigma_x_pole;y_pole;sigma_y_pole;Type;UT1-UTC;sigma_UT1-UTC
57753;2016;12;31;final;0.081400;0.000052;0.263094;0.000039;final;-0.4077601;0.0000078
57754;2017;01;01;final;0.080504;0.000028;0.263145;0.000028;final;0.5912821;0.0000077
57755;2017;01;02;;;;;;;;
`

describe('UT1 − UTC from a bulletin', () => {
  test('is what the day says at midnight, and lies between two days by their share', () => {
    const table = read(FINALS)
    expect(at(table, '2016-12-29T00:00:00')).toBeCloseTo(-0.4060885, 12)
    expect(at(table, '2016-12-29T06:00:00')).toBeCloseTo(-0.4060885 + (-0.406918 + 0.4060885) / 4, 12)
  })

  test('follows the Earth through a leap second, and jumps with UTC alone', () => {
    const table = read(FINALS)
    // UT1 − TAI goes from -36.4077601 to -36.4087179 that day.
    expect(at(table, '2016-12-31T12:00:00')).toBeCloseTo(-0.408239, 12)
    expect(at(table, '2016-12-31T23:59:59.999')).toBeCloseTo(-0.4087179, 9)
    expect(at(table, '2017-01-01T00:00:00')).toBeCloseTo(0.5912821, 12)
  })

  test.each([
    ["CelesTrak's CSV", CELESTRAK],
    ["the IERS's CSV, whose last day has no value yet", IERS_CSV],
    ['lines that end in CRLF, after a byte order mark', `\uFEFF${CELESTRAK.replaceAll('\n', '\r\n')}`],
  ])('reads the same from %s', (_name, text) => {
    expect(at(read(text), '2016-12-31T12:00:00')).toBeCloseTo(-0.408239, 12)
  })

  test('ends with the last prediction, and says so instead of going on', () => {
    const table = read(fixture('finals2000A-end.all'), 'finals2000A.all')
    expect(at(table, '2027-09-25T00:00:00')).toBeCloseTo(-0.1313246, 12)
    for (const instant of [utc('2027-09-25T00:00:01'), utc('2027-09-21T23:59:59')]) {
      expect(ut1MinusUtcAt(table, instant)).toMatchObject({
        ok: false,
        error: { code: 'orbit.earth-rotation' },
      })
    }
    const asked = ut1MinusUtcAt(table, utc('2028-01-01T00:00:00'))
    expect(asked.ok ? '' : asked.error.message).toBe(
      'finals2000A.all has UT1 − UTC for 2027-09-22 to 2027-09-25, not for 2028-01-01T00:00:00Z',
    )
    expect(ut1MinusUtcAt(table, utcMs(Number.NaN)).ok).toBe(false)
  })

  test('given as a value it is that value, whenever', () => {
    expect(unwrap(ut1MinusUtcAt(sec(0.1), utcMs(0)))).toBe(0.1)
  })
})

const row = (mjd: number, value: string): string => `${mjd},${value}\n`
const HEADER = 'MJD,UT1-UTC\n'

test.each([
  ['an empty file', '', 'bulletin has UT1 − UTC for less than two days'],
  ['one day', HEADER + row(57_753, '-0.4'), 'bulletin has UT1 − UTC for less than two days'],
  [
    'a web page',
    '<!DOCTYPE html>\n<html>',
    `bulletin, line 1: "<!DOCTYPE html>" is neither a line of the IERS's finals2000A nor a CSV header with MJD and UT1-UTC`,
  ],
  [
    'milliseconds',
    HEADER + row(57_753, '-407.8'),
    'bulletin, line 2: UT1 − UTC of -407.8 s is more than 1 s; it is wanted in seconds',
  ],
  ['no number', HEADER + row(57_753, '-0.4x'), 'line 2: UT1 − UTC "-0.4x" is no number'],
  ['a decimal comma', HEADER + row(57_753, '-0,4'), 'line 2: it has 3 fields, and the header names 2'],
  [
    'Julian dates',
    HEADER + row(2_457_753, '-0.4'),
    'line 2: 2457753 is no modified Julian date of these times',
  ],
  ['days that fall', HEADER + row(57_754, '0.1') + row(57_753, '0.1'), 'line 3: the days do not rise'],
  ['a day twice', HEADER + row(57_753, '0.1') + row(57_753, '0.1'), 'line 3: the days do not rise'],
  ['a hole', HEADER + row(57_753, '0.1') + row(57_773, '0.1'), 'line 3: 20 days are missing before it'],
  ['a short line', `${HEADER}57753\n`, 'line 2: it has 1 fields, and the header names 2'],
  ['a cut bulletin', `${FINALS.slice(0, 400)}\n oops`, 'is no line of finals2000A'],
])('%s is refused with its line', (_what, text, message) => {
  const refused = readUt1Table(text, { sourceName: 'bulletin' })
  expect(refused).toMatchObject({ ok: false, error: { code: 'orbit.earth-rotation' } })
  expect(refused.ok ? '' : refused.error.message).toContain(message)
})
