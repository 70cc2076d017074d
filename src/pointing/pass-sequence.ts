import type { AzEl } from '../kernel/angle.ts'
import { type UtcMs, utcMs } from '../kernel/time.ts'
import { type Ms, ms } from '../kernel/units.ts'
import { type AxisModel, type AzElMount, accelerationOf } from './mount.ts'
import { commandedAt, type Trajectory } from './trajectory.ts'

/** A pass that is wanted, with its planned motion. */
export interface PlannedPass {
  readonly id: string
  /** As the reasons call it; the id unless given. */
  readonly name?: string
  /** The greater one is kept where both cannot be; the earlier one among equals. */
  readonly priority: number
  readonly trajectory: Trajectory
  /** What of it is wanted; all of it unless given. */
  readonly within?: { readonly fromUtcMs: UtcMs; readonly untilUtcMs: UtcMs }
}

/** What the antenna does for one pass. */
export interface ScheduledMotion {
  readonly id: string
  readonly trackFromUtcMs: UtcMs
  readonly trackUntilUtcMs: UtcMs
  /** Where its axes are at these instants. */
  readonly beginsAt: AzEl
  readonly endsAt: AzEl
  /** Why the pass is not tracked from its AOS to its LOS, one sentence; absent where it is. */
  readonly cut?: string
  /** What it does after it. */
  readonly afterwards: 'park' | 'wait-for-next'
}

export interface SequencePlan {
  /** By their beginning. */
  readonly motions: readonly ScheduledMotion[]
  /** Passes that are given up, and why, one sentence. */
  readonly givenUp: readonly { readonly id: string; readonly reason: string }[]
}

