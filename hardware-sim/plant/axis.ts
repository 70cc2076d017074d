import type { Random } from '../../src/kernel/random.ts'
import { invariant } from '../../src/kernel/result.ts'
import type { MonoMs } from '../../src/kernel/time.ts'
import { type Deg, type DegPerSec, deg, degPerSec } from '../../src/kernel/units.ts'
import {
  type Driven,
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
import { type AxisWear, countHit, NO_WEAR, wearAfter } from './wear.ts'
import { createWind } from './wind.ts'

/** What the controller can make the motor do. */
export type AxisCommand =
  | { readonly kind: 'stop' }
  /** At full speed, or at `rate` where the controller can regulate it; above full speed counts as full. */
  | { readonly kind: 'turn'; readonly direction: 1 | -1; readonly rate?: DegPerSec }
  | { readonly kind: 'move-to'; readonly target: Deg }

/**
 * - `stuck`: the gear is jammed, whatever the motor does.
 * - `runaway`: the motor runs on at full speed whatever it is told, until the end stop.
 * - `wrong-way`: the motor's wires are crossed: each command turns it the other way, away from its target.
 * - `blocked`: something stands in the way, three degrees off on either side, and is hit at speed.
 */
export type AxisFault = 'stuck' | 'runaway' | 'wrong-way' | 'blocked'

export interface AxisState extends AxisWear {
  /** Where the antenna really points in this axis. */
  readonly antenna: Deg
  /** The motor side of the gear, which the encoder sits on. */
  readonly motor: Deg
  readonly velocity: DegPerSec
  /** At a mechanical end stop. */
  readonly atStop: boolean
}

/** One axis: motor, gear with its play, encoder, end stops. Instants are on the stopwatch of the simulation. */
export interface Axis {
  readonly command: (at: MonoMs, command: AxisCommand) => void
  /** Sets or (with `undefined`) ends a fault. */
  readonly setFault: (at: MonoMs, fault: AxisFault | undefined) => void
  /** How far the encoder is off from now on, degrees, and how much more it scatters (1σ). */
  readonly setEncoderError: (at: MonoMs, error: EncoderError) => void
  /** Gusts from now on: 0 calm, 0.3 a storm; see `wind.ts`. */
  readonly setWind: (at: MonoMs, strength: number) => void
  /** The truth at an instant, up to two minutes back. */
  readonly stateAt: (at: MonoMs) => AxisState
  /** What the encoder says: with its noise and in its steps. */
  readonly read: (at: MonoMs) => Deg
}

export interface EncoderError {
  readonly offset: Deg
  readonly noise: Deg
}

interface HistoryEntry {
  readonly phase: MotionPhase
  /** Antenna side at the start of the phase. */
  readonly antenna: number
  /** Up to the start of the phase, with the start of the motor that the phase may be. */
  readonly wear: AxisWear
}

type Plan = (position: number, velocity: number) => readonly MotionLeg[]

// The receiver looks back by its latency, an observation by its integration interval.
const HISTORY_MS = 120_000
const BLOCKED_AHEAD_DEG = 3
const AT_STOP_DEG = 1e-6

/** Inside, all motion is on the wind's clock (`wind.ts`), which in a calm is the stopwatch. */
export const createAxis = (spec: AxisSpec, random: Random, start: MonoMs): Axis => {
  const limits = { rateMax: spec.rateMax, acceleration: spec.accelerationMax, braking: spec.brakingMax }
  const wind = createWind(random.fork('wind'), start)
  let fault: AxisFault | undefined
  let lastCommand: AxisCommand = { kind: 'stop' }
  let latestMs: number = start
  let encoder: EncoderError = { offset: deg(0), noise: deg(0) }
  let bounds: { readonly min: number; readonly max: number } = spec
  const history: HistoryEntry[] = [
    {
      phase: {
        startMs: start,
        durationMs: Number.POSITIVE_INFINITY,
        position: spec.start,
        velocity: 0,
        acceleration: 0,
        driven: 0,
      },
      antenna: spec.start,
      wear: NO_WEAR,
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

  const replace = (at: number, plan: Plan, pushing: Driven): void => {
    const current = entryAt(at)
    const position = positionAt(current.phase, at)
    let antenna = antennaAt(current, at)
    let wear = wearAfter(current.wear, current.phase, at)
    let driven = current.phase.driven
    // A motor that has come to its end is off.
    if (at >= current.phase.startMs + current.phase.durationMs) driven = 0
    while ((history.at(-1)?.phase.startMs ?? Number.NEGATIVE_INFINITY) >= at && history.length > 1)
      history.pop()
    const legs = plan(position, velocityAt(current.phase, at))
    const first = layOut({ startMs: at, position, legs, ...bounds })
    // Whoever ran into the stop while turning round goes on from there, at rest; who wants through it stays.
    const second = layOut({
      startMs: first.endMs,
      position: first.endPosition,
      legs: first.hitStop ? plan(first.endPosition, 0) : [],
      ...bounds,
    })
    const rest: MotionPhase = {
      startMs: second.endMs,
      durationMs: Number.POSITIVE_INFINITY,
      position: second.endPosition,
      velocity: 0,
      acceleration: 0,
      // Limit switches cut the motor off at the end stops; nothing does where it is jammed or blocked.
      driven: pushing,
    }
    for (const phase of [...first.phases, ...second.phases, rest]) {
      if (phase.startMs === first.endMs) wear = countHit(wear, first)
      if (phase.driven !== 0 && phase.driven !== driven) wear = { ...wear, motorStarts: wear.motorStarts + 1 }
      driven = phase.driven
      if (phase === rest) wear = countHit(wear, second)
      history.push({ phase, antenna, wear })
      if (phase === rest) break
      const endMs = phase.startMs + phase.durationMs
      antenna = dragged(antenna, positionAt(phase, endMs))
      wear = wearAfter(wear, phase, endMs)
    }
    while (history.length > 1 && (history[1]?.phase.startMs ?? at) < at - HISTORY_MS) history.shift()
  }

  const measure = (position: number): number => {
    const noisy = position + encoder.offset + random.normal() * Math.hypot(spec.encoderNoise, encoder.noise)
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
      const rate = Math.min(command.rate ?? spec.rateMax, spec.rateMax)
      return (_, velocity) => planTurn(velocity, direction * rate, limits)
    }
    const target = Math.min(Math.max(command.target, spec.min), spec.max)
    const { phase } = entryAt(at)
    const position = positionAt(phase, at)
    const reading = measure(position)
    if (velocityAt(phase, at) === 0 && Math.abs(target - reading) < spec.deadband) return () => []
    if (fault === 'wrong-way') {
      const direction = -Math.sign(target - reading)
      // Where it shows the target there is no way to be wrong about: the motor is off.
      if (direction === 0) return (_, velocity) => planStop(velocity, limits)
      return (_, velocity) => planTurn(velocity, direction * spec.rateMax, limits)
    }
    // The servo stops where its encoder shows the target, which is not quite where the target is.
    const landing = Math.min(Math.max(target + (position - reading), spec.min), spec.max)
    return (from, velocity) => planMove(velocity, landing - from, limits)
  }

  /** Which way a motor pushes that cannot turn and that no limit switch cuts off. */
  const pushingUnder = (at: number, command: AxisCommand): Driven => {
    if ((fault !== 'stuck' && fault !== 'blocked') || command.kind === 'stop') return 0
    if (command.kind === 'turn') return command.direction
    const away = command.target - positionAt(entryAt(at).phase, at)
    if (Math.abs(away) <= (fault === 'blocked' ? BLOCKED_AHEAD_DEG : spec.deadband)) return 0
    return away > 0 ? 1 : -1
  }

  const obey = (at: MonoMs): void => {
    invariant(at >= latestMs, 'an axis is commanded in the order of time')
    latestMs = at
    const progress = wind.progressAt(at)
    replace(progress, planFor(progress, lastCommand), pushingUnder(progress, lastCommand))
  }

  return {
    command: (at, command) => {
      lastCommand = command
      obey(at)
    },
    setFault: (at, next) => {
      fault = next
      const here = positionAt(entryAt(wind.progressAt(at)).phase, wind.progressAt(at))
      bounds =
        next === 'blocked'
          ? {
              min: Math.max(spec.min, here - BLOCKED_AHEAD_DEG),
              max: Math.min(spec.max, here + BLOCKED_AHEAD_DEG),
            }
          : spec
      // A gear that comes free does not finish an old move by itself.
      if (next === undefined) lastCommand = { kind: 'stop' }
      obey(at)
    },
    setEncoderError: (at, error) => {
      encoder = error
      // A servo that is on its way follows what it sees; one that has arrived stays off.
      if (
        lastCommand.kind === 'move-to' &&
        velocityAt(entryAt(wind.progressAt(at)).phase, wind.progressAt(at)) !== 0
      )
        obey(at)
    },
    setWind: (at, strength) => wind.setStrength(at, strength),
    stateAt: (at) => {
      const progress = wind.progressAt(at)
      const entry = entryAt(progress)
      const motor = positionAt(entry.phase, progress)
      const shaken = antennaAt(entry, progress) + wind.pushAt(at) * spec.backlash
      return {
        antenna: deg(dragged(shaken, motor)),
        motor: deg(motor),
        velocity: degPerSec(velocityAt(entry.phase, progress) * wind.paceAt(at)),
        atStop: motor <= spec.min + AT_STOP_DEG || motor >= spec.max - AT_STOP_DEG,
        ...wearAfter(entry.wear, entry.phase, progress),
      }
    },
    read: (at) => {
      const progress = wind.progressAt(at)
      return deg(measure(positionAt(entryAt(progress).phase, progress)))
    },
  }
}
