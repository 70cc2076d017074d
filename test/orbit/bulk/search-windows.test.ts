import { describe, expect, test } from 'vitest'
import { MS_PER_DAY, MS_PER_HOUR, type UtcMs, utcMs } from '../../../src/kernel/time.ts'
import { type Deg, deg, sec } from '../../../src/kernel/units.ts'
import { createBulkCatalogue } from '../../../src/orbit/bulk/bulk-catalogue.ts'
import { predictionEndFault, searchCatalogue } from '../../../src/orbit/bulk/search-catalogue.ts'
import type { ElementSet } from '../../../src/orbit/element-set.ts'
import { findPasses } from '../../../src/orbit/pass-search.ts'
import type { Site } from '../../../src/orbit/site.ts'
import { demoCatalogue, ISS, propagatorOf, siteAt, utc } from '../fixtures.ts'
import { searchAll } from './found-passes.ts'
import { passDifferences } from './pass-differences.ts'

const from = utc('2026-08-23T00:00:00Z')
const mid51 = siteAt(51.5, -0.1275, 50)
const TOLERANCES = { endMs: 1, elevationDeg: 1e-5 }

const catalogue = demoCatalogue()
const MOLNIYA: ElementSet = {
  ...ISS,
  name: 'MOLNIYA',
  meanMotion: 2.0061,
  eccentricity: 0.72,
  inclination: deg(63.4),
  argumentOfPericenter: deg(270),
  bstar: 0,
}
const SAMPLE = [ISS, MOLNIYA, ...catalogue.filter((_, index) => index % 12 === 0)]

interface Window {
  readonly site: Site
  readonly fromUtcMs: UtcMs
  readonly toUtcMs: UtcMs
  readonly minimumElevation: Deg
}

const problemsOf = (sets: readonly ElementSet[], window: Window): readonly string[] => {
  const found = searchAll(sets, window)
  return sets.flatMap((set) => {
    const exact = findPasses({ ...window, motion: propagatorOf(set) })
    return passDifferences(found.passesOf(set), exact.passes, TOLERANCES).map(
      (text) => `${set.name}: ${text}`,
    )
  })
}

const windowOf = (startMs: number, lengthMs: number, changes: Partial<Window> = {}): Window => ({
  site: mid51,
  fromUtcMs: utcMs(startMs),
  toUtcMs: utcMs(startMs + lengthMs),
  minimumElevation: deg(0),
  ...changes,
})

