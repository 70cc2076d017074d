import type { CatalogPlace } from '../catalog/place.ts'
import type { SkyOptions } from './options.ts'

/**
 * Configuration and catalogue, as far as the options leave anything to them: whoever names elements and site needs no
 * configuration, and is not troubled by a bad one. Prints what is wrong with it and gives undefined.
 */
export const skyPlace = async (
  options: SkyOptions,
): Promise<{ readonly place: CatalogPlace | undefined } | undefined> => {
  const namesObjects = [options.catalog, options.ephemeris, options.body].some((given) => given !== undefined)
  if (namesObjects && options.site !== undefined && options.config === undefined) return { place: undefined }
  const { catalogPlace } = await import('../catalog/place.ts')
  const place = catalogPlace(options)
  return place === undefined ? undefined : { place }
}
