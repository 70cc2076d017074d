import type { AzEl } from '../kernel/angle.ts'
import { type MonoMs, MS_PER_HOUR } from '../kernel/time.ts'
import { type Deg, deg } from '../kernel/units.ts'
import type { AxisModel, AzElMount } from './mount.ts'

/** When each motor was started within the last hour, the oldest first. */
export interface MotorStarts {
  readonly azimuth: readonly MonoMs[]
  readonly elevation: readonly MonoMs[]
}

export const noStarts: MotorStarts = { azimuth: [], elevation: [] }

/** One a second for an hour: a motor that is told to go somewhere more often does not come to stand in between. */
const KEPT_MAX = 3_600

interface SentTo {
  readonly position: AzEl
  /** What it was on its way to; undefined after STOP. */
  readonly before: AzEl | undefined
  readonly to: AzEl
}

/** Whether a motion starts an axis that stands, or turns it round, which switches a relay as well. */
const isStart = (
  axis: AxisModel,
  { resolution }: AzElMount,
  way: { readonly position: number; readonly before: number | undefined; readonly to: number },
): boolean => {
  const { position, before = position, to } = way
  const deadBand = axis.deadBand ?? 0
  if (to === way.before || Math.abs(to - position) <= Math.max(resolution / 2, deadBand)) return false
  const stands = Math.abs(before - position) <= resolution + deadBand
  return stands || Math.sign(to - position) !== Math.sign(before - position)
}

/** The starts of a motion among those before it; the same ones where it starts no motor. */
export const withStartsOf = (
  starts: MotorStarts,
  mount: AzElMount,
  { position, before, to, monoNow }: SentTo & { readonly monoNow: MonoMs },
): MotorStarts => {
  const counted = (name: keyof MotorStarts): readonly MonoMs[] => {
    const way = { position: position[name], before: before?.[name], to: to[name] }
    if (!isStart(mount[name], mount, way)) return starts[name]
    return [...starts[name].filter((at) => at > monoNow - MS_PER_HOUR), monoNow].slice(-KEPT_MAX)
  }
  const [azimuth, elevation] = [counted('azimuth'), counted('elevation')]
  return azimuth === starts.azimuth && elevation === starts.elevation ? starts : { azimuth, elevation }
}

/** How often each motor was started in the hour before an instant. */
export const startsWithinHour = (
  { azimuth, elevation }: MotorStarts,
  monoNow: MonoMs,
): { readonly azimuth: number; readonly elevation: number } => {
  const count = (instants: readonly MonoMs[]): number =>
    instants.filter((at) => at > monoNow - MS_PER_HOUR).length
  return { azimuth: count(azimuth), elevation: count(elevation) }
}

/** Of what a motor may start in an hour, the share that is used, of the one that started more; 0 where any number is right. */
export const usedShare = (
  starts: MotorStarts,
  startsPerHour: number | undefined,
  monoNow: MonoMs,
): number => {
  if (startsPerHour === undefined) return 0
  const { azimuth, elevation } = startsWithinHour(starts, monoNow)
  return Math.max(azimuth, elevation) / startsPerHour
}

/** Below this share of the hour's starts nothing is spared: most hours have one pass. */
const PLENTY = 0.5
/** A hop of half the beam leaves the target within a quarter of it, where three quarters of a decibel are lost. */
const LONGEST_HOP_BEAMS = 0.5

/** How short the starts have become: 0 while there is plenty, 1 where they are used up. */
const shortage = (used: number): number => Math.max(0, Math.min(1, (used - PLENTY) / (1 - PLENTY)))

/**
 * How far from its path the antenna may be before it is commanded again, with so much of the hour's starts used: as planned
 * while half of them are left, then more and more, up to hops of half the beam. Those a pass gets even where nothing is left: it
 * is not lost for the sake of a relay.
 */
export const sparingTolerance = (tolerance: Deg, beamWidth: Deg, used: number): Deg => {
  const longest = Math.max(tolerance, (LONGEST_HOP_BEAMS * beamWidth) / 2)
  return deg(tolerance + shortage(used) * (longest - tolerance))
}

/** Whether a program's motion, which starts a motor, is worth one of the starts that are left. */
export const isWorthAStart = (
  { position, to }: Pick<SentTo, 'position' | 'to'>,
  beamWidth: Deg,
  used: number,
): boolean => {
  if (used >= 1) return false
  const way = Math.max(Math.abs(to.azimuth - position.azimuth), Math.abs(to.elevation - position.elevation))
  return way >= shortage(used) * LONGEST_HOP_BEAMS * beamWidth
}
