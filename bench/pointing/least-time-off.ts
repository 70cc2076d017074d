import type { AzElMount } from '../../src/pointing/mount.ts'
import { type Cells, cellsOf, leastAround, type SkySamples } from './limit.ts'

const RAD = Math.PI / 180

interface Target {
  /** Degrees. */
  readonly azimuth: number
  readonly elevation: number
}

/** First and last cells of a row, in pairs, of which some place may be within an error of the target. */
const cellsWithin = (
  target: Target,
  errorDeg: number,
  { across, up, row }: { readonly across: Cells; readonly up: Cells; readonly row: number },
): readonly (readonly [number, number])[] => {
  const place = (up.minimum + row * up.sizeDeg) * RAD
  const half = (up.sizeDeg / 2) * RAD
  // A degree of azimuth is longest on the side of the cell that is farthest from the zenith.
  const longest = Math.sin(Math.min(Math.PI / 2, Math.abs(Math.PI / 2 - place) + half))
  const allowed = Math.min(180, errorDeg + Math.hypot(up.sizeDeg, across.sizeDeg * longest) / 2)
  const elevation = target.elevation * RAD
  const cosines = Math.cos(place) * Math.cos(elevation)
  const least = Math.cos(allowed * RAD) - Math.sin(place) * Math.sin(elevation)
  if (least > Math.abs(cosines)) return []
  const roomDeg = least <= -Math.abs(cosines) ? 180 : Math.acos(least / Math.abs(cosines)) / RAD
  if (roomDeg === 180) return [[0, across.count - 1]]
  // Over the back it is the opposite azimuth that looks there.
  const middle = cosines < 0 ? target.azimuth + 180 : target.azimuth
  const end = across.minimum + (across.count - 1) * across.sizeDeg
  const ranges: [number, number][] = []
  const firstTurn = Math.ceil((across.minimum - middle - roomDeg) / 360)
  for (let turn = firstTurn; middle + turn * 360 - roomDeg <= end; turn += 1) {
    const centre = middle + turn * 360 - across.minimum
    const from = Math.max(0, Math.ceil((centre - roomDeg) / across.sizeDeg - 1e-9))
    const to = Math.min(across.count - 1, Math.floor((centre + roomDeg) / across.sizeDeg + 1e-9))
    if (from <= to) ranges.push([from, to])
  }
  return ranges
}

/**
 * At how many of a stretch's instants any motion of a mount must be off its target by more than `errorDeg`: a lower bound.
 *
 * As in `limit.ts` all places of both axes are cells of a grid whose cells are whole parts of what the axes do in a step, so that
 * any motion has a neighbour on the grid at most half a cell off in each axis. From instant to instant each cell takes over the
 * most instants on target of those in reach. A cell counts as on target where any place in it may be; that is what the bound is
 * low by: half a cell's diagonal on the sky, of `errorDeg`. Acceleration, backlash and controllers are left out: with them it can
 * only be more.
 */
export const leastInstantsOff = (
  samples: SkySamples,
  mount: AzElMount,
  options: {
    readonly errorDeg: number
    /** Cells are at most so large. */
    readonly cellDeg: { readonly azimuth: number; readonly elevation: number }
  },
): number => {
  const { stepSec } = samples
  const { errorDeg, cellDeg } = options
  const across = cellsOf(mount.azimuth, stepSec, cellDeg.azimuth)
  const up = cellsOf(mount.elevation, stepSec, cellDeg.elevation)
  const size = across.count * up.count
  // Instants on target, negative: only few cells are on target, the others are left as they are.
  const values = new Float64Array(size)
  const spread = new Float64Array(size)
  const queue = new Int32Array(Math.max(across.count, up.count) + 1)
  for (let i = 0; i < samples.azimuth.length; i += 1) {
    if (i > 0) {
      for (let a = 0; a < across.count; a += 1) {
        const column = { from: a, stride: across.count, count: up.count, reach: up.reach }
        leastAround(values, spread, column, queue)
      }
      for (let row = 0; row < up.count; row += 1) {
        const cells = { from: row * across.count, stride: 1, count: across.count, reach: across.reach }
        leastAround(spread, values, cells, queue)
      }
    }
    const target = { azimuth: samples.azimuth[i] as number, elevation: samples.elevation[i] as number }
    for (let row = 0; row < up.count; row += 1) {
      let next = 0
      for (const [from, to] of cellsWithin(target, errorDeg, { across, up, row })) {
        for (let a = Math.max(next, from); a <= to; a += 1) {
          const at = row * across.count + a
          values[at] = (values[at] as number) - 1
        }
        next = Math.max(next, to + 1)
      }
    }
  }
  let least = Number.POSITIVE_INFINITY
  for (const value of values) least = Math.min(least, value)
  return samples.azimuth.length + least
}
