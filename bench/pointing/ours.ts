import type { AzEl } from '../../src/kernel/angle.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { chooseCommand, type SentCommand, toleranceOf } from '../../src/pointing/command-choice.ts'
import { TURN_WITHOUT_CHOICE_DEG } from '../../src/pointing/motion-gate.ts'
import { planTrajectory } from '../../src/pointing/trajectory.ts'
import type { BenchAntenna } from './antennas.ts'
import type { ControlLoop } from './peers.ts'
import type { SkyPass } from './sky-pass.ts'

/** The tracker's. */
const TICK_MS = 250

export interface OurLoop extends ControlLoop {
  /** What the plan alone is off, degrees. */
  readonly plannedErrorDeg: number
  readonly planMs: number
}

/** The next piece of a long turn, as the daemon's gate cuts it for a controller that chooses its way round. */
const withoutChoice = (reading: AzEl, to: AzEl): AzEl => {
  const turn = to.azimuth - reading.azimuth
  if (Math.abs(turn) <= TURN_WITHOUT_CHOICE_DEG) return to
  return { ...to, azimuth: deg(reading.azimuth + Math.sign(turn) * TURN_WITHOUT_CHOICE_DEG) }
}

/**
 * Azel's planner and choice of commands, as the daemon drives motors without relays; `hasRelays`: as it spares those. `toleranceDeg`
 * replaces the tolerance that follows from beam and controller.
 */
export const azel = (
  pass: SkyPass,
  antenna: BenchAntenna,
  options: {
    readonly name: string
    readonly hasRelays?: boolean
    readonly toleranceDeg?: number
    readonly monoNow: () => number
  },
): OurLoop => {
  const { mount } = antenna
  const begin = options.monoNow()
  const trajectory = unwrap(planTrajectory(pass, { mount, startAzimuth: deg(180) }))
  const planMs = options.monoNow() - begin
  const tolerance = deg(options.toleranceDeg ?? toleranceOf(mount, { hasRelays: options.hasRelays ?? false }))
  const controller = {
    commandPeriod: antenna.commandPeriod,
    latency: antenna.latency,
    minimumOnTime: ms(0),
  }
  let last: SentCommand | undefined
  return {
    name: options.name,
    periodMs: TICK_MS,
    leadMs: 180_000,
    plannedErrorDeg: trajectory.errorMax,
    planMs,
    step: (now, reading) => {
      const chosen = chooseCommand({
        trajectory,
        mount,
        controller,
        tolerance,
        now,
        position: reading,
        last,
      })
      if (chosen === undefined) return undefined
      const to = antenna.choosesTurn ? withoutChoice(reading, chosen) : chosen
      last = { to, atUtcMs: now }
      return to
    },
  }
}
