import { civilFromUtc, MS_PER_SECOND, type UtcMs, utcMs } from '../kernel/time.ts'
import type { Deg, Ms } from '../kernel/units.ts'
import type { Pass } from '../orbit/pass.ts'
import type { ScheduledMotion } from '../pointing/pass-sequence.ts'
import { fixedGap, gapOf, type PlannedAntenna, secondsOf } from './antenna-gap.ts'
import { chooseBest, type GapRule, type Interval } from './interval-schedule.ts'
import { layOut, motionPlanner } from './lay-out.ts'

/** What somebody wants observed. */
export interface PassRequest {
  readonly id: string
  readonly catalogNumber: number
  /** The higher number wins, always: no sum of lower ones outweighs it. */
  readonly priority: number
  /** Which downlink is wanted; the plan only hands it on. */
  readonly transmitterId?: string
}

export interface PlanPolicy {
  /** Kept between any two tasks. Where the antenna is planned for, its slew is too, where that takes longer. */
  readonly turnaround: Ms
  /** A pass must culminate at least this high. */
  readonly minimumCulmination: Deg
  /** A pass must last at least this long above the mask, and so must what is left of one that is cut. */
  readonly minimumDuration: Ms
}

/** One pass that the station will follow. */
export interface Task {
  /** As `passIdOf`. */
  readonly passId: string
  readonly request: PassRequest
  readonly pass: Pass
  readonly startUtcMs: UtcMs
  readonly stopUtcMs: UtcMs
  /** Why not all of the pass is taken: `begins 21 s late: the antenna needs …`; absent where all is. */
  readonly cut?: string
  /** How the antenna's axes are planned to move for it; absent where nothing moves, or is planned to. */
  readonly motion?: Pick<ScheduledMotion, 'beginsAt' | 'endsAt' | 'afterwards'>
}

/** A pass that will not be followed for a request (or at all), and why. */
export interface NotTaken {
  readonly passId: string
  readonly pass: Pass
  readonly request: PassRequest | undefined
  /** In plain words: `not taken: overlaps ISS (ZARYA) 05:19:08Z, which has the higher priority`. */
  readonly reason: string
}

export interface Timetable {
  /** By start; no two overlap, the gap for the antenna included. */
  readonly tasks: readonly Task[]
  /** By rise of the pass. */
  readonly notTaken: readonly NotTaken[]
}

const twoDigits = (value: number): string => String(Math.floor(value)).padStart(2, '0')

/**
 * The name of a pass: catalogue number and second of AOS, as `25544-20260823t051907z`. The same elements and site
 * always give the same name; at most 26 of the characters a-z, 0-9 and hyphen, so that it can be part of a topic.
 */
export const passIdOf = (pass: Pick<Pass, 'catalogNumber' | 'aosUtcMs'>): string => {
  const civil = civilFromUtc(utcMs(Math.floor(pass.aosUtcMs / MS_PER_SECOND) * MS_PER_SECOND))
  const date = `${civil.year}${twoDigits(civil.month)}${twoDigits(civil.day)}`
  return `${pass.catalogNumber}-${date}t${twoDigits(civil.hour)}${twoDigits(civil.minute)}${twoDigits(civil.second + 0.5)}z`
}

interface Candidate extends Task {
  readonly order: number
  /** As much of it as there is. */
  readonly whole: Interval
}

const clockTime = (instant: UtcMs): string => {
  const civil = civilFromUtc(utcMs(Math.floor(instant / MS_PER_SECOND) * MS_PER_SECOND))
  return `${twoDigits(civil.hour)}:${twoDigits(civil.minute)}:${twoDigits(civil.second + 0.5)}Z`
}

const nameOf = ({ pass, whole }: Candidate): string =>
  `${pass.name === '' ? `object ${pass.catalogNumber}` : pass.name} ${clockTime(whole.startUtcMs)}`

