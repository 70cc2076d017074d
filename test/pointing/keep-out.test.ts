import { describe, expect, it } from 'vitest'
import type { AzEl } from '../../src/kernel/angle.ts'
import { deg } from '../../src/kernel/units.ts'
import { deepestSector, depthInSector, type KeepOutSector } from '../../src/pointing/keep-out.ts'

const at = (azimuth: number, elevation: number): AzEl => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})
const sector = (from: number, to: number, low = -90, high = 30): KeepOutSector => ({
  name: `${from} to ${to}`,
  azimuthFrom: deg(from),
  azimuthTo: deg(to),
  elevationFrom: deg(low),
  elevationTo: deg(high),
})

describe('a keep-out sector', () => {
  it('is entered between its edges and left on them', () => {
    const tower = sector(100, 120)
    expect(depthInSector(tower, at(110, 10))).toBe(10)
    expect(depthInSector(tower, at(101, 10))).toBe(1)
    expect(depthInSector(tower, at(110, 29))).toBe(1)
    for (const outside of [at(100, 10), at(120, 10), at(99, 10), at(300, 10), at(110, 30), at(110, 50)]) {
      expect(depthInSector(tower, outside)).toBe(0)
    }
  })

  it('goes through north', () => {
    const north = sector(350, 10)
    expect(depthInSector(north, at(0, 0))).toBe(10)
    expect(depthInSector(north, at(355, 0))).toBe(5)
    expect(depthInSector(north, at(9, 0))).toBe(1)
    expect(depthInSector(north, at(180, 0))).toBe(0)
  })

  it('goes all round where it begins where it ends', () => {
    const ground = sector(0, 360, -90, 5)
    expect(depthInSector(ground, at(0, 2))).toBe(3)
    expect(depthInSector(ground, at(213, 2))).toBe(3)
    expect(depthInSector(ground, at(213, 6))).toBe(0)
  })

  it('is told by the deepest where several overlap', () => {
    const found = deepestSector([sector(100, 120), sector(80, 140)], at(110, 5))
    expect(found).toMatchObject({ sector: { name: '80 to 140' }, depth: 25 })
    expect(deepestSector([sector(100, 120)], at(10, 5))).toBeUndefined()
  })
})
