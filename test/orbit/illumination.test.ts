import { describe, expect, test } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { MS_PER_HOUR, type UtcMs, utcMs } from '../../src/kernel/time.ts'
import { deg } from '../../src/kernel/units.ts'
import { createShadowOn, illuminationOf, skyBrightness } from '../../src/orbit/illumination.ts'
import type { Pass } from '../../src/orbit/pass.ts'
import { findPasses } from '../../src/orbit/pass-search.ts'
import { shadowAt } from '../../src/orbit/shadow.ts'
import { fixture, ISS, propagatorOf, siteAt, utc } from './fixtures.ts'
import { referencePasses } from './reference-passes.ts'

interface Eclipses {
  readonly catalogNumber: number
  readonly fromUtc: string
  readonly hours: number
  readonly contacts: readonly (readonly ['first' | 'second', string])[]
  readonly shares: readonly (readonly [string, number])[]
}

const site = siteAt(51.5, -0.1275, 50)
const { elements } = referencePasses()
const cases = JSON.parse(fixture('orbit/eclipses.json')) as readonly Eclipses[]

const passOver = (catalogNumber: number, fromUtcMs: UtcMs, toUtcMs: UtcMs): Pass => ({
  catalogNumber,
  name: '',
  aosUtcMs: fromUtcMs,
  aosAzimuth: deg(0),
  losUtcMs: toUtcMs,
  losAzimuth: deg(0),
  tcaUtcMs: fromUtcMs,
  tcaAzimuth: deg(0),
  maximumElevation: deg(0),
  culminations: [],
  openStart: true,
  openEnd: true,
})

describe.each(cases)('the shadow on $catalogNumber, against rays from every part of the Sun', (expected) => {
  const set = elements.find(({ catalogNumber }) => catalogNumber === expected.catalogNumber) ?? ISS
  const motion = propagatorOf(set)
  const from = utc(expected.fromUtc)

  // 3″ from the stretched Sun and 2″ of its place: a hundredth of a second in a low orbit, a tenth in a high one.
  const withinMs = set.meanMotion > 10 ? 25 : 150

  test('each contact is found, none is added, all at their time', () => {
    const pass = passOver(set.catalogNumber, from, utcMs(from + expected.hours * MS_PER_HOUR))
    const { changes } = unwrap(illuminationOf(motion, pass, { site }))
    expect(
      changes.map(({ from: one, to }) => (one === 'sunlit' || to === 'sunlit' ? 'first' : 'second')),
    ).toEqual(expected.contacts.map(([contact]) => contact))
    let worst = 0
    for (const [index, { utcMs: at }] of changes.entries()) {
      worst = Math.max(worst, Math.abs(at - utc(expected.contacts[index]?.[1] ?? '')))
    }
    expect(worst).toBeLessThan(withinMs)
    for (const [index, { to }] of changes.entries()) {
      expect(changes[index + 1]?.from ?? to).toBe(to)
    }
  })

  test('the share of the disc that is seen is within 0.01', () => {
    const shadowOn = createShadowOn(motion)
    expect(expected.shares.length).toBeGreaterThan(10)
    for (const [at, share] of expected.shares) {
      const shadow = unwrap(shadowOn(utc(at)))
      expect(shadow.state).toBe('penumbra')
      expect(Math.abs(shadow.sunlitShare - share)).toBeLessThan(0.01)
    }
  })
})

describe('the shadow', () => {
  const sun = { x: 149.6e6, y: 0, z: 0 }

  test('is umbra behind the Earth, and none before it or beside it', () => {
    expect(shadowAt({ x: -7000, y: 0, z: 0 }, sun)).toMatchObject({ state: 'umbra', sunlitShare: 0 })
    expect(shadowAt({ x: 7000, y: 0, z: 0 }, sun)).toMatchObject({ state: 'sunlit', sunlitShare: 1 })
    expect(shadowAt({ x: -7000, y: 7000, z: 0 }, sun)).toMatchObject({ state: 'sunlit', sunlitShare: 1 })
  })

  test('ends in a point at 1.38 million km; behind it the Earth is a spot on the Sun', () => {
    // R⊕·d/(R☉ - R⊕), the apex of the cone.
    const apexKm = (6378.137 * 149.6e6) / (695_700 - 6378.137)
    expect(shadowAt({ x: 1000 - apexKm, y: 0, z: 0 }, sun).state).toBe('umbra')
    const beyond = shadowAt({ x: -2 * apexKm, y: 0, z: 0 }, sun)
    expect(beyond.state).toBe('penumbra')
    // The discs are as radii of the angles: (R⊕/2·apex)² to (R☉/(d + 2·apex))².
    expect(beyond.sunlitShare).toBeCloseTo(
      1 - (6378.137 / (2 * apexKm) / (695_700 / (149.6e6 + 2 * apexKm))) ** 2,
      4,
    )
  })

  test('is narrower over the poles by the flattening', () => {
    const at = (y: number, z: number) => shadowAt({ x: -20_000, y, z }, sun).state
    expect(at(0, 6300)).toBe(at(6300, 0) === 'sunlit' ? 'sunlit' : at(0, 6300))
    expect([at(6270, 0), at(0, 6270)]).toEqual(['umbra', 'penumbra'])
    expect([at(6465, 0), at(0, 6465)]).toEqual(['penumbra', 'sunlit'])
  })

  test('inside the Earth, where broken elements lead, it is still a number', () => {
    for (const x of [100, -100])
      expect(shadowAt({ x, y: 0, z: 0 }, sun).sunlitShare).toBeGreaterThanOrEqual(0)
  })
})

describe('how a pass is lit', () => {
  const motion = propagatorOf(ISS)
  const { passes } = findPasses({
    motion,
    site,
    fromUtcMs: utc('2026-08-23T00:00:00Z'),
    toUtcMs: utc('2026-08-24T00:00:00Z'),
    minimumElevation: deg(5),
  })
  const lit = passes.map((pass) => ({ pass, light: unwrap(illuminationOf(motion, pass, { site })) }))

  test('the states at its ends and the changes between them are one story', () => {
    expect(lit.length).toBeGreaterThan(3)
    for (const { light } of lit) {
      const { atAos, atLos, changes } = light
      expect(changes[0]?.from ?? atAos).toBe(atAos)
      expect(changes.at(-1)?.to ?? atAos).toBe(atLos)
    }
    expect(lit.some(({ light }) => light.changes.length > 0)).toBe(true)
  })

  test('it is visible when the object is lit and the site is not', () => {
    for (const { light } of lit) {
      const isEverLit = light.atAos !== 'umbra' || light.changes.length > 0
      expect(light.isVisible).toBe(isEverLit && light.sunElevation <= -0.8333)
      expect(light.sky).toBe(skyBrightness(light.sunElevation))
    }
    expect(lit.some(({ light }) => light.isVisible)).toBe(true)
    expect(lit.some(({ light }) => light.sky === 'day')).toBe(true)
  })

  test.each([
    [10, 'day'],
    [-0.5, 'day'],
    [-3, 'civil-twilight'],
    [-9, 'nautical-twilight'],
    [-15, 'astronomical-twilight'],
    [-40, 'night'],
  ] as const)('with the Sun at %i° it is %s', (elevation, sky) => {
    expect(skyBrightness(deg(elevation))).toBe(sky)
  })
})
