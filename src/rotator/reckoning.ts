import type { AzEl } from '../kernel/angle.ts'
import type { MonoMs } from '../kernel/time.ts'
import { type Deg, deg } from '../kernel/units.ts'
import type { AxisModel, AzElMount } from '../pointing/mount.ts'

/**
 * Where the antenna should be by what it was told: each axis runs at its speed to its target. For controllers that
 * cannot be asked (open loop). It is as good as the speeds in the configuration, and knows nothing of what went wrong.
 */
export interface Reckoning {
  readonly sendTo: (target: AzEl, at: MonoMs) => void
  readonly stop: (at: MonoMs) => void
  readonly at: (at: MonoMs) => AzEl
}

export const createReckoning = (options: {
  readonly mount: AzElMount
  readonly start: AzEl
  readonly at: MonoMs
}): Reckoning => {
  const { mount } = options
  let from = options.start
  let target = options.start
  let since = options.at

  const towards = (axis: AxisModel, start: Deg, end: Deg, seconds: number): Deg => {
    const way = end - start
    return deg(start + Math.sign(way) * Math.min(Math.abs(way), axis.slewRate * seconds))
  }
  const at = (now: MonoMs): AzEl => {
    const seconds = Math.max(0, now - since) / 1000
    return {
      azimuth: towards(mount.azimuth, from.azimuth, target.azimuth, seconds),
      elevation: towards(mount.elevation, from.elevation, target.elevation, seconds),
    }
  }
  const restart = (now: MonoMs, next: AzEl | undefined): void => {
    from = at(now)
    since = now
    target = next ?? from
  }
  return {
    sendTo: (next, now) => restart(now, next),
    stop: (now) => restart(now, undefined),
    at,
  }
}
