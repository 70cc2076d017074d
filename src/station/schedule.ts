import type { Log } from '../kernel/log.ts'
import { type UtcMs, utcPlus } from '../kernel/time.ts'
import { type Deg, type Ms, ms } from '../kernel/units.ts'
import type { HorizonMask } from '../orbit/horizon-mask.ts'
import { findPasses } from '../orbit/pass-search.ts'
import type { Site } from '../orbit/site.ts'
import { type PlanPolicy, planTimetable, type Task, type Timetable } from '../plan/timetable.ts'
import type { Target } from './target.ts'

/** A planned pass with what is needed to follow it. */
export interface ScheduledPass {
  readonly task: Task
  readonly target: Target
}

// A pass shorter than this is over before the radio has settled.
const MINIMUM_DURATION = ms(20_000)

/** Finds the passes of all targets from an instant on and makes the timetable of them. */
export const makeTimetable = (options: {
  readonly targets: readonly Target[]
  readonly site: Site
  readonly mask: HorizonMask
  readonly minimumCulmination: Deg
  readonly turnaround: Ms
  readonly fromUtc: UtcMs
  readonly horizon: Ms
  readonly log: Log
}): { readonly timetable: Timetable; readonly scheduled: readonly ScheduledPass[] } => {
  const { targets, fromUtc, log } = options
  const passes = targets.flatMap((target) => {
    const found = findPasses({
      motion: target.propagator,
      site: options.site,
      fromUtcMs: fromUtc,
      toUtcMs: utcPlus(fromUtc, options.horizon),
      mask: options.mask,
    })
    if (found.problem !== undefined) log.fault(found.problem)
    return found.passes
  })
  const policy: PlanPolicy = {
    turnaround: options.turnaround,
    minimumCulmination: options.minimumCulmination,
    minimumDuration: MINIMUM_DURATION,
  }
  const timetable = planTimetable({
    requests: targets.map(({ requestId, priority, elements }) => ({
      id: requestId,
      catalogNumber: elements.catalogNumber,
      priority,
    })),
    passes,
    policy,
    fromUtcMs: fromUtc,
  })
  const scheduled = timetable.tasks.flatMap((task) => {
    const target = targets.find(({ requestId }) => requestId === task.request.id)
    return target === undefined ? [] : [{ task, target }]
  })
  return { timetable, scheduled }
}
