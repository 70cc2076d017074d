import { describe, expect, it } from 'vitest'
import { type AzEl, greatCircleSeparation } from '../../src/kernel/angle.ts'
import { fault } from '../../src/kernel/errors.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { monoMs, utcMs } from '../../src/kernel/time.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { checkMotion, type Envelope } from '../../src/pointing/motion-gate.ts'
import { stepTracker } from '../../src/pointing/tracker.ts'
import {
  initialTracker,
  type TrackerEffect,
  type TrackerEvent,
  type TrackerReport,
  type TrackerSettings,
  type TrackerState,
  type TrackTask,
} from '../../src/pointing/tracker-state.ts'
import { planTrajectory } from '../../src/pointing/trajectory.ts'
import { g5500, sphericalPass } from './passes.ts'

const at = (azimuth: number, elevation: number): AzEl => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})
const envelope: Envelope = { mount: { ...g5500, park: at(180, 0) } }
const settings: TrackerSettings = {
  envelope,
  precedence: 'plan-first',
  obeysWithin: ms(2_000),
  controller: { commandPeriod: ms(1_000), latency: ms(60), minimumOnTime: ms(0) },
  stallAfter: ms(6_000),
  deadBand: deg(2),
}
const pass = sphericalPass({ maximumElevationDeg: 50, courseDeg: 20 })
const task: TrackTask = {
  id: 'iss-1',
  user: 'plan',
  trajectory: unwrap(planTrajectory(pass, { mount: envelope.mount })),
  tolerance: deg(0.625),
  afterwards: 'park',
}

/** The tracker with a plain antenna: each axis runs at its speed to where it was sent, in whole degrees. */
const createPlant = (start: AzEl, use: TrackerSettings = settings) => {
  let state: TrackerState = initialTracker
  let position = start
  let target = start
  let monoNow = 5_000
  let wallShift = pass.aosUtcMs - 120_000 - monoNow
  const reports: TrackerReport[] = []
  const moves: { readonly to: AzEl; readonly atUtc: number }[] = []
  const faults: string[] = []
  let stops = 0
  let stuckAxis: 'azimuth' | 'elevation' | undefined
  let blind = false
  const refusals: string[] = []

  const carryOut = (effects: readonly TrackerEffect[]): void => {
    for (const effect of effects) {
      if (effect.type === 'report') reports.push(effect.report)
      else if (effect.type === 'latch') faults.push(effect.fault.code)
      else if (effect.type === 'stop') {
        stops += 1
        target = position
        send({ type: 'stopped' })
      } else {
        const checked = checkMotion(use.envelope, { from: position, to: effect.to })
        if (checked.ok) {
          moves.push({ to: effect.to, atUtc: monoNow + wallShift })
          target = checked.value.to
        } else {
          refusals.push(checked.error.code)
          send({ type: 'move-refused', fault: checked.error })
        }
      }
    }
  }
  const send = (event: TrackerEvent): void => {
    const [next, effects] = stepTracker(use, state, event)
    state = next
    carryOut(effects)
  }
  const move = (from: number, to: number, reach: number): number =>
    from + Math.sign(to - from) * Math.min(reach, Math.abs(to - from))
  const run = (seconds: number, watch: (utc: number) => void = () => {}): void => {
    for (let tick = 0; tick < seconds * 2; tick += 1) {
      monoNow += 500
      position = at(
        stuckAxis === 'azimuth' ? position.azimuth : move(position.azimuth, target.azimuth, 3),
        stuckAxis === 'elevation' ? position.elevation : move(position.elevation, target.elevation, 1.35),
      )
      const reading = blind ? undefined : at(Math.round(position.azimuth), Math.round(position.elevation))
      send({ type: 'tick', utcNow: utcMs(monoNow + wallShift), monoNow: monoMs(monoNow), position: reading })
      watch(monoNow + wallShift)
    }
  }
  return {
    send,
    run,
    moves,
    reports,
    faults,
    refusals,
    state: () => state,
    position: () => position,
    stops: () => stops,
    jam: (axis: 'azimuth' | 'elevation' | undefined) => {
      stuckAxis = axis
    },
    blind: (on: boolean) => {
      blind = on
    },
    loseMotion: () => {
      target = position
    },
    stepWall: (by: number) => {
      wallShift += by
    },
  }
}
const kinds = (reports: readonly TrackerReport[]): string[] => reports.map(({ kind }) => kind)
const passSeconds = (pass.losUtcMs - pass.aosUtcMs) / 1000

