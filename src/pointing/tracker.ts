import type { AzEl } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { type UtcMs, utcMs } from '../kernel/time.ts'
import { followWall } from '../kernel/wall-step.ts'
import { chooseCommand } from './command-choice.ts'
import type { LockOut } from './lock-out.ts'
import { checkMotion } from './motion-gate.ts'
import { noProgress, watchMotion } from './motion-watch.ts'
import { type AntennaUser, mayTake } from './occupancy.ts'
import { choosePlace, command, isNear, type Now, nextLeg, quantise } from './tracker-moves.ts'
import type {
  Tick,
  TrackerEffect,
  TrackerEvent,
  TrackerPhase,
  TrackerReport,
  TrackerSettings,
  TrackerState,
  TrackerStep,
  TrackTask,
} from './tracker-state.ts'
import { commandedAt, type Trajectory } from './trajectory.ts'

const report = (content: TrackerReport): TrackerEffect => ({ type: 'report', report: content })

/** Another phase. What the antenna was last sent to it is still on its way to, and is watched. */
const enter = (state: TrackerState, phase: TrackerPhase): TrackerState => ({
  ...state,
  phase,
  refused: undefined,
})

/** The same, with STOP: it is on its way to nowhere. */
const enterStopped = (state: TrackerState, phase: TrackerPhase): TrackerState => ({
  ...enter(state, phase),
  commanded: undefined,
  progress: noProgress,
  stands: false,
  rest: undefined,
})

const OUT_OF_HAND: readonly Fault['code'][] = ['motion.runaway', 'motion.wrong-way', 'motion.not-stopped']

const latch = (state: TrackerState, failure: Fault): TrackerStep => [
  enterStopped(state, { name: 'faulted', fault: failure }),
  [{ type: 'stop' }, { type: 'latch', fault: failure, cutOff: OUT_OF_HAND.includes(failure.code) }],
]

/** Who has the antenna now. On its way to rest it is anybody's. */
export const holderOf = (phase: TrackerPhase): AntennaUser | undefined => {
  if (phase.name === 'pre-positioning' || phase.name === 'tracking') return phase.task.user
  if (phase.name === 'held' || (phase.name === 'stopping' && phase.hold)) return 'operator'
  return phase.name === 'pointing' ? phase.user : undefined
}

/** Why somebody may not have the antenna now; undefined where he may. */
const refusalFor = (settings: TrackerSettings, state: TrackerState, user: AntennaUser): Fault | undefined => {
  const { lockOut, phase } = state
  if (lockOut !== undefined) {
    return fault('motion.locked-out', `The antenna is locked out for ${lockOut.kind} (by ${lockOut.by})`)
  }
  const holder = holderOf(phase)
  if (mayTake({ holder, user, precedence: settings.precedence })) return undefined
  if (phase.name === 'held' || phase.name === 'stopping') {
    return fault('motion.held', 'An operator stopped the antenna, and it is held')
  }
  return fault('motion.occupied', `The antenna is in use (${HOLDER_TEXT[holder ?? 'plan']})`)
}

const HOLDER_TEXT: Readonly<Record<AntennaUser, string>> = {
  plan: 'a pass of the plan',
  operator: 'an operator',
  program: 'another program',
}

/** The tracker: what the antenna does next. Pure; a shell carries out the effects and feeds back what happened. */
export const stepTracker = (
  settings: TrackerSettings,
  state: TrackerState,
  event: TrackerEvent,
): TrackerStep => {
  const { phase } = state
  if (phase.name === 'faulted') return whileFaulted(settings, state, phase.fault, event)
  if (phase.name === 'unreachable') return whileUnreachable(settings, state, phase, event)
  switch (event.type) {
    case 'tick':
      return onTick(settings, state, event)
    case 'task-assigned':
    case 'point-asked':
    case 'park-asked':
      return onAsked(settings, state, event)
    case 'let-go':
      return phase.name === 'pointing' && phase.user === event.user
        ? [
            enterStopped(state, { name: 'stopping', hold: false }),
            [report({ kind: 'let-go' }), { type: 'stop' }],
          ]
        : [state, []]
    case 'stop-asked': {
      const hold = event.user === 'operator' || holdsNow(phase)
      return [enterStopped(state, { name: 'stopping', hold }), [{ type: 'stop' }]]
    }
    case 'lock-out':
      return onLockOut(state, event.lockOut)
    case 'stopped':
      if (phase.name === 'stopping') return stands(state, phase.hold)
      return state.commanded === undefined ? [{ ...state, stands: true, rest: undefined }, []] : [state, []]
    case 'link-healed':
      return [state, []]
    case 'link-fault': {
      const resumes = 'task' in phase ? phase.task : undefined
      // STOP goes out as soon as it can: the antenna may turn behind a line that is dead.
      const hold = holdsNow(phase)
      return [enterStopped(state, { name: 'unreachable', fault: event.fault, resumes, hold }), []]
    }
    case 'motion-fault':
      return latch(state, event.fault)
    case 'move-refused':
      return refuse(notSent(state), event.fault)
    case 'move-dropped':
      return [notSent(state), []]
    case 'fault-cleared':
      return phase.name === 'held'
        ? [enter(state, { name: state.lockOut?.kind === 'wind' ? 'stowing' : 'idle' }), []]
        : [state, []]
  }
}

