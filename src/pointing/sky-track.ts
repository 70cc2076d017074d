import { type AzEl, shortestTurn } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { type UtcMs, utcMs } from '../kernel/time.ts'
import { deg } from '../kernel/units.ts'

/** Where the target is during a pass, evenly sampled, both ends among the samples. */
export interface SkyTrack {
  readonly fromUtcMs: UtcMs
  readonly stepSec: number
  readonly count: number
  /** Degrees, made continuous: from sample to sample the shorter way round. */
  readonly azimuth: Float64Array
  /** Degrees, at most 90. */
  readonly elevation: Float64Array
}

export interface PassToPoint {
  /** Apparent direction of the target, azimuth from true north; undefined where it cannot be predicted. */
  readonly lookAt: (utc: UtcMs) => AzEl | undefined
  readonly aosUtcMs: UtcMs
  readonly losUtcMs: UtcMs
  /** Looked at four times less often: for where the antenna begins and ends, and not for what it misses in between. */
  readonly isRough?: boolean
}

const ROUGH_FACTOR = 4
const STEP_MS = 500
/** Where azimuth turns fast: a satellite in a low orbit moves a quarter of a degree meanwhile. */
const HIGH_STEP_MS = 200
/** Below this the azimuth of nothing in orbit turns faster than some 3°/s. */
const HIGH_DEG = 70
/** Longer passes (medium and high orbits, slow as they are) get longer steps. */
const SAMPLES_MAX = 20_000

const sample = (pass: PassToPoint, stepMsWanted: number): Result<SkyTrack, Fault> => {
  const { aosUtcMs, losUtcMs } = pass
  const duration = losUtcMs - aosUtcMs
  const steps = Math.max(1, Math.ceil(duration / Math.max(stepMsWanted, duration / SAMPLES_MAX)))
  const azimuth = new Float64Array(steps + 1)
  const elevation = new Float64Array(steps + 1)
  for (let i = 0; i <= steps; i += 1) {
    const target = pass.lookAt(utcMs(aosUtcMs + (i * duration) / steps))
    if (target === undefined || !Number.isFinite(target.azimuth) || !Number.isFinite(target.elevation)) {
      return err(fault('orbit.propagation', 'The satellite has no direction during its pass'))
    }
    const before = azimuth[i - 1] ?? target.azimuth
    azimuth[i] = before + shortestTurn({ from: deg(before), to: target.azimuth })
    elevation[i] = target.elevation
  }
  return ok({
    fromUtcMs: aosUtcMs,
    stepSec: duration / steps / 1000,
    count: steps + 1,
    azimuth,
    elevation,
  })
}

/** Samples a pass, closer where it goes near the zenith. Faults `plan.no-pass`, `orbit.propagation`. */
export const sampleSkyTrack = (pass: PassToPoint): Result<SkyTrack, Fault> => {
  const duration = pass.losUtcMs - pass.aosUtcMs
  if (!(duration > 0 && Number.isFinite(duration))) {
    return err(fault('plan.no-pass', 'The pass to point at ends before it begins'))
  }
  const factor = pass.isRough === true ? ROUGH_FACTOR : 1
  const track = sample(pass, STEP_MS * factor)
  if (!track.ok || track.value.elevation.every((angle) => angle < HIGH_DEG)) return track
  return sample(pass, HIGH_STEP_MS * factor)
}
