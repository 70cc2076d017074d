import { beforeAll, describe, expect, test } from 'vitest'
import { createRandom } from '../../../src/kernel/random.ts'
import { MS_PER_DAY, utcPlus } from '../../../src/kernel/time.ts'
import { km, ms } from '../../../src/kernel/units.ts'
import { type AlongTrackModel, alongTrackSigmaOf } from '../../../src/orbit/uncertainty/along-track-model.ts'
import { type Judgement, judgeAlongTrack } from '../../../src/orbit/uncertainty/judge-along-track.ts'
import { learnAlongTrack, learnFromSamples } from '../../../src/orbit/uncertainty/learn-along-track.ts'
import type { AlongTrackSample } from '../../../src/orbit/uncertainty/successive-sets.ts'
import { ISS } from '../fixtures.ts'
import { fixtureSamples, type NumberedSample } from './fixture-samples.ts'

// The scatter of the squares is about 1.6: for 600 the sampling errors of both halves come to 0.18 at two sigmas. With
// fewer, chance alone would often leave 0.8 to 1.2.
const BINS = {
  ageEdgesDays: [0, 15, 60],
  perigeeEdgesKm: [0, 450, 475, 500, 550, 650, 900, 1_400, 1e6],
  dragBins: 2,
  pairsMin: 600,
}
const learnedFrom = 'the fixture'
/** A coin for each object, the same for all its pairs. */
const halves = (
  all: readonly NumberedSample[],
  seed: number,
): { readonly learned: readonly AlongTrackSample[]; readonly others: readonly AlongTrackSample[] } => {
  const random = createRandom(seed)
  const sides = new Map<number, boolean>()
  for (const { catalogNumber } of all) {
    if (!sides.has(catalogNumber)) sides.set(catalogNumber, random.uniform() < 0.5)
  }
  const side = (wanted: boolean) =>
    all.filter(({ catalogNumber }) => sides.get(catalogNumber) === wanted).map(({ sample }) => sample)
  return { learned: side(true), others: side(false) }
}

const wrongBins = (judgements: readonly Judgement[]): readonly Judgement[] =>
  judgements.filter(({ meanSquare }) => !(meanSquare >= 0.8 && meanSquare <= 1.2))

describe('learned on one half of the objects', () => {
  let all: readonly NumberedSample[] = []
  beforeAll(() => {
    all = fixtureSamples()
  })

  test.each([1, 2, 3])(
    'the other half comes out with a mean square of 0.8 to 1.2 in each bin (split %i)',
    (seed) => {
      const { learned, others } = halves(all, seed)
      const { model } = learnFromSamples(learned, { learnedFrom })
      const judgements = judgeAlongTrack(model, others, BINS)
      expect(wrongBins(judgements)).toEqual([])
      // Deep space, and sets older than ten days, are among them.
      expect(judgements.filter(({ isDeepSpace }) => isDeepSpace).length).toBeGreaterThanOrEqual(2)
      expect(judgements.length).toBeGreaterThanOrEqual(15)
      expect(judgements.every(({ pairs, isDeepSpace }) => pairs >= BINS.pairsMin || isDeepSpace)).toBe(true)
      // What is called a jump must not be the rule, and must be as common as was foreseen.
      const jumps = judgements.reduce((sum, judgement) => sum + judgement.jumps, 0)
      const expected = judgements.reduce((sum, { jumpsExpected }) => sum + jumpsExpected, 0)
      const pairs = judgements.reduce((sum, judgement) => sum + judgement.pairs, 0)
      expect(jumps / pairs).toBeLessThan(0.1)
      expect(jumps / expected).toBeGreaterThan(0.8)
      expect(jumps / expected).toBeLessThan(1.25)
    },
  )

  test('and a model that is wrong shows: growth of the wrong power, drag forgotten, all of one size', () => {
    const { learned, others } = halves(all, 1)
    const { model } = learnFromSamples(learned, { learnedFrom })
    const judged = (changed: (sample: AlongTrackSample) => AlongTrackSample): number =>
      wrongBins(judgeAlongTrack(model, others.map(changed), BINS)).length
    const factor = (sample: AlongTrackSample, by: number): AlongTrackSample => ({
      ...sample,
      alongTrack: km(sample.alongTrack * by),
    })
    expect(judged((sample) => factor(sample, (sample.age / MS_PER_DAY / 15) ** 1))).toBeGreaterThan(8)
    expect(
      judged((sample) => ({ ...sample, traits: { ...sample.traits, dragKmPerDaySquared: 1 } })),
    ).toBeGreaterThan(8)
    expect(judged((sample) => factor(sample, 1.3))).toBeGreaterThan(8)
    expect(judged((sample) => factor(sample, 0.75))).toBeGreaterThan(8)
  })

  test('kinds that have too few pairs are taken from the prior, fleets with enough have their own', () => {
    const nearOnly = halves(all, 1).learned.filter(({ traits }) => !traits.isDeepSpace)
    const prior: AlongTrackModel = {
      version: 1,
      learnedFrom: 'nothing',
      strata: [
        {
          isDeepSpace: true,
          fleet: '',
          pairs: 7,
          nodes: [{ perigeeKm: 1_000, coefficients: [1], jumpShare: 0.5 }],
        },
      ],
    }
    const { strata } = learnFromSamples(nearOnly, { learnedFrom, prior }).model
    expect(strata.find(({ isDeepSpace }) => isDeepSpace)).toEqual(prior.strata[0])
    expect(strata.map(({ fleet }) => fleet)).toContain('STARLINK')
    expect(strata.map(({ fleet }) => fleet)).not.toContain('COSMOS')
  })

  test('what was learned is plain data and comes back from JSON as it was', () => {
    const { model } = learnFromSamples(halves(all, 1).learned, { learnedFrom })
    expect(JSON.parse(JSON.stringify(model))).toEqual(model)
  })

  test('the order of the pairs does not matter beyond the last digits', () => {
    const samples = halves(all, 1).learned.filter(({ traits }) => traits.isDeepSpace)
    const forward = learnFromSamples(samples, { learnedFrom }).model
    const backward = learnFromSamples([...samples].reverse(), { learnedFrom }).model
    for (const { traits, age } of samples.slice(0, 200)) {
      const a = alongTrackSigmaOf(forward, traits, age).consistencySigma
      expect(alongTrackSigmaOf(backward, traits, age).consistencySigma / a).toBeCloseTo(1, 1)
    }
  })
})

describe('pairs that teach nothing', () => {
  test('are counted by their reason, and the shipped model serves', () => {
    const later = { ...ISS, epochUtcMs: utcPlus(ISS.epochUtcMs, ms(MS_PER_DAY)) }
    const { model, pairs, unpredictable, notSuccessive } = learnAlongTrack(
      [
        { older: ISS, newer: ISS },
        { older: later, newer: ISS },
        { older: ISS, newer: { ...later, catalogNumber: 1 } },
        { older: { ...ISS, bstar: 1 }, newer: later },
        { older: ISS, newer: { ...later, eccentricity: 2 } },
        { older: ISS, newer: later },
      ],
      { learnedFrom },
    )
    expect([pairs, unpredictable, notSuccessive]).toEqual([0, 2, 3])
    expect(model.strata.length).toBeGreaterThanOrEqual(2)
  })
})
