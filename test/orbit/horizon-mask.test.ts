import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { deg } from '../../src/kernel/units.ts'
import {
  createHorizonMask,
  flatHorizon,
  HORIZON_POINTS_MAX,
  maskElevation,
} from '../../src/orbit/horizon-mask.ts'
import { checkSite } from '../../src/orbit/site.ts'
import { siteAt } from './fixtures.ts'

const mask = (minimum: number, points: readonly (readonly [number, number])[]) =>
  createHorizonMask({
    minimumElevation: deg(minimum),
    points: points.map(([azimuth, elevation]) => ({ azimuth: deg(azimuth), elevation: deg(elevation) })),
  })
const at = (made: ReturnType<typeof mask>, azimuth: number): number =>
  maskElevation(unwrap(made), deg(azimuth))

describe('horizon mask', () => {
  test('is linear between its points, whatever their order, and closed over north', () => {
    const made = mask(0, [
      [350, 10],
      [90, 20],
      [10, 30],
    ])
    expect(at(made, 90)).toBe(20)
    expect(at(made, 50)).toBeCloseTo(25, 12)
    expect(at(made, 0)).toBeCloseTo(20, 12)
    expect(at(made, 355)).toBeCloseTo(15, 12)
    expect(at(made, -5)).toBeCloseTo(15, 12)
    expect(at(made, 715)).toBeCloseTo(15, 12)
    expect(at(made, 220)).toBeCloseTo(15, 12)
  })

  test('is nowhere under the minimum, and exact where the skyline comes out of it', () => {
    const points = [
      [0, 0],
      [90, 40],
      [180, -20],
    ] as const
    const made = mask(10, points)
    const bare = mask(-90, points)
    fc.assert(
      fc.property(fc.double({ min: 0, max: 360, noNaN: true }), (azimuth) => {
        expect(at(made, azimuth)).toBeCloseTo(Math.max(10, at(bare, azimuth)), 9)
      }),
    )
  })

  test('one point is a level skyline, none is flat', () => {
    expect(at(mask(0, [[123, 7]]), 300)).toBe(7)
    expect(maskElevation(flatHorizon(deg(5)), deg(300))).toBe(5)
  })

  test.each([
    ['two points at one azimuth', mask(0, [[0, 1], [360, 2]])], // biome-ignore format: a table
    ['a bad elevation', mask(0, [[0, 91]])],
    ['no number', mask(0, [[Number.NaN, 1]])],
    ['a bad minimum', mask(Number.NaN, [])],
    [
      'too many points',
      mask(
        0,
        Array.from({ length: HORIZON_POINTS_MAX + 1 }, () => [0, 0] as const),
      ),
    ],
  ])('refuses %s', (_what, made) => {
    expect(made).toMatchObject({ ok: false, error: { code: 'config.invalid' } })
  })
})

test.each([
  [91, 0, 0],
  [Number.NaN, 0, 0],
  [0, 360, 0],
  [0, 0, 50_000],
])('no site at %d, %d, %d', (latitude, longitude, height) => {
  expect(checkSite(siteAt(latitude, longitude, height)).ok).toBe(false)
  expect(checkSite(siteAt(51.5, -0.1275, 50)).ok).toBe(true)
})
