import type { AzEl } from '../kernel/angle.ts'
import { type UtcMs, utcMs } from '../kernel/time.ts'
import type { Ms } from '../kernel/units.ts'
import { type AxisModel, type AzElMount, accelerationOf } from './mount.ts'
import { commandedAt, type Trajectory } from './trajectory.ts'

/** A pass that is wanted, with its planned motion. */
export interface PlannedPass {
  readonly id: string
  /** The greater one is kept where both cannot be; the earlier one among equals. */
  readonly priority: number
  readonly trajectory: Trajectory
}

/** What the antenna does for one pass. */
export interface ScheduledMotion {
  readonly id: string
  /** It goes to where it waits for the pass at this instant at the latest, and is there when tracking begins. */
  readonly leaveByUtcMs: UtcMs
  readonly trackFromUtcMs: UtcMs
  readonly trackUntilUtcMs: UtcMs
  /** Why the pass is not tracked from its AOS to its LOS, one sentence; absent where it is. */
  readonly cut?: string
  /** What it does after it. */
  readonly afterwards: 'park' | 'wait-for-next'
}

export interface SequencePlan {
  readonly motions: readonly ScheduledMotion[]
  /** Passes that are given up, and why, one sentence. */
  readonly givenUp: readonly { readonly id: string; readonly reason: string }[]
}

/** How long an axis takes from rest to rest. */
const turnSec = (axis: AxisModel, way: number): number => {
  const distance = Math.abs(way)
  if (distance === 0) return 0
  const acceleration = accelerationOf(axis)
  const runUp = (axis.slewRate * axis.slewRate) / acceleration
  return distance < runUp
    ? 2 * Math.sqrt(distance / acceleration)
    : distance / axis.slewRate + axis.slewRate / acceleration
}

/** How long the antenna takes from one place to another, both axes turning at once, ms. */
export const slewTimeMs = (mount: AzElMount, from: AzEl, to: AzEl): number =>
  1000 *
  Math.max(
    turnSec(mount.azimuth, to.azimuth - from.azimuth),
    turnSec(mount.elevation, to.elevation - from.elevation),
  )

/** Finer than anybody schedules. */
const CUT_STEP_MS = 500

/** The first instant of a pass at which the antenna can be on its path, coming from a place that it leaves at `leaveUtcMs`. */
const catchUpUtcMs = (
  mount: AzElMount,
  trajectory: Trajectory,
  leave: { readonly from: AzEl; readonly utcMs: number },
): number => {
  let at: number = Math.max(trajectory.aosUtcMs, leave.utcMs)
  while (at < trajectory.losUtcMs) {
    const arrives = leave.utcMs + slewTimeMs(mount, leave.from, commandedAt(trajectory, utcMs(at)))
    if (arrives <= at) return at
    at += CUT_STEP_MS
  }
  return Number.POSITIVE_INFINITY
}

/** The last instant of a pass from which the antenna is still in time for the next. */
const leaveOffUtcMs = (mount: AzElMount, trajectory: Trajectory, next: Trajectory): number => {
  const goal = commandedAt(next, next.aosUtcMs)
  let at: number = trajectory.losUtcMs
  while (at > trajectory.aosUtcMs) {
    if (at + slewTimeMs(mount, commandedAt(trajectory, utcMs(at)), goal) <= next.aosUtcMs) return at
    at -= CUT_STEP_MS
  }
  return Number.NEGATIVE_INFINITY
}

const seconds = (durationMs: number): string => `${Math.ceil(durationMs / 1000)} s`

interface Draft {
  readonly pass: PlannedPass
  fromMs: number
  untilMs: number
  reason: string | undefined
}

/**
 * Lays passes one after the other for one antenna, the slew between them counted: where there is not enough time, the pass of
 * lower priority begins later or ends earlier, and one of which less than `shortestMs` is left is given up. Which passes are wanted
 * is decided elsewhere; here it is said what the antenna can do of it, and why not the rest.
 *
 * `start`: where the antenna is now. It waits for the next pass where parking first would take longer than the gap.
 */
