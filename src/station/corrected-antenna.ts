import { type AzEl, wrapDeg } from '../kernel/angle.ts'
import type { Log } from '../kernel/log.ts'
import { deg } from '../kernel/units.ts'
import {
  mountToSky,
  type PointingCorrection,
  type PointingModel,
  skyToMount,
} from '../pointing/pointing-model.ts'
import type { Antenna } from './antenna.ts'

/** Where the axes must be for a direction of the sky, azimuth in [0, 360) where the direction has it so. */
const towards = (model: PointingModel, direction: AzEl): AzEl => {
  const axes = skyToMount(model, direction)
  // Past 90° the place names the turn of the cable; a direction of the sky names none.
  if (direction.elevation > 90) return axes
  // The tilt may bring a place at the zenith over it: the same direction from the front.
  return axes.elevation > 90
    ? { azimuth: wrapDeg(deg(axes.azimuth + 180)), elevation: deg(180 - axes.elevation) }
    : { ...axes, azimuth: wrapDeg(axes.azimuth) }
}

/**
 * An antenna whose beam looks elsewhere than its axes show: what is asked of it is a place of the sky, and so is what it
 * reports; the gate, the limits and the cable stay with the axes. Seen over the back an elevation offset counts the other way,
 * which the planner, who chooses the side, does not know: there the beam is off by twice the offset and sag, and this is told at once.
 */
export const correctAntenna = (antenna: Antenna, correction: PointingCorrection, log: Log): Antenna => {
  const { model } = correction
  log.info(`the antenna's pointing is corrected by ${correction.name}`)
  const overBackDeg = 2 * (Math.abs(model.elevationOffset) + Math.abs(model.sag))
  if ((antenna.limits?.elevation.maximum ?? 0) > 90 && overBackDeg > OVER_BACK_DEG_MAX) {
    log.warn(
      `over its back the antenna points up to ${overBackDeg.toFixed(1)}° beside: set antenna.elevation.maximumDeg to 90, or its elevation scale right`,
    )
  }
  return {
    ...antenna,
    correction,
    follow: (pass) =>
      antenna.follow({
        ...pass,
        lookAt: (at) => {
          const direction = pass.lookAt(at)
          return direction && towards(model, direction)
        },
      }),
    pointAt: (direction, user) => antenna.pointAt(towards(model, direction), user),
    status: () => {
      const status = antenna.status()
      const { commanded, reported } = status
      return {
        ...status,
        commanded: commanded && { ...commanded, ...mountToSky(model, commanded) },
        reported: reported && { ...reported, ...mountToSky(model, reported) },
      }
    },
  }
}

// Below the steps of common controllers.
const OVER_BACK_DEG_MAX = 0.5
