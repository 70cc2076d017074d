import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../src/kernel/random.ts'
import { monoMs, utcMs } from '../../src/kernel/time.ts'
import { hz, ms, ppm } from '../../src/kernel/units.ts'
import { createSampleClock, type SampleClock } from '../../src/receiver/sample-clock.ts'

const RATE = 240_000
const UTC_AT_MONO_ZERO = 1_787_000_000_000

/** Samples taken from the stopwatch's 0 on, arriving in chunks with jitter, up to `seconds`. */
const feed = (
  clock: SampleClock,
  options: {
    readonly seconds: number
    readonly fromSeconds?: number
    readonly ratePpm?: number
    readonly jitterMs?: (index: number) => number
    readonly lostSamples?: number
    readonly wallStepMs?: number
  },
): void => {
  const chunkMs = 20
  const from = options.fromSeconds ?? 0
  for (let index = 1; index <= ((options.seconds - from) * 1000) / chunkMs; index += 1) {
    const trueMs = from * 1000 + index * chunkMs
    const taken = (trueMs / 1000) * RATE * (1 + (options.ratePpm ?? 0) * 1e-6) - (options.lostSamples ?? 0)
    const arrivedMs = trueMs + (options.jitterMs?.(index) ?? 0)
    clock.arrival({
      samples: Math.round(taken),
      monoNow: monoMs(arrivedMs),
      utcNow: utcMs(UTC_AT_MONO_ZERO + arrivedMs + (options.wallStepMs ?? 0)),
    })
  }
}

describe('the sample clock', () => {
  it('drops the jitter of arrival and takes the calibrated delay off', () => {
    const random = createRandom(8)
    const clock = createSampleClock({ sampleRate: hz(RATE), calibratedDelay: ms(4), delayBound: ms(2) })
    // At least 4 ms late, mostly some 10 ms more.
    feed(clock, { seconds: 12, jitterMs: () => 4 + 10 * random.exponential() })
    const tag = clock.tag(RATE * 11)
    expect(tag?.method).toBe('sample-count')
    expect(Math.abs((tag?.utcMs ?? 0) - (UTC_AT_MONO_ZERO + 11_000))).toBeLessThan(0.5)
    expect(tag?.sigmaMs).toBeLessThan(0.8)
    expect(tag?.errorBoundMs).toBeGreaterThan(2)
    expect(tag?.wallStepped).toBe(false)
  })

  it('states an honest 1σ, for jitter of several kinds', () => {
    const kinds = {
      exponential: (random: Random) => 2 * random.exponential(),
      // Seldom near its least value.
      'sum of two': (random: Random) => 2 * (random.exponential() + random.exponential()),
      'mostly on time': (random: Random) => (random.uniform() < 0.9 ? 0.01 : 20) * random.exponential(),
    }
    for (const [kind, jitterOf] of Object.entries(kinds)) {
      for (const seconds of [0.9, 2.5, 12]) {
        const normalised = Array.from({ length: 300 }, (_, index) => {
          const random = createRandom(index)
          const clock = createSampleClock({ sampleRate: hz(RATE), delayBound: ms(0), rateSigma: ppm(0.5) })
          feed(clock, { seconds, jitterMs: () => jitterOf(random) })
          const tag = clock.tag(Math.round(seconds * RATE))
          return ((tag?.utcMs ?? 0) - (UTC_AT_MONO_ZERO + seconds * 1000)) / (tag?.sigmaMs ?? 0)
        })
        const meanSquare = normalised.reduce((sum, value) => sum + value * value, 0) / normalised.length
        expect(meanSquare, `${kind}, ${seconds} s`).toBeLessThan(1.2)
        expect(Math.max(...normalised), `${kind}, ${seconds} s`).toBeLessThan(4.5)
      }
    }
  })

  it('does not call a stamp better than the oscillator allows', () => {
    for (const [ratePpm, rateSigma] of [
      [-80, undefined],
      [80, undefined],
      [2, ppm(2)],
      [-2, ppm(2)],
    ] as const) {
      const clock = createSampleClock({
        sampleRate: hz(RATE),
        delayBound: ms(0),
        ...(rateSigma === undefined ? {} : { rateSigma }),
      })
      feed(clock, { seconds: 60, ratePpm })
      const tag = clock.tag(Math.round(59 * RATE * (1 + ratePpm * 1e-6)))
      const errorMs = (tag?.utcMs ?? 0) - (UTC_AT_MONO_ZERO + 59_000)
      expect(Math.abs(errorMs)).toBeLessThan(2 * (tag?.sigmaMs ?? 0))
    }
  })

  it('follows an oscillator that is 80 ppm off, within its stated bound', () => {
    for (const ratePpm of [-80, 80]) {
      const clock = createSampleClock({ sampleRate: hz(RATE), delayBound: ms(0) })
      feed(clock, { seconds: 600, ratePpm })
      const sample = Math.round(599 * RATE * (1 + ratePpm * 1e-6))
      const tag = clock.tag(sample)
      const errorMs = (tag?.utcMs ?? 0) - (UTC_AT_MONO_ZERO + 599_000)
      // Without following it would be 48 ms.
      expect(Math.abs(errorMs)).toBeLessThan(1.1)
      expect(Math.abs(errorMs)).toBeLessThan(tag?.errorBoundMs ?? 0)
    }
  })

  it('says that it only has the arrival at first, and bounds it widely', () => {
    const clock = createSampleClock({ sampleRate: hz(RATE) })
    expect(clock.tag(0)).toBeUndefined()
    feed(clock, { seconds: 0.1 })
    expect(clock.tag(0)?.method).toBe('host-arrival')
    expect(clock.tag(0)?.errorBoundMs).toBeGreaterThan(2_000)
  })

  it('notices lost samples and counts anew, instead of stamping late for ten seconds', () => {
    const clock = createSampleClock({ sampleRate: hz(RATE), delayBound: ms(0) })
    feed(clock, { seconds: 10 })
    expect(clock.gaps()).toBe(0)
    const lostSamples = 0.2 * RATE
    feed(clock, { fromSeconds: 10.2, seconds: 13.2, lostSamples })
    expect(clock.gaps()).toBe(1)
    expect(clock.validFrom()).toBeGreaterThanOrEqual(9.9 * RATE)
    const tag = clock.tag(13 * RATE - lostSamples)
    expect(Math.abs((tag?.utcMs ?? 0) - (UTC_AT_MONO_ZERO + 13_000))).toBeLessThan(1)
  })

  it('is not fooled into a loss by a host that was busy for a moment', () => {
    const clock = createSampleClock({ sampleRate: hz(RATE) })
    feed(clock, { seconds: 12, jitterMs: (index) => (index > 300 && index < 340 ? 20 * (340 - index) : 0) })
    expect(clock.gaps()).toBe(0)
  })

  it('flags a step of the wall clock and keeps the intervals right', () => {
    const clock = createSampleClock({ sampleRate: hz(RATE) })
    feed(clock, { seconds: 5 })
    feed(clock, { fromSeconds: 5, seconds: 6, wallStepMs: 3_600_000 })
    const early = clock.tag(2 * RATE)
    const late = clock.tag(4 * RATE)
    expect(late?.wallStepped).toBe(true)
    expect((late?.utcMs ?? 0) - (early?.utcMs ?? 0)).toBeCloseTo(2_000, 3)
    feed(clock, { fromSeconds: 6, seconds: 17, wallStepMs: 3_600_000 })
    expect(clock.tag(16 * RATE)?.wallStepped).toBe(false)
  })
})
