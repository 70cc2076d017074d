import { formatUtc, MS_PER_DAY, type UtcMs } from '../../kernel/time.ts'
import { padColumns } from '../display-width.ts'
import { axisTicks, type Bar, chartRows } from './bars.ts'
import type { ShownPlan } from './shown-plan.ts'

const LABEL_COLUMNS_MAX = 20
// A screen of them; the drawing has all.
const ROWS_MAX = 40
const TICK_COLUMNS = 6

const EMPTY = '·'
const NOT_TAKEN = '░'
const TAKEN = '█'

/** `06`, and the day where one begins. */
const tickWords = (at: UtcMs): string =>
  at % MS_PER_DAY === 0 ? formatUtc(at, 0).slice(5, 10) : formatUtc(at, 0).slice(11, 13)

/** The timetable as a bar chart on a terminal, a request a line. A pass takes a character at least. */
export const planChart = (plan: ShownPlan, width: number): readonly string[] => {
  const rows = chartRows(plan)
  if (rows.length === 0) return []
  const labelWidth = Math.min(LABEL_COLUMNS_MAX, Math.max(...rows.map(({ label }) => label.length)))
  const columns = Math.max(24, width - labelWidth - 2)
  const columnOf = (at: UtcMs): number =>
    Math.floor(((at - plan.fromUtcMs) / (plan.toUtcMs - plan.fromUtcMs)) * columns)
  const line = (bars: readonly Bar[]): string => {
    const cells = Array.from({ length: columns }, () => EMPTY)
    // Those that are taken last, so that they are seen where both fall into one character.
    for (const { fromUtcMs, toUtcMs, reason } of bars.toSorted((a, b) => rank(a) - rank(b))) {
      const first = Math.max(0, Math.min(columns - 1, columnOf(fromUtcMs)))
      const last = Math.max(first, Math.min(columns - 1, columnOf(toUtcMs)))
      for (let column = first; column <= last; column += 1)
        cells[column] = reason === undefined ? TAKEN : NOT_TAKEN
    }
    return cells.join('')
  }
  const axis = Array.from({ length: columns }, () => ' ')
  for (const tick of axisTicks(plan, Math.floor(columns / TICK_COLUMNS))) {
    const words = tickWords(tick)
    if (columnOf(tick) + words.length > columns) continue
    for (const [index, character] of [...words].entries()) axis[columnOf(tick) + index] = character
  }
  const more = rows.length - ROWS_MAX
  return [
    `${' '.repeat(labelWidth)}  ${axis.join('').trimEnd()}`,
    ...rows.slice(0, ROWS_MAX).map(({ label, bars }) => `${padColumns(label, labelWidth)}  ${line(bars)}`),
    ...(more > 0 ? [`and ${more} more requests`] : []),
    `${' '.repeat(labelWidth)}  ${TAKEN} taken   ${NOT_TAKEN} not taken`,
  ]
}

const rank = ({ reason }: Bar): number => (reason === undefined ? 1 : 0)
