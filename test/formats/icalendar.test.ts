import { describe, expect, it } from 'vitest'
import { type CalendarEvent, calendar, foldedLine } from '../../src/formats/icalendar.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { utc } from '../orbit/fixtures.ts'

const event = (change: Partial<CalendarEvent> = {}): CalendarEvent => ({
  uid: '25544-1@azel',
  startUtcMs: utc('2026-08-23T05:19:07.3'),
  endUtcMs: utc('2026-08-23T05:29:59.1'),
  summary: 'ISS',
  description: 'one\ntwo',
  location: '51.5° N',
  ...change,
})

const made = (...events: readonly CalendarEvent[]): string =>
  [
    ...calendar({
      producer: '-//Azel//Azel 0.1//EN',
      name: 'Passes',
      madeUtcMs: utc('2026-08-22T20:00:00.9'),
      events,
    }),
  ].join('')

describe('a calendar', () => {
  it('is what RFC 5545 asks for, line by line', () => {
    expect(made(event())).toBe(
      [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Azel//Azel 0.1//EN',
        'X-WR-CALNAME:Passes',
        'BEGIN:VEVENT',
        'UID:25544-1@azel',
        'DTSTAMP:20260822T200000Z',
        'DTSTART:20260823T051907Z',
        'DTEND:20260823T053000Z',
        'SUMMARY:ISS',
        'DESCRIPTION:one\\ntwo',
        'LOCATION:51.5° N',
        'TRANSP:TRANSPARENT',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ].join('\r\n'),
    )
  })

  it('escapes what separates, and leaves out what no text may hold [RFC 5545 3.3.11]', () => {
    const text = made(event({ summary: 'a,b;c\\d\r\ne\u001B[2J\u0000\ud800f\tg' }))
    expect(text).toContain('SUMMARY:a\\,b\\;c\\\\d\\ne[2Jfg\r\n')
  })

  it('ends an event after it began, however short it is', () => {
    const at = utcMs(1_787_000_000_000)
    expect(made(event({ startUtcMs: at, endUtcMs: at }))).toMatch(
      /DTSTART:\d+T\d{5}0Z\r\nDTEND:\d+T\d{5}1Z\r\n/,
    )
  })
})

describe('foldedLine', () => {
  it('folds at 75 octets and never within a character [RFC 5545 3.1]', () => {
    for (const text of [
      'x'.repeat(300),
      '°'.repeat(200),
      '漢'.repeat(100),
      '🛰'.repeat(80),
      `x${'°'.repeat(99)}`,
    ]) {
      const folded = foldedLine(text)
      const lines = folded.split('\r\n')
      expect(lines.pop()).toBe('')
      for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
      expect(lines.slice(1).every((line) => line.startsWith(' '))).toBe(true)
      expect(lines.map((line, index) => (index === 0 ? line : line.slice(1))).join('')).toBe(text)
    }
  })

  it('leaves a line of 75 octets as it is', () => {
    expect(foldedLine('x'.repeat(75))).toBe(`${'x'.repeat(75)}\r\n`)
    expect(foldedLine('x'.repeat(76))).toBe(`${'x'.repeat(75)}\r\n x\r\n`)
  })
})
