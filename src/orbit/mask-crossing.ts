import { shortestTurn, wrapSignedDeg } from '../kernel/angle.ts'
import { MS_PER_SECOND } from '../kernel/time.ts'
import { deg } from '../kernel/units.ts'
import { type HorizonMask, maskElevation } from './horizon-mask.ts'
import { findRoot } from './root.ts'
import { type Sampler, type SkySample, TIME_TOLERANCE_MS } from './sky-sample.ts'

// Along a skyline the azimuth may turn by this much from look to look, and no look is nearer than half a second.
const AZIMUTH_STEP_DEG = 2
const SKYLINE_STEP_MS_MIN = 0.5 * MS_PER_SECOND
const SKYLINE_STEP_SHARE = 1 / 8

/** How far above the mask, degrees. */
export const clearanceOf = (mask: HorizonMask, { look }: SkySample): number =>
  look.elevation - maskElevation(mask, look.azimuth)

interface Stretch {
  readonly sample: Sampler
  readonly mask: HorizonMask
  readonly from: SkySample
  readonly to: SkySample
}

const crossingWithin = ({ sample, mask, from, to }: Stretch): SkySample =>
  sample(
    findRoot({
      of: (at) => clearanceOf(mask, sample(at)),
      low: { at: from.atMs, value: clearanceOf(mask, from) },
      high: { at: to.atMs, value: clearanceOf(mask, to) },
      tolerance: TIME_TOLERANCE_MS,
    }),
  )

// Between two neighbouring corners of the skyline: its height is linear in the azimuth, so the clearance has at most
// one turn in such a short stretch.
const crossingsOfOneEdge = (stretch: Stretch): readonly SkySample[] => {
  const { sample, mask, from, to } = stretch
  const clearanceFrom = clearanceOf(mask, from)
  const clearanceTo = clearanceOf(mask, to)
  if (clearanceFrom > 0 !== clearanceTo > 0) return [crossingWithin(stretch)]
  const turn = shortestTurn({ from: from.look.azimuth, to: to.look.azimuth })
  const rise = maskElevation(mask, to.look.azimuth) - maskElevation(mask, from.look.azimuth)
  const slope = turn === 0 ? 0 : rise / turn
  const rate = ({ look }: SkySample): number => look.elevationRate - slope * look.azimuthRate
  const rateFrom = rate(from)
  const rateTo = rate(to)
  const maySwap = clearanceFrom > 0 ? rateFrom < 0 && rateTo > 0 : rateFrom > 0 && rateTo < 0
  if (!maySwap) return []
  const turnAtMs = findRoot({
    of: (at) => rate(sample(at)),
    low: { at: from.atMs, value: rateFrom },
    high: { at: to.atMs, value: rateTo },
    tolerance: TIME_TOLERANCE_MS,
  })
  const turning = sample(turnAtMs)
  if (clearanceOf(mask, turning) > 0 === clearanceFrom > 0) return []
  return [crossingWithin({ ...stretch, to: turning }), crossingWithin({ ...stretch, from: turning })]
}

/** The instants at which the azimuth passes a corner of the skyline, in the order of time. */
const cornersWithin = ({ sample, mask, from, to }: Stretch): readonly SkySample[] => {
  const turn = shortestTurn({ from: from.look.azimuth, to: to.look.azimuth })
  const passed = mask.points
    .map(({ azimuth }) => ({ azimuth, ahead: shortestTurn({ from: from.look.azimuth, to: azimuth }) }))
    .filter(({ ahead }) => ahead !== 0 && ahead > 0 === turn > 0 && Math.abs(ahead) < Math.abs(turn))
    .sort((a, b) => Math.abs(a.ahead) - Math.abs(b.ahead))
  const corners: SkySample[] = []
  for (const { azimuth } of passed) {
    const offset = (at: SkySample): number => wrapSignedDeg(deg(at.look.azimuth - azimuth))
    const start = corners.at(-1) ?? from
    corners.push(
      sample(
        findRoot({
          of: (at) => offset(sample(at)),
          low: { at: start.atMs, value: offset(start) },
          high: { at: to.atMs, value: offset(to) },
          tolerance: TIME_TOLERANCE_MS,
        }),
      ),
    )
  }
  return corners
}

const crossingsOfSkyline = (stretch: Stretch): readonly SkySample[] => {
  const { sample, mask, from, to } = stretch
  const heights = mask.points.map(({ elevation }) => elevation)
  const lowest = Math.min(...heights)
  const highest = Math.max(...heights)
  const crossings: SkySample[] = []
  let before = from
  while (before.atMs < to.atMs) {
    const azimuthStepMs = (AZIMUTH_STEP_DEG / Math.abs(before.look.azimuthRate)) * MS_PER_SECOND
    const stepMs = Math.min(before.stepMs * SKYLINE_STEP_SHARE, Math.max(SKYLINE_STEP_MS_MIN, azimuthStepMs))
    const next = before.atMs + stepMs < to.atMs ? sample(before.atMs + stepMs) : to
    const { elevation: a } = before.look
    const { elevation: b } = next.look
    if (Math.max(a, b) >= lowest && Math.min(a, b) <= highest) {
      let start = before
      for (const corner of [...cornersWithin({ ...stretch, from: before, to: next }), next]) {
        crossings.push(...crossingsOfOneEdge({ ...stretch, from: start, to: corner }))
        start = corner
      }
    }
    before = next
  }
  return crossings
}

/**
 * The instants at which the mask is crossed between two samples, in the order of time. The elevation must only rise or
 * only sink between them; over a skyline the object may still go behind it and come out several times.
 */
export const maskCrossings = (stretch: Stretch): readonly SkySample[] => {
  const { mask, from, to } = stretch
  if (mask.points.length > 0) return crossingsOfSkyline(stretch)
  return clearanceOf(mask, from) > 0 === clearanceOf(mask, to) > 0 ? [] : [crossingWithin(stretch)]
}
