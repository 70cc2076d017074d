import type { AzEl } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { MonoMs } from '../kernel/time.ts'
import type { Deg, Ms } from '../kernel/units.ts'
import type { Envelope } from './motion-gate.ts'
import type { AxisModel } from './mount.ts'

/** One axis that has been sent somewhere: what it has made of it. */
interface AxisProgress {
  /** Where it was sent. */
  readonly target: Deg
  /** Which way the target lay when this began. */
  readonly side: 1 | -1
  /** The nearest to the target that it came on this side. */
  readonly nearest: Deg
  /** Whether it has been at the target, or gone past it. */
  readonly hasArrived: boolean
  /** The last step nearer to its target than ever, and when: what a stall is counted from. To and fro is no step. */
  readonly movedTo: Deg
  readonly movedMonoMs: MonoMs
}

/** Each axis for itself: one may be stuck while the other runs. */
export interface Progress {
  readonly azimuth: AxisProgress | undefined
  readonly elevation: AxisProgress | undefined
}

export const noProgress: Progress = { azimuth: undefined, elevation: undefined }

export interface MotionWatchSettings {
  readonly envelope: Pick<Envelope, 'mount'>
  /** Nearer than this to its target an axis need not move: the controller's own dead band. */
  readonly deadBand: Deg
  /** An axis that is told to move and does not for so long is stalled. */
  readonly stallAfter: Ms
  /** So long an axis may go on as it went before a command takes hold: latency, polls, inertia. */
  readonly obeysWithin: Ms
}

interface Judgement {
  readonly progress: AxisProgress
  readonly fault: Fault | undefined
}

/** Nearer than this to the end of its range, an axis that stands has most likely met its stop. */
const END_STOP_NEAR_DEG = 4
const RESOLUTIONS_OF_NOISE = 3

const show = (angle: number): string => `${Number(angle.toFixed(1))}°`

const stalled = (name: string, axis: AxisModel, now: AxisProgress, seconds: number): Fault => {
  const { movedTo, target } = now
  const end = [axis.minimum, axis.maximum].find((stop) => Math.abs(movedTo - stop) <= END_STOP_NEAR_DEG)
  const where = end === undefined ? '' : `, near the end of its range at ${show(end)}`
  return fault(
    'motion.stalled',
    `The ${name} stands at ${show(movedTo)}${where} and has not moved for ${seconds} s, although it was sent to ${show(target)}`,
  )
}

const watchAxis = (
  before: AxisProgress | undefined,
  now: { readonly name: string; readonly target: Deg; readonly angle: Deg; readonly monoNow: MonoMs },
  settings: MotionWatchSettings,
  axis: AxisModel,
): Judgement => {
  const { name, target, angle, monoNow } = now
  const { resolution } = settings.envelope.mount
  const error = target - angle
  const isThere = Math.abs(error) <= settings.deadBand
  const isSameTarget = before?.target === target
  const side = error < 0 ? -1 : 1
  const goesOn = before !== undefined && before.side === side
  const step = 0.75 * resolution
  const hasMoved = !goesOn || (angle - before.movedTo) * side >= step
  const nearest =
    !goesOn || isThere
      ? angle
      : ((side > 0 ? Math.max(before.nearest, angle) : Math.min(before.nearest, angle)) as Deg)
  const turnedSides = isSameTarget && before !== undefined && before.side !== side
  const progress: AxisProgress = {
    target,
    side,
    nearest,
    hasArrived: isThere || (isSameTarget && (before?.hasArrived === true || turnedSides)),
    movedTo: hasMoved || isThere ? angle : before.movedTo,
    movedMonoMs: hasMoved || isThere ? monoNow : before.movedMonoMs,
  }
  if (isThere) return { progress, fault: undefined }
  const away = (nearest - angle) * side
  const grace = RESOLUTIONS_OF_NOISE * resolution + (axis.slewRate * settings.obeysWithin) / 1000
  if (away > grace) {
    const what = `The ${name} was sent to ${show(target)} and is at ${show(angle)}`
    return {
      progress,
      fault: progress.hasArrived
        ? fault('motion.runaway', `${what}: it was there and runs on`)
        : fault('motion.wrong-way', `${what}: it goes the wrong way`),
    }
  }
  const stoodMs = monoNow - progress.movedMonoMs
  return {
    progress,
    fault:
      stoodMs >= settings.stallAfter
        ? stalled(name, axis, progress, Math.round(settings.stallAfter / 1000))
        : undefined,
  }
}

/**
 * Looks whether what is told to move moves, and where it should. Stalled: further from its target than the dead band,
 * and its reading has not changed by a step for `stallAfter` (ice, a jammed gear, a dead motor, an end stop). Wrong way:
 * further from the target than it was, by more than it may go on before it obeys (crossed wires). Runaway: it was at
 * its target and left it (a stuck relay). Pure; faults are `motion.stalled`, `motion.wrong-way`, `motion.runaway`.
 */
export const watchMotion = (
  settings: MotionWatchSettings,
  progress: Progress,
  now: {
    readonly commanded: AzEl | undefined
    readonly position: AzEl | undefined
    readonly monoNow: MonoMs
  },
): { readonly progress: Progress; readonly fault: Fault | undefined } => {
  const { commanded, position, monoNow } = now
  // Without readings nothing can be said; whether the controller is mute is watched where it is asked.
  if (commanded === undefined || position === undefined) return { progress: noProgress, fault: undefined }
  const judge = (name: 'azimuth' | 'elevation'): Judgement =>
    watchAxis(
      progress[name],
      { name, target: commanded[name], angle: position[name], monoNow },
      settings,
      settings.envelope.mount[name],
    )
  const azimuth = judge('azimuth')
  const elevation = judge('elevation')
  return {
    progress: { azimuth: azimuth.progress, elevation: elevation.progress },
    fault: azimuth.fault ?? elevation.fault,
  }
}

/** Whether an axis that was sent somewhere has stood since this instant, away from its target. */
export const standsSince = (
  settings: MotionWatchSettings,
  progress: Progress,
  sinceMonoMs: number,
): boolean =>
  [progress.azimuth, progress.elevation].some(
    (axis) =>
      axis !== undefined &&
      axis.movedMonoMs <= sinceMonoMs &&
      Math.abs(axis.target - axis.movedTo) > settings.deadBand,
  )
