import type { AzEl } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { type Deg, deg } from '../kernel/units.ts'
import { deepestSector, type KeepOutSector, widenSector } from './keep-out.ts'
import { type LockOut, lockedOut } from './lock-out.ts'
import {
  type AxisModel,
  type AzElMount,
  elevationErrorOf,
  isWithinRange,
  onSky,
  skyDirection,
  turnsOf,
} from './mount.ts'

/** Where the antenna may be. One object for the whole station. */
export interface Envelope {
  readonly mount: AzElMount
  /** Lowest elevation of the beam allowed in a direction of the sky, azimuth from true north; without it the axis limits alone hold. */
  readonly minimumElevationAt?: (azimuth: Deg) => Deg
  /** Of the sky, too: where the beam may not look, however the mast stands. */
  readonly keepOut?: readonly KeepOutSector[]
  /** Where it is safe in wind, own coordinates; absent: the resting place. */
  readonly stow?: AzEl
  /**
   * Who chooses the way round: the `host`, whose commanded azimuth is a place of the axis; or the `controller`, which goes
   * the nearer way round, whatever was meant, so that no command may leave it a choice.
   */
  readonly turnChoice?: 'host' | 'controller'
}

/** A place of the axes, and whether the cable's turn is known; where it is not said it is. */
export interface Whereabouts extends AzEl {
  readonly turnCertain?: boolean
}

