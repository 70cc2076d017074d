import { civilFromUtc, MS_PER_SECOND, type UtcMs, utcMs } from '../kernel/time.ts'
import type { Deg, Ms } from '../kernel/units.ts'
import type { Pass } from '../orbit/pass.ts'
import { chooseBest } from './interval-schedule.ts'

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
  /** Needed between two tasks, for the antenna to turn to the next rise. */
  readonly turnaround: Ms
  /** A pass must culminate at least this high. */
  readonly minimumCulmination: Deg
  /** A pass must last at least this long above the mask. */
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
  /** By start; no two overlap, turnaround included. */
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
}

const clockTime = (instant: UtcMs): string => {
  const civil = civilFromUtc(utcMs(Math.floor(instant / MS_PER_SECOND) * MS_PER_SECOND))
  return `${twoDigits(civil.hour)}:${twoDigits(civil.minute)}:${twoDigits(civil.second + 0.5)}Z`
}

const nameOf = ({ pass, startUtcMs }: Task): string =>
  `${pass.name === '' ? `object ${pass.catalogNumber}` : pass.name} ${clockTime(startUtcMs)}`

const secondsOf = (duration: number): string => `${Math.round(duration / MS_PER_SECOND)} s`

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

const conflictReason = (candidate: Candidate, taken: readonly Candidate[], policy: PlanPolicy): string => {
  const inTheWay = taken.filter(
    (task) =>
      task.startUtcMs < candidate.stopUtcMs + policy.turnaround &&
      candidate.startUtcMs < task.stopUtcMs + policy.turnaround,
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
  const how = overlaps
    ? `overlaps ${nameOf(decisive)}`
    : `leaves less than ${secondsOf(policy.turnaround)} to turn between it and ${nameOf(decisive)}`
  const why =
    decisive.request.priority > candidate.request.priority
      ? 'which has the higher priority'
      : 'of the same priority, and the choice made observes longer in all'
  return `not taken: ${how}, ${why}`
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Which passes the station follows. A higher priority always wins; within one priority those passes are chosen that
 * together are longest above the mask. The same input in any order gives the same timetable, and each pass is either
 * taken or has its reason. A pass under way at `fromUtcMs` is taken from there on.
 */
export const planTimetable = (options: {
  readonly requests: readonly PassRequest[]
  readonly passes: readonly Pass[]
  readonly policy: PlanPolicy
  readonly fromUtcMs: UtcMs
}): Timetable => {
  const { policy, fromUtcMs } = options
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
      const order = candidates.length
      candidates.push({ passId, request, pass, startUtcMs, stopUtcMs: pass.losUtcMs, order })
    }
  }

  const priorities = [...new Set(requests.map(({ priority }) => priority))]
  let taken: readonly Candidate[] = []
  for (const priority of priorities) {
    const level = candidates.filter(({ request }) => request.priority === priority)
    taken = [...taken, ...chooseBest({ candidates: level, taken, gap: policy.turnaround })].sort(
      (a, b) => a.startUtcMs - b.startUtcMs,
    )
  }
  const takenSet = new Set(taken)
  for (const candidate of candidates) {
    if (takenSet.has(candidate)) continue
    const { passId, pass, request } = candidate
    notTaken.push({ passId, pass, request, reason: conflictReason(candidate, taken, policy) })
  }
  notTaken.sort((a, b) => a.pass.aosUtcMs - b.pass.aosUtcMs || compareText(a.passId, b.passId))
  return {
    tasks: taken.map(({ passId, request, pass, startUtcMs, stopUtcMs }) => ({
      passId,
      request,
      pass,
      startUtcMs,
      stopUtcMs,
    })),
    notTaken,
  }
}
