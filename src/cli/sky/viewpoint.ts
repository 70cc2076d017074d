import { readHorizonFile } from '../../catalog/horizon-file.ts'
import { readSmallFile } from '../../catalog/small-file.ts'
import { readUt1Table } from '../../catalog/ut1-file.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { deg } from '../../kernel/units.ts'
import { UT1_MINUS_UTC_DEFAULT } from '../../orbit/frames.ts'
import { createHorizonMask, type HorizonMask, horizonHole } from '../../orbit/horizon-mask.ts'
import type { Refraction } from '../../orbit/refraction.ts'
import type { Site } from '../../orbit/site.ts'
import type { Ut1MinusUtc } from '../../orbit/ut1.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { maskOf, siteOf } from '../../station/configured-site.ts'
import { createSiteRefraction } from '../../station/site-refraction.ts'
import type { ObjectOptions, ViewpointOptions } from './options.ts'

/** From where the sky is seen, and how. */
export interface Viewpoint {
  readonly site: Site
  readonly mask: HorizonMask
  readonly refraction: Refraction | undefined
  readonly lightTime: boolean
  readonly ut1MinusUtc: Ut1MinusUtc
}

/**
 * The viewpoint that options and configuration give; an option always wins. The configuration's horizon belongs to its
 * site. Faults: `cli.usage` where there is no site, and those of the files named.
 */
export const viewpointOf = async (
  options: ViewpointOptions & Pick<ObjectOptions, 'body' | 'ephemeris'>,
  configuration: Configuration | undefined,
): Promise<Result<Viewpoint, Fault>> => {
  const site = options.site ?? (configuration === undefined ? undefined : siteOf(configuration))
  if (site === undefined) {
    return err(
      fault(
        'cli.usage',
        'No site is known: give --site LAT,LON,HEIGHT_M, or the configuration of a station with --config',
      ),
    )
  }
  const mask = await horizonOf(options, options.site === undefined ? configuration : undefined)
  if (!mask.ok) return mask
  const ut1MinusUtc = await ut1Of(options)
  if (!ut1MinusUtc.ok) return ut1MinusUtc
  const refraction = refractionOf(options, site)
  if (!refraction.ok) return refraction
  return ok({
    site,
    mask: mask.value,
    refraction: refraction.value,
    // These motions bring it along, asked for or not.
    lightTime: options.lightTime === true || options.ephemeris !== undefined || options.body !== undefined,
    ut1MinusUtc: ut1MinusUtc.value,
  })
}

const horizonOf = async (
  { mask, minElevation }: ViewpointOptions,
  configuration: Configuration | undefined,
): Promise<Result<HorizonMask, Fault>> => {
  const minimumElevation = minElevation ?? deg(configuration?.plan.minimumElevationDeg ?? 0)
  if (mask === undefined) {
    if (configuration === undefined) return createHorizonMask({ minimumElevation, points: [] })
    return maskOf({
      ...configuration,
      plan: { ...configuration.plan, minimumElevationDeg: minimumElevation },
    })
  }
  const text = await readSmallFile(mask)
  if (!text.ok) return text
  const points = readHorizonFile(text.value, { sourceName: mask })
  if (!points.ok) return err(fault('orbit.horizon', points.error.message))
  const hole = horizonHole(points.value)
  if (hole !== undefined) return err(fault('orbit.horizon', `${mask}: ${hole}`))
  return createHorizonMask({ minimumElevation, points: points.value })
}

const ut1Of = async ({ dut1, dut1File }: ViewpointOptions): Promise<Result<Ut1MinusUtc, Fault>> => {
  if (dut1File === undefined) return ok(dut1 ?? UT1_MINUS_UTC_DEFAULT)
  const text = await readSmallFile(dut1File)
  return text.ok ? readUt1Table(text.value, { sourceName: dut1File }) : text
}

const refractionOf = (
  { refraction, weather }: ViewpointOptions,
  site: Site,
): Result<Refraction | undefined, Fault> => {
  if (refraction === undefined) {
    return weather === undefined
      ? ok(undefined)
      : err(fault('cli.usage', 'The weather changes nothing without --refraction'))
  }
  const model = refraction === 'radio' ? 'radio' : 'bennett'
  if (model === 'bennett' && weather?.relativeHumidityPercent !== undefined)
    return err(fault('cli.usage', 'The humidity counts with --refraction radio only'))
  return asUsage(createSiteRefraction({ ...weather, model }, site))
}

/** What a person typed is no configuration. */
const asUsage = <Value>(result: Result<Value, Fault>): Result<Value, Fault> =>
  result.ok ? result : err(fault('cli.usage', result.error.message))
