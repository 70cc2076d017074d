import type { AzEl } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { MonoMs } from '../kernel/time.ts'
import type { Deg, Ms } from '../kernel/units.ts'

/** Where an axis was when it last moved (or was last where it should be), and when. */
interface AxisProgress {
  readonly angle: Deg
  readonly sinceMonoMs: MonoMs
}

/** Each axis for itself: one may be stuck while the other runs. */
export interface Progress {
  readonly azimuth: AxisProgress | undefined
  readonly elevation: AxisProgress | undefined
}

export const noProgress: Progress = { azimuth: undefined, elevation: undefined }

/**
 * Looks whether what is told to move moves. An axis that is further from its command than the dead band and whose
 * reading has not changed by a step for `stallAfter` is stalled: ice, a jammed gear, a dead motor, an end stop.
 */
export const watchProgress = (
  progress: Progress,
  now: {
    readonly commanded: AzEl | undefined
    readonly position: AzEl | undefined
    readonly monoNow: MonoMs
    readonly resolution: Deg
    readonly deadBand: Deg
    readonly stallAfter: Ms
  },
): { readonly progress: Progress; readonly stalled: Fault | undefined } => {
  const { commanded, position } = now
  // Without readings nothing can be said; whether the controller is mute is watched where it is asked.
  if (commanded === undefined || position === undefined) return { progress: noProgress, stalled: undefined }
  const watch = (before: AxisProgress | undefined, target: Deg, angle: Deg): AxisProgress | undefined => {
    if (Math.abs(target - angle) <= now.deadBand) return undefined
    if (before === undefined || Math.abs(angle - before.angle) >= 0.75 * now.resolution) {
      return { angle, sinceMonoMs: now.monoNow }
    }
    return before
  }
  const next: Progress = {
    azimuth: watch(progress.azimuth, commanded.azimuth, position.azimuth),
    elevation: watch(progress.elevation, commanded.elevation, position.elevation),
  }
  const isStuck = (axis: AxisProgress | undefined): boolean =>
    axis !== undefined && now.monoNow - axis.sinceMonoMs >= now.stallAfter
  const describe = (name: string, target: Deg, angle: Deg): Fault =>
    fault(
      'motion.stalled',
      `The ${name} stands at ${Number(angle.toFixed(1))}° and has not moved for ` +
        `${Math.round(now.stallAfter / 1000)} s, although it was sent to ${Number(target.toFixed(1))}°`,
    )
  if (isStuck(next.azimuth)) {
    return { progress: next, stalled: describe('azimuth', commanded.azimuth, position.azimuth) }
  }
  if (isStuck(next.elevation)) {
    return { progress: next, stalled: describe('elevation', commanded.elevation, position.elevation) }
  }
  return { progress: next, stalled: undefined }
}
