import type { AxisModel } from './mount.ts'

/**
 * Which turn of the cable each moment of a pass is tracked on.
 *
 * The whole pass is on one turn where one fits. Where none does, the antenna either waits at its stop (a short
 * overshoot) or unwinds once, at the moment that costs least: a shortest path over (sample, turn), where a sample
 * beyond the stop costs its error on the sky and an unwinding the error of the time that it takes.
 */
export interface WrapChoice {
  /** Azimuth in the antenna's own coordinate; leads from one turn to the next at full speed where it unwinds. */
  readonly azimuth: Float64Array
  /** Samples at which an unwinding is half done. */
  readonly unwindings: readonly number[]
}

export interface WrapOptions {
  /** Azimuth made continuous, degrees, evenly sampled. */
  readonly unwrapped: Float64Array
  /** cos(elevation). */
  readonly skyScale: Float64Array
  readonly stepSec: number
  readonly axis: AxisModel
  /** Where the antenna is before; decides between turns that are equally good. */
  readonly startAzimuth: number | undefined
}

// Mean error on the sky while a turn of cable is unwound, per cos(elevation).
const UNWINDING_ERROR_DEG = 90
// An unwinding must gain more than this (degrees times seconds) to be worth it: three seconds lost.
const UNWINDING_LEAST_COST = 270
// Little enough to decide only between equals.
const TRAVEL_COST_PER_DEG = 1e-3
// A satellite low in the sky winds the cable at most once; this bounds the search for broken input.
const TURNS_MAX = 12

export const chooseWraps = (options: WrapOptions): WrapChoice => {
  const { unwrapped, skyScale, stepSec, axis } = options
  const count = unwrapped.length
  let lowest = Number.POSITIVE_INFINITY
  let highest = Number.NEGATIVE_INFINITY
  for (const angle of unwrapped) {
    lowest = Math.min(lowest, angle)
    highest = Math.max(highest, angle)
  }
  const firstTurn = Math.floor((axis.minimum - highest) / 360)
  const lastTurn = Math.ceil((axis.maximum - lowest) / 360)
  const turns = Array.from(
    { length: Math.min(TURNS_MAX, lastTurn - firstTurn + 1) },
    (_, index) => (firstTurn + index) * 360,
  )
  const overshoot = (i: number, turn: number): number => {
    const angle = (unwrapped[i] as number) + turn
    const beyond = Math.max(axis.minimum - angle, angle - axis.maximum, 0)
    return Math.min(beyond, 180) * (skyScale[i] as number) * stepSec
  }
  // Running sum of cos(elevation), to price an unwinding about any sample.
  const scaleSum = new Float64Array(count + 1)
  for (let i = 0; i < count; i += 1)
    scaleSum[i + 1] = (scaleSum[i] as number) + (skyScale[i] as number) * stepSec
  const halfUnwinding = Math.ceil(360 / axis.slewRate / stepSec / 2)
  const unwindingCost = (i: number): number => {
    const from = scaleSum[Math.max(0, i - halfUnwinding)] as number
    const to = scaleSum[Math.min(count, i + halfUnwinding)] as number
    return UNWINDING_LEAST_COST + UNWINDING_ERROR_DEG * (to - from)
  }

  let cost = turns.map((turn) => {
    const start = (unwrapped[0] as number) + turn
    const travel = options.startAzimuth === undefined ? 0 : Math.abs(start - options.startAzimuth)
    return overshoot(0, turn) + TRAVEL_COST_PER_DEG * travel
  })
  const cameFrom: Uint8Array[] = [Uint8Array.from(turns.keys())]
  for (let i = 1; i < count; i += 1) {
    const from = Uint8Array.from(turns.keys())
    const changed = unwindingCost(i)
    const best = cost.indexOf(Math.min(...cost))
    const next = turns.map((turn, index) => {
      const stay = cost[index] as number
      const change = (cost[best] as number) + changed
      if (change < stay) from[index] = best
      return Math.min(stay, change) + overshoot(i, turn)
    })
    cameFrom.push(from)
    cost = next
  }

  const chosen = new Uint8Array(count)
  chosen[count - 1] = cost.indexOf(Math.min(...cost))
  for (let i = count - 1; i > 0; i -= 1) chosen[i - 1] = cameFrom[i]?.[chosen[i] as number] as number

  const on = (i: number, turnIndex: number): number =>
    (unwrapped[Math.max(0, Math.min(count - 1, i))] as number) + (turns[turnIndex] as number)
  const azimuth = Float64Array.from(unwrapped, (_, i) => on(i, chosen[i] as number))
  const unwindings: number[] = []
  for (let i = 1; i < count; i += 1) {
    if (chosen[i] === chosen[i - 1]) continue
    unwindings.push(i)
    // A straight line at full speed with the change in its middle. It may begin before AOS: the antenna then waits
    // there half unwound.
    const before = chosen[i - 1] as number
    const after = chosen[i] as number
    let half = 1
    while (
      half < count &&
      Math.abs(on(i + half, after) - on(i - half, before)) > axis.slewRate * stepSec * 2 * half
    ) {
      half += 1
    }
    const start = on(i - half, before)
    const end = on(i + half, after)
    for (let j = Math.max(0, i - half); j <= Math.min(count - 1, i + half); j += 1) {
      azimuth[j] = start + ((end - start) * (j - (i - half))) / (2 * half)
    }
  }
  return { azimuth, unwindings }
}
