/** A line of a navigation message in KVN, taken apart [CCSDS 502.0-B-3 7.4]. */
export type KvnLine =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'keyword'; readonly keyword: string; readonly value: string }
  /** Without a keyword before an equals sign: a mark such as META_START, or numbers. */
  | { readonly kind: 'bare'; readonly text: string }

const COMMENT = /^COMMENT(\s|$)/

/** Blank lines and comments are nothing. */
export const parseKvnLine = (line: string): KvnLine => {
  const text = line.trim()
  if (text === '' || COMMENT.test(text)) return { kind: 'nothing' }
  const equals = text.indexOf('=')
  if (equals <= 0) return { kind: 'bare', text }
  return {
    kind: 'keyword',
    keyword: text.slice(0, equals).trimEnd(),
    value: text.slice(equals + 1).trimStart(),
  }
}

const UNIT = /^(\S*)\s*\[([^\]]*)\]$/

/** A number's text and the unit that may stand in brackets behind it. */
export const splitUnit = (value: string): { readonly value: string; readonly unit: string | undefined } => {
  const parts = UNIT.exec(value)
  return parts === null ? { value, unit: undefined } : { value: parts[1] ?? '', unit: parts[2] ?? '' }
}

// How a number without a unit may say so.
const NO_UNITS: readonly string[] = ['', '-', '1', 'n/a']

/** Whether a unit is the expected one (empty: none); in any case, and with or without blanks around it. */
export const isUnit = (given: string, expected: string): boolean => {
  const unit = given.trim().toLowerCase()
  return expected === '' ? NO_UNITS.includes(unit) : unit === expected.toLowerCase()
}

const VERSION = /^CCSDS_([A-Z]{2,4})_VERS$/

/** `OMM` for the keyword `CCSDS_OMM_VERS`; undefined for any other keyword. */
export const messageNameOf = (keyword: string): string | undefined => VERSION.exec(keyword)?.[1]
