import type { Log } from '../kernel/log.ts'
import { formatUtc } from '../kernel/time.ts'
import type { Schedule } from './schedule.ts'

// The log is for people; the rest of the reasons are in the timetable.
const REASONS_TOLD_MAX = 5
const CUTS_TOLD_MAX = 5

/** Tells a plan in the log, with the first reasons of what is cut or not taken; the same one is not news. */
export const createPlanTeller = (log: Log): ((made: Schedule) => void) => {
  let toldPlan = ''
  return ({ timetable, notTakenCount }) => {
    const { tasks, notTaken } = timetable
    const count = `${tasks.length} pass${tasks.length === 1 ? '' : 'es'} planned`
    // A plan is made anew every hour.
    if (count + notTakenCount === toldPlan) return
    toldPlan = count + notTakenCount
    log.info(notTakenCount === 0 ? count : `${count}, ${notTakenCount} not taken`)
    for (const { pass, cut, startUtcMs } of tasks
      .filter((task) => task.cut !== undefined)
      .slice(0, CUTS_TOLD_MAX)) {
      log.info(`${pass.name} ${formatUtc(startUtcMs, 0)} ${cut}`)
    }
    for (const { pass, reason } of notTaken.slice(0, REASONS_TOLD_MAX)) {
      log.info(`${pass.name} ${formatUtc(pass.aosUtcMs, 0)} ${reason}`)
    }
  }
}
