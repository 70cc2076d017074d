import type { AzEl } from '../kernel/angle.ts'
import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import type { MonoMs } from '../kernel/time.ts'
import { type Deg, deg } from '../kernel/units.ts'
import type { LockOut } from './lock-out.ts'
import { checkMotion, type Envelope, type Whereabouts } from './motion-gate.ts'
import { standsSince } from './motion-watch.ts'
import { isWithinRange, onAxes } from './mount.ts'
import { placesOf, routeMotion } from './route.ts'
import type { TrackerSettings, TrackerState, TrackerStep } from './tracker-state.ts'

/** What a move is decided on: the last reading, and the stopwatch. */
export interface Now {
  readonly position: Whereabouts | undefined
  readonly monoNow: MonoMs
}

/** To whole steps of the controller, inside the range, so that a command changes only when the antenna can. */
export const quantise = (envelope: Envelope, target: AzEl): AzEl => {
  const { resolution, azimuth, elevation } = envelope.mount
  const step = (value: number, low: number, high: number): Deg => {
    const rounded = Math.round(value / resolution) * resolution
    return deg(Math.max(low, Math.min(high, rounded)))
  }
  return {
    azimuth: step(target.azimuth, azimuth.minimum, azimuth.maximum),
    elevation: step(target.elevation, elevation.minimum, elevation.maximum),
  }
}

// Axis by axis and not on the sky: at the zenith all azimuths are one direction, but not one place of the cable.
export const isNear = (settings: TrackerSettings, a: AzEl, b: AzEl): boolean =>
  Math.abs(a.azimuth - b.azimuth) <= settings.deadBand &&
  Math.abs(a.elevation - b.elevation) <= settings.deadBand

/** Asks for a move unless it is asked for already, or too soon after the last one. */
export const command = (
  settings: TrackerSettings,
  state: TrackerState,
  to: AzEl,
  { position, monoNow }: Now,
): TrackerStep => {
  // Without a reading nothing moves: the way there could not be checked.
  if (position === undefined) return [state, []]
  const last = state.commanded
  if (last !== undefined) {
    const isSame = last.to.azimuth === to.azimuth && last.to.elevation === to.elevation
    // The command may have been lost with a link, and is sent again before it is a stall.
    const isLost =
      last.atMonoMs <= monoNow - settings.stallAfter / 3 &&
      standsSince(settings, state.progress, monoNow - settings.stallAfter / 3)
    if (isSame && !isLost) return [state, []]
    if (monoNow - last.atMonoMs < settings.controller.commandPeriod) return [state, []]
  }
  const sent = { to, atMonoMs: monoNow, before: last?.to }
  return [{ ...state, commanded: sent, stands: false, rest: undefined }, [{ type: 'move', to }]]
}

/** The first leg that is not done yet of the way to a place; an error where no way is allowed. */
export const nextLeg = (
  settings: TrackerSettings,
  options: {
    readonly from: Whereabouts
    readonly goal: AzEl
    readonly lockOut: LockOut | undefined
    readonly isStowing: boolean
  },
): Result<AzEl, Fault> => {
  const { from, goal, isStowing } = options
  const route = routeMotion(settings.envelope, { from, to: goal, isStowing }, options.lockOut)
  if (!route.ok) return route
  const leg = route.value.find((place) => !isNear(settings, from, place)) ?? goal
  return ok(quantise(settings.envelope, leg))
}

/** The place of the axes for a direction of the sky: the nearest to which a way is allowed. */
export const choosePlace = (
  settings: TrackerSettings,
  options: { readonly from: Whereabouts; readonly direction: AzEl; readonly lockOut: LockOut | undefined },
): Result<AzEl, Fault> => {
  const { envelope } = settings
  const { from, direction, lockOut } = options
  let refusal: Result<AzEl, Fault> | undefined
  for (const place of placesOf(envelope.mount, direction, from)) {
    if (!isWithinRange(envelope.mount, place)) continue
    const goal = quantise(envelope, place)
    const route = routeMotion(envelope, { from, to: goal }, lockOut)
    if (route.ok) return ok(goal)
    refusal ??= route
  }
  if (refusal !== undefined) return refusal
  // No turn and no form of the axes shows there: the gate says so in its own words.
  const place = onAxes(envelope.mount, direction)
  const checked = checkMotion(envelope, { from, to: place }, lockOut)
  return checked.ok ? ok(place) : checked
}
