import type { AxesPath } from './axis-tasks.ts'
import {
  fillRow,
  type Grid,
  haveCommonPlace,
  makeGrid,
  makeRows,
  type Posture,
  type Rows,
  type TwoAxisProblem,
} from './reachable-rows.ts'
import { separationDeg } from './sky-error.ts'

interface Meeting {
  readonly grid: Grid
  readonly forward: Rows
  readonly backward: Rows
  /** In the posture of the beginning, with the next instant in that of the end. */
  readonly crossing: Rows
  readonly row: number
}

/** Where the motions that begin in one posture meet those that end in the other; undefined where they never do. */
const meet = (
  problem: TwoAxisProblem,
  postures: { readonly start: Posture; readonly end: Posture },
  errorDeg: number,
): Meeting | undefined => {
  const grid = makeGrid(problem, errorDeg)
  const forward = makeRows(grid)
  const backward = makeRows(grid)
  const crossing = makeRows(grid)
  const lastRow = grid.indices.length - 1
  let reached = -1
  for (let row = 0; row <= lastRow; row += 1) {
    const before = row === 0 ? undefined : row - 1
    if (!fillRow(problem, grid, forward, { row, before, posture: postures.start })) break
    reached = row
  }
  const height = (row: number): number => problem.track.elevation[grid.indices[row] as number] as number
  let best: number | undefined
  for (let row = lastRow; row >= 0; row -= 1) {
    const before = row === lastRow ? undefined : row + 1
    // Where the target is highest: there it is all one which posture the antenna is in.
    const isLower = best !== undefined && height(row) <= height(best)
    if (isLower) break
    if (row <= reached) {
      // A fast axis is through the places where both postures may be before anybody looks again.
      const posture = before === undefined ? postures.end : postures.start
      const isAny = fillRow(problem, grid, crossing, { row, before, posture, from: backward })
      if (isAny && haveCommonPlace(grid, forward, crossing, row)) best = row
    }
    if (!fillRow(problem, grid, backward, { row, before, posture: postures.end })) break
  }
  return best === undefined ? undefined : { grid, forward, backward, crossing, row: best }
}

/** Follows the reachable places from the meeting to an end, each time to the one nearest to the target. */
const trace = (
  problem: TwoAxisProblem,
  { grid, row: meeting }: Meeting,
  rows: Rows,
  options: {
    readonly posture: Posture
    readonly direction: 1 | -1
    readonly from: { readonly slice: number; readonly azimuth: number } | undefined
    readonly put: (row: number, azimuth: number, elevation: number) => void
  },
): { slice: number; azimuth: number } | undefined => {
  const { posture, direction } = options
  let place = options.from
  const firstRow = place === undefined ? meeting : meeting + direction
  for (let row = firstRow; row >= 0 && row < grid.indices.length; row += direction) {
    const i = grid.indices[row] as number
    const targetElevation = problem.track.elevation[i] as number
    const targetAzimuth = problem.track.azimuth[i] as number
    const firstSlice = rows.firstSlice[row] as number
    const from = place === undefined ? firstSlice : Math.max(firstSlice, place.slice - grid.crossed)
    const to = Math.min(
      firstSlice + (rows.count[row] as number) - 1,
      place === undefined ? Number.POSITIVE_INFINITY : place.slice + grid.crossed,
    )
    let least = Number.POSITIVE_INFINITY
    let next = place
    for (let slice = from; slice <= to; slice += 1) {
      const at = row * grid.width + slice - firstSlice
      const low = Math.max(
        rows.low[at] as number,
        place === undefined ? Number.NEGATIVE_INFINITY : place.azimuth - grid.turned,
      )
      const high = Math.min(
        rows.high[at] as number,
        place === undefined ? Number.POSITIVE_INFINITY : place.azimuth + grid.turned,
      )
      if (low > high) continue
      const elevation = 90 + slice * grid.sliceDeg
      const azimuth = Math.max(low, Math.min(high, targetAzimuth + posture.offset))
      const error = separationDeg(azimuth, elevation, targetAzimuth, targetElevation)
      if (error < least) {
        least = error
        next = { slice, azimuth }
      }
    }
    if (next === undefined) return undefined
    place = next
    options.put(row, place.azimuth, 90 + place.slice * grid.sliceDeg)
    if (options.from === undefined) return place
  }
  return place
}

