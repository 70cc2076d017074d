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

/**
 * Reads `chronyc -c tracking`. The error bound is |system offset| + root dispersion + root delay / 2, chrony's own
 * rule for the largest error (chronyc(1), "Root dispersion").
 */
export const parseChronyTracking = (text: string): Result<ClockQuality, string> => {
  const columns = text.trim().split(',')
  if (columns.length !== COLUMNS) return err(`chronyc gave ${columns.length} values, not ${COLUMNS}`)
  const number = (index: number): number => Number(columns[index])
  const boundSec =
    Math.abs(number(SYSTEM_OFFSET_SEC)) + number(ROOT_DISPERSION_SEC) + number(ROOT_DELAY_SEC) / 2
  if (!Number.isFinite(boundSec)) return err('chronyc gave something that is no number')
  const referenceId = columns[REFERENCE_ID] ?? ''
  const synchronised =
    columns[LEAP_STATUS] !== 'Not synchronised' &&
    referenceId !== LOCAL_REFERENCE &&
    referenceId !== '00000000'
  return ok({
    source: 'chrony',
    synchronised,
    errorBound: synchronised ? ms(boundSec * 1000) : undefined,
  })
}
