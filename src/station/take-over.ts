import { type UtcMs, utcMs } from '../kernel/time.ts'
import { PARK_WORTH_MS } from '../pointing/pass-sequence.ts'
import type { PassToFollow } from './antenna.ts'
import type { ScheduledPass } from './schedule.ts'

/** What a new plan makes of the passes of the one before. */
export interface TakenOver {
  /** All that is still to begin. */
  readonly coming: readonly ScheduledPass[]
  /** The pass under way, with the end that it has now. */
  readonly current: ScheduledPass | undefined
  /** Where the antenna goes afterwards. */
  readonly next: PassToFollow['next']
}

/**
 * Takes over a new plan while a pass is under way, or none. The plan finds that pass again with another beginning: it is not a
 * second one, but where it ends there, it ends. Where the new plan has another pass first, it ends a longest turn of the antenna
 * before that one, and what the plan has of it afterwards is a pass of its own. One that is not found again (its rest is too short
 * for a plan, its elements are unfit) goes on to its end unless another is wanted more; so does one that newer elements would
 * let go on for longer, whose path is not planned.
 */
export const takeOver = (
  planned: readonly ScheduledPass[],
  now: {
    readonly current: ScheduledPass | undefined
    readonly utc: UtcMs
    readonly leadMs: number
  },
): TakenOver => {
  const { current, utc, leadMs } = now
  const again = current && planned.find((pass) => isSamePass(pass, current))
  const stopUtcMs = endOf(planned, again, now)
  const coming = planned.filter((pass) => pass !== again || pass.task.startUtcMs >= stopUtcMs)
  const following = coming.find(({ task }) => task.stopUtcMs > stopUtcMs)
  const begin = following?.task.motion?.beginsAt
  // Who waits was sent to wait by a plan with the same measure; a turn to rest and one back are counted in.
  const isSoon =
    coming.length < planned.length && again?.task.motion !== undefined
      ? again.task.motion.afterwards === 'wait-for-next'
      : (following?.task.startUtcMs ?? Number.POSITIVE_INFINITY) - Math.max(stopUtcMs, utc) <
        PARK_WORTH_MS + 2 * leadMs
  return {
    coming,
    current: current && { ...current, task: { ...current.task, stopUtcMs } },
    next: begin && { begin, isSoon },
  }
}

const isSamePass = (pass: ScheduledPass, current: ScheduledPass): boolean =>
  pass.target.requestId === current.target.requestId &&
  pass.task.startUtcMs < current.task.stopUtcMs &&
  pass.task.stopUtcMs > current.task.startUtcMs

/** When the pass under way ends by the new plan; now where there is none. */
const endOf = (
  planned: readonly ScheduledPass[],
  again: ScheduledPass | undefined,
  { current, utc, leadMs }: Parameters<typeof takeOver>[1],
): UtcMs => {
  if (current === undefined) return utc
  const ends = Math.min(current.task.stopUtcMs, again?.task.stopUtcMs ?? Number.POSITIVE_INFINITY)
  // The plan keeps its distance after this pass, where it knows of it; where not, only what is wanted more ends it.
  const isBefore = ({ task }: ScheduledPass): boolean =>
    task.startUtcMs < ends && (again !== undefined || task.request.priority > current.task.request.priority)
  const first = planned.find((pass) => pass !== again && isBefore(pass))
  return utcMs(first === undefined ? ends : Math.max(utc, first.task.startUtcMs - leadMs))
}
