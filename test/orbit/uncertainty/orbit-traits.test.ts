import { describe, expect, test } from 'vitest'
import { wrapDeg } from '../../../src/kernel/angle.ts'
import { unwrap } from '../../../src/kernel/result.ts'
import { MS_PER_DAY, utcMs } from '../../../src/kernel/time.ts'
import { deg } from '../../../src/kernel/units.ts'
import type { ElementSet } from '../../../src/orbit/element-set.ts'
import { orbitTraits } from '../../../src/orbit/uncertainty/orbit-traits.ts'
import { alongTrackSample } from '../../../src/orbit/uncertainty/successive-sets.ts'
import { dot, magnitude, subtract } from '../../../src/orbit/vector.ts'
import { demoCatalogue, ISS, propagatorOf } from '../fixtures.ts'

/** How far SGP4 itself moves the object along its orbit by its drag: with B* and without, after so many days. */
const dragBySgp4Km = (elements: ElementSet, days: number): number => {
  const at = utcMs(elements.epochUtcMs + days * MS_PER_DAY)
  const [withDrag, without] = [elements, { ...elements, bstar: 0 }].map((set) =>
    unwrap(propagatorOf(set).propagate(at)),
  )
  if (withDrag === undefined || without === undefined) throw new Error('two states were asked for')
  const along = dot(subtract(withDrag.position, without.position), without.velocity)
  return along / magnitude(without.velocity)
}

describe('the traits of an orbit', () => {
  test('drag is that of SGP4, in low, eccentric and retrograde orbits', () => {
    const shapes: Partial<ElementSet>[] = [
      {},
      { meanMotion: 16.1, bstar: 0.5e-4 },
      { meanMotion: 14.2, inclination: deg(98.7), bstar: 0.8e-3 },
      { meanMotion: 12, eccentricity: 0.1, bstar: 0.2e-3 },
      { meanMotion: 13, inclination: deg(144), eccentricity: 0.02, bstar: -0.4e-3 },
    ]
    for (const shape of shapes) {
      const elements = { ...ISS, ...shape }
      const days = 2
      const expected = Math.abs(dragBySgp4Km(elements, days))
      expect((orbitTraits(elements).dragKmPerDaySquared * days * days) / expected).toBeCloseTo(1, 1)
    }
  })

  test('the ISS: 420 km up, 7.66 km/s, and a fleet of its own', () => {
    const { fleet, isDeepSpace, perigee, semiMajorAxis, meanSpeed } = orbitTraits(ISS)
    expect(fleet).toBe('ISS')
    expect(isDeepSpace).toBe(false)
    expect(perigee).toBeCloseTo(semiMajorAxis * (1 - ISS.eccentricity) - 6378.135, 6)
    expect(semiMajorAxis).toBeGreaterThan(6790)
    expect(semiMajorAxis).toBeLessThan(6805)
    expect(meanSpeed).toBeCloseTo(7.66, 2)
  })

  test('a fleet is what the name begins with, in capitals, and nothing where there are no letters', () => {
    const fleetOf = (name: string): string => orbitTraits({ ...ISS, name }).fleet
    expect(fleetOf('STARLINK-1008')).toBe('STARLINK')
    expect(fleetOf('Oneweb-0012')).toBe('ONEWEB')
    expect(fleetOf('2025-313BE')).toBe('')
    expect(fleetOf('')).toBe('')
  })

  test('any elements that are an orbit have finite traits, however deep they dive', () => {
    for (const eccentricity of [0, 0.3, 0.74, 0.99]) {
      for (const meanMotion of [17.9, 16.4, 8, 2, 0.05]) {
        const traits = orbitTraits({ ...ISS, eccentricity, meanMotion, bstar: 0.1 })
        expect(Number.isFinite(traits.dragKmPerDaySquared + traits.perigee + traits.meanSpeed)).toBe(true)
        expect(traits.perigee).toBeGreaterThanOrEqual(120)
      }
    }
  })

  test('SGP4 becomes SDP4 at a period of 225 minutes', () => {
    expect(orbitTraits({ ...ISS, meanMotion: 1440 / 224 }).isDeepSpace).toBe(false)
    expect(orbitTraits({ ...ISS, meanMotion: 1440 / 225 }).isDeepSpace).toBe(true)
  })
})

describe('a pair of successive sets', () => {
  const later = (elements: ElementSet, days: number, change: Partial<ElementSet>): ElementSet => ({
    ...elements,
    epochUtcMs: utcMs(elements.epochUtcMs + days * MS_PER_DAY),
    ...change,
  })

  test('agrees with itself where the newer set is the older one, a moment later', () => {
    // A thousandth of a revolution on, to the digits of the mean motion.
    const days = 0.001 / ISS.meanMotion
    const newer = later(ISS, days, { meanAnomaly: deg(ISS.meanAnomaly + 0.36) })
    const sample = unwrap(alongTrackSample({ older: ISS, newer }))
    expect(Math.abs(sample.alongTrack)).toBeLessThan(0.1)
    expect(sample.age).toBeCloseTo(days * MS_PER_DAY, 3)
  })

  test('is positive where the prediction runs ahead, and measures along the arc', () => {
    const days = 0.001 / ISS.meanMotion
    for (const [behind, expectedTurns] of [
      [1, 1 / 360],
      [90, 0.25],
      [-120, -1 / 3],
    ] as const) {
      const newer = later(ISS, days, { meanAnomaly: wrapDeg(deg(ISS.meanAnomaly + 0.36 - behind)) })
      const { alongTrack, traits } = unwrap(alongTrackSample({ older: ISS, newer }))
      expect(alongTrack / (2 * Math.PI * traits.semiMajorAxis)).toBeCloseTo(expectedTurns, 2)
    }
  })

  test('every object of the demo catalogue has traits', () => {
    for (const elements of demoCatalogue()) {
      expect(Number.isFinite(orbitTraits(elements).dragKmPerDaySquared)).toBe(true)
    }
  })
})
