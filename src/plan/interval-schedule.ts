import { type UtcMs, utcMs } from '../kernel/time.ts'
import type { Ms } from '../kernel/units.ts'

export interface Interval {
  readonly startUtcMs: UtcMs
  readonly stopUtcMs: UtcMs
}

/** What lies between two that follow each other. */
export interface GapRule<Task> {
  /** Time that the antenna needs from the end of the one to the beginning of the other, ms. */
  readonly between: (before: Task, after: Task) => number
  /** Between whichever. */
  readonly least: Ms
  /** No two need more. */
  readonly longest: Ms
  /** At least this must be left of what is cut to fit; undefined where nothing is cut. */
  readonly shortestCut: Ms | undefined
}

/** How many of the intervals, sorted by their end, have ended a gap before the instant. */
const countEndedBefore = (sorted: readonly Interval[], instant: number, gap: number): number => {
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

const lengthOf = ({ startUtcMs, stopUtcMs }: Interval): number => stopUtcMs - startUtcMs

/**
 * What is left of a candidate between what is taken: all of it, or where it may be cut the longest part in one piece; undefined
 * for too little. In the middle of a pass the antenna is nobody knows where: only the least gap is kept there, and the rest is
 * for whoever lays the motions out.
 */
const partBeside = <Task extends Interval>(
  candidate: Task,
  taken: readonly Task[],
  rule: GapRule<Task>,
): Task | undefined => {
  const { startUtcMs, stopUtcMs } = candidate
  const { least, longest, shortestCut } = rule
  const first = countEndedBefore(taken, startUtcMs, longest)
  let best: Interval | undefined
  let from: number = startUtcMs
  const consider = (until: number): void => {
    if (until > from && (best === undefined || until - from > lengthOf(best))) {
      best = { startUtcMs: utcMs(from), stopUtcMs: utcMs(until) }
    }
  }
  let index = first
  for (let task = taken[index]; task !== undefined; index += 1, task = taken[index]) {
    if (task.startUtcMs - longest >= stopUtcMs) break
    const isAfter = stopUtcMs <= task.startUtcMs
    const isBefore = task.stopUtcMs <= startUtcMs
    consider(
      Math.min(
        stopUtcMs,
        isBefore ? from : task.startUtcMs - (isAfter ? rule.between(candidate, task) : least),
      ),
    )
    from = Math.max(from, task.stopUtcMs + (isBefore ? rule.between(task, candidate) : least))
  }
  consider(stopUtcMs)
  if (best === undefined) return undefined
  if (best.startUtcMs === startUtcMs && best.stopUtcMs === stopUtcMs) return candidate
  return shortestCut !== undefined && lengthOf(best) >= shortestCut ? { ...candidate, ...best } : undefined
}

/**
 * Of the candidates, or of what can be had of them beside all that is taken (by start), those that together last longest:
 * weighted interval scheduling (Kleinberg and Tardos, "Algorithm Design", 6.1) with a gap for each two that follow each other.
 * What overlaps another candidate is not cut for it; what comes too soon after it begins later, where cutting is allowed. Exact for
 * that, in n log n and the pairs that are within the longest gap. Of choices that last the same, that which leaves out the
 * later ending ones, and the first of equal candidates.
 */
export const chooseBest = <Candidate extends Interval & { readonly order: number }>(options: {
  readonly candidates: readonly Candidate[]
  readonly taken: readonly Candidate[]
  readonly rule: GapRule<Candidate>
}): readonly Candidate[] => {
  const { taken, rule } = options
  const { longest, shortestCut } = rule
  const free = options.candidates
    .flatMap((candidate) => partBeside(candidate, taken, rule) ?? [])
    .sort((a, b) => a.stopUtcMs - b.stopUtcMs || a.order - b.order)
  // best[n]: the longest total of the first n. ending[i]: of those that end with the i-th, after the after[i]-th or the first
  // `-1 - after[i]`, of which it keeps the longest gap; startOf[i]: when it then begins.
  const best = new Float64Array(free.length + 1)
  const ending = new Float64Array(free.length)
  const after = new Int32Array(free.length)
  const startOf = new Float64Array(free.length)
  for (const [index, candidate] of free.entries()) {
    const { startUtcMs, stopUtcMs } = candidate
    const apart = Math.min(index, countEndedBefore(free, startUtcMs, longest))
    let before = -1 - apart
    let begins: number = startUtcMs
    let total = (best[apart] as number) + stopUtcMs - startUtcMs
    for (let other = apart; other < index; other += 1) {
      const near = free[other]
      if (near === undefined || near.stopUtcMs > startUtcMs) break
      if ((ending[other] as number) + stopUtcMs - startUtcMs <= total) continue
      const start = Math.max(startUtcMs, near.stopUtcMs + rule.between(near, candidate))
      if (start > startUtcMs && !(shortestCut !== undefined && stopUtcMs - start >= shortestCut)) continue
      const withIt = (ending[other] as number) + stopUtcMs - start
      if (withIt > total) {
        total = withIt
        before = other
        begins = start
      }
    }
    ending[index] = total
    after[index] = before
    startOf[index] = begins
    best[index + 1] = Math.max(best[index] as number, total)
  }
  const chosen: Candidate[] = []
  let count = free.length
  let last: number | undefined
  while (count > 0 || last !== undefined) {
    if (last === undefined && (best[count] as number) <= (best[count - 1] as number)) {
      count -= 1
      continue
    }
    const index: number = last ?? count - 1
    const candidate = free[index]
    if (candidate === undefined) break
    const begins = startOf[index] as number
    chosen.push(begins > candidate.startUtcMs ? { ...candidate, startUtcMs: utcMs(begins) } : candidate)
    const before: number = after[index] as number
    last = before >= 0 ? before : undefined
    count = before >= 0 ? before : -1 - before
  }
  return chosen.reverse()
}
