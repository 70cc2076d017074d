import { err, ok, type Result } from '../kernel/result.ts'
import { MS_PER_DAY, type UtcMs, utcFromCivil, utcMs } from '../kernel/time.ts'
import { deg } from '../kernel/units.ts'
import { checkElementSet, type ElementSet, isSgp4Xp } from '../orbit/element-set.ts'
import { detached } from './detached.ts'
import type { ElementSink, Skipped } from './element-readings.ts'
import { LineSplitter } from './line-splitter.ts'
import { decodeAlpha5, parseDecimal, quote } from './numbers.ts'
import { NAME_CHARACTERS_MAX } from './omm-record.ts'
import type { TextReader } from './text-reader.ts'

const LINE_LENGTH = 69
// Two-digit years turn at Sputnik's: 57 to 99 are of the last century.
const FIRST_YEAR_OF_LAST_CENTURY = 57
const NAME_LINE_MARK = /^0 /
const TLE_LINE = /^([12]) [ A-Z0-9]{5}/

/** The last digit of a line: the sum of its digits, a minus counting 1 and a letter 0, modulo 10. */
export const tleChecksum = (line: string): number => {
  let sum = 0
  for (const character of line.slice(0, LINE_LENGTH - 1)) {
    if (character >= '0' && character <= '9') sum += Number(character)
    else if (character === '-') sum += 1
  }
  return sum % 10
}

type Problem = Omit<Skipped, 'line'>

const checkLine = (line: string): Problem | undefined => {
  if (line.length < LINE_LENGTH) {
    return { field: 'line', reason: `has ${line.length} characters, not ${LINE_LENGTH}` }
  }
  // Verification files put more behind the line, after a space.
  if (line.length > LINE_LENGTH && line.charAt(LINE_LENGTH) !== ' ') {
    return { field: 'line', reason: `has ${line.length} characters, not ${LINE_LENGTH}` }
  }
  const sum = tleChecksum(line)
  const given = line.charAt(LINE_LENGTH - 1)
  return given === String(sum)
    ? undefined
    : { field: 'checksum', reason: `is ${quote(given)} where the line adds up to ${sum}` }
}

/** ` 28098-4` is 0.28098e-4: a decimal point and an E are understood. */
const parseExponential = (text: string): Result<number, string> => {
  const trimmed = text.trim()
  if (trimmed === '') return ok(0)
  const parts = /^([+-]?)(\d{1,5}) ?([+-]?\d)$/.exec(trimmed)
  if (parts === null) return err(`${quote(trimmed)} is no number of the form 12345-6`)
  return ok(Number(`${parts[1] ?? ''}0.${parts[2] ?? '0'}e${parts[3] ?? '0'}`))
}

/** The year in two digits and the day of it with its fraction, all digits kept. */
const parseEpoch = (text: string): Result<UtcMs, string> => {
  const parts = /^(\d\d)([ \d]{2}\d)(\.\d*)?$/.exec(text.trimEnd())
  if (parts === null) return err(`${quote(text)} is no epoch of the form YYDDD.DDDDDDDD`)
  const twoDigits = Number(parts[1])
  const year = twoDigits + (twoDigits < FIRST_YEAR_OF_LAST_CENTURY ? 2000 : 1900)
  const day = Number(parts[2])
  const isLeap = year % 4 === 0
  if (day < 1 || day > (isLeap ? 366 : 365)) return err(`day ${day} is not in the year ${year}`)
  const newYear = utcFromCivil({ year, month: 1, day: 1, hour: 0, minute: 0, second: 0 })
  return ok(utcMs(newYear + (day - 1) * MS_PER_DAY + Number(`0${parts[3] ?? ''}`) * MS_PER_DAY))
}

const parseEccentricity = (text: string): Result<number, string> => {
  const digits = text.replaceAll(' ', '0')
  return /^\d{7}$/.test(digits)
    ? ok(Number(`0.${digits}`))
    : err(`${quote(text)} is no number of seven digits`)
}

const parseInteger = (text: string): Result<number, string> =>
  text.trim() === '' ? ok(0) : parseDecimal(text)

/** `98067A  ` is 1998-067A; anything else stays as it is written. */
const expandDesignator = (text: string): string => {
  const parts = /^(\d\d)(\d{3})([A-Z]{1,3})$/.exec(text.trim())
  if (parts === null) return text.trim()
  const century = Number(parts[1]) < FIRST_YEAR_OF_LAST_CENTURY ? '20' : '19'
  return `${century}${parts[1] ?? ''}-${parts[2] ?? ''}${parts[3] ?? ''}`
}

// What each column holds (CelesTrak, "NORAD Two-Line Element Set Format"); from, to as in slice().
const COLUMNS = [
  ['epochUtcMs', 1, 18, 32, parseEpoch],
  ['meanMotionDot', 1, 33, 43, parseDecimal],
  ['meanMotionDdot', 1, 44, 52, parseExponential],
  ['bstar', 1, 53, 61, parseExponential],
  ['ephemerisType', 1, 62, 63, parseInteger],
  ['elementSetNumber', 1, 64, 68, parseInteger],
  ['inclination', 2, 8, 16, parseDecimal],
  ['rightAscension', 2, 17, 25, parseDecimal],
  ['eccentricity', 2, 26, 33, parseEccentricity],
  ['argumentOfPericenter', 2, 34, 42, parseDecimal],
  ['meanAnomaly', 2, 43, 51, parseDecimal],
  ['meanMotion', 2, 52, 63, parseDecimal],
  ['revolutionAtEpoch', 2, 63, 68, parseInteger],
] as const