const holdsNow = (phase: TrackerPhase): boolean => phase.name === 'held' || ('hold' in phase && phase.hold)

/** It has come to a stand. */
const stands = (state: TrackerState, hold: boolean): TrackerStep => {
  const name = hold ? 'held' : state.lockOut?.kind === 'wind' ? 'stowing' : 'idle'
  return [{ ...enter(state, { name }), stands: true }, [report({ kind: 'stopped' })]]
}

/** The last move never went out: the antenna is on its way to where it was sent before. */
const notSent = (state: TrackerState): TrackerState => {
  const { commanded } = state
  if (commanded === undefined) return state
  const { before, atMonoMs } = commanded
  return {
    ...state,
    commanded: before === undefined ? undefined : { to: before, atMonoMs, before: undefined },
  }
}

type Ask = Extract<TrackerEvent, { type: 'task-assigned' | 'point-asked' | 'park-asked' }>

const onAsked = (settings: TrackerSettings, state: TrackerState, event: Ask): TrackerStep => {
  const refusal = refusalFor(settings, state, event.type === 'task-assigned' ? event.task.user : event.user)
  if (refusal !== undefined) return [state, [report({ kind: 'refused', fault: refusal })]]
  if (event.type === 'park-asked') {
    return [enter(state, { name: 'parking' }), [report({ kind: 'parking' })]]
  }
  if (event.type === 'task-assigned') {
    const next = enter(state, { name: 'pre-positioning', task: event.task })
    return [
      { ...next, wallMinusMono: undefined, wallStepReported: false },
      [report({ kind: 'pre-positioning', taskId: event.task.id })],
    ]
  }
  const { position, direction, user } = event
  if (position === undefined) {
    const unknown = fault('motion.stale', 'Where the antenna is now is not known, so that it cannot be moved')
    return [state, [report({ kind: 'refused', fault: unknown })]]
  }
  const place = choosePlace(settings, { from: position, direction, lockOut: state.lockOut })
  if (!place.ok) return [state, [report({ kind: 'refused', fault: place.error })]]
  const to = place.value
  const { phase } = state
  // A program that follows something asks every second: that is one holding, not many.
  return phase.name === 'pointing' && phase.user === user
    ? [{ ...state, phase: { name: 'pointing', to, user } }, []]
    : [enter(state, { name: 'pointing', to, user }), [report({ kind: 'pointing' })]]
}

const onLockOut = (state: TrackerState, lockOut: LockOut | undefined): TrackerStep => {
  const before = state.lockOut
  const next = { ...state, lockOut }
  if (lockOut?.kind === before?.kind) return [next, []]
  if (lockOut === undefined) {
    return state.phase.name === 'stowing' ? [enter(next, { name: 'idle' }), []] : [next, []]
  }
  // Stopped first, either way: in wind the antenna may be running away from where it is safe.
  const hold = holdsNow(state.phase)
  return [enterStopped(next, { name: 'stopping', hold }), [{ type: 'stop' }]]
}

/** A fault on top of a latched one: STOP again, and the power where it is out of hand; the first stays the reason. */
const escalate = (state: TrackerState, failure: Fault): TrackerStep => {
  const cutOff = OUT_OF_HAND.includes(failure.code)
  // What could not be stopped is watched, and stopped again when it is seen to move.
  const stop: readonly TrackerEffect[] = failure.code === 'motion.not-stopped' ? [] : [{ type: 'stop' }]
  return [{ ...state, stands: false, rest: undefined }, [...stop, { type: 'latch', fault: failure, cutOff }]]
}

