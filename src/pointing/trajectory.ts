import type { AzEl } from '../kernel/angle.ts'
import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import { type UtcMs, utcMs } from '../kernel/time.ts'
import { type Deg, deg } from '../kernel/units.ts'
import { type AxesPath, largestError } from './axis-tasks.ts'
import { liftOverMask } from './mask-lift.ts'
import { type AzElMount, accelerationOf, type Mount } from './mount.ts'
import { frameOf } from './mount-frame.ts'
import { planAxes } from './plan-axes.ts'
import { withinAcceleration } from './run-up.ts'
import { separationDeg } from './sky-error.ts'
import { type PassToPoint, type SkyTrack, sampleSkyTrack } from './sky-track.ts'

/** Where the antenna is to point, in its own coordinates, from AOS to LOS; before and after it stays at the ends. */
export interface Trajectory {
  readonly aosUtcMs: UtcMs
  readonly losUtcMs: UtcMs
  readonly stepMs: number
  /** Degrees in the antenna's own range, one a step, as continuous as the axis. */
  readonly azimuth: Float64Array
  readonly elevation: Float64Array
  /** Largest great-circle distance between trajectory and target: what limits and speeds of the axes cost. */
  readonly errorMax: Deg
  /**
   * No motion of this mount, by its ranges and speeds, has a smaller largest error (of those that change form or turn of the
   * cable once at most); 0 where nothing had to be searched for.
   */
  readonly errorBound: Deg
  /** Where no turn of the cable fits the whole pass: when the unwinding is half done. */
  readonly unwindsAtUtcMs?: UtcMs
  /** When the antenna leans over its back in mid-pass, or comes back from there: it passes the zenith. */
  readonly overTheTopAtUtcMs?: UtcMs
}

interface PlanOptions {
  /** Where the antenna is before the pass; decides between turns that are equally good. */
  readonly startAzimuth?: Deg
  /** Where it goes after it, for the next pass or to rest; decides with the above. */
  readonly nextAzimuth?: Deg
  /** Lowest elevation allowed in a direction of the sky; the beam stays above it. */
  readonly minimumElevationAt?: (azimuth: Deg) => Deg
}

/**
 * Plans the motion of one pass for one mount: that of the least largest great-circle error which the axes can follow, by
 * their ranges, speeds and accelerations, in all turns of the cable, upright, over the back and from one to the other. Where
 * the elevation is fixed, it is the azimuth of the least largest error with that elevation, on the target's azimuth wherever
 * it can be. Faults `plan.no-pass`, `orbit.propagation` where the target has no direction.
 */
export const planTrajectory = (
  pass: PassToPoint,
  options: PlanOptions & { readonly mount: Mount },
): Result<Trajectory, Fault> => {
  const { mount } = options
  if (mount.kind === 'azel') return followOnAxes(pass, { ...options, mount })
  const track = sampleSkyTrack(pass)
  return track.ok ? ok(rest(mount.boresight, pass, track.value)) : track
}

type FollowOptions = PlanOptions & { readonly mount: AzElMount }

/** Plans in the frame of a mount that does not stand as it should; in that of any other the sky is as it is. */
const followOnAxes = (pass: PassToPoint, options: FollowOptions): Result<Trajectory, Fault> => {
  const { mount, startAzimuth, nextAzimuth, minimumElevationAt } = options
  if (mount.pointing === undefined) return follow(pass, options)
  const frame = frameOf(mount)
  const planned = follow(
    {
      ...pass,
      lookAt: (at) => {
        const direction = pass.lookAt(at)
        return direction && frame.fromSky(direction)
      },
    },
    {
      mount: frame.mount,
      ...(startAzimuth === undefined ? {} : { startAzimuth: frame.fromAzimuthAxis(startAzimuth) }),
      ...(nextAzimuth === undefined ? {} : { nextAzimuth: frame.fromAzimuthAxis(nextAzimuth) }),
      ...(minimumElevationAt === undefined
        ? {}
        : { minimumElevationAt: frame.floorFrom(minimumElevationAt) }),
    },
  )
  return planned.ok ? ok({ ...planned.value, ...frame.toAxes(planned.value) }) : planned
}

const rest = (boresight: AzEl, pass: PassToPoint, track: SkyTrack): Trajectory => {
  const path = {
    azimuth: new Float64Array(track.count).fill(boresight.azimuth),
    elevation: new Float64Array(track.count).fill(boresight.elevation),
  }
  const errorMax = deg(largestError(track, path))
  return {
    aosUtcMs: pass.aosUtcMs,
    losUtcMs: pass.losUtcMs,
    stepMs: track.stepSec * 1000,
    ...path,
    errorMax,
    errorBound: errorMax,
  }
}

