import { compassPoint } from '../../kernel/angle.ts'
import { formatUtc, MS_PER_DAY, type UtcMs } from '../../kernel/time.ts'
import { clockWords } from '../passes/words.ts'
import { svgText } from '../svg-text.ts'
import { axisTicks, type Bar, chartRows } from './bars.ts'
import type { ShownPlan } from './shown-plan.ts'

const LABEL_WIDTH = 190
const CHART_WIDTH = 960
const MARGIN = 20
const HEAD = 64
const ROW = 26
const BAR = 16
// An hour's pass in a week is six units wide; a minute's is seen all the same.
const BAR_WIDTH_MIN = 2
const TICKS_MAX = 13
// Ten thousand requests would make a picture that nothing shows.
const ROWS_MAX = 1_000
const LABEL_CHARACTERS_MAX = 28

const STYLE = `
    text { font: 13px system-ui, sans-serif; fill: #1c2733 }
    .title { font-size: 17px; font-weight: 600 }
    .faint { fill: #5a6b7b }
    .grid { stroke: #d5dde5 }
    .day { stroke: #8496a8 }
    .taken { fill: #1769aa }
    .left { fill: #fff; stroke: #b04a12; stroke-dasharray: 2 2 }`

const shortened = (text: string): string =>
  text.length > LABEL_CHARACTERS_MAX ? `${text.slice(0, LABEL_CHARACTERS_MAX - 1)}…` : text

const minute = (at: UtcMs): string => formatUtc(at, 0).slice(0, 16).replace('T', ' ')

/** The timetable as a drawing: a line for each request, its passes as bars that tell their story to a pointer. */
export const planSvg = (plan: ShownPlan): string => {
  const rows = chartRows(plan)
  const drawn = rows.slice(0, ROWS_MAX)
  const { tasks, notTaken } = plan.timetable
  const bottom = HEAD + Math.max(1, drawn.length) * ROW
  const width = MARGIN + LABEL_WIDTH + CHART_WIDTH + MARGIN
  const height = bottom + 44
  const left = MARGIN + LABEL_WIDTH
  const xOf = (at: UtcMs): number => {
    const share = (at - plan.fromUtcMs) / (plan.toUtcMs - plan.fromUtcMs)
    return Number((left + Math.min(1, Math.max(0, share)) * CHART_WIDTH).toFixed(2))
  }
  const title = `${plan.station.name}: ${minute(plan.fromUtcMs)} to ${minute(plan.toUtcMs)} UTC`
  const ticks = axisTicks(plan, TICKS_MAX).flatMap((at) => {
    const isDay = at % MS_PER_DAY === 0
    const words = isDay ? formatUtc(at, 0).slice(5, 10) : formatUtc(at, 0).slice(11, 16)
    return [
      `<line class="${isDay ? 'day' : 'grid'}" x1="${xOf(at)}" y1="${HEAD - 6}" x2="${xOf(at)}" y2="${bottom}"/>`,
      `<text class="faint" x="${xOf(at)}" y="${HEAD - 12}" text-anchor="middle">${words}</text>`,
    ]
  })
  const bar = (each: Bar, y: number): string => {
    const x = xOf(each.fromUtcMs)
    const wide = Math.max(BAR_WIDTH_MIN, xOf(each.toUtcMs) - x).toFixed(2)
    return `<rect class="${each.reason === undefined ? 'taken' : 'left'}" x="${x}" y="${y}" width="${wide}" height="${BAR}"><title>${svgText(storyOf(each))}</title></rect>`
  }
  const body = drawn.flatMap(({ label, bars }, index) => {
    const y = HEAD + index * ROW
    return [
      `<line class="grid" x1="${MARGIN}" y1="${y + ROW}" x2="${left + CHART_WIDTH}" y2="${y + ROW}"/>`,
      `<text x="${MARGIN}" y="${y + 18}">${svgText(shortened(label))}</text>`,
      // Those that are taken last, on top.
      ...bars.filter(({ reason }) => reason !== undefined).map((each) => bar(each, y + (ROW - BAR) / 2)),
      ...bars.filter(({ reason }) => reason === undefined).map((each) => bar(each, y + (ROW - BAR) / 2)),
    ]
  })
  const more = rows.length - drawn.length
  const legendY = bottom + 18
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${svgText(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text class="title" x="${MARGIN}" y="28">${svgText(title)}</text>`,
    ...ticks,
    ...body,
    `<rect class="taken" x="${left}" y="${legendY}" width="${BAR}" height="${BAR}"/>`,
    `<text x="${left + 24}" y="${legendY + 13}">${tasks.length} taken</text>`,
    `<rect class="left" x="${left + 130}" y="${legendY}" width="${BAR}" height="${BAR}"/>`,
    `<text x="${left + 154}" y="${legendY + 13}">${notTaken.length} not taken${more > 0 ? `; ${more} more requests are not drawn` : ''}</text>`,
    '</svg>',
    '',
  ].join('\n')
}

const storyOf = ({ pass, fromUtcMs, toUtcMs, reason }: Bar): string =>
  [
    pass.name === '' ? `object ${pass.catalogNumber}` : pass.name,
    `${clockWords(fromUtcMs)} to ${clockWords(toUtcMs)} UTC, up to ${pass.maximumElevation.toFixed(0)}° ${compassPoint(pass.tcaAzimuth)}`,
    ...(reason === undefined ? [] : [reason]),
  ].join(', ')
