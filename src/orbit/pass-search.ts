import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { formatUtc, MS_PER_DAY, MS_PER_SECOND, type UtcMs } from '../kernel/time.ts'
import { type Deg, deg, type Sec } from '../kernel/units.ts'
import { extremesBetween, isRising } from './elevation-extremes.ts'
import { UT1_MINUS_UTC_DEFAULT } from './frames.ts'
import { flatHorizon, type HorizonMask } from './horizon-mask.ts'
import { clearanceOf, maskCrossings } from './mask-crossing.ts'
import type { CatalogNumber, Motion } from './motion.ts'
import type { Pass } from './pass.ts'
import { PassCollector } from './pass-collector.ts'
import type { Site } from './site.ts'
import { createSampler, PredictionEnds, type SkySample } from './sky-sample.ts'

export interface PassSearchOptions<Key extends CatalogNumber = CatalogNumber> {
  readonly motion: Motion<Key>
  readonly site: Site
  readonly fromUtcMs: UtcMs
  readonly toUtcMs: UtcMs
  /** What hides the sky. `minimumElevation` alone is a flat horizon; with neither it lies at 0°. */
  readonly mask?: HorizonMask
  /** Ignored where a mask is given: that has its own. */
  readonly minimumElevation?: Deg
  /** 0 unless given. */
  readonly ut1MinusUtc?: Sec
}

export interface PassSearchResult<Key extends CatalogNumber> {
  /** In the order of time. */
  readonly passes: readonly Pass<Key>[]
  /** Why the search ended before the window did (`orbit.propagation`) or did not begin (`plan.window`). */
  readonly problem?: Fault
}

/** A year of one object takes some tenths of a second; elements so old say nothing anyway. */
export const PASS_WINDOW_MS_MAX = 366 * MS_PER_DAY

type TrySample = (atMs: number) => Result<SkySample, Fault>

/** The last sample before one that cannot be predicted, to a second. */
const lastPredicted = (trySample: TrySample, last: SkySample, failedAtMs: number): SkySample => {
  let good = last
  let failedMs = failedAtMs
  while (failedMs - good.atMs > MS_PER_SECOND) {
    const middleMs = (good.atMs + failedMs) / 2
    const middle = trySample(middleMs)
    if (middle.ok) good = middle.value
    else failedMs = middleMs
  }
  return good
}

const checkWindow = ({ fromUtcMs, toUtcMs }: PassSearchOptions): Result<undefined, Fault> => {
  const windowMs = toUtcMs - fromUtcMs
  if (windowMs > 0 && windowMs <= PASS_WINDOW_MS_MAX) return ok(undefined)
  const bounds = Number.isFinite(windowMs)
    ? ` from ${formatUtc(fromUtcMs, 0)} to ${formatUtc(toUtcMs, 0)}`
    : ''
  return err(fault('plan.window', `The window${bounds} cannot be searched for passes`))
}

/**
 * All passes of an object over a site within a window, geometric, with AOS and LOS refined to a microsecond.
 *
 * The elevation is followed in steps fitted to the motion; in each its extremes are found from its exact rate, so that
 * between them it only rises or only sinks, and a pass that begins and ends between two steps is seen by its
 * culmination. How true the times are depends on the elements (about a kilometre at epoch), not on the search.
 */
export const findPasses = <Key extends CatalogNumber>(
  options: PassSearchOptions<Key>,
): PassSearchResult<Key> => {
  const window = checkWindow(options)
  if (!window.ok) return { passes: [], problem: window.error }
  const { motion, site, fromUtcMs, toUtcMs, ut1MinusUtc = UT1_MINUS_UTC_DEFAULT } = options
  const mask = options.mask ?? flatHorizon(options.minimumElevation ?? deg(0))
  const trySample = createSampler({ motion, site, ut1MinusUtc })
  const sample = (atMs: number): SkySample => {
    const result = trySample(atMs)
    if (!result.ok) throw new PredictionEnds(result.error)
    return result.value
  }
  const collector = new PassCollector(motion.object)

  const followMonotone = (from: SkySample, to: SkySample): void => {
    for (const crossing of maskCrossings({ sample, mask, from, to })) {
      if (collector.isOpen) collector.sets(crossing, false)
      else collector.rises(crossing, false)
    }
  }
  const follow = (from: SkySample, to: SkySample): void => {
    let before = from
    let rising = isRising(from)
    for (const extreme of extremesBetween(sample, from, to)) {
      followMonotone(before, extreme)
      if (rising) collector.culminates(extreme)
      rising = !rising
      before = extreme
    }
    followMonotone(before, to)
  }
  const endOpen = (at: SkySample): void => {
    if (collector.isOpen) collector.sets(at, true)
  }

  const first = trySample(fromUtcMs)
  if (!first.ok) return { passes: [], problem: first.error }
  let last = first.value
  if (clearanceOf(mask, last) > 0) collector.rises(last, true)
  try {
    while (last.atMs < toUtcMs) {
      const nextMs = Math.min(toUtcMs, last.atMs + last.stepMs)
      const next = trySample(nextMs)
      if (!next.ok) {
        const end = lastPredicted(trySample, last, nextMs)
        follow(last, end)
        endOpen(end)
        return { passes: collector.passes, problem: next.error }
      }
      follow(last, next.value)
      last = next.value
    }
  } catch (thrown) {
    // Predictable at both ends of a step, but not between: a perigee under the ground does that.
    if (!(thrown instanceof PredictionEnds)) throw thrown
    endOpen(last)
    return { passes: collector.passes, problem: thrown.reason }
  }
  endOpen(last)
  return { passes: collector.passes }
}