describe('the window', () => {
  test('cuts passes at both of its ends as the exact search does, wherever it begins', () => {
    for (let shift = 0; shift < 20; shift += 1) {
      expect(problemsOf(SAMPLE, windowOf(from + shift * 0.31 * MS_PER_HOUR, MS_PER_HOUR))).toEqual([])
    }
  })

  test('may be a second, a minute or a pass long', () => {
    const [pass] = searchAll([ISS], windowOf(from, MS_PER_DAY)).passes
    if (pass === undefined) throw new Error('no pass')
    const { aosUtcMs, tcaUtcMs, losUtcMs } = pass
    for (const [start, length] of [
      [aosUtcMs - 500, 1000],
      [tcaUtcMs - 500, 1000],
      [tcaUtcMs + 1000, 1000],
      [tcaUtcMs - 1000, 1000],
      [losUtcMs - 500, 1000],
      [aosUtcMs - 1, 60_000],
      [aosUtcMs + 1, losUtcMs - aosUtcMs - 2],
      [tcaUtcMs, MS_PER_HOUR],
    ] as const) {
      const window = windowOf(start, length)
      expect(searchAll([ISS], window).passes.length, `from ${start - aosUtcMs} ms`).toBe(1)
      expect(problemsOf([ISS], window), `from ${start - aosUtcMs} ms`).toEqual([])
    }
    for (const start of [aosUtcMs - 1100, losUtcMs + 100]) {
      expect(searchAll([ISS], windowOf(start, 1000)).passes).toEqual([])
    }
  })

  test('gives what lies inside the same, however it is cut into windows', () => {
    const whole = searchAll(SAMPLE, windowOf(from, MS_PER_DAY))
    for (const parts of [2, 7]) {
      const length = MS_PER_DAY / parts
      for (let part = 0; part < parts; part += 1) {
        const window = windowOf(from + part * length, length)
        const found = searchAll(SAMPLE, window)
        for (const set of SAMPLE) {
          const clipped = whole
            .passesOf(set)
            .filter((p) => p.aosUtcMs < window.toUtcMs && p.losUtcMs > window.fromUtcMs)
          const own = found.passesOf(set)
          expect(own.length, set.name).toBe(clipped.length)
          for (const [index, pass] of own.entries()) {
            const other = clipped[index]
            if (other === undefined) throw new Error('no pass')
            const aos = Math.max(other.aosUtcMs, window.fromUtcMs)
            const los = Math.min(other.losUtcMs, window.toUtcMs)
            expect(Math.abs(pass.aosUtcMs - aos), set.name).toBeLessThan(1)
            expect(Math.abs(pass.losUtcMs - los), set.name).toBeLessThan(1)
            expect(pass.openStart).toBe(other.openStart || other.aosUtcMs < window.fromUtcMs)
            expect(pass.openEnd).toBe(other.openEnd || other.losUtcMs > window.toUtcMs)
          }
        }
      }
    }
  })

  test('may be 60 days long', () => {
    const sets = [ISS, MOLNIYA, ...catalogue.filter((_, index) => index % 150 === 7)]
    expect(problemsOf(sets, windowOf(from, 60 * MS_PER_DAY, { minimumElevation: deg(20) }))).toEqual([])
  })

  test('may lie before the epoch, and weeks behind it', () => {
    for (const days of [-30, -2, 25]) {
      expect(problemsOf(SAMPLE, windowOf(from + days * MS_PER_DAY, MS_PER_DAY / 2)), `${days} d`).toEqual([])
    }
  })

  test.each([
    ['reversed', from, utcMs(from - 1)],
    ['empty', from, from],
    ['of a century', from, utcMs(from + 36_525 * MS_PER_DAY)],
    ['without numbers', utcMs(Number.NaN), from],
  ])('that is %s is refused', (_what, fromUtcMs, toUtcMs) => {
    const { catalogue: prepared } = createBulkCatalogue([ISS])
    const window = { site: mid51, fromUtcMs, toUtcMs, minimumElevation: deg(0), ut1MinusUtc: sec(0) }
    const result = searchCatalogue(prepared, window, () => {
      throw new Error('no rows')
    })
    expect(result).toMatchObject({ ok: false, error: { code: 'plan.window' } })
  })
})

describe('the site', () => {
  test.each([
    ['the north pole', siteAt(90, 0, 0)],
    ['the south pole', siteAt(-90, 0, 2800)],
    ['the north pole, by another meridian', siteAt(90, 123, 0)],
    ['a mountain of 4 km', siteAt(-24.6, -70.4, 4000)],
    ['the shore of the Dead Sea', siteAt(31.5, 35.5, -430)],
    ['the date line', siteAt(-16, -180, 0)],
  ])('may be %s', (_name, site) => {
    for (const minimum of [-1, 0, 25]) {
      expect(
        problemsOf(SAMPLE, windowOf(from, MS_PER_DAY / 2, { site, minimumElevation: deg(minimum) })),
      ).toEqual([])
    }
  })

  test('has the same passes by any meridian, at a pole', () => {
    const at = (longitude: number) =>
      searchAll(SAMPLE, windowOf(from, MS_PER_DAY, { site: siteAt(90, longitude, 0) })).passes
    const others = at(77)
    for (const [index, pass] of at(0).entries()) {
      expect(Math.abs(pass.aosUtcMs - (others[index]?.aosUtcMs ?? 0))).toBeLessThan(0.5)
      expect(Math.abs(pass.maximumElevation - (others[index]?.maximumElevation ?? 0))).toBeLessThan(1e-6)
    }
  })
})

