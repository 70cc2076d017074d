import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/kernel/random.ts'
import { hz } from '../../../src/kernel/units.ts'
import { createCarrierEstimator, estimateCarrier } from '../../../src/receiver/dsp/carrier-estimator.ts'
import { amplitudeFor, synthesize } from './synthetic-carrier.ts'

const SAMPLE_RATE = 240_000
const NOISE_LSB = 12

/** 1σ that no unbiased estimate can beat (Rife and Boorstyn 1974); `snr` in the integration bandwidth. */
const cramerRaoHz = (snr: number, length: number): number =>
  Math.sqrt((6 * SAMPLE_RATE ** 2) / ((2 * Math.PI) ** 2 * snr * (length ** 2 - 1)))

interface Trials {
  readonly normalised: number[]
  readonly errorsHz: number[]
  readonly detected: number
}

const run = (options: {
  snrDb: number
  length: number
  trials: number
  seed: number
  noise?: number
}): Trials => {
  const { length } = options
  const estimator = createCarrierEstimator({ sampleRate: hz(SAMPLE_RATE), length })
  const random = createRandom(options.seed)
  const normalised: number[] = []
  const errorsHz: number[] = []
  for (let trial = 0; trial < options.trials; trial += 1) {
    const frequencyHz = 30_000 + 4_000 * (random.uniform() - 0.5)
    const chirpHzPerSec = 400 * (random.uniform() - 0.5)
    const iq = synthesize({
      length,
      sampleRate: SAMPLE_RATE,
      random,
      noiseLsb: NOISE_LSB,
      carriers: [
        {
          frequencyHz,
          chirpHzPerSec,
          phase: 2 * Math.PI * random.uniform(),
          amplitudeLsb: amplitudeFor({ snr: 10 ** (options.snrDb / 10), length, noiseLsb: NOISE_LSB }),
        },
      ],
    })
    const look = estimator.look(iq, {
      searchCentre: hz(30_000),
      searchHalfWidth: hz(3_000),
      chirpHzPerSec,
    })
    if (!look.detected) continue
    errorsHz.push(look.frequencyHz - frequencyHz)
    normalised.push((look.frequencyHz - frequencyHz) / look.sigmaHz)
  }
  return { normalised, errorsHz, detected: normalised.length }
}

const meanSquare = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value * value, 0) / values.length

