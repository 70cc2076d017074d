import { readApplied, readScans } from '../../station/calibration/calibration-files.ts'
import { configurationOf } from '../control/options.ts'
import { printFault, printLine } from '../output.ts'
import type { CalibrateOptions } from './options.ts'
import { pointingLines, withSigma } from './words.ts'

// What fits a terminal; all of them are in the file.
const SCANS_SHOWN = 20

/** `azel calibrate show`: what is in use, and the scans so far. */
export const runShow = async (options: CalibrateOptions & { readonly json?: true }): Promise<void> => {
  const configuration = await configurationOf(options)
  if (configuration === undefined) return
  const { dataFolder } = configuration.station
  const applied = readApplied(dataFolder)
  if (!applied.ok) return printFault(applied.error)
  const scans = readScans(dataFolder)
  if (!scans.ok) return printFault(scans.error)
  if (options.json === true) {
    printLine(JSON.stringify({ inUse: applied.value ?? null, scans: scans.value }))
    return
  }
  if (applied.value === undefined) printLine('No correction is in use: the axes are taken as they show.')
  else {
    printLine(`In use, of ${applied.value.atUtc}.`)
    for (const line of pointingLines(applied.value)) printLine(line)
  }
  const shown = scans.value.slice(-SCANS_SHOWN)
  printLine(
    scans.value.length === 0
      ? 'No scan is kept.'
      : `Scans, the last ${shown.length} of ${scans.value.length}:`,
  )
  for (const { atUtc, source, sky, crossElevationDeg, elevationDeg } of shown) {
    const where = `${sky.azimuthDeg.toFixed(1).padStart(5)}° ${sky.elevationDeg.toFixed(1).padStart(4)}°`
    printLine(
      `  ${atUtc}  ${where}  cross-elevation ${withSigma(crossElevationDeg, '°')}, elevation ${withSigma(elevationDeg, '°')}  ${source}`,
    )
  }
}
