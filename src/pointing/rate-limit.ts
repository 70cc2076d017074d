/**
 * The motion of one axis that follows a target as closely as its speed allows.
 *
 * For a largest error ε on the sky each instant allows the axis an interval; the positions from which a rate-limited
 * axis can stay in all later intervals, and could have stayed in all earlier ones, lie between two envelopes (forward
 * and backward cones of the intervals' ends). The least ε for which the envelopes do not cross is found by halving: no
 * motion of this axis has a smaller largest error. Within the envelopes the axis is on its target wherever it can be,
 * starts early before what is too fast, and catches up after it.
 */
export interface AxisTask {
  /** Where the axis would like to be, degrees, evenly sampled. */
  readonly target: Float64Array
  /** Writes what each instant allows for a largest error; low above high where nothing is. Wider for a larger error. */
  readonly allow: (errorDeg: number, low: Float64Array, high: Float64Array) => void
  /** How far the axis gets from one sample to the next, degrees. */
  readonly reach: number
  readonly minimum: number
  readonly maximum: number
}

export interface AxisMotion {
  /** At the target's instants. */
  readonly position: Float64Array
  /** Least possible largest error, degrees. */
  readonly errorDeg: number
}

const HALF_TURN_DEG = 180
/** Nearer than this counts as on target: a tenth of what the finest encoder shows. */
const ON_TARGET_DEG = 1e-3
// 2^-18 of a half turn is below that.
const HALVINGS = 18

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value))

/** The axis' motion, and what it costs. */
export const followWithinRate = (task: AxisTask): AxisMotion => {
  const { target, reach, minimum, maximum } = task
  const count = target.length
  const low = new Float64Array(count)
  const high = new Float64Array(count)

  const envelopesMeet = (errorDeg: number): boolean => {
    task.allow(errorDeg, low, high)
    let below = Number.NEGATIVE_INFINITY
    let above = Number.POSITIVE_INFINITY
    for (let i = 0; i < count; i += 1) {
      // Beyond its stop the axis waits there, as well as it can.
      below = clamp(Math.max(low[i] as number, below - reach), minimum, maximum)
      above = clamp(Math.min(high[i] as number, above + reach), minimum, maximum)
      if (below > above || (low[i] as number) > maximum || (high[i] as number) < minimum) return false
      low[i] = below
      high[i] = above
    }
    for (let i = count - 2; i >= 0; i -= 1) {
      below = Math.max(low[i] as number, below - reach)
      above = Math.min(high[i] as number, above + reach)
      if (below > above) return false
      low[i] = below
      high[i] = above
    }
    return true
  }

  let possible = ON_TARGET_DEG
  if (!envelopesMeet(possible)) {
    let impossible = ON_TARGET_DEG
    possible = HALF_TURN_DEG
    for (let halving = 0; halving < HALVINGS; halving += 1) {
      const middle = (possible + impossible) / 2
      if (envelopesMeet(middle)) possible = middle
      else impossible = middle
    }
    envelopesMeet(possible)
  }

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
  return { position, errorDeg: possible }
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
