import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { ElementCollector } from './element-readings.ts'
import { elementSetFromOmm, OMM_REQUIRED_FIELDS } from './omm-record.ts'

interface CsvRow {
  readonly line: number
  /** Undefined where a quote is never closed. */
  readonly cells: readonly string[] | undefined
}

// A quoted field may span lines, but no element file has one of more than a few: a quote that was never closed must
// not swallow the rest of the file.
const QUOTED_LINES_MAX = 3

const splitCells = (row: string): { readonly cells: string[]; readonly open: boolean } => {
  if (!row.includes('"')) return { cells: row.split(','), open: false }
  const cells: string[] = []
  let cell = ''
  let quoted = false
  for (let index = 0; index < row.length; index += 1) {
    const character = row.charAt(index)
    if (quoted) {
      if (character !== '"') cell += character
      else if (row.charAt(index + 1) === '"') {
        cell += '"'
        index += 1
      } else quoted = false
    } else if (character === '"' && cell.trim() === '') {
      cell = ''
      quoted = true
    } else if (character === ',') {
      cells.push(cell)
      cell = ''
    } else cell += character
  }
  cells.push(cell)
  return { cells, open: quoted }
}

/** The rows of a CSV text (RFC 4180: quotes, doubled quotes, any line end), blank lines left out. */
const csvRows = function* (text: string): Generator<CsvRow> {
  const lines = text.split(/\r\n|\n|\r/)
  for (let index = 0; index < lines.length; index += 1) {
    const first = lines[index] ?? ''
    if (first.trim() === '') continue
    const line = index + 1
    let split = splitCells(first)
    let joined = first
    for (let more = 1; split.open && more < QUOTED_LINES_MAX && index + more < lines.length; more += 1) {
      joined += `\n${lines[index + more] ?? ''}`
      split = splitCells(joined)
      if (!split.open) index += more
    }
    yield { line, cells: split.open ? undefined : split.cells }
  }
}

/** Reads an OMM table as CelesTrak and Space-Track give it: one header, columns in any order, one object a row. */
export const readOmmCsv = (
  text: string,
  sourceName: string,
  collector: ElementCollector,
): Result<undefined, Fault> => {
  let columns: ReadonlyMap<string, number> | undefined
  for (const { line, cells } of csvRows(text)) {
    if (columns === undefined) {
      columns = new Map(cells?.map((name, index) => [name.trim().toUpperCase(), index]))
      const missing = OMM_REQUIRED_FIELDS.filter((name) => columns?.has(name) !== true)
      if (missing.length > 0) {
        return err(fault('catalog.format', `${sourceName} has no column ${missing.join(', ')} in its header`))
      }
      continue
    }
    if (cells === undefined) {
      collector.skip({ line, field: 'row', reason: 'has a quote that is not closed' })
      continue
    }
    const header = columns
    if (cells.length !== header.size) {
      collector.skip({
        line,
        field: 'row',
        reason: `has ${cells.length} fields where the header has ${header.size}`,
      })
      continue
    }
    const set = elementSetFromOmm((name) => {
      const column = header.get(name)
      return column === undefined ? undefined : cells[column]
    })
    if (set.ok) collector.add(set.value)
    else collector.skip({ line, ...set.error })
  }
  return ok(undefined)
}
