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

/** How deep a direction of the sky lies inside a sector: degrees to its nearest edge, 0 outside and on the edge. */
export const depthInSector = (sector: KeepOutSector, direction: AzEl): number => {
  const above = direction.elevation - sector.elevationFrom
  const below = sector.elevationTo - direction.elevation
  const width = widthOf(sector)
  const fromStart = wrapDeg(deg(direction.azimuth - sector.azimuthFrom))
  if (above <= 0 || below <= 0 || fromStart >= width) return 0
  // The zenith and the ground below are no edges by which one could leave.
  const edges = [
    ...(sector.elevationFrom > -90 ? [above] : []),
    ...(sector.elevationTo < 90 ? [below] : []),
    ...(width < FULL_TURN_DEG ? [fromStart, width - fromStart] : []),
  ]
  return edges.length === 0 ? FULL_TURN_DEG : Math.min(...edges)
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
