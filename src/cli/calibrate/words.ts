import type { AzEl } from '../../kernel/angle.ts'
import { formatDuration, formatUtc } from '../../kernel/time.ts'
import { ms } from '../../kernel/units.ts'
import type { AxisPlan } from '../../station/calibration/axis-plan.ts'
import type { KeptScan, PointingCalibration } from '../../station/calibration/calibration-files.ts'
import { TERM_NAMES } from '../../station/calibration/conclude.ts'
import type { Estimate } from '../../station/calibration/fit-beam.ts'
import { POINTING_TERMS } from '../../station/calibration/fit-pointing.ts'
import type { AxesFigures, AxisFigures } from '../../station/calibration/measure-axes.ts'
import type { ScanLeg } from '../../station/calibration/scan-legs.ts'

/** Two digits of the sigma, and the value to the same place. */
export const withSigma = ({ value, sigma }: Estimate, unit: string): string => {
  const digits =
    sigma > 0 && Number.isFinite(sigma) ? Math.min(4, Math.max(0, 1 - Math.floor(Math.log10(sigma)))) : 3
  return `${value.toFixed(digits)} ± ${sigma.toFixed(digits)}${unit}`
}

const seconds = (sec: number): string => formatDuration(ms(Math.round(sec) * 1_000))

/** The motions to come, a line each, with their times, and what is left out. */
export const axisPlanLines = ({ steps, skipped }: AxisPlan): readonly string[] => {
  const total = steps.reduce((sum, step) => sum + step.seconds, 0)
  return [
    steps.length === 0
      ? 'No motion of the axes is possible.'
      : `${steps.length} motions of the axes, ${seconds(total)} in all:`,
    ...steps.map(
      ({ what, to, seconds: sec }, index) =>
        `  ${String(index + 1).padStart(2)}  ${what.padEnd(42)}  azimuth ${Number(to.azimuth.toFixed(1))}°, elevation ${Number(to.elevation.toFixed(1))}°  (${Math.round(sec)} s)`,
    ),
    ...skipped.map((reason) => `Left out: ${reason}.`),
  ]
}

const place = ({ azimuth, elevation }: AzEl): string =>
  `${azimuth.toFixed(1).padStart(5)}°, ${elevation.toFixed(1).padStart(4)}°`

/** The motions of a scan to come, a line each: when, what, between which directions, how long. */
export const scanLegLines = (legs: readonly ScanLeg[]): readonly string[] => [
  'The motions, with azimuth and elevation at the beginning and the end of each:',
  ...legs.map(({ what, places, from, to, beginsUtcMs, seconds: sec }) => {
    const often = places === 0 ? '' : `${places} places`
    const when = formatUtc(beginsUtcMs, 0).slice(11)
    return `  ${when}  ${what.padEnd(29)}  ${often.padEnd(9)}  ${place(from)} to ${place(to)}  (${Math.round(sec)} s)`
  }),
]

const rows = (lines: readonly (readonly [string, string])[]): readonly string[] => {
  const width = Math.max(...lines.map(([name]) => name.length))
  return lines.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)
}

const NOT_SEEN = 'not to be seen in these readings'

const axisRows = (figures: AxisFigures): readonly (readonly [string, string])[] => {
  const shown = (estimate: Estimate | undefined, unit: string): string =>
    estimate === undefined ? NOT_SEEN : withSigma(estimate, unit)
  return [
    ['full speed up', shown(figures.rateUpDegPerSec, '°/s')],
    ['full speed down', shown(figures.rateDownDegPerSec, '°/s')],
    ['latency, with the time that an answer takes', shown(figures.latencySec, ' s')],
    ['run-up to full speed', shown(figures.runUpSec, ' s')],
    ['goes on after STOP', shown(figures.coastDeg, '°')],
    [
      'smallest step that moves it',
      figures.smallestStepDeg === undefined
        ? `more than ${Number(figures.smallestTriedDeg.toFixed(2))}°`
        : `${Number(figures.smallestStepDeg.toFixed(2))}°`,
    ],
    [
      'readings go in steps of',
      figures.readingStepDeg === undefined
        ? NOT_SEEN
        : `${figures.readingStepDeg}°, scatter ${figures.readingNoiseDeg.toFixed(2)}°`,
    ],
    ['rests from above less from below', shown(figures.restDifferenceDeg, '°')],
  ]
}

