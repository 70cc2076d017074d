import { type AzEl, wrapDeg } from '../../kernel/angle.ts'
import { type UtcMs, utcPlus } from '../../kernel/time.ts'
import { ms } from '../../kernel/units.ts'
import type { AzElMount } from '../../pointing/mount.ts'
import { turnsOf } from '../../pointing/mount.ts'
import { motionSeconds } from './axis-plan.ts'
import { placeBeside, type ScanPlan, type ScanSource } from './sky-scan.ts'

/** A stretch of a scan on which the antenna goes one way, place by place. */
export interface ScanLeg {
  readonly what: string
  /** How many times it stops and listens; none on the way there. */
  readonly places: number
  /** True directions of the sky at its first and at its last place, as the source will have gone on by then. */
  readonly from: AzEl
  readonly to: AzEl
  readonly beginsUtcMs: UtcMs
  readonly seconds: number
}

const NAMES = {
  azimuth: { up: 'azimuth cut, to the right', down: 'azimuth cut, back to the left' },
  elevation: { up: 'elevation cut, up', down: 'elevation cut, back down' },
} as const

const onSky = ({ azimuth, elevation }: AzEl): AzEl => ({ azimuth: wrapDeg(azimuth), elevation })

/** The motions of a scan to come, in their order, with the way to its first place. */
export const scanLegs = (
  plan: ScanPlan,
  options: {
    readonly source: ScanSource
    readonly mount: AzElMount
    /** Where the axes are before. */
    readonly from: AzEl
    readonly atUtcMs: UtcMs
  },
): readonly ScanLeg[] => {
  const { source, mount, from, atUtcMs } = options
  const { points } = plan
  const secondsEach = plan.seconds / Math.max(1, points.length)
  const [first] = points
  const seen = source.lookAt(atUtcMs)
  if (first === undefined || seen === undefined) return []
  const begin = placeBeside(seen, first)
  const nearest = turnsOf(mount.azimuth, begin.azimuth).toSorted(
    (a, b) => Math.abs(a - from.azimuth) - Math.abs(b - from.azimuth),
  )[0]
  const way = motionSeconds(mount, from, { ...begin, azimuth: nearest ?? begin.azimuth })
  const legs: ScanLeg[] = [
    {
      what: 'to the first place',
      places: 0,
      from: onSky(from),
      to: onSky(begin),
      beginsUtcMs: atUtcMs,
      seconds: way,
    },
  ]
  const instantOf = (index: number): UtcMs => utcPlus(atUtcMs, ms((way + index * secondsEach) * 1_000))
  const placeOf = (index: number): AzEl | undefined => {
    const point = points[index]
    const then = source.lookAt(instantOf(index))
    return point === undefined || then === undefined ? undefined : onSky(placeBeside(then, point))
  }
  for (let index = 0; index < points.length; ) {
    const start = points[index]
    const second = points[index + 1]
    if (start === undefined) break
    const isUp = second !== undefined && second.axis === start.axis && second.besideDeg > start.besideDeg
    let last = index
    for (let next = points[last + 1]; next?.axis === start.axis; next = points[last + 1]) {
      // The outermost place is listened to twice, once on each way.
      const step = next.besideDeg - (points[last]?.besideDeg ?? 0)
      if (isUp ? step <= 0 : step >= 0) break
      last += 1
    }
    const at = placeOf(index)
    const end = placeOf(last)
    if (at === undefined || end === undefined) break
    const places = last + 1 - index
    legs.push({
      what: NAMES[start.axis][isUp ? 'up' : 'down'],
      places,
      from: at,
      to: end,
      beginsUtcMs: instantOf(index),
      seconds: places * secondsEach,
    })
    index = last + 1
  }
  return legs
}
