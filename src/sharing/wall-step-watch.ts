import type { Clock } from '../kernel/clock.ts'
import { type UtcMs, utcMs } from '../kernel/time.ts'

// Slewing by the time service is no step: 1 s is what it corrects in half an hour.
const STEP_MS = 1_000
// A clock that steps more often than this in one life of the station is broken; the two oldest are joined then.
const SCALES_MAX = 64

interface Scale {
  /** Journal entries from here on were decided while wall and stopwatch differed by this much. */
  readonly first: number
  readonly wallMinusMonoMs: number
}

/**
 * Remembers how far wall clock and stopwatch were apart when each journal entry was decided, so that a wall clock
 * that steps forward, by a false time source say, does not open a delayed release early. It knows this life of the
 * station alone: what waited over a restart goes by the wall clock.
 */
export const createWallStepWatch = (clock: Clock) => {
  let scales: Scale[] = []
  const offset = (): number => clock.utcNow() - clock.monoNow()
  return {
    /** To be told before the entries from `first` on are decided. */
    note: (first: number): void => {
      const wallMinusMonoMs = offset()
      const last = scales.at(-1)
      if (last !== undefined && Math.abs(last.wallMinusMonoMs - wallMinusMonoMs) < STEP_MS) return
      scales.push({ first, wallMinusMonoMs })
      const [oldest, second, ...others] = scales
      if (scales.length > SCALES_MAX && oldest !== undefined && second !== undefined) {
        // The smaller difference is the later release: nothing becomes due early by being forgotten.
        const least = Math.min(oldest.wallMinusMonoMs, second.wallMinusMonoMs)
        scales = [{ first: oldest.first, wallMinusMonoMs: least }, ...others]
      }
    },
    /** What the wall clock would show now, had it not been set forward since the entry was decided. */
    withoutStepsSince: (entry: number): UtcMs => {
      const now = clock.utcNow()
      const scale = scales.findLast(({ first }) => first <= entry)
      if (scale === undefined) return now
      const forwardMs = offset() - scale.wallMinusMonoMs
      return forwardMs < STEP_MS ? now : utcMs(now - forwardMs)
    },
  }
}