/** How long an axis takes from rest to rest over a way in degrees, seconds. */
export const turnSec = (axis: AxisModel, way: number): number => {
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
/** A rest shorter than this is not worth the way to it and back: motors and relays are spared. */
export const PARK_WORTH_MS = 600_000

interface Draft {
  readonly pass: PlannedPass
  readonly fromMs: number
  readonly untilMs: number
  /** What is cut, and why. */
  readonly cuts: readonly { readonly what: string; readonly why: string }[]
}

interface Rules {
  readonly mount: AzElMount
  readonly leastGapMs: number
  readonly marginMs: number
}

const placeOf = ({ pass }: { readonly pass: PlannedPass }, atMs: number): AzEl =>
  commandedAt(pass.trajectory, utcMs(atMs))

/** The wanted part of a pass. */
const wantedOf = ({ trajectory, within }: PlannedPass): readonly [number, number] => [
  Math.max(trajectory.aosUtcMs, within?.fromUtcMs ?? Number.NEGATIVE_INFINITY),
  Math.min(trajectory.losUtcMs, within?.untilUtcMs ?? Number.POSITIVE_INFINITY),
]

const nameOf = ({ pass: { id, name } }: { readonly pass: PlannedPass }): string => name ?? id

/** What the antenna needs between two passes. */
const needMs = ({ mount, leastGapMs, marginMs }: Rules, from: AzEl, to: AzEl): number =>
  Math.max(leastGapMs, slewTimeMs(mount, from, to) + marginMs)

/** The first instant of a pass at which the antenna can be on its path after the one before. */
const catchUpMs = (rules: Rules, before: Draft, pass: PlannedPass): number => {
  const [first, last] = wantedOf(pass)
  const from = placeOf(before, before.untilMs)
  for (let at = Math.max(first, before.untilMs); at < last; at += CUT_STEP_MS) {
    if (before.untilMs + needMs(rules, from, placeOf({ pass }, at)) <= at) return at
  }
  return Number.POSITIVE_INFINITY
}

/** The last instant of a pass from which the antenna is still in time for the one after. */
const leaveOffMs = (rules: Rules, pass: PlannedPass, after: Draft): number => {
  const [first, last] = wantedOf(pass)
  const to = placeOf(after, after.fromMs)
  for (let at = Math.min(last, after.fromMs); at > first; at -= CUT_STEP_MS) {
    if (at + needMs(rules, placeOf({ pass }, at), to) <= after.fromMs) return at
  }
  return Number.NEGATIVE_INFINITY
}

const seconds = (durationMs: number): string => `${Math.ceil(durationMs / 1000)} s`
const placeText = ({ azimuth, elevation }: AzEl): string =>
  `azimuth ${azimuth.toFixed(0)}°, elevation ${elevation.toFixed(0)}°`

const needText = (rules: Rules, way: { from: AzEl; fromName: string; to: AzEl; toName: string }): string => {
  const need = seconds(needMs(rules, way.from, way.to))
  return slewTimeMs(rules.mount, way.from, way.to) + rules.marginMs < rules.leastGapMs
    ? `${need} are to be left between ${way.fromName} and ${way.toName}`
    : `the antenna needs ${need} from ${way.fromName} (${placeText(way.from)}) to ${way.toName} (${placeText(way.to)})`
}

/** What is left of a pass between two others, and why not all of it. */
const between = (
  rules: Rules,
  pass: PlannedPass,
  { before, after }: { readonly before: Draft | undefined; readonly after: Draft | undefined },
): Draft => {
  const { aosUtcMs, losUtcMs } = pass.trajectory
  const [first, last] = wantedOf(pass)
  const fromMs = before === undefined ? first : catchUpMs(rules, before, pass)
  const untilMs = after === undefined ? last : leaveOffMs(rules, pass, after)
  const cuts: Draft['cuts'][number][] = []
  if (before !== undefined && fromMs > aosUtcMs) {
    const why = needText(rules, {
      from: placeOf(before, before.untilMs),
      fromName: nameOf(before),
      to: placeOf({ pass }, Math.min(fromMs, losUtcMs)),
      toName: nameOf({ pass }),
    })
    cuts.push({ what: `begins ${seconds(fromMs - aosUtcMs)} late`, why })
  }
  if (after !== undefined && untilMs < losUtcMs) {
    const why = needText(rules, {
      from: placeOf({ pass }, Math.max(untilMs, aosUtcMs)),
      fromName: nameOf({ pass }),
      to: placeOf(after, after.fromMs),
      toName: nameOf(after),
    })
    cuts.push({ what: `ends ${seconds(losUtcMs - untilMs)} early`, why })
  }
  return { pass, fromMs, untilMs, cuts }
}

const lengthOf = ({ fromMs, untilMs }: Draft): number => untilMs - fromMs

/**
 * Lays passes one after the other for one antenna, the slew between them counted: where there is not enough time, the pass of
 * lower priority begins later or ends earlier, and one of which less than `shortest` is left is given up.
 *
 * One is laid after the other in the order of priority, and nothing that lies is touched again: no number of lower ones costs a
 * higher one a second. Among equals the earlier goes first, which need not be the best choice: of three of which the first
 * excludes the others it keeps the first, however short. Which of equals to want is decided before (`planTimetable`, which
 * chooses the longest total); here it is said what the antenna can do of it, and why not the rest.
 *
 * `leastGap`: kept between any two, however near; `margin`: what a slew takes beside the turning.
 */
export const sequencePasses = (options: {
  readonly mount: AzElMount
  readonly passes: readonly PlannedPass[]
  readonly shortest: Ms
  readonly leastGap?: Ms
  readonly margin?: Ms
}): SequencePlan => {
  const { mount, shortest, leastGap = ms(0), margin = ms(0) } = options
  const rules: Rules = { mount, leastGapMs: leastGap, marginMs: margin }
  const givenUp: { id: string; reason: string }[] = []
  const drafts: Draft[] = []
  const inOrder = options.passes.toSorted(
    (a, b) => b.priority - a.priority || a.trajectory.aosUtcMs - b.trajectory.aosUtcMs,
  )
  for (const pass of inOrder) {
    const [first, last] = wantedOf(pass)
    let best: { readonly draft: Draft; readonly index: number } | undefined
    for (let index = 0; index <= drafts.length; index += 1) {
      const before = drafts[index - 1]
      const after = drafts[index]
      if (after !== undefined && after.untilMs < first) continue
      if (before !== undefined && best !== undefined && before.fromMs > last) break
      const draft = between(rules, pass, { before, after })
      if (best === undefined || lengthOf(draft) > lengthOf(best.draft)) best = { draft, index }
    }
    if (best === undefined) continue
    if (lengthOf(best.draft) >= shortest) drafts.splice(best.index, 0, best.draft)
    else {
      const why = best.draft.cuts.map((cut) => cut.why).join('; ') || 'it is too short'
      givenUp.push({ id: pass.id, reason: `less than ${seconds(shortest)} of it would be left: ${why}` })
    }
  }
  return { motions: drafts.map((draft, index) => motionOf(mount, draft, drafts[index + 1])), givenUp }
}

const motionOf = (mount: AzElMount, draft: Draft, next: Draft | undefined): ScheduledMotion => {
  const { pass, fromMs, untilMs, cuts } = draft
  const endsAt = placeOf(draft, untilMs)
  const isParkable =
    next === undefined ||
    untilMs +
      slewTimeMs(mount, endsAt, mount.park) +
      slewTimeMs(mount, mount.park, placeOf(next, next.fromMs)) +
      PARK_WORTH_MS <=
      next.fromMs
  return {
    id: pass.id,
    trackFromUtcMs: utcMs(fromMs),
    trackUntilUtcMs: utcMs(untilMs),
    beginsAt: placeOf(draft, fromMs),
    endsAt,
    ...(cuts.length === 0 ? {} : { cut: cuts.map(({ what, why }) => `${what}: ${why}`).join('; ') }),
    afterwards: isParkable ? 'park' : 'wait-for-next',
  }
}
