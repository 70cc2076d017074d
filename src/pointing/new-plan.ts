import { utcMs } from '../kernel/time.ts'
import { isNear } from './tracker-moves.ts'
import type {
  ResumedPhase,
  TrackerEvent,
  TrackerPhase,
  TrackerSettings,
  TrackerState,
  TrackerStep,
  TrackTask,
} from './tracker-state.ts'
import { enter, report } from './tracker-steps.ts'

type PlanChanged = Extract<TrackerEvent, { type: 'plan-changed' }>

/**
 * What a new plan is to the antenna that works by the one before: its pass ends where the new one has it end, and afterwards it
 * goes where the new one goes on; one that waits for a pass that is no more goes to the next, or to rest. What somebody else has
 * it do is left alone.
 */
export const onPlanChanged = (
  settings: TrackerSettings,
  state: TrackerState,
  changed: PlanChanged,
): TrackerStep => {
  const { phase } = state
  if (phase.name === 'pre-positioning' || phase.name === 'tracking') {
    return [{ ...state, phase: { ...phase, task: changedTask(phase.task, changed) } }, []]
  }
  if (phase.name === 'unreachable' && phase.resumes !== undefined) {
    return [{ ...state, phase: { ...phase, resumes: changedPhase(phase.resumes, changed) } }, []]
  }
  const waitsAt = placeOfWaiting(phase)
  if (waitsAt === undefined) return [state, []]
  const { next } = changed
  if (next === undefined) return [enter(state, { name: 'parking' }), [report({ kind: 'parking' })]]
  // Elements that are newer by a day move the place by less than the antenna would go for.
  if (isNear(settings, waitsAt, next)) return [state, []]
  return [enter(state, { name: 'parking', waitAt: next }), [report({ kind: 'going-to-next' })]]
}

const placeOfWaiting = (phase: TrackerPhase) =>
  phase.name === 'parking' ? phase.waitAt : phase.name === 'idle' ? phase.waitsAt : undefined

const changedPhase = (phase: ResumedPhase, changed: PlanChanged): ResumedPhase => {
  if (phase.name === 'pre-positioning') return { ...phase, task: changedTask(phase.task, changed) }
  if (phase.waitAt === undefined) return phase
  return changed.next === undefined ? { name: 'parking' } : { name: 'parking', waitAt: changed.next }
}

/** The station's own task by the new plan; somebody else's is left as it is. */
export const changedTask = (task: TrackTask, { ends, next }: PlanChanged): TrackTask => {
  if (task.user !== 'plan') return task
  const { trajectory } = task
  // Its path is planned to the end that it had: a later one is not known.
  const losUtcMs =
    ends?.taskId === task.id ? utcMs(Math.min(trajectory.losUtcMs, ends.losUtcMs)) : trajectory.losUtcMs
  return {
    ...task,
    trajectory: { ...trajectory, losUtcMs },
    afterwards: next === undefined ? 'park' : { waitAt: next },
  }
}
