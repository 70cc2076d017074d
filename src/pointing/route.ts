import type { AzEl } from '../kernel/angle.ts'
import type { Fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { deg } from '../kernel/units.ts'
import type { LockOut } from './lock-out.ts'
import {
  checkMotion,
  type Envelope,
  type Motion,
  sectorMarginOf,
  TURN_WITHOUT_CHOICE_DEG,
} from './motion-gate.ts'
import { type AzElMount, elevationErrorOf, onAxes, onSky, skyDirection, turnsOf } from './mount.ts'

const SKYLINE_STEP_DEG = 0.5

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value))

/** The heights at which to try crossing from one azimuth to another, the least tilt first. */
const crossingHeights = (envelope: Envelope, { from, to }: Motion): readonly number[] => {
  const { mount, minimumElevationAt, keepOut } = envelope
  const { minimum, maximum } = mount.elevation
  const beside = elevationErrorOf(mount)
  const low = Math.min(from.azimuth, to.azimuth)
  const high = Math.max(from.azimuth, to.azimuth)
  let skyline = Number.NEGATIVE_INFINITY
  for (let azimuth: number = low; azimuth <= high; azimuth += SKYLINE_STEP_DEG) {
    const seen = skyDirection(onSky(mount, { azimuth: deg(azimuth), elevation: deg(0) })).azimuth
    skyline = Math.max(skyline, minimumElevationAt?.(seen) ?? minimum)
  }
  const clear = Math.max(from.elevation, to.elevation, Math.ceil(skyline + mount.resolution + beside))
  const margin = sectorMarginOf(mount) + mount.resolution + beside
  const edges = (keepOut ?? []).flatMap(({ elevationFrom, elevationTo }) => [
    Math.ceil(elevationTo + margin),
    Math.floor(elevationFrom - margin),
  ])
  const tilt = (height: number): number => Math.abs(height - from.elevation) + Math.abs(height - to.elevation)
  return [clear, from.elevation, to.elevation, ...edges]
    .map((height) => clamp(height, minimum, maximum))
    .sort((a, b) => tilt(a) - tilt(b))
}

/** Cut into pieces that leave a controller no choice of its way round. */
const inSteps = (envelope: Envelope, from: AzEl, legs: readonly AzEl[]): readonly AzEl[] => {
  if (envelope.turnChoice !== 'controller') return legs
  const { minimum, maximum } = envelope.mount.elevation
  const pieces: AzEl[] = []
  // A reading may lie a little outside the range; what is between it and the goal must not.
  let at: AzEl = { ...from, elevation: deg(clamp(from.elevation, minimum, maximum)) }
  for (const leg of legs) {
    const turn = leg.azimuth - at.azimuth
    const count = Math.max(1, Math.ceil(Math.abs(turn) / TURN_WITHOUT_CHOICE_DEG))
    for (let piece = 1; piece <= count; piece += 1) {
      const share = piece / count
      pieces.push({
        azimuth: deg(at.azimuth + share * turn),
        elevation: deg(at.elevation + share * (leg.elevation - at.elevation)),
      })
    }
    at = leg
  }
  return pieces
}

const firstRefusal = (
  envelope: Envelope,
  motion: Motion,
  legs: readonly AzEl[],
  lockOut: LockOut | undefined,
): Fault | undefined => {
  let { from } = motion
  for (const to of legs) {
    const checked = checkMotion(envelope, { ...motion, from, to }, lockOut)
    if (!checked.ok) return checked.error
    from = from.turnCertain === undefined ? to : { ...to, turnCertain: from.turnCertain }
  }
  return undefined
}

/**
 * The way to a place in motions that each pass the gate: straight, or up (or down), across and back, over the skyline
 * and round the keep-out sectors. Only a proposal: each leg is checked again, from where the antenna then is, when it
 * is asked for. Fails with why the straight way is refused.
 */
export const routeMotion = (
  envelope: Envelope,
  motion: Motion,
  lockOut?: LockOut,
): Result<readonly AzEl[], Fault> => {
  const straight = inSteps(envelope, motion.from, [motion.to])
  const refusal = firstRefusal(envelope, motion, straight, lockOut)
  if (refusal === undefined) return ok(straight)
  const isAboutTheWay = refusal.code === 'motion.masked' || refusal.code === 'motion.kept-out'
  if (!isAboutTheWay) return err(refusal)
  const { azimuth } = envelope.mount
  const start = deg(clamp(motion.from.azimuth, azimuth.minimum, azimuth.maximum))
  for (const height of crossingHeights(envelope, motion)) {
    const legs = inSteps(envelope, motion.from, [
      { azimuth: start, elevation: deg(height) },
      { azimuth: motion.to.azimuth, elevation: deg(height) },
      motion.to,
    ])
    if (firstRefusal(envelope, motion, legs, lockOut) === undefined) return ok(legs)
  }
  return err(refusal)
}

/** The places of the axes that show in a direction, the nearest to the antenna first; see `Antenna.pointAt`. */
export const placesOf = (mount: AzElMount, direction: AzEl, from: AzEl): readonly AzEl[] => {
  const { azimuth, elevation } = direction
  const isOwn = elevation > 90 || azimuth < 0 || azimuth > 360
  if (isOwn) return [onAxes(mount, direction)]
  const forms: readonly AzEl[] = [direction, { azimuth: deg(azimuth + 180), elevation: deg(180 - elevation) }]
  const { minimum, maximum } = mount.elevation
  const beside = elevationErrorOf(mount)
  const travel = (place: AzEl): number =>
    Math.max(
      Math.abs(place.azimuth - from.azimuth) / mount.azimuth.slewRate,
      Math.abs(place.elevation - from.elevation) / mount.elevation.slewRate,
    )
  return forms
    .map((form) => onAxes(mount, form))
    .filter((form) => form.elevation >= minimum - beside && form.elevation <= maximum + beside)
    .flatMap((form) =>
      turnsOf(mount.azimuth, form.azimuth).map((turn) => ({
        azimuth: turn,
        // A crooked mast may leave the horizon or the zenith a little out of reach.
        elevation: deg(clamp(form.elevation, minimum, maximum)),
      })),
    )
    .sort((a, b) => travel(a) - travel(b))
}
