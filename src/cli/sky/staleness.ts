import { DEFAULT_AGE_LIMITS } from '../../catalog/fitness.ts'
import { formatDuration, MS_PER_DAY, type UtcMs } from '../../kernel/time.ts'
import type { Sec } from '../../kernel/units.ts'
import type { ElementSet } from '../../orbit/element-set.ts'
import { objectLabel } from '../../orbit/object-label.ts'
import { predictionQuality } from '../../orbit/uncertainty/prediction-quality.ts'

/** `±0.4 s`, `±2.1 min`, `±1.3 h`. */
export const sigmaWords = (sigma: Sec): string => {
  if (sigma < 99.5) return `±${sigma.toFixed(sigma < 9.95 ? 1 : 0)} s`
  if (sigma < 5_970) return `±${(sigma / 60).toFixed(sigma < 597 ? 1 : 0)} min`
  return `±${(sigma / 3_600).toFixed(1)} h`
}

/** Whether elements of an epoch are old at an instant, or not yet made by far. */
export const isStale = (epochUtcMs: UtcMs, at: UtcMs): boolean =>
  Math.abs(at - epochUtcMs) > DEFAULT_AGE_LIMITS.staleAfterDays * MS_PER_DAY

/** What to know of elements that are old at an instant; undefined where they are not. */
export const stalenessOf = (elements: ElementSet, at: UtcMs): string | undefined => {
  if (!isStale(elements.epochUtcMs, at)) return undefined
  const { age, timeSigma } = predictionQuality(elements, at)
  return `${objectLabel(elements)} is told from elements that are ${formatDuration(age)} old: its times are ${sigmaWords(timeSigma)}`
}
