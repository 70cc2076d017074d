import type { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Result } from '../kernel/result.ts'
import type { Planner } from './planner.ts'
import type { Schedule } from './schedule.ts'
import type { Outlook } from './target.ts'

/** Planning of a station, one plan at a time. */
export interface Planning {
  /**
   * Plans, for another outlook where one is given, and settles when the plan is in use or has failed, which is told. Who
   * asks while a plan is being made gets the next one, together with all others who ask meanwhile.
   */
  readonly plan: (outlook?: Outlook) => Promise<void>
  /** Ends a plan that is being made; none is made or used from then on. */
  readonly stop: () => void
}

export const createPlanning = (options: {
  readonly outlook: Outlook
  readonly planner: Planner
  readonly log: Log
  readonly make: (outlook: Outlook) => Promise<Result<Schedule, Fault>>
  readonly use: (made: Schedule) => void
}): Planning => {
  let { outlook } = options
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  let stopped = false

  const planOnce = async (): Promise<void> => {
    const made = stopped ? undefined : await options.make(outlook)
    if (stopped || made === undefined) return
    if (made.ok) options.use(made.value)
    else options.log.fault(made.error)
  }
  const start = (): Promise<void> => {
    const plan = planOnce().finally(() => {
      if (running === plan) running = undefined
    })
    running = plan
    return plan
  }

  return {
    plan: (newOutlook = outlook) => {
      outlook = newOutlook
      if (running === undefined) return start()
      next ??= running
        .catch(() => undefined)
        .then(() => {
          next = undefined
          return start()
        })
      return next
    },
    stop: () => {
      stopped = true
      options.planner.close()
    },
  }
}
