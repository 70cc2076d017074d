import { followWall } from '../kernel/wall-step.ts'
import { changedTask } from './new-plan.ts'
import type { DuePass, TrackerEvent, TrackerSettings, TrackerState, TrackerStep } from './tracker-state.ts'
import { enter, holderOf, refusalFor, report } from './tracker-steps.ts'

/**
 * The pass of the plan that is due, after an event. It is remembered to its end, whoever has the antenna meanwhile and whatever
 * forbade it at first: when the antenna is free, the rest of it is followed.
 */
export const dueAfter = (
  before: TrackerState,
  event: TrackerEvent,
  next: TrackerState,
): DuePass | undefined => {
  if (event.type === 'task-assigned' && event.task.user === 'plan') {
    return { task: event.task, wallMinusMono: undefined, isWithheld: false }
  }
  const { due } = before
  if (due === undefined || isFollowedToItsEnd(before, event, next)) return undefined
  switch (event.type) {
    case 'tick':
      return dueAt(due, event.utcNow, event.monoNow, next)
    case 'plan-changed':
      return { ...due, task: changedTask(due.task, event) }
    case 'stop-asked':
      // A program's STOP holds nothing, but the pass that it stopped does not begin again in the same second. One that lets go
      // of what it did itself, and a person's "go on", keep nothing back.
      if (event.user === 'program' && holderOf(before.phase) === 'plan') return { ...due, isWithheld: true }
      return event.user === 'plan' ? { ...due, isWithheld: false } : lifted(due, next)
    case 'park-asked':
      // Else the way to rest would end where it begins.
      return event.user !== 'plan' && next.phase.name === 'parking'
        ? { ...due, isWithheld: true }
        : lifted(due, next)
    case 'let-go':
    case 'fault-cleared':
      return { ...due, isWithheld: false }
    case 'lock-out':
      return before.lockOut !== undefined && event.lockOut === undefined
        ? { ...due, isWithheld: false }
        : lifted(due, next)
    default:
      return lifted(due, next)
  }
}

/** Somebody else has the antenna: when he lets go, nothing keeps it from the pass. */
const lifted = (due: DuePass, next: TrackerState): DuePass =>
  due.isWithheld && holderOf(next.phase) !== undefined ? { ...due, isWithheld: false } : due

const isFollowedToItsEnd = (before: TrackerState, event: TrackerEvent, next: TrackerState): boolean =>
  event.type === 'tick' && holderOf(before.phase) === 'plan' && next.phase.name === 'parking'

/** By the stopwatch, as in the pass itself; undefined when it is over. */
const dueAt = (due: DuePass, utcNow: number, monoNow: number, next: TrackerState): DuePass | undefined => {
  const offset = utcNow - monoNow
  const { followedMs } = followWall(due.wallMinusMono ?? offset, offset)
  // Its end is the tracker's to say while it is followed.
  const isOver = followedMs + monoNow >= due.task.trajectory.losUtcMs && holderOf(next.phase) !== 'plan'
  return isOver ? undefined : { ...due, wallMinusMono: followedMs }
}

/** Follows the pass that is due where the antenna has nothing else to do, and nothing forbids it. */
export const takeUpDue = (settings: TrackerSettings, [state, effects]: TrackerStep): TrackerStep => {
  const { due, phase } = state
  const isFree = phase.name === 'idle' || phase.name === 'parking'
  if (due === undefined || due.isWithheld || !isFree) return [state, effects]
  if (refusalFor(settings, state, 'plan') !== undefined) return [state, effects]
  const { task, wallMinusMono } = due
  const following = enter(state, { name: 'pre-positioning', task })
  return [
    { ...following, wallMinusMono, wallStepReported: false },
    [...effects, report({ kind: 'taken-up', taskId: task.id })],
  ]
}
