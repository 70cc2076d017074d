import fc from 'fast-check'
import { MS_PER_DAY, MS_PER_HOUR, type UtcMs, utcMs } from '../../../src/kernel/time.ts'
import { type Deg, deg, metres, type Sec, sec } from '../../../src/kernel/units.ts'
import type { ElementSet } from '../../../src/orbit/element-set.ts'
import { findPasses } from '../../../src/orbit/pass-search.ts'
import type { Site } from '../../../src/orbit/site.ts'
import { ISS, propagatorOf } from '../fixtures.ts'
import { searchAll } from './found-passes.ts'
import { passDifferences } from './pass-differences.ts'

/** An object, a site and a window to look for its passes in. */
export interface RandomSearch {
  readonly set: ElementSet
  readonly site: Site
  readonly fromUtcMs: UtcMs
  readonly toUtcMs: UtcMs
  readonly minimumElevation: Deg
  readonly ut1MinusUtc: Sec
}

const EARTH_RADIUS_KM = 6_378.135
const MU_KM3_PER_SEC2 = 398_600.8

const between = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true, noDefaultInfinity: true })

const revolutionsADay = (semiMajorAxisKm: number): number =>
  (Math.sqrt(MU_KM3_PER_SEC2 / semiMajorAxisKm ** 3) * MS_PER_DAY) / 1000 / (2 * Math.PI)

const shape = (perigeeKm: fc.Arbitrary<number>, eccentricity: fc.Arbitrary<number>) =>
  fc.record({ perigeeKm, eccentricity }).map(({ perigeeKm: height, eccentricity: e }) => ({
    eccentricity: e,
    meanMotion: revolutionsADay((EARTH_RADIUS_KM + height) / (1 - e)),
  }))

// Perigees of 160 to 2000 km, more of them lower, and up to the geostationary height; every eccentricity up to 0.9.
const shapes = fc.oneof(
  shape(between(160, 2000), fc.oneof(fc.constant(0), between(0, 0.03), between(0, 0.08))),
  shape(between(160, 6000), between(0, 0.08)),
  shape(between(160, 2000), between(0.05, 0.9)),
  shape(between(160, 35_786), between(0, 0.7)),
  fc.record({ eccentricity: between(0, 0.01), meanMotion: between(0.98, 1.03) }),
  fc.record({ eccentricity: between(0.6, 0.73), meanMotion: between(1.98, 2.03) }),
)

// Near 180° SGP4 divides by what goes to zero there (the sine of the inclination in deep space, 1 + cos i near the
// Earth): its places jump by thousands of kilometres from second to second, and what a pass is depends on who looks
// when.
const INCLINATION_MAX_DEG = 179
const inclinations = fc.oneof(
  between(0, INCLINATION_MAX_DEG),
  between(0, 3),
  between(85, 95),
  fc.constantFrom(0, 63.4, 90, 98),
)

const orbits: fc.Arbitrary<ElementSet> = fc
  .record({
    shape: shapes,
    inclination: inclinations,
    rightAscension: between(0, 360),
    argumentOfPericenter: between(0, 360),
    meanAnomaly: between(0, 360),
    bstar: fc.oneof(fc.constant(0), between(0, 1e-4), between(0, 1e-3)),
  })
  .map((drawn) => ({
    ...ISS,
    name: 'DRAWN',
    ...drawn.shape,
    inclination: deg(drawn.inclination),
    rightAscension: deg(drawn.rightAscension),
    argumentOfPericenter: deg(drawn.argumentOfPericenter),
    meanAnomaly: deg(drawn.meanAnomaly),
    bstar: drawn.bstar,
  }))

const sites: fc.Arbitrary<Site> = fc
  .record({
    latitude: fc.oneof(between(-90, 90), fc.constantFrom(-90, 0, 90)),
    longitude: between(-180, 179.999),
    height: fc.oneof(fc.constant(0), between(-400, 5000)),
  })
  .map(({ latitude, longitude, height }) => ({
    latitude: deg(latitude),
    longitude: deg(longitude),
    height: metres(height),
  }))

/** Searches of 6 to 48 h, from two days before the epoch to four behind it. */
export const randomSearches: fc.Arbitrary<RandomSearch> = fc
  .record({
    set: orbits,
    site: sites,
    startDays: between(-2, 4),
    hours: between(6, 48),
    minimumElevation: fc.oneof(between(-2, 60), between(-2, 15)),
    ut1MinusUtc: fc.oneof(fc.constant(0), between(-0.9, 0.9)),
  })
  .map(({ set, site, startDays, hours, minimumElevation, ut1MinusUtc }) => {
    const fromUtcMs = utcMs(set.epochUtcMs + startDays * MS_PER_DAY)
    return {
      set,
      site,
      fromUtcMs,
      toUtcMs: utcMs(fromUtcMs + hours * MS_PER_HOUR),
      minimumElevation: deg(minimumElevation),
      ut1MinusUtc: sec(ut1MinusUtc),
    }
  })

/**
 * A search whose mask lies so far under the highest point of one of its passes that it is hardly seen: what is missed,
 * is missed there. As it was, where there is none.
 */
export const grazing = (search: RandomSearch, depthDeg: number): RandomSearch => {
  const { set, ...window } = search
  const { passes } = findPasses({ ...window, motion: propagatorOf(set), minimumElevation: deg(-2) })
  const [culmination] = passes[Math.floor(passes.length / 2)]?.culminations ?? []
  if (culmination === undefined) return search
  return { ...search, minimumElevation: deg(Math.max(-2, Math.min(60, culmination.elevation - depthDeg))) }
}

// SGP4's places are good to 1e-8 km, which in the sky of a geostationary object that hardly moves is a millisecond.
const END_MS = 1

/**
 * Where the search of the catalogue and the exact search of one object disagree over a window; `undefined` before a
 * decay.
 */
export const disagreement = (search: RandomSearch): readonly string[] => {
  const { set, ...window } = search
  const exact = findPasses({ ...window, motion: propagatorOf(set) })
  const found = searchAll([set], window)
  // Where it decays, the last pass of either ends within a second of the other: `search-windows.test.ts`.
  if (exact.problem !== undefined || found.ends.length > 0) {
    return (exact.problem === undefined) === (found.ends.length === 0) ? [] : ['one of them knows of a decay']
  }
  return passDifferences(found.passes, exact.passes, {
    endMs: END_MS,
    elevationDeg: set.eccentricity < 0.03 ? 1e-5 : 1e-4,
    culminationMs: 20,
  })
}