describe('the tracker', () => {
  it('is in place before AOS, on target through the pass, parked after it', () => {
    const plant = createPlant(at(180, 0))
    plant.send({ type: 'task-assigned', task })
    plant.run(115)
    const start = task.trajectory
    expect(Math.abs(plant.position().azimuth - (start.azimuth[0] ?? 0))).toBeLessThan(1)
    let worst = 0
    plant.run(passSeconds + 5, (utc) => {
      if (utc < pass.aosUtcMs || utc > pass.losUtcMs) return
      worst = Math.max(worst, greatCircleSeparation(plant.position(), pass.lookAt(utcMs(utc))))
    })
    // One degree of resolution, one command a second.
    expect(worst).toBeLessThan(1.6)
    plant.run(90)
    expect(plant.position()).toEqual(at(180, 0))
    expect(kinds(plant.reports)).toEqual(['pre-positioning', 'tracking', 'pass-over', 'parking', 'parked'])
    expect(plant.state().phase.name).toBe('idle')
    expect(plant.faults).toEqual([])
    expect(plant.refusals).toEqual([])
  })

  it('commands whole steps, no oftener than the controller bears, and nothing after LOS but the way home', () => {
    const plant = createPlant(at(180, 0))
    plant.send({ type: 'task-assigned', task: { ...task, afterwards: 'stop' } })
    plant.run(120 + passSeconds + 60)
    for (const [index, one] of plant.moves.entries()) {
      expect(Number.isInteger(one.to.azimuth) && Number.isInteger(one.to.elevation)).toBe(true)
      expect(one.atUtc).toBeLessThan(pass.losUtcMs)
      if (index > 0) expect(one.atUtc - (plant.moves[index - 1]?.atUtc ?? 0)).toBeGreaterThanOrEqual(1_000)
    }
    expect(plant.stops()).toBe(1)
    expect(kinds(plant.reports)).toEqual(['pre-positioning', 'tracking', 'pass-over', 'stopped'])
  })

  it('waits where the next pass begins when that is soon, and is free there', () => {
    const plant = createPlant(at(180, 0))
    plant.send({ type: 'task-assigned', task: { ...task, afterwards: { waitAt: at(33.4, 5) } } })
    plant.run(120 + passSeconds + 90)
    expect(kinds(plant.reports).slice(-3)).toEqual(['pass-over', 'going-to-next', 'waiting'])
    expect(plant.position()).toEqual(at(33, 5))
    expect(plant.state().phase.name).toBe('idle')
    expect(plant.stops()).toBe(0)
  })

  for (const axis of ['azimuth', 'elevation'] as const) {
    it(`stops and latches when the ${axis} does not move, and moves no more until cleared`, () => {
      const plant = createPlant(at(180, 0))
      plant.send({ type: 'task-assigned', task })
      plant.run(120 + passSeconds / 3)
      plant.jam(axis)
      plant.run(passSeconds / 3)
      expect(plant.faults).toEqual(['motion.stalled'])
      expect(plant.stops()).toBe(1)
      const moves = plant.moves.length
      plant.jam(undefined)
      plant.run(passSeconds)
      plant.send({ type: 'task-assigned', task })
      plant.send({ type: 'park-asked', user: 'operator' })
      plant.run(60)
      expect(plant.moves).toHaveLength(moves)
      expect(plant.reports.at(-1)).toMatchObject({ kind: 'refused', fault: { code: 'motion.latched' } })
      plant.send({ type: 'fault-cleared' })
      plant.run(60)
      // Not by itself after a stall, only when asked.
      expect(plant.moves).toHaveLength(moves)
      plant.send({ type: 'park-asked', user: 'operator' })
      plant.run(120)
      expect(plant.position()).toEqual(at(180, 0))
    })
  }

  it('sends a command again that was lost with the line, before it calls it a stall', () => {
    const plant = createPlant(at(180, 0))
    plant.send({ type: 'park-asked', user: 'operator' })
    plant.run(2)
    plant.send({ type: 'task-assigned', task })
    plant.run(2)
    plant.blind(true)
    plant.loseMotion()
    plant.run(30)
    plant.blind(false)
    plant.run(60)
    expect(plant.faults).toEqual([])
    expect(Math.abs(plant.position().azimuth - (task.trajectory.azimuth[0] ?? 0))).toBeLessThan(1)
  })

  it('moves nothing without a reading', () => {
    const plant = createPlant(at(180, 0))
    plant.blind(true)
    plant.send({ type: 'task-assigned', task })
    plant.run(120 + passSeconds)
    expect(plant.moves).toEqual([])
    expect(plant.faults).toEqual([])
  })

  it('latches what the rotator reports, in any phase, and what is worse on top of it', () => {
    const plant = createPlant(at(180, 0))
    plant.send({ type: 'task-assigned', task })
    plant.run(5)
    plant.send({ type: 'motion-fault', fault: fault('rotator.mute', 'no answer') })
    plant.send({ type: 'motion-fault', fault: fault('motion.not-stopped', 'still moves') })
    expect(plant.faults).toEqual(['rotator.mute', 'motion.not-stopped'])
    expect(plant.state().phase).toMatchObject({ name: 'faulted', fault: { code: 'rotator.mute' } })
    // A stop is possible all the same.
    const stops = plant.stops()
    plant.send({ type: 'stop-asked', user: 'plan' })
    expect(plant.stops()).toBe(stops + 1)
    expect(plant.state().phase.name).toBe('faulted')
  })

  it('stops once for each lock-out that comes while a fault is latched, and for none that goes', () => {
    const plant = createPlant(at(180, 0))
    plant.send({ type: 'motion-fault', fault: fault('motion.stalled', 'it stands') })
    const stops = () => plant.stops() - before
    const before = plant.stops()
    const lock = (kind?: 'wind' | 'maintenance') =>
      plant.send({ type: 'lock-out', lockOut: kind && { kind, by: 'an operator' } })
    lock('wind')
    expect(stops()).toBe(1)
    lock('maintenance')
    lock('maintenance')
    expect(stops()).toBe(2)
    lock()
    expect(stops()).toBe(2)
    expect(plant.state().phase.name).toBe('faulted')
  })

  it('stops at once when asked, and stays', () => {
    const plant = createPlant(at(180, 0))
    plant.send({ type: 'task-assigned', task })
    plant.run(200)
    plant.send({ type: 'stop-asked', user: 'operator' })
    const moves = plant.moves.length
    plant.run(passSeconds)
    expect(plant.moves).toHaveLength(moves)
    expect(plant.state().phase.name).toBe('held')
  })

  it('goes on by the stopwatch when the wall clock steps in the pass, and says so once', () => {
    const plant = createPlant(at(180, 0))
    plant.send({ type: 'task-assigned', task })
    plant.run(120 + passSeconds / 2)
    plant.stepWall(3_600_000)
    let worst = 0
    plant.run(passSeconds / 3, (utc) => {
      worst = Math.max(worst, greatCircleSeparation(plant.position(), pass.lookAt(utcMs(utc - 3_600_000))))
    })
    expect(worst).toBeLessThan(1.6)
    expect(kinds(plant.reports)).toEqual(['pre-positioning', 'tracking', 'wall-clock-stepped'])
  })

  it('says of a pass whose time is over that it was missed', () => {
    const plant = createPlant(at(180, 0))
    plant.stepWall(3_600_000)
    plant.send({ type: 'task-assigned', task })
    plant.run(1)
    expect(kinds(plant.reports)).toEqual(['pre-positioning', 'missed', 'parking', 'parked'])
  })

  it('goes over the skyline to the start of a pass where the straight way is barred', () => {
    const tower: Envelope = {
      mount: { ...envelope.mount, park: at(100, 0) },
      minimumElevationAt: (azimuth) => deg(azimuth > 120 && azimuth < 160 ? 60 : 0),
    }
    const plant = createPlant(at(100, 0), { ...settings, envelope: tower })
    plant.send({ type: 'task-assigned', task })
    let highest = 0
    plant.run(115, () => {
      highest = Math.max(highest, plant.position().elevation)
    })
    expect(plant.refusals).toEqual([])
    expect(highest).toBeGreaterThan(59)
    expect(Math.abs(plant.position().azimuth - (task.trajectory.azimuth[0] ?? 0))).toBeLessThan(1.5)
  })

  it('reports a refused motion once and not at each tick', () => {
    const closed: Envelope = { mount: envelope.mount, minimumElevationAt: () => deg(89) }
    const plant = createPlant(at(10, 89.5), { ...settings, envelope: closed })
    plant.send({ type: 'task-assigned', task })
    plant.run(60)
    expect(kinds(plant.reports)).toEqual(['pre-positioning', 'refused'])
    expect(plant.moves).toEqual([])
  })

  it('counts no start of a motion that was not sent', () => {
    const plant = createPlant(at(100, 30), { ...settings, startsPerHour: 60 })
    plant.send({ type: 'park-asked', user: 'operator' })
    plant.run(0.5)
    expect(plant.state().starts).toMatchObject({ azimuth: [5_500], elevation: [5_500] })
    plant.send({ type: 'move-dropped' })
    expect(plant.state().starts).toEqual({ azimuth: [], elevation: [] })
    plant.run(60)
    expect(plant.state().starts.azimuth).toHaveLength(1)
  })
})
