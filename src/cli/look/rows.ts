import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { formatUtc, type UtcMs, utcMs } from '../../kernel/time.ts'
import type { Ms } from '../../kernel/units.ts'
import type { LookAngles, LookFunction } from '../../orbit/look.ts'

/** Eleven days by the second: 100 MB as text. */
const ROWS_MAX = 1_000_000

/** The instants of a series of looks: from the first on, a step apart, none after `toUtcMs`. */
export interface LookGrid {
  readonly fromUtcMs: UtcMs
  readonly step: Ms
  readonly count: number
}

// A microsecond, which is what is written: a last instant that rounding puts after the end still counts.
const ROUNDING_MS = 1e-3

/** Faults `plan.window` where the end lies before the beginning, `cli.usage` where there would be too many. */
export const lookGrid = (fromUtcMs: UtcMs, toUtcMs: UtcMs, step: Ms): Result<LookGrid, Fault> => {
  const between = (): string => `from ${formatUtc(fromUtcMs, 0)} to ${formatUtc(toUtcMs, 0)}`
  if (!(toUtcMs >= fromUtcMs))
    return err(fault('plan.window', `The window ${between()} ends before it begins`))
  const count = Math.floor((toUtcMs - fromUtcMs + ROUNDING_MS) / step) + 1
  if (count > ROWS_MAX) {
    return err(
      fault(
        'cli.usage',
        `A look every ${step / 1000} s ${between()} makes ${count} rows, more than ${ROWS_MAX}: take a longer --step or a shorter window`,
      ),
    )
  }
  return ok({ fromUtcMs, step, count })
}

export type LookFormat = 'text' | 'csv' | 'json'

/** What could not be told. */
export interface MissedLooks {
  count: number
  first: Fault | undefined
}

/**
 * The looks of a grid as text, a piece a row. Instants at which the object is not known are left out and counted in
 * `missed`.
 */
export const lookText = function* (
  look: LookFunction,
  grid: LookGrid,
  format: LookFormat,
  missed: MissedLooks,
): Generator<string> {
  const { head, row, between, tail } = FORMATS[format]
  yield head
  let isFirst = true
  for (let index = 0; index < grid.count; index += 1) {
    const at = utcMs(grid.fromUtcMs + index * grid.step)
    const seen = look(at)
    if (!seen.ok) {
      missed.count += 1
      missed.first ??= seen.error
      continue
    }
    yield `${isFirst ? '' : between}${row(formatUtc(at), seen.value)}`
    isFirst = false
  }
  yield tail
}

interface Format {
  readonly head: string
  readonly row: (utc: string, look: LookAngles) => string
  readonly between: string
  readonly tail: string
}

const COLUMNS = 'utc,az_deg,el_deg,range_km,range_rate_km_s,az_rate_deg_s,el_rate_deg_s'

// 1e-7° is a hundredth of a millimetre at a kilometre, 1e-6 km a millimetre.
const fixed = (look: LookAngles): readonly string[] => [
  look.azimuth.toFixed(7),
  look.elevation.toFixed(7),
  look.slantRange.toFixed(6),
  look.rangeRate.toFixed(9),
  look.azimuthRate.toFixed(9),
  look.elevationRate.toFixed(9),
]

const FORMATS: Readonly<Record<LookFormat, Format>> = {
  csv: {
    head: `${COLUMNS}\n`,
    row: (utc, look) => `${utc},${fixed(look).join(',')}\n`,
    between: '',
    tail: '',
  },
  json: {
    head: '[\n',
    row: (utc, look) => {
      const [azimuth, elevation, range, rangeRate, azimuthRate, elevationRate] = fixed(look).map(Number)
      return JSON.stringify({
        utc,
        azimuthDeg: azimuth,
        elevationDeg: elevation,
        rangeKm: range,
        rangeRateKmPerSec: rangeRate,
        azimuthRateDegPerSec: azimuthRate,
        elevationRateDegPerSec: elevationRate,
      })
    },
    between: ',\n',
    tail: '\n]\n',
  },
  text: {
    head: 'UTC                       azimuth  elevation     range km      km/s    azimuth  elevation °/s\n',
    row: (utc, look) =>
      [
        `${utc.slice(0, 10)} ${utc.slice(11, 23)}`,
        look.azimuth.toFixed(3).padStart(8),
        look.elevation.toFixed(3).padStart(9),
        look.slantRange.toFixed(3).padStart(11),
        look.rangeRate.toFixed(5).padStart(8),
        look.azimuthRate.toFixed(5).padStart(9),
        `${look.elevationRate.toFixed(5).padStart(9)}\n`,
      ].join('  '),
    between: '',
    tail: '',
  },
}
