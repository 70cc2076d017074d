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

/** Allows an axis its room to either side of its target, for an error and what cannot be avoided; none where it is negative. */
const allowAbout =
  (
    target: Float64Array,
    unavoidable: Unavoidable,
    roomFor: (allowedDeg: number, i: number) => number,
  ): AxisTask['allow'] =>
  (errorDeg, low, high) => {
    for (let i = 0; i < target.length; i += 1) {
      const room = roomFor(Math.max(errorDeg, unavoidable[i] as number) + ROUNDING_DEG, i)
      const half = room < 0 ? Number.NEGATIVE_INFINITY : room
      low[i] = (target[i] as number) - half
      high[i] = (target[i] as number) + half
    }
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
    allow: allowAbout(target, unavoidable, (allowed, i) => {
      const room = azimuthRoom(allowed, elevation[i] as number, track.elevation[i] as number)
      return room >= 180 ? Number.POSITIVE_INFINITY : room
    }),
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
    allow: allowAbout(target, unavoidable, (allowed, i) =>
      elevationRoom(allowed, off[i] as number, track.elevation[i] as number),
    ),
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
