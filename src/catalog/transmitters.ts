import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { type Hz, hz } from '../kernel/units.ts'
import { SKIPPED_KEPT_MAX, type Skipped } from './element-readings.ts'
import { jsonObjects } from './json-objects.ts'
import { parseCatalogNumber, parseDecimal } from './numbers.ts'

/** One downlink of an object (SatNOGS DB, `/api/transmitters`). */
export interface Transmitter {
  /** Unique in SatNOGS DB. */
  readonly uuid: string
  readonly catalogNumber: number
  readonly description: string
  /** What it really sends on: as published, moved by the drift that was observed. */
  readonly downlink: Hz
  /** As published. */
  readonly nominalDownlink: Hz
  /** The upper end of a transponder's band, drift applied; undefined for a single frequency. */
  readonly downlinkHigh: Hz | undefined
  /** Observed minus published, parts in 1e9 of the published frequency. */
  readonly driftPartsPerBillion: number
  readonly mode: string
  readonly baud: number | undefined
  readonly service: string
  /** Alive and not marked inactive or invalid. */
  readonly active: boolean
}

export interface TransmitterReadings {
  readonly transmitters: readonly Transmitter[]
  /** The first complaints; `skippedCount` counts all. */
  readonly skipped: readonly Skipped[]
  readonly skippedCount: number
}

// From below any amateur band to above any that a small station hears: beyond, the unit was mistaken for kHz or MHz.
export const DOWNLINK_HZ_MIN = 1e6
export const DOWNLINK_HZ_MAX = 1e11
// A thousandth off would be another channel.
export const DRIFT_PARTS_PER_BILLION_MAX = 1e6

type Fields = Readonly<Record<string, unknown>>
type Reading<Value> = Result<Value, Omit<Skipped, 'line'>>

const text = (fields: Fields, name: string): string => {
  const value = fields[name]
  return typeof value === 'string' ? value.trim() : ''
}

const numberOf = (fields: Fields, name: string): Reading<number | undefined> => {
  const value = fields[name]
  if (value === undefined || value === null || value === '') return ok(undefined)
  if (typeof value !== 'number' && typeof value !== 'string')
    return err({ field: name, reason: 'is no number' })
  const parsed = parseDecimal(String(value))
  return parsed.ok ? parsed : err({ field: name, reason: parsed.error })
}

const frequencyOf = (fields: Fields, name: string): Reading<number | undefined> => {
  const frequency = numberOf(fields, name)
  if (!frequency.ok || frequency.value === undefined) return frequency
  return frequency.value >= DOWNLINK_HZ_MIN && frequency.value <= DOWNLINK_HZ_MAX
    ? frequency
    : err({ field: name, reason: `${frequency.value} Hz is not within 1 MHz to 100 GHz` })
}

const transmitterFrom = (fields: Fields): Reading<Transmitter> => {
  const uuid = text(fields, 'uuid')
  if (uuid === '') return err({ field: 'uuid', reason: 'is missing' })
  const number = fields['norad_cat_id']
  const catalogNumber = parseCatalogNumber(
    typeof number === 'number' || typeof number === 'string' ? String(number) : '',
  )
  if (!catalogNumber.ok) return err({ field: 'norad_cat_id', reason: catalogNumber.error })
  const low = frequencyOf(fields, 'downlink_low')
  if (!low.ok) return low
  if (low.value === undefined) return err({ field: 'downlink_low', reason: 'is missing: it only listens' })
  const high = frequencyOf(fields, 'downlink_high')
  if (!high.ok) return high
  const drift = numberOf(fields, 'downlink_drift')
  if (!drift.ok) return drift
  const driftPartsPerBillion = drift.value ?? 0
  if (Math.abs(driftPartsPerBillion) > DRIFT_PARTS_PER_BILLION_MAX) {
    return err({ field: 'downlink_drift', reason: `${driftPartsPerBillion} parts in 1e9 is no drift` })
  }
  const baud = numberOf(fields, 'baud')
  if (!baud.ok) return baud
  const factor = 1 + driftPartsPerBillion / 1e9
  const status = text(fields, 'status')
  return ok({
    uuid,
    catalogNumber: catalogNumber.value,
    description: text(fields, 'description'),
    downlink: hz(low.value * factor),
    nominalDownlink: hz(low.value),
    downlinkHigh: high.value === undefined ? undefined : hz(high.value * factor),
    driftPartsPerBillion,
    mode: text(fields, 'mode'),
    baud: baud.value,
    service: text(fields, 'service'),
    active: fields['alive'] !== false && (status === '' || status === 'active'),
  })
}

/**
 * Reads transmitters in the JSON of SatNOGS DB. One that is bad or has no downlink is left out with line, field and
 * reason. Fault `catalog.transmitters` where it is no JSON list or none is good.
 */
export const readTransmitters = (
  content: string,
  options: { readonly sourceName: string },
): Result<TransmitterReadings, Fault> => {
  const head = content.replace(/^\uFEFF/, '').trimStart()
  if (!head.startsWith('[') && !head.startsWith('{')) {
    return err(fault('catalog.transmitters', `${options.sourceName} is no JSON list of transmitters`))
  }
  const transmitters: Transmitter[] = []
  const skipped: Skipped[] = []
  let skippedCount = 0
  for (const { line, fields } of jsonObjects(content)) {
    const transmitter: Reading<Transmitter> = fields.ok
      ? transmitterFrom(fields.value)
      : err({ field: 'object', reason: fields.error })
    if (transmitter.ok) {
      transmitters.push(transmitter.value)
      continue
    }
    skippedCount += 1
    if (skipped.length < SKIPPED_KEPT_MAX) skipped.push({ line, ...transmitter.error })
  }
  if (transmitters.length > 0) return ok({ transmitters, skipped, skippedCount })
  const [first] = skipped
  const detail = first === undefined ? '' : `: line ${first.line}: ${first.field} ${first.reason}`
  return err(fault('catalog.transmitters', `${options.sourceName} holds no good transmitter${detail}`))
}
