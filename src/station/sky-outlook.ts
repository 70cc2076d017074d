import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import type { Ut1MinusUtc } from '../orbit/ut1.ts'
import type { Configuration } from './configuration/schema.ts'
import { maskOf, siteOf } from './configured-site.ts'
import { refractionOf } from './configured-sky.ts'
import type { SkyOutlook } from './operator.ts'
import { createSiteRefraction } from './site-refraction.ts'

/** How a station sees the sky, as its plan does. Faults of its horizon and its air. */
export const skyOutlookOf = (
  configuration: Configuration,
  ut1MinusUtc?: Ut1MinusUtc,
): Result<SkyOutlook, Fault> => {
  const site = siteOf(configuration)
  const mask = maskOf(configuration)
  if (!mask.ok) return mask
  const settings = refractionOf(configuration)
  const refraction = settings && createSiteRefraction(settings, site)
  if (refraction?.ok === false) return refraction
  return ok({
    site,
    mask: mask.value,
    ...(refraction === undefined ? {} : { refraction: refraction.value }),
    ...(ut1MinusUtc === undefined ? {} : { ut1MinusUtc }),
  })
}
