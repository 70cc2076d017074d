import type { AzEl } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { type Deg, deg } from '../kernel/units.ts'
import { type AzElMount, isWithinRange, skyDirection } from './mount.ts'

/** Where the antenna may be. One object for the whole station. */
export interface Envelope {
  readonly mount: AzElMount
  /** Lowest elevation allowed in a direction, azimuth from true north; without it the axis limits alone hold. */
  readonly minimumElevationAt?: (azimuth: Deg) => Deg
}

/** A motion in the antenna's own coordinates. */
export interface Motion {
  readonly from: AzEl
  readonly to: AzEl
}

/**
 * A motion that has passed the gate. The class is not exported and its mark is private: nothing but `checkMotion`
 * can make one, and rotators take nothing else (law 2).
 */
class CheckedMotion implements Motion {
  readonly from: AzEl
  readonly to: AzEl
  readonly #passedTheGate = true
  constructor(motion: Motion) {
    this.from = motion.from
    this.to = motion.to
  }
  static isOne(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #passedTheGate in value
  }
}

export type AuthorisedMotion = CheckedMotion

/** Whether it really came through the gate, for those whom a type assertion could deceive. */
export const isAuthorised = (motion: unknown): motion is AuthorisedMotion => CheckedMotion.isOne(motion)

/** Angles beyond this are not angles of an antenna, but a mistake or an attack. */
const SANE_DEG = 10_000
const PATH_STEP_DEG = 0.5
/** The slower axis may lag or lead its rated share of the way by this factor (wind, voltage, run-up). */
const RATE_DOUBT = [1, 0.5, 2] as const
/** A resting place behind the skyline is reached straight down from above it, within this or two steps of it. */
const PARK_COLUMN_DEG = 1

const isSane = (position: AzEl): boolean =>
  Math.abs(position.azimuth) <= SANE_DEG && Math.abs(position.elevation) <= SANE_DEG

const show = (position: AzEl): string =>
  `azimuth ${Number(position.azimuth.toFixed(2))}°, elevation ${Number(position.elevation.toFixed(2))}°`

/** How deep a position lies below the mask, degrees; 0 where it is allowed. */
const depthBelowMask = (envelope: Envelope, position: AzEl): number => {
  const { minimumElevationAt, mount } = envelope
  if (minimumElevationAt === undefined) return 0
  const column = Math.max(PARK_COLUMN_DEG, 2 * mount.resolution)
  if (Math.abs(position.azimuth - mount.park.azimuth) <= column) return 0
  const direction = skyDirection(position)
  return Math.max(0, minimumElevationAt(direction.azimuth) - direction.elevation)
}

/**
 * The first place below the mask on the way, both axes turning at once until each is there. `allowedDepth` is what
 * may be: the reading's and the controller's resolution, or how deep the antenna already is.
 */
const maskedOnTheWay = (envelope: Envelope, motion: Motion, allowedDepth: number): AzEl | undefined => {
  const { mount } = envelope
  const turn = motion.to.azimuth - motion.from.azimuth
  const tilt = motion.to.elevation - motion.from.elevation
  for (const doubt of RATE_DOUBT) {
    const azimuthTime = Math.abs(turn) / mount.azimuth.slewRate
    const elevationTime = Math.abs(tilt) / (mount.elevation.slewRate * doubt)
    const time = Math.max(azimuthTime, elevationTime)
    const steps = Math.ceil(Math.max(Math.abs(turn), Math.abs(tilt)) / PATH_STEP_DEG) * 2
    let allowed = allowedDepth
    for (let step = 0; step <= steps; step += 1) {
      const now = steps === 0 ? 0 : (time * step) / steps
      const position = {
        azimuth: deg(motion.from.azimuth + turn * (azimuthTime === 0 ? 1 : Math.min(1, now / azimuthTime))),
        elevation: deg(
          motion.from.elevation + tilt * (elevationTime === 0 ? 1 : Math.min(1, now / elevationTime)),
        ),
      }
      const depth = depthBelowMask(envelope, position)
      if (depth > allowed) return position
      // Once out of the mask it stays out, and on the way out it never goes deeper again.
      allowed = Math.max(mount.resolution, Math.min(allowed, depth + mount.resolution / 2))
    }
  }
  return undefined
}

/**
 * The one gate. Passes a motion whose target is inside the limits and above the mask, and whose way there is above
 * the mask too; from a place that is itself outside (turned by hand, a mask that was raised) it passes what leads
 * inside without going deeper. Fails with `motion.outside-envelope` or `motion.masked`, each naming the place.
 */
export const checkMotion = (envelope: Envelope, motion: Motion): Result<AuthorisedMotion, Fault> => {
  const { mount } = envelope
  const { from, to } = motion
  if (!isSane(to)) {
    return err(fault('motion.outside-envelope', `${show(to)} is no direction for an antenna`))
  }
  if (!isSane(from)) {
    return err(fault('motion.outside-envelope', 'Where the antenna is now is not known'))
  }
  if (!isWithinRange(mount, to)) {
    const { azimuth, elevation } = mount
    return err(
      fault(
        'motion.outside-envelope',
        `${show(to)} is outside the antenna's range (azimuth ${azimuth.minimum}° to ${azimuth.maximum}°, ` +
          `elevation ${elevation.minimum}° to ${elevation.maximum}°)`,
      ),
    )
  }
  if (depthBelowMask(envelope, to) > mount.resolution) {
    return err(fault('motion.masked', `${show(to)} is below the horizon mask`))
  }
  const allowedDepth = Math.max(mount.resolution, depthBelowMask(envelope, from) + mount.resolution / 2)
  const masked = maskedOnTheWay(envelope, motion, allowedDepth)
  if (masked !== undefined) {
    return err(
      fault('motion.masked', `The way to ${show(to)} leads below the horizon mask at ${show(masked)}`),
    )
  }
  return ok(new CheckedMotion({ from: { ...from }, to: { ...to } }))
}

/**
 * The way to a place in motions that each pass the gate: straight, or up over the skyline, across and down. Only a
 * proposal: each leg is checked again, from where the antenna then is, when it is asked for.
 */
export const routeMotion = (envelope: Envelope, motion: Motion): Result<readonly AzEl[], Fault> => {
  const direct = checkMotion(envelope, motion)
  if (direct.ok) return ok([motion.to])
  const { mount, minimumElevationAt } = envelope
  if (minimumElevationAt === undefined || !isSane(motion.to) || !isSane(motion.from)) return direct
  const [low, high] =
    motion.from.azimuth < motion.to.azimuth
      ? [motion.from.azimuth, motion.to.azimuth]
      : [motion.to.azimuth, motion.from.azimuth]
  let clear = Math.max(motion.from.elevation, motion.to.elevation)
  for (let azimuth: number = low; azimuth <= high; azimuth += PATH_STEP_DEG) {
    clear = Math.max(
      clear,
      minimumElevationAt(skyDirection({ azimuth: deg(azimuth), elevation: deg(0) }).azimuth),
    )
  }
  const height = deg(Math.min(mount.elevation.maximum, Math.ceil(clear + mount.resolution)))
  const legs = [
    { azimuth: deg(clampTo(mount, motion.from.azimuth)), elevation: height },
    { azimuth: motion.to.azimuth, elevation: height },
    motion.to,
  ]
  let from = motion.from
  for (const to of legs) {
    if (!checkMotion(envelope, { from, to }).ok) return direct
    from = to
  }
  return ok(legs)
}

const clampTo = (mount: AzElMount, azimuth: number): number =>
  Math.max(mount.azimuth.minimum, Math.min(mount.azimuth.maximum, azimuth))
