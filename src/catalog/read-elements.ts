import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { ElementCollector, type ElementReadings } from './element-readings.ts'
import { readOmmCsv } from './omm-csv.ts'
import { readOmmJson } from './omm-json.ts'
import { isTleLine, readTle } from './tle.ts'

type ElementFormat = 'omm-csv' | 'omm-json' | 'tle'

// A TLE file may begin with a comment or two; a file that has no element line so far down has none.
const LINES_LOOKED_AT = 200
const BYTE_ORDER_MARK = '\uFEFF'

const formatOf = (text: string, sourceName: string): Result<ElementFormat, Fault> => {
  const head = text.trimStart()
  if (head === '') return err(fault('catalog.empty', `${sourceName} is empty`))
  if (head.startsWith('[') || head.startsWith('{')) return ok('omm-json')
  if (/^(<!doctype html|<html)/i.test(head)) {
    return err(fault('catalog.format', `${sourceName} is a web page, most likely an error of the server`))
  }
  if (head.startsWith('<')) {
    return err(fault('catalog.format', `${sourceName} is XML, which is not read here`))
  }
  if (head.startsWith('CCSDS_')) {
    return err(
      fault('catalog.format', `${sourceName} is a CCSDS message in keywords, which is not read here`),
    )
  }
  const lines = head.split(/\r\n|\n|\r/, LINES_LOOKED_AT)
  if ((lines[0] ?? '').toUpperCase().includes('NORAD_CAT_ID')) return ok('omm-csv')
  if (lines.some(isTleLine)) return ok('tle')
  return err(fault('catalog.format', `${sourceName} holds no elements in OMM (CSV, JSON) or TLE`))
}

/**
 * Reads the text of an element file: OMM in CSV or JSON, or TLE with or without names, told apart by their content.
 *
 * A bad object is left out with line, field and reason, and the others are used; of several sets of one object the
 * newest epoch wins. Faults: `catalog.format` where it is something else, `catalog.empty` where no object is good.
 */
export const readElementFile = (
  text: string,
  options: { readonly sourceName: string },
): Result<ElementReadings, Fault> => {
  const { sourceName } = options
  const content = text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text
  const format = formatOf(content, sourceName)
  if (!format.ok) return format
  const collector = new ElementCollector()
  if (format.value === 'omm-csv') {
    const table = readOmmCsv(content, sourceName, collector)
    if (!table.ok) return table
  } else if (format.value === 'omm-json') {
    readOmmJson(content, collector)
  } else {
    readTle(content, collector)
  }
  const { readings } = collector
  if (readings.elementSets.length > 0) return ok(readings)
  const [first] = readings.skipped
  const detail =
    first === undefined
      ? ''
      : `: ${readings.skippedCount} bad, line ${first.line}: ${first.field} ${first.reason}`
  return err(fault('catalog.empty', `${sourceName} holds no good element set${detail}`))
}
