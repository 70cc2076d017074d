import type { Unavoidable } from './axis-tasks.ts'
import type { AzElMount } from './mount.ts'
import { azimuthRoom } from './sky-error.ts'
import type { SkyTrack } from './sky-track.ts'

/**
 * What both axes can do together about the zenith.
 *
 * For a largest error ε the places allowed at an instant are a cap about the target. In the axes' coordinates that is for each
 * elevation an interval of azimuth, which widens towards 90° and there may be all of it: where the antenna may turn at will,
 * and go over the top. Elevation is taken in slices as fine as ε asks, azimuth is exact. The places that can be reached are
 * carried forward from the beginning and backward from the end; a motion exists where the two have a place in common.
 */

/** One way to look at the target: by which turn of the cable, and whether over the antenna's back. */
export interface Posture {
  /** To be added to the target's azimuth: whole turns, and half a one over the back. */
  readonly offset: number
  readonly overBack: boolean
}

export interface TwoAxisProblem {
  readonly track: SkyTrack
  readonly mount: AzElMount
  readonly unavoidable: Unavoidable
  /** First and last sample looked at; outside of them the postures are kept. */
  readonly first: number
  readonly last: number
}

/** Slices for ε: the antenna is at most half a slice off its best place, a thirty-second of ε. */
const SLICES_PER_ERROR = 16
/** The target moves less than this share of ε between instants. */
const STEP_PER_ERROR = 1 / 8
/** What is in a low orbit moves so fast on the sky at most, deg/s: 300 km high. */
const SKY_RATE_MAX = 1.5

export interface Rows {
  readonly firstSlice: Int32Array
  readonly count: Int32Array
  readonly low: Float64Array
  readonly high: Float64Array
}

export interface Grid {
  readonly indices: readonly number[]
  readonly errorDeg: number
  readonly sliceDeg: number
  /** Slices that the elevation axis crosses in a step. */
  readonly crossed: number
  readonly turned: number
  readonly width: number
}

export const makeGrid = (
  { track, mount, first, last, unavoidable }: TwoAxisProblem,
  errorDeg: number,
): Grid => {
  let largest = errorDeg
  for (let i = first; i <= last; i += 1) largest = Math.max(largest, unavoidable[i] as number)
  const span = last - first
  const stride = Math.max(1, Math.floor((errorDeg * STEP_PER_ERROR) / SKY_RATE_MAX / track.stepSec))
  // The last step is shorter and is given the reach of a whole one: the bound stays one.
  const indices = Array.from({ length: Math.ceil(span / stride) + 1 }, (_, step) =>
    Math.min(last, first + step * stride),
  )
  const stepSec = stride * track.stepSec
  const tilted = mount.elevation.slewRate * stepSec
  const crossed = Math.max(1, Math.ceil((tilted * SLICES_PER_ERROR) / errorDeg))
  const sliceDeg = tilted / crossed
  return {
    indices,
    errorDeg,
    sliceDeg,
    crossed,
    turned: mount.azimuth.slewRate * stepSec,
    width: Math.ceil((2 * largest) / sliceDeg) + 2,
  }
}

export const makeRows = (grid: Grid): Rows => ({
  firstSlice: new Int32Array(grid.indices.length),
  count: new Int32Array(grid.indices.length),
  low: new Float64Array(grid.indices.length * grid.width),
  high: new Float64Array(grid.indices.length * grid.width),
})

/** Fills one row with what is allowed and can be reached from the row `before`; false where that is nothing. */
export const fillRow = (
  problem: TwoAxisProblem,
  grid: Grid,
  rows: Rows,
  options: {
    readonly row: number
    readonly before: number | undefined
    readonly posture: Posture
    /** Whose row is before; the same rows unless given. */
    readonly from?: Rows
  },
): boolean => {
  const { row, before, posture, from: source = rows } = options
  const { sliceDeg, crossed, turned, width } = grid
  const { azimuth, elevation } = problem.mount
  const i = grid.indices[row] as number
  const targetElevation = problem.track.elevation[i] as number
  const allowed = Math.max(grid.errorDeg, problem.unavoidable[i] as number) + 1e-6
  const middle = posture.overBack ? 180 - targetElevation : targetElevation
  const firstSlice = Math.ceil((Math.max(middle - allowed, elevation.minimum) - 90) / sliceDeg - 1e-9)
  const lastSlice = Math.floor((Math.min(middle + allowed, elevation.maximum) - 90) / sliceDeg + 1e-9)
  const count = Math.max(0, Math.min(width, lastSlice - firstSlice + 1))
  rows.firstSlice[row] = firstSlice
  rows.count[row] = count
  const centre = (problem.track.azimuth[i] as number) + posture.offset
  const shift = before === undefined ? 0 : firstSlice - (source.firstSlice[before] as number)
  const countBefore = before === undefined ? 0 : (source.count[before] as number)
  let isAny = false
  for (let slice = 0; slice < count; slice += 1) {
    let low: number = azimuth.minimum
    let high: number = azimuth.maximum
    if (before !== undefined) {
      low = Number.POSITIVE_INFINITY
      high = Number.NEGATIVE_INFINITY
      const from = Math.max(0, slice + shift - crossed)
      const to = Math.min(countBefore - 1, slice + shift + crossed)
      for (let at = before * width + from; at <= before * width + to; at += 1) {
        const lowBefore = source.low[at] as number
        const highBefore = source.high[at] as number
        if (lowBefore > highBefore) continue
        if (lowBefore < low) low = lowBefore
        if (highBefore > high) high = highBefore
      }
      low = Math.max(azimuth.minimum, low - turned)
      high = Math.min(azimuth.maximum, high + turned)
    }
    if (low <= high) {
      const slices = 90 + (firstSlice + slice) * sliceDeg
      const room = azimuthRoom(allowed, slices, targetElevation)
      // On the other side of the zenith this posture has only what is allowed for any azimuth.
      const isOtherSide = posture.overBack ? slices < 90 : slices > 90
      if (room < 0 || (isOtherSide && room < 180)) {
        low = Number.POSITIVE_INFINITY
        high = Number.NEGATIVE_INFINITY
      } else if (room < 180) {
        low = Math.max(low, centre - room)
        high = Math.min(high, centre + room)
      }
    }
    rows.low[row * width + slice] = low
    rows.high[row * width + slice] = high
    isAny ||= low <= high
  }
  return isAny
}

export const haveCommonPlace = (grid: Grid, a: Rows, b: Rows, row: number): boolean => {
  const first = Math.max(a.firstSlice[row] as number, b.firstSlice[row] as number)
  const last = Math.min(
    (a.firstSlice[row] as number) + (a.count[row] as number),
    (b.firstSlice[row] as number) + (b.count[row] as number),
  )
  for (let slice = first; slice < last; slice += 1) {
    const inA = row * grid.width + slice - (a.firstSlice[row] as number)
    const inB = row * grid.width + slice - (b.firstSlice[row] as number)
    const low = Math.max(a.low[inA] as number, b.low[inB] as number)
    if (low <= Math.min(a.high[inA] as number, b.high[inB] as number)) return true
  }
  return false
}
