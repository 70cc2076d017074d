import { formatUtc, parseUtc, type UtcMs, utcMs } from '../kernel/time.ts'
import type { Sec } from '../kernel/units.ts'
import type { Observation, SharedObservation } from '../observation/record.ts'
import type { Coarsening } from './agreement.ts'

// A uniform error of one step, from -1/2 to +1/2, has the standard deviation step/√12.
const ROUNDING_SIGMA = 1 / Math.sqrt(12)
// In a coarse product levels go by whole decibels: finer ones follow the range, and so the time.
const COARSE_LEVEL_DB = 1

/** The nearest multiple of the step; 12 digits, without which 145800000.1 shows as 145800000.10000001. */
const roundTo = (value: number, step: number): number =>
  Number((Math.round(value / step) * step).toPrecision(12))

// Three digits are enough for an uncertainty, and do not tell the one before the rounding. Never downwards.
const roundUp = (value: number): number => {
  const nearest = Number(value.toPrecision(3))
  return nearest >= value
    ? nearest
    : Number((nearest + 10 ** (Math.floor(Math.log10(value)) - 2)).toPrecision(3))
}

/** A time rounded to the step, counted from 1970. */
export const coarseTime = (time: UtcMs, step: Sec): UtcMs =>
  utcMs(Math.round(time / (step * 1000)) * step * 1000)

type Direction = NonNullable<Observation['pointing']['commanded']>

const directionOf = ({ azimuthDeg, elevationDeg }: Direction): Direction => ({ azimuthDeg, elevationDeg })

const predictionOf = (prediction: NonNullable<Observation['prediction']>) => ({
  elementsAgeSec: prediction.elementsAgeSec,
  alongTrackSigmaKm: prediction.alongTrackSigmaKm,
  ...(prediction.timeSigmaSec === undefined ? {} : { timeSigmaSec: prediction.timeSigmaSec }),
  manoeuvreShare: prediction.manoeuvreShare,
  uncertainty: prediction.uncertainty,
  refraction: prediction.refraction,
  ut1: prediction.ut1,
})

const participantOf = (participant: Observation['path']['participants'][number]) =>
  participant.kind === 'satellite'
    ? {
        kind: participant.kind,
        catalogNumber: participant.catalogNumber,
        objectId: participant.objectId,
        name: participant.name,
      }
    : { kind: participant.kind, id: participant.id }

/** What every product has, each field named: what a later version adds to the record is shared when it stands here. */
const commonOf = (record: Observation) => ({
  schema: record.schema,
  id: record.id,
  station: record.station,
  dataMode: record.dataMode,
  provenance: record.provenance,
  path: {
    kind: record.path.kind,
    participants: record.path.participants.map(participantOf),
    order: [...record.path.order],
  },
  integrationSeconds: record.integrationSeconds,
  label: {
    policy: record.label.policy,
    classification: record.label.classification,
    relTo: [...record.label.relTo],
    originator: record.label.originator,
  },
})

const wholeProduct = (record: Observation): SharedObservation => {
  const { timeQuality, pointing, frequency, signal, elements, prediction } = record
  return {
    ...commonOf(record),
    passId: record.passId,
    timeUtc: record.timeUtc,
    timeQuality: {
      method: timeQuality.method,
      sigmaMs: timeQuality.sigmaMs,
      delaySigmaMs: timeQuality.delaySigmaMs,
      ...(timeQuality.errorBoundMs === undefined ? {} : { errorBoundMs: timeQuality.errorBoundMs }),
      clockSource: timeQuality.clockSource,
      synchronised: timeQuality.synchronised,
    },
    pointing: {
      ...(pointing.commanded === undefined ? {} : { commanded: directionOf(pointing.commanded) }),
      ...(pointing.reported === undefined ? {} : { reported: directionOf(pointing.reported) }),
      ...(pointing.predicted === undefined ? {} : { predicted: directionOf(pointing.predicted) }),
      ...(pointing.predictedApparent === undefined
        ? {}
        : { predictedApparent: directionOf(pointing.predictedApparent) }),
    },
    frequency: {
      measuredHz: frequency.measuredHz,
      sigmaHz: frequency.sigmaHz,
      nominalHz: frequency.nominalHz,
      predictedHz: frequency.predictedHz,
      reference: frequency.reference,
      referenceSigmaPpm: frequency.referenceSigmaPpm,
    },
    signal: {
      snrDb: signal.snrDb,
      carrierToNoiseDensityDbHz: signal.carrierToNoiseDensityDbHz,
      powerDbfs: signal.powerDbfs,
    },
    elements: { source: elements.source, epochUtc: elements.epochUtc, sha256: elements.sha256 },
    ...(prediction === undefined ? {} : { prediction: predictionOf(prediction) }),
    corrections: record.corrections.map(({ quantity, name, addedValue, unit }) => ({
      quantity,
      name,
      addedValue,
      unit,
    })),
  }
}

