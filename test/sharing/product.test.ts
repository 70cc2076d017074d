import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { parseUtc, utcMs } from '../../src/kernel/time.ts'
import { deg, hz, sec } from '../../src/kernel/units.ts'
import { type Observation, observationSchema, sharedObservationSchema } from '../../src/observation/record.ts'
import { makeProduct } from '../../src/sharing/product.ts'
import { sampleRecord } from '../simulation/sample.ts'

const PASS_ALIAS = 'f'.repeat(32)
const product = (record: Observation, coarsening: Parameters<typeof makeProduct>[0]['coarsening']) =>
  makeProduct({ record, coarsening, passAlias: PASS_ALIAS })

// Numbers that give the exact value away if they, or their digits, turn up anywhere.
const record: Observation = {
  ...sampleRecord({ count: 1, timeUtc: utcMs(Date.UTC(2026, 7, 23, 5, 20, 31, 417)) }),
  corrections: [
    { quantity: 'frequency', name: 'known error of the oscillator', addedValue: 72.8991, unit: 'Hz' },
    { quantity: 'time', name: 'delay between antenna and host', addedValue: -13.77, unit: 'ms' },
  ],
  frequency: {
    measuredHz: 145_798_263.4471,
    sigmaHz: 0.21377,
    nominalHz: 145_800_000,
    predictedHz: 145_798_261.9183,
    reference: 'tcxo',
    referenceSigmaPpm: 0.5,
  },
  signal: { snrDb: 21.53, carrierToNoiseDensityDbHz: 34.27, powerDbfs: -40.19 },
}
const coarse = { time: sec(60), frequency: hz(10), angle: deg(1) }

/** The same, with a field that nobody agreed on at every place where one can be. */
const withExtras = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withExtras)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(([name, member]) => [name, withExtras(member)])
  return { ...Object.fromEntries(entries), additive: 'hush-hush' }
}

describe('a product', () => {
  it('is the record, where nothing is coarsened', () => {
    expect(product(record, {})).toEqual(record)
    expect(product(record, { onePer: sec(10) })).toEqual(record)
  })

  it.each([
    ['whole', {}],
    ['coarse', coarse],
  ])('holds no field that is not named, if %s', (_name, coarsening) => {
    const rich = observationSchema.parse(withExtras(record))
    expect(JSON.stringify(rich)).toContain('hush-hush')
    expect(JSON.stringify(product(rich, coarsening))).not.toContain('hush-hush')
  })

  it.each([
    ['time', { time: sec(60), frequency: hz(10) }],
    ['frequency', { frequency: hz(10) }],
    ['angle', { angle: deg(1) }],
    ['all', coarse],
  ])('is of the form that partners expect, coarse in %s', (_name, coarsening) => {
    expect(sharedObservationSchema.parse(product(record, coarsening))).toEqual(product(record, coarsening))
  })

  it('gives the exact values away nowhere, if coarse', () => {
    const text = JSON.stringify(product(record, coarse))
    const exact = [
      record.passId,
      record.elements.sha256,
      record.elements.epochUtc,
      '31.417',
      ':20:31',
      '8263',
      '4471',
      '8261',
      '9183',
      '72.8991',
      '13.77',
      '0.21377',
      '123.4567',
      '45.4321',
      '21.53',
      '34.27',
      '40.19',
      'commanded',
      'reported',
      'corrections',
    ]
    expect(exact.filter((detail) => text.includes(detail))).toEqual([])
    expect(product(record, coarse)).toMatchObject({
      passId: PASS_ALIAS,
      timeUtc: '2026-08-23T05:21:00.000000Z',
      frequency: { measuredHz: 145_798_260, predictedHz: 145_798_260 },
      pointing: { predicted: { azimuthDeg: 123, elevationDeg: 45 } },
      signal: { snrDb: 22, carrierToNoiseDensityDbHz: 34 },
    })
  })

  it('tells no prediction that is finer than what was agreed', () => {
    const { frequency, pointing } = product(record, { time: sec(60) })
    expect(frequency).not.toHaveProperty('predictedHz')
    expect(pointing).toEqual({})
    expect(product(record, { frequency: hz(10) }).pointing).toEqual({})
  })

  it('keeps marking, provenance, data mode and id', () => {
    const { label, provenance, dataMode, id } = record
    expect(product(record, coarse)).toMatchObject({ label, provenance, dataMode, id })
  })

  it('never shrinks an uncertainty, and holds the true value within what it says', () => {
    const positive = fc.double({ min: 1e-4, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(
        positive,
        positive,
        fc.option(positive, { nil: undefined }),
        fc.option(fc.double({ min: 0.001, max: 86_400, noNaN: true }), { nil: undefined }),
        fc.option(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { nil: undefined }),
        fc.integer({ min: 0, max: 86_400_000 }),
        (sigmaHz, sigmaMs, errorBoundMs, timeStep, frequencyStep, offsetMs) => {
          const fine: Observation = {
            ...record,
            timeUtc: sampleRecord({ count: 1, timeUtc: utcMs(1_787_000_000_000 + offsetMs) }).timeUtc,
            timeQuality: {
              method: 'sample-count',
              sigmaMs,
              delaySigmaMs: 1,
              ...(errorBoundMs === undefined ? {} : { errorBoundMs }),
              clockSource: 'chrony',
              synchronised: true,
            },
            frequency: { ...record.frequency, sigmaHz },
          }
          const made = product(fine, {
            ...(timeStep === undefined ? {} : { time: sec(timeStep) }),
            ...(frequencyStep === undefined ? {} : { frequency: hz(frequencyStep) }),
            angle: deg(1),
          })
          const stepMs = (timeStep ?? 0) * 1000
          expect(made.frequency.sigmaHz).toBeGreaterThanOrEqual(sigmaHz)
          expect(made.frequency.sigmaHz).toBeGreaterThanOrEqual((frequencyStep ?? 0) / Math.sqrt(12))
          expect(made.timeQuality.sigmaMs).toBeGreaterThanOrEqual(sigmaMs)
          expect(made.timeQuality.sigmaMs).toBeGreaterThanOrEqual(stepMs / Math.sqrt(12))
          if (errorBoundMs === undefined) expect(made.timeQuality).not.toHaveProperty('errorBoundMs')
          else expect(made.timeQuality.errorBoundMs).toBeGreaterThanOrEqual(errorBoundMs + stepMs / 2)
          const moved = unwrap(parseUtc(made.timeUtc)) - unwrap(parseUtc(fine.timeUtc))
          expect(Math.abs(moved)).toBeLessThanOrEqual(stepMs / 2 + 0.002)
          expect(Math.abs(made.frequency.measuredHz - fine.frequency.measuredHz)).toBeLessThanOrEqual(
            (frequencyStep ?? 0) / 2 + 0.001,
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  it('keeps directions on the sky: 359.6° to the next degree is 0°', () => {
    const at = (azimuthDeg: number, elevationDeg: number) =>
      product({ ...record, pointing: { predicted: { azimuthDeg, elevationDeg } } }, { angle: deg(7) })
        .pointing.predicted
    expect(at(359.6, 89)).toEqual({ azimuthDeg: 357, elevationDeg: 90 })
    expect(
      product(
        { ...record, pointing: { predicted: { azimuthDeg: 359.6, elevationDeg: 10 } } },
        { angle: deg(1) },
      ).pointing.predicted,
    ).toEqual({ azimuthDeg: 0, elevationDeg: 10 })
  })
})