/** The motion of a meeting, between its samples in straight lines; outside the problem's samples on target. */
const pathOf = (
  problem: TwoAxisProblem,
  meeting: Meeting,
  postures: { readonly start: Posture; readonly end: Posture },
): AxesPath => {
  const { track, first, last } = problem
  const { indices } = meeting.grid
  const azimuth = new Float64Array(track.count)
  const elevation = new Float64Array(track.count)
  const put = (row: number, az: number, el: number): void => {
    azimuth[indices[row] as number] = az
    elevation[indices[row] as number] = el
  }
  // The meeting's place lies in both.
  const { forward, backward, crossing, row, grid } = meeting
  const common: Rows = { ...forward, low: forward.low.slice(), high: forward.high.slice() }
  for (let slice = 0; slice < (forward.count[row] as number); slice += 1) {
    const inCrossing = slice + (forward.firstSlice[row] as number) - (crossing.firstSlice[row] as number)
    const isThere = inCrossing >= 0 && inCrossing < (crossing.count[row] as number)
    const at = row * grid.width + slice
    const other = row * grid.width + inCrossing
    common.low[at] = isThere
      ? Math.max(common.low[at] as number, crossing.low[other] as number)
      : Number.POSITIVE_INFINITY
    common.high[at] = isThere
      ? Math.min(common.high[at] as number, crossing.high[other] as number)
      : Number.NEGATIVE_INFINITY
  }
  const from = trace(problem, meeting, common, {
    posture: postures.start,
    direction: 1,
    from: undefined,
    put,
  })
  trace(problem, meeting, forward, { posture: postures.start, direction: -1, from, put })
  trace(problem, meeting, backward, { posture: postures.end, direction: 1, from, put })
  for (let step = 1; step < indices.length; step += 1) {
    const a = indices[step - 1] as number
    const b = indices[step] as number
    for (let i = a + 1; i < b; i += 1) {
      const share = (i - a) / (b - a)
      azimuth[i] = (azimuth[a] as number) + share * ((azimuth[b] as number) - (azimuth[a] as number))
      elevation[i] = (elevation[a] as number) + share * ((elevation[b] as number) - (elevation[a] as number))
    }
  }
  for (let i = 0; i < track.count; i += 1) {
    if (i >= first && i <= last) continue
    const { offset, overBack } = i < first ? postures.start : postures.end
    const target = track.elevation[i] as number
    azimuth[i] = (track.azimuth[i] as number) + offset
    elevation[i] = overBack ? 180 - target : target
  }
  return { azimuth, elevation }
}

/** How near to the least error the search goes. */
const TOLERANCE = 0.015
const TOLERANCE_DEG = 0.005

export interface TwoAxisMotion {
  readonly path: AxesPath
  /** Largest error, degrees, between the search's instants and the slices taken as they are. */
  readonly errorDeg: number
}

/**
 * The motion with the least largest error from one posture to the other, where that is below `below`.
 * `boundDeg`: no motion between these postures has a smaller largest error; the slices are allowed for.
 */
export const reachBetween = (
  problem: TwoAxisProblem,
  postures: { readonly start: Posture; readonly end: Posture },
  below: number,
): { readonly motion: TwoAxisMotion | undefined; readonly boundDeg: number } => {
  const proven = (errorDeg: number): number =>
    Math.max(0, errorDeg - makeGrid(problem, errorDeg).sliceDeg / 2)
  let possible = meet(problem, postures, below)
  if (possible === undefined) return { motion: undefined, boundDeg: proven(below) }
  let impossible = 0
  let errorDeg = below
  let boundDeg = 0
  while (errorDeg - impossible > TOLERANCE * errorDeg + TOLERANCE_DEG) {
    const middle = impossible === 0 ? errorDeg * 0.6 : (errorDeg + impossible) / 2
    const met = meet(problem, postures, middle)
    if (met === undefined) {
      impossible = middle
      boundDeg = Math.max(boundDeg, proven(middle))
    } else {
      possible = met
      errorDeg = middle
    }
    if (errorDeg < TOLERANCE_DEG) break
  }
  return { motion: { path: pathOf(problem, possible, postures), errorDeg }, boundDeg }
}
