import { formatUtc, MS_PER_SECOND, type UtcMs, utcMs } from '../kernel/time.ts'

/** One entry of a calendar. Texts may hold anything; what a calendar cannot hold is left out. */
export interface CalendarEvent {
  /** The same event has the same one whenever the calendar is made, so that it is replaced and not doubled. */
  readonly uid: string
  readonly startUtcMs: UtcMs
  readonly endUtcMs: UtcMs
  readonly summary: string
  /** Several lines, if need be. */
  readonly description: string
  readonly location: string
}

// RFC 5545, 3.1: 75 octets without the line break; what goes on begins with a blank.
const LINE_OCTETS_MAX = 75

const octetsOf = (character: string): number => {
  const point = character.codePointAt(0) ?? 0
  if (point < 0x80) return 1
  if (point < 0x800) return 2
  return point < 0x10000 ? 3 : 4
}

/** A content line as it goes out, folded between characters and ended [RFC 5545 3.1]. */
export const foldedLine = (line: string): string => {
  let folded = ''
  let octets = 0
  for (const character of line) {
    const more = octetsOf(character)
    if (octets + more > LINE_OCTETS_MAX) {
      folded += '\r\n '
      octets = 1
    }
    folded += character
    octets += more
  }
  return `${folded}\r\n`
}

// RFC 5545, 3.3.11 allows no control characters; half a surrogate pair has no UTF-8.
const NOT_IN_TEXT = /(?!\n)\p{Control}|\p{Surrogate}/gu

/** A TEXT value [RFC 5545 3.3.11]. */
const escaped = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(NOT_IN_TEXT, '')
    .replace(/[\\;,]/g, (character) => `\\${character}`)
    .replaceAll('\n', '\\n')

/** `20260823T051908Z` [RFC 5545 3.3.5, form 2]; to the second, which is all it can hold. */
const instant = (at: number): string => formatUtc(utcMs(at), 0).replace(/[-:]/g, '')
const wholeSecondBefore = (at: UtcMs): number => Math.floor(at / MS_PER_SECOND) * MS_PER_SECOND
const wholeSecondAfter = (at: UtcMs): number => Math.ceil(at / MS_PER_SECOND) * MS_PER_SECOND

/**
 * A calendar of events in UTC (RFC 5545), in pieces; each event from the whole second before its start to the one after its
 * end, and not as busy time. `madeUtcMs` is when it was made.
 */
export const calendar = function* (options: {
  readonly producer: string
  readonly name: string
  readonly madeUtcMs: UtcMs
  readonly events: Iterable<CalendarEvent>
}): Generator<string> {
  const lines = (...each: readonly string[]): string => each.map(foldedLine).join('')
  yield lines(
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:${escaped(options.producer)}`,
    `X-WR-CALNAME:${escaped(options.name)}`,
  )
  for (const event of options.events) {
    yield lines(
      'BEGIN:VEVENT',
      `UID:${escaped(event.uid)}`,
      `DTSTAMP:${instant(wholeSecondBefore(options.madeUtcMs))}`,
      `DTSTART:${instant(wholeSecondBefore(event.startUtcMs))}`,
      `DTEND:${instant(Math.max(wholeSecondAfter(event.endUtcMs), wholeSecondBefore(event.startUtcMs) + MS_PER_SECOND))}`,
      `SUMMARY:${escaped(event.summary)}`,
      `DESCRIPTION:${escaped(event.description)}`,
      `LOCATION:${escaped(event.location)}`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    )
  }
  yield lines('END:VCALENDAR')
}
