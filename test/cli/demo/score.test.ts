import { describe, expect, it } from 'vitest'
import { createScore } from '../../../src/cli/demo/score.ts'
import { parseUtc, utcMs } from '../../../src/kernel/time.ts'
import { deg, hz } from '../../../src/kernel/units.ts'
import { sampleRecord } from '../../simulation/sample.ts'

const AT = utcMs(1_787_000_000_000)
const TRUE_HZ = 145_803_000

const scoreOf = (boresight = { azimuth: deg(10), elevation: deg(40) }) =>
  createScore({
    satelliteAt: (_at, catalogNumber) =>
      catalogNumber === 25_544 ? { direction: { azimuth: deg(10), elevation: deg(43) } } : undefined,
    carrierAt: (_at, catalogNumber) =>
      catalogNumber === 25_544 ? { expectedReportHz: hz(TRUE_HZ) } : undefined,
    boresightAt: () => boresight,
  })

const measured = (measuredHz: number, sigmaHz: number, catalogNumber = 25_544) => {
  const record = sampleRecord({ count: 1, timeUtc: AT, catalogNumber })
  return { ...record, frequency: { ...record.frequency, measuredHz, sigmaHz, predictedHz: TRUE_HZ - 100 } }
}

describe('the score of the demo', () => {
  it('holds the pointing against the true satellite, on the sky', () => {
    const score = scoreOf()
    expect(score.takePointing(AT, 25_544)).toBeCloseTo(3, 9)
    expect(score.result().pointingErrorDeg).toEqual({ rms: 3, max: 3 })
    // Past the zenith the axes' numbers differ, the direction does not.
    expect(scoreOf({ azimuth: deg(190), elevation: deg(137) }).takePointing(AT, 25_544)).toBeCloseTo(0, 6)
  })

  it('holds what was measured against truth and prediction, in Hz and in stated sigmas', () => {
    const score = scoreOf()
    score.takeObservation(measured(TRUE_HZ + 2, 1), hz(145_800_000))
    score.takeObservation(measured(TRUE_HZ - 1, 1), hz(145_800_000))
    const result = score.result()
    expect(result.measuredMinusTrueHz).toEqual({ mean: 0.5, rms: expect.closeTo(Math.sqrt(2.5), 4) })
    expect(result.measuredMinusPredictedHz.mean).toBeCloseTo(100.5, 6)
    expect(result.normalisedError).toEqual({ meanSquare: expect.closeTo(2.5, 4), max: 2 })
    expect(parseUtc(measured(0, 1).timeUtc)).toEqual({ ok: true, value: AT })
  })

  it('counts nothing for a satellite that the truth does not know, and is 0 before anything came', () => {
    const score = scoreOf()
    expect(score.takePointing(AT, 7_530)).toBeUndefined()
    score.takeObservation(measured(TRUE_HZ, 1, 7_530), hz(145_800_000))
    expect(score.result()).toMatchObject({
      pointingErrorDeg: { rms: 0, max: 0 },
      measuredMinusTrueHz: { mean: 0, rms: 0 },
      normalisedError: { meanSquare: 0, max: 0 },
    })
  })
})
