import { type Fault, fault } from '../kernel/errors.ts'
import { dueAfter, takeUpDue } from './due-pass.ts'
import type { LockOut } from './lock-out.ts'
import { onPlanChanged } from './new-plan.ts'
import { choosePlace } from './tracker-moves.ts'
import type {
  ResumedPhase,
  TrackerEffect,
  TrackerEvent,
  TrackerPhase,
  TrackerSettings,
  TrackerState,
  TrackerStep,
} from './tracker-state.ts'
import {
  enter,
  enterStopped,
  holdsNow,
  latch,
  OUT_OF_HAND,
  refusalFor,
  refuse,
  report,
} from './tracker-steps.ts'
import { onRest, onTick } from './tracker-tick.ts'

/** The tracker: what the antenna does next. Pure; a shell carries out the effects and feeds back what happened. */
export const stepTracker = (
  settings: TrackerSettings,
  state: TrackerState,
  event: TrackerEvent,
): TrackerStep => {
  const [next, effects] = stepPhase(settings, state, event)
  return takeUpDue(settings, [{ ...next, due: dueAfter(state, event, next) }, effects])
}

const stepPhase = (settings: TrackerSettings, state: TrackerState, event: TrackerEvent): TrackerStep => {
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
    case 'plan-changed':
      return onPlanChanged(settings, state, event)
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
      const hold = holdsNow(phase)
      // STOP goes out as soon as it can: the antenna may turn behind a line that is dead.
      const out = { name: 'unreachable', fault: event.fault, resumes: resumedPhase(phase), hold } as const
      return [enterStopped(state, out), []]
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

/** It has come to a stand. */
const stands = (state: TrackerState, hold: boolean): TrackerStep => {
  const name = hold ? 'held' : state.lockOut?.kind === 'wind' ? 'stowing' : 'idle'
  return [{ ...enter(state, { name }), stands: true }, [report({ kind: 'stopped' })]]
}

/** The last move never went out: the antenna is on its way to where it was sent before. */
const notSent = (state: TrackerState): TrackerState => {
  const { commanded } = state
  if (commanded === undefined) return state
  const { before, atMonoMs, startsBefore } = commanded
  return {
    ...state,
    starts: startsBefore ?? state.starts,
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
    case 'lock-out': {
      // Somebody may go to the mast: that the antenna was told to stop when the fault was latched is not enough.
      const isNew = event.lockOut !== undefined && event.lockOut.kind !== state.lockOut?.kind
      return [{ ...state, lockOut: event.lockOut }, isNew ? [{ type: 'stop' }] : []]
    }
    case 'stopped':
      return [{ ...state, stands: true, rest: undefined }, []]
    // It goes on being watched: what gets out of hand now is worse than what was before.
    case 'motion-fault':
      return escalate(state, event.fault)
    case 'tick': {
      const [watched, moved] = onRest(settings, state, event)
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

/** What an outage does not end. What was asked by hand is not among it: whoever asked may be gone, and the place be another. */
const resumedPhase = (phase: TrackerPhase): ResumedPhase | undefined => {
  if ('task' in phase) return { name: 'pre-positioning', task: phase.task }
  if (phase.name === 'parking') return phase
  return phase.name === 'idle' && phase.waitsAt !== undefined
    ? { name: 'parking', waitAt: phase.waitsAt }
    : undefined
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
      return [enter(state, phase.resumes ?? { name: 'idle' }), [healed]]
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
        {
          ...state,
          phase: { ...phase, resumes: { name: 'pre-positioning', task: event.task } },
          wallMinusMono: undefined,
        },
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
    case 'plan-changed':
      return onPlanChanged(settings, state, event)
    case 'lock-out': {
      const next = { ...state, lockOut: event.lockOut }
      if (event.lockOut === undefined) return [next, []]
      return [{ ...next, phase: { ...phase, resumes: undefined } }, [{ type: 'stop' }]]
    }
    default:
      return [state, []]
  }
}
