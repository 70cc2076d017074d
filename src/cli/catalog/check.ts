import type { Skipped } from '../../catalog/element-readings.ts'
import {
  identifyFile,
  loadElementFile,
  loadEphemerisFile,
  loadTransmitterFile,
} from '../../catalog/load-file.ts'
import { loadOwnTransmitters } from '../../catalog/load-own-transmitters.ts'
import { FLAG_WORDS, flagAlone } from '../../catalog/store/sanity.ts'
import type { Fault } from '../../kernel/errors.ts'
import { createRealClock } from '../../kernel/real-clock.ts'
import { ok, type Result } from '../../kernel/result.ts'
import { formatUtc, type UtcMs } from '../../kernel/time.ts'
import { objectLabel } from '../../orbit/object-label.ts'
import { printFault, printLine } from '../output.ts'
import { ageWords, count } from './words.ts'

interface Finding {
  readonly what: string
  /** Facts in the order in which they are told. */
  readonly facts: Readonly<Record<string, string | number>>
  readonly lines: readonly string[]
  readonly complaints: readonly Skipped[]
  readonly complaintCount: number
}

// A page of them as text; JSON has those that are kept.
const TOLD_MAX = 50

export const runCheck = async (file: string, options: { readonly json?: true }): Promise<void> => {
  const finding = await examine(file, createRealClock().utcNow())
  if (!finding.ok) return printFault(finding.error)
  const { what, facts, lines, complaints, complaintCount } = finding.value
  if (complaintCount > 0) process.exitCode = 1
  if (options.json === true) {
    printLine(JSON.stringify({ file, what, ...facts, complaints, complaintCount }))
    return
  }
  printLine(`${file} is ${what}.`)
  for (const line of lines) printLine(`  ${line}`)
  for (const { line, field, reason } of complaints.slice(0, TOLD_MAX)) {
    process.stderr.write(`${file}:${line}: ${field} ${reason}\n`)
  }
  const more = complaintCount - Math.min(complaints.length, TOLD_MAX)
  if (more > 0) process.stderr.write(`and ${more} more complaints\n`)
}

const FORMATS = {
  'omm-csv': 'OMM in CSV',
  'omm-json': 'OMM in JSON',
  'omm-kvn': 'OMM in KVN',
  'omm-xml': 'OMM in XML',
  tle: 'TLE',
} as const

const examine = async (file: string, nowUtc: UtcMs): Promise<Result<Finding, Fault>> => {
  if (/\.ya?ml$/i.test(file)) return examineOwn(file)
  const content = await identifyFile(file)
  if (!content.ok) return content
  if (content.value.kind === 'transmitters') return examineTransmitters(file)
  if (content.value.kind === 'ephemeris') return examineEphemeris(file)
  return examineElements(
    file,
    nowUtc,
    content.value.kind === 'elements' ? FORMATS[content.value.format] : 'elements',
  )
}

const examineElements = async (
  file: string,
  nowUtc: UtcMs,
  format: string,
): Promise<Result<Finding, Fault>> => {
  const readings = await loadElementFile(file)
  if (!readings.ok) return readings
  const { elementSets, sgp4XpSets, skipped, skippedCount, superseded, supersededCount, otherMessageCount } =
    readings.value
  const sorted = elementSets.toSorted((one, other) => one.epochUtcMs - other.epochUtcMs)
  const oldest = sorted.at(0)
  const newest = sorted.at(-1)
  const refused = elementSets.flatMap((set) => {
    const flag = flagAlone(set, nowUtc)
    return flag === undefined ? [] : [{ set, flag }]
  })
  return ok({
    what: `a file of elements, ${format}`,
    facts: {
      objects: elementSets.length,
      sgp4XpObjects: sgp4XpSets.length,
      superseded: supersededCount,
      otherMessages: otherMessageCount,
      refused: refused.length,
      ...(oldest === undefined ? {} : { oldestEpochUtc: formatUtc(oldest.epochUtcMs) }),
      ...(newest === undefined ? {} : { newestEpochUtc: formatUtc(newest.epochUtcMs) }),
    },
    lines: [
      count(elementSets.length, 'object'),
      ...(oldest === undefined || newest === undefined
        ? []
        : [
            `epochs from ${formatUtc(oldest.epochUtcMs, 0)} (${ageWords(oldest.epochUtcMs, nowUtc)} old) to ${formatUtc(newest.epochUtcMs, 0)} (${ageWords(newest.epochUtcMs, nowUtc)} old)`,
          ]),
      ...(sgp4XpSets.length === 0
        ? []
        : [`${count(sgp4XpSets.length, 'object')} with elements of SGP4-XP, which are never propagated`]),
      ...(supersededCount === 0
        ? []
        : [`${count(supersededCount, 'set')} gave way to a newer one of the same object:`]),
      ...superseded
        .slice(0, TOLD_MAX)
        .map(
          (set) => `  ${objectLabel(set)}: ${formatUtc(set.epochUtcMs)} to ${formatUtc(set.byEpochUtcMs)}`,
        ),
      ...(otherMessageCount === 0 ? [] : [`${count(otherMessageCount, 'message')} of other kinds, not read`]),
      ...refused
        .slice(0, TOLD_MAX)
        .map(({ set, flag }) => `${objectLabel(set)} ${FLAG_WORDS[flag]}: not flown`),
      ...(refused.length > TOLD_MAX ? [`and ${refused.length - TOLD_MAX} more that are not flown`] : []),
    ],
    complaints: skipped,
    complaintCount: skippedCount,
  })
}

const examineEphemeris = async (file: string): Promise<Result<Finding, Fault>> => {
  const readings = await loadEphemerisFile(file)
  if (!readings.ok) return readings
  const { ephemerides, skipped, skippedCount } = readings.value
  const segments = ephemerides.flatMap((ephemeris) => ephemeris.segments)
  return ok({
    what: 'an ephemeris (OEM)',
    facts: {
      segments: segments.length,
      states: segments.reduce((sum, { states }) => sum + states.length, 0),
    },
    lines: segments
      .slice(0, TOLD_MAX)
      .map(
        (segment) =>
          `${segment.objectName}, ${count(segment.states.length, 'state')} in ${segment.frame} about ${segment.center}, ${formatUtc(segment.useableStartUtcMs, 0)} to ${formatUtc(segment.useableStopUtcMs, 0)}`,
      ),
    complaints: skipped,
    complaintCount: skippedCount,
  })
}

const examineTransmitters = async (file: string): Promise<Result<Finding, Fault>> => {
  const readings = await loadTransmitterFile(file)
  if (!readings.ok) return readings
  const { transmitters, skipped, skippedCount } = readings.value
  const active = transmitters.filter((transmitter) => transmitter.active).length
  const objects = new Set(transmitters.map(({ catalogNumber }) => catalogNumber)).size
  return ok({
    what: 'a list of transmitters (SatNOGS DB)',
    facts: { transmitters: transmitters.length, active, objects },
    lines: [`${count(transmitters.length, 'transmitter')} of ${count(objects, 'object')}, ${active} active`],
    complaints: skipped,
    complaintCount: skippedCount,
  })
}

const examineOwn = async (file: string): Promise<Result<Finding, Fault>> => {
  const own = await loadOwnTransmitters(file)
  if (!own.ok) return own
  const transmitters = own.value.flatMap((entry) => entry.transmitters)
  return ok({
    what: "a station's own list of transmitters",
    facts: { transmitters: transmitters.length, objects: own.value.length },
    lines: [`${count(transmitters.length, 'transmitter')} of ${count(own.value.length, 'object')}`],
    complaints: [],
    complaintCount: 0,
  })
}