/** What was found of the axes, for people. */
export const axesLines = ({ axes, overlap }: AxesFigures): readonly string[] => [
  ...axes.flatMap((figures) => [
    `${figures.axis === 'azimuth' ? 'Azimuth' : 'Elevation'}, each with its 1 sigma:`,
    ...rows(axisRows(figures)),
  ]),
  ...(overlap === undefined
    ? []
    : [
        overlap.dialect === 'counts on'
          ? `Overlap: the controller counts on above 360° (at ${overlap.ownDeg.toFixed(0)}° it shows ${overlap.shownDeg.toFixed(0)}°).`
          : `Overlap: the controller begins again at 360° (at ${overlap.ownDeg.toFixed(0)}° it shows ${overlap.shownDeg.toFixed(0)}°).`,
      ]),
  'Play of the gears does not show in readings of encoders on the motors: a scan of the Sun from both sides shows it.',
]

const settingsOf = (figures: AxisFigures): string | undefined => {
  const { rateUpDegPerSec: up, rateDownDegPerSec: down, runUpSec: runUp } = figures
  if (up === undefined && down === undefined) return undefined
  const slowest = Math.min(up?.value ?? Number.POSITIVE_INFINITY, down?.value ?? Number.POSITIVE_INFINITY)
  // Only where it is told from nothing.
  const isRunUpKnown = runUp !== undefined && runUp.value > 2 * runUp.sigma
  return [
    `slewDegPerSec: ${slowest.toFixed(2)}`,
    ...(isRunUpKnown ? [`accelerationDegPerSec2: ${(slowest / runUp.value).toFixed(1)}`] : []),
    ...(figures.smallestStepDeg === undefined
      ? []
      : [`deadBandDeg: ${Number(figures.smallestStepDeg.toFixed(2))}`]),
  ].join(', ')
}

/** Lines for the configuration, to be copied by a person. */
export const settingLines = ({ axes }: AxesFigures): readonly string[] => {
  const lines = axes.flatMap((figures) => {
    const settings = settingsOf(figures)
    return settings === undefined ? [] : [`  ${figures.axis}: { …, ${settings} }`]
  })
  return lines.length === 0 ? [] : ['For the configuration, under antenna:', ...lines]
}

/** As at the beginning of a sentence. */
export const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

/** One scan in a few lines. */
export const scanLines = (scan: KeptScan): readonly string[] => {
  const { sky, contrast, playDeg } = scan
  const heard =
    contrast === undefined
      ? ''
      : `; it stands ${(10 * Math.log10(1 + contrast)).toFixed(1)} dB over the sky beside it`
  return [
    `${capital(scan.source)} at azimuth ${sky.azimuthDeg.toFixed(1)}°, elevation ${sky.elevationDeg.toFixed(1)}° (${scan.atUtc})${heard}:`,
    ...rows([
      ['axes show more in cross-elevation', withSigma(scan.crossElevationDeg, '°')],
      ['axes show more in elevation', withSigma(scan.elevationDeg, '°')],
      ['beam, full width at half power', withSigma(scan.beamWidthDeg, '°')],
      ...(playDeg === undefined
        ? []
        : ([
            ['play of the azimuth gear, on the sky', withSigma(playDeg.crossElevation, '°')],
            ['play of the elevation gear', withSigma(playDeg.elevation, '°')],
          ] as const)),
      ['places, scatter over what was expected', `${scan.samples}, ${scan.scatter.toFixed(2)}`],
    ]),
  ]
}

/** The pointing model with its sigmas, and what the scans do not tell. */
export const pointingLines = (calibration: PointingCalibration): readonly string[] => {
  const { modelDeg, sigmaDeg, fitted, leftOut, scans, scatter } = calibration
  const { tiltNorth, tiltEast } = modelDeg
  const tilt = Math.hypot(tiltNorth, tiltEast)
  const towards = ((Math.atan2(tiltEast, tiltNorth) * 180) / Math.PI + 360) % 360
  const hasTilt = fitted.includes('tiltNorth')
  const worst = Math.max(
    ...scans.map(({ residualDeg }) => Math.hypot(residualDeg.crossElevation, residualDeg.elevation)),
  )
  return [
    `How the antenna stands, by ${calibration.method}:`,
    ...rows(
      POINTING_TERMS.filter((term) => fitted.includes(term)).map((term) => [
        TERM_NAMES[term],
        withSigma({ value: modelDeg[term], sigma: sigmaDeg[term] ?? Number.NaN }, '°'),
      ]),
    ),
    ...(hasTilt ? [`  The mast leans ${tilt.toFixed(2)}° towards azimuth ${towards.toFixed(0)}°.`] : []),
    ...leftOut.map(({ term, reason }) => `  Not known: ${TERM_NAMES[term]} (${reason}).`),
    2 * scans.length === fitted.length
      ? '  There are as many offsets as terms: nothing is left over to judge them by.'
      : `  Left at worst: ${worst.toFixed(2)}°; scatter over what was expected ${scatter.toFixed(2)}.`,
    ...(calibration.provenance === 'simulated' ? ['  Simulated: it is of no real antenna.'] : []),
  ]
}
