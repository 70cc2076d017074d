import type { Log } from '../kernel/log.ts'
import type { TrackerReport } from '../pointing/tracker-state.ts'

const REPORT_TEXT = {
  'pre-positioning': 'goes to where the pass rises',
  'taken-up': 'is free for the pass that is due, and goes to it',
  tracking: 'follows the pass',
  'pass-over': 'the pass is over',
  parking: 'goes to its resting place',
  parked: 'rests',
  'going-to-next': 'goes to where the next pass begins',
  waiting: 'waits for the next pass',
  pointing: 'goes to a direction that was asked for',
  stowing: 'goes to its stow position',
  stowed: 'is stowed',
  'let-go': 'is let go of',
  'link-healed': 'is in reach again',
  stopped: 'stands',
} as const

/** What the tracker reports, in words for the log. */
export const tellReport = (log: Log, report: TrackerReport): void => {
  switch (report.kind) {
    case 'refused':
      log.fault(report.fault)
      return
    case 'missed':
      log.warn('the pass was over before the antenna could follow it', { pass: report.taskId })
      return
    case 'wall-clock-stepped':
      log.warn('the wall clock stepped during a pass; the antenna goes on by the stopwatch')
      return
    case 'starts-used-up':
      log.warn(
        'the motors have started as often in the last hour as rotator.startsPerHour allows: passes are followed in hops of half the beam, and programs wait',
      )
      return
    case 'fault-cleared':
      log.info('the fault was cleared; the antenna may move again')
      return
    default:
      log.info(`antenna: ${REPORT_TEXT[report.kind]}`)
  }
}
