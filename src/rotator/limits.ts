import type { AzElMount } from '../pointing/mount.ts'
import type { ReportedLimits } from './driver.ts'

/** What the controller says it cannot reach although the configuration does; undefined where it can. */
export const narrowerLimits = (mount: AzElMount, limits: ReportedLimits): string | undefined => {
  const { azimuth, elevation } = mount
  const parts = [
    ...(limits.azimuthMinimum !== undefined && limits.azimuthMinimum > azimuth.minimum
      ? [`azimuth from ${limits.azimuthMinimum}° (configured: ${azimuth.minimum}°)`]
      : []),
    ...(limits.azimuthMaximum !== undefined && limits.azimuthMaximum < azimuth.maximum
      ? [`azimuth to ${limits.azimuthMaximum}° (configured: ${azimuth.maximum}°)`]
      : []),
    ...(limits.elevationMinimum !== undefined && limits.elevationMinimum > elevation.minimum
      ? [`elevation from ${limits.elevationMinimum}° (configured: ${elevation.minimum}°)`]
      : []),
    ...(limits.elevationMaximum !== undefined && limits.elevationMaximum < elevation.maximum
      ? [`elevation to ${limits.elevationMaximum}° (configured: ${elevation.maximum}°)`]
      : []),
  ]
  return parts.length === 0
    ? undefined
    : `says that it reaches less than the configuration: ${parts.join(', ')}`
}
