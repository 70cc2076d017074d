import { type Deg, deg, degToRad, rad, radToDeg } from './units.ts'

/** A direction seen from the station: azimuth clockwise from true north, elevation above the horizon, degrees. */
export interface AzEl {
  readonly azimuth: Deg
  readonly elevation: Deg
}

/** The same direction within [0, 360). */
export const wrapDeg = (angle: Deg): Deg => {
  const wrapped = angle - 360 * Math.floor(angle / 360)
  // A tiny negative angle rounds up to exactly 360, and the very tiniest is not moved at all.
  return deg(wrapped >= 360 || wrapped < 0 ? 0 : wrapped)
}

/** The same direction within [-180, 180). */
export const wrapSignedDeg = (angle: Deg): Deg => deg(wrapDeg(deg(angle + 180)) - 180)

/** The signed shortest turn from one direction to another, within [-180, 180): positive is clockwise. */
export const shortestTurn = (turn: { readonly from: Deg; readonly to: Deg }): Deg =>
  wrapSignedDeg(deg(turn.to - turn.from))

/**
 * Angle between two directions on the sky, degrees, [0, 180].
 *
 * By the arctangent form (Vincenty on the sphere), exact for small and for opposite directions alike, and right
 * for elevations past 90°, where a difference in azimuth times cos(elevation) misleads.
 */
export const greatCircleSeparation = (a: AzEl, b: AzEl): Deg => {
  const deltaAzimuth = degToRad(deg(b.azimuth - a.azimuth))
  const elevationA = degToRad(a.elevation)
  const elevationB = degToRad(b.elevation)
  const sinA = Math.sin(elevationA)
  const cosA = Math.cos(elevationA)
  const sinB = Math.sin(elevationB)
  const cosB = Math.cos(elevationB)
  const east = cosB * Math.sin(deltaAzimuth)
  const north = cosA * sinB - sinA * cosB * Math.cos(deltaAzimuth)
  const along = sinA * sinB + cosA * cosB * Math.cos(deltaAzimuth)
  return radToDeg(rad(Math.atan2(Math.hypot(east, north), along)))
}

const COMPASS_POINTS = [
  'N', 'NNE', 'NE', 'ENE', 'E', 'ESE', 'SE', 'SSE', 'S', 'SSW', 'SW', 'WSW', 'W', 'WNW', 'NW', 'NNW',
] as const // biome-ignore format: one compass rose, one row

/** The nearest of the sixteen compass points, for people. */
export const compassPoint = (azimuth: Deg): string =>
  COMPASS_POINTS[Math.round(wrapDeg(azimuth) / 22.5) % COMPASS_POINTS.length] ?? 'N'
