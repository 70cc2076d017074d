import { formatUtc, parseUtc, utcMs } from '../kernel/time.ts'
import type { Observation } from '../observation/record.ts'
import type { Coarsening } from './agreement.ts'

// The standard deviation of a uniform error of one step is step/√12.
const ROUNDING_SIGMA = 1 / Math.sqrt(12)

const roundTo = (value: number, step: number): number => {
  const rounded = Math.round(value / step) * step
  // Twelve digits: without this 145800000.1 shows as 145800000.10000001.
  return Number(rounded.toPrecision(12))
}

type Direction = NonNullable<Observation['pointing']['commanded']>

const coarsenDirection = (direction: Direction | undefined, step: number): Direction | undefined =>
  direction === undefined
    ? undefined
    : {
        ...direction,
        azimuthDeg: roundTo(direction.azimuthDeg, step),
        elevationDeg: roundTo(direction.elevationDeg, step),
      }

/**
 * The record as one partner gets it: values rounded to the agreed steps, and each uncertainty grown by what the
 * rounding did, so that the coarse record is still an honest one.
 */
export const makeProduct = (record: Observation, coarsening: Coarsening): Observation => {
  let product: Observation = record
  if (coarsening.time !== undefined) {
    const step = coarsening.time * 1000
    const time = parseUtc(record.timeUtc)
    const sigma = record.timeQuality.sigmaMs
    product = {
      ...product,
      timeUtc: time.ok ? formatUtc(utcMs(Math.round(time.value / step) * step)) : record.timeUtc,
      timeQuality: {
        ...product.timeQuality,
        sigmaMs: Math.hypot(sigma, step * ROUNDING_SIGMA),
        ...(record.timeQuality.errorBoundMs === undefined
          ? {}
          : { errorBoundMs: record.timeQuality.errorBoundMs + step / 2 }),
      },
    }
  }
  if (coarsening.frequency !== undefined) {
    const step = coarsening.frequency
    product = {
      ...product,
      frequency: {
        ...product.frequency,
        measuredHz: roundTo(record.frequency.measuredHz, step),
        predictedHz: roundTo(record.frequency.predictedHz, step),
        sigmaHz: Math.hypot(record.frequency.sigmaHz, step * ROUNDING_SIGMA),
      },
    }
  }
  if (coarsening.angle !== undefined) {
    const { commanded, reported, predicted } = record.pointing
    const directions = Object.entries({ commanded, reported, predicted }).flatMap(([name, direction]) => {
      const coarse = coarsenDirection(direction, coarsening.angle ?? 1)
      return coarse === undefined ? [] : [[name, coarse] as const]
    })
    product = { ...product, pointing: { ...record.pointing, ...Object.fromEntries(directions) } }
  }
  return product
}
