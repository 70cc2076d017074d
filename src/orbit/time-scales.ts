import { civilFromUtc, MS_PER_DAY, type UtcMs, utcFromCivil, utcMs } from '../kernel/time.ts'
import { type Sec, sec, type Unit } from '../kernel/units.ts'

/**
 * TAI as the calendar writes it: milliseconds since 1970-01-01T00:00:00 TAI. A clock that shows TAI is ahead of one
 * that shows UTC by TAI − UTC.
 */
export type TaiMs = Unit<'tai-ms'>

const from = (year: number, month: 1 | 7): UtcMs =>
  utcFromCivil({ year, month, day: 1, hour: 0, minute: 0, second: 0 })

// TAI − UTC in seconds, and the instant from which it holds (IERS Bulletin C; the list ends with the last leap second
// that was announced, and what comes after it is taken to be without another).
const LEAP_SECONDS: readonly { readonly fromUtcMs: UtcMs; readonly taiMinusUtcSec: number }[] = [
  { fromUtcMs: from(1972, 1), taiMinusUtcSec: 10 },
  { fromUtcMs: from(1972, 7), taiMinusUtcSec: 11 },
  { fromUtcMs: from(1973, 1), taiMinusUtcSec: 12 },
  { fromUtcMs: from(1974, 1), taiMinusUtcSec: 13 },
  { fromUtcMs: from(1975, 1), taiMinusUtcSec: 14 },
  { fromUtcMs: from(1976, 1), taiMinusUtcSec: 15 },
  { fromUtcMs: from(1977, 1), taiMinusUtcSec: 16 },
  { fromUtcMs: from(1978, 1), taiMinusUtcSec: 17 },
  { fromUtcMs: from(1979, 1), taiMinusUtcSec: 18 },
  { fromUtcMs: from(1980, 1), taiMinusUtcSec: 19 },
  { fromUtcMs: from(1981, 7), taiMinusUtcSec: 20 },
  { fromUtcMs: from(1982, 7), taiMinusUtcSec: 21 },
  { fromUtcMs: from(1983, 7), taiMinusUtcSec: 22 },
  { fromUtcMs: from(1985, 7), taiMinusUtcSec: 23 },
  { fromUtcMs: from(1988, 1), taiMinusUtcSec: 24 },
  { fromUtcMs: from(1990, 1), taiMinusUtcSec: 25 },
  { fromUtcMs: from(1991, 1), taiMinusUtcSec: 26 },
  { fromUtcMs: from(1992, 7), taiMinusUtcSec: 27 },
  { fromUtcMs: from(1993, 7), taiMinusUtcSec: 28 },
  { fromUtcMs: from(1994, 7), taiMinusUtcSec: 29 },
  { fromUtcMs: from(1996, 1), taiMinusUtcSec: 30 },
  { fromUtcMs: from(1997, 7), taiMinusUtcSec: 31 },
  { fromUtcMs: from(1999, 1), taiMinusUtcSec: 32 },
  { fromUtcMs: from(2006, 1), taiMinusUtcSec: 33 },
  { fromUtcMs: from(2009, 1), taiMinusUtcSec: 34 },
  { fromUtcMs: from(2012, 7), taiMinusUtcSec: 35 },
  { fromUtcMs: from(2015, 7), taiMinusUtcSec: 36 },
  { fromUtcMs: from(2017, 1), taiMinusUtcSec: 37 },
]

// Before 1972 UTC ran at a rate of its own; the offset of 1972 is then up to 9 s wrong, and no orbit here is that old.
const OLDEST_SEC = 10

/** TAI − UTC at an instant, whole seconds: 37 s since 2017; before 1972 the 10 s of 1972. */
export const taiMinusUtc = (at: UtcMs): Sec =>
  sec(LEAP_SECONDS.findLast(({ fromUtcMs }) => at >= fromUtcMs)?.taiMinusUtcSec ?? OLDEST_SEC)

/** The instant of a reading in TAI. The leap second itself reads as the first second after it, as in `parseUtc`. */
export const utcFromTai = (tai: TaiMs): UtcMs => {
  const offsetSec =
    LEAP_SECONDS.findLast(({ fromUtcMs, taiMinusUtcSec }) => tai >= fromUtcMs + taiMinusUtcSec * 1000)
      ?.taiMinusUtcSec ?? OLDEST_SEC
  return utcMs(tai - offsetSec * 1000)
}

/**
 * What the table knows: Bulletin C 70 (2025-07-07) says that none comes in 2025, and the list made of it
 * (leap-seconds.list) expires here. A leap second that is announced later has to be entered above.
 */
const LEAP_SECONDS_KNOWN_UNTIL = utcFromCivil({
  year: 2026,
  month: 6,
  day: 28,
  hour: 0,
  minute: 0,
  second: 0,
})

/**
 * Whether the minute that ends with this instant, the begin of a day, may have a second 60: where a leap second was,
 * and past what is known at the end of each June and December, where one could be announced yet.
 */
export const mayFollowLeapSecond = (dayStart: UtcMs): boolean => {
  if (dayStart < LEAP_SECONDS_KNOWN_UNTIL) {
    // The first entry is the begin of the scale and no leap second.
    return LEAP_SECONDS.some(({ fromUtcMs }, index) => index > 0 && fromUtcMs === dayStart)
  }
  const { month, day } = civilFromUtc(dayStart)
  return day === 1 && (month === 1 || month === 7)
}

/** TT − TAI, exact by definition (IAU 1991). */
const TT_MINUS_TAI_SEC = 32.184

/** TT − UTC: 69.184 s since 2017. It takes nothing of the Earth's rotation, which is UT1's. */
export const ttMinusUtc = (at: UtcMs): Sec => sec(taiMinusUtc(at) + TT_MINUS_TAI_SEC)

const J2000_MS = utcFromCivil({ year: 2000, month: 1, day: 1, hour: 12, minute: 0, second: 0 })

/** Days of TT since 2000-01-01T12:00:00 TT. TDB, 2 ms away at most, is taken to be the same. */
export const ttDaysSinceJ2000 = (at: UtcMs): number => (at - J2000_MS + ttMinusUtc(at) * 1000) / MS_PER_DAY
