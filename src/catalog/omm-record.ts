import { err, ok, type Result } from '../kernel/result.ts'
import { MS_PER_DAY, MS_PER_SECOND, type UtcMs } from '../kernel/time.ts'
import { deg } from '../kernel/units.ts'
import { parseCcsdsTime, parseTimeSystem } from '../orbit/ccsds-time.ts'
import { checkElementSet, type ElementSet, SGP4_XP_EPHEMERIS_TYPE } from '../orbit/element-set.ts'
import { detached } from './detached.ts'
import { parseCatalogNumber, parseDecimal, quote } from './numbers.ts'

/** The fields of one OMM by their CCSDS names, as text; undefined where the file does not give one. */
export type OmmField = (name: string) => string | undefined

export interface OmmProblem {
  readonly field: string
  readonly reason: string
}

// Without them there is no orbit; the other numbers are 0 where a file leaves them out.
const REQUIRED_NUMBERS = {
  eccentricity: 'ECCENTRICITY',
  inclination: 'INCLINATION',
  rightAscension: 'RA_OF_ASC_NODE',
  argumentOfPericenter: 'ARG_OF_PERICENTER',
  meanAnomaly: 'MEAN_ANOMALY',
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
  meanMotion: 'MEAN_MOTION',
  bstar: 'BSTAR',
  ballisticTerm: 'BTERM',
  radiationTerm: 'AGOM',
  ...REQUIRED_NUMBERS,
  ...OPTIONAL_NUMBERS,
}

/** The columns without which no object of a table can be read; one of each. */
export const OMM_REQUIRED_FIELDS: readonly (readonly string[])[] = [
  ['NORAD_CAT_ID'],
  ['EPOCH'],
  ['MEAN_MOTION', 'SEMI_MAJOR_AXIS'],
  ...Object.values(REQUIRED_NUMBERS).map((name) => [name]),
  ['BSTAR', 'BTERM'],
]

/** Names of the catalogues have at most 25 characters. A longer text is no name. */
export const NAME_CHARACTERS_MAX = 200

const filled = (field: OmmField, name: string): string | undefined => {
  const text = field(name)?.trim() ?? ''
  return text === '' ? undefined : text
}

// What an OMM may say about its frame; CelesTrak's tables leave all of it out, and SGP4 holds for no other.
const FIXED_METADATA: readonly (readonly [string, readonly string[], string])[] = [
  ['CENTER_NAME', ['EARTH'], 'the centre of every SGP4 orbit'],
  ['REF_FRAME', ['TEME', 'TEMEOFDATE'], 'the only frame of SGP4 elements'],
]

// Of each pair only one can be meant.
const EXCLUSIVE = [
  ['SEMI_MAJOR_AXIS', 'MEAN_MOTION'],
  ['BTERM', 'BSTAR'],
] as const

const metadataProblem = (field: OmmField): OmmProblem | undefined => {
  for (const [name, other] of EXCLUSIVE) {
    if (filled(field, name) !== undefined && filled(field, other) !== undefined) {
      return { field: name, reason: `is given beside ${other}, and only one of both can be meant` }
    }
  }
  for (const [name, allowed, why] of FIXED_METADATA) {
    const value = filled(field, name)
    if (value !== undefined && !allowed.includes(value.toUpperCase())) {
      return { field: name, reason: `${quote(value)} is not ${allowed[0] ?? ''}, ${why}` }
    }
  }
  return filled(field, 'REF_FRAME_EPOCH') === undefined
    ? undefined
    : { field: 'REF_FRAME_EPOCH', reason: 'makes it a frame of one epoch, where SGP4 has that of date' }
}

const SGP4_THEORIES: readonly string[] = ['SGP4', 'SGP/SGP4']

/** Whether SGP4-XP made the elements: by the theory's name or by the type, and it is believed whichever says so. */
const readTheory = (field: OmmField, ephemerisType: number): Result<'SGP4' | 'SGP4-XP', OmmProblem> => {
  const theory = filled(field, 'MEAN_ELEMENT_THEORY')
  const name = theory?.toUpperCase() ?? 'SGP4'
  if (name === 'SGP4-XP') return ok('SGP4-XP')
  if (SGP4_THEORIES.includes(name)) {
    return ok(ephemerisType === SGP4_XP_EPHEMERIS_TYPE ? 'SGP4-XP' : 'SGP4')
  }
  return err({
    field: 'MEAN_ELEMENT_THEORY',
    reason: `${quote(theory ?? '')} is not SGP4, and mean elements hold for their own theory only`,
  })
}

const readEpoch = (field: OmmField): Result<UtcMs, OmmProblem> => {
  const text = field('EPOCH')
  if (text === undefined) return err({ field: 'EPOCH', reason: 'is missing' })
  const system = parseTimeSystem(filled(field, 'TIME_SYSTEM') ?? 'UTC')
  if (!system.ok) return err({ field: 'TIME_SYSTEM', reason: system.error })
  const epoch = parseCcsdsTime(text, system.value)
  return epoch.ok ? epoch : err({ field: 'EPOCH', reason: epoch.error })
}

// WGS 72, the constants that SGP4 is made with.
const GRAVITY_KM3_PER_SEC2 = 398_600.8

/**
 * The mean motion, rev/day; of a semi-major axis by Kepler's third law. SGP4 expects Kozai's mean motion, and an axis that
 * is not Kozai's gives one that is up to 0.1 % off: the standard asks for MEAN_MOTION with SGP4 [CCSDS 502.0-B-3 4.2.4].
 */
