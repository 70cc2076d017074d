import { describe, expect, it } from 'vitest'
import type { AzEl } from '../../src/kernel/angle.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { type UtcMs, utcMs } from '../../src/kernel/time.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { chooseCommand, type SentCommand, toleranceOf } from '../../src/pointing/command-choice.ts'
import type { AzElMount } from '../../src/pointing/mount.ts'
import { commandedAt, planTrajectory, type Trajectory } from '../../src/pointing/trajectory.ts'
import { g5500, sphericalPass } from './passes.ts'

const controller = { commandPeriod: ms(1_000), latency: ms(60), minimumOnTime: ms(0) }

const planned = (maximumElevationDeg: number, mount: AzElMount = g5500): Trajectory =>
  unwrap(planTrajectory(sphericalPass({ maximumElevationDeg, courseDeg: 10 }), { mount }))

/** An antenna that obeys at once and runs at full speed or not at all; what it was sent, how far off it was, how long its azimuth ran. */
const drive = (
  trajectory: Trajectory,
  options: { readonly mount?: AzElMount; readonly tolerance: number; readonly minimumOnTimeMs?: number },
) => {
  const { mount = g5500 } = options
  const first = commandedAt(trajectory, trajectory.aosUtcMs)
  let position: AzEl = {
    azimuth: deg(Math.round(first.azimuth)),
    elevation: deg(Math.round(first.elevation)),
  }
  let last: SentCommand | undefined
  const sent: SentCommand[] = []
  let worstElevation = 0
  const runsMs: number[] = []
  let runMs = 0
  for (let at: number = trajectory.aosUtcMs; at < trajectory.losUtcMs; at += 100) {
    const now = utcMs(at)
    const to = chooseCommand({
      trajectory,
      mount,
      controller: { ...controller, minimumOnTime: ms(options.minimumOnTimeMs ?? 0) },
      tolerance: deg(options.tolerance),
      now,
      position,
      last,
    })
    if (to !== undefined) {
      last = { to, atUtcMs: now }
      sent.push(last)
    }
    const goal = last?.to ?? position
    const towards = (from: number, wanted: number, rate: number): number =>
      from + Math.max(-rate / 10, Math.min(rate / 10, wanted - from))
    const isTurning = goal.azimuth !== position.azimuth
    if (!isTurning && runMs > 0) runsMs.push(runMs)
    runMs = isTurning ? runMs + 100 : 0
    position = {
      azimuth: deg(towards(position.azimuth, goal.azimuth, mount.azimuth.slewRate)),
      elevation: deg(towards(position.elevation, goal.elevation, mount.elevation.slewRate)),
    }
    const wanted = commandedAt(trajectory, now)
    worstElevation = Math.max(worstElevation, Math.abs(wanted.elevation - position.elevation))
  }
  return { sent, worstElevation, runsMs }
}

describe('the choice of commands', () => {
  it('keeps the antenna within the tolerance and a rounding of its path', () => {
    const { worstElevation } = drive(planned(60), { tolerance: 0.7 })
    expect(worstElevation).toBeLessThan(0.95)
  })

  it('sends whole steps, never closer together than the controller bears, and nothing twice', () => {
    const { sent } = drive(planned(80), { tolerance: 0.7 })
    expect(sent.length).toBeGreaterThan(50)
    for (const [i, { to, atUtcMs }] of sent.entries()) {
      expect(Number.isInteger(to.azimuth) && Number.isInteger(to.elevation)).toBe(true)
      const before = sent[i - 1]
      if (before === undefined) continue
      expect(atUtcMs - before.atUtcMs).toBeGreaterThanOrEqual(1_000)
      expect(to).not.toEqual(before.to)
    }
  })

  it('hops twice the tolerance: a wider one means fewer commands', () => {
    const trajectory = planned(60)
    const fine = drive(trajectory, { tolerance: 0.7 }).sent.length
    const coarse = drive(trajectory, { tolerance: 2.8 })
    expect(coarse.sent.length).toBeLessThan(fine / 2.5)
    expect(coarse.worstElevation).toBeLessThan(3.3)
  })

  it('leads a target by what the controller needs to obey', () => {
    const trajectory = planned(85)
    const at = utcMs((trajectory.aosUtcMs + trajectory.losUtcMs) / 2 - 30_000)
    const position = commandedAt(trajectory, at)
    const ask = (latencyMs: number, now: UtcMs) =>
      chooseCommand({
        trajectory,
        mount: g5500,
        controller: { ...controller, latency: ms(latencyMs) },
        tolerance: deg(0.6),
        now,
        position,
        last: undefined,
      })
    const soon = ask(60, at)?.elevation ?? 0
    const late = ask(4_000, at)?.elevation ?? 0
    expect(soon).toBeGreaterThanOrEqual(position.elevation - 0.5)
    expect(late).toBeGreaterThan(soon)
  })

  it('knows that the antenna hangs back by the play of its gear while it stands', () => {
    const count = 1_201
    const rising: Trajectory = {
      aosUtcMs: utcMs(0),
      losUtcMs: utcMs(120_000),
      stepMs: 100,
      azimuth: new Float64Array(count).fill(100),
      elevation: Float64Array.from({ length: count }, (_, i) => 20 + 0.01 * i),
      errorMax: deg(0),
      errorBound: deg(0),
    }
    /** Until when an antenna that was sent to 24° is left there, by a target that rises by a tenth of a degree a second. */
    const leavesAtSec = (backlash: number): number => {
      const mount: AzElMount = {
        ...g5500,
        azimuth: { ...g5500.azimuth, backlash: deg(0) },
        elevation: { ...g5500.elevation, backlash: deg(backlash) },
      }
      const position = { azimuth: deg(100), elevation: deg(24) }
      for (let at = 40_000; at < 60_000; at += 100) {
        const to = chooseCommand({
          trajectory: rising,
          mount,
          controller,
          tolerance: deg(0.6),
          now: utcMs(at),
          position,
          last: { to: position, atUtcMs: utcMs(35_000) },
        })
        if (to !== undefined) return at / 1000
      }
      return Number.NaN
    }
    const withoutPlay = leavesAtSec(0)
    expect(withoutPlay).toBeGreaterThan(43)
    expect(withoutPlay).toBeLessThan(46)
    // It stands 0.2° lower than it reads, which the target is past two seconds earlier.
    expect(leavesAtSec(0.4)).toBeCloseTo(withoutPlay - 2, 0)
  })

  it('starts no motor for less than its relay is worth', () => {
    const { runsMs } = drive(planned(40), { tolerance: 3.5, minimumOnTimeMs: 500 })
    expect(runsMs.length).toBeGreaterThan(5)
    expect(Math.min(...runsMs)).toBeGreaterThanOrEqual(500)
    expect(Math.min(...drive(planned(40), { tolerance: 0.7 }).runsMs)).toBeLessThan(500)
  })

  it('has its tolerance from the beam, the controller and whether relays switch the motors', () => {
    expect(toleranceOf({ ...g5500, beamWidth: deg(80) })).toBe(2)
    expect(toleranceOf({ ...g5500, beamWidth: deg(1) })).toBeGreaterThanOrEqual(0.5)
    expect(toleranceOf({ ...g5500, beamWidth: deg(80) }, { hasRelays: true })).toBe(5)
  })
})
