/**
 * Great-circle geometry of an antenna's axes, in plain degrees for the inner loops of the planner. An elevation past 90° looks
 * over the antenna's back: (azimuth, elevation) and (azimuth + 180, 180 - elevation) are one direction.
 */
const RAD = Math.PI / 180

const squaredHalfSine = (angleDeg: number): number => {
  const sine = Math.sin((angleDeg / 2) * RAD)
  return sine * sine
}

const fromSquaredHalfSine = (square: number): number => (2 * Math.asin(Math.sqrt(Math.min(1, square)))) / RAD

/** Angle between two places of the axes, [0, 180]. By the haversine: exact for small angles. */
export const separationDeg = (
  azimuthA: number,
  elevationA: number,
  azimuthB: number,
  elevationB: number,
): number => {
  const product = Math.cos(elevationA * RAD) * Math.cos(elevationB * RAD)
  const square = squaredHalfSine(elevationA - elevationB) + product * squaredHalfSine(azimuthA - azimuthB)
  return fromSquaredHalfSine(Math.max(0, square))
}

/**
 * How far the azimuth axis may be from its place on this side (0 … 180) with the elevation axis at `elevation`, so that a
 * target at `targetElevation` is at most `errorDeg` off: 180 where any azimuth will do, -1 where none.
 */
export const azimuthRoom = (errorDeg: number, elevation: number, targetElevation: number): number => {
  const onSide = elevation > 90 ? 180 - elevation : elevation
  const spare = squaredHalfSine(errorDeg) - squaredHalfSine(onSide - targetElevation)
  if (spare < 0) return -1
  const product = Math.cos(onSide * RAD) * Math.cos(targetElevation * RAD)
  return spare >= product ? 180 : fromSquaredHalfSine(spare / product)
}

/** The elevation, -90 … 270, that is nearest to the target for an azimuth axis this far from the target's azimuth. */
export const bestElevation = (azimuthOff: number, targetElevation: number): number => {
  const up = Math.sin(targetElevation * RAD)
  const along = Math.cos(targetElevation * RAD) * Math.cos(azimuthOff * RAD)
  const elevation = Math.atan2(up, along) / RAD
  return elevation < -90 ? elevation + 360 : elevation
}

/** How far the elevation axis may be from its best place, so that the target is at most `errorDeg` off; -1 where nowhere. */
export const elevationRoom = (errorDeg: number, azimuthOff: number, targetElevation: number): number => {
  const across = Math.cos(targetElevation * RAD) * Math.sin(azimuthOff * RAD)
  const cosAcross = Math.sqrt(Math.max(0, 1 - across * across))
  const nearestSquare = (across * across) / (2 * (1 + cosAcross))
  const spare = squaredHalfSine(errorDeg) - nearestSquare
  if (spare < 0) return -1
  return spare >= cosAcross ? 180 : fromSquaredHalfSine(spare / cosAcross)
}
