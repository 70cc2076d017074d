import { type AzEl, greatCircleSeparation } from '../../kernel/angle.ts'
import { parseUtc, type UtcMs } from '../../kernel/time.ts'
import type { Hz } from '../../kernel/units.ts'
import type { Observation } from '../../observation/record.ts'

/** What only the simulator knows: held against what the station did and measured. */
export interface KnownTruth {
  readonly satelliteAt: (at: UtcMs, catalogNumber: number) => { readonly direction: AzEl } | undefined
  readonly carrierAt: (
    at: UtcMs,
    catalogNumber: number,
    frequency: Hz,
  ) => { readonly expectedReportHz: Hz } | undefined
  readonly boresightAt: (at: UtcMs) => AzEl
}

interface MeanAndRms {
  readonly mean: number
  readonly rms: number
}

export interface Scores {
  readonly pointingErrorDeg: { readonly rms: number; readonly max: number }
  readonly measuredMinusTrueHz: MeanAndRms
  readonly measuredMinusPredictedHz: MeanAndRms
  /** Errors over their stated 1σ: a mean square of 1 says that the station knows how good it is. */
  readonly normalisedError: { readonly meanSquare: number; readonly max: number }
}

const running = () => {
  let count = 0
  let sum = 0
  let squares = 0
  let max = 0
  return {
    add: (value: number): void => {
      count += 1
      sum += value
      squares += value * value
      max = Math.max(max, Math.abs(value))
    },
    mean: () => (count === 0 ? 0 : sum / count),
    rms: () => (count === 0 ? 0 : Math.sqrt(squares / count)),
    max: () => max,
  }
}

const digits = (value: number): number => Number(value.toPrecision(6))

export interface Score {
  /** The true boresight against the true satellite, on the sky, now. */
  readonly takePointing: (at: UtcMs, catalogNumber: number) => number | undefined
  /** `transmitFrequency`: what the transmitter is known to the simulation by. */
  readonly takeObservation: (observation: Observation, transmitFrequency: Hz) => void
  readonly result: () => Scores
}

export const createScore = (truth: KnownTruth): Score => {
  const pointing = running()
  const minusTrue = running()
  const minusPredicted = running()
  const normalised = running()
  return {
    takePointing: (at, catalogNumber) => {
      const satellite = truth.satelliteAt(at, catalogNumber)
      if (satellite === undefined) return undefined
      const boresight = truth.boresightAt(at)
      const separation = greatCircleSeparation(boresight, satellite.direction)
      pointing.add(separation)
      return separation
    },
    takeObservation: (observation, transmitFrequency) => {
      const { measuredHz, predictedHz, sigmaHz } = observation.frequency
      minusPredicted.add(measuredHz - predictedHz)
      const at = parseUtc(observation.timeUtc)
      const satellite = observation.path.participants.find((participant) => participant.kind === 'satellite')
      if (!at.ok || satellite === undefined) return
      const carrier = truth.carrierAt(at.value, satellite.catalogNumber, transmitFrequency)
      if (carrier === undefined) return
      minusTrue.add(measuredHz - carrier.expectedReportHz)
      normalised.add((measuredHz - carrier.expectedReportHz) / sigmaHz)
    },
    result: () => ({
      pointingErrorDeg: { rms: digits(pointing.rms()), max: digits(pointing.max()) },
      measuredMinusTrueHz: { mean: digits(minusTrue.mean()), rms: digits(minusTrue.rms()) },
      measuredMinusPredictedHz: { mean: digits(minusPredicted.mean()), rms: digits(minusPredicted.rms()) },
      normalisedError: { meanSquare: digits(normalised.rms() ** 2), max: digits(normalised.max()) },
    }),
  }
}
