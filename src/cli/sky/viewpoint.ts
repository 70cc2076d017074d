import { readHorizonFile } from '../../catalog/horizon-file.ts'
import { readUt1Table } from '../../catalog/ut1-file.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { deg } from '../../kernel/units.ts'
import { UT1_MINUS_UTC_DEFAULT } from '../../orbit/frames.ts'
import { createHorizonMask, type HorizonMask } from '../../orbit/horizon-mask.ts'
import { createRadioRefraction } from '../../orbit/radio-refraction.ts'
import { createBennettRefraction, type Refraction } from '../../orbit/refraction.ts'
import type { Site } from '../../orbit/site.ts'
import type { Ut1MinusUtc } from '../../orbit/ut1.ts'
import { maskOf, siteOf } from '../../station/build.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import type { ObjectOptions, ViewpointOptions } from './options.ts'
import { readSmallFile } from './small-file.ts'

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
  return createHorizonMask({ minimumElevation, points: points.value })
}

const ut1Of = async ({ dut1, dut1File }: ViewpointOptions): Promise<Result<Ut1MinusUtc, Fault>> => {
  if (dut1File === undefined) return ok(dut1 ?? UT1_MINUS_UTC_DEFAULT)
  const text = await readSmallFile(dut1File)
  return text.ok ? readUt1Table(text.value, { sourceName: dut1File }) : text
}

// ICAO's standard atmosphere (Doc 7488), its troposphere; the humidity is that of an ordinary day.
const standardPressureHpa = (heightM: number): number => 1013.25 * (1 - 2.25577e-5 * heightM) ** 5.25588
const standardTemperatureCelsius = (heightM: number): number => 15 - 0.0065 * heightM
const ORDINARY_HUMIDITY_PERCENT = 60

const refractionOf = (
  { refraction, weather }: ViewpointOptions,
  site: Site,
): Result<Refraction | undefined, Fault> => {
  if (refraction === undefined) {
    return weather === undefined
      ? ok(undefined)
      : err(fault('cli.usage', 'The weather changes nothing without --refraction'))
  }
  const height = Math.min(11_000, site.height)
  const air = {
    pressureHpa: weather?.pressureHpa ?? Number(standardPressureHpa(height).toFixed(1)),
    temperatureCelsius: weather?.temperatureCelsius ?? Number(standardTemperatureCelsius(height).toFixed(1)),
  }
  const humidity = weather?.relativeHumidityPercent
  if (refraction !== 'radio') {
    if (humidity !== undefined)
      return err(fault('cli.usage', 'The humidity counts with --refraction radio only'))
    return asUsage(createBennettRefraction(air))
  }
  return asUsage(
    createRadioRefraction({
      ...air,
      relativeHumidityPercent: humidity ?? ORDINARY_HUMIDITY_PERCENT,
      height: site.height,
    }),
  )
}

/** What a person typed is no configuration. */
const asUsage = <Value>(result: Result<Value, Fault>): Result<Value, Fault> =>
  result.ok ? result : err(fault('cli.usage', result.error.message))
