import type { AzEl } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { type MonoMs, type UtcMs, utcMs } from '../kernel/time.ts'
import { type Deg, deg, type Ms } from '../kernel/units.ts'
import { followWall } from '../kernel/wall-step.ts'
import { type Envelope, routeMotion } from './motion-gate.ts'
import { noProgress, type Progress, watchProgress } from './stall-watch.ts'
import { commandedAt, type Trajectory } from './trajectory.ts'

/** One pass to follow. */
export interface TrackTask {
  readonly id: string
  readonly trajectory: Trajectory
  readonly afterwards: 'park' | 'stop'
}

export interface TrackerSettings {
  readonly envelope: Envelope
  /** No commands closer together than this: controllers stutter when interrupted. */
  readonly commandPeriod: Ms
  /** Commands are for this much later: half a command period and the controller's answer to it. */
  readonly lead: Ms
  /** An axis that is told to move and does not for so long is stalled. */
  readonly stallAfter: Ms
  /** Nearer than this to its target an axis need not move: the controller's own dead band. */
  readonly deadBand: Deg
}

export type TrackerPhase =
  | { readonly name: 'idle' }
  | { readonly name: 'pre-positioning'; readonly task: TrackTask }
  | { readonly name: 'tracking'; readonly task: TrackTask }
  | { readonly name: 'parking' }
  | { readonly name: 'stopping' }
  /** Latched: nothing moves until a person clears it. */
  | { readonly name: 'faulted'; readonly fault: Fault }

export interface TrackerState {
  readonly phase: TrackerPhase
  readonly commanded: { readonly to: AzEl; readonly atMonoMs: MonoMs } | undefined
  readonly progress: Progress
  /** Wall clock minus stopwatch as followed in this pass; a step of the wall clock is not followed. */
  readonly wallMinusMono: number | undefined
  readonly wallStepReported: boolean
  /** The last refusal that was reported, so that it is said once and not at each tick. */
  readonly refused: string | undefined
}

export type TrackerEvent =
  | { readonly type: 'task-assigned'; readonly task: TrackTask }
  | { readonly type: 'park-asked' }
  | { readonly type: 'stop-asked' }
  | {
      readonly type: 'tick'
      readonly utcNow: UtcMs
      readonly monoNow: MonoMs
      /** The last reading; undefined where there is none that counts. */
      readonly position: AzEl | undefined
    }
  /** The stop that was asked for has been confirmed by readings. */
  | { readonly type: 'stopped' }
  /** Mute controller, stall, runaway, no stop: whatever must stop everything and latch. */
  | { readonly type: 'motion-fault'; readonly fault: Fault }
  /** The gate or the controller said no to the last move. */
  | { readonly type: 'move-refused'; readonly fault: Fault }
  | { readonly type: 'fault-cleared' }

export type TrackerReport =
  | { readonly kind: 'pre-positioning' | 'tracking' | 'pass-over' | 'missed'; readonly taskId: string }
  | { readonly kind: 'parking' | 'parked' | 'stopped' | 'fault-cleared' | 'wall-clock-stepped' }
  | { readonly kind: 'refused'; readonly fault: Fault }

export type TrackerEffect =
  /** To be asked of the gate from where the antenna is, then given to the rotator. */
  | { readonly type: 'move'; readonly to: AzEl }
  | { readonly type: 'stop' }
  | { readonly type: 'latch'; readonly fault: Fault }
  | { readonly type: 'report'; readonly report: TrackerReport }

export type TrackerStep = readonly [TrackerState, readonly TrackerEffect[]]
type Tick = Extract<TrackerEvent, { type: 'tick' }>

export const initialTracker: TrackerState = {
  phase: { name: 'idle' },
  commanded: undefined,
  progress: noProgress,
  wallMinusMono: undefined,
  wallStepReported: false,
  refused: undefined,
}

const report = (content: TrackerReport): TrackerEffect => ({ type: 'report', report: content })