describe('the carrier estimate', () => {
  it('states an honest 1σ from strong carriers down to the threshold of detection', () => {
    const all: number[] = []
    for (const [index, snrDb] of [12, 13, 14, 16, 20, 30, 45].entries()) {
      // Fewer than one in four is found at 12 dB.
      const trials = snrDb < 14 ? 6_000 : 1_500
      const { normalised } = run({ snrDb, length: 1024, trials, seed: 11 + index })
      expect(normalised.length).toBeGreaterThan(400)
      // 400 know the mean square to 7 %.
      expect(meanSquare(normalised), `at ${snrDb} dB`).toBeGreaterThan(0.8)
      expect(meanSquare(normalised), `at ${snrDb} dB`).toBeLessThan(1.2)
      all.push(...normalised)
    }
    expect(meanSquare(all)).toBeGreaterThan(0.9)
    expect(meanSquare(all)).toBeLessThan(1.1)
    expect(Math.max(...all.map(Math.abs))).toBeLessThan(4.5)
  })

  it('attains the Cramér-Rao bound at the default integration of 32768 samples', () => {
    const { errorsHz, normalised } = run({ snrDb: 25, length: 32_768, trials: 200, seed: 5 })
    expect(errorsHz).toHaveLength(200)
    const bound = cramerRaoHz(10 ** 2.5, 32_768)
    // 200 trials know the spread to 5 %.
    expect(Math.sqrt(meanSquare(errorsHz)) / bound).toBeGreaterThan(0.85)
    expect(Math.sqrt(meanSquare(errorsHz)) / bound).toBeLessThan(1.15)
    expect(meanSquare(normalised)).toBeGreaterThan(0.75)
    expect(meanSquare(normalised)).toBeLessThan(1.3)
    const mean = errorsHz.reduce((sum, value) => sum + value, 0) / errorsHz.length
    expect(Math.abs(mean)).toBeLessThan((4 * bound) / Math.sqrt(200))
  })

  it('finds most carriers at 15 dB and gives signal, noise and power in their units', () => {
    const { detected } = run({ snrDb: 15.5, length: 8192, trials: 200, seed: 3 })
    expect(detected).toBeGreaterThan(180)
    const length = 32_768
    const iq = synthesize({
      length,
      sampleRate: SAMPLE_RATE,
      random: createRandom(1),
      noiseLsb: NOISE_LSB,
      carriers: [{ frequencyHz: 31_234.5, amplitudeLsb: 12.75 }],
    })
    const look = estimateCarrier(iq, {
      sampleRate: hz(SAMPLE_RATE),
      searchCentre: hz(30_000),
      searchHalfWidth: hz(5_000),
    })
    if (!look.detected) throw new Error('not detected')
    expect(look.powerDbfs).toBeCloseTo(-20, 1)
    // Noise of 12 steps a component, spread over the sample rate.
    const floor = 10 * Math.log10((2 * NOISE_LSB ** 2) / 127.5 ** 2 / SAMPLE_RATE)
    expect(Math.abs(look.noiseFloorDbfsPerHz - floor)).toBeLessThan(0.3)
    expect(look.carrierToNoiseDensityDbHz).toBeCloseTo(look.powerDbfs - look.noiseFloorDbfsPerHz, 6)
    const bandwidthDb = 10 * Math.log10(SAMPLE_RATE / length)
    expect(look.snrDb).toBeCloseTo(look.carrierToNoiseDensityDbHz - bandwidthDb, 6)
  })

  it('raises false alarms no more often than asked for, on noise alone', () => {
    const length = 1024
    const estimator = createCarrierEstimator({ sampleRate: hz(SAMPLE_RATE), length })
    const random = createRandom(77)
    const looks = 4000
    let loose = 0
    let strict = 0
    for (let look = 0; look < looks; look += 1) {
      const iq = synthesize({ length, sampleRate: SAMPLE_RATE, random, noiseLsb: NOISE_LSB, carriers: [] })
      const search = { searchCentre: hz(0), searchHalfWidth: hz(100_000) }
      if (estimator.look(iq, { ...search, falseAlarmProbability: 0.02 }).detected) loose += 1
      if (estimator.look(iq, search).detected) strict += 1
    }
    expect(strict).toBe(0)
    // The promise holds, and is not held by never detecting anything.
    expect(loose / looks).toBeLessThan(0.02)
    expect(loose / looks).toBeGreaterThan(0.0005)
  })

  it('is not moved by the sweep that is taken out, right or wrong', () => {
    const length = 8192
    const iq = synthesize({
      length,
      sampleRate: SAMPLE_RATE,
      random: undefined,
      noiseLsb: 0,
      carriers: [{ frequencyHz: 20_011.7, amplitudeLsb: 100, phase: 0.4 }],
    })
    for (const chirpHzPerSec of [-3000, -500, 0, 500, 3000]) {
      const look = estimateCarrier(iq, {
        sampleRate: hz(SAMPLE_RATE),
        searchCentre: hz(20_000),
        searchHalfWidth: hz(1_000),
        chirpHzPerSec,
      })
      if (!look.detected) throw new Error(`not detected with ${chirpHzPerSec} Hz/s`)
      expect(Math.abs(look.frequencyHz - 20_011.7)).toBeLessThan(0.01)
    }
  })

  it('never takes a side lobe for the carrier where the carrier itself is not searched', () => {
    const length = 8192
    const binHz = SAMPLE_RATE / length
    const search = { sampleRate: hz(SAMPLE_RATE), searchHalfWidth: hz(2_000) }
    const errorIn = (bins: number, searchCentreHz: number): number => {
      const frequencyHz = bins * binHz
      const carriers = [{ frequencyHz, amplitudeLsb: 40, phase: bins }]
      const random = createRandom(Math.round(1_000 * bins) + 50_000)
      const iq = synthesize({ length, sampleRate: SAMPLE_RATE, random, noiseLsb: 12, carriers })
      const look = estimateCarrier(iq, { ...search, searchCentre: hz(searchCentreHz) })
      return look.detected ? Math.abs(look.frequencyHz - frequencyHz) / look.sigmaHz : 0
    }
    for (let bins = -24; bins <= 24; bins += 0.23) {
      // About 0 Hz, and about either end of the search.
      expect(errorIn(bins, 0), `${bins} bins from 0 Hz`).toBeLessThan(4.5)
      expect(errorIn(1_000 + bins, 1_000 * binHz - 2_000), `${bins} bins above`).toBeLessThan(4.5)
      expect(errorIn(1_000 + bins, 1_000 * binHz + 2_000), `${bins} bins below`).toBeLessThan(4.5)
    }
    expect(errorIn(24, 0)).toBeGreaterThan(0)
  })

  it('does not take the converters’ offset, or the skirt of a strong neighbour, for a carrier', () => {
    const length = 8192
    const make = (offsetLsb: number, strongHz: number): Uint8Array =>
      synthesize({
        length,
        sampleRate: SAMPLE_RATE,
        random: createRandom(9),
        noiseLsb: 3,
        offsetLsb,
        carriers: [{ frequencyHz: strongHz, amplitudeLsb: strongHz === 0 ? 0 : 80 }],
      })
    const search = { sampleRate: hz(SAMPLE_RATE), searchCentre: hz(0), searchHalfWidth: hz(2_000) }
    expect(estimateCarrier(make(6, 0), search)).toMatchObject({ detected: false, reason: 'below-threshold' })
    expect(estimateCarrier(make(0, 3_010), search)).toMatchObject({ detected: false, reason: 'masked' })
  })

  it('still finds a carrier with a much stronger one far away in the band', () => {
    const length = 32_768
    const iq = synthesize({
      length,
      sampleRate: SAMPLE_RATE,
      random: createRandom(4),
      noiseLsb: 6,
      carriers: [
        { frequencyHz: -70_000.3, amplitudeLsb: 60 },
        { frequencyHz: 30_100.25, amplitudeLsb: 0.6, phase: 1 },
      ],
    })
    const look = estimateCarrier(iq, {
      sampleRate: hz(SAMPLE_RATE),
      searchCentre: hz(30_000),
      searchHalfWidth: hz(2_000),
    })
    if (!look.detected) throw new Error(`not detected: ${look.reason}`)
    expect(Math.abs(look.frequencyHz - 30_100.25)).toBeLessThan(4 * look.sigmaHz)
  })

  it('says that a search lies outside the band, and survives dead or clipped input', () => {
    const length = 1024
    const search = { sampleRate: hz(SAMPLE_RATE), searchHalfWidth: hz(1_000) }
    const dead = new Uint8Array(2 * length).fill(127)
    expect(estimateCarrier(dead, { ...search, searchCentre: hz(400_000) })).toMatchObject({
      detected: false,
      reason: 'outside-band',
    })
    expect(estimateCarrier(dead, { ...search, searchCentre: hz(30_000) })).toMatchObject({ detected: false })
    const clipped = estimateCarrier(new Uint8Array(2 * length).fill(255), {
      ...search,
      searchCentre: hz(30_000),
    })
    expect(clipped).toMatchObject({ detected: false, clippedShare: 1 })
    expect(estimateCarrier(dead, { ...search, searchCentre: hz(Number.NaN) })).toMatchObject({
      detected: false,
    })
  })

  it('gives a small spectrum for people, with the carrier where it is', () => {
    const length = 8192
    const estimator = createCarrierEstimator({ sampleRate: hz(SAMPLE_RATE), length })
    const iq = synthesize({
      length,
      sampleRate: SAMPLE_RATE,
      random: createRandom(2),
      noiseLsb: NOISE_LSB,
      carriers: [{ frequencyHz: 30_000, amplitudeLsb: 20 }],
    })
    estimator.look(iq, { searchCentre: hz(30_000), searchHalfWidth: hz(1_000) })
    const spectrum = estimator.spectrum(60)
    expect(spectrum).toHaveLength(60)
    const peak = spectrum.indexOf(Math.max(...spectrum))
    expect(peak).toBe(Math.floor(((30_000 + 120_000) / 240_000) * 60))
    const floor = 10 * Math.log10((2 * NOISE_LSB ** 2) / 127.5 ** 2 / SAMPLE_RATE)
    expect(Math.abs((spectrum[5] ?? 0) - floor)).toBeLessThan(1.5)
  })
})
