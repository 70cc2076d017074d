import { compassPoint } from '../../kernel/angle.ts'
import { MS_PER_DAY, type UtcMs } from '../../kernel/time.ts'
import type { Deg } from '../../kernel/units.ts'
import { displayWidth, padColumns } from '../display-width.ts'
import type { ShownPass } from './shown-pass.ts'
import { clockWords, dayWords, heightWords, lightWords, SEEN_MARK, sureLegend, sureWords } from './words.ts'

const daysBetween = (from: UtcMs, to: UtcMs): number =>
  Math.floor(to / MS_PER_DAY) - Math.floor(from / MS_PER_DAY)

/** `05:19:08 WSW`; with the days since the rise where it is another one, and a sign where the window cuts the pass. */
const endWords = (cut: string, at: UtcMs, azimuth: Deg, rise: UtcMs): string => {
  const days = daysBetween(rise, at)
  return `${cut}${clockWords(at)} ${compassPoint(azimuth)}${days === 0 ? '' : ` +${days}d`}`
}

interface Column {
  readonly head: string
  readonly cell: (pass: ShownPass) => string
  /** Given where the cells take too long to be made twice; else the widest cell decides. */
  readonly width?: number
  /** Only where the terminal has room for it. */
  readonly isOptional?: true
}

const COLUMNS: readonly Column[] = [
  {
    head: 'rise',
    cell: ({ openStart, aosUtcMs, aosAzimuth }) =>
      endWords(openStart ? '<' : '', aosUtcMs, aosAzimuth, aosUtcMs),
  },
  { head: 'highest', cell: ({ maximumElevation, tcaAzimuth }) => heightWords(maximumElevation, tcaAzimuth) },
  { head: 'at', isOptional: true, cell: ({ tcaUtcMs }) => clockWords(tcaUtcMs) },
  {
    head: 'set',
    cell: ({ openEnd, aosUtcMs, losUtcMs, losAzimuth }) =>
      endWords(openEnd ? '>' : '', losUtcMs, losAzimuth, aosUtcMs),
  },
  { head: 'light', cell: ({ light }) => lightWords(light()), width: 'sunlit*'.length },
  { head: 'elements', cell: sureWords },
]

const NAME_COLUMNS_MIN = 8
const NAME_COLUMNS_MAX = 26
const GAP = '  '
const LEGEND_GAP = '   '

const nameOf = ({ name, catalogNumber }: ShownPass): string =>
  name === '' ? String(catalogNumber ?? '') : name

interface Layout {
  readonly nameWidth: number
  readonly columns: readonly (Column & { readonly width: number })[]
}

/** The widths that fit all rows, and what is left out: columns with nothing in them, and what the terminal has no room for. */
const layOut = (passes: Iterable<ShownPass>, width: number): Layout => {
  const widths = COLUMNS.map(() => 0)
  let longestName = NAME_COLUMNS_MIN
  for (const pass of passes) {
    longestName = Math.max(longestName, displayWidth(nameOf(pass)))
    for (const [index, column] of COLUMNS.entries()) {
      const before = widths[index] ?? 0
      // One look tells whether there is anything in the others.
      if (column.width === undefined || before === 0)
        widths[index] = Math.max(
          before,
          column.cell(pass) === '' ? 0 : (column.width ?? column.cell(pass).length),
        )
    }
  }
  const filled = COLUMNS.map((column, index) => ({ ...column, width: widths[index] ?? 0 }))
    .filter((column) => column.width > 0)
    .map((column) => ({ ...column, width: Math.max(column.width, column.head.length) }))
  const wanted = Math.min(NAME_COLUMNS_MAX, longestName)
  const room = (columns: Layout['columns']): number =>
    width - columns.reduce((sum, column) => sum + GAP.length + column.width, 0)
  const columns = room(filled) >= wanted ? filled : filled.filter(({ isOptional }) => isOptional !== true)
  return { nameWidth: Math.max(NAME_COLUMNS_MIN, Math.min(wanted, room(columns))), columns }
}

/** As many to a line as there is room for. */
const legendLines = function* (entries: readonly string[], width: number): Generator<string> {
  let line = ''
  for (const entry of entries) {
    const longer = line === '' ? entry : `${line}${LEGEND_GAP}${entry}`
    if (line !== '' && longer.length > width) {
      yield `${line}\n`
      line = entry
    } else line = longer
  }
  if (line !== '') yield `${line}\n`
}

/**
 * Passes as a table for people, in the order given, a line for each day before its first rise. Names, which are somebody
 * else's, are cut where the terminal has no room, and cannot command it.
 */
export const passTable = function* (passes: Iterable<ShownPass>, width: number): Generator<string> {
  const { nameWidth, columns } = layOut(passes, width)
  const line = (name: string, cells: readonly string[]): string => {
    const padded = cells.map((cell, index) => cell.padEnd(columns[index]?.width ?? 0))
    return `${[padColumns(name, nameWidth), ...padded].join(GAP).trimEnd()}\n`
  }
  yield line(
    'name',
    columns.map(({ head }) => head),
  )
  let day = ''
  const legend = new Set<string>()
  for (const pass of passes) {
    const today = dayWords(pass.aosUtcMs)
    if (today !== day) yield `${today}\n`
    day = today
    const cells = columns.map(({ cell }) => cell(pass))
    if (pass.openStart) legend.add('< up before the window')
    if (pass.openEnd) legend.add('> up after the window')
    if (cells.some((cell) => cell.endsWith(SEEN_MARK))) legend.add(`${SEEN_MARK} sunlit under a dark sky`)
    for (const each of sureLegend(cells)) legend.add(each)
    yield line(nameOf(pass), cells)
  }
  yield* legendLines([...legend].sort(), width)
}
