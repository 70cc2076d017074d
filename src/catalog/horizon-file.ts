import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { wrapDeg } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { deg } from '../kernel/units.ts'
import { HORIZON_POINTS_MAX, type HorizonPoint } from '../orbit/horizon-mask.ts'
import { parseDecimal, quote } from './numbers.ts'

// The longest mask there can be, with room for comments: more is another file.
const CHARACTERS_MAX = 1_000_000

interface SurveyedPoint extends HorizonPoint {
  readonly line: number
}

interface LineProblem {
  readonly line: number
  readonly reason: string
}

type Survey = Result<readonly SurveyedPoint[], LineProblem>

const DECIMAL_COMMA = 'decimals are written with a point, as 12.5'
const EXPECTED = 'it is wanted as azimuth and elevation in degrees, as "120.5, 8"'

const pointOf = (azimuth: number, elevation: number, line: number): Result<SurveyedPoint, LineProblem> => {
  if (!(Math.abs(azimuth) <= 360)) {
    return err({ line, reason: `the azimuth ${azimuth}° is not within -360 to 360` })
  }
  if (!(Math.abs(elevation) <= 90)) {
    return err({ line, reason: `the elevation ${elevation}° is not within -90 to 90` })
  }
  return ok({ azimuth: wrapDeg(deg(azimuth)), elevation: deg(elevation), line })
}

/** Which fields of a line hold azimuth and elevation, and how many fields it has. */
interface Columns {
  readonly azimuth: number
  readonly elevation: number
  readonly count: number
}

const PLAIN_COLUMNS: Columns = { azimuth: 0, elevation: 1, count: 2 }

const delimiterOf = (line: string): string | RegExp => {
  for (const delimiter of [';', '\t', ',']) {
    if (line.includes(delimiter)) return delimiter
  }
  return /\s+/
}

const headerOf = (fields: readonly string[]): Columns | undefined => {
  const names = fields.map((field) => field.replaceAll('"', '').toLowerCase())
  const azimuth = names.findIndex((name) => name.startsWith('az'))
  const elevation = names.findIndex((name) => /^(el|alt)/.test(name))
  return azimuth < 0 || elevation < 0 ? undefined : { azimuth, elevation, count: fields.length }
}

const hasDecimalComma = (line: string, delimiter: string | RegExp): boolean =>
  delimiter === ','
    ? // Two numbers cut into four, by commas or by commas and a blank.
      /^[-+]?\d+,\d+[,\s]\s*[-+]?\d+,\d+$/.test(line)
    : line.includes(',')

