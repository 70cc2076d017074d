import type { Provenance } from '../../kernel/byte-stream.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { formatUtc, MS_PER_DAY, parseUtc, type UtcMs, utcPlus } from '../../kernel/time.ts'
import { deg, ms } from '../../kernel/units.ts'
import type { KeptScan, PointingCalibration } from './calibration-files.ts'
import { fitPointing, type POINTING_TERMS } from './fit-pointing.ts'
import type { ScanResult } from './sky-scan.ts'

const DIGITS = 5
const round = (value: number): number => Number(value.toFixed(DIGITS))

/** A scan as it is kept. */
export const keptScan = (
  { source, atUtcMs, sky, fit }: ScanResult,
  { frequencyHz, provenance }: { readonly frequencyHz: number; readonly provenance: Provenance },
): KeptScan => ({
  atUtc: formatUtc(atUtcMs, 0),
  source: source.slice(0, 64),
  frequencyHz,
  provenance,
  sky: { azimuthDeg: round(sky.azimuth), elevationDeg: round(sky.elevation) },
  crossElevationDeg: fit.crossElevationDeg,
  elevationDeg: fit.elevationDeg,
  correlation: fit.correlation,
  beamWidthDeg: fit.beamWidthDeg,
  ...(fit.playDeg === undefined ? {} : { playDeg: fit.playDeg }),
  ...(Number.isFinite(fit.contrast) ? { contrast: fit.contrast } : {}),
  scatter: fit.scatter,
  samples: fit.samples,
})

/**
 * The pointing model from the scans since an instant. Scans of a simulated antenna and of a real one do not mix: those
 * like the last one count. Fault `calibration.failed`: there is no scan to make one of.
 */
export const concludePointing = (
  scans: readonly KeptScan[],
  options: { readonly station: string; readonly nowUtcMs: UtcMs; readonly sinceUtcMs: UtcMs },
): Result<PointingCalibration, Fault> => {
  const provenance = scans.at(-1)?.provenance ?? 'real'
  const counted = scans.filter((scan) => {
    const at = parseUtc(scan.atUtc)
    return scan.provenance === provenance && at.ok && at.value >= options.sinceUtcMs
  })
  const fit = fitPointing(
    counted.map(({ sky, ...scan }) => ({
      ...scan,
      sky: { azimuth: deg(sky.azimuthDeg), elevation: deg(sky.elevationDeg) },
    })),
  )
  if (fit === undefined) {
    return err(fault('calibration.failed', `There is no scan since ${formatUtc(options.sinceUtcMs, 0)}`))
  }
  const sources = [...new Set(counted.map(({ source }) => source))].join(', ')
  const count = `${counted.length} ${counted.length === 1 ? 'scan' : 'scans'}`
  const { azimuthOffset, elevationOffset, tiltNorth, tiltEast, sag } = fit.model
  return ok({
    version: 1,
    kind: 'pointing',
    atUtc: formatUtc(options.nowUtcMs, 0),
    station: options.station,
    provenance,
    method: `${count} of ${sources}; weighted least squares; axes minus sky`.slice(0, 500),
    modelDeg: { azimuthOffset, elevationOffset, tiltNorth, tiltEast, sag },
    fitted: [...fit.fitted],
    sigmaDeg: { ...fit.sigmaDeg },
    covariance: fit.covariance.map((row) => [...row]),
    leftOut: fit.leftOut.map((one) => ({ ...one })),
    scatter: fit.scatter,
    scans: counted.map((scan, index) => ({
      scan,
      residualDeg: {
        crossElevation: fit.residuals[index]?.crossElevationDeg ?? 0,
        elevation: fit.residuals[index]?.elevationDeg ?? 0,
      },
    })),
  })
}

/** So long a mast is taken to stand as it stood. */
export const SCANS_COUNT_FOR_DAYS = 30

export const usualSince = (now: UtcMs): UtcMs => utcPlus(now, ms(-SCANS_COUNT_FOR_DAYS * MS_PER_DAY))

/** What each term is called by people. */
export const TERM_NAMES: Readonly<Record<(typeof POINTING_TERMS)[number], string>> = {
  azimuthOffset: 'azimuth offset',
  elevationOffset: 'elevation offset',
  tiltNorth: 'tilt to the north',
  tiltEast: 'tilt to the east',
  sag: 'sag at the horizon',
}
