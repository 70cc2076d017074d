import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom, xoshiro128StarStar } from '../../src/kernel/random.ts'

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, () => next())
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
const moment = (values: readonly number[], order: number): number =>
  mean(values.map((value) => value ** order))

describe('xoshiro128**', () => {
  // Made with the reference implementation, version 1.1 (https://prng.di.unimi.it/xoshiro128starstar.c), as given by
  // the Rust project's rand_xoshiro.
  it('gives the numbers of the reference implementation', () => {
    expect(draw(10, xoshiro128StarStar([1, 2, 3, 4]))).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ])
  })

  // Made with the reference implementation, as given by the project xoshiro-6502, test-rom/testdata.asm.
  it('gives them for a state with high bits', () => {
    expect(draw(4, xoshiro128StarStar([0x964d4a0c, 0xd40ab895, 0xad7fdecb, 0x3006f0f0]))).toEqual([
      0xf1391922, 0x6fe53806, 0xa5be2840, 0xf510ee70,
    ])
  })
})

describe('createRandom', () => {
  it('gives the same numbers for the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        expect(draw(5, createRandom(seed).uint32)).toEqual(draw(5, createRandom(seed).uint32))
      }),
    )
  })

  it('keeps its numbers from one version of Azel to the next: a failing seed replays', () => {
    expect(draw(3, createRandom(42).uint32)).toEqual([660444221, 3652823732, 77672526])
    expect(draw(3, createRandom(42).fork('sky').uint32)).toEqual([799503881, 3583534518, 3356367177])
  })

  it('gives unrelated numbers for neighbouring seeds', () => {
    const firsts = Array.from({ length: 2000 }, (_, seed) => createRandom(seed).uniform())
    expect(new Set(firsts).size).toBe(2000)
    expect(Math.abs(mean(firsts) - 0.5)).toBeLessThan(0.03)
    const products = firsts.slice(1).map((value, index) => (value - 0.5) * ((firsts[index] ?? 0) - 0.5))
    // The standard error of this mean is (1/12)/√2000 = 0.0019.
    expect(Math.abs(mean(products))).toBeLessThan(0.008)
  })

  it('stays within its ranges', () => {
    const random = createRandom(7)
    for (let count = 0; count < 10_000; count += 1) {
      const uniform = random.uniform()
      expect(uniform >= 0 && uniform < 1).toBe(true)
      const integer = random.uint32()
      expect(Number.isInteger(integer) && integer >= 0 && integer < 2 ** 32).toBe(true)
      expect(Number.isFinite(random.normal())).toBe(true)
      expect(random.exponential()).toBeGreaterThanOrEqual(0)
    }
  })

  // 100,000 draws: the bounds are about five standard errors of each moment.
  it('has the moments of its distributions', () => {
    const random = createRandom(2026)
    const uniform = draw(100_000, random.uniform)
    expect(Math.abs(mean(uniform) - 1 / 2)).toBeLessThan(0.005)
    expect(Math.abs(moment(uniform, 2) - 1 / 3)).toBeLessThan(0.005)
    const normal = draw(100_000, random.normal)
    expect(Math.abs(mean(normal))).toBeLessThan(0.016)
    expect(Math.abs(moment(normal, 2) - 1)).toBeLessThan(0.023)
    expect(Math.abs(moment(normal, 3))).toBeLessThan(0.062)
    expect(Math.abs(moment(normal, 4) - 3)).toBeLessThan(0.16)
    const exponential = draw(100_000, random.exponential)
    expect(Math.abs(mean(exponential) - 1)).toBeLessThan(0.016)
    expect(Math.abs(moment(exponential, 2) - 2)).toBeLessThan(0.071)
  })

  it('has tails: beyond 3σ as often as a normal does', () => {
    const random = createRandom(3)
    const beyond = draw(100_000, random.normal).filter((value) => Math.abs(value) > 3).length
    expect(beyond).toBeGreaterThan(190)
    expect(beyond).toBeLessThan(350)
  })

  it('fills bytes evenly', () => {
    const bytes = createRandom(5).bytes(65_536)
    expect(bytes).toHaveLength(65_536)
    const counts = new Map<number, number>()
    for (const byte of bytes) counts.set(byte, (counts.get(byte) ?? 0) + 1)
    const chiSquare = Array.from({ length: 256 }, (_, byte) => ((counts.get(byte) ?? 0) - 256) ** 2 / 256)
    // 255 degrees of freedom: mean 255, 1σ 22.6.
    expect(chiSquare.reduce((sum, each) => sum + each, 0)).toBeLessThan(370)
  })
})

describe('a fork', () => {
  it('is the same whatever was drawn before', () => {
    const fresh = createRandom(1)
    const used = createRandom(1)
    draw(100, used.uint32)
    used.fork('other')
    expect(draw(5, used.fork('sky').uint32)).toEqual(draw(5, fresh.fork('sky').uint32))
  })

  it('does not disturb its parent', () => {
    const forked = createRandom(1)
    forked.fork('sky').uint32()
    expect(forked.uint32()).toBe(createRandom(1).uint32())
  })

  it('is unrelated to its parent, to its siblings and to the same name below another', () => {
    const root = createRandom(9)
    const streams = [
      root,
      root.fork('a'),
      root.fork('b'),
      root.fork('ab'),
      root.fork('a').fork('b'),
      root.fork('b').fork('a'),
      createRandom(10).fork('a'),
    ].map((random) => draw(4000, () => random.uniform() - 0.5))
    for (const [index, one] of streams.entries()) {
      for (const other of streams.slice(index + 1)) {
        const products = one.map((value, position) => value * (other[position] ?? 0))
        // The standard error of this mean is (1/12)/√4000 = 0.0013.
        expect(Math.abs(mean(products))).toBeLessThan(0.0066)
      }
    }
  })
})
