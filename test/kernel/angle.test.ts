import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AzEl,
  compassPoint,
  greatCircleSeparation,
  shortestTurn,
  wrapDeg,
  wrapSignedDeg,
} from '../../src/kernel/angle.ts'
import { deg, degToRad, rad, radToDeg } from '../../src/kernel/units.ts'

const anyDeg = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(deg)
const azEl = fc.record({
  azimuth: fc.double({ min: -450, max: 450, noNaN: true }).map(deg),
  elevation: fc.double({ min: 0, max: 180, noNaN: true }).map(deg),
})
const at = (azimuth: number, elevation: number): AzEl => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})

/** Independent of the code under test: the angle between unit vectors, by the half chord. */
const byChord = (a: AzEl, b: AzEl): number => {
  const vector = ({ azimuth, elevation }: AzEl): readonly [number, number, number] => {
    const az = degToRad(azimuth)
    const el = degToRad(elevation)
    return [Math.cos(el) * Math.sin(az), Math.cos(el) * Math.cos(az), Math.sin(el)]
  }
  const [ax, ay, az] = vector(a)
  const [bx, by, bz] = vector(b)
  const chord = Math.hypot(ax - bx, ay - by, az - bz)
  const anti = Math.hypot(ax + bx, ay + by, az + bz)
  return radToDeg(rad(2 * Math.atan2(chord, anti)))
}

describe('wrapDeg', () => {
  it('gives the same direction within [0, 360)', () => {
    fc.assert(
      fc.property(anyDeg, (angle) => {
        const wrapped = wrapDeg(angle)
        expect(wrapped).toBeGreaterThanOrEqual(0)
        expect(wrapped).toBeLessThan(360)
        const turns = (angle - wrapped) / 360
        expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-9)
      }),
    )
  })

  it.each([
    [0, 0],
    [-0, 0],
    [360, 0],
    [-360, 0],
    [359.5, 359.5],
    [450, 90],
    [-90, 270],
    [-1e-20, 0],
    [-720.25, 359.75],
  ])('takes %d to %d', (angle, expected) => {
    expect(wrapDeg(deg(angle)) + 0).toBe(expected)
  })
})

describe('wrapSignedDeg', () => {
  it('gives the same direction within [-180, 180)', () => {
    fc.assert(
      fc.property(anyDeg, (angle) => {
        const wrapped = wrapSignedDeg(angle)
        expect(wrapped).toBeGreaterThanOrEqual(-180)
        expect(wrapped).toBeLessThan(180)
        expect(Math.abs(Math.sin(degToRad(wrapped)) - Math.sin(degToRad(angle)))).toBeLessThan(1e-8)
      }),
    )
  })

  it('takes half a turn either way to -180', () => {
    expect(wrapSignedDeg(deg(180))).toBe(-180)
    expect(wrapSignedDeg(deg(-180))).toBe(-180)
    expect(wrapSignedDeg(deg(540))).toBe(-180)
  })
})

describe('shortestTurn', () => {
  it('leads from one direction to the other and is at most half a turn', () => {
    fc.assert(
      fc.property(anyDeg, anyDeg, (from, to) => {
        const turn = shortestTurn({ from, to })
        expect(Math.abs(turn)).toBeLessThanOrEqual(180)
        expect(Math.abs(wrapSignedDeg(deg(from + turn - to)))).toBeLessThan(1e-8)
      }),
    )
  })

  it.each([
    [350, 10, 20],
    [10, 350, -20],
    [0, 180, -180],
    [90, 90, 0],
    [0, 179.5, 179.5],
    [440, 10, -70],
  ])('from %d to %d turns by %d', (from, to, expected) => {
    expect(shortestTurn({ from: deg(from), to: deg(to) })).toBeCloseTo(expected, 10)
  })
})

describe('greatCircleSeparation', () => {
  it('agrees with the angle between unit vectors, elevations past 90° included', () => {
    fc.assert(
      fc.property(azEl, azEl, (a, b) => {
        expect(greatCircleSeparation(a, b)).toBeCloseTo(byChord(a, b), 9)
      }),
    )
  })

  it('is symmetric, not negative, at most 180, and keeps the triangle inequality', () => {
    fc.assert(
      fc.property(azEl, azEl, azEl, (a, b, c) => {
        const ab = greatCircleSeparation(a, b)
        expect(ab).toBeGreaterThanOrEqual(0)
        expect(ab).toBeLessThanOrEqual(180)
        expect(greatCircleSeparation(b, a)).toBeCloseTo(ab, 10)
        expect(ab).toBeLessThanOrEqual(greatCircleSeparation(a, c) + greatCircleSeparation(c, b) + 1e-9)
      }),
    )
  })

  it('keeps its digits for a microdegree, where the arc cosine loses them', () => {
    expect(greatCircleSeparation(at(123, 45), at(123, 45.000001))).toBeCloseTo(1e-6, 12)
    expect(greatCircleSeparation(at(123, 0), at(123.000001, 0))).toBeCloseTo(1e-6, 12)
  })

  it('is exact for opposite directions', () => {
    expect(greatCircleSeparation(at(10, 30), at(190, -30))).toBeCloseTo(180, 10)
    expect(180 - greatCircleSeparation(at(10, 0), at(190, 0.000001))).toBeCloseTo(1e-6, 10)
  })

  it('knows that azimuth means nothing at the zenith', () => {
    expect(greatCircleSeparation(at(0, 90), at(137, 90))).toBeCloseTo(0, 10)
    expect(greatCircleSeparation(at(0, 89.5), at(180, 89.5))).toBeCloseTo(1, 10)
  })

  it('knows that a flipped antenna looks the same way', () => {
    expect(greatCircleSeparation(at(20, 100), at(200, 80))).toBeCloseTo(0, 10)
  })

  // Python: degrees(acos(sin(40°) sin(-10°) + cos(40°) cos(-10°) cos(75°))).
  it('gives the figure of the law of cosines', () => {
    expect(greatCircleSeparation(at(30, 40), at(105, -10))).toBeCloseTo(85.20241308752945, 10)
  })
})

describe('compassPoint', () => {
  it.each([
    [0, 'N'],
    [11.2, 'N'],
    [11.3, 'NNE'],
    [90, 'E'],
    [225, 'SW'],
    [348.8, 'N'],
    [-45, 'NW'],
    [450, 'E'],
  ])('calls %d° %s', (azimuth, point) => {
    expect(compassPoint(deg(azimuth))).toBe(point)
  })
})
