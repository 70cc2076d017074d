import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AzEl } from '../../src/kernel/angle.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { db, deg, hz, km, ms, ppm, sec } from '../../src/kernel/units.ts'
import { makeObservation, type ObservationContext } from '../../src/observation/make-observation.ts'
import {
  dataModeSchema,
  effectiveDataMode,
  isMarkedHonestly,
  observationSchema,
  sharedObservationSchema,
} from '../../src/observation/record.ts'

const at = (azimuth: number, elevation: number): AzEl => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})
const context: ObservationContext = {
  station: 'oslo-1',
  dataMode: 'SIMULATED',
  provenance: 'simulated',
  passId: 'pass',
  satellite: { catalogNumber: 25544, objectId: '1998-067A', name: 'ISS (ZARYA)' },
  nominalFrequency: hz(145_800_000),
  reference: 'tcxo',
  referenceSigma: ppm(0.5),
  referenceCorrection: ppm(0),
  elements: { source: 'demo', epochUtc: utcMs(1_787_000_000_000), sha256: '0'.repeat(64) },
  label: { policy: 'PUBLIC', classification: 'UNCLASSIFIED', relTo: ['NOR'], originator: 'NOR' },
}
const prediction: Options['prediction'] = {
  elementsAge: ms(52_000_123.25),
  alongTrackSigma: km(1.23456),
  timeSigma: sec(0.161234),
  manoeuvreShare: 0.031234,
  uncertainty: 'two revisions of a catalogue',
  refraction: 'none',
  ut1: 'UT1 = UTC',
}
type Options = Parameters<typeof makeObservation>[0]
const make = (
  changes: {
    readonly context?: Partial<ObservationContext>
    readonly measurement?: Partial<Options['measurement']>
    readonly clock?: Partial<Options['clock']>
    readonly commanded?: AzEl
    readonly reported?: AzEl
    readonly predicted?: AzEl
    readonly predictedApparent?: AzEl
    readonly prediction?: Partial<Options['prediction']>
    readonly pointingCorrection?: NonNullable<Options['pointingCorrection']>
  } = {},
) =>
  makeObservation({
    id: `oslo-1.${'0'.repeat(24)}`,
    context: { ...context, ...changes.context },
    measurement: {
      midUtc: utcMs(1_787_000_001_000.25),
      integration: ms(136.533),
      frequency: hz(145_798_000.5),
      sigma: hz(0.3),
      sweepHzPerSec: -40,
      snr: db(21.527),
      carrierToNoiseDensity: db(34.2),
      powerDbfs: db(-40.1),
      timeMethod: 'sample-count',
      timeSigma: ms(10),
      timeErrorBound: ms(300),
      calibratedDelay: ms(0),
      delaySigma: ms(100),
      ...changes.measurement,
    },
    clock: { source: 'chrony', synchronised: true, errorBound: ms(8), ...changes.clock },
    predictedFrequency: hz(145_798_001.25),
    commanded: changes.commanded,
    reported: changes.reported,
    predicted: changes.predicted,
    predictedApparent: changes.predictedApparent,
    prediction: { ...prediction, ...changes.prediction },
    ...(changes.pointingCorrection === undefined ? {} : { pointingCorrection: changes.pointingCorrection }),
  })

