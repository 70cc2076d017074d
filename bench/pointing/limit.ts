import type { AzElMount } from '../../src/pointing/mount.ts'

/**
 * The least largest great-circle error that any motion of a mount can reach, whatever it does on the way.
 *
 * Nothing of the planner is in here. All places of both axes are cells of a grid, one cell a place; from instant to instant
 * each cell takes over the least of the errors in reach (azimuth and elevation each at its own speed) and its own error if that
 * is larger. The cells are whole parts of what the axes do in a step, so that nothing is lost by rounding: any motion has a
 * neighbour on the grid that is at most half a cell off in each axis. What comes out is therefore at most the half diagonal of a
 * cell too large, and the limit lies between `lowDeg` and `highDeg`. Acceleration, backlash and controllers are left out: with
 * them it can only be worse.
 */
export interface Limit {
  readonly lowDeg: number
  readonly highDeg: number
}

export interface SkySamples {
  readonly stepSec: number
  /** Degrees. */
  readonly azimuth: Float64Array
  readonly elevation: Float64Array
}

const RAD = Math.PI / 180

/** The least over a window of `reach` cells to either side, by a queue of candidates (each enters and leaves once). */
export const leastAround = (
  source: Float64Array,
  target: Float64Array,
  options: { readonly from: number; readonly stride: number; readonly count: number; readonly reach: number },
  queue: Int32Array,
): void => {
  const { from, stride, count, reach } = options
  let head = 0
  let tail = 0
  for (let i = 0; i < count + reach; i += 1) {
    if (i < count) {
      const value = source[from + i * stride] as number
      while (tail > head && (source[from + (queue[tail - 1] as number) * stride] as number) >= value)
        tail -= 1
      queue[tail] = i
      tail += 1
    }
    const middle = i - reach
    if (middle < 0) continue
    while ((queue[head] as number) < middle - reach) head += 1
    target[from + middle * stride] = source[from + (queue[head] as number) * stride] as number
  }
}

export interface Cells {
  readonly count: number
  readonly minimum: number
  readonly sizeDeg: number
  readonly reach: number
}

export const cellsOf = (
  axis: { readonly minimum: number; readonly maximum: number; readonly slewRate: number },
  stepSec: number,
  cellDeg: number,
): Cells => {
  const way = axis.slewRate * stepSec
  if (axis.maximum === axis.minimum) return { count: 1, minimum: axis.minimum, sizeDeg: 0, reach: 0 }
  const reach = Math.max(1, Math.ceil(way / cellDeg))
  const sizeDeg = way / reach
  return {
    count: Math.round((axis.maximum - axis.minimum) / sizeDeg) + 1,
    minimum: axis.minimum,
    sizeDeg,
    reach,
  }
}

/**
 * The limit for a stretch of a pass. `aboveDeg`: an error that some motion is known to keep; places worse than that are left
 * out. `cellDeg`: cells are at most so large.
 */
export const leastLargestError = (
  samples: SkySamples,
  mount: AzElMount,
  options: { readonly aboveDeg: number; readonly cellDeg: number },
): Limit => {
  const { stepSec } = samples
  const across = cellsOf(mount.azimuth, stepSec, options.cellDeg)
  const up = cellsOf(mount.elevation, stepSec, options.cellDeg)
  const radiusDeg = Math.hypot(across.sizeDeg, up.sizeDeg) / 2
  const cut = options.aboveDeg + radiusDeg
  const size = across.count * up.count
  let values = new Float64Array(size).fill(Number.NEGATIVE_INFINITY)
  let spare = new Float64Array(size).fill(Number.POSITIVE_INFINITY)
  const queue = new Int32Array(Math.max(across.count, up.count) + 1)
  const cosines = new Float64Array(across.count)
  let isActive = new Uint8Array(up.count).fill(1)
  let isFirst = true
  for (let i = 0; i < samples.azimuth.length; i += 1) {
    const azimuth = samples.azimuth[i] as number
    const elevation = (samples.elevation[i] as number) * RAD
    const sine = Math.sin(elevation)
    const cosine = Math.cos(elevation)
    for (let a = 0; a < across.count; a += 1) {
      cosines[a] = Math.cos((across.minimum + a * across.sizeDeg - azimuth) * RAD)
    }
    const isActiveNow = new Uint8Array(up.count)
    // Rows that are not active are never read: what stands in them does not matter.
    const isNear = (e: number): boolean => {
      const place = (up.minimum + e * up.sizeDeg) * RAD
      return Math.min(Math.abs(place - elevation), Math.abs(Math.PI - place - elevation)) <= cut * RAD
    }
    if (!isFirst) spreadUp(values, spare, { across, up, isActive, isNear })
    const source = isFirst ? values : spare
    const next = isFirst ? spare : values
    for (let e = 0; e < up.count; e += 1) {
      if (!isNear(e)) continue
      const place = (up.minimum + e * up.sizeDeg) * RAD
      const row = e * across.count
      if (!isFirst) {
        leastAround(source, next, { from: row, stride: 1, count: across.count, reach: across.reach }, queue)
      } else next.fill(Number.NEGATIVE_INFINITY, row, row + across.count)
      const sineHere = Math.sin(place) * sine
      const cosineHere = Math.cos(place) * cosine
      const cutCosine = Math.cos(Math.min(180, cut) * RAD)
      for (let a = 0; a < across.count; a += 1) {
        const cosineOfError = sineHere + cosineHere * (cosines[a] as number)
        if (cosineOfError < cutCosine) next[row + a] = Number.POSITIVE_INFINITY
        else {
          const error = Math.acos(Math.min(1, cosineOfError)) / RAD
          if (error > (next[row + a] as number)) next[row + a] = error
          isActiveNow[e] = 1
        }
      }
    }
    values = next
    spare = source
    isActive = isActiveNow
    isFirst = false
  }
  let least = Number.POSITIVE_INFINITY
  for (let at = 0; at < size; at += 1) {
    if (isActive[Math.floor(at / across.count)] === 1) least = Math.min(least, values[at] as number)
  }
  // Everything was cut off: no motion is better than the known one.
  const highDeg = Math.min(least, options.aboveDeg)
  return { lowDeg: Math.max(0, Math.min(least, cut) - radiusDeg), highDeg }
}

/** Along the elevation, row by row: few rows hold anything. */
const spreadUp = (
  source: Float64Array,
  target: Float64Array,
  options: {
    readonly across: Cells
    readonly up: Cells
    readonly isActive: Uint8Array
    readonly isNear: (e: number) => boolean
  },
): void => {
  const { across, up, isActive } = options
  for (let e = 0; e < up.count; e += 1) {
    if (!options.isNear(e)) continue
    const row = e * across.count
    target.fill(Number.POSITIVE_INFINITY, row, row + across.count)
    const from = Math.max(0, e - up.reach)
    const to = Math.min(up.count - 1, e + up.reach)
    for (let other = from; other <= to; other += 1) {
      if (isActive[other] === 0) continue
      for (let a = 0; a < across.count; a += 1) {
        const value = source[other * across.count + a] as number
        if (value < (target[row + a] as number)) target[row + a] = value
      }
    }
  }
}
