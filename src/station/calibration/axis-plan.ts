import type { AzEl } from '../../kernel/angle.ts'
import { deg } from '../../kernel/units.ts'
import type { LockOut } from '../../pointing/lock-out.ts'
import { type Envelope, TURN_WITHOUT_CHOICE_DEG, type Whereabouts } from '../../pointing/motion-gate.ts'
import { type AxisModel, type AzElMount, accelerationOf } from '../../pointing/mount.ts'
import { routeMotion } from '../../pointing/route.ts'

export type AxisName = 'azimuth' | 'elevation'

/** One thing that is done with the antenna. */
export interface TrialStep {
  /** `travel`: a motion that is looked at; `coast`: stopped half-way; `small`: ever longer steps until one moves it. */
  readonly kind: 'travel' | 'coast' | 'meet' | 'small' | 'overlap'
  readonly axis: AxisName
  readonly to: AzEl
  /** For people. */
  readonly what: string
  readonly seconds: number
}

export interface AxisPlan {
  readonly steps: readonly TrialStep[]
  /** What cannot be done, and why: sentences without their full stops. */
  readonly skipped: readonly string[]
}

// Long enough for a straight line at full speed, short enough for a few minutes in all.
// Below half a turn, so that no other turn is nearer.
const RUN_DEG_MAX = 170
const HOP_DEG = 60
/** A controller is asked once or twice a second, and a line wants some readings. */
const RUN_SEC = 8
const RUN_DEG: Readonly<Record<AxisName, number>> = { azimuth: 60, elevation: 40 }
// A range that is less than this has no straight line at full speed.
const RUN_DEG_MIN = 15
const FROM_END_DEG = 3
const SEARCH_STEP_DEG = 15
const HEIGHTS_DEG = [45, 30, 60, 20, 75, 10, 85, 0] as const
/** Until the readings agree that it stands. */
const SETTLE_SEC = 4
/** The longest of a series of small steps, in steps of the controller. */
export const SMALL_STEPS_MAX = 6
const OVERLAP_BY_DEG = 10

/**
 * The way to a far place in hops: whoever is asked for a direction goes to the nearest place of the axes that shows there, which
 * for a far one may be on another turn, or over the top.
 */
export const hopsTo = (from: AzEl, to: AzEl): readonly AzEl[] => {
  const count = Math.max(1, Math.ceil(Math.abs(to.azimuth - from.azimuth) / HOP_DEG))
  return Array.from({ length: count }, (_, index) => {
    const share = (index + 1) / count
    return share === 1
      ? to
      : {
          azimuth: deg(Math.round(from.azimuth + share * (to.azimuth - from.azimuth))),
          elevation: deg(Math.round(from.elevation + share * (to.elevation - from.elevation))),
        }
  })
}

/** How long a motion takes until the axes are seen to rest, at their rated speeds. */
export const motionSeconds = (mount: AzElMount, from: AzEl, to: AzEl): number => {
  const one = (axis: AxisModel, by: number): number =>
    Math.abs(by) / axis.slewRate + axis.slewRate / accelerationOf(axis)
  return (
    SETTLE_SEC +
    Math.max(
      one(mount.azimuth, to.azimuth - from.azimuth),
      one(mount.elevation, to.elevation - from.elevation),
    )
  )
}

const at = (axis: AxisName, along: number, other: number): AzEl =>
  axis === 'azimuth'
    ? { azimuth: deg(along), elevation: deg(other) }
    : { azimuth: deg(other), elevation: deg(along) }

/** Up to the zenith, where it has a range worth looking at there: beyond it one direction has two places. */
const inFront = (elevation: AxisModel): AxisModel =>
  elevation.maximum > 90 && elevation.minimum <= 90 - RUN_DEG_MIN - 2 * FROM_END_DEG
    ? { ...elevation, maximum: deg(90) }
    : elevation

/** Places to begin at, nearest first. */
const beginnings = (model: AxisModel, length: number, near: number): readonly number[] => {
  const low = model.minimum + FROM_END_DEG
  const high = model.maximum - FROM_END_DEG - length
  if (high < low) return []
  const all: number[] = []
  for (let place = low; place < high; place += SEARCH_STEP_DEG) all.push(place)
  all.push(high)
  return all
    .map(Math.round)
    .filter((place) => place >= low && place <= high)
    .sort((a, b) => Math.abs(a - near) - Math.abs(b - near))
}

/** The first of the ways that the gate lets pass, there, to and fro; else the last refusal. */
const findRun = (
  envelope: Envelope,
  options: {
    readonly axis: AxisName
    readonly model: AxisModel
    readonly from: Whereabouts
    readonly length: number
    readonly others: readonly number[]
    readonly lockOut: LockOut | undefined
  },
): { readonly low: AzEl; readonly high: AzEl } | string => {
  const { axis, model, from, length, others, lockOut } = options
  let refusal = 'there is no room for it'
  for (const other of others) {
    for (const begin of beginnings(model, length, from[axis])) {
      const [low, high] = [at(axis, begin, other), at(axis, begin + length, other)]
      const ways = [
        routeMotion(envelope, { from, to: low }, lockOut),
        routeMotion(envelope, { from: low, to: high }, lockOut),
        routeMotion(envelope, { from: high, to: low }, lockOut),
      ]
      const refused = ways.find((way) => !way.ok)
      // A way with a bend in it is no straight run.
      const isStraight = ways.slice(1).every((way) => way.ok && way.value.length === 1)
      if (refused === undefined && isStraight) return { low, high }
      if (refused?.ok === false) refusal = refused.error.message
    }
  }
  return refusal
}

