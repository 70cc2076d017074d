import type { Fault } from '../../kernel/errors.ts'
import { ok, type Result } from '../../kernel/result.ts'
import type { UtcMs } from '../../kernel/time.ts'
import {
  appliedPath,
  applyCalibration,
  keepResult,
  readScans,
} from '../../station/calibration/calibration-files.ts'
import { concludePointing, usualSince } from '../../station/calibration/conclude.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { printLine } from '../output.ts'
import { pointingSvg } from './plot-svg.ts'
import { pointingLines } from './words.ts'

/** The correction from all scans that count: printed, kept with its drawing, and taken into use where that was asked for. */
export const concludeAndTell = async (
  { station }: Configuration,
  options: { readonly nowUtcMs: UtcMs; readonly since: UtcMs | undefined; readonly apply: boolean },
): Promise<Result<void, Fault>> => {
  const { nowUtcMs, since, apply } = options
  const { dataFolder } = station
  const scans = readScans(dataFolder)
  if (!scans.ok) return scans
  const concluded = concludePointing(scans.value, {
    station: station.id,
    nowUtcMs,
    sinceUtcMs: since ?? usualSince(nowUtcMs),
  })
  if (!concluded.ok) return concluded
  for (const line of pointingLines(concluded.value)) printLine(line)
  const kept = await keepResult(dataFolder, concluded.value, pointingSvg(concluded.value))
  if (!kept.ok) return kept
  printLine(`Kept in ${kept.value}, with a drawing beside it.`)
  if (!apply) {
    printLine('Not in use yet: "azel calibrate fit --apply" takes it into use.')
    return ok(undefined)
  }
  const applied = await applyCalibration(dataFolder, concluded.value)
  if (!applied.ok) return applied
  printLine(`In use from the next start: ${appliedPath(dataFolder)}.`)
  if (applied.value.kept !== undefined) printLine(`The one before is kept in ${applied.value.kept}.`)
  return ok(undefined)
}