const unfitReason = (pass: Pass, policy: PlanPolicy, fromUtcMs: UtcMs): string | undefined => {
  if (!(pass.losUtcMs > fromUtcMs)) return `not taken: it had set by ${clockTime(fromUtcMs)}`
  if (!(pass.maximumElevation >= policy.minimumCulmination)) {
    return `not taken: culminates at ${pass.maximumElevation.toFixed(1)}°, below the ${policy.minimumCulmination}° asked for`
  }
  const left = pass.losUtcMs - Math.max(pass.aosUtcMs, fromUtcMs)
  if (!(left >= policy.minimumDuration)) {
    return `not taken: lasts ${secondsOf(left)}, less than the ${secondsOf(policy.minimumDuration)} asked for`
  }
  return undefined
}

const conflictReason = (candidate: Candidate, taken: readonly Candidate[], rule: GapRule<Task>): string => {
  const inTheWay = taken.filter(
    (task) =>
      task.pass === candidate.pass ||
      (task.startUtcMs < candidate.stopUtcMs + rule.longest &&
        candidate.startUtcMs < task.stopUtcMs + rule.longest &&
        task.startUtcMs < candidate.stopUtcMs + rule.between(candidate, task) &&
        candidate.startUtcMs < task.stopUtcMs + rule.between(task, candidate)),
  )
  const samePass = inTheWay.find((task) => task.pass === candidate.pass)
  if (samePass !== undefined)
    return `not taken: the pass is already followed for request ${samePass.request.id}`
  // The one that decides is that of the highest priority, and of those the earliest.
  let decisive: Candidate | undefined
  for (const task of inTheWay) {
    if (decisive === undefined || task.request.priority > decisive.request.priority) decisive = task
  }
  // Cannot be: what is in nobody's way is taken.
  if (decisive === undefined) return 'not taken: another choice observes longer'
  const overlaps = decisive.startUtcMs < candidate.stopUtcMs && candidate.startUtcMs < decisive.stopUtcMs
  const need =
    decisive.startUtcMs < candidate.startUtcMs
      ? rule.between(decisive, candidate)
      : rule.between(candidate, decisive)
  const how = overlaps
    ? `overlaps ${nameOf(decisive)}`
    : `leaves less than ${secondsOf(need)} to turn between it and ${nameOf(decisive)}`
  const why =
    decisive.request.priority > candidate.request.priority
      ? 'which has the higher priority'
      : 'of the same priority, and the choice made observes longer in all'
  return `not taken: ${how}, ${why}`
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Passes that a round gave up are not wanted in the next; more rounds than this change a pass of the lowest priority. */
const ROUNDS_MAX = 3

/**
 * Which passes the station follows. A higher priority always wins; within one priority those passes are chosen that
 * together are longest above the mask. The same input in any order gives the same timetable, and each pass is either
 * taken or has its reason. A pass under way at `fromUtcMs` is taken from there on.
 *
 * With an `antenna` the time between two passes is what that antenna needs, and a pass that does not fit whole is cut: beside one of
 * a higher priority it begins later or ends earlier, and among equals the later begins later for the slew. The choice is made by
 * the azimuths at which they rise and set; then the motions are planned of what is chosen, and what they have no time for is cut
 * further or given up, with the reason.
 */
export const planTimetable = (options: {
  readonly requests: readonly PassRequest[]
  readonly passes: readonly Pass[]
  readonly policy: PlanPolicy
  readonly fromUtcMs: UtcMs
  readonly antenna?: PlannedAntenna
}): Timetable => {
  const { policy, fromUtcMs, antenna } = options
  const notTaken: NotTaken[] = []
  const candidates: Candidate[] = []
  const passes = [...options.passes].sort(
    (a, b) => a.aosUtcMs - b.aosUtcMs || a.catalogNumber - b.catalogNumber || a.losUtcMs - b.losUtcMs,
  )
  const requests = [...options.requests].sort((a, b) => b.priority - a.priority || compareText(a.id, b.id))
  const requestsFor = Map.groupBy(requests, ({ catalogNumber }) => catalogNumber)
  for (const pass of passes) {
    const passId = passIdOf(pass)
    const wanted = requestsFor.get(pass.catalogNumber) ?? []
    if (wanted.length === 0) {
      notTaken.push({ passId, pass, request: undefined, reason: 'not taken: nobody asks for this object' })
    }
    const unfit = unfitReason(pass, policy, fromUtcMs)
    for (const request of wanted) {
      if (unfit !== undefined) {
        notTaken.push({ passId, pass, request, reason: unfit })
        continue
      }
      const startUtcMs = utcMs(Math.max(pass.aosUtcMs, fromUtcMs))
      const whole = { startUtcMs, stopUtcMs: pass.losUtcMs }
      candidates.push({ passId, request, pass, ...whole, whole, order: candidates.length })
    }
  }

  const rule: GapRule<Task> =
    antenna === undefined
      ? fixedGap(policy.turnaround)
      : gapOf(antenna, { least: policy.turnaround, shortestCut: policy.minimumDuration })
  const refused = new Map<number, string>()
  const plan = antenna && motionPlanner(antenna)
  let taken = choose(candidates, rule)
  for (let round = 1; antenna !== undefined && plan !== undefined; round += 1) {
    const laid = moveFor(taken, antenna, { ...policy, plan })
    for (const [order, reason] of laid.givenUp) refused.set(order, reason)
    if (laid.givenUp.size === 0 || round === ROUNDS_MAX) {
      taken = laid.tasks
      break
    }
    taken = choose(
      candidates.filter(({ order }) => !refused.has(order)),
      rule,
    )
  }
  const takenOrders = new Set(taken.map(({ order }) => order))
  for (const candidate of candidates) {
    const { passId, pass, request, order } = candidate
    if (takenOrders.has(order)) continue
    const reason = refused.get(order) ?? conflictReason(candidate, taken, rule)
    notTaken.push({ passId, pass, request, reason })
  }
  notTaken.sort((a, b) => a.pass.aosUtcMs - b.pass.aosUtcMs || compareText(a.passId, b.passId))
  return { tasks: taken.map(({ order: _, whole: __, ...task }) => task), notTaken }
}

/** Those that are wanted most, and of the others what is left. By start. */
const choose = (candidates: readonly Candidate[], rule: GapRule<Task>): readonly Candidate[] => {
  const levels = Map.groupBy(candidates, ({ request }) => request.priority)
  let taken: readonly Candidate[] = []
  for (const priority of [...levels.keys()].sort((a, b) => b - a)) {
    const followed = new Set(taken.map(({ pass }) => pass))
    const level = (levels.get(priority) ?? []).filter(({ pass }) => !followed.has(pass))
    taken = [...taken, ...chooseBest({ candidates: level, taken, rule })].sort(
      (a, b) => a.startUtcMs - b.startUtcMs,
    )
  }
  return taken
}

/** The tasks with the antenna's motion, cut where it needs that, and by their order why some are given up. */
const moveFor = (
  taken: readonly Candidate[],
  antenna: PlannedAntenna,
  { turnaround, minimumDuration, plan }: PlanPolicy & { readonly plan: ReturnType<typeof motionPlanner> },
): { readonly tasks: readonly Candidate[]; readonly givenUp: ReadonlyMap<number, string> } => {
  const toLayOut = taken.map((task) => ({ ...task, name: nameOf(task), priority: task.request.priority }))
  const { motions, givenUp } = layOut(toLayOut, antenna, {
    plan,
    least: turnaround,
    shortest: minimumDuration,
  })
  const given = new Map<number, string>()
  const tasks = taken.flatMap((task): Candidate[] => {
    const why = givenUp.get(task.passId)
    const motion = motions.get(task.passId)
    if (why !== undefined) given.set(task.order, `not taken: ${why}`)
    if (why !== undefined || motion === undefined) return why === undefined ? [task] : []
    const { trackFromUtcMs, trackUntilUtcMs, cut, beginsAt, endsAt, afterwards } = motion
    return [
      {
        ...task,
        startUtcMs: trackFromUtcMs,
        stopUtcMs: trackUntilUtcMs,
        ...(cut === undefined ? {} : { cut }),
        motion: { beginsAt, endsAt, afterwards },
      },
    ]
  })
  return { tasks, givenUp: given }
}