describe('an object whose elements end', () => {
  const decaying: ElementSet = { ...ISS, name: 'DECAYING', bstar: 0.1 }
  const fallen: ElementSet = { ...ISS, name: 'FALLEN', meanMotion: 6, eccentricity: 0.55, bstar: 0 }
  const long = windowOf(from, 20 * MS_PER_DAY)

  test('has its passes until then, and says from when on it has none', () => {
    const exact = findPasses({ ...long, motion: propagatorOf(decaying) })
    const found = searchAll([ISS, decaying], long)
    expect(exact.passes.length).toBeGreaterThan(3)
    expect(found.passesOf(decaying).length).toBe(exact.passes.length)
    expect(found.ends.map(({ object, error }) => [object, error])).toEqual([[1, 6]])
    const [end] = found.ends
    if (end === undefined) throw new Error('no end')
    const { propagate } = propagatorOf(decaying)
    expect(propagate(utcMs(end.utcMs - 2000)).ok).toBe(true)
    expect(propagate(end.utcMs).ok).toBe(false)
    expect(predictionEndFault(decaying, end)).toMatchObject({ code: 'orbit.propagation' })
    expect(predictionEndFault(decaying, end).message).toContain('it has decayed (SGP4 error 6)')
  })

  test('does not disturb the others', () => {
    const alone = searchAll([ISS], long).passes
    const among = searchAll([decaying, ISS, fallen], long).passesOf(ISS)
    expect(among.map(({ aosUtcMs, losUtcMs }) => [aosUtcMs, losUtcMs])).toEqual(
      alone.map(({ aosUtcMs, losUtcMs }) => [aosUtcMs, losUtcMs]),
    )
  })

  test('before the window began, has no passes and ends at its beginning', () => {
    const late = windowOf(from + 15 * MS_PER_DAY, MS_PER_DAY)
    const { passes, ends } = searchAll([decaying], late)
    expect(passes).toEqual([])
    expect(ends).toMatchObject([{ object: 0, utcMs: late.fromUtcMs }])
  })

  test('is named even when nothing of it would have been seen', () => {
    // Over the pole it is never above 45°, so nobody would look at it.
    const window = windowOf(from, 20 * MS_PER_DAY, { site: siteAt(90, 0, 0), minimumElevation: deg(45) })
    expect(searchAll([decaying], window)).toMatchObject({ passes: [], ends: [{ object: 0 }] })
    const circular: ElementSet = { ...ISS, meanMotion: 16.1, eccentricity: 0, bstar: 9e-4 }
    const end = findPasses({ ...window, motion: propagatorOf(circular) }).problem
    expect(end?.code).toBe('orbit.propagation')
    expect(searchAll([circular], window).ends.length).toBe(1)
  })

  test('with its perigee under the ground ends there, without a crash', () => {
    const { ends } = searchAll([fallen], windowOf(from, MS_PER_DAY))
    expect(ends.length).toBe(1)
  })
})

test('a catalogue of nothing has no passes', () => {
  expect(searchAll([], windowOf(from, MS_PER_DAY))).toMatchObject({ passes: [], ends: [], evaluations: 0 })
})

test('decades from their epoch are not asked of SGP4, and the end says so', () => {
  const window = {
    site: mid51,
    fromUtcMs: utc('2050-01-01T00:00:00Z'),
    toUtcMs: utc('2050-01-02T00:00:00Z'),
    minimumElevation: deg(0),
  }
  const { passes, ends, evaluations } = searchAll([ISS, MOLNIYA], window)
  expect({ passes, evaluations, ends: ends.length }).toEqual({ passes: [], evaluations: 0, ends: 2 })
  const [end] = ends
  if (end === undefined) throw new Error('no end')
  expect(predictionEndFault(ISS, end).message).toContain('more than 20 years away from the epoch')
})
