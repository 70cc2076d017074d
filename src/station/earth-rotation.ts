import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { readSmallFile } from '../catalog/small-file.ts'
import { readUt1Table } from '../catalog/ut1-file.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { ok, type Result } from '../kernel/result.ts'
import { formatUtc, MS_PER_DAY, type UtcMs, utcMs } from '../kernel/time.ts'
import { UT1_MINUS_UTC_DEFAULT } from '../orbit/frames.ts'
import type { Ut1MinusUtc, Ut1Table } from '../orbit/ut1.ts'

/** UT1 − UTC as a station uses it: zero, or a bulletin that somebody keeps fresh in a file. */
export interface EarthRotation {
  readonly ut1MinusUtc: () => Ut1MinusUtc
  /** Reads the bulletin again where it has changed, and looks whether it still reaches. Says whether it changed. */
  readonly refresh: () => Promise<boolean>
}

// A year of days is sent to the worker that plans, not the half century that a bulletin has.
const PAST_DAYS = 40
const FUTURE_DAYS = 400
/** The longest plan and a day. */
const REACH_DAYS = 8

/**
 * The days around now. Where the bulletin ends (or begins later), its last value is held: UT1 − UTC moves by a millisecond
 * a day or so, which is half a metre of the Earth's turning, and an antenna that stops for it would be worse.
 */
const around = (table: Ut1Table, now: UtcMs): Ut1Table => {
  const from = utcMs(now - PAST_DAYS * MS_PER_DAY)
  const to = utcMs(now + FUTURE_DAYS * MS_PER_DAY)
  const rows = table.rows.filter(({ utcMs: at }) => at > from && at < to)
  const first = rows[0] ?? table.rows.findLast(({ utcMs: at }) => at <= from) ?? table.rows[0]
  const last = rows.at(-1) ?? first
  if (first === undefined || last === undefined) return table
  return { ...table, rows: [{ ...first, utcMs: from }, ...rows, { ...last, utcMs: to }] }
}

/** Opens the bulletin that a configuration names; without one UT1 is UTC. Error: a file that is no bulletin. */
export const openEarthRotation = async (
  path: string | undefined,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Result<EarthRotation, Fault>> => {
  if (path === undefined) {
    return ok({ ut1MinusUtc: () => UT1_MINUS_UTC_DEFAULT, refresh: () => Promise.resolve(false) })
  }
  const read = async (): Promise<Result<Ut1Table, Fault>> => {
    const text = await readSmallFile(path)
    return text.ok ? readUt1Table(text.value, { sourceName: basename(path) }) : text
  }
  const fingerprint = async (): Promise<string> => {
    try {
      const { mtimeMs, size, ino } = await stat(path)
      return `${mtimeMs} ${size} ${ino}`
    } catch {
      return 'missing'
    }
  }

  let seen = await fingerprint()
  const first = await read()
  if (!first.ok) return first
  let table = first.value
  let told = ''
  /** Once for each state of the bulletin. */
  const tellReach = (): void => {
    const now = clock.utcNow()
    const begin = table.rows[0]?.utcMs ?? now
    const end = table.rows.at(-1)?.utcMs ?? now
    const words =
      begin > now
        ? `${path} begins on ${formatUtc(begin, 0).slice(0, 10)} only; until then its first UT1 − UTC is used`
        : end < now + REACH_DAYS * MS_PER_DAY
          ? `${path} ends on ${formatUtc(end, 0).slice(0, 10)}; from then on its last UT1 − UTC is used`
          : ''
    if (words !== '' && words !== told) log.fault(fault('orbit.earth-rotation', words))
    told = words
  }
  tellReach()
  return ok({
    ut1MinusUtc: () => around(table, clock.utcNow()),
    refresh: async () => {
      const now = await fingerprint()
      if (now === seen) {
        tellReach()
        return false
      }
      seen = now
      const again = await read()
      if (!again.ok) {
        log.fault(again.error)
        return false
      }
      table = again.value
      tellReach()
      return true
    },
  })
}
