import { err, ok, type Result } from '../kernel/result.ts'
import type { UtcMs } from '../kernel/time.ts'
import { parseCcsdsTime, parseTimeSystem, type TimeSystem } from '../orbit/ccsds-time.ts'
import type { EphemerisInterpolation, EphemerisSegment } from '../orbit/ephemeris.ts'
import { detached } from './detached.ts'
import type { Skipped } from './element-readings.ts'
import { quote } from './numbers.ts'

/** What may stand in the header, and the version that brought it; and so for the metadata [CCSDS 502.0-B-3 5.2]. */
export const OEM_HEADER_KEYWORDS: ReadonlyMap<string, number> = new Map([
  ['CLASSIFICATION', 3],
  ['CREATION_DATE', 1],
  ['ORIGINATOR', 1],
  ['MESSAGE_ID', 3],
])
export const OEM_METADATA_KEYWORDS: ReadonlyMap<string, number> = new Map([
  ['OBJECT_NAME', 1],
  ['OBJECT_ID', 1],
  ['CENTER_NAME', 1],
  ['REF_FRAME', 1],
  ['REF_FRAME_EPOCH', 2],
  ['TIME_SYSTEM', 1],
  ['START_TIME', 1],
  ['USEABLE_START_TIME', 1],
  ['USEABLE_STOP_TIME', 1],
  ['STOP_TIME', 1],
  ['INTERPOLATION', 1],
  ['INTERPOLATION_DEGREE', 1],
  // Of the header, but writers have it here as well.
  ['MESSAGE_ID', 3],
])

const REQUIRED = ['OBJECT_NAME', 'CENTER_NAME', 'REF_FRAME', 'TIME_SYSTEM', 'START_TIME', 'STOP_TIME']
const METHODS: readonly EphemerisInterpolation['method'][] = ['hermite', 'lagrange', 'linear']
// Names of the catalogues have at most 25 characters.
const TEXT_CHARACTERS_MAX = 200
// What a file could mean at all; what is of use is for the interpolation to say.
const DEGREE_MAX = 99

interface OemMetadata {
  readonly segment: Omit<EphemerisSegment, 'states'>
  readonly timeSystem: TimeSystem
}

type Entries = ReadonlyMap<string, { readonly value: string; readonly line: number }>

/** Reads one segment's metadata; the first fault, at its own line, otherwise. `line` is where they begin. */
export const readOemMetadata = (entries: Entries, line: number): Result<OemMetadata, Skipped> => {
  const textOf = (name: string): string => entries.get(name)?.value.trim() ?? ''
  const problem = (field: string, reason: string): { readonly ok: false; readonly error: Skipped } =>
    err({ line: entries.get(field)?.line ?? line, field, reason })

  for (const [name, { value }] of entries) {
    if (value.length > TEXT_CHARACTERS_MAX)
      return problem(name, `has more than ${TEXT_CHARACTERS_MAX} characters`)
  }
  const missing = REQUIRED.find((name) => textOf(name) === '')
  if (missing !== undefined) return problem(missing, 'is missing')
  const timeSystem = parseTimeSystem(textOf('TIME_SYSTEM'))
  if (!timeSystem.ok) return problem('TIME_SYSTEM', timeSystem.error)

  const times = new Map<string, UtcMs>()
  for (const name of [
    'START_TIME',
    'USEABLE_START_TIME',
    'USEABLE_STOP_TIME',
    'STOP_TIME',
    'REF_FRAME_EPOCH',
  ]) {
    if (textOf(name) === '') continue
    const at = parseCcsdsTime(textOf(name), timeSystem.value)
    if (!at.ok) return problem(name, at.error)
    times.set(name, at.value)
  }
  const pair = ['USEABLE_START_TIME', 'USEABLE_STOP_TIME'] as const
  const alone = pair.find((name) => times.has(name) && pair.some((other) => !times.has(other)))
  if (alone !== undefined) {
    const other = pair.find((name) => name !== alone) ?? ''
    return problem(alone, `is given without ${other}: half a span can mean two things`)
  }
  const order = ['START_TIME', 'USEABLE_START_TIME', 'USEABLE_STOP_TIME', 'STOP_TIME'].filter((name) =>
    times.has(name),
  )
  for (const [index, name] of order.entries()) {
    const before = order[index - 1]
    if (before !== undefined && (times.get(name) ?? 0) < (times.get(before) ?? 0)) {
      return problem(name, `is before ${before}`)
    }
  }
  const startUtcMs = times.get('START_TIME')
  const stopUtcMs = times.get('STOP_TIME')
  if (startUtcMs === undefined || stopUtcMs === undefined) return problem('START_TIME', 'is missing')

  const interpolation = readInterpolation(textOf('INTERPOLATION'), textOf('INTERPOLATION_DEGREE'))
  if (!interpolation.ok) return problem(interpolation.error.field, interpolation.error.reason)
  const frameEpochUtcMs = times.get('REF_FRAME_EPOCH')
  return ok({
    timeSystem: timeSystem.value,
    segment: {
      objectName: detached(textOf('OBJECT_NAME')),
      objectId: detached(textOf('OBJECT_ID')),
      center: detached(textOf('CENTER_NAME').toUpperCase()),
      frame: detached(textOf('REF_FRAME').toUpperCase()),
      ...(frameEpochUtcMs === undefined ? {} : { frameEpochUtcMs }),
      startUtcMs,
      stopUtcMs,
      useableStartUtcMs: times.get('USEABLE_START_TIME') ?? startUtcMs,
      useableStopUtcMs: times.get('USEABLE_STOP_TIME') ?? stopUtcMs,
      ...(interpolation.value === undefined ? {} : { interpolation: interpolation.value }),
    },
  })
}

const readInterpolation = (
  methodText: string,
  degreeText: string,
): Result<EphemerisInterpolation | undefined, Omit<Skipped, 'line'>> => {
  if (methodText === '') {
    return degreeText === ''
      ? ok(undefined)
      : err({ field: 'INTERPOLATION_DEGREE', reason: 'is given without INTERPOLATION' })
  }
  const method = METHODS.find((name) => name === methodText.toLowerCase())
  if (method === undefined) {
    return err({
      field: 'INTERPOLATION',
      reason: `${quote(methodText)} is not known; HERMITE, LAGRANGE and LINEAR are`,
    })
  }
  if (degreeText === '')
    return err({ field: 'INTERPOLATION', reason: 'is given without INTERPOLATION_DEGREE' })
  const degree = /^\d{1,2}$/.test(degreeText) ? Number(degreeText) : 0
  if (degree < 1) {
    return err({
      field: 'INTERPOLATION_DEGREE',
      reason: `${quote(degreeText)} is no whole number of 1 to ${DEGREE_MAX}`,
    })
  }
  return ok({ method, degree })
}
