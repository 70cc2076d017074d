import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/kernel/random.ts'
import { monoMs } from '../../src/kernel/time.ts'
import { deg } from '../../src/kernel/units.ts'
import { type Rest, watchRest } from '../../src/pointing/rest-watch.ts'
import { g5500 } from './passes.ts'

/** When a fault is told, in seconds; ticks each quarter of a second, a reading for every other. */
const foundAfter = (
  seconds: number,
  off: (second: number) => number,
  { scatterDeg = 0, seed = 1, resolution = 1 } = {},
): number | undefined => {
  const random = createRandom(seed)
  const mount = { ...g5500, resolution: deg(resolution) }
  let rest: Rest | undefined
  let reading = deg(0)
  for (let tick = 0; tick < 4 * seconds; tick += 1) {
    const second = tick / 4
    if (tick % 2 === 0) reading = deg(180 + off(second) + scatterDeg * random.normal())
    const [next, fault] = watchRest(mount, rest, {
      position: { azimuth: reading, elevation: deg(30) },
      monoNow: monoMs(1_000 * second),
    })
    if (fault !== undefined) return second
    rest = next
  }
  return undefined
}

describe('an antenna that is to stand', () => {
  it('is found running off within some seconds', () => {
    expect(foundAfter(30, (second) => Math.max(0, 6 * (second - 10)))).toBeLessThan(13)
    expect(foundAfter(30, (second) => Math.max(0, -20 * (second - 10)), { resolution: 0.1 })).toBeLessThan(12)
    expect(foundAfter(30, (second) => Math.max(0, 2.7 * (second - 10)))).toBeLessThan(16)
  })

  it('is found creeping, from the first moment on', () => {
    expect(foundAfter(120, (second) => 0.3 * second)).toBeLessThan(45)
  })

  it('is found standing elsewhere, little as that may be beyond its slack', () => {
    expect(foundAfter(60, (second) => (second < 20 ? 0 : 8))).toBeLessThan(25)
  })

  it('is not found moving by an encoder that scatters, nor by single wrong readings, for a day', () => {
    for (const resolution of [1, 0.1]) {
      for (const seed of [1, 2, 3]) {
        expect(foundAfter(86_400, () => 0, { scatterDeg: 1.5, seed, resolution })).toBeUndefined()
      }
    }
    expect(foundAfter(3_600, (second) => (second % 30 === 20 ? 9 : 0))).toBeUndefined()
  })

  it('is found running off although its encoder scatters', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const found = foundAfter(60, (second) => Math.max(0, 6 * (second - 20)), { scatterDeg: 1.5, seed })
      expect(found).toBeGreaterThan(20)
      expect(found).toBeLessThan(24)
    }
  })
})
