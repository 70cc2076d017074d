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
  /** Undefined where nobody knows: nothing is remembered of it, or it may have stopped anywhere on a way. */
  readonly at: (at: MonoMs) => AzEl | undefined
  /**
   * A person says that it stands at this azimuth; the elevation is the reckoned one, where there is none that of the
   * resting place. False where the azimuth is outside the mount's range.
   */
  readonly confirm: (azimuth: Deg, at: MonoMs) => boolean
}

/** So near to where it was sent it had arrived, but for how often its place is written down. */
const ARRIVED_DEG = 5

export const createReckoning = (options: {
  readonly mount: AzElMount
  /** Where it was reckoned to be last, and where it was being sent then, across restarts. */
  readonly lastKnown: AzEl | undefined
  readonly headedFor: AzEl | undefined
  readonly at: MonoMs
}): Reckoning => {
  const { mount, lastKnown, headedFor = lastKnown } = options
  const hadArrived =
    lastKnown !== undefined &&
    headedFor !== undefined &&
    Math.abs(lastKnown.azimuth - headedFor.azimuth) <= ARRIVED_DEG &&
    Math.abs(lastKnown.elevation - headedFor.elevation) <= ARRIVED_DEG
  let from = hadArrived ? lastKnown : undefined
  let target = from
  let since = options.at

  const towards = (axis: AxisModel, start: Deg, end: Deg, seconds: number): Deg => {
    const way = end - start
    return deg(start + Math.sign(way) * Math.min(Math.abs(way), axis.slewRate * seconds))
  }
  const at = (now: MonoMs): AzEl | undefined => {
    if (from === undefined || target === undefined) return undefined
    const seconds = Math.max(0, now - since) / 1000
    return {
      azimuth: towards(mount.azimuth, from.azimuth, target.azimuth, seconds),
      elevation: towards(mount.elevation, from.elevation, target.elevation, seconds),
    }
  }
  const restart = (now: MonoMs, next?: AzEl): void => {
    from = at(now)
    since = now
    target = next ?? from
  }
  return {
    sendTo: (next, now) => restart(now, next),
    stop: (now) => restart(now),
    at,
    confirm: (azimuth, now) => {
      if (!(azimuth >= mount.azimuth.minimum && azimuth <= mount.azimuth.maximum)) return false
      from = { azimuth, elevation: at(now)?.elevation ?? mount.park.elevation }
      target = from
      since = now
      return true
    },
  }
}