const readSurvey = (text: string): Survey => {
  const points: SurveyedPoint[] = []
  let delimiter: string | RegExp | undefined
  let columns: Columns | undefined
  for (const [index, whole] of text.split(/\r\n|\n|\r/).entries()) {
    const line = index + 1
    const stated = whole.replace(/[#%].*$/, '')
    const content = stated.trim()
    if (content === '') continue
    delimiter ??= delimiterOf(content)
    // A tab at the end still divides: the last field is empty.
    const fields = (delimiter === '\t' ? stated : content).split(delimiter).map((field) => field.trim())
    if (columns === undefined) {
      columns = headerOf(fields)
      if (columns !== undefined) continue
      columns = PLAIN_COLUMNS
    }
    if (hasDecimalComma(content, delimiter))
      return err({ line, reason: `${quote(content)}: ${DECIMAL_COMMA}` })
    if (fields.length !== columns.count) {
      const wanted = columns === PLAIN_COLUMNS ? EXPECTED : `the header names ${columns.count} columns`
      return err({ line, reason: `${quote(content)} has ${fields.length} fields; ${wanted}` })
    }
    const azimuth = parseDecimal(fields[columns.azimuth] ?? '')
    if (!azimuth.ok) return err({ line, reason: `the azimuth ${azimuth.error}; ${EXPECTED}` })
    const elevation = parseDecimal(fields[columns.elevation] ?? '')
    if (!elevation.ok) return err({ line, reason: `the elevation ${elevation.error}; ${EXPECTED}` })
    const point = pointOf(azimuth.value, elevation.value, line)
    if (!point.ok) return point
    points.push(point.value)
  }
  return ok(points)
}

/** A list of `{ azimuthDeg, elevationDeg }`, as in the configuration, or of pairs. */
const readYaml = (text: string): Survey => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const lineOf = (node: { readonly range?: Node['range'] }): number =>
    lines.linePos(node.range?.[0] ?? 0).line
  const [problem] = document.errors
  if (problem !== undefined) {
    const [reason = 'it is no YAML'] = problem.message.split(/ at line|\n/)
    return err({ line: problem.linePos?.[0].line ?? 1, reason })
  }
  const list = document.contents
  if (!isSeq(list)) return err({ line: 1, reason: `no list; ${EXPECTED}` })
  const points: SurveyedPoint[] = []
  for (const item of list.items) {
    const isNode = isMap(item) || isSeq(item) || isScalar(item)
    const line = isNode ? lineOf(item) : 1
    const values = isMap(item)
      ? [item.get('azimuthDeg'), item.get('elevationDeg'), ...item.items.slice(2)]
      : isSeq(item)
        ? item.items.map((value) => (isScalar(value) ? value.value : undefined))
        : []
    const [azimuth, elevation] = values
    if (values.length !== 2 || typeof azimuth !== 'number' || typeof elevation !== 'number') {
      return err({
        line,
        reason: 'each point is wanted as { azimuthDeg: 120.5, elevationDeg: 8 }, with two numbers',
      })
    }
    const point = pointOf(azimuth, elevation, line)
    if (!point.ok) return point
    points.push(point.value)
  }
  return ok(points)
}

const YAML_LIST = /^\s*(-\s+[[{a-z]|-\s*$|\[)/im

/** By rising azimuth, a circle closed by its first point again once only; else the line that says something else. */
const inOrder = (points: readonly SurveyedPoint[]): Survey => {
  const sorted = points.toSorted((a, b) => a.azimuth - b.azimuth || a.line - b.line)
  const kept: SurveyedPoint[] = []
  for (const point of sorted) {
    const before = kept.at(-1)
    if (before?.azimuth !== point.azimuth) kept.push(point)
    else if (before.elevation !== point.elevation) {
      const said = `${before.elevation}° in line ${before.line}`
      return err({
        line: point.line,
        reason: `the horizon at azimuth ${point.azimuth}° is ${point.elevation}°, but ${said}`,
      })
    }
  }
  return ok(kept)
}

/**
 * Reads a horizon: a YAML list of `{ azimuthDeg, elevationDeg }` (or pairs), or a survey, a point a line, azimuth and
 * elevation in degrees, between comma, semicolon, tab or blanks; a header with columns that begin with `az` and `el` (or
 * `alt`) may stand before it, `#` and `%` begin comments. Told apart by content. Azimuths from true north, clockwise, any
 * order; a last point that closes the circle is no mistake. Fault `config.invalid` with source and line.
 */
export const readHorizonFile = (
  text: string,
  { sourceName }: { readonly sourceName: string },
): Result<readonly HorizonPoint[], Fault> => {
  const refused = (reason: string): { readonly ok: false; readonly error: Fault } =>
    err(fault('config.invalid', `${sourceName}${reason}`))
  if (text.length > CHARACTERS_MAX) return refused(' is too long for a horizon')
  const plain = text.replace(/^\uFEFF/, '')
  const read = YAML_LIST.test(plain) ? readYaml(plain) : readSurvey(plain)
  const survey = read.ok ? inOrder(read.value) : read
  if (!survey.ok) return refused(`, line ${survey.error.line}: ${survey.error.reason}`)
  if (survey.value.length === 0) return refused(' has no points')
  if (survey.value.length > HORIZON_POINTS_MAX) {
    return refused(` has ${survey.value.length} points, more than ${HORIZON_POINTS_MAX}`)
  }
  return ok(survey.value.map(({ azimuth, elevation }) => ({ azimuth, elevation })))
}
