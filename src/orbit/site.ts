import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Deg, Metres } from '../kernel/units.ts'

/** Where the antenna stands: geodetic coordinates on WGS 84 (ITRS). */
export interface Site {
  /** North positive, [-90, 90]. */
  readonly latitude: Deg
  /** East positive, [-180, 360). */
  readonly longitude: Deg
  /** Above the ellipsoid, not above the sea: a GNSS receiver shows both. */
  readonly height: Metres
}

// From below the shore of the Dead Sea to above every aircraft: beyond, the unit was mistaken.
const HEIGHT_LOWEST_METRES = -500
const HEIGHT_HIGHEST_METRES = 20_000

/** Whether the site can be a place on the Earth. */
export const checkSite = (site: Site): Result<Site, Fault> => {
  if (!(Math.abs(site.latitude) <= 90)) {
    return err(fault('config.invalid', `The latitude ${site.latitude}° of the site is not within -90 to 90`))
  }
  if (!(site.longitude >= -180 && site.longitude < 360)) {
    return err(
      fault('config.invalid', `The longitude ${site.longitude}° of the site is not within -180 to 360`),
    )
  }
  if (!(site.height >= HEIGHT_LOWEST_METRES && site.height <= HEIGHT_HIGHEST_METRES)) {
    return err(
      fault(
        'config.invalid',
        `The height ${site.height} m of the site is not within ${HEIGHT_LOWEST_METRES} to ${HEIGHT_HIGHEST_METRES}`,
      ),
    )
  }
  return ok(site)
}
