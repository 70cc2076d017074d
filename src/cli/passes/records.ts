import { formatUtc, MS_PER_DAY } from '../../kernel/time.ts'
import type { Deg } from '../../kernel/units.ts'
import type { PassIllumination } from '../../orbit/illumination.ts'
import type { EclipseState } from '../../orbit/shadow.ts'
import type { ShownPass } from './shown-pass.ts'

// 1e-7° is a tenth of a metre at the Moon's distance.
const angle = (value: Deg): number => Number(value.toFixed(7))

/** A pass for programs, with plain numbers; what is not known is null. */
const recordOf = (pass: ShownPass, light: PassIllumination | undefined) => {
  const { quality, epochUtcMs } = pass
  return {
    catalogNumber: pass.catalogNumber ?? null,
    name: pass.name,
    aosUtc: formatUtc(pass.aosUtcMs),
    aosAzimuthDeg: angle(pass.aosAzimuth),
    tcaUtc: formatUtc(pass.tcaUtcMs),
    maximumElevationDeg: angle(pass.maximumElevation),
    tcaAzimuthDeg: angle(pass.tcaAzimuth),
    losUtc: formatUtc(pass.losUtcMs),
    losAzimuthDeg: angle(pass.losAzimuth),
    openStart: pass.openStart,
    openEnd: pass.openEnd,
    illuminationAos: light?.atAos ?? null,
    illuminationTca: light?.atTca ?? null,
    illuminationLos: light?.atLos ?? null,
    sunElevationDeg: light === undefined ? null : Number(light.sunElevation.toFixed(3)),
    sky: light?.sky ?? null,
    visible: light?.isVisible ?? null,
    elementsEpochUtc: epochUtcMs === undefined ? null : formatUtc(epochUtcMs),
    elementsAgeDays: quality === undefined ? null : Number((quality.age / MS_PER_DAY).toFixed(4)),
    alongTrackSigmaKm: quality === undefined ? null : Number(quality.inflatedSigma.toPrecision(3)),
    timeSigmaSec: quality?.timeSigma === undefined ? null : Number(quality.timeSigma.toPrecision(3)),
    manoeuvreShare: quality === undefined ? null : Number(quality.jumpShare.toPrecision(2)),
  }
}

/** One JSON array, a line a pass; with what a table cannot hold. */
export const passesJson = function* (passes: Iterable<ShownPass>): Generator<string> {
  yield '['
  let between = '\n'
  for (const pass of passes) {
    const light = pass.light()
    const { openStartReason, openEndReason } = pass
    const record = {
      ...recordOf(pass, light),
      culminations: pass.culminations.map(({ utcMs, azimuth, elevation }) => ({
        utc: formatUtc(utcMs),
        azimuthDeg: angle(azimuth),
        elevationDeg: angle(elevation),
      })),
      shadowChanges: (light?.changes ?? []).map(
        ({ utcMs, from, to }): { utc: string; from: EclipseState; to: EclipseState } => ({
          utc: formatUtc(utcMs),
          from,
          to,
        }),
      ),
      ...(openStartReason === undefined ? {} : { openStartReason }),
      ...(openEndReason === undefined ? {} : { openEndReason }),
    }
    yield `${between}${JSON.stringify(record)}`
    between = ',\n'
  }
  yield '\n]\n'
}

// RFC 4180.
const cell = (value: string | number | boolean | null): string => {
  const text = value === null ? '' : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

// In the order of `recordOf`; a header is there without passes as well.
const COLUMNS: readonly (keyof ReturnType<typeof recordOf>)[] = [
  'catalogNumber',
  'name',
  'aosUtc',
  'aosAzimuthDeg',
  'tcaUtc',
  'maximumElevationDeg',
  'tcaAzimuthDeg',
  'losUtc',
  'losAzimuthDeg',
  'openStart',
  'openEnd',
  'illuminationAos',
  'illuminationTca',
  'illuminationLos',
  'sunElevationDeg',
  'sky',
  'visible',
  'elementsEpochUtc',
  'elementsAgeDays',
  'alongTrackSigmaKm',
  'timeSigmaSec',
  'manoeuvreShare',
]

/** A header with the names that JSON has, and a line a pass. */
export const passesCsv = function* (passes: Iterable<ShownPass>): Generator<string> {
  yield `${COLUMNS.join(',')}\n`
  for (const pass of passes) {
    const record = recordOf(pass, pass.light())
    yield `${COLUMNS.map((column) => cell(record[column])).join(',')}\n`
  }
}
