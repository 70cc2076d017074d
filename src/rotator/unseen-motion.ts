import { type AzEl, shortestTurn } from '../kernel/angle.ts'
import { type Deg, deg } from '../kernel/units.ts'
import type { AzElMount } from '../pointing/mount.ts'
import type { RotatorCapabilities } from './driver.ts'

/** Where the antenna was when it was last seen, and where it was being sent then: it stands somewhere between these. */
export interface LastSeen {
  readonly position: AzEl
  /** The last of them may not have arrived, nor a STOP. */
  readonly sentTo: readonly AzEl[]
}

/** Play, wind, the run-out of a motor, and what it had turned since it was last written down. */
const UNSEEN_DEG = 8
/** What reads exactly as a counter that begins anew must have been nearer to that. */
const NEAR_ZERO_DEG = 4
// What encoders scatter by, and how far beside zero one begins to count.
const STEPS_OF_NOISE = 2
const NOISE_DEG = 1.5

/**
 * Whether the antenna can have gone there while nobody saw it: between where it was and where it was sent. Whatever it reads
 * beyond, it was turned by somebody else, or its controller counts from another place than before.
 */
export const canHaveGone = (
  mount: AzElMount,
  report: RotatorCapabilities['azimuthReport'],
  { position, sentTo }: LastSeen,
  reading: AzEl,
): boolean => {
  const unseen = readsZero(mount, reading) ? NEAR_ZERO_DEG : UNSEEN_DEG
  const slack = unseen + STEPS_OF_NOISE * mount.resolution
  const beyond = (angle: Deg, places: readonly Deg[]): number =>
    Math.max(Math.min(...places) - angle, angle - Math.max(...places))
  const azimuths = [position.azimuth, ...sentTo.map(({ azimuth }) => azimuth)]
  const elevations = [position.elevation, ...sentTo.map(({ elevation }) => elevation)]
  // One that begins anew at north shows no turns.
  const turns = report === 'as-is' ? [0] : [-360, 0, 360]
  return (
    turns.some((turn) => beyond(deg(reading.azimuth + turn), azimuths) <= slack) &&
    beyond(reading.elevation, elevations) <= slack
  )
}

/** Whether it reads as a counter does that has just been switched on. */
export const readsZero = (mount: AzElMount, { azimuth, elevation }: AzEl): boolean => {
  const noise = Math.max(NOISE_DEG, STEPS_OF_NOISE * mount.resolution)
  return Math.abs(shortestTurn({ from: azimuth, to: deg(0) })) <= noise && Math.abs(elevation) <= noise
}
