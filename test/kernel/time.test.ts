import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import {
  civilFromUtc,
  formatDuration,
  formatUtc,
  MS_PER_DAY,
  monoBetween,
  monoMs,
  monoPlus,
  parseUtc,
  utcBetween,
  utcFromCivil,
  utcMs,
  utcPlus,
} from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'

// The years 1900 to 2100, which satellites and their elements live in.
const EARLIEST_MS = Date.UTC(1900, 0, 1)
const LATEST_MS = Date.UTC(2100, 0, 1)
const wholeMs = fc.integer({ min: EARLIEST_MS, max: LATEST_MS })
// From 1970 on; a double resolves 0.25 µs in 2026.
const fractionalMs = fc.double({ min: 0, max: LATEST_MS, noNaN: true })

const parsed = (text: string): number => unwrap(parseUtc(text))
const refusal = (text: string): string => {
  const result = parseUtc(text)
  return result.ok ? `accepted as ${formatUtc(result.value)}` : result.error
}

describe('formatUtc', () => {
  it('agrees with Date for whole milliseconds', () => {
    fc.assert(
      fc.property(wholeMs, (instant) => {
        expect(formatUtc(utcMs(instant), 3)).toBe(new Date(instant).toISOString())
      }),
    )
  })

  it('keeps microseconds and below', () => {
    const base = Date.UTC(2026, 7, 23, 2, 7, 20)
    expect(formatUtc(utcMs(base + 934.095))).toBe('2026-08-23T02:07:20.934095Z')
    expect(formatUtc(utcMs(0.000123), 9)).toBe('1970-01-01T00:00:00.000000123Z')
    expect(formatUtc(utcMs(base + 0.5), 9)).toBe('2026-08-23T02:07:20.000500000Z')
  })

  it('carries a rounding up to the year', () => {
    const lastMoment = utcMs(Date.UTC(2027, 0, 1) - 0.0004)
    expect(formatUtc(lastMoment, 6)).toBe('2027-01-01T00:00:00.000000Z')
    expect(formatUtc(lastMoment, 0)).toBe('2027-01-01T00:00:00Z')
    expect(formatUtc(utcMs(-0.25), 6)).toBe('1969-12-31T23:59:59.999750Z')
  })

  it('never writes a second of 60', () => {
    fc.assert(
      fc.property(fractionalMs, fc.integer({ min: 0, max: 9 }), (instant, digits) => {
        expect(formatUtc(utcMs(instant), digits)).not.toMatch(/:60/)
      }),
    )
  })

  it('throws for an instant that is none, rather than writing one that is none', () => {
    expect(() => formatUtc(utcMs(Number.NaN))).toThrow('finite')
    expect(() => formatUtc(utcMs(Number.POSITIVE_INFINITY))).toThrow('finite')
  })
})

