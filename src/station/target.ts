import { createHash } from 'node:crypto'
import type { Transmitter } from '../catalog/transmitters.ts'
import type { AzEl } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { UtcMs } from '../kernel/time.ts'
import type { Hz } from '../kernel/units.ts'
import { createDoppler, type DopplerFunction } from '../orbit/doppler.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import { createLook } from '../orbit/look.ts'
import { objectLabel } from '../orbit/object-label.ts'
import { createPropagator } from '../orbit/propagator.ts'
import type { Refraction } from '../orbit/refraction.ts'
import type { Site } from '../orbit/site.ts'
import type { AlongTrackModel } from '../orbit/uncertainty/along-track-model.ts'
import { type PredictionQuality, predictionQuality } from '../orbit/uncertainty/prediction-quality.ts'
import type { Ut1MinusUtc } from '../orbit/ut1.ts'
import type { RefractionSettings } from './site-refraction.ts'

/** One object to observe, with everything that predicts it. */
export interface Target {
  readonly requestId: string
  readonly priority: number
  readonly elements: ElementSet
  /** SHA-256 over the numbers of the element set, hex: names the set without giving it away. */
  readonly elementsHash: string
  /** What the transmitter is known by, and what it is expected to send on (its observed drift applied). */
  readonly nominalFrequency: Hz
  readonly transmitFrequency: Hz
  readonly transmitter: string
  /** Where to point: where it is seen, lifted by the air where the station reckons with it. */
  readonly lookAt: (at: UtcMs) => AzEl | undefined
  /** Where it is by geometry alone, as whoever has the elements can reckon. */
  readonly geometricLookAt: (at: UtcMs) => AzEl | undefined
  readonly doppler: DopplerFunction
  /** How sure the prediction for an instant is. */
  readonly qualityAt: (at: UtcMs) => PredictionQuality
  /** What predicts it, in words. */
  readonly predictedBy: {
    /** What the uncertainty was learned from. */
    readonly uncertainty: string
    readonly refraction: string
    readonly ut1: string
  }
}

/** What is observed, and how its sky is reckoned. */
export interface Outlook {
  readonly targets: readonly Target[]
  readonly refraction: (RefractionSettings & { readonly label: string }) | undefined
  readonly ut1MinusUtc: Ut1MinusUtc
}

export interface TargetRequest {
  readonly id: string
  readonly catalogNumber: number
  readonly priority: number
  readonly frequency: Hz | undefined
}

/** Made when it is first asked for, and kept. */
const lazily = <Value>(make: () => Value): (() => Value) => {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** How UT1 is known: `UT1 = UTC`, or by which bulletin. */
export const ut1Words = (ut1MinusUtc: Ut1MinusUtc): string =>
  typeof ut1MinusUtc === 'number' ? 'UT1 = UTC' : `UT1 by ${ut1MinusUtc.sourceName}`

/**
 * Joins a request with its elements and transmitter. A station may have ten thousand, of which few are observed at a time:
 * what predicts a target is made when it is first asked. Errors: `catalog.unknown-satellite`, `catalog.no-transmitter`;
 * elements that are no orbit are told by the plan.
 */
export const createTarget = (options: {
  readonly request: TargetRequest
  readonly elementsOf: (catalogNumber: number) => ElementSet | undefined
  readonly transmittersOf: (catalogNumber: number) => readonly Transmitter[]
  readonly site: Site
  readonly refraction: Refraction | undefined
  readonly ut1MinusUtc: Ut1MinusUtc
  readonly alongTrackModel: AlongTrackModel
}): Result<Target, Fault> => {
  const { request, site, refraction, ut1MinusUtc, alongTrackModel } = options
  const elements = options.elementsOf(request.catalogNumber)
  if (elements === undefined) {
    return err(
      fault(
        'catalog.unknown-satellite',
        `There are no elements for ${request.catalogNumber} (request ${request.id})`,
      ),
    )
  }
  const known = options
    .transmittersOf(request.catalogNumber)
    .find(
      ({ active, nominalDownlink }) =>
        active && (request.frequency === undefined || nominalDownlink === request.frequency),
    )
  const nominal = known?.nominalDownlink ?? request.frequency
  if (nominal === undefined) {
    return err(
      fault(
        'catalog.no-transmitter',
        `No live transmitter is known for ${objectLabel(elements)} (request ${request.id})`,
      ),
    )
  }
  const transmitFrequency = known?.downlink ?? nominal
  const predicted = lazily(() => {
    const propagator = createPropagator(elements)
    if (!propagator.ok) return propagator
    const seen = { motion: propagator.value, site, ut1MinusUtc }
    return ok({ look: createLook(seen), doppler: createDoppler({ ...seen, transmitFrequency }) })
  })
  const geometricLookAt: Target['geometricLookAt'] = (at) => {
    const made = predicted()
    const angles = made.ok ? made.value.look(at) : made
    return angles.ok ? { azimuth: angles.value.azimuth, elevation: angles.value.elevation } : undefined
  }
  const elementsHash = lazily(() => createHash('sha256').update(JSON.stringify(elements)).digest('hex'))
  return ok({
    requestId: request.id,
    priority: request.priority,
    elements,
    get elementsHash() {
      return elementsHash()
    },
    nominalFrequency: nominal,
    transmitFrequency,
    transmitter: known?.description ?? `${(nominal / 1e6).toFixed(4)} MHz`,
    lookAt: (at) => {
      const angles = geometricLookAt(at)
      return angles === undefined || refraction === undefined
        ? angles
        : { ...angles, elevation: refraction.apparentElevation(angles.elevation) }
    },
    geometricLookAt,
    doppler: (at) => {
      const made = predicted()
      return made.ok ? made.value.doppler(at) : made
    },
    qualityAt: (at) => predictionQuality(elements, at, alongTrackModel),
    predictedBy: {
      uncertainty: alongTrackModel.learnedFrom,
      refraction: refraction?.label ?? 'none',
      ut1: ut1Words(ut1MinusUtc),
    },
  })
}
