import type { Random } from '../../src/kernel/random.ts'
import { invariant } from '../../src/kernel/result.ts'
import type { MonoMs } from '../../src/kernel/time.ts'
import { type Deg, type DegPerSec, deg, degPerSec } from '../../src/kernel/units.ts'
import {
  layOut,
  type MotionLeg,
  type MotionPhase,
  planMove,
  planStop,
  planTurn,
  positionAt,
  velocityAt,
} from './motion.ts'
import type { AxisSpec } from './mounts.ts'

/** What the controller can make the motor do. */
export type AxisCommand =
  | { readonly kind: 'stop' }
  | { readonly kind: 'turn'; readonly direction: 1 | -1 }
  | { readonly kind: 'move-to'; readonly target: Deg }

/**
 * - `stuck`: the gear is jammed, whatever the motor does.
 * - `runaway`: the motor runs on at full speed whatever it is told, until the end stop.
 * - `wrong-way`: the motor's wires are crossed: each command turns it the other way, away from its target.
 */
export type AxisFault = 'stuck' | 'runaway' | 'wrong-way'

export interface AxisState {
  /** Where the antenna really points in this axis. */
  readonly antenna: Deg
  /** The motor side of the gear, which the encoder sits on. */
  readonly motor: Deg
  readonly velocity: DegPerSec
}

/** One axis: motor, gear with its play, encoder, end stops. Instants are on the stopwatch of the simulation. */
export interface Axis {
  readonly command: (at: MonoMs, command: AxisCommand) => void
  /** Sets or (with `undefined`) ends a fault. */
  readonly setFault: (at: MonoMs, fault: AxisFault | undefined) => void
  /** The truth at an instant, up to two minutes back. */
  readonly stateAt: (at: MonoMs) => AxisState
  /** What the encoder says: with its noise and in its steps. */
  readonly read: (at: MonoMs) => Deg
}

interface HistoryEntry {
  readonly phase: MotionPhase
  /** Antenna side at the start of the phase. */
  readonly antenna: number
}

type Plan = (position: number, velocity: number) => readonly MotionLeg[]

// The receiver looks back by its latency, an observation by its integration interval.
const HISTORY_MS = 120_000

export const createAxis = (spec: AxisSpec, random: Random, start: MonoMs): Axis => {
  const limits = { rateMax: spec.rateMax, acceleration: spec.accelerationMax }
  let fault: AxisFault | undefined
  let lastCommand: AxisCommand = { kind: 'stop' }
  let latestMs: number = start
  const history: HistoryEntry[] = [
    {
      phase: {
        startMs: start,
        durationMs: Number.POSITIVE_INFINITY,
        position: spec.start,
        velocity: 0,
        acceleration: 0,
      },
      antenna: spec.start,
    },
  ]

  const entryAt = (at: number): HistoryEntry => {
    for (let index = history.length - 1; index > 0; index -= 1) {
      const entry = history[index]
      if (entry !== undefined && entry.phase.startMs <= at) return entry
    }
    const oldest = history[0]
    invariant(oldest, 'an axis always has a phase')
    return oldest
  }

  // Play: the antenna is pushed by whichever flank of the gear touches, and rests between them. Right within a phase
  // because a phase never turns round.
  const dragged = (antenna: number, motor: number): number =>
    Math.min(Math.max(antenna, motor - spec.backlash / 2), motor + spec.backlash / 2)

  const antennaAt = (entry: HistoryEntry, at: number): number =>
    dragged(entry.antenna, positionAt(entry.phase, at))

  const replace = (at: number, plan: Plan): void => {
    const current = entryAt(at)
    const position = positionAt(current.phase, at)
    let antenna = antennaAt(current, at)
    while ((history.at(-1)?.phase.startMs ?? Number.NEGATIVE_INFINITY) >= at && history.length > 1)
      history.pop()
    const { min, max } = spec
    const first = layOut({
      startMs: at,
      position,
      legs: plan(position, velocityAt(current.phase, at)),
      min,
      max,
    })
    // Whoever ran into the stop while turning round goes on from there, at rest; who wants through it stays.
    const second = layOut({
      startMs: first.endMs,
      position: first.endPosition,
      legs: first.hitStop ? plan(first.endPosition, 0) : [],
      min,
      max,
    })
    const rest = {
      startMs: second.endMs,
      durationMs: Number.POSITIVE_INFINITY,
      position: second.endPosition,
      velocity: 0,
      acceleration: 0,
    }
    for (const phase of [...first.phases, ...second.phases, rest]) {
      history.push({ phase, antenna })
      if (phase !== rest) antenna = dragged(antenna, positionAt(phase, phase.startMs + phase.durationMs))
    }
    while (history.length > 1 && (history[1]?.phase.startMs ?? at) < at - HISTORY_MS) history.shift()
  }

  const measure = (position: number): number => {
    const noisy = position + random.normal() * spec.encoderNoise
    return Math.round(noisy / spec.encoderResolution) * spec.encoderResolution
  }

  /** How the axis goes on from a place and a speed under a command and the present fault. */
  const planFor = (at: number, command: AxisCommand): Plan => {
    if (fault === 'stuck') return () => []
    if (fault === 'runaway') {
      const direction = velocityAt(entryAt(at).phase, at) < 0 ? -1 : 1
      return (_, velocity) => planTurn(velocity, direction * spec.rateMax, limits)
    }
    if (command.kind === 'stop') return (_, velocity) => planStop(velocity, limits)
    if (command.kind === 'turn') {
      const direction = fault === 'wrong-way' ? -command.direction : command.direction
      return (_, velocity) => planTurn(velocity, direction * spec.rateMax, limits)
    }
    const target = Math.min(Math.max(command.target, spec.min), spec.max)
    const { phase } = entryAt(at)
    const position = positionAt(phase, at)
    const reading = measure(position)
    if (velocityAt(phase, at) === 0 && Math.abs(target - reading) < spec.deadband) return () => []
    if (fault === 'wrong-way') {
      return (_, velocity) => planTurn(velocity, -Math.sign(target - reading) * spec.rateMax, limits)
    }
    // The servo stops where its encoder shows the target, which is not quite where the target is.
    const landing = Math.min(Math.max(target + (position - reading), spec.min), spec.max)
    return (from, velocity) => planMove(velocity, landing - from, limits)
  }

  const obey = (at: MonoMs): void => {
    invariant(at >= latestMs, 'an axis is commanded in the order of time')
    latestMs = at
    replace(at, planFor(at, lastCommand))
  }

  return {
    command: (at, command) => {
      lastCommand = command
      obey(at)
    },
    setFault: (at, next) => {
      fault = next
      // A gear that comes free does not finish an old move by itself.
      if (next === undefined) lastCommand = { kind: 'stop' }
      obey(at)
    },
    stateAt: (at) => {
      const entry = entryAt(at)
      return {
        antenna: deg(antennaAt(entry, at)),
        motor: deg(positionAt(entry.phase, at)),
        velocity: degPerSec(velocityAt(entry.phase, at)),
      }
    },
    read: (at) => deg(measure(positionAt(entryAt(at).phase, at))),
  }
}
