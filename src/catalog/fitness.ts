import { formatDuration, MS_PER_DAY, type UtcMs, utcBetween } from '../kernel/time.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import { createPropagator } from '../orbit/propagator.ts'

/** How old a set may be: told from the first age on, not flown from the second on, days. */
export interface AgeLimits {
  readonly staleAfterDays: number
  readonly skipAfterDays: number
}

/** Two weeks move a low satellite by minutes along its track; after two months it is anywhere on it. */
export const DEFAULT_AGE_LIMITS: AgeLimits = { staleAfterDays: 14, skipAfterDays: 60 }

/** Whether a set can be flown at an instant; `words` end a sentence that begins with the object. */
export type Fitness =
  | { readonly kind: 'good' }
  | { readonly kind: 'stale'; readonly words: string }
  | { readonly kind: 'too-old' | 'decayed'; readonly words: string }

/** Judges a set for one instant: too old to be flown, decayed since its epoch, stale, or good. */
export const fitnessOf = (set: ElementSet, nowUtc: UtcMs, limits: AgeLimits): Fitness => {
  const age = utcBetween({ from: set.epochUtcMs, to: nowUtc })
  const words = `has elements that are ${formatDuration(age)} old`
  if (age > limits.skipAfterDays * MS_PER_DAY) return { kind: 'too-old', words }
  const propagator = createPropagator(set)
  if (!propagator.ok || !propagator.value.propagate(nowUtc).ok) {
    return { kind: 'decayed', words: 'has decayed, by its elements, or they are broken' }
  }
  return age > limits.staleAfterDays * MS_PER_DAY ? { kind: 'stale', words } : { kind: 'good' }
}
