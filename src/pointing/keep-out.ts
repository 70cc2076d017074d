import { type AzEl, wrapDeg } from '../kernel/angle.ts'
import { type Deg, deg } from '../kernel/units.ts'

/**
 * A part of the sky that the beam's axis must not enter: a neighbour's window, a mast, a road. From `azimuthFrom`
 * clockwise to `azimuthTo` (true north; equal or a turn apart: all round) and between the elevations.
 */
export interface KeepOutSector {
  readonly name: string
  readonly azimuthFrom: Deg
  readonly azimuthTo: Deg
  readonly elevationFrom: Deg
  readonly elevationTo: Deg
}

const FULL_TURN_DEG = 360

const widthOf = ({ azimuthFrom, azimuthTo }: KeepOutSector): number => {
  const width = wrapDeg(deg(azimuthTo - azimuthFrom))
  return width === 0 ? FULL_TURN_DEG : width
}

/** The same sector, larger by a margin all round: for the play of the gear and the steps of the controller. */
export const widenSector = (sector: KeepOutSector, margin: number): KeepOutSector => {
  const width = widthOf(sector)
  const isAllRound = width + 2 * margin >= FULL_TURN_DEG
  return {
    name: sector.name,
    azimuthFrom: isAllRound ? deg(0) : deg(sector.azimuthFrom - margin),
    azimuthTo: isAllRound ? deg(0) : deg(sector.azimuthFrom + width + margin),
    elevationFrom: deg(Math.max(-90, sector.elevationFrom - margin)),
    elevationTo: deg(Math.min(90, sector.elevationTo + margin)),
  }
}

/** How deep a direction of the sky lies inside a sector: degrees to its nearest edge, 0 outside and on the edge. */
export const depthInSector = (sector: KeepOutSector, direction: AzEl): number => {
  // The zenith and the ground below are no edges: there is nothing beyond them.
  const above = sector.elevationFrom <= -90 ? FULL_TURN_DEG : direction.elevation - sector.elevationFrom
  const below = sector.elevationTo >= 90 ? FULL_TURN_DEG : sector.elevationTo - direction.elevation
  const width = widthOf(sector)
  const fromStart = wrapDeg(deg(direction.azimuth - sector.azimuthFrom))
  if (above <= 0 || below <= 0 || fromStart >= width) return 0
  const sides = width < FULL_TURN_DEG ? [fromStart, width - fromStart] : []
  return Math.min(above, below, ...sides)
}

/** The sector that holds this direction deepest, with the depth. */
export const deepestSector = (
  sectors: readonly KeepOutSector[],
  direction: AzEl,
): { readonly sector: KeepOutSector; readonly depth: number } | undefined => {
  let deepest: { readonly sector: KeepOutSector; readonly depth: number } | undefined
  for (const sector of sectors) {
    const depth = depthInSector(sector, direction)
    if (depth > (deepest?.depth ?? 0)) deepest = { sector, depth }
  }
  return deepest
}
