import { wrapDeg } from '../kernel/angle.ts'
import { type Deg, deg } from '../kernel/units.ts'
import type { HorizonMask, HorizonPoint } from './horizon-mask.ts'
import type { Refraction } from './refraction.ts'

// Under a fiftieth of the width of the narrowest beam here, and under a tenth of what the weather does to refraction.
const EDGE_ERROR_DEG_MAX = 1e-4
// An edge from the horizon to the zenith needs some 200 parts; this only ends the halving.
const HALVINGS_MAX = 12

/** Points between two neighbours, so that straight edges follow the bent one. */
const pointsWithin = (
  from: HorizonPoint,
  to: HorizonPoint,
  lowered: (elevation: Deg) => Deg,
  halvings = 0,
): readonly HorizonPoint[] => {
  const span = wrapDeg(deg(to.azimuth - from.azimuth))
  const middle = {
    azimuth: wrapDeg(deg(from.azimuth + span / 2)),
    elevation: deg((from.elevation + to.elevation) / 2),
  }
  const straight = (lowered(from.elevation) + lowered(to.elevation)) / 2
  const bent = lowered(middle.elevation)
  // Half the bound: the edge may be off a little more beside its middle than in it.
  if (Math.abs(bent - straight) <= EDGE_ERROR_DEG_MAX / 2 || halvings >= HALVINGS_MAX) return []
  return [
    ...pointsWithin(from, middle, lowered, halvings + 1),
    { azimuth: middle.azimuth, elevation: bent },
    ...pointsWithin(middle, to, lowered, halvings + 1),
  ]
}

/**
 * The mask that geometric elevations cross when the apparent ones cross this one. Each point is lowered by the
 * refraction it is seen with; on steep edges points are added, so that the edge is right to 1e-4°.
 */
export const geometricMask = (mask: HorizonMask, refraction: Refraction): HorizonMask => {
  const { geometricElevation } = refraction
  const points = mask.points.flatMap((point, index) => {
    const after = mask.points[(index + 1) % mask.points.length] ?? point
    return [
      { azimuth: point.azimuth, elevation: geometricElevation(point.elevation) },
      ...pointsWithin(point, after, geometricElevation),
    ]
  })
  return {
    minimumElevation: geometricElevation(mask.minimumElevation),
    points: points.toSorted((a, b) => a.azimuth - b.azimuth),
  }
}