const whileFaulted = (
  settings: TrackerSettings,
  state: TrackerState,
  latched: Fault,
  event: TrackerEvent,
): TrackerStep => {
  switch (event.type) {
    case 'fault-cleared': {
      const name = state.lockOut?.kind === 'wind' ? 'stowing' : 'idle'
      return [enter(state, { name }), [report({ kind: 'fault-cleared' })]]
    }
    case 'stop-asked':
      return [state, [{ type: 'stop' }]]
    case 'lock-out':
      return [{ ...state, lockOut: event.lockOut }, []]
    case 'stopped':
      return [{ ...state, stands: true, rest: undefined }, []]
    // It goes on being watched: what gets out of hand now is worse than what was before.
    case 'motion-fault':
      return escalate(state, event.fault)
    case 'tick': {
      const [watched, moved] = watchRest(settings, state, event)
      return moved === undefined ? [watched, []] : escalate(watched, moved)
    }
    case 'task-assigned':
    case 'point-asked':
    case 'park-asked': {
      const refusal = fault('motion.latched', `Nothing moves since this fault: ${latched.message}`)
      return [state, [report({ kind: 'refused', fault: refusal })]]
    }
    default:
      return [state, []]
  }
}

type Unreachable = Extract<TrackerPhase, { name: 'unreachable' }>

const whileUnreachable = (
  settings: TrackerSettings,
  state: TrackerState,
  phase: Unreachable,
  event: TrackerEvent,
): TrackerStep => {
  const dead = fault(phase.fault.code, `Nothing can be moved: ${phase.fault.message}`)
  switch (event.type) {
    case 'link-healed': {
      const healed = report({ kind: 'link-healed' })
      if (phase.hold) return [enter(state, { name: 'held' }), [healed]]
      if (state.lockOut?.kind === 'wind') return [enter(state, { name: 'stowing' }), [healed]]
      return phase.resumes === undefined
        ? [enter(state, { name: 'idle' }), [healed]]
        : [enter(state, { name: 'pre-positioning', task: phase.resumes }), [healed]]
    }
    case 'link-fault':
      return [{ ...state, phase: { ...phase, fault: event.fault } }, []]
    case 'motion-fault':
      return latch(state, event.fault)
    case 'task-assigned': {
      const refusal = refusalFor(settings, state, event.task.user)
      if (refusal !== undefined) return [state, [report({ kind: 'refused', fault: refusal })]]
      // The line may come back while the satellite is still up.
      return [
        { ...state, phase: { ...phase, resumes: event.task }, wallMinusMono: undefined },
        [report({ kind: 'refused', fault: dead })],
      ]
    }
    case 'point-asked':
    case 'park-asked':
      return [state, [report({ kind: 'refused', fault: dead })]]
    case 'stop-asked': {
      const hold = phase.hold || event.user === 'operator'
      return [{ ...state, phase: { ...phase, resumes: undefined, hold } }, [{ type: 'stop' }]]
    }
    case 'lock-out': {
      const next = { ...state, lockOut: event.lockOut }
      if (event.lockOut === undefined) return [next, []]
      return [{ ...next, phase: { ...phase, resumes: undefined } }, [{ type: 'stop' }]]
    }
    default:
      return [state, []]
  }
}

/** Says a refusal once. The next tick asks for what is right then. */
const refuse = (state: TrackerState, failure: Fault): TrackerStep =>
  state.refused === failure.message
    ? [state, []]
    : [{ ...state, refused: failure.message }, [report({ kind: 'refused', fault: failure })]]

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
  if (phase.name === 'stopping' || phase.name === 'faulted' || phase.name === 'unreachable')
    return [state, []]
  const [resting, moved] = watchRest(settings, state, tick)
  if (moved !== undefined) return latch(resting, moved)
  const seen = tick.position?.estimated === true ? undefined : tick.position
  const { progress, fault: failure } = watchMotion(settings, resting.progress, {
    commanded: resting.commanded?.to,
    position: seen,
    monoNow: tick.monoNow,
  })
  if (failure !== undefined) return latch(state, failure)
  const watched = { ...resting, progress }
  switch (phase.name) {
    case 'idle':
    case 'held':
      return [watched, []]
    case 'parking':
      return phase.waitAt === undefined
        ? restAt(settings, watched, settings.mount.park, tick, 'parked')
        : restAt(settings, watched, quantise(settings.envelope, phase.waitAt), tick, 'waiting')
    case 'stowing':
      return restAt(settings, watched, settings.envelope.stow ?? settings.mount.park, tick, 'stowed')
    case 'pointing':
      return goTo(settings, watched, phase.to, tick)
    default: {
      const [now, timed, notices] = passTime(watched, tick)
      const [next, effects] = followPass(settings, timed, phase.task, now, tick)
      return [next, [...notices, ...effects]]
    }
  }
}

// Play, wind, and somebody who leans against the mast.
const REST_SLACK_DEG = 3
const REST_SLACK_STEPS = 3

