import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { formatUtc, MS_PER_DAY, MS_PER_SECOND, type UtcMs } from '../kernel/time.ts'
import { type Deg, deg } from '../kernel/units.ts'
import type { SeenFrom } from './earth-fixed-motion.ts'
import { extremesBetween, isRising } from './elevation-extremes.ts'
import { flatHorizon, type HorizonMask } from './horizon-mask.ts'
import { clearanceOf, maskCrossings } from './mask-crossing.ts'
import type { CatalogNumber, Motion } from './motion.ts'
import type { Pass } from './pass.ts'
import { PassCollector } from './pass-collector.ts'
import { geometricMask } from './refracted-mask.ts'
import type { Refraction } from './refraction.ts'
import { type SearchableSpan, searchableSpans } from './searchable-spans.ts'
import { createSampler, PredictionEnds, type SkySample } from './sky-sample.ts'

export interface PassSearchOptions<Key extends CatalogNumber = CatalogNumber> extends SeenFrom {
  readonly motion: Motion<Key>
  readonly fromUtcMs: UtcMs
  readonly toUtcMs: UtcMs
  /** What hides the sky. `minimumElevation` alone is a flat horizon; with neither it lies at 0°. */
  readonly mask?: HorizonMask
  /** Ignored where a mask is given: that has its own. */
  readonly minimumElevation?: Deg
  /** With it the object rises and sets where it is seen to cross the mask, and elevations are apparent. */
  readonly refraction?: Refraction
}

export interface PassSearchResult<Key extends CatalogNumber> {
  /** In the order of time. */
  readonly passes: readonly Pass<Key>[]
  /**
   * Why the search did not begin (`plan.window`), ended before the window did (`orbit.propagation`,
   * `orbit.earth-rotation`) or left parts of it out (`orbit.span`).
   */
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

/** Whether a window can be searched for passes: fault `plan.window`. */
export const checkPassWindow = ({
  fromUtcMs,
  toUtcMs,
}: Pick<PassSearchOptions, 'fromUtcMs' | 'toUtcMs'>): Result<undefined, Fault> => {
  const windowMs = toUtcMs - fromUtcMs
  if (windowMs > 0 && windowMs <= PASS_WINDOW_MS_MAX) return ok(undefined)
  const bounds = Number.isFinite(windowMs)
    ? ` from ${formatUtc(fromUtcMs, 0)} to ${formatUtc(toUtcMs, 0)}`
    : ''
  return err(fault('plan.window', `The window${bounds} cannot be searched for passes`))
}

/** That an ephemeris leaves a part of the window out, if it does; the light's way at its ends is no such part. */
const uncovered = ({ motion, fromUtcMs, toUtcMs }: PassSearchOptions): Fault | undefined => {
  const { spans } = motion
  const first = spans?.[0]
  const last = spans?.at(-1)
  if (spans === undefined || first === undefined || last === undefined) return undefined
  let coveredTo = fromUtcMs
  for (const span of spans)
    if (span.fromUtcMs <= coveredTo && span.toUtcMs > coveredTo) coveredTo = span.toUtcMs
  if (coveredTo >= toUtcMs) return undefined
  const known = `${formatUtc(first.fromUtcMs, 3)} to ${formatUtc(last.toUtcMs, 3)}`
  const gaps = first.fromUtcMs <= fromUtcMs && last.toUtcMs >= toUtcMs ? ', with gaps' : ''
  return fault(
    'orbit.span',
    `${motion.object.name} is known from ${known}${gaps}: not all of the window was searched`,
  )
}

/**
 * All passes of an object over a site within a window, with AOS and LOS refined to a microsecond. Geometric unless
 * refraction or light time are asked for.
 *
 * The elevation is followed in steps fitted to the motion; in each its extremes are found from its exact rate, so that
 * between them it only rises or only sinks, and a pass that begins and ends between two steps is seen by its
 * culmination. How true the times are depends on the elements (about a kilometre at epoch), not on the search. A motion
 * that is known in spans only is searched in each; a pass that such a span cuts is open there, with the reason.
 */
export const findPasses = <Key extends CatalogNumber>(
  options: PassSearchOptions<Key>,
): PassSearchResult<Key> => {
  const window = checkPassWindow(options)
  if (!window.ok) return { passes: [], problem: window.error }
  const { motion, refraction } = options
  const shownMask = options.mask ?? flatHorizon(options.minimumElevation ?? deg(0))
  const mask = refraction === undefined ? shownMask : geometricMask(shownMask, refraction)
  const trySample = createSampler(options)
  const sample = (atMs: number): SkySample => {
    const result = trySample(atMs)
    if (!result.ok) throw new PredictionEnds(result.error)
    return result.value
  }
  const collector = new PassCollector(
    motion.object,
    refraction?.apparentElevation ?? ((geometric) => geometric),
  )

  const followMonotone = (from: SkySample, to: SkySample): void => {
    for (const crossing of maskCrossings({ sample, mask, from, to })) {
      if (collector.isOpen) collector.sets(crossing)
      else collector.rises(crossing)
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
  const endOpen = (at: SkySample, reason?: string): void => {
    if (collector.isOpen) collector.sets(at, reason === undefined ? { open: true } : { open: true, reason })
  }
  const beginSpan = (first: SkySample, { joined, cutAtStart }: SearchableSpan): void => {
    const isUp = clearanceOf(mask, first) > 0
    if (isUp && !collector.isOpen) {
      const reason = `${motion.object.name} is not known before`
      collector.rises(first, joined ? {} : cutAtStart ? { open: true, reason } : { open: true })
    }
    // Where one segment takes over from another the object may jump below the mask.
    if (!isUp && collector.isOpen) collector.sets(first)
  }

  /** The fault that ended it before the span did. */
  const searchSpan = (span: SearchableSpan, next: SearchableSpan | undefined): Fault | undefined => {
    const first = trySample(span.fromUtcMs)
    if (!first.ok) return first.error
    let last = first.value
    beginSpan(last, span)
    try {
      while (last.atMs < span.toUtcMs) {
        const nextMs = Math.min(span.toUtcMs, last.atMs + last.stepMs)
        const after = trySample(nextMs)
        if (!after.ok) {
          const end = lastPredicted(trySample, last, nextMs)
          follow(last, end)
          endOpen(end, after.error.message)
          return after.error
        }
        follow(last, after.value)
        last = after.value
      }
    } catch (thrown) {
      // Predictable at both ends of a step, but not between: a perigee under the ground does that.
      if (!(thrown instanceof PredictionEnds)) throw thrown
      endOpen(last, thrown.reason.message)
      return thrown.reason
    }
    if (next?.joined !== true)
      endOpen(last, span.cutAtEnd ? `${motion.object.name} is not known after` : undefined)
    return undefined
  }

  const spans = searchableSpans(options)
  for (const [index, span] of spans.entries()) {
    const problem = searchSpan(span, spans[index + 1])
    if (problem !== undefined) return { passes: collector.passes, problem }
  }
  const problem = uncovered(options)
  return problem === undefined ? { passes: collector.passes } : { passes: collector.passes, problem }
}
