import { expect, test } from 'vitest'
import { deg, degPerSec, km, kmPerSec, ms } from '../../src/kernel/units.ts'
import { extremesBetween } from '../../src/orbit/elevation-extremes.ts'
import type { Sampler } from '../../src/orbit/sky-sample.ts'

// An elevation made of a slow rise and a ripple, as a high eccentric orbit shows it; time in ms, rates per second.
const rippled =
  (ripple: number): Sampler =>
  (atMs) => {
    const seconds = atMs / 1000
    return {
      atMs,
      stepMs: ms(120_000),
      look: {
        azimuth: deg(0),
        azimuthRate: degPerSec(0),
        slantRange: km(1000),
        rangeRate: kmPerSec(0),
        elevation: deg(seconds / 100 - ripple * Math.sin((2 * Math.PI * seconds) / 100)),
        elevationRate: degPerSec(
          1 / 100 - ((ripple * 2 * Math.PI) / 100) * Math.cos((2 * Math.PI * seconds) / 100),
        ),
      },
    }
  }

test('a fall and a rise that hide within one step, rising at both its ends, are both found', () => {
  const sample = rippled(0.3)
  // It falls from 84 to 116 s, and rises at both ends of the step.
  const turn = (Math.acos(1 / (0.3 * 2 * Math.PI)) / (2 * Math.PI)) * 100
  const extremes = extremesBetween(sample, sample(75_000), sample(130_000))
  expect(extremes.length).toBe(2)
  expect(extremes[0]?.atMs).toBeCloseTo((100 - turn) * 1000, 1)
  expect(extremes[1]?.atMs).toBeCloseTo((100 + turn) * 1000, 1)
})

test('where it only rises there is none', () => {
  const sample = rippled(0.1)
  expect(extremesBetween(sample, sample(25_000), sample(125_000))).toEqual([])
})

test('one turn is found to a microsecond', () => {
  const sample = rippled(0.3)
  const [extreme, ...others] = extremesBetween(sample, sample(70_000), sample(100_000))
  expect(others).toEqual([])
  expect(Math.abs(extreme?.look.elevationRate ?? 1)).toBeLessThan(1e-9)
})
