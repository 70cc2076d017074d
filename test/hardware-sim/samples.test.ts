import { describe, expect, test } from 'vitest'
import { createGaussianTable, inverseNormal } from '../../hardware-sim/dongle/gaussian-table.ts'
import { type ChunkCarrier, createSampleGenerator, phaseAfter } from '../../hardware-sim/dongle/samples.ts'
import { createRandom } from '../../src/kernel/random.ts'

const generator = (seed = 1) => createSampleGenerator(createRandom(seed))
// A little noise, so that rounding to steps makes no lines of its own.
const silence = { noise: 0.7, offsetI: 0, offsetQ: 0 }

/** Amplitude and phase (cycles) of a frequency in interleaved samples. */
const correlate = (
  samples: Uint8Array,
  frequency: number,
  phaseAt: (n: number) => number = (n) => frequency * n,
) => {
  let real = 0
  let imaginary = 0
  const count = samples.length / 2
  for (let n = 0; n < count; n += 1) {
    const i = (samples[2 * n] ?? 0) - 127.5
    const q = (samples[2 * n + 1] ?? 0) - 127.5
    const angle = -2 * Math.PI * phaseAt(n)
    real += i * Math.cos(angle) - q * Math.sin(angle)
    imaginary += i * Math.sin(angle) + q * Math.cos(angle)
  }
  return {
    amplitude: Math.hypot(real, imaginary) / count,
    phase: Math.atan2(imaginary, real) / (2 * Math.PI),
  }
}

test('the inverse of the normal distribution has the values of the tables', () => {
  // Abramowitz and Stegun, table 26.5.
  expect(inverseNormal(0.975)).toBeCloseTo(1.959964, 6)
  expect(inverseNormal(0.5)).toBeCloseTo(0, 9)
  expect(inverseNormal(0.001)).toBeCloseTo(-3.090232, 6)
  expect(inverseNormal(0.02)).toBeCloseTo(-2.053749, 6)
})

test('the table of noise has mean 0 and variance 1', () => {
  const table = createGaussianTable()
  expect(table.reduce((sum, value) => sum + value, 0) / table.length).toBeCloseTo(0, 12)
  expect(table.reduce((sum, value) => sum + value * value, 0) / table.length).toBeCloseTo(1, 12)
})

describe('the sample generator', () => {
  test('makes a chirp of the right amplitude and phase, to the last sample', () => {
    const carrier: ChunkCarrier = { phase: 0.2, startFrequency: 0.05, endFrequency: 0.0501, amplitude: 60 }
    const sampleCount = 12_000
    const samples = generator().next({ sampleCount, carriers: [carrier], ...silence })
    const bend = 0.0001 / sampleCount
    const { amplitude, phase } = correlate(samples, 0, (n) => 0.05 * n + (bend * n * n) / 2)
    expect(amplitude).toBeCloseTo(60, 1)
    expect(phase).toBeCloseTo(0.2, 4)
    const tail = samples.slice(-400)
    const end = correlate(tail, 0, (n) => 0.05 * (n + 11_800) + (bend * (n + 11_800) ** 2) / 2)
    expect(end.phase).toBeCloseTo(0.2, 3)
  })

  test('goes on in the next chunk with the phase where the last one ended', () => {
    const g = generator()
    const sampleCount = 1000
    let carrier: ChunkCarrier = { phase: 0.9, startFrequency: -0.123, endFrequency: -0.1231, amplitude: 50 }
    const joined: number[] = []
    for (let chunk = 0; chunk < 5; chunk += 1) {
      joined.push(...g.next({ sampleCount, carriers: [carrier], ...silence }))
      const phase = phaseAfter(carrier, sampleCount)
      carrier = { ...carrier, phase, startFrequency: -0.1231, endFrequency: -0.1231 }
    }
    const later = Uint8Array.from(joined.slice(2000))
    expect(correlate(later, -0.1231).amplitude).toBeCloseTo(50, 1)
  })

  test('adds several carriers', () => {
    const carriers = [0.1, -0.2, 0.3].map((frequency, index) => ({
      phase: 0.1 * index,
      startFrequency: frequency,
      endFrequency: frequency,
      amplitude: 10 * (index + 1),
    }))
    const samples = generator().next({ sampleCount: 10_000, carriers, ...silence })
    expect(correlate(samples, 0.1).amplitude).toBeCloseTo(10, 1)
    expect(correlate(samples, -0.2).amplitude).toBeCloseTo(20, 1)
    expect(correlate(samples, 0.3).amplitude).toBeCloseTo(30, 1)
  })

  test('makes white noise of the sigma asked for, with the offsets of a converter', () => {
    const g = generator(5)
    const samples = g.next({ sampleCount: 400_000, carriers: [], noise: 20, offsetI: 1.5, offsetQ: -0.7 })
    const count = samples.length / 2
    const part = (from: number): number[] =>
      Array.from({ length: count }, (_, n) => (samples[2 * n + from] ?? 0) - 127.5)
    const [i, q] = [part(0), part(1)]
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(i)).toBeCloseTo(1.5, 0)
    expect(Math.abs(mean(i) - 1.5)).toBeLessThan(0.15)
    expect(Math.abs(mean(q) + 0.7)).toBeLessThan(0.15)
    const centred = (values: number[]): number[] => {
      const m = mean(values)
      return values.map((value) => value - m)
    }
    const [a, b] = [centred(i), centred(q)]
    const product = (x: number[], y: number[], lag: number): number =>
      mean(x.slice(lag).map((value, n) => value * (y[n] ?? 0)))
    expect(Math.sqrt(product(a, a, 0))).toBeCloseTo(20, 1)
    // Neither I with Q nor a sample with those after it: 5 sigma of 400,000 products are 0.008.
    expect(Math.abs(product(a, b, 0) / 400)).toBeLessThan(0.008)
    for (const lag of [1, 2, 3, 5, 8, 13, 32]) {
      expect(Math.abs(product(a, a, lag) / 400)).toBeLessThan(0.008)
      expect(Math.abs(product(a, b, lag) / 400)).toBeLessThan(0.008)
      expect(Math.abs(product(b, a, lag) / 400)).toBeLessThan(0.008)
    }
  })

  test('stops at both ends of the converter instead of running over', () => {
    const carrier = { phase: 0, startFrequency: 0.01, endFrequency: 0.01, amplitude: 500 }
    const samples = generator().next({ sampleCount: 1000, carriers: [carrier], ...silence })
    expect(Math.max(...samples)).toBe(255)
    expect(Math.min(...samples)).toBe(0)
    expect(correlate(samples, 0.01).amplitude).toBeGreaterThan(127)
  })

  test('is the same for the same seed and another for another', () => {
    const request = { sampleCount: 100, carriers: [], noise: 20, offsetI: 0, offsetQ: 0 }
    expect(generator(1).next(request)).toEqual(generator(1).next(request))
    expect(generator(1).next(request)).not.toEqual(generator(2).next(request))
  })
})
