import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { formatUtc, type UtcMs } from '../kernel/time.ts'
import { type Sec, sec } from '../kernel/units.ts'
import { taiMinusUtc } from './time-scales.ts'

/** UT1 − UTC at the beginning of a day (0h UTC), as a bulletin gives it. */
export interface Ut1Row {
  readonly utcMs: UtcMs
  readonly ut1MinusUtc: Sec
}

/** A bulletin's UT1 − UTC over a span of days: by rising day, at least two. Made by `readUt1Table`. */
export interface Ut1Table {
  readonly sourceName: string
  readonly rows: readonly Ut1Row[]
}

/** UT1 − UTC as callers give it: one value that holds for all they ask, or a bulletin. */
export type Ut1MinusUtc = Sec | Ut1Table

// Free of leap seconds, so that it can be interpolated across one.
const ut1MinusTaiSec = (row: Ut1Row): number => row.ut1MinusUtc - taiMinusUtc(row.utcMs)

/**
 * UT1 − UTC at an instant: a value as it is; a bulletin linear between its days, as is UT1 − TAI, within 0.1 ms of the
 * truth (the tides between two midnights). Never extrapolated: fault `orbit.earth-rotation` outside a bulletin's days.
 */
export const ut1MinusUtcAt = (ut1: Ut1MinusUtc, at: UtcMs): Result<Sec, Fault> => {
  if (typeof ut1 === 'number') return ok(ut1)
  const { rows, sourceName } = ut1
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.utcMs ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1
    else high = middle
  }
  const before = rows[low - 1]
  // At the last midnight itself the day before serves.
  const after = rows[low] ?? (before?.utcMs === at ? before : undefined)
  if (before === undefined || after === undefined) {
    const first = rows[0]
    const last = rows.at(-1)
    const span =
      first === undefined || last === undefined
        ? 'nothing'
        : `${formatUtc(first.utcMs, 0).slice(0, 10)} to ${formatUtc(last.utcMs, 0).slice(0, 10)}`
    const asked = Number.isFinite(at) ? formatUtc(at, 0) : 'no instant at all'
    return err(fault('orbit.earth-rotation', `${sourceName} has UT1 − UTC for ${span}, not for ${asked}`))
  }
  const share = after === before ? 0 : (at - before.utcMs) / (after.utcMs - before.utcMs)
  const start = ut1MinusTaiSec(before)
  return ok(sec(start + share * (ut1MinusTaiSec(after) - start) + taiMinusUtc(at)))
}