const follow = (pass: PassToPoint, options: FollowOptions): Result<Trajectory, Fault> => {
  const { mount, startAzimuth, nextAzimuth, minimumElevationAt } = options
  const sampled = sampleSkyTrack(pass)
  if (!sampled.ok) return sampled
  const track = sampled.value
  const { stepSec } = track
  const planned = planAxes(track, mount, {
    ...(startAzimuth === undefined ? {} : { startAzimuth }),
    ...(nextAzimuth === undefined ? {} : { nextAzimuth }),
  })
  const azimuth = withinAcceleration({
    path: planned.azimuth,
    stepSec,
    acceleration: accelerationOf(mount.azimuth),
  })
  const smooth = withinAcceleration({
    path: planned.elevation,
    stepSec,
    acceleration: accelerationOf(mount.elevation),
  })
  const elevation =
    minimumElevationAt === undefined
      ? smooth
      : liftOverMask({ azimuth, elevation: smooth, mount, stepSec, minimumElevationAt })
  const path = { azimuth, elevation }
  const errorMax = Math.max(largestError(track, path), errorBetween(pass, track, path))
  return ok({
    aosUtcMs: pass.aosUtcMs,
    losUtcMs: pass.losUtcMs,
    stepMs: stepSec * 1000,
    ...path,
    errorMax: deg(errorMax),
    errorBound: deg(planned.boundDeg),
    ...changesOf(track, path, mount, errorMax),
  })
}

/** The largest error half-way between samples where the azimuth turns fast: there a straight line is not the target's way. */
const errorBetween = (pass: PassToPoint, track: SkyTrack, path: AxesPath): number => {
  let worst = 0
  for (let i = 1; i < track.count; i += 1) {
    if ((track.elevation[i] as number) < NOT_STRAIGHT_DEG) continue
    const target = pass.lookAt(utcMs(track.fromUtcMs + (i - 0.5) * track.stepSec * 1000))
    if (target === undefined) continue
    const middle = (values: Float64Array): number => ((values[i - 1] as number) + (values[i] as number)) / 2
    const error = separationDeg(
      middle(path.azimuth),
      middle(path.elevation),
      target.azimuth,
      target.elevation,
    )
    worst = Math.max(worst, error)
  }
  return worst
}

/** Below this a straight line between samples is a thousandth of a degree from the target's way at most. */
const NOT_STRAIGHT_DEG = 70

/** When the antenna changes its turn of the cable or its form. */
const changesOf = (
  track: SkyTrack,
  { azimuth, elevation }: AxesPath,
  mount: AzElMount,
  errorMax: number,
): Pick<Trajectory, 'unwindsAtUtcMs' | 'overTheTopAtUtcMs'> => {
  const at = (i: number): UtcMs => utcMs(track.fromUtcMs + i * track.stepSec * 1000)
  const last = track.count - 1
  const wasBack = (elevation[0] as number) > 90
  const top = elevation.findIndex((angle) => angle > 90 !== wasBack)
  const changesForm = top >= 0 && (elevation[last] as number) > 90 !== wasBack
  const off = (i: number): number => (azimuth[i] as number) - (track.azimuth[i] as number)
  const unwound = off(last) - off(0)
  // At the zenith the other way round is no unwinding: the beam is kept.
  const unwinds = Math.abs(unwound) > 270 && errorMax > mount.beamWidth / 2
  const half = azimuth.findIndex((_, i) => Math.abs(off(i) - off(0)) > Math.abs(unwound) / 2)
  return {
    ...(unwinds ? { unwindsAtUtcMs: at(half) } : {}),
    ...(changesForm ? { overTheTopAtUtcMs: at(top) } : {}),
  }
}

/** The trajectory at an instant, linear between its samples; at its ends before and after. */
export const commandedAt = (trajectory: Trajectory, instant: UtcMs): AzEl => {
  const last = trajectory.azimuth.length - 1
  const position = (instant - trajectory.aosUtcMs) / trajectory.stepMs
  const clamped = Math.max(0, Math.min(last, position))
  const i = Math.min(last - 1, Math.floor(clamped))
  const share = clamped - i
  const between = (values: Float64Array): Deg => {
    const a = values[i] as number
    const b = values[i + 1] as number
    return deg(a + share * (b - a))
  }
  return { azimuth: between(trajectory.azimuth), elevation: between(trajectory.elevation) }
}
