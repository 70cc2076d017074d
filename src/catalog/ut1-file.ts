import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { MS_PER_DAY, type UtcMs, utcFromCivil, utcMs } from '../kernel/time.ts'
import { sec } from '../kernel/units.ts'
import type { Ut1Row, Ut1Table } from '../orbit/ut1.ts'
import { parseDecimal, quote } from './numbers.ts'

// Four centuries of days: more than any bulletin, little enough for memory.
const ROWS_MAX = 150_000
// Kept below 0.9 s by leap seconds; more is another unit or another column.
const UT1_MINUS_UTC_SEC_MAX = 1
// Bulletins come by the day; between rows farther apart the Earth does what it likes.
const ROW_DISTANCE_DAYS_MAX = 10

// Modified Julian dates of the bulletins begin in 1962 and end in this century.
const MODIFIED_JULIAN_DATE_MIN = 37_665
const MODIFIED_JULIAN_DATE_MAX = 88_128

const MODIFIED_JULIAN_EPOCH = utcFromCivil({ year: 1858, month: 11, day: 17, hour: 0, minute: 0, second: 0 })

/** What a line says, or why it says nothing good; undefined for a line without a value. */
type LineReader = (line: string) => Result<Ut1Row, string> | undefined

const rowOf = (dateText: string, valueText: string): Result<Ut1Row, string> => {
  const date = parseDecimal(dateText)
  if (!date.ok) return err(`the modified Julian date ${date.error}`)
  if (!(date.value >= MODIFIED_JULIAN_DATE_MIN && date.value <= MODIFIED_JULIAN_DATE_MAX)) {
    return err(`${date.value} is no modified Julian date of these times`)
  }
  const value = parseDecimal(valueText)
  if (!value.ok) return err(`UT1 − UTC ${value.error}`)
  if (Math.abs(value.value) > UT1_MINUS_UTC_SEC_MAX) {
    return err(
      `UT1 − UTC of ${value.value} s is more than ${UT1_MINUS_UTC_SEC_MAX} s; it is wanted in seconds`,
    )
  }
  const at: UtcMs = utcMs(MODIFIED_JULIAN_EPOCH + date.value * MS_PER_DAY)
  return ok({ utcMs: at, ut1MinusUtc: sec(value.value) })
}

// finals2000A.all, .data and .daily (IERS, readme.finals2000A): the date in columns 8 to 15, Bulletin A's flag (I or P) in
// 58 and its UT1 − UTC in 59 to 68. The last lines have a date and nothing else yet.
const FINALS_LINE = /^[ \d]{6} \d{5}\.\d\d/
const readFinalsLine: LineReader = (line) => {
  const value = line.slice(58, 68)
  return value.trim() === '' ? undefined : rowOf(line.slice(7, 15), value)
}

const namesOf = (line: string, delimiter: string): readonly string[] =>
  line.split(delimiter).map((name) => name.trim().replaceAll('"', '').toUpperCase())

/** A table with a header that names `MJD` and `UT1-UTC`, as CelesTrak's EOP-All.csv and the IERS's CSV have. */
const csvReader = (header: string): LineReader | undefined => {
  for (const delimiter of [',', ';']) {
    const names = namesOf(header, delimiter)
    const date = names.indexOf('MJD')
    const value = names.indexOf('UT1-UTC')
    if (date < 0 || value < 0) continue
    return (line) => {
      const fields = line.split(delimiter)
      // A decimal comma would make one more, and a wrong number of the first half.
      if (fields.length !== names.length) {
        return err(`it has ${fields.length} fields, and the header names ${names.length}`)
      }
      const text = fields[value] ?? ''
      return text.trim() === '' ? undefined : rowOf(fields[date] ?? '', text)
    }
  }
  return undefined
}

const complaint = (
  sourceName: string,
  line: number,
  reason: string,
): { readonly ok: false; readonly error: Fault } =>
  err(fault('orbit.earth-rotation', `${sourceName}, line ${line}: ${reason}`))

/**
 * Reads UT1 − UTC from a bulletin: the IERS's finals2000A (`.all`, `.data`, `.daily`), or a CSV with the columns `MJD` and
 * `UT1-UTC`, told apart by their content. Measured and predicted days alike; days without a value are left out. A table
 * with a bad line is refused, with the line: a wrong day would turn every look without a sign. Fault
 * `orbit.earth-rotation`.
 */
export const readUt1Table = (
  text: string,
  { sourceName }: { readonly sourceName: string },
): Result<Ut1Table, Fault> => {
  const rows: Ut1Row[] = []
  let reader: LineReader | undefined
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    if (line.trim() === '') continue
    if (reader === undefined) {
      reader = FINALS_LINE.test(line) ? readFinalsLine : csvReader(line)
      if (reader === undefined) {
        const expected = "neither a line of the IERS's finals2000A nor a CSV header with MJD and UT1-UTC"
        return complaint(sourceName, index + 1, `${quote(line.trim())} is ${expected}`)
      }
      if (reader !== readFinalsLine) continue
    }
    if (reader === readFinalsLine && !FINALS_LINE.test(line)) {
      return complaint(sourceName, index + 1, `${quote(line.trim())} is no line of finals2000A`)
    }
    const row = reader(line)
    if (row === undefined) continue
    if (!row.ok) return complaint(sourceName, index + 1, row.error)
    const before = rows.at(-1)
    const days = before === undefined ? 1 : (row.value.utcMs - before.utcMs) / MS_PER_DAY
    if (!(days > 0)) return complaint(sourceName, index + 1, 'the days do not rise')
    if (days > ROW_DISTANCE_DAYS_MAX) {
      return complaint(sourceName, index + 1, `${days} days are missing before it`)
    }
    if (rows.length >= ROWS_MAX)
      return complaint(sourceName, index + 1, `there are more than ${ROWS_MAX} days`)
    rows.push(row.value)
  }
  if (rows.length < 2)
    return err(fault('orbit.earth-rotation', `${sourceName} has UT1 − UTC for less than two days`))
  return ok({ sourceName, rows })
}
