import { MS_PER_SECOND } from '../kernel/time.ts'
import { degToRad, rad, radToDeg } from '../kernel/units.ts'
import { findRoot } from './root.ts'
import { type Sampler, type SkySample, TIME_TOLERANCE_MS } from './sky-sample.ts'

// How often an interval that may hide two turns of the elevation is halved: at 2 min that ends at 2 s.
const HALVINGS_MAX = 6
// A rate that comes this close to zero inside an interval, as a share of its ends, may in truth cross it.
const DOUBTFUL_RATE_SHARE = 0.5
// So long before and after a turn the elevation clearly climbs or sinks, even that of a geostationary object.
const BESIDE_TURN_MS = 1_000

// The sine of the elevation is followed, for it has no kink where the object passes next to the zenith.
// In degrees, as the rates are in degrees a second.
const sineOf = ({ look }: SkySample): number => radToDeg(rad(Math.sin(degToRad(look.elevation))))
const sineRateOf = ({ look }: SkySample): number => Math.cos(degToRad(look.elevation)) * look.elevationRate

/** The least absolute rate of the cubic through both samples, and the share of the interval where it is reached. */
const interiorRate = (a: SkySample, b: SkySample): { readonly rate: number; readonly share: number } => {
  const spanSec = (b.atMs - a.atMs) / MS_PER_SECOND
  const mean = (sineOf(b) - sineOf(a)) / spanSec
  const rateA = sineRateOf(a)
  const rateB = sineRateOf(b)
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
    const turnMs = findRoot({
      of: (at) => sineRateOf(sample(at)),
      low: { at: a.atMs, value: sineRateOf(a) },
      high: { at: b.atMs, value: sineRateOf(b) },
      tolerance: TIME_TOLERANCE_MS,
    })
    const turn = sample(turnMs)
    if (halvings >= HALVINGS_MAX) return [turn]
    // One of an odd number: two more may hide on either side.
    const beforeMs = turnMs - BESIDE_TURN_MS
    const afterMs = turnMs + BESIDE_TURN_MS
    return [
      ...(beforeMs > a.atMs ? extremesBetween(sample, a, sample(beforeMs), halvings + 1) : []),
      turn,
      ...(afterMs < b.atMs ? extremesBetween(sample, sample(afterMs), b, halvings + 1) : []),
    ]
  }
  // Same direction at both ends: none, or a pair, of which the cubic through the ends gives notice.
  const { rate, share } = interiorRate(a, b)
  const least = Math.min(Math.abs(sineRateOf(a)), Math.abs(sineRateOf(b)))
  if (rate >= DOUBTFUL_RATE_SHARE * least || halvings >= HALVINGS_MAX) return []
  const middle = sample(a.atMs + share * (b.atMs - a.atMs))
  return [
    ...extremesBetween(sample, a, middle, halvings + 1),
    ...extremesBetween(sample, middle, b, halvings + 1),
  ]
}
