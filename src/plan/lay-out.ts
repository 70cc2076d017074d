import type { AzEl } from '../kernel/angle.ts'
import type { Deg, Ms } from '../kernel/units.ts'
import type { Pass } from '../orbit/pass.ts'
import {
  type PlannedPass,
  type ScheduledMotion,
  sequencePasses,
  slewTimeMs,
} from '../pointing/pass-sequence.ts'
import { commandedAt, planTrajectory, type Trajectory } from '../pointing/trajectory.ts'
import type { PlannedAntenna } from './antenna-gap.ts'
import type { Interval } from './interval-schedule.ts'

/** A pass whose motion is to be planned, of which the interval is wanted. */
export interface ToLayOut extends Interval {
  readonly whole: Interval
  readonly passId: string
  readonly name: string
  readonly priority: number
  readonly pass: Pass
}

export interface LaidOut {
  /** By the name of the pass; those without a direction have none, and are left as they are. */
  readonly motions: ReadonlyMap<string, ScheduledMotion>
  /** Why a pass is given up, by its name. */
  readonly givenUp: ReadonlyMap<string, string>
}

/**
 * A week of a whole catalogue is a thousand passes; what comes after is planned with the antenna's longest turn, and anew
 * within the day.
 */
const MOTIONS_MAX = 2_000

/** Plans one motion; what was planned is kept, for the next round asks for most of it again. */
type PlanMotion = (task: ToLayOut, startAzimuth: Deg, nextAzimuth?: Deg) => Trajectory | undefined

/** A planner of motions for one antenna, roughly: it is planned anew, and closely, when the antenna leaves for the pass. */
export const motionPlanner = (antenna: PlannedAntenna): PlanMotion => {
  const { mount, minimumElevationAt } = antenna
  const known = new Map<string, Trajectory | undefined>()
  const looks = new Map<Pass, ReturnType<PlannedAntenna['lookAt']>>()
  return (task, startAzimuth, nextAzimuth) => {
    const key = `${task.passId} ${Math.round(startAzimuth)} ${nextAzimuth === undefined ? '' : Math.round(nextAzimuth)}`
    if (known.has(key)) return known.get(key)
    const lookAt = looks.get(task.pass) ?? antenna.lookAt(task.pass)
    looks.set(task.pass, lookAt)
    const planned = planTrajectory(
      { aosUtcMs: task.whole.startUtcMs, losUtcMs: task.whole.stopUtcMs, lookAt, isRough: true },
      {
        mount,
        startAzimuth,
        ...(nextAzimuth === undefined ? {} : { nextAzimuth }),
        ...(minimumElevationAt === undefined ? {} : { minimumElevationAt }),
      },
    )
    const trajectory = planned.ok ? planned.value : undefined
    known.set(key, trajectory)
    return trajectory
  }
}

/**
 * Plans the motions of passes one after the other, each with where the one before ends in view and, where the way to it does not
 * fit, the next; and cuts or gives up what the antenna has no time for, that of the lower priority.
 */
export const layOut = (
  tasks: readonly ToLayOut[],
  { mount, margin }: PlannedAntenna,
  options: { readonly plan: PlanMotion; readonly least: Ms; readonly shortest: Ms },
): LaidOut => {
  const { plan } = options
  const passes: PlannedPass[] = []
  let before: { readonly task: ToLayOut; readonly start: AzEl; readonly end: AzEl } | undefined
  for (const task of tasks.slice(0, MOTIONS_MAX)) {
    const start = before?.end ?? mount.park
    const trajectory = plan(task, start.azimuth)
    if (trajectory === undefined) continue
    const begin = commandedAt(trajectory, task.startUtcMs)
    const planned = passes.at(-1)
    const room = before === undefined ? 0 : task.startUtcMs - before.task.stopUtcMs - margin
    if (before !== undefined && planned !== undefined && room < slewTimeMs(mount, start, begin)) {
      const another = plan(before.task, before.start.azimuth, begin.azimuth)
      const end = another === undefined ? start : commandedAt(another, before.task.stopUtcMs)
      if (another !== undefined && slewTimeMs(mount, end, begin) < slewTimeMs(mount, start, begin)) {
        passes[passes.length - 1] = { ...planned, trajectory: another }
      }
    }
    before = { task, start, end: commandedAt(trajectory, task.stopUtcMs) }
    const { startUtcMs: fromUtcMs, stopUtcMs: untilUtcMs } = task
    const within = { fromUtcMs, untilUtcMs }
    passes.push({ id: task.passId, name: task.name, priority: task.priority, within, trajectory })
  }
  const { motions, givenUp } = sequencePasses({
    mount,
    passes,
    shortest: options.shortest,
    leastGap: options.least,
    margin,
  })
  return {
    motions: new Map(motions.map((motion) => [motion.id, motion])),
    givenUp: new Map(givenUp.map(({ id, reason }) => [id, reason])),
  }
}
