import type { AzEl } from '../kernel/angle.ts'
import { wrapDeg } from '../kernel/angle.ts'
import { formatUtc, type UtcMs } from '../kernel/time.ts'
import type { Db, Hz, Km, Ms, Ppm, Sec } from '../kernel/units.ts'
import { type DataMode, type Label, OBSERVATION_SCHEMA, type Observation } from './record.ts'

/** What the receiver measured in one interval. */
export interface CarrierMeasurement {
  /** The middle of the interval. */
  readonly midUtc: UtcMs
  readonly integration: Ms
  /** As the radio's own oscillator counts it. */
  readonly frequency: Hz
  /** 1σ of the estimate from noise alone. */
  readonly sigma: Hz
  /** How fast the carrier swept, as predicted: turns an error of the time into one of the frequency. */
  readonly sweepHzPerSec: number
  readonly snr: Db
  readonly carrierToNoiseDensity: Db
  readonly powerDbfs: Db
  readonly timeMethod: 'sample-count' | 'host-arrival'
  readonly timeSigma: Ms
  readonly timeErrorBound: Ms
  /** 1σ of that delay's own error: the same for every record of a station. */
  readonly delaySigma: Ms
  /** What was taken off the arrival times as the calibrated delay. */
  readonly calibratedDelay: Ms
}

/** How sure what is predicted for the instant is, and what it was made with. */
export interface Prediction {
  /** From the elements' epoch to the instant. */
  readonly elementsAge: Ms
  /** 1σ along the track against the truth. */
  readonly alongTrackSigma: Km
  /** 1σ of the time at a place; undefined for what nearly stands still in the sky. */
  readonly timeSigma: Sec | undefined
  /** The share of such objects that leave these figures, [0, 1]. */
  readonly manoeuvreShare: number
  /** What that was learned from. */
  readonly uncertainty: string
  /** Model and weather, or `none`. */
  readonly refraction: string
  readonly ut1: string
}

/** What keeps the station's clock, and how far it can be off. */
export interface ClockQuality {
  readonly source: string
  readonly synchronised: boolean
  /** Absent where nothing is known. */
  readonly errorBound: Ms | undefined
}

/** What does not change within a pass. */
export interface ObservationContext {
  readonly station: string
  readonly dataMode: DataMode
  readonly provenance: 'real' | 'simulated'
  readonly passId: string
  readonly satellite: { readonly catalogNumber: number; readonly objectId: string; readonly name: string }
  readonly nominalFrequency: Hz
  readonly reference: Observation['frequency']['reference']
  readonly referenceSigma: Ppm
  /** The oscillator's known error, positive where it runs fast. */
  readonly referenceCorrection: Ppm
  readonly elements: { readonly source: string; readonly epochUtc: UtcMs; readonly sha256: string }
  readonly label: Label
}

/**
 * Makes the record of one measurement. Signs: an oscillator that is fast by ε counts f/(1+ε), so that the correction
 * multiplies by (1+ε); a delay makes arrivals late, so that it is subtracted from the arrival time.
 */
