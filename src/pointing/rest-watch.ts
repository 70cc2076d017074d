import type { AzEl } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { MonoMs } from '../kernel/time.ts'
import { deg } from '../kernel/units.ts'
import type { AzElMount } from './mount.ts'

/** How an antenna that nobody sends anywhere stands. */
export interface Rest {
  /** The mean of the first readings. */
  readonly place: AzEl
  readonly count: number
  /** How long and how far an axis has read beyond its slack on either side, degree-seconds. */
  readonly away: Readonly<Record<AxisName, { readonly above: number; readonly below: number }>>
  readonly lookedMonoMs: MonoMs
}

type AxisName = 'azimuth' | 'elevation'

// Play, wind, and somebody who leans against the mast.
const SLACK_DEG = 3
const SLACK_STEPS = 3
/** Some 16 s of them: a place from which single readings scatter, and not it from them. */
const READINGS_FOR_PLACE = 64
/**
 * Beyond its slack an axis is away at so many degree-seconds: one that runs off at 6°/s after two seconds. Readings of a worn encoder
 * (1.5° of scatter, one a second) add up to that once in months: a sum of excesses over a slack k reaches h with exp(-2kh/σ²)
 * (Page's cumulative sum, Biometrika 41, 1954, in Wald's approximation).
 */
const AWAY_DEG_SEC = 6
/** What the process slept through counts as this. */
const LOOK_GAP_MAX_SEC = 1

const slackOf = (mount: AzElMount, axis: AxisName): number =>
  SLACK_DEG + SLACK_STEPS * mount.resolution + (mount[axis].backlash ?? 0)

const NOT_AWAY = { above: 0, below: 0 }

/**
 * While nothing is commanded the antenna stays where it stood: if not, somebody or something else moves it, and `motion.runaway`
 * comes back. A reading that is off, or many that scatter, are no motion.
 */
export const watchRest = (
  mount: AzElMount,
  rest: Rest | undefined,
  { position, monoNow }: { readonly position: AzEl; readonly monoNow: MonoMs },
): readonly [Rest, Fault | undefined] => {
  if (rest === undefined) {
    return [
      { place: position, count: 1, away: { azimuth: NOT_AWAY, elevation: NOT_AWAY }, lookedMonoMs: monoNow },
      undefined,
    ]
  }
  const seconds = Math.min(LOOK_GAP_MAX_SEC, (monoNow - rest.lookedMonoMs) / 1000)
  const awayIn = (axis: AxisName): Rest['away'][AxisName] => {
    const off = position[axis] - rest.place[axis]
    const slack = slackOf(mount, axis)
    const { above, below } = rest.away[axis]
    return {
      above: Math.max(0, above + (off - slack) * seconds),
      below: Math.max(0, below + (-off - slack) * seconds),
    }
  }
  const away = { azimuth: awayIn('azimuth'), elevation: awayIn('elevation') }
  const count = Math.min(READINGS_FOR_PLACE, rest.count + 1)
  const mean = (axis: AxisName): number =>
    rest.count < READINGS_FOR_PLACE
      ? rest.place[axis] + (position[axis] - rest.place[axis]) / count
      : rest.place[axis]
  const next: Rest = {
    place: { azimuth: deg(mean('azimuth')), elevation: deg(mean('elevation')) },
    count,
    away,
    lookedMonoMs: monoNow,
  }
  for (const axis of ['azimuth', 'elevation'] as const) {
    if (Math.max(away[axis].above, away[axis].below) < AWAY_DEG_SEC) continue
    const what = `The ${axis} stood at ${rest.place[axis].toFixed(1)}° and is at ${position[axis].toFixed(1)}°`
    return [next, fault('motion.runaway', `${what}, though nobody sent it anywhere`)]
  }
  return [next, undefined]
}
