import { DEFAULT_AGE_LIMITS } from '../../catalog/fitness.ts'
import { formatDuration, MS_PER_DAY, type UtcMs } from '../../kernel/time.ts'
import type { Km, Sec } from '../../kernel/units.ts'
import type { ElementSet } from '../../orbit/element-set.ts'
import { objectLabel } from '../../orbit/object-label.ts'
import type { AlongTrackModel } from '../../orbit/uncertainty/along-track-model.ts'
import { predictionQuality } from '../../orbit/uncertainty/prediction-quality.ts'

/** Stands for an uncertainty of times where there is none to tell: the object nearly stands still in the sky. */
export const STILL_MARK = '–'

/** `±0.4 s`, `±2.1 min`, `±1.3 h`; a dash for what nearly stands still. */
export const sigmaWords = (sigma: Sec | undefined): string => {
  if (sigma === undefined) return STILL_MARK
  if (sigma < 99.5) return `±${sigma.toFixed(sigma < 9.95 ? 1 : 0)} s`
  if (sigma < 5_970) return `±${(sigma / 60).toFixed(sigma < 597 ? 1 : 0)} min`
  return `±${(sigma / 3_600).toFixed(1)} h`
}

/** `±1.5 km`, `±10000 km`: two digits say all that an uncertainty knows. */
export const distanceSigmaWords = (sigma: Km): string => `±${Number(sigma.toPrecision(2))} km`

/** Whether elements of an epoch are old at an instant, or not yet made by far. */
export const isStale = (epochUtcMs: UtcMs, at: UtcMs): boolean =>
  Math.abs(at - epochUtcMs) > DEFAULT_AGE_LIMITS.staleAfterDays * MS_PER_DAY

/** What to know of elements that are old at an instant; undefined where they are not. */
export const stalenessOf = (
  elements: ElementSet,
  at: UtcMs,
  model: AlongTrackModel | undefined,
): string | undefined => {
  if (!isStale(elements.epochUtcMs, at)) return undefined
  const { age, inflatedSigma, timeSigma } = predictionQuality(elements, at, model)
  const sure =
    timeSigma === undefined
      ? `its place is ${distanceSigmaWords(inflatedSigma)} along its orbit`
      : `its times are ${sigmaWords(timeSigma)}`
  return `${objectLabel(elements)} is told from elements that are ${formatDuration(age)} old: ${sure}`
}
