import { utcMs } from '../../src/kernel/time.ts'
import { deg } from '../../src/kernel/units.ts'
import type { AzElMount } from '../../src/pointing/mount.ts'
import { leastInstantsOff } from './least-time-off.ts'
import type { SkyPass } from './sky-pass.ts'

/** A pass, and what is known of the motions that this mount can make in it. */
export interface PassToBound {
  readonly pass: SkyPass
  /** Some motion of the mount is never further off. */
  readonly plannedErrorDeg: number
}

const OFF_SHARE = 0.01
/** A plan this far off is so by the stops of its axes, not by the zenith: the whole pass is looked at. */
const BY_RANGE_DEG = 8
/** Below it the grid would be finer than is worth the wait; the limit is given as 0. */
const FINEST_DEG = 0.3
const HALVINGS = 5

/** Seconds in which any motion is off by more than an error, as far as they lie about the zenith or are due to a stop. */
const leastSecondsOff = (
  { pass, plannedErrorDeg }: PassToBound,
  mount: AzElMount,
  errorDeg: number,
): number => {
  const isByRange = plannedErrorDeg > BY_RANGE_DEG
  const stepSec = isByRange ? 1 : 0.5
  const beside = isByRange ? Number.POSITIVE_INFINITY : (15 + 100 / mount.azimuth.slewRate) * 1000
  const from = Math.max(pass.aosUtcMs, pass.tcaUtcMs - beside)
  const to = Math.min(pass.losUtcMs, pass.tcaUtcMs + beside)
  const count = Math.floor((to - from) / 1000 / stepSec) + 1
  const looks = Array.from({ length: count }, (_, i) => pass.lookAt(utcMs(from + i * stepSec * 1000)))
  const elevation = Float64Array.from(looks, (look) => look.elevation)
  const axis = mount.elevation
  const cellDeg = {
    azimuth: axis.minimum === axis.maximum ? 0.5 : Math.max(1.5, errorDeg / 2),
    elevation: Math.max(0.1, errorDeg / 6),
  }
  // Whoever looks lower than the target ever is, or lower over the back, is nearer at the edge.
  const lowest = elevation.reduce((least, angle) => Math.min(least, angle), 90) - errorDeg - cellDeg.elevation
  const within = (angle: number) => deg(Math.max(axis.minimum, Math.min(axis.maximum, angle)))
  const narrowed = {
    ...mount,
    elevation: { ...axis, minimum: within(lowest), maximum: within(180 - lowest) },
  }
  const samples = { stepSec, azimuth: Float64Array.from(looks, ({ azimuth }) => azimuth), elevation }
  const instants = leastInstantsOff(samples, narrowed, { errorDeg, cellDeg })
  return Math.min(count, instants) * stepSec
}

/**
 * What the 99th percentile of the error over all these passes cannot be below, degrees, whatever moves the mount: by its ranges and
 * its speeds alone, looked at each half second (each second where a stop is in the way). `reachedDeg`: what somebody reaches. 0 where
 * it is below 0.3°.
 */
export const limitOfP99 = (passes: readonly PassToBound[], mount: AzElMount, reachedDeg: number): number => {
  const budgetSec =
    passes.reduce((sum, { pass }) => sum + (pass.losUtcMs - pass.aosUtcMs) / 1000, 0) * OFF_SHARE
  const worstFirst = passes.toSorted((a, b) => b.plannedErrorDeg - a.plannedErrorDeg)
  const isImpossible = (errorDeg: number): boolean => {
    let off = 0
    for (const each of worstFirst) {
      // The plan itself is never further off.
      if (each.plannedErrorDeg <= errorDeg) break
      off += leastSecondsOff(each, mount, errorDeg)
      if (off > budgetSec) return true
    }
    return false
  }
  let impossible = 0
  let possible = reachedDeg
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (impossible + possible) / 2
    if (middle < FINEST_DEG) break
    if (isImpossible(middle)) impossible = middle
    else possible = middle
  }
  return impossible
}

const SAMPLE_MS = 500
const RAD = Math.PI / 180

/**
 * The 99th percentile of the distance from the target to the nearest place of whole steps of both axes, degrees: what an antenna
 * that hops in no time and at the best instants, with a perfect encoder and no play, has by its steps alone while it stands.
 */
export const p99OfWholeSteps = (passes: readonly SkyPass[], mount: AzElMount): number => {
  const { resolution } = mount
  const isTiltable = mount.elevation.maximum > mount.elevation.minimum
  const errors: number[] = []
  for (const pass of passes) {
    for (let at: number = pass.aosUtcMs; at <= pass.losUtcMs; at += SAMPLE_MS) {
      const { azimuth, elevation } = pass.lookAt(utcMs(at))
      const across = Math.abs(azimuth - Math.round(azimuth / resolution) * resolution) * RAD
      const row = Math.floor(elevation / resolution)
      const places = isTiltable
        ? [row - 1, row, row + 1, row + 2].map((step) => step * resolution)
        : [mount.elevation.minimum]
      const cosines = places.map(
        (place) =>
          Math.sin(place * RAD) * Math.sin(elevation * RAD) +
          Math.cos(place * RAD) * Math.cos(elevation * RAD) * Math.cos(across),
      )
      errors.push(Math.acos(Math.min(1, Math.max(...cosines))) / RAD)
    }
  }
  errors.sort((a, b) => a - b)
  return errors[Math.floor(0.99 * errors.length)] ?? 0
}
