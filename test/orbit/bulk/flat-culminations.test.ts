import { describe, expect, test } from 'vitest'
import { unwrap } from '../../../src/kernel/result.ts'
import { MS_PER_DAY, MS_PER_SECOND, utcMs } from '../../../src/kernel/time.ts'
import { deg } from '../../../src/kernel/units.ts'
import type { ElementSet } from '../../../src/orbit/element-set.ts'
import { createLook } from '../../../src/orbit/look.ts'
import type { Pass } from '../../../src/orbit/pass.ts'
import { findPasses } from '../../../src/orbit/pass-search.ts'
import type { Site } from '../../../src/orbit/site.ts'
import { ISS, propagatorOf, siteAt, utc } from '../fixtures.ts'
import { searchAll } from './found-passes.ts'

const searches = [
  {
    name: 'the search of one object',
    // The derivative of its places is 1e-10 km/s off, and the climb changes by 8e-10 km/s a second there.
    hangingMs: 120,
    search: (set: ElementSet, site: Site, window: { fromUtcMs: number; toUtcMs: number }, minimum: number) =>
      findPasses({
        motion: propagatorOf(set),
        site,
        fromUtcMs: utcMs(window.fromUtcMs),
        toUtcMs: utcMs(window.toUtcMs),
        minimumElevation: deg(minimum),
      }).passes,
  },
  {
    name: 'the search of a catalogue',
    hangingMs: 5,
    search: (set: ElementSet, site: Site, window: { fromUtcMs: number; toUtcMs: number }, minimum: number) =>
      searchAll([set], {
        site,
        fromUtcMs: utcMs(window.fromUtcMs),
        toUtcMs: utcMs(window.toUtcMs),
        minimumElevation: deg(minimum),
      }).passes,
  },
]

describe('a geostationary object that hangs', () => {
  // CelesTrak's active catalogue of 2026-08-22.
  const set: ElementSet = {
    ...ISS,
    catalogNumber: 57214,
    name: 'SYRACUSE 4B',
    objectId: '2023-093B',
    epochUtcMs: utc('2026-08-21T09:49:55.494912'),
    meanMotion: 1.00271922,
    eccentricity: 0.0000017,
    inclination: deg(0.0163),
    rightAscension: deg(109.8043),
    argumentOfPericenter: deg(17.0641),
    meanAnomaly: deg(343.8879),
    bstar: 0,
    meanMotionDot: -0.55e-6,
  }
  const from = utc('2026-08-23T00:00:00Z')
  // Of `scripts/geostationary-culminations.py`: python-sgp4 with 40 digits. In all the day it rises and sinks by
  // 0.006°.
  const truth = { culminationSec: 71650.36739901981, elevationDeg: 44.89565149340165 }

  test.each(searches)(
    '$name: its one shallow culmination within $hangingMs ms and 1e-8°',
    ({ search, hangingMs }) => {
      const window = { fromUtcMs: from, toUtcMs: from + MS_PER_DAY }
      const [pass, ...others] = search(set, siteAt(0, 32.5, 1150), window, 10)
      expect(others).toEqual([])
      const [culmination, ...more] = pass?.culminations ?? []
      expect(more).toEqual([])
      expect(Math.abs((culmination?.utcMs ?? 0) - from - truth.culminationSec * MS_PER_SECOND)).toBeLessThan(
        hangingMs,
      )
      expect(Math.abs((culmination?.elevation ?? 0) - truth.elevationDeg)).toBeLessThan(1e-8)
      expect(pass?.tcaUtcMs).toBe(culmination?.utcMs)
    },
  )
})

describe('an apogee that goes back and forth next to the zenith', () => {
  const set: ElementSet = {
    ...ISS,
    name: 'DRAWN',
    meanMotion: 2.5599,
    eccentricity: 0.7,
    inclination: deg(0),
    rightAscension: deg(0),
    argumentOfPericenter: deg(0),
    meanAnomaly: deg(0),
    bstar: 0,
  }
  const site = siteAt(0, 0, 0)
  const look = createLook({ motion: propagatorOf(set), site })
  const elevationAt = (second: number): number =>
    unwrap(look(utcMs(ISS.epochUtcMs + second * MS_PER_SECOND))).elevation
  const window = { fromUtcMs: ISS.epochUtcMs, toUtcMs: ISS.epochUtcMs + 5 * MS_PER_DAY }

  test.each(searches)(
    '$name: both zenith passages within minutes, and the higher one is the TCA',
    ({ search }) => {
      const pass: Pass | undefined = search(set, site, window, 0).find(
        ({ culminations }) => culminations.length === 3,
      )
      // A scan second by second, which shares the look with the searches and not how they search.
      const highestOf = (fromSecond: number, toSecond: number): number => {
        let highest = fromSecond
        for (let second = fromSecond; second <= toSecond; second += 1)
          if (elevationAt(second) > elevationAt(highest)) highest = second
        return highest
      }
      const expected = [highestOf(344_900, 345_400), highestOf(345_500, 346_200)]
      for (const [index, second] of expected.entries()) {
        const found = pass?.culminations[index]
        expect(Math.abs((found?.utcMs ?? 0) - ISS.epochUtcMs - second * MS_PER_SECOND)).toBeLessThan(
          MS_PER_SECOND,
        )
        expect(found?.elevation ?? 0).toBeGreaterThanOrEqual(elevationAt(second))
      }
      expect(pass?.tcaUtcMs).toBe(pass?.culminations[1]?.utcMs)
    },
  )
})