/**
 * What is done to measure the axes, each motion with its time, and what limits, mask and keep-out sectors forbid. Nothing is
 * moved. The motions go through the gate again when they are asked for.
 */
export const planAxes = (
  envelope: Envelope,
  options: { readonly from: Whereabouts; readonly lockOut?: LockOut | undefined },
): AxisPlan => {
  const { mount } = envelope
  const { lockOut } = options
  const steps: TrialStep[] = []
  const skipped: string[] = []
  let from = options.from
  const add = (
    step: Omit<TrialStep, 'seconds'>,
    { seconds, isFirst = false }: { seconds?: number; isFirst?: boolean } = {},
  ): void => {
    const hops = step.kind === 'overlap' || isFirst ? hopsTo(from, step.to) : []
    for (const to of hops.slice(0, -1)) {
      const what = `on the way to azimuth ${step.to.azimuth}°`
      steps.push({ kind: 'travel', axis: 'azimuth', to, what, seconds: motionSeconds(mount, from, to) })
      from = { ...from, ...to }
    }
    steps.push({ ...step, seconds: seconds ?? motionSeconds(mount, from, step.to) })
    from = { ...from, ...step.to }
  }
  for (const axis of ['azimuth', 'elevation'] as const) {
    const model = axis === 'elevation' ? inFront(mount.elevation) : mount.azimuth
    const range = model.maximum - model.minimum
    if (range === 0) {
      skipped.push(`${axis}: nothing turns it`)
      continue
    }
    const wished = Math.max(RUN_DEG[axis], RUN_SEC * model.slewRate)
    // A controller that chooses its way round is left no choice, and an antenna that can look over its back no reason to.
    const isFree = envelope.turnChoice === 'host' && mount.elevation.maximum <= 90
    const longest = isFree ? RUN_DEG_MAX : TURN_WITHOUT_CHOICE_DEG
    const length = Math.floor(Math.min(wished, longest, range - 2 * FROM_END_DEG))
    if (length < RUN_DEG_MIN) {
      skipped.push(`${axis}: its range of ${range}° is too short for a run at full speed`)
      continue
    }
    const others =
      axis === 'azimuth'
        ? HEIGHTS_DEG.map((height) =>
            Math.min(Math.max(height, mount.elevation.minimum), Math.min(89, mount.elevation.maximum)),
          )
        : [from.azimuth, ...beginnings(mount.azimuth, 0, from.azimuth)].map(Math.round)
    const run = findRun(envelope, { axis, model, from, length, others, lockOut })
    if (typeof run === 'string') {
      skipped.push(`${axis}: ${run}`)
      continue
    }
    const { low, high } = run
    const other = axis === 'azimuth' ? low.elevation : low.azimuth
    const middle = at(axis, Math.round((low[axis] + high[axis]) / 2), other)
    const stepDeg = mount.resolution
    add({ kind: 'travel', axis, to: low, what: `to the beginning of the ${axis} runs` }, { isFirst: true })
    add({ kind: 'travel', axis, to: high, what: `${axis} up` })
    add({ kind: 'travel', axis, to: low, what: `${axis} down` })
    add({ kind: 'coast', axis, to: high, what: `${axis} up, STOP half-way` })
    from = { ...from, ...middle }
    add({ kind: 'travel', axis, to: high, what: `${axis} up, the rest of it` })
    add({ kind: 'meet', axis, to: middle, what: `${axis} to its middle from above` })
    add({ kind: 'travel', axis, to: low, what: `${axis} down, the rest of it` })
    add({ kind: 'meet', axis, to: middle, what: `${axis} to its middle from below` })
    add(
      {
        kind: 'small',
        axis,
        to: at(axis, middle[axis] + SMALL_STEPS_MAX * stepDeg, other),
        what: `${axis} by small steps, at most ${Number((SMALL_STEPS_MAX * stepDeg).toFixed(2))}°`,
      },
      { seconds: SMALL_STEPS_MAX * SETTLE_SEC },
    )
  }
  const { maximum } = mount.azimuth
  if (maximum < 360 + OVERLAP_BY_DEG) {
    if (maximum - mount.azimuth.minimum > 360) skipped.push('overlap: it is not reached above 360°')
  } else {
    const [before, behind] = [360 - OVERLAP_BY_DEG, 360 + OVERLAP_BY_DEG].map((along) =>
      at('azimuth', along, from.elevation),
    )
    const ways =
      before === undefined || behind === undefined
        ? []
        : [
            routeMotion(envelope, { from, to: before }, lockOut),
            routeMotion(envelope, { from: before, to: behind }, lockOut),
          ]
    const refused = ways.find((way) => !way.ok)
    if (refused?.ok === false) skipped.push(`overlap: ${refused.error.message}`)
    else if (before !== undefined && behind !== undefined) {
      add({ kind: 'overlap', axis: 'azimuth', to: before, what: 'azimuth to just below 360°' })
      add({ kind: 'overlap', axis: 'azimuth', to: behind, what: 'azimuth over 360° into the overlap' })
    }
  }
  return { steps, skipped }
}
