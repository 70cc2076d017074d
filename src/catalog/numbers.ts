import { err, ok, type Result } from '../kernel/result.ts'
import { CATALOG_NUMBER_MAX } from '../orbit/element-set.ts'
import { detached } from './detached.ts'

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/
const CATALOG_NUMBER = /^\+?\d{1,9}$/
// A complaint quotes what it found; a field of a broken file may be a megabyte long.
const QUOTED_CHARACTERS_MAX = 40

export const quote = (text: string): string =>
  detached(`"${text.length > QUOTED_CHARACTERS_MAX ? `${text.slice(0, QUOTED_CHARACTERS_MAX)}…` : text}"`)

/** A decimal number as element files write it (`.00076683`, `-.5E-7`, `12`); nothing else, not even an empty text. */
export const parseDecimal = (text: string): Result<number, string> => {
  const trimmed = text.trim()
  if (!DECIMAL.test(trimmed)) return err(trimmed === '' ? 'is empty' : `${quote(trimmed)} is no number`)
  const value = Number(trimmed)
  return Number.isFinite(value) ? ok(value) : err(`${quote(trimmed)} is too large`)
}

/** A catalogue number in digits, one to nine of them. */
export const parseCatalogNumber = (text: string): Result<number, string> => {
  const trimmed = text.trim()
  if (!CATALOG_NUMBER.test(trimmed)) {
    return err(trimmed === '' ? 'is empty' : `${quote(trimmed)} is no catalogue number of one to nine digits`)
  }
  return ok(Number(trimmed))
}

// I and O are left out because they look like 1 and 0.
const ALPHA_5_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const ALPHA_5 = /^[A-HJ-NP-Z]\d{4}$/
const TLE_NUMBER = /^\d{1,5}$/
const ALPHA_5_FIRST = 100_000
const ALPHA_5_LAST = 339_999

/** The five characters of a TLE: digits, or Alpha-5, whose letter stands for 10 to 33 (Space-Track, "Alpha-5"). */
export const decodeAlpha5 = (text: string): Result<number, string> => {
  const trimmed = text.trim()
  if (TLE_NUMBER.test(trimmed)) return ok(Number(trimmed))
  if (!ALPHA_5.test(trimmed)) return err(`${quote(trimmed)} is no catalogue number, in digits or Alpha-5`)
  return ok((ALPHA_5_LETTERS.indexOf(trimmed.charAt(0)) + 10) * 10_000 + Number(trimmed.slice(1)))
}

/** The five characters for a catalogue number; refused above 339999, which a TLE cannot name. */
export const encodeAlpha5 = (catalogNumber: number): Result<string, string> => {
  if (!Number.isInteger(catalogNumber) || catalogNumber < 0 || catalogNumber > CATALOG_NUMBER_MAX) {
    return err(`${catalogNumber} is no catalogue number`)
  }
  if (catalogNumber < ALPHA_5_FIRST) return ok(String(catalogNumber).padStart(5, '0'))
  if (catalogNumber > ALPHA_5_LAST) {
    return err(`${catalogNumber} does not fit into a TLE, whose numbers end at ${ALPHA_5_LAST}`)
  }
  const letter = ALPHA_5_LETTERS.charAt(Math.floor(catalogNumber / 10_000) - 10)
  return ok(letter + String(catalogNumber % 10_000).padStart(4, '0'))
}
