/**
 * The motion of one axis that follows a target as closely as its speed allows.
 *
 * For a largest error ε on the sky each instant allows the axis an interval about its target; the positions from
 * which a rate-limited axis can stay in all later intervals, and could have stayed in all earlier ones, lie between
 * two envelopes (forward and backward cones of the intervals' ends). The least ε for which the envelopes do not
 * cross is found by halving: no motion of this axis has a smaller largest error. Within the envelopes the axis is on
 * its target wherever it can be, starts early before what is too fast, and catches up after it.
 */
export interface AxisPath {
  /** Unwrapped target of the axis, degrees, evenly sampled. */
  readonly target: Float64Array
  /**
   * Degrees on the sky for a degree of the axis: cos(elevation) for the azimuth, 1 for the elevation. The separation
   * of two directions of one elevation is 2·asin(cos(elevation)·sin(Δ/2)).
   */
  readonly skyScale: Float64Array
  readonly stepSec: number
  readonly slewDegPerSec: number
  readonly minimum: number
  readonly maximum: number
}

const HALF_TURN_DEG = 180
// 2^-24 of a half turn is 1e-5 degree, far below any encoder.
const HALVINGS = 24
const RAD = Math.PI / 180

/** How far the axis may be off for an error on the sky of `errorDeg`. */
const allowance = (errorDeg: number, skyScale: number): number => {
  const sine = Math.sin((errorDeg / 2) * RAD)
  return sine >= skyScale ? Number.POSITIVE_INFINITY : (2 * Math.asin(sine / skyScale)) / RAD
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value))

/** The axis's positions at the target's instants. */
export const followWithinRate = (path: AxisPath): Float64Array => {
  const count = path.target.length
  const reach = path.slewDegPerSec * path.stepSec
  const target = path.target.map((angle) => clamp(angle, path.minimum, path.maximum))
  const low = new Float64Array(count)
  const high = new Float64Array(count)

  const envelopesMeet = (errorDeg: number): boolean => {
    for (let i = 0; i < count; i += 1) {
      const room = allowance(errorDeg, path.skyScale[i] as number)
      low[i] = Math.max(path.minimum, (target[i] as number) - room)
      high[i] = Math.min(path.maximum, (target[i] as number) + room)
    }
    for (let i = 1; i < count; i += 1) {
      low[i] = Math.max(low[i] as number, (low[i - 1] as number) - reach)
      high[i] = Math.min(high[i] as number, (high[i - 1] as number) + reach)
    }
    for (let i = count - 2; i >= 0; i -= 1) {
      low[i] = Math.max(low[i] as number, (low[i + 1] as number) - reach)
      high[i] = Math.min(high[i] as number, (high[i + 1] as number) + reach)
    }
    for (let i = 0; i < count; i += 1) if ((low[i] as number) > (high[i] as number)) return false
    return true
  }

  let possible = HALF_TURN_DEG
  let impossible = 0
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (possible + impossible) / 2
    if (envelopesMeet(middle)) possible = middle
    else impossible = middle
  }
  envelopesMeet(possible)

  const position = new Float64Array(count)
  for (let i = 0; i < count; i += 1) {
    const before = i === 0 ? (target[0] as number) : (position[i - 1] as number)
    const within = i === 0 ? Number.POSITIVE_INFINITY : reach
    position[i] = clamp(
      target[i] as number,
      Math.max(low[i] as number, before - within),
      Math.min(high[i] as number, before + within),
    )
  }
  return position
}

/** The lowest path that is nowhere below `floor` and changes no faster than the axis can. */
export const risingBefore = (floor: Float64Array, reach: number): Float64Array => {
  const path = floor.slice()
  for (let i = 1; i < path.length; i += 1) {
    path[i] = Math.max(path[i] as number, (path[i - 1] as number) - reach)
  }
  for (let i = path.length - 2; i >= 0; i -= 1) {
    path[i] = Math.max(path[i] as number, (path[i + 1] as number) - reach)
  }
  return path
}
