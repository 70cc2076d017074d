import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../../src/kernel/random.ts'
import { MS_PER_DAY, utcMs } from '../../../src/kernel/time.ts'
import { deg, km, ms } from '../../../src/kernel/units.ts'
import {
  type AlongTrackModel,
  alongTrackSigmaOf,
  CONSISTENCY_FLOOR_KM,
} from '../../../src/orbit/uncertainty/along-track-model.ts'
import { DEFAULT_ALONG_TRACK_MODEL } from '../../../src/orbit/uncertainty/default-along-track-model.ts'
import { learnFromSamples } from '../../../src/orbit/uncertainty/learn-along-track.ts'
import { type OrbitTraits, orbitTraits } from '../../../src/orbit/uncertainty/orbit-traits.ts'
import { alongTrackSigma, predictionQuality } from '../../../src/orbit/uncertainty/prediction-quality.ts'
import { ISS } from '../fixtures.ts'

const days = (count: number) => ms(count * MS_PER_DAY)
const GEOSTATIONARY = { ...ISS, name: 'GEO', meanMotion: 1.0027, bstar: 0, eccentricity: 0.0002 }

describe('the shipped model', () => {
  test('grows with age and with drag, in every orbit, and never beyond an orbit of which nothing is known', () => {
    fc.assert(
      fc.property(
        fc.record({
          fleet: fc.constantFrom('', 'STARLINK', 'ONEWEB', 'NOSUCH'),
          isDeepSpace: fc.boolean(),
          perigeeKm: fc.double({ min: 120, max: 40_000, noNaN: true }),
          drag: fc.double({ min: 0, max: 20_000, noNaN: true }),
          moreDrag: fc.double({ min: 0, max: 1_000, noNaN: true }),
          ageDays: fc.double({ min: 0, max: 400, noNaN: true }),
          moreDays: fc.double({ min: 0, max: 400, noNaN: true }),
        }),
        ({ fleet, isDeepSpace, perigeeKm, drag, moreDrag, ageDays, moreDays }) => {
          const traits: OrbitTraits = {
            ...orbitTraits(ISS),
            fleet,
            isDeepSpace,
            perigee: km(perigeeKm),
            semiMajorAxis: km(6_378 + perigeeKm),
            dragKmPerDaySquared: drag,
          }
          const sigma = (of: OrbitTraits, at: number) =>
            alongTrackSigmaOf(DEFAULT_ALONG_TRACK_MODEL, of, days(at))
          const here = sigma(traits, ageDays)
          const older = sigma(traits, ageDays + moreDays)
          const dragged = sigma({ ...traits, dragKmPerDaySquared: drag + moreDrag }, ageDays)
          expect(here.consistencySigma).toBeGreaterThanOrEqual(CONSISTENCY_FLOOR_KM)
          expect(here.inflatedSigma).toBeGreaterThanOrEqual(here.consistencySigma)
          expect(older.consistencySigma).toBeGreaterThanOrEqual(here.consistencySigma)
          expect(older.inflatedSigma).toBeGreaterThanOrEqual(here.inflatedSigma)
          expect(dragged.consistencySigma).toBeGreaterThanOrEqual(here.consistencySigma)
          const lostKm = (Math.PI / Math.sqrt(3)) * traits.semiMajorAxis
          expect(older.inflatedSigma).toBeLessThanOrEqual(lostKm * (1 + 1e-12))
          expect(here.jumpShare).toBeGreaterThanOrEqual(0)
          expect(here.jumpShare).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  test('a fresh set is as good as published: about a kilometer [AIAA 2006-6753 app. B]', () => {
    const { consistencySigma, inflatedSigma } = alongTrackSigma(DEFAULT_ALONG_TRACK_MODEL, ISS, ms(0))
    expect(consistencySigma).toBe(CONSISTENCY_FLOOR_KM)
    expect(inflatedSigma).toBeGreaterThan(1)
    expect(inflatedSigma).toBeLessThan(2)
  })

  test('the ISS after a day is known to kilometres, after three weeks to hundreds', () => {
    const at = (count: number) => alongTrackSigma(DEFAULT_ALONG_TRACK_MODEL, ISS, days(count)).inflatedSigma
    expect(at(1)).toBeGreaterThan(1.5)
    expect(at(1)).toBeLessThan(30)
    expect(at(21)).toBeGreaterThan(300)
  })
})

describe('the quality of a prediction', () => {
  test('tells the age of the elements and the uncertainty of the time', () => {
    const at = utcMs(ISS.epochUtcMs + 3 * MS_PER_DAY)
    const { age, inflatedSigma, timeSigma } = predictionQuality(ISS, at)
    expect(age).toBe(3 * MS_PER_DAY)
    expect((timeSigma ?? 0) * orbitTraits(ISS).meanSpeed).toBeCloseTo(inflatedSigma, 9)
  })

  test('before its epoch a set is as uncertain as after it', () => {
    const [before, after] = [-5, 5].map((count) =>
      predictionQuality(ISS, utcMs(ISS.epochUtcMs + count * MS_PER_DAY)),
    )
    expect(before?.age).toBe(-5 * MS_PER_DAY)
    expect(before?.inflatedSigma).toBe(after?.inflatedSigma)
  })

  test('a fresh set is less sure the farther out', () => {
    const at = GEOSTATIONARY.epochUtcMs
    const { inflatedSigma, consistencySigma } = predictionQuality(GEOSTATIONARY, at)
    expect(inflatedSigma - consistencySigma).toBeCloseTo(42_164 / 7_000, 1)
  })

  test('has no uncertainty of times for what nearly stands still, and has it for what swings and drifts by', () => {
    const at = utcMs(GEOSTATIONARY.epochUtcMs + MS_PER_DAY)
    const timeSigmaOf = (change: Partial<typeof GEOSTATIONARY>) =>
      predictionQuality({ ...GEOSTATIONARY, ...change }, at).timeSigma
    expect(timeSigmaOf({ inclination: deg(0.05) })).toBeUndefined()
    expect(timeSigmaOf({ inclination: deg(14.9), meanMotion: 0.99 })).toBeUndefined()
    expect(timeSigmaOf({ inclination: deg(55) })).toBeGreaterThan(0)
    expect(timeSigmaOf({ inclination: deg(5), eccentricity: 0.7 })).toBeGreaterThan(0)
    expect(timeSigmaOf({ inclination: deg(5), meanMotion: 2 })).toBeGreaterThan(0)
  })

  test('takes the model that the station has learned', () => {
    const model: AlongTrackModel = {
      version: 1,
      learnedFrom: 'a test',
      strata: [
        {
          isDeepSpace: false,
          fleet: '',
          pairs: 1,
          nodes: [
            { perigeeKm: 200, coefficients: [4], jumpShare: 0.1 },
            { perigeeKm: 800, coefficients: [16], jumpShare: 0.3 },
          ],
        },
      ],
    }
    // 400 km is half-way from 200 to 800 in the logarithm.
    const traits = { ...orbitTraits(ISS), perigee: km(400), dragKmPerDaySquared: 0 }
    const { consistencySigma, jumpShare } = alongTrackSigmaOf(model, traits, days(3))
    expect(consistencySigma).toBeCloseTo(Math.sqrt(CONSISTENCY_FLOOR_KM ** 2 + 10 * 9), 9)
    expect(jumpShare).toBeCloseTo(0.2, 9)
  })
})

describe('learning from errors of a known size', () => {
  test('finds the size, whatever a fifth of the objects does', () => {
    const random = createRandom(7)
    const traits = { ...orbitTraits(ISS), fleet: '', dragKmPerDaySquared: 5 }
    const truth = (count: number): number => Math.hypot(2 * count, 0.25 * 5 * count * count)
    const samples = Array.from({ length: 6_000 }, (_, index) => {
      const count = 1 + random.uniform() * 20
      const hasManoeuvred = index % 5 === 0
      const alongTrack = hasManoeuvred ? (random.uniform() - 0.5) * 40_000 : random.normal() * truth(count)
      const perigee = km(300 + random.uniform() * 600)
      return { traits: { ...traits, perigee }, age: days(count), alongTrack: km(alongTrack) }
    })
    const { model } = learnFromSamples(samples, { learnedFrom: 'a known law' })
    // One node knows its sigma to a tenth or two; over all heights that averages out.
    const heights = Array.from({ length: 25 }, (_, index) => km(320 + index * 22))
    for (const count of [3, 5, 10, 20]) {
      const sigmas = heights.map((perigee) => alongTrackSigmaOf(model, { ...traits, perigee }, days(count)))
      const mean = (values: readonly number[]) =>
        values.reduce((sum, value) => sum + value, 0) / values.length
      const square = mean(sigmas.map(({ consistencySigma }) => (consistencySigma / truth(count)) ** 2))
      expect(square).toBeGreaterThan(0.8)
      expect(square).toBeLessThan(1.2)
      expect(mean(sigmas.map(({ jumpShare }) => jumpShare))).toBeCloseTo(0.2, 1)
    }
  })
})
