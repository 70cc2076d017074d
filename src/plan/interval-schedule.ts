import type { UtcMs } from '../kernel/time.ts'
import type { Ms } from '../kernel/units.ts'

export interface Interval {
  readonly startUtcMs: UtcMs
  readonly stopUtcMs: UtcMs
}

const keepApart = (a: Interval, b: Interval, gap: Ms): boolean =>
  a.stopUtcMs + gap <= b.startUtcMs || b.stopUtcMs + gap <= a.startUtcMs

/** How many of the intervals, sorted by their end, have ended a gap before the instant. */
const countEndedBefore = (sorted: readonly Interval[], instant: number, gap: Ms): number => {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    const interval = sorted[middle]
    if (interval !== undefined && interval.stopUtcMs + gap <= instant) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Of the candidates that keep the gap from all that is taken, those that keep it from each other and together last
 * longest: weighted interval scheduling (Kleinberg and Tardos, "Algorithm Design", 6.1), exact, in n log n. Of choices
 * that last the same, that which leaves out the later ending ones, and the first of equal candidates.
 */
export const chooseBest = <Candidate extends Interval & { readonly order: number }>(options: {
  readonly candidates: readonly Candidate[]
  readonly taken: readonly Interval[]
  readonly gap: Ms
}): readonly Candidate[] => {
  const { taken, gap } = options
  const free = options.candidates
    .filter((candidate) => taken.every((task) => keepApart(candidate, task, gap)))
    .sort((a, b) => a.stopUtcMs - b.stopUtcMs || a.order - b.order)
  // best[n]: the longest total of the first n; before[n]: how many of them end in time for the n-th to start.
  const best: number[] = [0]
  const before: number[] = [0]
  for (const [index, candidate] of free.entries()) {
    const compatible = Math.min(index, countEndedBefore(free, candidate.startUtcMs, gap))
    const withIt = (best[compatible] ?? 0) + (candidate.stopUtcMs - candidate.startUtcMs)
    before.push(compatible)
    best.push(Math.max(best[index] ?? 0, withIt))
  }
  const chosen: Candidate[] = []
  let count = free.length
  while (count > 0) {
    const candidate = free[count - 1]
    if (candidate === undefined || (best[count] ?? 0) <= (best[count - 1] ?? 0)) {
      count -= 1
      continue
    }
    chosen.push(candidate)
    count = before[count] ?? 0
  }
  return chosen.reverse()
}
