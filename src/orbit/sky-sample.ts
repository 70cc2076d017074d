import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import { MS_PER_MINUTE, MS_PER_SECOND, utcMs } from '../kernel/time.ts'
import { createEarthFixedMotion, type SeenFrom } from './earth-fixed-motion.ts'
import { createTopocentricFrame, type LookAngles, lookFromItrs } from './look.ts'
import { magnitude } from './vector.ts'

/** Where an object stands at one instant of a search. */
export interface SkySample {
  /** UTC, milliseconds. A plain number, because the search does arithmetic on it. */
  readonly atMs: number
  readonly look: LookAngles
  /** How far the search may step on from here without missing a turn of the elevation. */
  readonly stepMs: number
}

/** For use between two samples that are good; leaves the search by `PredictionEnds` where there is none. */
export type Sampler = (atMs: number) => SkySample

/** Instants are refined to a microsecond, four grains of a double that holds UTC in milliseconds. */
export const TIME_TOLERANCE_MS = 1e-3

// The step is a share of the time in which the object would move by its own distance from the Earth's centre: 2 min
// in a low orbit, 8° of its arc.
const STEP_SHARE = 0.15
// Far out the turning of the Earth decides: 5° of it.
const STEP_MS_MAX = 20 * MS_PER_MINUTE
// No orbit above the ground needs less than 2 min; this only keeps broken elements from costing hours.
const STEP_MS_MIN = 10 * MS_PER_SECOND

/** Thrown by a sampler where the object cannot be predicted, and caught by the search that made the sampler. */
export class PredictionEnds extends Error {
  readonly reason: Fault
  constructor(reason: Fault) {
    super(reason.message)
    this.reason = reason
  }
}

export const createSampler = (options: SeenFrom): ((atMs: number) => Result<SkySample, Fault>) => {
  const frame = createTopocentricFrame(options.site)
  const motionAt = createEarthFixedMotion({ ...options, position: frame.position })
  return (atMs) => {
    const fixed = motionAt(utcMs(atMs))
    if (!fixed.ok) return fixed
    const { state, positionRate } = fixed.value
    const ownDistanceSec = magnitude(state.position) / magnitude(positionRate)
    const stepMs = Math.min(STEP_MS_MAX, Math.max(STEP_MS_MIN, STEP_SHARE * ownDistanceSec * MS_PER_SECOND))
    return ok({ atMs, look: lookFromItrs(frame, state, positionRate), stepMs })
  }
}
