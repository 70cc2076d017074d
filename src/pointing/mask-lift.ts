import { type Deg, deg } from '../kernel/units.ts'
import { type AzElMount, skyDirection } from './mount.ts'
import { risingBefore } from './rate-limit.ts'

/**
 * Keeps a path above the horizon mask, early enough for the speed of the axis: an unwinding sweeps the whole horizon. An antenna
 * that leans over its back is lowered towards the zenith instead.
 */
export const liftOverMask = (options: {
  readonly azimuth: Float64Array
  readonly elevation: Float64Array
  readonly mount: AzElMount
  readonly stepSec: number
  readonly minimumElevationAt: (azimuth: Deg) => Deg
}): Float64Array => {
  const { azimuth, elevation, mount, stepSec, minimumElevationAt } = options
  const axis = mount.elevation
  const reach = axis.slewRate * stepSec
  const maskIn = (angle: number, side: number): number =>
    minimumElevationAt(skyDirection({ azimuth: deg(angle), elevation: deg(side) }).azimuth)
  // Each sample has one side; a path that changes it does so at the zenith, above any mask.
  const isBack = (i: number): boolean => (elevation[i] as number) > 90
  const floor = risingBefore(
    azimuth.map((angle, i) => (isBack(i) ? axis.minimum : Math.min(maskIn(angle, 0), axis.maximum))),
    reach,
  )
  const ceiling = risingBefore(
    azimuth.map(
      (angle, i) => (isBack(i) ? Math.max(180 - maskIn(angle, 180), axis.minimum) : axis.maximum) * -1,
    ),
    reach,
  )
  return elevation.map((angle, i) => {
    const low = floor[i] as number
    const high = -(ceiling[i] as number)
    return isBack(i) ? Math.max(low, Math.min(high, angle)) : Math.min(high, Math.max(low, angle))
  })
}
