import { err, invariant, ok, type Result } from './result.ts'
import { type Ms, ms, type Unit } from './units.ts'

/**
 * An instant: milliseconds since 1970-01-01T00:00:00 UTC without leap seconds (POSIX), fraction kept. A double
 * resolves 0.25 µs here; never round it through `Date`, which holds whole milliseconds.
 */
export type UtcMs = Unit<'utc-ms'>
/** A reading of a clock that never steps and whose zero means nothing: for durations only. */
export type MonoMs = Unit<'mono-ms'>

export const utcMs = (value: number): UtcMs => value as UtcMs
export const monoMs = (value: number): MonoMs => value as MonoMs

export const MS_PER_SECOND = 1_000
export const MS_PER_MINUTE = 60_000
export const MS_PER_HOUR = 3_600_000
export const MS_PER_DAY = 86_400_000

/** The instant a duration after (negative: before) another. */
export const utcPlus = (instant: UtcMs, duration: Ms): UtcMs => utcMs(instant + duration)
/** The duration from one instant to another, ms. */
export const utcBetween = (interval: { readonly from: UtcMs; readonly to: UtcMs }): Ms =>
  ms(interval.to - interval.from)
export const monoPlus = (reading: MonoMs, duration: Ms): MonoMs => monoMs(reading + duration)
export const monoBetween = (interval: { readonly from: MonoMs; readonly to: MonoMs }): Ms =>
  ms(interval.to - interval.from)

// Days from civil and civil from days: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
const daysFromCivil = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

const civilFromDays = (days: number): { year: number; month: number; day: number } => {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const
const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeapYear(year) ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0)

export interface CivilTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  /** With its fraction. */
  readonly second: number
}

/** The instant of a civil UTC time. No range check: months and days must be real ones. */
export const utcFromCivil = (civil: CivilTime): UtcMs =>
  utcMs(
    daysFromCivil(civil.year, civil.month, civil.day) * MS_PER_DAY +
      civil.hour * MS_PER_HOUR +
      civil.minute * MS_PER_MINUTE +
      civil.second * MS_PER_SECOND,
  )

export const civilFromUtc = (instant: UtcMs): CivilTime => {
  const days = Math.floor(instant / MS_PER_DAY)
  const inDay = instant - days * MS_PER_DAY
  const hour = Math.floor(inDay / MS_PER_HOUR)
  const minute = Math.floor((inDay - hour * MS_PER_HOUR) / MS_PER_MINUTE)
  const second = (inDay - hour * MS_PER_HOUR - minute * MS_PER_MINUTE) / MS_PER_SECOND
  return { ...civilFromDays(days), hour, minute, second }
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0')

/**
 * ISO 8601 in UTC with `digits` decimals of the second (default 6, at most 9), as `2026-08-23T02:07:20.934095Z`.
 * Rounded to the last digit with its carry, so `:60` never appears.
 */
export const formatUtc = (instant: UtcMs, digits = 6): string => {
  invariant(Number.isFinite(instant), `an instant to be written is finite, not ${instant}`)
  const unitsPerMs = 10 ** (digits - 3)
  const wholeSeconds = Math.floor(instant / MS_PER_SECOND)
  // The fraction is taken apart first, so that multiplying does not cost digits.
  let units = Math.round((instant - wholeSeconds * MS_PER_SECOND) * unitsPerMs)
  let seconds = wholeSeconds
  const unitsPerSecond = 10 ** digits
  if (units >= unitsPerSecond) {
    units -= unitsPerSecond
    seconds += 1
  }
  const civil = civilFromUtc(utcMs(seconds * MS_PER_SECOND))
  const fraction = digits > 0 ? `.${pad(units, digits)}` : ''
  return (
    `${pad(civil.year, 4)}-${pad(civil.month, 2)}-${pad(civil.day, 2)}` +
    `T${pad(civil.hour, 2)}:${pad(civil.minute, 2)}:${pad(Math.round(civil.second), 2)}${fraction}Z`
  )
}

const ISO_CALENDAR = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?)?(Z|[+-]00:?00)?$/
const ISO_ORDINAL = /^(\d{4})-(\d{3})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?Z?$/

/**
 * Reads an ISO 8601 instant in UTC: calendar (`2026-08-23T02:07:20.934095Z`, or the date alone) or day of year
 * (`2026-235T02:07:20.9`), with any number of decimals and with or without `Z` (CCSDS 301.0-B-4, 3.5). A second
 * of 60 is the leap second, which comes at 23:59 only; it reads as the first second of the next day, which POSIX
 * time cannot tell apart.
 * Any other offset from UTC is refused: every time here is UTC.
 */
export const parseUtc = (text: string): Result<UtcMs, string> => {
  const calendar = ISO_CALENDAR.exec(text)
  const ordinal = calendar === null ? ISO_ORDINAL.exec(text) : null
  if (calendar === null && ordinal === null) {
    return err(`"${text.slice(0, 40)}" is no UTC time; write it as 2026-08-23T02:07:20.5Z`)
  }
  const parts = calendar ?? ordinal ?? []
  const shift = calendar === null ? 3 : 4
  const year = Number(parts[1])
  const hour = Number(parts[shift] ?? 0)
  const minute = Number(parts[shift + 1] ?? 0)
  const second = Number(parts[shift + 2] ?? 0)
  const fraction = Number(`0${parts[shift + 3] ?? ''}`)
  let month = 1
  let day: number
  if (calendar === null) {
    day = Number(parts[2])
    if (day < 1 || day > (isLeapYear(year) ? 366 : 365)) return err(`day ${day} is not in the year ${year}`)
  } else {
    month = Number(parts[2])
    day = Number(parts[3])
    if (month < 1 || month > 12) return err(`month ${month} does not exist`)
    if (day < 1 || day > daysInMonth(year, month))
      return err(`day ${day} is not in month ${month} of ${year}`)
  }
  const lastSecond = hour === 23 && minute === 59 ? 60 : 59
  if (hour > 23 || minute > 59 || second > lastSecond) {
    return err(`there is no time of day ${parts[shift]}:${parts[shift + 1]}:${parts[shift + 2] ?? '00'}`)
  }
  // Month 1 with a large day number is how the day of year reaches the calendar arithmetic.
  const whole = utcFromCivil({ year, month: 1, day: 1, hour: 0, minute: 0, second: 0 })
  const daysIntoYear =
    calendar === null ? day - 1 : daysFromCivil(year, month, day) - daysFromCivil(year, 1, 1)
  return ok(
    utcMs(
      whole +
        daysIntoYear * MS_PER_DAY +
        hour * MS_PER_HOUR +
        minute * MS_PER_MINUTE +
        second * MS_PER_SECOND +
        fraction * MS_PER_SECOND,
    ),
  )
}

/** A duration for people: `4 min 05 s`, `2 h 10 min`, `350 ms`. */
export const formatDuration = (duration: Ms): string => {
  const magnitude = Math.abs(duration)
  const sign = duration < 0 ? '-' : ''
  if (magnitude < 0.5) return '0 ms'
  if (magnitude < 999.5) return `${sign}${Math.round(magnitude)} ms`
  const seconds = Math.round(magnitude / 1_000)
  if (seconds < 60) return `${sign}${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${sign}${minutes} min ${pad(seconds % 60, 2)} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${sign}${hours} h ${pad(minutes % 60, 2)} min`
  return `${sign}${Math.floor(hours / 24)} d ${hours % 24} h`
}
