import { expect, it } from 'vitest'
import { sureLegend, sureWords } from '../../src/cli/passes/words.ts'
import { distanceSigmaWords, sigmaWords, stalenessOf } from '../../src/cli/sky/staleness.ts'
import { MS_PER_DAY, utcMs } from '../../src/kernel/time.ts'
import { deg, km, ms, sec } from '../../src/kernel/units.ts'
import type { PredictionQuality } from '../../src/orbit/uncertainty/prediction-quality.ts'
import { ISS } from '../orbit/fixtures.ts'

const quality = (change: Partial<PredictionQuality> = {}): PredictionQuality => ({
  age: ms(1.24 * MS_PER_DAY),
  consistencySigma: km(2),
  inflatedSigma: km(3),
  jumpShare: 0.02,
  timeSigma: sec(0.41),
  ...change,
})
const sure = (change: Partial<PredictionQuality> = {}, isOpen = false): string =>
  sureWords({ openStart: isOpen, openEnd: isOpen, quality: quality(change) })

it('tells the age and the uncertainty of the times, with marks and what they mean', () => {
  expect(sure()).toBe('1.2 d ±0.4 s')
  expect(sure({ jumpShare: 0.1 })).toBe('1.2 d ±0.4 s~')
  expect(sure({ timeSigma: undefined, jumpShare: 0.5 })).toBe('1.2 d –')
  expect(sure({ timeSigma: undefined }, true)).toBe('1.2 d')
  expect(sureLegend([sure()])).toEqual([])
  expect(sureLegend([sure({ jumpShare: 0.3 }), sure(), sure({ timeSigma: undefined })])).toEqual([
    '~ a tenth or more of its kind manoeuvre beyond that',
    '– nearly stands still: its times say nothing',
  ])
})

it('writes uncertainties with the digits that they know', () => {
  expect([0.04, 9.94, 9.96, 99, 100, 6_000].map((value) => sigmaWords(sec(value)))).toEqual([
    '±0.0 s',
    '±9.9 s',
    '±10 s',
    '±99 s',
    '±1.7 min',
    '±1.7 h',
  ])
  expect([1.234, 56.7, 12_345].map((value) => distanceSigmaWords(km(value)))).toEqual([
    '±1.2 km',
    '±57 km',
    '±12000 km',
  ])
})

it('says of a stale geostationary object how far along its orbit it may be, and of others when they may come', () => {
  const later = utcMs(ISS.epochUtcMs + 20 * MS_PER_DAY)
  expect(stalenessOf(ISS, later, undefined)).toMatch(/ that are 20 d 0 h old: its times are ±\S+ \S+$/)
  const still = {
    ...ISS,
    name: 'GEO',
    meanMotion: 1.0027,
    inclination: deg(0.1),
    eccentricity: 0.0002,
    bstar: 0,
  }
  expect(stalenessOf(still, later, undefined)).toMatch(/ old: its place is ±\d+ km along its orbit$/)
  expect(stalenessOf(ISS, utcMs(ISS.epochUtcMs + MS_PER_DAY), undefined)).toBeUndefined()
})
