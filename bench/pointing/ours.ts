import { unwrap } from '../../src/kernel/result.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { chooseCommand, type SentCommand, toleranceOf } from '../../src/pointing/command-choice.ts'
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
      const to = chooseCommand({
        trajectory,
        mount,
        controller,
        tolerance,
        now,
        position: reading,
        last,
      })
      if (to !== undefined) last = { to, atUtcMs: now }
      return to
    },
  }
}
