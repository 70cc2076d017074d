import { MS_PER_SECOND } from '../kernel/time.ts'
import { findRoot } from './root.ts'
import { type Sampler, type SkySample, TIME_TOLERANCE_MS } from './sky-sample.ts'

// How often an interval that may hide two turns of the elevation is halved: at 2 min that ends at 2 s.
const HALVINGS_MAX = 6
// A rate that comes this close to zero inside an interval, as a share of its ends, may in truth cross it.
const DOUBTFUL_RATE_SHARE = 0.5

/** The least absolute rate of the cubic through both samples, and the share of the interval where it is reached. */
const interiorRate = (a: SkySample, b: SkySample): { readonly rate: number; readonly share: number } => {
  const spanSec = (b.atMs - a.atMs) / MS_PER_SECOND
  const mean = (b.look.elevation - a.look.elevation) / spanSec
  const rateA = a.look.elevationRate
  const rateB = b.look.elevationRate
  // The derivative of the Hermite cubic: rateA + linear·s + square·s².
  const linear = 6 * mean - 4 * rateA - 2 * rateB
  const square = 3 * (rateA + rateB) - 6 * mean
  const share = -linear / (2 * square)
  if (!(share > 0 && share < 1)) return { rate: Math.min(Math.abs(rateA), Math.abs(rateB)), share: 0.5 }
  const atVertex = rateA + (linear + square * share) * share
  const crosses = atVertex > 0 !== rateA > 0
  return { rate: crosses ? 0 : Math.abs(atVertex), share: Math.min(0.9, Math.max(0.1, share)) }
}

export const isRising = (sample: SkySample): boolean => sample.look.elevationRate > 0

/** The extremes of the elevation between two samples, in the order of time. */
export const extremesBetween = (
  sample: Sampler,
  a: SkySample,
  b: SkySample,
  halvings = 0,
): readonly SkySample[] => {
  if (isRising(a) !== isRising(b)) {
    const atMs = findRoot({
      of: (at) => sample(at).look.elevationRate,
      low: { at: a.atMs, value: a.look.elevationRate },
      high: { at: b.atMs, value: b.look.elevationRate },
      tolerance: TIME_TOLERANCE_MS,
    })
    return [sample(atMs)]
  }
  // Same direction at both ends: none, or a pair, of which the cubic through the ends gives notice.
  const { rate, share } = interiorRate(a, b)
  const least = Math.min(Math.abs(a.look.elevationRate), Math.abs(b.look.elevationRate))
  if (rate >= DOUBTFUL_RATE_SHARE * least || halvings >= HALVINGS_MAX) return []
  const middle = sample(a.atMs + share * (b.atMs - a.atMs))
  return [
    ...extremesBetween(sample, a, middle, halvings + 1),
    ...extremesBetween(sample, middle, b, halvings + 1),
  ]
}
