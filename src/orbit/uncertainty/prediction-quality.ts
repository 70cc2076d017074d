import { MS_PER_DAY, type UtcMs } from '../../kernel/time.ts'
import { type Ms, ms, type Sec, sec } from '../../kernel/units.ts'
import type { ElementSet } from '../element-set.ts'
import { type AlongTrackModel, type AlongTrackSigma, alongTrackSigmaOf } from './along-track-model.ts'
import { DEFAULT_ALONG_TRACK_MODEL } from './default-along-track-model.ts'
import { orbitTraits } from './orbit-traits.ts'

/** How sure a prediction from elements is at an instant. */
export interface PredictionQuality extends AlongTrackSigma {
  /** From the elements' epoch to the instant; negative before the epoch. */
  readonly age: Ms
  /**
   * One sigma of the instant at which the object is at a given place of its orbit: the inflated sigma over the mean
   * speed. It is also that of the times of a pass (AOS, culmination, LOS), which an error along the track moves
   * together. Undefined for what nearly stands still in the sky (`isNearlyStill`): an error along its track moves such
   * an object aside, and the instant at which it crosses a line tells nothing of it.
   */
  readonly timeSigma: Sec | undefined
}

// Old geostationary satellites swing out to 15° (IADC-02-01, the protected region); drifters pass by at some degrees a
// day.
const STILL_RATE_PER_DAY = 1.0027379
const STILL_RATE_SPREAD_PER_DAY = 0.1
const STILL_INCLINATION_DEG_MAX = 16
const STILL_ECCENTRICITY_MAX = 0.05

/** Whether an object is in or near the geostationary ring. */
export const isNearlyStill = ({ meanMotion, inclination, eccentricity }: ElementSet): boolean =>
  Math.abs(meanMotion - STILL_RATE_PER_DAY) < STILL_RATE_SPREAD_PER_DAY &&
  inclination < STILL_INCLINATION_DEG_MAX &&
  eccentricity < STILL_ECCENTRICITY_MAX

/** The 1-sigma along the track of a prediction that is `age` old; before the epoch as after it. */
export const alongTrackSigma = (model: AlongTrackModel, elements: ElementSet, age: Ms): AlongTrackSigma =>
  alongTrackSigmaOf(model, orbitTraits(elements), age)

/**
 * How old a prediction is and how sure, by what the station learned or else by the shipped model. Of an age that the
 * station has not seen yet, the worse of the two counts: nobody is surer for want of cases. For elements that
 * `checkElementSet` took.
 */
export const predictionQuality = (
  elements: ElementSet,
  at: UtcMs,
  model: AlongTrackModel = DEFAULT_ALONG_TRACK_MODEL,
): PredictionQuality => {
  const age = ms(at - elements.epochUtcMs)
  const traits = orbitTraits(elements)
  const own = alongTrackSigmaOf(model, traits, age)
  const isSeen = Math.abs(age) <= (model.longestAgeDays ?? Number.POSITIVE_INFINITY) * MS_PER_DAY
  const shipped = isSeen ? own : alongTrackSigmaOf(DEFAULT_ALONG_TRACK_MODEL, traits, age)
  const sigma = shipped.inflatedSigma > own.inflatedSigma ? shipped : own
  const timeSigma = isNearlyStill(elements) ? undefined : sec(sigma.inflatedSigma / traits.meanSpeed)
  return { age, ...sigma, timeSigma }
}
