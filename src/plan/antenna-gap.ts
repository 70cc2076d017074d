import type { AzEl } from '../kernel/angle.ts'
import { MS_PER_SECOND, type UtcMs } from '../kernel/time.ts'
import { type Deg, type Ms, ms } from '../kernel/units.ts'
import type { Pass } from '../orbit/pass.ts'
import type { AxisModel, AzElMount } from '../pointing/mount.ts'
import { slewTimeMs, turnSec } from '../pointing/pass-sequence.ts'
import type { GapRule, Interval } from './interval-schedule.ts'

/** The antenna that passes are planned for. */
export interface PlannedAntenna {
  readonly mount: AzElMount
  /** Lowest elevation allowed in a direction. */
  readonly minimumElevationAt?: (azimuth: Deg) => Deg
  /** What the tracker needs for a slew beside the turning: its first command, landing, settling of the readings. */
  readonly margin: Ms
  /** Apparent direction of the object of a pass; undefined where it cannot be predicted. */
  readonly lookAt: (pass: Pass) => (at: UtcMs) => AzEl | undefined
}

/** The least way between two azimuths on the sky, in all turns of the cable: the plan of the motion may find none so short. */
const leastTurn = ({ minimum, maximum }: AxisModel, from: number, to: number): number => {
  let least = Number.POSITIVE_INFINITY
  for (let a = from + 360 * Math.ceil((minimum - from) / 360); a <= maximum; a += 360) {
    for (let b = to + 360 * Math.ceil((minimum - to) / 360); b <= maximum; b += 360) {
      least = Math.min(least, Math.abs(b - a))
    }
  }
  // In a gap of the range the antenna waits at a stop.
  return least === Number.POSITIVE_INFINITY ? Math.min(maximum - minimum, Math.abs(to - from)) : least
}

/** What any two passes may need, ms: from end to end of both axes. */
const longestTurnMs = (mount: AzElMount): number =>
  slewTimeMs(
    mount,
    { azimuth: mount.azimuth.minimum, elevation: mount.elevation.minimum },
    { azimuth: mount.azimuth.maximum, elevation: mount.elevation.maximum },
  )

/**
 * The gap for an antenna before its motions are planned: by the azimuths at which passes rise and set. The elevations are
 * alike there, the mask's.
 */
export const gapOf = (
  { mount, margin }: PlannedAntenna,
  options: { readonly least: Ms; readonly shortestCut: Ms },
): GapRule<Interval & { readonly pass: Pass }> => {
  return {
    ...options,
    longest: ms(Math.max(options.least, longestTurnMs(mount) + margin)),
    between: (before, after) => {
      const turn = leastTurn(mount.azimuth, before.pass.losAzimuth, after.pass.aosAzimuth)
      return Math.max(options.least, turnSec(mount.azimuth, turn) * MS_PER_SECOND + margin)
    },
  }
}

/** The same for what needs no turning, or whose turning nobody plans: one gap for all, and nothing is cut. */
export const fixedGap = (gap: Ms): GapRule<Interval> => ({
  between: () => gap,
  least: gap,
  longest: gap,
  shortestCut: undefined,
})

/** `41 s`. */
export const secondsOf = (duration: number): string => `${Math.round(duration / MS_PER_SECOND)} s`