const enter = (state: TrackerState, phase: TrackerPhase): TrackerState => ({
  ...state,
  phase,
  commanded: undefined,
  progress: noProgress,
  refused: undefined,
})

const latch = (state: TrackerState, failure: Fault): TrackerStep => [
  enter(state, { name: 'faulted', fault: failure }),
  [{ type: 'stop' }, { type: 'latch', fault: failure }],
]

/** The tracker: what the antenna does next. Pure; a shell carries out the effects and feeds back what happened. */
export const stepTracker = (
  settings: TrackerSettings,
  state: TrackerState,
  event: TrackerEvent,
): TrackerStep => {
  const { phase } = state
  if (phase.name === 'faulted') return whileFaulted(state, phase.fault, event)
  switch (event.type) {
    case 'tick':
      return onTick(settings, state, event)
    case 'task-assigned': {
      const next = enter(state, { name: 'pre-positioning', task: event.task })
      return [
        { ...next, wallMinusMono: undefined, wallStepReported: false },
        [report({ kind: 'pre-positioning', taskId: event.task.id })],
      ]
    }
    case 'park-asked':
      return [enter(state, { name: 'parking' }), [report({ kind: 'parking' })]]
    case 'stop-asked':
      return [enter(state, { name: 'stopping' }), [{ type: 'stop' }]]
    case 'stopped':
      return phase.name === 'stopping'
        ? [enter(state, { name: 'idle' }), [report({ kind: 'stopped' })]]
        : [state, []]
    case 'motion-fault':
      return latch(state, event.fault)
    case 'move-refused':
      return refuse(state, event.fault)
    case 'fault-cleared':
      return [state, []]
  }
}

const whileFaulted = (state: TrackerState, latched: Fault, event: TrackerEvent): TrackerStep => {
  switch (event.type) {
    case 'fault-cleared':
      return [enter(state, { name: 'idle' }), [report({ kind: 'fault-cleared' })]]
    case 'stop-asked':
      return [state, [{ type: 'stop' }]]
    case 'task-assigned':
    case 'park-asked': {
      const refusal = fault('motion.latched', `Nothing moves since this fault: ${latched.message}`)
      return [state, [report({ kind: 'refused', fault: refusal })]]
    }
    default:
      return [state, []]
  }
}

/** Says a refusal once. The next tick asks for what is right then. */
const refuse = (state: TrackerState, failure: Fault): TrackerStep => {
  const without = { ...state, commanded: undefined, progress: noProgress }
  if (state.refused === failure.message) return [without, []]
  return [{ ...without, refused: failure.message }, [report({ kind: 'refused', fault: failure })]]
}

/** The instant by the stopwatch, with the wall clock as it was when the pass began. */
const passTime = (
  state: TrackerState,
  tick: Tick,
): readonly [UtcMs, TrackerState, readonly TrackerEffect[]] => {
  const offset = tick.utcNow - tick.monoNow
  const { followedMs, stepMs } = followWall(state.wallMinusMono ?? offset, offset)
  if (stepMs === 0) return [tick.utcNow, { ...state, wallMinusMono: followedMs }, []]
  return [
    utcMs(followedMs + tick.monoNow),
    { ...state, wallStepReported: true },
    state.wallStepReported ? [] : [report({ kind: 'wall-clock-stepped' })],
  ]
}

const onTick = (settings: TrackerSettings, state: TrackerState, tick: Tick): TrackerStep => {
  const { phase } = state
  if (phase.name === 'idle' || phase.name === 'stopping' || phase.name === 'faulted') return [state, []]
  const { progress, stalled } = watchProgress(state.progress, {
    commanded: state.commanded?.to,
    position: tick.position,
    monoNow: tick.monoNow,
    resolution: settings.envelope.mount.resolution,
    deadBand: settings.deadBand,
    stallAfter: settings.stallAfter,
  })
  if (stalled !== undefined) return latch(state, stalled)
  const watched = { ...state, progress }
  if (phase.name === 'parking') return onParking(settings, watched, tick)
  const [now, timed, notices] = passTime(watched, tick)
  const [next, effects] = followPass(settings, timed, phase.task, now, tick)
  return [next, [...notices, ...effects]]
}

