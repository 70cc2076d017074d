import type { AzElMount } from './mount.ts'
import type { AxisTask } from './rate-limit.ts'
import { azimuthRoom, bestElevation, elevationRoom, separationDeg } from './sky-error.ts'
import type { SkyTrack } from './sky-track.ts'

/** A motion of both axes, at the track's instants, degrees in the antenna's own range. */
export interface AxesPath {
  readonly azimuth: Float64Array
  readonly elevation: Float64Array
}

/**
 * What the axes' ranges alone cost at each instant. Where a range keeps the antenna off its target, that must not loosen
 * the rest of the pass: everywhere else the error is made as small as if there were no such place.
 */
export type Unavoidable = Float64Array

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value))

/** The place nearest to `near` among those a whole turn apart. */
const turnNearest = (angle: number, near: number): number => angle + 360 * Math.round((near - angle) / 360)

export const unavoidableErrors = (track: SkyTrack, mount: AzElMount): Unavoidable => {
  const { azimuth, elevation } = mount
  const middle = (azimuth.minimum + azimuth.maximum) / 2
  return track.elevation.map((targetElevation, i) => {
    const targetAzimuth = track.azimuth[i] as number
    let least = 180
    for (const form of [0, 180]) {
      const wanted = turnNearest(targetAzimuth + form, middle)
      const place = clamp(wanted, azimuth.minimum, azimuth.maximum)
      const best = bestElevation(place - targetAzimuth, targetElevation)
      const reached = clamp(best, elevation.minimum, elevation.maximum)
      least = Math.min(least, separationDeg(place, reached, targetAzimuth, targetElevation))
    }
    return least
  })
}

/** The azimuth axis' task, with the elevation axis on a known path; `near` says which turn of the cable is meant. */
export const azimuthTask = (options: {
  readonly track: SkyTrack
  readonly mount: AzElMount
  readonly elevation: Float64Array
  readonly near: Float64Array
  readonly unavoidable: Unavoidable
}): AxisTask => {
  const { track, elevation, near, unavoidable } = options
  const { minimum, maximum, slewRate } = options.mount.azimuth
  const target = track.azimuth.map((angle, i) =>
    turnNearest((elevation[i] as number) > 90 ? angle + 180 : angle, near[i] as number),
  )
  return {
    target,
    reach: slewRate * track.stepSec,
    minimum,
    maximum,
    allow: (errorDeg, low, high) => {
      for (let i = 0; i < track.count; i += 1) {
        const allowed = Math.max(errorDeg, unavoidable[i] as number) + ROUNDING_DEG
        const room = azimuthRoom(allowed, elevation[i] as number, track.elevation[i] as number)
        const centre = target[i] as number
        const half = room >= 180 ? Number.POSITIVE_INFINITY : room < 0 ? Number.NEGATIVE_INFINITY : room
        low[i] = centre - half
        high[i] = centre + half
      }
    },
  }
}

/** The elevation axis' task, with the azimuth axis on a known path: over the top where that is nearer. */
export const elevationTask = (options: {
  readonly track: SkyTrack
  readonly mount: AzElMount
  readonly azimuth: Float64Array
  readonly unavoidable: Unavoidable
}): AxisTask => {
  const { track, azimuth, unavoidable } = options
  const { minimum, maximum, slewRate } = options.mount.elevation
  const off = azimuth.map((angle, i) => angle - (track.azimuth[i] as number))
  const target = off.map((angle, i) => bestElevation(angle, track.elevation[i] as number))
  return {
    target,
    reach: slewRate * track.stepSec,
    minimum,
    maximum,
    allow: (errorDeg, low, high) => {
      for (let i = 0; i < track.count; i += 1) {
        const allowed = Math.max(errorDeg, unavoidable[i] as number) + ROUNDING_DEG
        const room = elevationRoom(allowed, off[i] as number, track.elevation[i] as number)
        const centre = target[i] as number
        low[i] = centre - (room < 0 ? Number.NEGATIVE_INFINITY : room)
        high[i] = centre + (room < 0 ? Number.NEGATIVE_INFINITY : room)
      }
    },
  }
}

/** What is allowed is never less than what is possible, whatever the last digit says. */
const ROUNDING_DEG = 1e-6

/** The great-circle error of a motion at the track's instants, degrees. */
export const errorsOf = (track: SkyTrack, { azimuth, elevation }: AxesPath): Float64Array =>
  track.azimuth.map((targetAzimuth, i) =>
    separationDeg(azimuth[i] as number, elevation[i] as number, targetAzimuth, track.elevation[i] as number),
  )

/** The largest of them. */
export const largestError = (track: SkyTrack, path: AxesPath): number =>
  errorsOf(track, path).reduce((worst, error) => Math.max(worst, error), 0)
