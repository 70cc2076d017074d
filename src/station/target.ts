import { createHash } from 'node:crypto'
import type { Transmitter } from '../catalog/transmitters.ts'
import type { AzEl } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { UtcMs } from '../kernel/time.ts'
import { type Hz, hz } from '../kernel/units.ts'
import { createDoppler, type DopplerFunction } from '../orbit/doppler.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import { createLook } from '../orbit/look.ts'
import { objectLabel } from '../orbit/object-label.ts'
import { createPropagator, type Propagator } from '../orbit/propagator.ts'
import type { Site } from '../orbit/site.ts'

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
  readonly propagator: Propagator
  readonly lookAt: (at: UtcMs) => AzEl | undefined
  readonly doppler: DopplerFunction
}

export interface TargetRequest {
  readonly id: string
  readonly catalogNumber: number
  readonly priority: number
  readonly frequency: Hz | undefined
}

/** Joins a request with its elements and transmitter. Errors: `catalog.unknown-satellite`, `catalog.no-transmitter`. */
export const createTarget = (options: {
  readonly request: TargetRequest
  readonly elementSets: readonly ElementSet[]
  readonly transmitters: readonly Transmitter[]
  readonly site: Site
}): Result<Target, Fault> => {
  const { request, site } = options
  const elements = options.elementSets.find(({ catalogNumber }) => catalogNumber === request.catalogNumber)
  if (elements === undefined) {
    return err(
      fault(
        'catalog.unknown-satellite',
        `There are no elements for ${request.catalogNumber} (request ${request.id})`,
      ),
    )
  }
  const known = options.transmitters.find(
    (transmitter) =>
      transmitter.catalogNumber === request.catalogNumber &&
      transmitter.active &&
      (request.frequency === undefined || transmitter.nominalDownlink === request.frequency),
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
  const propagator = createPropagator(elements)
  if (!propagator.ok) return propagator
  const look = createLook({ motion: propagator.value, site })
  const transmitFrequency = known?.downlink ?? nominal
  return ok({
    requestId: request.id,
    priority: request.priority,
    elements,
    elementsHash: createHash('sha256').update(JSON.stringify(elements)).digest('hex'),
    nominalFrequency: nominal,
    transmitFrequency,
    transmitter: known?.description ?? `${(nominal / 1e6).toFixed(4)} MHz`,
    propagator: propagator.value,
    lookAt: (at) => {
      const angles = look(at)
      return angles.ok ? { azimuth: angles.value.azimuth, elevation: angles.value.elevation } : undefined
    },
    doppler: createDoppler({ motion: propagator.value, site, transmitFrequency: hz(transmitFrequency) }),
  })
}
