import type { AzEl } from '../kernel/angle.ts'
import { type Deg, deg, degPerSec, degToRad } from '../kernel/units.ts'
import type { AxesPath } from './axis-tasks.ts'
import { type AxisModel, type AzElMount, skyDirection } from './mount.ts'
import {
  axesToFrame,
  frameToAxes,
  frameToSky,
  NO_MISALIGNMENT,
  type PointingModel,
  skyToFrame,
} from './pointing-model.ts'

/**
 * A mount that does not stand as it should, seen in its own frame: there it does, its axes' ranges are others, and the sky leans.
 * A motion planned there is right in either form; an offset of the elevation axis counts the other way over the back.
 */
export interface MountFrame {
  readonly mount: AzElMount
  /** A direction of the sky. */
  readonly fromSky: (direction: AzEl) => AzEl
  /** An azimuth of the axis. */
  readonly fromAzimuthAxis: (azimuth: Deg) => Deg
  /** The motion of the axes for one planned in the frame, within their ranges. */
  readonly toAxes: (path: AxesPath) => AxesPath
  /** The least elevation in the frame, for one on the sky. */
  readonly floorFrom: (minimumElevationAt: (azimuth: Deg) => Deg) => (azimuth: Deg) => Deg
}

const rangeInFrame = (axis: AxisModel, toFrame: (angle: Deg) => Deg): AxisModel => ({
  ...axis,
  minimum: toFrame(axis.minimum),
  maximum: toFrame(axis.maximum),
})

const within = ({ minimum, maximum }: AxisModel, angle: number): number =>
  Math.max(minimum, Math.min(maximum, angle))

// Each round leaves the tilt's share, some hundredths, of the error; the rounds of a skyline with steps need not agree.
const FLOOR_ROUNDS = 4

const floorAt = (model: PointingModel, minimumElevationAt: (azimuth: Deg) => Deg, azimuth: Deg): Deg => {
  let place: AzEl = { azimuth, elevation: deg(0) }
  let floor = Number.NEGATIVE_INFINITY
  for (let round = 0; round < FLOOR_ROUNDS; round += 1) {
    const seen = skyDirection(frameToSky(model, place))
    const elevation = deg(place.elevation + minimumElevationAt(seen.azimuth) - seen.elevation)
    floor = round < 2 ? elevation : Math.max(floor, elevation)
    place = { azimuth, elevation }
  }
  return deg(floor)
}

export const frameOf = (mount: AzElMount): MountFrame => {
  const { pointing: model = NO_MISALIGNMENT, ...upright } = mount
  const place = (azimuth: number, elevation: number): AzEl => ({
    azimuth: deg(azimuth),
    elevation: deg(elevation),
  })
  const azimuthOf = (azimuth: Deg): Deg => axesToFrame(model, place(azimuth, 0)).azimuth
  const elevationOf = (elevation: Deg): Deg => axesToFrame(model, place(0, elevation)).elevation
  return {
    mount: {
      ...upright,
      azimuth: rangeInFrame(mount.azimuth, azimuthOf),
      elevation: {
        ...rangeInFrame(mount.elevation, elevationOf),
        // Where the sag grows the axis turns by a little more than the beam.
        slewRate: degPerSec(mount.elevation.slewRate / (1 + degToRad(deg(Math.abs(model.sag))))),
      },
    },
    fromSky: (direction) => skyDirection(skyToFrame(model, direction)),
    fromAzimuthAxis: azimuthOf,
    toAxes: (path) => {
      const at = (i: number): AzEl =>
        frameToAxes(model, place(path.azimuth[i] as number, path.elevation[i] as number))
      return {
        azimuth: path.azimuth.map((_, i) => within(mount.azimuth, at(i).azimuth)),
        elevation: path.elevation.map((_, i) => within(mount.elevation, at(i).elevation)),
      }
    },
    floorFrom: (minimumElevationAt) => (azimuth) => floorAt(model, minimumElevationAt, azimuth),
  }
}
