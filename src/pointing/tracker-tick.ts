import type { AzEl } from '../kernel/angle.ts'
import type { Fault } from '../kernel/errors.ts'
import { type UtcMs, utcMs } from '../kernel/time.ts'
import { followWall } from '../kernel/wall-step.ts'
import { chooseCommand } from './command-choice.ts'
import { checkMotion } from './motion-gate.ts'
import { watchMotion } from './motion-watch.ts'
import { sparingTolerance } from './motor-starts.ts'
import { watchRest } from './rest-watch.ts'
import { usedNow, withinStarts } from './starts-budget.ts'
import { command, isNear, type Now, nextLeg, quantise } from './tracker-moves.ts'
import type {
  Tick,
  TrackerEffect,
  TrackerSettings,
  TrackerState,
  TrackerStep,
  TrackTask,
} from './tracker-state.ts'
import { enter, enterStopped, latch, refuse, report } from './tracker-steps.ts'
import { commandedAt, type Trajectory } from './trajectory.ts'

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

/** What a tick of the control loop asks of the antenna, and whether it does what it was asked before. */
export const onTick = (settings: TrackerSettings, state: TrackerState, tick: Tick): TrackerStep => {
  const { phase } = state
  if (phase.name === 'stopping' || phase.name === 'faulted' || phase.name === 'unreachable')
    return [state, []]
  const [resting, moved] = onRest(settings, state, tick)
  if (moved !== undefined) return latch(resting, moved)
  const seen = tick.position?.estimated === true ? undefined : tick.position
  const { progress, fault: failure } = watchMotion(settings, resting.progress, {
    commanded: resting.commanded?.to,
    position: seen,
    monoNow: tick.monoNow,
  })
  if (failure !== undefined) return latch(state, failure)
  const watched = { ...resting, progress }
  return withinStarts(settings, watched, onWatchedTick(settings, watched, tick), tick)
}

/** The same, of an antenna that does what it was asked. */
const onWatchedTick = (settings: TrackerSettings, watched: TrackerState, tick: Tick): TrackerStep => {
  const { phase } = watched
  switch (phase.name) {
    case 'idle':
    case 'held':
      return [watched, []]
    case 'parking':
      return phase.waitAt === undefined
        ? restAt(settings, watched, settings.envelope.mount.park, tick, 'parked')
        : restAt(settings, watched, quantise(settings.envelope, phase.waitAt), tick, 'waiting')
    case 'stowing':
      return restAt(settings, watched, settings.envelope.stow ?? settings.envelope.mount.park, tick, 'stowed')
    case 'pointing':
      return goTo(settings, watched, phase.to, tick)
    case 'pre-positioning':
    case 'tracking': {
      const [now, timed, notices] = passTime(watched, tick)
      const [next, effects] = followPass(settings, timed, phase.task, now, tick)
      return [next, [...notices, ...effects]]
    }
    default:
      return [watched, []]
  }
}

/** Whether an antenna that is to stand does. */
export const onRest = (
  { envelope: { mount } }: TrackerSettings,
  state: TrackerState,
  { position, monoNow }: Tick,
): readonly [TrackerState, Fault | undefined] => {
  const isWatched = state.stands && state.lockOut?.kind !== 'maintenance'
  if (!isWatched || position === undefined || position.estimated === true) return [state, undefined]
  const [rest, failure] = watchRest(mount, state.rest, { position, monoNow })
  return [{ ...state, rest }, failure]
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

/** Keeps the antenna near its planned path, in as few commands as the task's tolerance, and the motors' starts, take. */
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
  const used = usedNow(settings, state, tick.monoNow)
  const chosen = chooseCommand({
    trajectory: task.trajectory,
    mount: settings.envelope.mount,
    controller: settings.controller,
    tolerance: sparingTolerance(task.tolerance, settings.envelope.mount.beamWidth, used),
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
    const idle =
      kind === 'waiting' ? ({ name: 'idle', waitsAt: place } as const) : ({ name: 'idle' } as const)
    return [{ ...enterStopped(state, idle), stands: true }, [report({ kind })]]
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
