import { type Deg, deg, type Ms, ms } from '../kernel/units.ts'
import type { Envelope } from '../pointing/motion-gate.ts'
import { type AzElMount, accelerationOf } from '../pointing/mount.ts'
import type { Precedence } from '../pointing/occupancy.ts'
import type { TrackerSettings } from '../pointing/tracker-state.ts'
import type { RotatorDriver } from '../rotator/driver.ts'

/** What of an antenna may be told to the tracker. */
export interface TrackerChoices {
  /** From sending a command to the motor obeying it, as measured; default: what the protocol needs. */
  readonly latency?: Ms
  /** A motor that is switched on stays on for so long, to spare its relay. */
  readonly minimumOnTime?: Ms
  /** How often each motor may start in an hour, for the sake of its relay; the rule is that of `TrackerSettings`. */
  readonly startsPerHour?: number
  /** Default: the station's own plan goes before programs. */
  readonly precedence?: Precedence
}

/** What the tracker has to know of a controller and its antenna. */
export const trackerSettingsOf = (
  options: TrackerChoices & { readonly envelope: Envelope; readonly driver: RotatorDriver },
): TrackerSettings => {
  const { driver, envelope, startsPerHour } = options
  const { mount } = envelope
  return {
    envelope,
    controller: {
      commandPeriod: driver.capabilities.commandPeriod,
      latency: options.latency ?? latencyOf(driver),
      minimumOnTime: options.minimumOnTime ?? ms(0),
    },
    stallAfter: STALL_AFTER,
    obeysWithin: obeysWithin(driver, mount),
    deadBand: deadBandOf(mount),
    precedence: options.precedence ?? 'plan-first',
    ...(startsPerHour === undefined ? {} : { startsPerHour }),
  }
}

// A heavy antenna runs up for a second or two; a jammed one is stopped before the motor is hot.
const STALL_AFTER = ms(8_000)
// A command that waits its turn, a poll, and the run-out of the antenna.
const obeysWithin = ({ capabilities }: RotatorDriver, mount: AzElMount): Ms => {
  const runOutSec = Math.max(
    ...[mount.azimuth, mount.elevation].map((axis) => axis.slewRate / accelerationOf(axis)),
  )
  return ms(capabilities.writePause + capabilities.pollPeriod + 1_000 * runOutSec + CONTROLLER_PACE_MS)
}

// A controller rests a step or two beside its target, or where its motor is not worth starting. Nearer than an eighth of
// the beam nothing is lost, so that standing there is no stall.
const NEAR_DEG = 1
const deadBandOf = (mount: AzElMount): Deg =>
  deg(
    Math.max(
      2 * mount.resolution,
      mount.resolution + Math.max(mount.azimuth.deadBand ?? 0, mount.elevation.deadBand ?? 0),
      Math.min(NEAR_DEG, mount.beamWidth / 8),
    ),
  )

// The pause after the last poll, some ten bytes on the line, and the controller's own pace.
const CONTROLLER_PACE_MS = 50
const latencyOf = ({ capabilities }: RotatorDriver): Ms =>
  ms(capabilities.writePause / 2 + CONTROLLER_PACE_MS)