describe('parseUtc', () => {
  it('agrees with Date for whole milliseconds', () => {
    fc.assert(
      fc.property(wholeMs, (instant) => {
        expect(parsed(new Date(instant).toISOString())).toBe(instant)
      }),
    )
  })

  it('reads back what was written with 9 decimals, to the bit', () => {
    fc.assert(
      fc.property(fc.double({ min: Date.UTC(2005, 0, 1), max: LATEST_MS, noNaN: true }), (instant) => {
        expect(parsed(formatUtc(utcMs(instant), 9))).toBe(instant)
      }),
    )
  })

  it.each([6, 7, 8, 9])('reads back what was written with %d decimals, to the last of them', (digits) => {
    const half = 0.5 * 10 ** (3 - digits)
    fc.assert(
      fc.property(fractionalMs, (instant) => {
        // An ulp of the double is added: 0.25 µs.
        expect(Math.abs(parsed(formatUtc(utcMs(instant), digits)) - instant)).toBeLessThanOrEqual(
          half + 2.5e-4,
        )
      }),
    )
  })

  it('writes again what it has read, with 6 decimals', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.integer({ min: 0, max: 999_999 }),
        (s, us) => {
          const text = new Date(s * 1000).toISOString().replace('.000Z', `.${String(us).padStart(6, '0')}Z`)
          expect(formatUtc(utcMs(parsed(text)))).toBe(text)
        },
      ),
    )
  })

  it.each([
    ['2026-08-23', Date.UTC(2026, 7, 23)],
    ['2026-08-23T02:07', Date.UTC(2026, 7, 23, 2, 7)],
    ['2026-08-23 02:07:20Z', Date.UTC(2026, 7, 23, 2, 7, 20)],
    ['2026-08-23T02:07:20+00:00', Date.UTC(2026, 7, 23, 2, 7, 20)],
    ['2026-08-23T02:07:20.5', Date.UTC(2026, 7, 23, 2, 7, 20, 500)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000],
  ])('reads %s', (text, expected) => {
    expect(parsed(text)).toBe(expected)
  })

  it.each([
    // CCSDS 301.0-B-4, 3.5.1.2: day of year.
    ['2026-235T02:07:20.9', Date.UTC(2026, 7, 23, 2, 7, 20, 900)],
    ['2026-001T00:00:00Z', Date.UTC(2026, 0, 1)],
    ['2024-366T23:59:59Z', Date.UTC(2024, 11, 31, 23, 59, 59)],
    ['2024-060T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('[CCSDS 301.0-B-4 3.5.1.2] reads the day of year in %s', (text, expected) => {
    expect(parsed(text)).toBe(expected)
  })

  it('agrees with Date on every day of year', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1901, max: 2099 }), fc.integer({ min: 1, max: 365 }), (year, day) => {
        const text = `${year}-${String(day).padStart(3, '0')}T12:00:00Z`
        expect(parsed(text)).toBe(Date.UTC(year, 0, day, 12))
      }),
    )
  })

  it('reads the leap second of 2016 as the first second of the next day', () => {
    expect(parsed('2016-12-31T23:59:60Z')).toBe(Date.UTC(2017, 0, 1))
    expect(parsed('2016-12-31T23:59:60.5Z')).toBe(Date.UTC(2017, 0, 1, 0, 0, 0, 500))
    expect(parsed('2016-366T23:59:60Z')).toBe(Date.UTC(2017, 0, 1))
  })

  it.each([
    ['', 'is no UTC time'],
    ['yesterday', 'is no UTC time'],
    ['2026-8-3T00:00:00Z', 'is no UTC time'],
    ['2026-08-23T02:07:20+02:00', 'is no UTC time'],
    ['2026-08-23T02:07:20Z ', 'is no UTC time'],
    ['1787450840', 'is no UTC time'],
    ['2026-13-01T00:00:00Z', 'month 13'],
    ['2026-00-01T00:00:00Z', 'month 0'],
    ['2026-02-29T00:00:00Z', 'day 29'],
    ['1900-02-29T00:00:00Z', 'day 29'],
    ['2026-04-31', 'day 31'],
    ['2026-366T00:00:00Z', 'day 366'],
    ['2026-000T00:00:00Z', 'day 0'],
    ['2026-08-23T24:00:00Z', '24:00:00'],
    ['2026-08-23T12:60:00Z', '12:60:00'],
    ['2026-08-23T23:59:61Z', '23:59:61'],
    ['2026-08-23T12:30:60Z', '12:30:60'],
  ])('refuses "%s"', (text, reason) => {
    expect(refusal(text)).toContain(reason)
  })

  it('answers any text with a result and a short reason', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(refusal(text).length).toBeLessThan(160)
      }),
    )
    expect(refusal(`2026-08-23T02:07:61.${'9'.repeat(100_000)}Z`).length).toBeLessThan(160)
  })
})

describe('civil time', () => {
  it('agrees with Date', () => {
    fc.assert(
      fc.property(wholeMs, (instant) => {
        const date = new Date(instant)
        const civil = civilFromUtc(utcMs(instant))
        expect(civil.year).toBe(date.getUTCFullYear())
        expect(civil.month).toBe(date.getUTCMonth() + 1)
        expect(civil.day).toBe(date.getUTCDate())
        expect(civil.hour).toBe(date.getUTCHours())
        expect(civil.minute).toBe(date.getUTCMinutes())
        expect(civil.second).toBeCloseTo(date.getUTCSeconds() + date.getUTCMilliseconds() / 1000, 9)
        expect(utcFromCivil(civil)).toBeCloseTo(instant, 5)
      }),
    )
  })
})

describe('instants and durations', () => {
  it('add and subtract', () => {
    const from = utcMs(1000.25)
    expect(utcPlus(from, ms(0.5))).toBe(1000.75)
    expect(utcBetween({ from, to: utcMs(999) })).toBe(-1.25)
    expect(monoPlus(monoMs(5), ms(-2))).toBe(3)
    expect(monoBetween({ from: monoMs(5), to: monoMs(8) })).toBe(3)
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [-0.2, '0 ms'],
    [350, '350 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [-1500, '-2 s'],
    [59_600, '1 min 00 s'],
    [245_000, '4 min 05 s'],
    [3_599_900, '1 h 00 min'],
    [7_800_000, '2 h 10 min'],
    [2 * MS_PER_DAY - 1, '2 d 0 h'],
    [15 * MS_PER_DAY, '15 d 0 h'],
  ])('writes %d ms as %s', (duration, text) => {
    expect(formatDuration(ms(duration))).toBe(text)
  })
})
