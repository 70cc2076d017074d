import { err, ok, type Result } from '../kernel/result.ts'
import { parseUtc } from '../kernel/time.ts'
import { deg } from '../kernel/units.ts'
import { checkElementSet, type ElementSet } from '../orbit/element-set.ts'
import { parseCatalogNumber, parseDecimal, quote } from './numbers.ts'

/** The fields of one OMM by their CCSDS names, as text; undefined where the file does not give one. */
export type OmmField = (name: string) => string | undefined

export interface OmmProblem {
  readonly field: string
  readonly reason: string
}

// What an OMM may say about its own frame; CelesTrak leaves all of it out, and SGP4 holds for no other.
const FIXED_METADATA: readonly (readonly [string, readonly string[]])[] = [
  ['CENTER_NAME', ['EARTH']],
  ['REF_FRAME', ['TEME']],
  ['TIME_SYSTEM', ['UTC']],
  ['MEAN_ELEMENT_THEORY', ['SGP4', 'SGP/SGP4']],
]

// Without them there is no orbit; the other numbers are 0 where a file leaves them out.
const REQUIRED_NUMBERS = {
  meanMotion: 'MEAN_MOTION',
  eccentricity: 'ECCENTRICITY',
  inclination: 'INCLINATION',
  rightAscension: 'RA_OF_ASC_NODE',
  argumentOfPericenter: 'ARG_OF_PERICENTER',
  meanAnomaly: 'MEAN_ANOMALY',
  bstar: 'BSTAR',
} as const

const OPTIONAL_NUMBERS = {
  meanMotionDot: 'MEAN_MOTION_DOT',
  meanMotionDdot: 'MEAN_MOTION_DDOT',
  ephemerisType: 'EPHEMERIS_TYPE',
  elementSetNumber: 'ELEMENT_SET_NO',
  revolutionAtEpoch: 'REV_AT_EPOCH',
} as const

const OMM_NAMES: Readonly<Record<keyof ElementSet, string>> = {
  catalogNumber: 'NORAD_CAT_ID',
  name: 'OBJECT_NAME',
  objectId: 'OBJECT_ID',
  epochUtcMs: 'EPOCH',
  ...REQUIRED_NUMBERS,
  ...OPTIONAL_NUMBERS,
}

/** The columns or keys without which no object of a file can be read. */
export const OMM_REQUIRED_FIELDS: readonly string[] = [
  'NORAD_CAT_ID',
  'EPOCH',
  ...Object.values(REQUIRED_NUMBERS),
]

/** An element set from the fields of an OMM (CCSDS 502.0-B-3, 4.2.4), checked; the first fault found otherwise. */
export const elementSetFromOmm = (field: OmmField): Result<ElementSet, OmmProblem> => {
  for (const [name, allowed] of FIXED_METADATA) {
    const value = field(name)?.trim().toUpperCase() ?? ''
    if (value !== '' && !allowed.includes(value)) {
      return err({ field: name, reason: `${quote(value)} is not ${allowed[0] ?? ''}` })
    }
  }
  const catalogNumber = parseCatalogNumber(field('NORAD_CAT_ID') ?? '')
  if (!catalogNumber.ok) return err({ field: 'NORAD_CAT_ID', reason: catalogNumber.error })
  const epoch = parseUtc((field('EPOCH') ?? '').trim())
  if (!epoch.ok) return err({ field: 'EPOCH', reason: epoch.error })
  const required = readNumbers(field, REQUIRED_NUMBERS, undefined)
  if (!required.ok) return required
  const optional = readNumbers(field, OPTIONAL_NUMBERS, 0)
  if (!optional.ok) return optional
  const { meanMotion, eccentricity, bstar } = required.value
  const checked = checkElementSet({
    catalogNumber: catalogNumber.value,
    name: (field('OBJECT_NAME') ?? '').trim(),
    objectId: (field('OBJECT_ID') ?? '').trim(),
    epochUtcMs: epoch.value,
    meanMotion,
    eccentricity,
    inclination: deg(required.value.inclination),
    rightAscension: deg(required.value.rightAscension),
    argumentOfPericenter: deg(required.value.argumentOfPericenter),
    meanAnomaly: deg(required.value.meanAnomaly),
    bstar,
    ...optional.value,
  })
  return checked.ok ? checked : err({ field: OMM_NAMES[checked.error.field], reason: checked.error.reason })
}

const readNumbers = <Key extends string>(
  field: OmmField,
  names: Readonly<Record<Key, string>>,
  missing: number | undefined,
): Result<Record<Key, number>, OmmProblem> => {
  const values: Partial<Record<Key, number>> = {}
  for (const key of Object.keys(names) as Key[]) {
    const text = field(names[key])
    if ((text === undefined || text.trim() === '') && missing !== undefined) {
      values[key] = missing
      continue
    }
    if (text === undefined) return err({ field: names[key], reason: 'is missing' })
    const value = parseDecimal(text)
    if (!value.ok) return err({ field: names[key], reason: value.error })
    values[key] = value.value
  }
  return ok(values as Record<Key, number>)
}
