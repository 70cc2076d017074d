import type { Fault } from '../kernel/errors.ts'
import type { Result } from '../kernel/result.ts'
import { deg, metres } from '../kernel/units.ts'
import { createHorizonMask, type HorizonMask, type HorizonPoint } from '../orbit/horizon-mask.ts'
import type { Site } from '../orbit/site.ts'
import type { Configuration } from './configuration/schema.ts'

export const siteOf = ({ station }: Configuration): Site => ({
  latitude: deg(station.latitudeDeg),
  longitude: deg(station.longitudeDeg),
  height: metres(station.heightM),
})

/** Above what a pass is worth observing: the least elevation and the skyline. */
export const maskOf = (configuration: Configuration): Result<HorizonMask, Fault> =>
  createHorizonMask({
    minimumElevation: deg(configuration.plan.minimumElevationDeg),
    points: horizonPoints(configuration.horizonMask),
  })

/** The skyline of a configuration; a last point at 360° closes it over its first. */
export const horizonPoints = (horizonMask: Configuration['horizonMask']): readonly HorizonPoint[] =>
  horizonMask
    .filter(({ azimuthDeg }) => azimuthDeg < 360 || horizonMask[0]?.azimuthDeg !== 0)
    .map(({ azimuthDeg, elevationDeg }) => ({
      azimuth: deg(azimuthDeg),
      elevation: deg(elevationDeg),
    }))