/** A motion of the axes, in the antenna's own coordinates. */
export interface Motion {
  readonly from: Whereabouts
  readonly to: AzEl
  /** On the way to the stow position: what is left in a wind lock-out. */
  readonly isStowing?: boolean
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
const REST_COLUMN_DEG = 1
/** A controller that goes the shorter way round is left no choice by a turn of at most this. */
export const TURN_WITHOUT_CHOICE_DEG = 90
/** Where the turn is not known it may be any that the stops allow, and they give way a little. */
const STOP_SLACK_DEG = 5

// Angles are sums of products: an edge may lie this far from where it is.
const ROUNDING_DEG = 1e-6

const isSane = (position: AzEl): boolean =>
  Math.abs(position.azimuth) <= SANE_DEG && Math.abs(position.elevation) <= SANE_DEG

const show = (position: AzEl): string =>
  `azimuth ${Number(position.azimuth.toFixed(2))}°, elevation ${Number(position.elevation.toFixed(2))}°`

/** How deep a position lies where it must not be, degrees; 0 where it is allowed. And what it is that forbids it. */
interface Intrusion {
  readonly depth: number
  readonly into: string
}

const NO_INTRUSION: Intrusion = { depth: 0, into: '' }
const MASK = 'below the horizon mask'

// Beyond this a margin would be a sector of its own.
const MARGIN_MAX_DEG = 5

/** What a sector is larger by than drawn, degrees: a step of the controller, and the play of the gear. */
export const sectorMarginOf = ({ azimuth, elevation, resolution }: AzElMount): number =>
  Math.min(MARGIN_MAX_DEG, resolution + Math.max(azimuth.backlash ?? 0, elevation.backlash ?? 0))

/** A sector as it is for this mount: from below the lowest elevation there is no way in or out. */
const sectorFor = (mount: AzElMount, sector: KeepOutSector): KeepOutSector => {
  const margin = sectorMarginOf(mount)
  const lowest = mount.elevation.minimum + elevationErrorOf(mount)
  const isFromGround = sector.elevationFrom - margin <= lowest
  return widenSector(isFromGround ? { ...sector, elevationFrom: deg(-90) } : sector, margin)
}

const sectorsOf = (envelope: Envelope): readonly KeepOutSector[] =>
  (envelope.keepOut ?? []).map((sector) => sectorFor(envelope.mount, sector))

/** Whether a place is straight above or at a resting place that lies behind the skyline. */
const inRestColumn = (envelope: Envelope, place: AzEl): boolean => {
  const { mount } = envelope
  const column = Math.max(REST_COLUMN_DEG, 2 * mount.resolution)
  return (
    place.elevation <= 90 &&
    [mount.park, envelope.stow ?? mount.park].some(
      (rest) =>
        Math.abs(place.azimuth - rest.azimuth) <= column &&
        place.elevation >= rest.elevation - mount.resolution,
    )
  )
}

/** Whether it stands behind the skyline where it may: on its way from rest. */
const comesFromRest = (envelope: Envelope, place: AzEl): boolean => {
  const { azimuth, elevation } = skyDirection(onSky(envelope.mount, place))
  const skyline = envelope.minimumElevationAt?.(azimuth) ?? Number.NEGATIVE_INFINITY
  return inRestColumn(envelope, place) && elevation < skyline
}

const isRest = (envelope: Envelope, place: AzEl): boolean =>
  [envelope.mount.park, envelope.stow ?? envelope.mount.park].some(
    (rest) =>
      Math.abs(place.azimuth - rest.azimuth) <= envelope.mount.resolution &&
      Math.abs(place.elevation - rest.elevation) <= envelope.mount.resolution,
  )

/** What holds for one motion: its sectors, and whether it goes to or comes from rest behind the skyline. */
interface Rules {
  readonly envelope: Envelope
  readonly sectors: readonly KeepOutSector[]
  readonly mayRest: boolean
}

const intrusion = ({ envelope, sectors, mayRest }: Rules, position: AzEl): Intrusion => {
  const { minimumElevationAt, mount } = envelope
  const direction = skyDirection(onSky(mount, position))
  const sector = deepestSector(sectors, direction)
  const kept =
    sector === undefined ? NO_INTRUSION : { depth: sector.depth, into: `in "${sector.sector.name}"` }
  if (minimumElevationAt === undefined) return kept
  if (mayRest && inRestColumn(envelope, position)) return kept
  // Rounded to the controller's steps a place on the skyline may lie half of one below it.
  const depth = minimumElevationAt(direction.azimuth) - direction.elevation - mount.resolution / 2
  return depth > kept.depth ? { depth, into: MASK } : kept
}

interface Refusal extends Intrusion {
  readonly at: AzEl
}

/**
 * The first forbidden place on the way, both axes turning at once until each is there. `allowedDepth` is how deep the
 * antenna is already.
 */
const forbiddenOnTheWay = (rules: Rules, from: AzEl, to: AzEl, allowedDepth: number): Refusal | undefined => {
  const { mount } = rules.envelope
  const turn = to.azimuth - from.azimuth
  const tilt = to.elevation - from.elevation
  for (const doubt of RATE_DOUBT) {
    const azimuthTime = Math.abs(turn) / mount.azimuth.slewRate
    const elevationTime = Math.abs(tilt) / (mount.elevation.slewRate * doubt)
    const time = Math.max(azimuthTime, elevationTime)
    const steps = Math.ceil(Math.max(Math.abs(turn), Math.abs(tilt)) / PATH_STEP_DEG) * 2
    let allowed = allowedDepth
    for (let step = 0; step <= steps; step += 1) {
      const now = steps === 0 ? 0 : (time * step) / steps
      const at = {
        azimuth: deg(from.azimuth + turn * (azimuthTime === 0 ? 1 : Math.min(1, now / azimuthTime))),
        elevation: deg(from.elevation + tilt * (elevationTime === 0 ? 1 : Math.min(1, now / elevationTime))),
      }
      const found = intrusion(rules, at)
      if (found.depth > allowed + ROUNDING_DEG) return { ...found, at }
      // Once out it stays out, and on the way out it never goes deeper again.
      allowed = found.depth === 0 ? 0 : Math.min(allowed, found.depth + mount.resolution / 2)
    }
  }
  return undefined
}

const forbidden = ({ into }: Intrusion, what: string): Fault =>
  into === MASK ? fault('motion.masked', what) : fault('motion.kept-out', what)

const widened = (axis: AxisModel): AxisModel => ({
  ...axis,
  minimum: deg(axis.minimum - STOP_SLACK_DEG),
  maximum: deg(axis.maximum + STOP_SLACK_DEG),
})

/** Every place where the antenna may be by this reading: one, but where the turn of the cable is not known. */
const candidates = (envelope: Envelope, from: Whereabouts): readonly AzEl[] => {
  if (from.turnCertain !== false) return [from]
  const turns = turnsOf(widened(envelope.mount.azimuth), from.azimuth)
  return turns.length === 0 ? [from] : turns.map((azimuth) => ({ azimuth, elevation: from.elevation }))
}

/** What the turn of the cable forbids: a command that leaves the controller a choice, or that may wind it up. */
const checkTurn = (envelope: Envelope, { from, to }: Motion): Fault | undefined => {
  const { mount } = envelope
  const turn = to.azimuth - from.azimuth
  const isKnown = from.turnCertain !== false
  if (envelope.turnChoice === 'controller') {
    if (Math.abs(turn) > TURN_WITHOUT_CHOICE_DEG + mount.resolution) {
      return fault(
        'motion.turn-unknown',
        `The controller would choose for itself which way round it turns by ${Math.abs(Math.round(turn))}°`,
      )
    }
    if (isKnown) return undefined
    const { minimum, maximum } = mount.azimuth
    const isSafe = candidates(envelope, from).every(({ azimuth }) => {
      const end = azimuth + turn
      return (end >= minimum || turn > 0) && (end <= maximum || turn < 0)
    })
    return isSafe
      ? undefined
      : fault('motion.turn-unknown', `Going to ${show(to)} may wind the cable up: its turn is not known`)
  }
  // A controller that knows its own axis winds nothing up, but which way it will sweep is only known for some places.
  if (isKnown || turnsOf(mount.azimuth, to.azimuth).length === 1) return undefined
  return fault(
    'motion.turn-unknown',
    `${show(to)} lies in the overlap, and on which turn of the cable the antenna is, is not known`,
  )
}

const checkLockOut = (motion: Motion, lockOut: LockOut | undefined): Fault | undefined => {
  if (lockOut === undefined) return undefined
  if (lockOut.kind === 'wind' && motion.isStowing === true) return undefined
  return lockedOut(lockOut)
}

/**
 * The one gate. Passes a motion whose target is inside the limits, above the mask and out of the keep-out sectors, and
 * whose way there is, too, from wherever the antenna may be; from a place that is itself outside (turned by hand, a
 * mask that was raised) it passes what leads inside without going deeper. Fails with `motion.locked-out`,
 * `motion.outside-envelope`, `motion.turn-unknown`, `motion.masked` or `motion.kept-out`, each naming the place.
 */
export const checkMotion = (
  envelope: Envelope,
  motion: Motion,
  lockOut?: LockOut,
): Result<AuthorisedMotion, Fault> => {
  const { mount } = envelope
  const { from, to } = motion
  const locked = checkLockOut(motion, lockOut)
  if (locked !== undefined) return err(locked)
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
  const turned = checkTurn(envelope, motion)
  if (turned !== undefined) return err(turned)
  const starts = candidates(envelope, from)
  const rules: Rules = {
    envelope,
    sectors: sectorsOf(envelope),
    mayRest: isRest(envelope, to) || starts.some((start) => comesFromRest(envelope, start)),
  }
  const atEnd = intrusion({ ...rules, mayRest: isRest(envelope, to) }, to)
  const isOnTheWayOut = rules.mayRest && inRestColumn(envelope, to)
  if (atEnd.depth > ROUNDING_DEG && !isOnTheWayOut) {
    return err(forbidden(atEnd, `${show(to)} is ${atEnd.into}`))
  }
  for (const start of starts) {
    const end =
      envelope.turnChoice === 'controller'
        ? { ...to, azimuth: deg(to.azimuth + start.azimuth - from.azimuth) }
        : to
    const depth = intrusion(rules, start).depth
    const refusal = forbiddenOnTheWay(rules, start, end, depth === 0 ? 0 : depth + mount.resolution / 2)
    if (refusal !== undefined) {
      return err(forbidden(refusal, `The way to ${show(to)} leads to ${show(refusal.at)}, ${refusal.into}`))
    }
  }
  return ok(new CheckedMotion({ from: { ...from }, to: { ...to } }))
}
