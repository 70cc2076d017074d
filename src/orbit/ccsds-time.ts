import { err, ok, type Result } from '../kernel/result.ts'
import { MS_PER_DAY, parseUtc, type UtcMs, utcFromCivil, utcMs } from '../kernel/time.ts'
import { mayFollowLeapSecond, type TaiMs, utcFromTai } from './time-scales.ts'

/** The time systems of the CCSDS navigation messages that can be brought to UTC. */
export type TimeSystem = 'UTC' | 'TAI' | 'TT' | 'TDB' | 'GPS'

// Why the others of SANA's list cannot.
const REFUSED_SYSTEMS: Readonly<Record<string, string>> = {
  UT1: 'it cannot be brought to UTC without the UT1−UTC of its day',
  GMST: 'it is an angle of the Earth and no time',
  MET: 'a mission elapsed time says nothing without its begin',
  MRT: 'a mission relative time says nothing without its begin',
  SCLK: "a spacecraft's clock says nothing without its correlation",
  TCB: 'it runs at another rate than UTC, and nobody sends it',
  TCG: 'it runs at another rate than UTC, and nobody sends it',
}

const TAI_MINUS_GPS_MS = 19_000
const TT_MINUS_TAI_MS = 32_184
const J2000 = utcFromCivil({ year: 2000, month: 1, day: 1, hour: 12, minute: 0, second: 0 })
const DAYS_PER_CENTURY = 36_525

/** The TIME_SYSTEM of a message, in any case; else why it cannot be used. */
export const parseTimeSystem = (text: string): Result<TimeSystem, string> => {
  const name = text.trim().toUpperCase()
  if (name === 'UTC' || name === 'TAI' || name === 'TT' || name === 'TDB' || name === 'GPS') return ok(name)
  if (name === '') return err('is missing')
  const reason = Object.hasOwn(REFUSED_SYSTEMS, name) ? REFUSED_SYSTEMS[name] : undefined
  return err(
    reason === undefined
      ? `"${name.slice(0, 40)}" is not known; UTC, TAI, TT, TDB and GPS are`
      : `is ${name}: ${reason}`,
  )
}

/**
 * TDB − TT to 10 µs (G. H. Kaplan, USNO Circular 179, eq. 2.6), ms. Of its argument a minute more or less is no matter.
 */
const tdbMinusTtMs = (tdbMs: number): number => {
  const t = (tdbMs - J2000) / MS_PER_DAY / DAYS_PER_CENTURY
  return (
    1.657 * Math.sin(628.3076 * t + 6.2401) +
    0.022 * Math.sin(575.3385 * t + 4.297) +
    0.014 * Math.sin(1256.6152 * t + 6.1969) +
    0.005 * Math.sin(606.9777 * t + 4.0212) +
    0.005 * Math.sin(52.9691 * t + 0.4444) +
    0.002 * Math.sin(21.3299 * t + 5.5431) +
    0.01 * t * Math.sin(628.3076 * t + 4.249)
  )
}

const taiFrom = (readingMs: number, system: Exclude<TimeSystem, 'UTC'>): TaiMs => {
  switch (system) {
    case 'TAI':
      return readingMs as TaiMs
    case 'GPS':
      return (readingMs + TAI_MINUS_GPS_MS) as TaiMs
    case 'TT':
      return (readingMs - TT_MINUS_TAI_MS) as TaiMs
    case 'TDB':
      return (readingMs - tdbMinusTtMs(readingMs) - TT_MINUS_TAI_MS) as TaiMs
  }
}

// Before it UTC had no whole seconds to TAI, and the other scales of today were not kept.
const UTC_BEGIN = utcFromCivil({ year: 1972, month: 1, day: 1, hour: 0, minute: 0, second: 0 })
const CCSDS_TIME = /^\d{4}-(?:\d{2}-\d{2}|\d{3})T\d{2}:\d{2}:(\d{2})(?:\.\d+)?Z?$/

/**
 * Reads an epoch of a navigation message and brings it to UTC: calendar or day of year, `T` between, any number of
 * decimals (kept as far as a double resolves, 0.25 µs), with or without `Z` [CCSDS 502.0-B-3 7.5.10].
 *
 * A second of 60 is legal in UTC alone and only where a leap second was (or could be announced yet); it reads as the
 * first second of the next day, which POSIX time cannot tell apart.
 */
export const parseCcsdsTime = (text: string, system: TimeSystem = 'UTC'): Result<UtcMs, string> => {
  const trimmed = text.trim()
  if (trimmed === '') return err('is empty')
  const second = CCSDS_TIME.exec(trimmed)?.[1]
  if (second === undefined) {
    return err(
      `"${trimmed.slice(0, 40)}" is no time of the form 2026-08-23T02:07:20.5 or 2026-235T02:07:20.5`,
    )
  }
  const parsed = parseUtc(trimmed)
  if (!parsed.ok) return parsed
  if (second === '60') {
    const dayStart = utcMs(Math.floor(parsed.value / MS_PER_DAY) * MS_PER_DAY)
    if (system !== 'UTC') return err(`"${trimmed.slice(0, 40)}" has a second 60, which ${system} never has`)
    if (!mayFollowLeapSecond(dayStart)) {
      return err(`"${trimmed.slice(0, 40)}" has a second 60 on a day without a leap second`)
    }
  }
  if (system === 'UTC') return parsed
  if (parsed.value < UTC_BEGIN) return err(`${system} cannot be brought to UTC before 1972`)
  return ok(utcFromTai(taiFrom(parsed.value, system)))
}