export const makeObservation = (options: {
  readonly id: string
  readonly context: ObservationContext
  readonly measurement: CarrierMeasurement
  readonly clock: ClockQuality
  readonly predictedFrequency: Hz
  readonly commanded: AzEl | undefined
  readonly reported: AzEl | undefined
  /** What is in `commanded` and `reported` beside what the axes show: its name, and what was added to the reported axes. */
  readonly pointingCorrection?: { readonly name: string; readonly added: AzEl }
  /** By geometry alone. */
  readonly predicted: AzEl | undefined
  /** With refraction; undefined where there is none. */
  readonly predictedApparent: AzEl | undefined
  readonly prediction: Prediction
}): Observation => {
  const { context, measurement, clock } = options
  const correctionHz = measurement.frequency * context.referenceCorrection * 1e-6
  const timeSigmaHz = (Math.abs(measurement.sweepHzPerSec) * measurement.timeSigma) / 1000
  return {
    schema: OBSERVATION_SCHEMA,
    id: options.id,
    station: context.station,
    dataMode: context.dataMode,
    provenance: context.provenance,
    passId: context.passId,
    path: {
      kind: 'one-way',
      participants: [
        { kind: 'satellite', ...context.satellite },
        { kind: 'station', id: context.station },
      ],
      order: [1, 2],
    },
    timeUtc: formatUtc(measurement.midUtc),
    timeQuality: {
      method: measurement.timeMethod,
      sigmaMs: round(measurement.timeSigma, 4),
      delaySigmaMs: round(measurement.delaySigma, 4),
      ...(clock.errorBound === undefined
        ? {}
        : { errorBoundMs: round(measurement.timeErrorBound + clock.errorBound, 4) }),
      clockSource: clock.source,
      synchronised: clock.synchronised,
    },
    integrationSeconds: measurement.integration / 1000,
    pointing: {
      ...(options.commanded === undefined ? {} : { commanded: directionOf(options.commanded) }),
      ...(options.reported === undefined ? {} : { reported: directionOf(options.reported) }),
      ...(options.predicted === undefined ? {} : { predicted: directionOf(options.predicted) }),
      ...(options.predictedApparent === undefined
        ? {}
        : { predictedApparent: directionOf(options.predictedApparent) }),
    },
    frequency: {
      measuredHz: round(measurement.frequency + correctionHz, 4),
      sigmaHz: Math.max(1e-4, round(Math.hypot(measurement.sigma, timeSigmaHz), 5)),
      nominalHz: context.nominalFrequency,
      predictedHz: round(options.predictedFrequency, 4),
      reference: context.reference,
      referenceSigmaPpm: context.referenceSigma,
    },
    signal: {
      snrDb: round(measurement.snr, 2),
      carrierToNoiseDensityDbHz: round(measurement.carrierToNoiseDensity, 2),
      powerDbfs: round(measurement.powerDbfs, 2),
    },
    elements: {
      source: context.elements.source,
      epochUtc: formatUtc(context.elements.epochUtc),
      sha256: context.elements.sha256,
    },
    prediction: predictionOf(options.prediction),
    corrections: [
      ...(measurement.calibratedDelay === 0
        ? []
        : [
            {
              quantity: 'time' as const,
              name: 'delay between antenna and host',
              addedValue: -measurement.calibratedDelay,
              unit: 'ms',
            },
          ]),
      ...(context.referenceCorrection === 0
        ? []
        : [
            {
              quantity: 'frequency' as const,
              name: 'known error of the oscillator',
              addedValue: round(correctionHz, 4),
              unit: 'Hz',
            },
          ]),
      ...pointingCorrections(options.pointingCorrection),
    ],
    label: context.label,
  }
}

const pointingCorrections = (
  correction: { readonly name: string; readonly added: AzEl } | undefined,
): Observation['corrections'] =>
  correction === undefined
    ? []
    : (['azimuth', 'elevation'] as const).map((quantity) => ({
        quantity,
        name: correction.name.slice(0, 64),
        addedValue: round(correction.added[quantity], 4),
        unit: 'deg',
      }))

const THREE_DIGITS = 3

const predictionOf = (prediction: Prediction): NonNullable<Observation['prediction']> => {
  const { timeSigma } = prediction
  return {
    elementsAgeSec: round(prediction.elementsAge / 1000, 3),
    alongTrackSigmaKm: Number(prediction.alongTrackSigma.toPrecision(THREE_DIGITS)),
    ...(timeSigma === undefined ? {} : { timeSigmaSec: Number(timeSigma.toPrecision(THREE_DIGITS)) }),
    manoeuvreShare: round(prediction.manoeuvreShare, 4),
    uncertainty: prediction.uncertainty.slice(0, 256),
    refraction: prediction.refraction.slice(0, 128),
    ut1: prediction.ut1.slice(0, 128),
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

// Sky directions: past the zenith the antenna's own 120° is 60° on the other side.
const directionOf = (position: AzEl): { azimuthDeg: number; elevationDeg: number } => {
  const over = position.elevation > 90
  return {
    azimuthDeg: round(wrapDeg((over ? position.azimuth + 180 : position.azimuth) as AzEl['azimuth']), 4),
    elevationDeg: round(over ? 180 - position.elevation : position.elevation, 4),
  }
}
