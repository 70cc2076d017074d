import type { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { ok, type Result } from '../kernel/result.ts'
import { type UtcMs, utcPlus } from '../kernel/time.ts'
import { type Deg, type Ms, ms } from '../kernel/units.ts'
import type { HorizonMask } from '../orbit/horizon-mask.ts'
import type { Site } from '../orbit/site.ts'
import type { Task, Timetable } from '../plan/timetable.ts'
import type { AntennaToPlan } from './plan-sky.ts'
import { inlinePlanner, type Planner } from './planner.ts'
import type { Outlook, Target } from './target.ts'

/** A planned pass with what is needed to follow it. */
export interface ScheduledPass {
  readonly task: Task
  readonly target: Target
}

/** A timetable with the targets of its tasks. */
export interface Schedule {
  readonly timetable: Timetable
  readonly scheduled: readonly ScheduledPass[]
  /** The timetable may tell fewer. */
  readonly notTakenCount: number
}

// A pass shorter than this is over before the radio has settled.
const MINIMUM_DURATION = ms(20_000)

/**
 * Finds the passes of all targets from an instant on and makes the timetable of them. What cannot be predicted is told
 * and left out. Faults: those of the planner, who plans where he is called unless another is given.
 */
export const makeTimetable = async (options: {
  readonly outlook: Outlook
  readonly site: Site
  readonly mask: HorizonMask
  readonly minimumCulmination: Deg
  readonly turnaround: Ms
  readonly antenna?: AntennaToPlan
  readonly fromUtc: UtcMs
  readonly horizon: Ms
  readonly log: Log
  readonly planner?: Planner
  /** All of them unless given. */
  readonly notTakenMax?: number
}): Promise<Result<Schedule, Fault>> => {
  const { outlook, fromUtc, log, planner = inlinePlanner } = options
  const { targets } = outlook
  const made = await planner.plan({
    // Several may ask for one object.
    elementSets: [...new Map(targets.map(({ elements }) => [elements.catalogNumber, elements])).values()],
    requests: targets.map(({ requestId, priority, elements }) => ({
      id: requestId,
      catalogNumber: elements.catalogNumber,
      priority,
    })),
    site: options.site,
    mask: options.mask,
    refraction: outlook.refraction,
    ut1MinusUtc: outlook.ut1MinusUtc,
    policy: {
      turnaround: options.turnaround,
      minimumCulmination: options.minimumCulmination,
      minimumDuration: MINIMUM_DURATION,
    },
    ...(options.antenna && { antenna: options.antenna }),
    fromUtcMs: fromUtc,
    toUtcMs: utcPlus(fromUtc, options.horizon),
    notTakenMax: options.notTakenMax ?? Number.POSITIVE_INFINITY,
  })
  if (!made.ok) return made
  const { timetable, notTakenCount, problems, problemCount } = made.value
  for (const problem of problems) log.fault(problem)
  if (problemCount > problems.length) {
    log.warn(`and ${problemCount - problems.length} more objects cannot be predicted to the end of the plan`)
  }
  const targetOf = new Map(targets.map((target) => [target.requestId, target]))
  const scheduled = timetable.tasks.flatMap((task) => {
    const target = targetOf.get(task.request.id)
    return target === undefined ? [] : [{ task, target }]
  })
  return ok({ timetable, scheduled, notTakenCount })
}