describe('an observation', () => {
  it('says how old the elements are, how sure the prediction is and what it reckons with', () => {
    expect(make().prediction).toEqual({
      elementsAgeSec: 52_000.123,
      alongTrackSigmaKm: 1.23,
      timeSigmaSec: 0.161,
      manoeuvreShare: 0.0312,
      uncertainty: 'two revisions of a catalogue',
      refraction: 'none',
      ut1: 'UT1 = UTC',
    })
    const still = make({ prediction: { timeSigma: undefined, uncertainty: 'x'.repeat(1_000) } })
    expect(still.prediction).not.toHaveProperty('timeSigmaSec')
    expect(observationSchema.safeParse(still).success).toBe(true)
  })

  it('holds the prediction by geometry, and the one lifted by the air beside it', () => {
    const record = make({ predicted: at(10, 5), predictedApparent: at(10, 5.17) })
    expect(record.pointing).toEqual({
      predicted: { azimuthDeg: 10, elevationDeg: 5 },
      predictedApparent: { azimuthDeg: 10, elevationDeg: 5.17 },
    })
    expect(observationSchema.parse(record)).toEqual(record)
  })

  it('names the correction of the pointing and what it added to what the axes showed', () => {
    const pointingCorrection = { name: 'pointing model of 2026-11-24', added: at(-4.00004, 1.5) }
    const record = make({ reported: at(96, 31.5), pointingCorrection })
    expect(record.corrections).toEqual([
      { quantity: 'azimuth', name: 'pointing model of 2026-11-24', addedValue: -4, unit: 'deg' },
      { quantity: 'elevation', name: 'pointing model of 2026-11-24', addedValue: 1.5, unit: 'deg' },
    ])
    expect(observationSchema.parse(record)).toEqual(record)
  })

  it('is read without what later versions added', () => {
    const { prediction: _, ...before } = make({ predicted: at(10, 20) })
    expect(observationSchema.parse(before)).toEqual(before)
  })

  it('is of its own schema', () => {
    expect(observationSchema.parse(make({ predicted: at(10, 20) }))).toEqual(make({ predicted: at(10, 20) }))
    expect(sharedObservationSchema.safeParse(make()).success).toBe(true)
  })

  it('keeps measured, predicted, commanded and reported apart, and leaves out what there is not', () => {
    const record = make({ commanded: at(1, 2), predicted: at(3, 4) })
    expect(record.frequency).toMatchObject({ measuredHz: 145_798_000.5, predictedHz: 145_798_001.25 })
    expect(record.pointing).toEqual({
      commanded: { azimuthDeg: 1, elevationDeg: 2 },
      predicted: { azimuthDeg: 3, elevationDeg: 4 },
    })
    expect(make().pointing).toEqual({})
  })

  it('adds what an error of the time makes of the sweep to the noise', () => {
    // 40 Hz/s times 10 ms is 0.4 Hz; with 0.3 Hz of noise 0.5 Hz.
    expect(make().frequency.sigmaHz).toBeCloseTo(0.5, 9)
    expect(make({ measurement: { sigma: hz(0), timeSigma: ms(0) } }).frequency.sigmaHz).toBeGreaterThan(0)
  })

  it('multiplies by 1 + ε for an oscillator that is fast by ε, and says what it added', () => {
    const record = make({ context: { referenceCorrection: ppm(2) } })
    // 145,798,000.5 Hz times two millionths, by hand.
    expect(record.frequency.measuredHz).toBeCloseTo(145_798_000.5 + 291.596, 3)
    expect(record.corrections).toEqual([
      {
        quantity: 'frequency',
        name: 'known error of the oscillator',
        addedValue: expect.closeTo(291.596, 3),
        unit: 'Hz',
      },
    ])
  })

  it('says of a calibrated delay that it was subtracted', () => {
    expect(make({ measurement: { calibratedDelay: ms(13.5) } }).corrections).toEqual([
      { quantity: 'time', name: 'delay between antenna and host', addedValue: -13.5, unit: 'ms' },
    ])
  })

  it('adds the bounds of clock and samples, and states none where nothing is known of the clock', () => {
    expect(make().timeQuality).toMatchObject({
      sigmaMs: 10,
      delaySigmaMs: 100,
      errorBoundMs: 308,
      synchronised: true,
    })
    const unknown = make({ clock: { errorBound: undefined, synchronised: false } })
    expect(unknown.timeQuality).not.toHaveProperty('errorBoundMs')
    expect(unknown.timeQuality.synchronised).toBe(false)
    expect(make().timeUtc).toMatch(/\.000250Z$/)
  })

  it('tells directions on the sky: past the zenith the antenna looks to the other side', () => {
    const of = (position: AzEl) => make({ reported: position }).pointing.reported
    expect(of(at(30, 120))).toEqual({ azimuthDeg: 210, elevationDeg: 60 })
    expect(of(at(300, 150))).toEqual({ azimuthDeg: 120, elevationDeg: 30 })
    expect(of(at(410, 10))).toEqual({ azimuthDeg: 50, elevationDeg: 10 })
  })
})

describe('data mode', () => {
  it('is REAL by no configuration where any device is simulated', () => {
    const provenance = fc.constantFrom('real' as const, 'simulated' as const)
    fc.assert(
      fc.property(
        fc.constantFrom(...dataModeSchema.options),
        fc.array(provenance, { maxLength: 4 }),
        (configured, provenances) => {
          const mode = effectiveDataMode({ configured, provenances })
          const simulated = provenances.includes('simulated')
          expect(mode.provenance).toBe(simulated ? 'simulated' : 'real')
          expect(isMarkedHonestly(mode)).toBe(true)
          if (simulated) expect(mode.dataMode).toBe(configured === 'EXERCISE' ? 'EXERCISE' : 'SIMULATED')
          else expect(mode.dataMode).toBe(configured)
        },
      ),
    )
  })

  it.each([
    ['REAL', 'simulated', false],
    ['TEST', 'simulated', false],
    ['SIMULATED', 'simulated', true],
    ['EXERCISE', 'simulated', true],
    ['REAL', 'real', true],
  ] as const)('%s of a %s device: honest %s', (dataMode, provenance, honest) => {
    expect(isMarkedHonestly({ dataMode, provenance })).toBe(honest)
  })
})

describe('the schema', () => {
  it.each([
    ['a measured value that is no number', { frequency: { ...make().frequency, measuredHz: null } }],
    ['an uncertainty of zero', { frequency: { ...make().frequency, sigmaHz: 0 } }],
    ['an id with a count', { id: 'oslo-1.7' }],
    ['a time with another zone', { timeUtc: '2026-08-23T05:00:00.000000+02:00' }],
    ['a station with a slash', { station: 'oslo/1' }],
    ['a label in small letters', { label: { ...make().label, relTo: ['nor'] } }],
    ['another version', { schema: 'azel.observation/2' }],
  ])('refuses %s', (_name, changes) => {
    expect(observationSchema.safeParse({ ...make(), ...changes }).success).toBe(false)
  })

  it('accepts fields that it does not know', () => {
    expect(observationSchema.parse({ ...make(), later: 1 })).toEqual({ ...make(), later: 1 })
  })
})
