import { type AzEl, greatCircleSeparation, shortestTurn } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { type UtcMs, utcMs } from '../kernel/time.ts'
import { type Deg, deg, degToRad } from '../kernel/units.ts'
import type { AzElMount, Mount } from './mount.ts'
import { followWithinRate, risingBefore } from './rate-limit.ts'
import { chooseWraps } from './wrap-choice.ts'

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
  /** Where no turn of the cable fits the whole pass: when the unwinding is half done. */
  readonly unwindsAtUtcMs?: UtcMs
}

export interface PassToPoint {
  /** Apparent direction of the target, azimuth from true north; undefined where it cannot be predicted. */
  readonly lookAt: (utc: UtcMs) => AzEl | undefined
  readonly aosUtcMs: UtcMs
  readonly losUtcMs: UtcMs
}

const STEP_MS = 500
/** Longer passes (medium and high orbits, slow as they are) get longer steps. */
const SAMPLES_MAX = 20_000

/**
 * Plans the motion of one pass for one mount: the turn of the cable first, then each axis as close to the target as
 * its speed allows. Fails with `orbit.propagation` where the target has no direction.
 */
export const planTrajectory = (
  pass: PassToPoint,
  options: {
    readonly mount: Mount
    /** Where the antenna is before the pass; decides between turns that are equally good. */
    readonly startAzimuth?: Deg
    /** Lowest elevation allowed in a direction; the trajectory stays above it. */
    readonly minimumElevationAt?: (azimuth: Deg) => Deg
  },
): Result<Trajectory, Fault> => {
  const { mount } = options
  const { aosUtcMs, losUtcMs } = pass
  const duration = losUtcMs - aosUtcMs
  if (!(duration > 0 && Number.isFinite(duration))) {
    return err(fault('plan.no-pass', 'The pass to point at ends before it begins'))
  }
  const steps = Math.max(1, Math.ceil(duration / Math.max(STEP_MS, duration / SAMPLES_MAX)))
  const stepMs = duration / steps
  const targets: AzEl[] = []
  for (let i = 0; i <= steps; i += 1) {
    const target = pass.lookAt(utcMs(aosUtcMs + i * stepMs))
    if (target === undefined || !Number.isFinite(target.azimuth) || !Number.isFinite(target.elevation)) {
      return err(fault('orbit.propagation', 'The satellite has no direction during its pass'))
    }
    targets.push(target)
  }
  if (mount.kind === 'fixed') return ok(rest(mount.boresight, pass, stepMs, targets))
  return ok(follow(pass, stepMs, targets, { ...options, mount }))
}

const errorMax = (targets: readonly AzEl[], at: (i: number) => AzEl): Deg =>
  deg(targets.reduce((worst, target, i) => Math.max(worst, greatCircleSeparation(target, at(i))), 0))

const rest = (boresight: AzEl, pass: PassToPoint, stepMs: number, targets: readonly AzEl[]): Trajectory => ({
  aosUtcMs: pass.aosUtcMs,
  losUtcMs: pass.losUtcMs,
  stepMs,
  azimuth: new Float64Array(targets.length).fill(boresight.azimuth),
  elevation: new Float64Array(targets.length).fill(boresight.elevation),
  errorMax: errorMax(targets, () => boresight),
})

const follow = (
  pass: PassToPoint,
  stepMs: number,
  targets: readonly AzEl[],
  options: {
    readonly mount: AzElMount
    readonly startAzimuth?: Deg
    readonly minimumElevationAt?: (azimuth: Deg) => Deg
  },
): Trajectory => {
  const { mount, minimumElevationAt } = options
  const count = targets.length
  const stepSec = stepMs / 1000
  const unwrapped = new Float64Array(count)
  let previous: AzEl | undefined
  for (const [i, target] of targets.entries()) {
    unwrapped[i] =
      previous === undefined
        ? target.azimuth
        : (unwrapped[i - 1] as number) + shortestTurn({ from: previous.azimuth, to: target.azimuth })
    previous = target
  }
  const skyScale = Float64Array.from(targets, (target) => Math.max(0, Math.cos(degToRad(target.elevation))))
  const wraps = chooseWraps({
    unwrapped,
    skyScale,
    stepSec,
    axis: mount.azimuth,
    startAzimuth: options.startAzimuth,
  })
  const azimuth = followWithinRate({
    target: wraps.azimuth,
    skyScale,
    stepSec,
    slewDegPerSec: mount.azimuth.slewRate,
    minimum: mount.azimuth.minimum,
    maximum: mount.azimuth.maximum,
  })
  const followed = followWithinRate({
    target: Float64Array.from(targets, (target) => target.elevation),
    skyScale: new Float64Array(count).fill(1),
    stepSec,
    slewDegPerSec: mount.elevation.slewRate,
    minimum: mount.elevation.minimum,
    maximum: mount.elevation.maximum,
  })
  const elevation =
    minimumElevationAt === undefined
      ? followed
      : liftOver(followed, azimuth, mount, stepSec, minimumElevationAt)
  const unwinding = wraps.unwindings[0]
  return {
    aosUtcMs: pass.aosUtcMs,
    losUtcMs: pass.losUtcMs,
    stepMs,
    azimuth,
    elevation,
    errorMax: errorMax(targets, (i) => ({
      azimuth: deg(azimuth[i] as number),
      elevation: deg(elevation[i] as number),
    })),
    ...(unwinding === undefined ? {} : { unwindsAtUtcMs: utcMs(pass.aosUtcMs + unwinding * stepMs) }),
  }
}

/** Raises the path over the mask, early enough for the speed of the axis: an unwinding sweeps the whole horizon. */
const liftOver = (
  elevation: Float64Array,
  azimuth: Float64Array,
  mount: AzElMount,
  stepSec: number,
  minimumElevationAt: (azimuth: Deg) => Deg,
): Float64Array => {
  const floor = risingBefore(
    azimuth.map((angle) => Math.min(minimumElevationAt(deg(angle)), mount.elevation.maximum)),
    mount.elevation.slewRate * stepSec,
  )
  return elevation.map((angle, i) => Math.max(angle, floor[i] as number))
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
