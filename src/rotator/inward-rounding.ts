import { type Deg, deg } from '../kernel/units.ts'
import type { AxisModel, AzElMount } from '../pointing/mount.ts'
import type { RotatorDriver } from './driver.ts'

// Binary fractions: 0.3 is 2.9999999999999996 steps of 0.1.
const STEP_DOUBT = 1e-6

/** The angle, or the last step before the end of the axis where the step that it would be rounded to lies beyond. */
const inward = ({ minimum, maximum }: AxisModel, angle: Deg, step: Deg): Deg => {
  const rounded = Math.round(angle / step) * step
  if (rounded > maximum + STEP_DOUBT) {
    const last = Math.floor(maximum / step + STEP_DOUBT) * step
    return last >= minimum ? deg(last) : angle
  }
  if (rounded < minimum - STEP_DOUBT) {
    const first = Math.ceil(minimum / step - STEP_DOUBT) * step
    return first <= maximum ? deg(first) : angle
  }
  return angle
}

/**
 * The driver on a mount whose limits lie between its steps: what it is told never rounds to beyond them, where the end
 * stop is. Where a limit allows no step at all (an elevation that is fixed) the angle stays what it is.
 */
export const roundingInwards = (driver: RotatorDriver, mount: AzElMount): RotatorDriver => {
  const { resolution } = driver.capabilities
  return {
    ...driver,
    encodeMoveTo: ({ azimuth, elevation }, scale) =>
      driver.encodeMoveTo(
        {
          azimuth: inward(mount.azimuth, azimuth, resolution),
          elevation: inward(mount.elevation, elevation, resolution),
        },
        scale,
      ),
  }
}
