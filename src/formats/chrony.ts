import { err, ok, type Result } from '../kernel/result.ts'
import { ms } from '../kernel/units.ts'
import type { ClockQuality } from '../observation/make-observation.ts'

// chronyc(1), "tracking", as printed with -c: fourteen values between commas.
const COLUMNS = 14
const REFERENCE_ID = 0
const SYSTEM_OFFSET_SEC = 4
const ROOT_DELAY_SEC = 10
const ROOT_DISPERSION_SEC = 11
const LEAP_STATUS = 13
/** The machine's own clock as its reference: nothing outside vouches for it. */
const LOCAL_REFERENCE = '7F7F0101'
const NO_REFERENCE = '00000000'
const SYNCHRONISED = new Set(['Normal', 'Insert second', 'Delete second'])

// An empty column would be the number 0, and a perfect clock.
const numberOf = (text: string): number | undefined =>
  /^[+-]?\d{1,12}(\.\d{1,12})?$/.test(text) ? Number(text) : undefined

/**
 * Reads `chronyc -c tracking`. The error bound is |system offset| + root dispersion + root delay / 2, chrony's own
 * rule for the largest error (chronyc(1), "Root dispersion").
 */
export const parseChronyTracking = (text: string): Result<ClockQuality, string> => {
  const columns = text.trim().split(',')
  if (columns.length !== COLUMNS) return err(`chronyc gave ${columns.length} values, not ${COLUMNS}`)
  const [offsetSec, delaySec, dispersionSec] = [SYSTEM_OFFSET_SEC, ROOT_DELAY_SEC, ROOT_DISPERSION_SEC].map(
    (index) => numberOf(columns[index] ?? ''),
  )
  if (offsetSec === undefined || delaySec === undefined || dispersionSec === undefined) {
    return err('chronyc gave something that is no number')
  }
  if (delaySec < 0 || dispersionSec < 0) return err('chronyc gave a negative delay or dispersion')
  const boundSec = Math.abs(offsetSec) + dispersionSec + delaySec / 2
  const referenceId = columns[REFERENCE_ID] ?? ''
  // Whatever is not known to be good is not: a later chrony may have new words.
  const synchronised =
    SYNCHRONISED.has(columns[LEAP_STATUS] ?? '') &&
    referenceId !== LOCAL_REFERENCE &&
    referenceId !== NO_REFERENCE
  return ok({
    source: 'chrony',
    synchronised,
    errorBound: synchronised ? ms(boundSec * 1000) : undefined,
  })
}
