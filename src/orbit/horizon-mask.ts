import { wrapDeg } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { type Deg, deg } from '../kernel/units.ts'

export interface HorizonPoint {
  /** Clockwise from true north. */
  readonly azimuth: Deg
  /** What stands there ends at this elevation, [-90, 90]. */
  readonly elevation: Deg
}

/**
 * The lowest elevation that can be used in each direction: linear in azimuth between its points, closed over north, and
 * nowhere under the minimum. Made by `createHorizonMask` or `flatHorizon`, which see to that.
 */
export interface HorizonMask {
  readonly minimumElevation: Deg
  /** By rising azimuth, within [0, 360), no two alike; empty for a flat horizon. */
  readonly points: readonly HorizonPoint[]
}

/** A skyline surveyed every tenth of a degree; finer than any antenna beam here. */
export const HORIZON_POINTS_MAX = 3_600

/**
 * Surveyed points stand at most so far apart: with one to each quarter a straight line between them is meant, with fewer
 * some are missing.
 */
const HORIZON_GAP_MAX_DEG = 90

/**
 * What a survey leaves open, in words with both its points; undefined where the skyline is whole. One point is a level
 * skyline, meant as such, and none is none.
 */
export const horizonHole = (points: readonly HorizonPoint[]): string | undefined => {
  if (points.length < 2) return undefined
  const sorted = points.toSorted((a, b) => a.azimuth - b.azimuth)
  for (const [index, { azimuth }] of sorted.entries()) {
    const next = sorted[(index + 1) % sorted.length]?.azimuth ?? azimuth
    const gap = index + 1 < sorted.length ? next - azimuth : next + 360 - azimuth
    if (gap > HORIZON_GAP_MAX_DEG)
      return `the horizon has no point between azimuth ${azimuth}° and ${next}°; give one every ${HORIZON_GAP_MAX_DEG}° at least, or one alone for the same all round`
  }
  return undefined
}

/** The same minimum all around. */
export const flatHorizon = (minimumElevation: Deg): HorizonMask => ({ minimumElevation, points: [] })

// With a point wherever the skyline comes out of the minimum, the higher of the two is again linear between points.
const raiseTo = (minimum: Deg, points: readonly HorizonPoint[]): readonly HorizonPoint[] =>
  points
    .flatMap((point, index) => {
      const raised = { azimuth: point.azimuth, elevation: deg(Math.max(minimum, point.elevation)) }
      const after = points[(index + 1) % points.length] ?? point
      const above = point.elevation - minimum
      const aboveAfter = after.elevation - minimum
      if (above * aboveAfter >= 0) return [raised]
      const span = wrapDeg(deg(after.azimuth - point.azimuth))
      const azimuth = wrapDeg(deg(point.azimuth + (span * above) / (above - aboveAfter)))
      return azimuth === after.azimuth ? [raised] : [raised, { azimuth, elevation: minimum }]
    })
    .sort((a, b) => a.azimuth - b.azimuth)

/** A mask from surveyed points in any order; azimuths are taken modulo a turn. One point is a level skyline. */
export const createHorizonMask = (options: {
  readonly minimumElevation: Deg
  readonly points: readonly HorizonPoint[]
}): Result<HorizonMask, Fault> => {
  const { minimumElevation } = options
  if (!(Math.abs(minimumElevation) <= 90)) {
    return err(fault('config.invalid', `The minimum elevation ${minimumElevation}° is not within -90 to 90`))
  }
  if (options.points.length > HORIZON_POINTS_MAX) {
    return err(
      fault(
        'config.invalid',
        `The horizon mask has ${options.points.length} points, more than ${HORIZON_POINTS_MAX}`,
      ),
    )
  }
  for (const point of options.points) {
    if (!(Number.isFinite(point.azimuth) && Math.abs(point.elevation) <= 90)) {
      return err(
        fault('config.invalid', `The horizon mask has the bad point ${point.azimuth}°, ${point.elevation}°`),
      )
    }
  }
  const points = options.points
    .map(({ azimuth, elevation }) => ({ azimuth: wrapDeg(azimuth), elevation }))
    .sort((a, b) => a.azimuth - b.azimuth)
  for (const [index, point] of points.entries()) {
    if (index > 0 && point.azimuth === points[index - 1]?.azimuth) {
      return err(fault('config.invalid', `The horizon mask has two points at azimuth ${point.azimuth}°`))
    }
  }
  return ok({ minimumElevation, points: raiseTo(minimumElevation, points) })
}

/** The lowest usable elevation in the direction of the azimuth (any turn). */
export const maskElevation = (mask: HorizonMask, azimuth: Deg): Deg => {
  const { points, minimumElevation } = mask
  if (points.length === 0) return minimumElevation
  const direction = wrapDeg(azimuth)
  // The first point beyond the direction, by halving.
  let low = 0
  let high = points.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((points[middle]?.azimuth ?? 360) > direction) high = middle
    else low = middle + 1
  }
  const after = points[low % points.length]
  const before = points[(low + points.length - 1) % points.length]
  if (after === undefined || before === undefined) return minimumElevation
  const span = wrapDeg(deg(after.azimuth - before.azimuth))
  const share = span === 0 ? 0 : wrapDeg(deg(direction - before.azimuth)) / span
  return deg(before.elevation + share * (after.elevation - before.elevation))
}