/** While nothing is commanded it stays where it stood: if not, somebody or something else moves it. */
const watchRest = (
  settings: TrackerSettings,
  state: TrackerState,
  { position }: Tick,
): readonly [TrackerState, Fault | undefined] => {
  const isWatched = state.stands && state.lockOut?.kind !== 'maintenance'
  if (!isWatched || position === undefined || position.estimated === true) return [state, undefined]
  const { rest } = state
  if (rest === undefined) return [{ ...state, rest: position }, undefined]
  const { mount } = settings
  for (const axis of ['azimuth', 'elevation'] as const) {
    const slack = REST_SLACK_DEG + REST_SLACK_STEPS * mount.resolution + (mount[axis].backlash ?? 0)
    if (Math.abs(position[axis] - rest[axis]) <= slack) continue
    const what = `The ${axis} stood at ${rest[axis].toFixed(1)}° and is at ${position[axis].toFixed(1)}°`
    return [state, fault('motion.runaway', `${what}, though nobody sent it anywhere`)]
  }
  return [state, undefined]
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
    if (task.afterwards === 'stop')
      return [enterStopped(state, { name: 'stopping', hold: false }), [over, { type: 'stop' }]]
    return task.afterwards === 'park'
      ? [enter(state, { name: 'parking' }), [over, report({ kind: 'parking' })]]
      : [
          enter(state, { name: 'parking', waitAt: task.afterwards.waitAt }),
          [over, report({ kind: 'going-to-next' })],
        ]
  }
  const { controller, envelope } = settings
  const isTracking = state.phase.name === 'tracking'
  if (!isTracking && now + controller.commandPeriod + controller.latency < trajectory.aosUtcMs) {
    return goTo(settings, state, quantise(envelope, commandedAt(trajectory, trajectory.aosUtcMs)), tick)
  }
  if (isTracking) return track(settings, state, task, now, tick)
  const [next, effects] = track(settings, { ...state, phase: { name: 'tracking', task } }, task, now, tick)
  return [next, [report({ kind: 'tracking', taskId: task.id }), ...effects]]
}

/** Keeps the antenna within the task's tolerance of its planned path, in as few commands as that takes. */
const track = (
  settings: TrackerSettings,
  state: TrackerState,
  task: TrackTask,
  now: UtcMs,
  tick: Tick,
): TrackerStep => {
  const { position } = tick
  if (position === undefined) return [state, []]
  const last = state.commanded
  const chosen = chooseCommand({
    trajectory: task.trajectory,
    mount: settings.mount,
    controller: settings.controller,
    tolerance: task.tolerance,
    now,
    position,
    last: last && { to: last.to, atUtcMs: utcMs(now - (tick.monoNow - last.atMonoMs)) },
  })
  // What was sent is still right, and is sent again where it was lost.
  if (chosen === undefined) return last === undefined ? [state, []] : command(settings, state, last.to, tick)
  return goTo(settings, state, allowedTarget(settings, task.trajectory, chosen, now), tick)
}

const LOOK_AHEAD_STEP_MS = 1_000

/** Where to point; while that is where the antenna must not look, where the pass comes out again. */
const allowedTarget = (settings: TrackerSettings, trajectory: Trajectory, chosen: AzEl, now: UtcMs): AzEl => {
  const { envelope } = settings
  const isAllowed = (place: AzEl): boolean => checkMotion(envelope, { from: place, to: place }).ok
  if (isAllowed(chosen)) return chosen
  for (let later = now + LOOK_AHEAD_STEP_MS; later < trajectory.losUtcMs; later += LOOK_AHEAD_STEP_MS) {
    const place = quantise(envelope, commandedAt(trajectory, utcMs(later)))
    if (isAllowed(place)) return place
  }
  return chosen
}

const restAt = (
  settings: TrackerSettings,
  state: TrackerState,
  place: AzEl,
  now: Now,
  kind: 'parked' | 'waiting' | 'stowed',
): TrackerStep => {
  if (now.position !== undefined && isNear(settings, now.position, place)) {
    return [{ ...enterStopped(state, { name: 'idle' }), stands: true }, [report({ kind })]]
  }
  return goTo(settings, state, place, now)
}

/** Towards a place that may need a way round over the skyline. */
const goTo = (settings: TrackerSettings, state: TrackerState, goal: AzEl, now: Now): TrackerStep => {
  if (now.position === undefined) return [state, []]
  const leg = nextLeg(settings, {
    from: now.position,
    goal,
    lockOut: state.lockOut,
    isStowing: state.phase.name === 'stowing',
  })
  if (!leg.ok) return refuse(state, leg.error)
  // On a way round, the leg begins where the antenna is: it is not sent to and fro for the noise of its readings.
  const last = state.commanded?.to
  const isUnderWay =
    last !== undefined && !isNear(settings, leg.value, goal) && isNear(settings, last, leg.value)
  return command(settings, state, isUnderWay ? last : leg.value, now)
}