export const sequencePasses = (options: {
  readonly mount: AzElMount
  readonly start: { readonly position: AzEl; readonly utcMs: UtcMs }
  readonly passes: readonly PlannedPass[]
  readonly shortestMs: Ms
}): SequencePlan => {
  const { mount, start, shortestMs } = options
  const givenUp: { id: string; reason: string }[] = []
  const drafts: Draft[] = []
  const giveUp = (draft: Draft, reason: string): void => {
    givenUp.push({ id: draft.pass.id, reason })
  }
  const lengthOf = (draft: Draft): number => draft.untilMs - draft.fromMs
  const inOrder = options.passes.toSorted((a, b) => a.trajectory.aosUtcMs - b.trajectory.aosUtcMs)
  for (const pass of inOrder) {
    const { trajectory } = pass
    const draft: Draft = {
      pass,
      fromMs: trajectory.aosUtcMs,
      untilMs: trajectory.losUtcMs,
      reason: undefined,
    }
    let isKept = true
    for (let before = drafts.at(-1); isKept; before = drafts.at(-1)) {
      const leave =
        before === undefined
          ? { from: start.position, utcMs: start.utcMs }
          : { from: commandedAt(before.pass.trajectory, utcMs(before.untilMs)), utcMs: before.untilMs }
      const begins = catchUpUtcMs(mount, trajectory, leave)
      if (begins <= trajectory.aosUtcMs) break
      const name = before === undefined ? 'where the antenna is' : `the pass ${before.pass.id}`
      if (before !== undefined && pass.priority > before.pass.priority) {
        const until = Math.min(before.untilMs, leaveOffUtcMs(mount, before.pass.trajectory, trajectory))
        const lost = before.pass.trajectory.losUtcMs - until
        const reason = `It ends ${seconds(lost)} early, so that the antenna is in time for ${pass.id}`
        if (until - before.fromMs >= shortestMs) {
          before.untilMs = until
          before.reason = before.reason === undefined ? reason : `${before.reason}; ${reason}`
          break
        }
        drafts.pop()
        giveUp(
          before,
          `It is given up for ${pass.id}: ${seconds(shortestMs)} of it would not be left before the slew`,
        )
        continue
      }
      if (draft.untilMs - begins < shortestMs) {
        isKept = false
        giveUp(
          draft,
          `It is given up: from ${name} the antenna cannot be there in time for ${seconds(shortestMs)} of it`,
        )
        break
      }
      draft.fromMs = begins
      draft.reason = `It begins ${seconds(begins - trajectory.aosUtcMs)} late, because of the slew from ${name}`
      break
    }
    if (isKept && lengthOf(draft) > 0) drafts.push(draft)
  }
  return {
    motions: drafts.map((draft, index) => motionOf(mount, start.position, drafts, draft, index)),
    givenUp,
  }
}

const motionOf = (
  mount: AzElMount,
  start: AzEl,
  drafts: readonly Draft[],
  { pass, fromMs, untilMs, reason }: Draft,
  index: number,
): ScheduledMotion => {
  const { trajectory } = pass
  const before = drafts[index - 1]
  const next = drafts[index + 1]
  const from = before === undefined ? start : commandedAt(before.pass.trajectory, utcMs(before.untilMs))
  const first = commandedAt(trajectory, utcMs(fromMs))
  const last = commandedAt(trajectory, utcMs(untilMs))
  const toPark = slewTimeMs(mount, last, mount.park)
  const isParkable =
    next === undefined ||
    untilMs +
      toPark +
      slewTimeMs(mount, mount.park, commandedAt(next.pass.trajectory, utcMs(next.fromMs))) +
      PARK_WORTH_MS <=
      next.fromMs
  // From the resting place where it goes there in between, else from where the pass before ended.
  const wasParked =
    before !== undefined &&
    before.untilMs +
      slewTimeMs(mount, from, mount.park) +
      slewTimeMs(mount, mount.park, first) +
      PARK_WORTH_MS <=
      fromMs
  return {
    id: pass.id,
    leaveByUtcMs: utcMs(fromMs - slewTimeMs(mount, wasParked ? mount.park : from, first)),
    trackFromUtcMs: utcMs(fromMs),
    trackUntilUtcMs: utcMs(untilMs),
    ...(reason === undefined ? {} : { cut: reason }),
    afterwards: isParkable ? 'park' : 'wait-for-next',
  }
}

/** A rest shorter than this is not worth the way to it and back: motors and relays are spared. */
const PARK_WORTH_MS = 600_000