const coarseTiming = (record: Observation, step: Sec | undefined) => {
  const { method, sigmaMs, delaySigmaMs, errorBoundMs, clockSource, synchronised } = record.timeQuality
  const time = parseUtc(record.timeUtc)
  const stepMs = step === undefined ? 0 : step * 1000
  return {
    timeUtc: step === undefined || !time.ok ? record.timeUtc : formatUtc(coarseTime(time.value, step)),
    timeQuality: {
      method,
      sigmaMs: roundUp(Math.hypot(sigmaMs, stepMs * ROUNDING_SIGMA)),
      delaySigmaMs,
      ...(errorBoundMs === undefined ? {} : { errorBoundMs: roundUp(errorBoundMs + stepMs / 2) }),
      clockSource,
      synchronised,
    },
  }
}

const coarseProduct = (record: Observation, coarsening: Coarsening, passAlias: string): SharedObservation => {
  const { frequency, signal, pointing } = record
  const { frequency: stepHz, angle } = coarsening
  const level = (value: number): number => roundTo(value, COARSE_LEVEL_DB)
  return {
    ...commonOf(record),
    // The pass's own id holds the second at which it rises.
    passId: passAlias,
    ...coarseTiming(record, coarsening.time),
    pointing:
      pointing.predicted === undefined || angle === undefined
        ? {}
        : {
            predicted: {
              // 359.6° to the next degree is 0°, not 360°.
              azimuthDeg: roundTo(pointing.predicted.azimuthDeg, angle) % 360,
              elevationDeg: Math.min(90, roundTo(pointing.predicted.elevationDeg, angle)),
            },
          },
    frequency: {
      measuredHz: stepHz === undefined ? frequency.measuredHz : roundTo(frequency.measuredHz, stepHz),
      sigmaHz: roundUp(Math.hypot(frequency.sigmaHz, (stepHz ?? 0) * ROUNDING_SIGMA)),
      nominalHz: frequency.nominalHz,
      ...(stepHz === undefined ? {} : { predictedHz: roundTo(frequency.predictedHz, stepHz) }),
      reference: frequency.reference,
      referenceSigmaPpm: frequency.referenceSigmaPpm,
    },
    signal: {
      snrDb: level(signal.snrDb),
      carrierToNoiseDensityDbHz: level(signal.carrierToNoiseDensityDbHz),
    },
  }
}

/**
 * The record as one partner gets it. Any product is made of named fields, so that nothing goes along unseen. A coarse
 * one has its values rounded to the agreed steps, each uncertainty grown by what the rounding did, and leaves out
 * what would give the finer value away: where the antenna was told to point and said it was, power, corrections (a
 * frequency correction is the frequency times a constant), the element set and its age, an unrounded prediction, the pass's id.
 *
 * The rounding hides a single value. Whoever has many of one pass and fits an orbit to them gets finer than one step,
 * about with the square root of their number: a delay and `onePer` are what protects against that.
 */
export const makeProduct = (options: {
  readonly record: Observation
  readonly coarsening: Coarsening
  /** Names the pass in a coarse product: of the identifiers' form, and to be turned back by nobody. */
  readonly passAlias: string
}): SharedObservation => {
  const { record, coarsening } = options
  const { time, frequency, angle } = coarsening
  return time === undefined && frequency === undefined && angle === undefined
    ? wholeProduct(record)
    : coarseProduct(record, coarsening, options.passAlias)
}
