import type { AzEl } from '../../kernel/angle.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { RotatorCapabilities } from '../driver.ts'

/**
 * The target, or `motion.outside-envelope` where the protocol has no words for it: never a wrapped or a cut command,
 * and never NaN on the wire. An azimuth rotator is not asked for elevation.
 */
export const checkExpressible = (
  { title, axes, azimuthRange, elevationRange }: RotatorCapabilities,
  target: AzEl,
): Result<AzEl, Fault> => {
  const { azimuth, elevation } = target
  // Written so that NaN is outside.
  const isAzimuthFine = azimuth >= azimuthRange.minimum && azimuth <= azimuthRange.maximum
  const isElevationFine = elevation >= elevationRange.minimum && elevation <= elevationRange.maximum
  if (isAzimuthFine && (isElevationFine || axes === 'azimuth')) return ok(target)
  const asked = axes === 'azimuth' ? `azimuth ${azimuth}°` : `azimuth ${azimuth}°, elevation ${elevation}°`
  return err(fault('motion.outside-envelope', `${title} cannot express ${asked}`))
}