type ColumnName = (typeof COLUMNS)[number][0]

/** SGP4-XP has its ballistic term in the columns of BSTAR and its radiation term in those of the second derivative. */
const sgp4XpTerms = ({ bstar, meanMotionDdot }: Record<'bstar' | 'meanMotionDdot', number>) => ({
  bstar: 0,
  meanMotionDdot: 0,
  ballisticTerm: bstar,
  radiationTerm: meanMotionDdot,
})

/** An element set from the two lines of a TLE, checksums and all; the first fault and its line otherwise. */
export const elementSetFromTle = (
  lines: { readonly line1: string; readonly line2: string },
  name = '',
): Result<ElementSet, Problem & { readonly tleLine: 1 | 2 }> => {
  const { line1, line2 } = lines
  const problem1 = checkLine(line1)
  if (problem1 !== undefined) return err({ ...problem1, tleLine: 1 })
  const problem2 = checkLine(line2)
  if (problem2 !== undefined) return err({ ...problem2, tleLine: 2 })
  const catalogNumber = decodeAlpha5(line1.slice(2, 7))
  if (!catalogNumber.ok) return err({ field: 'catalogNumber', reason: catalogNumber.error, tleLine: 1 })
  const second = decodeAlpha5(line2.slice(2, 7))
  if (!second.ok || second.value !== catalogNumber.value) {
    return err({
      field: 'catalogNumber',
      reason: `differs from that of line 1, ${catalogNumber.value}`,
      tleLine: 2,
    })
  }
  const values: Partial<Record<ColumnName, number>> = {}
  for (const [field, tleLine, from, to, parse] of COLUMNS) {
    const value = parse((tleLine === 1 ? line1 : line2).slice(from, to))
    if (!value.ok) return err({ field, reason: value.error, tleLine })
    values[field] = value.value
  }
  const numbers = values as Record<ColumnName, number>
  const checked = checkElementSet({
    ...numbers,
    ...(isSgp4Xp(numbers) ? sgp4XpTerms(numbers) : {}),
    catalogNumber: catalogNumber.value,
    name: detached(name),
    objectId: detached(expandDesignator(line1.slice(9, 17))),
    epochUtcMs: utcMs(numbers.epochUtcMs),
    inclination: deg(numbers.inclination),
    rightAscension: deg(numbers.rightAscension),
    argumentOfPericenter: deg(numbers.argumentOfPericenter),
    meanAnomaly: deg(numbers.meanAnomaly),
  })
  if (checked.ok) return checked
  const column = COLUMNS.find(([field]) => field === checked.error.field)
  return err({ ...checked.error, tleLine: column?.[1] ?? 1 })
}

/** Whether a text looks like a line 1 or 2 of a TLE. */
export const isTleLine = (text: string): boolean => TLE_LINE.test(text) && text.length > 60

/**
 * Reads two-line and three-line elements, mixed as they come: a line before a line 1 is its name (`0 NAME` as well),
 * other text and comments (`#`) are passed over.
 */
export class TleReader implements TextReader {
  readonly #sink: ElementSink
  readonly #lines: LineSplitter
  #name = ''
  /** A line 1 that waits for its line 2. */
  #first: { readonly line: number; readonly text: string } | undefined

  constructor(sink: ElementSink) {
    this.#sink = sink
    this.#lines = new LineSplitter((text, line) => this.#takeLine((text ?? '').trimEnd(), line))
  }

  readonly push = (piece: string): void => this.#lines.push(piece)

  readonly end = (): void => {
    this.#lines.end()
    this.#dropFirst()
  }

  #takeLine(text: string, line: number): void {
    if (this.#first !== undefined && text.startsWith('2 ')) {
      this.#takePair(this.#first, text)
      return
    }
    this.#dropFirst()
    if (!TLE_LINE.test(text)) {
      if (text !== '') this.#name = nameFrom(text)
    } else if (text.startsWith('1')) {
      this.#first = { line, text }
    } else {
      this.#sink.skip({ line, field: 'line', reason: 'is a line 2 without its line 1' })
      this.#name = ''
    }
  }

  #takePair(first: { readonly line: number; readonly text: string }, line2: string): void {
    const set = elementSetFromTle({ line1: first.text, line2 }, this.#name)
    if (set.ok) this.#sink.add(set.value)
    else {
      const { tleLine, field, reason } = set.error
      this.#sink.skip({ line: first.line + tleLine - 1, field, reason })
    }
    this.#first = undefined
    this.#name = ''
  }

  #dropFirst(): void {
    if (this.#first === undefined) return
    this.#sink.skip({ line: this.#first.line, field: 'line', reason: 'is a line 1 without its line 2' })
    this.#first = undefined
    this.#name = ''
  }
}

const nameFrom = (line: string): string =>
  line.startsWith('#') || line.length > NAME_CHARACTERS_MAX ? '' : line.replace(NAME_LINE_MARK, '').trim()
