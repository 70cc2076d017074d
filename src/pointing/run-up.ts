/**
 * Takes the corners off a motion that keeps to an axis' speed, so that it keeps to its acceleration too: a moving mean over the
 * time in which the axis goes from full speed one way to full speed the other. The mean of a motion within a range and a rate is
 * within them. It costs at most an eighth of speed times that time at a corner, and next to nothing where the motion is smooth.
 */
export const withinAcceleration = (options: {
  readonly path: Float64Array
  readonly stepSec: number
  /** deg/s². */
  readonly acceleration: number
}): Float64Array => {
  const { path, stepSec, acceleration } = options
  const count = path.length
  let rate = 0
  for (let i = 1; i < count; i += 1) {
    rate = Math.max(rate, Math.abs((path[i] as number) - (path[i - 1] as number)) / stepSec)
  }
  const half = Math.min(Math.ceil(rate / acceleration / stepSec), Math.floor(LONGEST_SEC / stepSec), count)
  if (half < 1 || isGentle(path, stepSec, acceleration)) return path
  // Before and after the pass the antenna stands where it begins and ends.
  const at = (i: number): number => path[Math.max(0, Math.min(count - 1, i))] as number
  const smooth = new Float64Array(count)
  // What is summed up over a pass is off in its last digit, which must not be beyond a stop.
  const lowest = path.reduce((least, angle) => Math.min(least, angle), Number.POSITIVE_INFINITY)
  const highest = path.reduce((most, angle) => Math.max(most, angle), Number.NEGATIVE_INFINITY)
  let sum = 0
  for (let i = -half; i <= half; i += 1) sum += at(i)
  for (let i = 0; i < count; i += 1) {
    smooth[i] = Math.max(lowest, Math.min(highest, sum / (2 * half + 1)))
    sum += at(i + half + 1) - at(i - half)
  }
  return smooth
}

/** A motor that takes longer to run up is broken: what its model says would smooth the pass away. */
const LONGEST_SEC = 10

const isGentle = (path: Float64Array, stepSec: number, acceleration: number): boolean => {
  const most = acceleration * stepSec * stepSec
  for (let i = 2; i < path.length; i += 1) {
    const change = (path[i] as number) - 2 * (path[i - 1] as number) + (path[i - 2] as number)
    if (Math.abs(change) > most) return false
  }
  return true
}
