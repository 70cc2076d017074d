import { fault } from '../kernel/errors.ts'
import type { ElementSink } from './element-readings.ts'
import { LINE_CHARACTERS_MAX, LineSplitter } from './line-splitter.ts'
import { quote } from './numbers.ts'
import { elementSetFromOmm, OMM_REQUIRED_FIELDS } from './omm-record.ts'
import type { TextReader } from './text-reader.ts'

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

interface NumberedLine {
  readonly line: number
  readonly text: string
}

/**
 * Reads an OMM table as CelesTrak and Space-Track give it (RFC 4180: quotes, doubled quotes, any line end, blank lines
 * passed over): a header, columns in any order, one object a row. The header may come again where tables were joined.
 */
export class OmmCsvReader implements TextReader {
  readonly #sourceName: string
  readonly #sink: ElementSink
  readonly #lines: LineSplitter
  #columns: ReadonlyMap<string, number> | undefined
  /** The lines of a row whose quote is still open. */
  #open: NumberedLine[] = []

  constructor(sourceName: string, sink: ElementSink) {
    this.#sourceName = sourceName
    this.#sink = sink
    this.#lines = new LineSplitter((text, line) => {
      if (text !== undefined) this.#takeLine({ line, text })
      else this.#skip(line, `is longer than ${LINE_CHARACTERS_MAX} characters`)
    })
  }

  readonly push = (piece: string): void => this.#lines.push(piece)

  readonly end = (): void => {
    this.#lines.end()
    while (this.#open.length > 0) this.#giveUpQuote()
  }

  #takeLine(next: NumberedLine): void {
    const [first] = this.#open
    if (first === undefined && next.text.trim() === '') return
    const lines = [...this.#open, next]
    const row = splitCells(lines.map(({ text }) => text).join('\n'))
    this.#open = []
    if (!row.open) this.#takeRow(first?.line ?? next.line, row.cells)
    else {
      this.#open = lines
      if (lines.length >= QUOTED_LINES_MAX) this.#giveUpQuote()
    }
  }

  /** The first line's quote is never closed: it is bad, and those behind it are rows of their own. */
  #giveUpQuote(): void {
    const [first, ...others] = this.#open
    this.#open = []
    if (first !== undefined) this.#skip(first.line, 'has a quote that is not closed')
    for (const line of others) this.#takeLine(line)
  }

  #takeRow(line: number, cells: readonly string[]): void {
    if (cells.some((cell) => cell.trim().toUpperCase() === 'NORAD_CAT_ID') || this.#columns === undefined) {
      this.#takeHeader(cells)
      return
    }
    const columns = this.#columns
    if (cells.length !== columns.size) {
      this.#skip(line, `has ${cells.length} fields where the header has ${columns.size}`)
      return
    }
    const set = elementSetFromOmm((name) => {
      const column = columns.get(name)
      return column === undefined ? undefined : cells[column]
    })
    if (set.ok) this.#sink.add(set.value)
    else this.#sink.skip({ line, ...set.error })
  }

  #takeHeader(cells: readonly string[]): void {
    const names = cells.map((name) => name.trim().toUpperCase())
    const columns = new Map(names.map((name, index) => [name, index]))
    const twice = names.find((name, index) => columns.get(name) !== index)
    const missing = OMM_REQUIRED_FIELDS.filter((group) => !group.some((name) => columns.has(name)))
    if (missing.length > 0) {
      const list = missing.map((group) => group.join(' or ')).join(', ')
      this.#sink.fail(fault('catalog.format', `${this.#sourceName} has no column ${list} in its header`))
    } else if (twice !== undefined) {
      this.#sink.fail(
        fault('catalog.format', `${this.#sourceName} has the column ${quote(twice)} twice in its header`),
      )
    }
    this.#columns = columns
  }

  #skip(line: number, reason: string): void {
    this.#sink.skip({ line, field: 'row', reason })
  }
}
