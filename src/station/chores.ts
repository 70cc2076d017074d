import { type ScheduledTask, schedule } from 'node-cron'
import { type Clock, every } from '../kernel/clock.ts'
import { fault, messageOf } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Random } from '../kernel/random.ts'
import { ms } from '../kernel/units.ts'

/** The recurring work that nothing waits for; a pass is never started from here. */
export interface Chores {
  readonly stop: () => void
}

const range = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

// Off the full hour, when everybody else's jobs run.
const PLAN_PATTERN = '7 * * * *'
const HOUSEKEEPING_PATTERN = '41 3 * * *'
// A busy or sleeping machine is late; node-cron would drop what is a second late. Less than the hour between two.
const LATE_MS_MAX = 50 * 60_000
const STEP_CHECK = ms(5_000)
// Slewing after a synchronisation stays far below; a step of this length moves an antenna's target by several degrees.
const STEP_MS_MIN = 2_000
// node-cron walks through every slot that a step of the clock skipped and stays silent after one backwards
// (seen with 4.6: 23 s of standstill for a year of minutes). So few slots, and after a step the jobs are made anew.
const RESCHEDULE_STEP_MS_MIN = 60_000

// Minutes at which a station asks its sources: not at the full, half or plan's hour, and each station at one of its own.
const FETCH_MINUTES = [...range(10, 25), ...range(36, 55)]

/** Plans each hour and after a step of the wall clock, looks for elements each hour, and keeps house each night (UTC). */
export const startChores = (options: {
  readonly clock: Clock
  readonly log: Log
  readonly plan: () => Promise<void>
  readonly keepHouse: () => Promise<void>
  /** Asks the sources that are due; most hours there is none. Absent where there are no sources. */
  readonly fetchElements?: () => Promise<void>
  readonly random: Random
}): Chores => {
  const { clock, log } = options

  /** Each chore one at a time: one that hangs is not piled up on. */
  const guarded = (name: string, work: () => Promise<void>): (() => Promise<void>) => {
    let running = false
    return async () => {
      if (running) return
      running = true
      try {
        await work()
      } catch (thrown) {
        log.fault(fault('internal.mistake', `The ${name} failed: ${messageOf(thrown)}`))
      } finally {
        running = false
      }
    }
  }
  const plan = guarded('hourly plan', options.plan)
  const keepHouse = guarded('nightly housekeeping', options.keepHouse)
  const fetchElements =
    options.fetchElements === undefined ? undefined : guarded('fetching of elements', options.fetchElements)
  const fetchMinute = FETCH_MINUTES[Math.floor(options.random.uniform() * FETCH_MINUTES.length)] ?? 10
  const fetchPattern = `${Math.floor(options.random.uniform() * 60)} ${fetchMinute} * * * *`

  const cronSettings = {
    timezone: 'Etc/UTC',
    missedExecutionTolerance: LATE_MS_MAX,
    suppressMissedWarning: true,
  }
  let tasks: readonly ScheduledTask[] = []
  const unschedule = (): void => {
    for (const task of tasks) void task.destroy()
    tasks = []
  }
  const scheduleAll = (): void => {
    unschedule()
    tasks = [
      schedule(PLAN_PATTERN, plan, cronSettings),
      schedule(HOUSEKEEPING_PATTERN, keepHouse, cronSettings),
      ...(fetchElements === undefined ? [] : [schedule(fetchPattern, fetchElements, cronSettings)]),
    ]
  }

  const wallAhead = (): number => clock.utcNow() - clock.monoNow()
  let lastWallAhead = wallAhead()
  const watch = every(clock, STEP_CHECK, () => {
    const now = wallAhead()
    const stepMs = now - lastWallAhead
    lastWallAhead = now
    if (Math.abs(stepMs) < STEP_MS_MIN) return
    log.warn(`the wall clock stepped by ${(stepMs / 1000).toFixed(1)} s; the passes are planned anew`)
    if (Math.abs(stepMs) >= RESCHEDULE_STEP_MS_MIN) scheduleAll()
    void plan()
  })
  scheduleAll()
  // What is due is not waited for until the hour: the store remembers across restarts what was asked.
  void fetchElements?.()

  return {
    stop: () => {
      watch.stop()
      unschedule()
    },
  }
}