const followPass = (
  settings: TrackerSettings,
  state: TrackerState,
  task: TrackTask,
  now: UtcMs,
  tick: Tick,
): TrackerStep => {
  const { trajectory } = task
  if (now >= trajectory.losUtcMs) {
    const kind = state.phase.name === 'tracking' ? 'pass-over' : 'missed'
    const over = report({ kind, taskId: task.id })
    return task.afterwards === 'park'
      ? [enter(state, { name: 'parking' }), [over, report({ kind: 'parking' })]]
      : [enter(state, { name: 'stopping' }), [over, { type: 'stop' }]]
  }
  const ahead = utcMs(now + settings.lead)
  if (state.phase.name === 'tracking') {
    return command(settings, state, quantise(settings.envelope, commandedAt(trajectory, ahead)), tick)
  }
  if (ahead >= trajectory.aosUtcMs) {
    const tracking: TrackerState = { ...state, phase: { name: 'tracking', task } }
    const target = quantise(settings.envelope, commandedAt(trajectory, ahead))
    const [next, effects] = command(settings, tracking, target, tick)
    return [next, [report({ kind: 'tracking', taskId: task.id }), ...effects]]
  }
  return goTo(
    settings,
    state,
    quantise(settings.envelope, commandedAt(trajectory, trajectory.aosUtcMs)),
    tick,
  )
}

const onParking = (settings: TrackerSettings, state: TrackerState, tick: Tick): TrackerStep => {
  const { park } = settings.envelope.mount
  if (tick.position !== undefined && isNear(settings, tick.position, park)) {
    return [enter(state, { name: 'idle' }), [report({ kind: 'parked' })]]
  }
  return goTo(settings, state, park, tick)
}

/** Towards a place that may need a way round over the skyline: the first leg that is not done yet. */
const goTo = (settings: TrackerSettings, state: TrackerState, goal: AzEl, tick: Tick): TrackerStep => {
  if (tick.position === undefined) return [state, []]
  const { position } = tick
  const route = routeMotion(settings.envelope, { from: position, to: goal })
  if (!route.ok) return refuse(state, route.error)
  const leg = route.value.find((place) => !isNear(settings, position, place)) ?? goal
  return command(settings, state, leg, tick)
}

const command = (settings: TrackerSettings, state: TrackerState, to: AzEl, tick: Tick): TrackerStep => {
  // Without a reading nothing moves: the way there could not be checked.
  if (tick.position === undefined) return [state, []]
  const last = state.commanded
  if (last !== undefined) {
    const isSame = last.to.azimuth === to.azimuth && last.to.elevation === to.elevation
    if (isSame && !isIdleSince(state, tick.monoNow - settings.stallAfter / 3, last.atMonoMs))
      return [state, []]
    if (tick.monoNow - last.atMonoMs < settings.commandPeriod) return [state, []]
  }
  return [{ ...state, commanded: { to, atMonoMs: tick.monoNow } }, [{ type: 'move', to }]]
}

/** Told to move and not moving: the command may have been lost with a link, and is sent again before it is a stall. */
const isIdleSince = (state: TrackerState, since: number, commandedAtMonoMs: MonoMs): boolean =>
  commandedAtMonoMs <= since &&
  [state.progress.azimuth, state.progress.elevation].some(
    (axis) => axis !== undefined && axis.sinceMonoMs <= since,
  )

// Axis by axis and not on the sky: at the zenith all azimuths are one direction, but not one place of the cable.
const isNear = (settings: TrackerSettings, a: AzEl, b: AzEl): boolean =>
  Math.abs(a.azimuth - b.azimuth) <= settings.deadBand &&
  Math.abs(a.elevation - b.elevation) <= settings.deadBand

/** To whole steps of the controller, inside the range, so that a command changes only when the antenna can. */
const quantise = (envelope: Envelope, target: AzEl): AzEl => {
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