const readMeanMotion = (field: OmmField): Result<number, OmmProblem> => {
  const axisText = filled(field, 'SEMI_MAJOR_AXIS')
  if (axisText === undefined) return readNumber(field, 'MEAN_MOTION')
  const axisKm = readNumber(field, 'SEMI_MAJOR_AXIS')
  if (!axisKm.ok) return axisKm
  if (axisKm.value <= 0) return err({ field: 'SEMI_MAJOR_AXIS', reason: `${axisKm.value} km is not above 0` })
  const radiansPerSecond = Math.sqrt(GRAVITY_KM3_PER_SEC2 / axisKm.value ** 3)
  return ok((radiansPerSecond * (MS_PER_DAY / MS_PER_SECOND)) / (2 * Math.PI))
}

type DragTerms = Pick<ElementSet, 'bstar' | 'ballisticTerm' | 'radiationTerm'>

/** The drag terms of the theory. A table made of a TLE has SGP4-XP's ballistic term in the place of BSTAR. */
const readDrag = (field: OmmField, theory: 'SGP4' | 'SGP4-XP'): Result<DragTerms, OmmProblem> => {
  const hasBterm = filled(field, 'BTERM') !== undefined
  if (theory === 'SGP4') {
    const bstar = readNumber(field, 'BSTAR')
    return bstar.ok ? ok({ bstar: bstar.value }) : bstar
  }
  const ballistic = readNumber(field, hasBterm ? 'BTERM' : 'BSTAR', 0)
  if (!ballistic.ok) return ballistic
  const radiation = readNumber(field, 'AGOM', 0)
  if (!radiation.ok) return radiation
  return ok({ bstar: 0, ballisticTerm: ballistic.value, radiationTerm: radiation.value })
}

/**
 * An element set from the fields of an OMM (CCSDS 502.0-B-3, 4.2.4), checked; the first fault found otherwise. Of SGP4,
 * or of SGP4-XP with the type that says so. Another time system is brought to UTC.
 */
export const elementSetFromOmm = (field: OmmField): Result<ElementSet, OmmProblem> => {
  const metadata = metadataProblem(field)
  if (metadata !== undefined) return err(metadata)
  const optional = readNumbers(field, OPTIONAL_NUMBERS, 0)
  if (!optional.ok) return optional
  const meanMotion = readMeanMotion(field)
  const theory = readTheory(field, optional.value.ephemerisType)
  if (!theory.ok) return theory
  const numberText = field('NORAD_CAT_ID')
  if (numberText === undefined) return err({ field: 'NORAD_CAT_ID', reason: 'is missing' })
  const catalogNumber = parseCatalogNumber(numberText)
  if (!catalogNumber.ok) return err({ field: 'NORAD_CAT_ID', reason: catalogNumber.error })
  const epoch = readEpoch(field)
  if (!epoch.ok) return epoch
  if (!meanMotion.ok) return meanMotion
  const required = readNumbers(field, REQUIRED_NUMBERS, undefined)
  if (!required.ok) return required
  const drag = readDrag(field, theory.value)
  if (!drag.ok) return drag
  const name = field('OBJECT_NAME')?.trim() ?? ''
  if (name.length > NAME_CHARACTERS_MAX) {
    return err({ field: 'OBJECT_NAME', reason: `has more than ${NAME_CHARACTERS_MAX} characters` })
  }
  const objectId = field('OBJECT_ID')?.trim() ?? ''
  if (objectId.length > NAME_CHARACTERS_MAX) {
    return err({ field: 'OBJECT_ID', reason: `has more than ${NAME_CHARACTERS_MAX} characters` })
  }
  const checked = checkElementSet({
    catalogNumber: catalogNumber.value,
    name: detached(name),
    objectId: detached(objectId),
    epochUtcMs: epoch.value,
    meanMotion: meanMotion.value,
    eccentricity: required.value.eccentricity,
    inclination: deg(required.value.inclination),
    rightAscension: deg(required.value.rightAscension),
    argumentOfPericenter: deg(required.value.argumentOfPericenter),
    meanAnomaly: deg(required.value.meanAnomaly),
    ...optional.value,
    ...drag.value,
    ...(theory.value === 'SGP4-XP' ? { ephemerisType: SGP4_XP_EPHEMERIS_TYPE } : {}),
  })
  return checked.ok ? checked : err({ field: OMM_NAMES[checked.error.field], reason: checked.error.reason })
}

const readNumber = (field: OmmField, name: string, missing?: number): Result<number, OmmProblem> => {
  const text = filled(field, name)
  if (text === undefined)
    return missing === undefined ? err({ field: name, reason: 'is missing' }) : ok(missing)
  const value = parseDecimal(text)
  return value.ok ? value : err({ field: name, reason: value.error })
}

const readNumbers = <Key extends string>(
  field: OmmField,
  names: Readonly<Record<Key, string>>,
  missing: number | undefined,
): Result<Record<Key, number>, OmmProblem> => {
  const values: Partial<Record<Key, number>> = {}
  for (const key of Object.keys(names) as Key[]) {
    const value = readNumber(field, names[key], missing)
    if (!value.ok) return value
    values[key] = value.value
  }
  return ok(values as Record<Key, number>)
}
