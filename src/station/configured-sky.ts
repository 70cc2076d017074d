import type { Transmitter } from '../catalog/transmitters.ts'
import type { Log } from '../kernel/log.ts'
import { invariant } from '../kernel/result.ts'
import { hz } from '../kernel/units.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import { UT1_MINUS_UTC_DEFAULT } from '../orbit/frames.ts'
import type { AlongTrackModel } from '../orbit/uncertainty/along-track-model.ts'
import { DEFAULT_ALONG_TRACK_MODEL } from '../orbit/uncertainty/default-along-track-model.ts'
import type { Ut1MinusUtc } from '../orbit/ut1.ts'
import type { Configuration } from './configuration/schema.ts'
import { siteOf } from './configured-site.ts'
import { createSiteRefraction, type RefractionSettings } from './site-refraction.ts'
import { createTarget, type Outlook } from './target.ts'

/** What a station knows of the sky, beside its configuration. */
export interface StationData {
  readonly elementSets: readonly ElementSet[]
  readonly transmitters: readonly Transmitter[]
  /** Where a set is from, as records say it; absent: the file of the configuration. */
  readonly elementsSource?: (elements: ElementSet) => string
  /** 0 unless given. */
  readonly ut1MinusUtc?: Ut1MinusUtc
  /** What the station learned of its own history; absent: the shipped model. */
  readonly alongTrackModel?: AlongTrackModel
}

/** The refraction that the configuration asks for, if any. */
export const refractionOf = ({ station }: Configuration): RefractionSettings | undefined => {
  const { model, ...air } = station.refraction
  return model === 'none' ? undefined : { model, ...air }
}

/** What can be observed; what is wrong with the rest is told, and it is left out. */
export const outlookOf = (configuration: Configuration, data: StationData, log: Log): Outlook => {
  const site = siteOf(configuration)
  const settings = refractionOf(configuration)
  const refraction = settings && createSiteRefraction(settings, site)
  invariant(refraction?.ok !== false, 'a checked configuration has weather of this Earth')
  const ut1MinusUtc = data.ut1MinusUtc ?? UT1_MINUS_UTC_DEFAULT
  const elementsOf = new Map(data.elementSets.map((set) => [set.catalogNumber, set]))
  const transmittersOf = Map.groupBy(data.transmitters, ({ catalogNumber }) => catalogNumber)
  const targets = configuration.requests.flatMap((request) => {
    const target = createTarget({
      request: {
        id: request.id,
        catalogNumber: request.catalogNumber,
        priority: request.priority,
        frequency: request.frequencyHz === undefined ? undefined : hz(request.frequencyHz),
      },
      elementsOf: (catalogNumber) => elementsOf.get(catalogNumber),
      transmittersOf: (catalogNumber) => transmittersOf.get(catalogNumber) ?? [],
      site,
      refraction: refraction?.value,
      ut1MinusUtc,
      alongTrackModel: data.alongTrackModel ?? DEFAULT_ALONG_TRACK_MODEL,
    })
    if (target.ok) return [target.value]
    log.fault(target.error)
    return []
  })
  return {
    targets,
    refraction: settings && refraction && { ...settings, label: refraction.value.label },
    ut1MinusUtc,
  }
}
