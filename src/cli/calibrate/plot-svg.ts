import type { PointingCalibration } from '../../station/calibration/calibration-files.ts'
import type { ScanResult } from '../../station/calibration/sky-scan.ts'
import { svgText } from '../svg-text.ts'
import { besideAxes } from './cut.ts'
import { withSigma } from './words.ts'

const WIDTH = 460
const HEIGHT = 260
const LEFT = 64
const TOP = 70
const BOTTOM = 48
const GAP = 40
const CURVE_POINTS = 121

const STYLE = `
    text { font: 13px system-ui, sans-serif; fill: #1c2733 }
    .title { font-size: 17px; font-weight: 600 }
    .faint { fill: #5a6b7b }
    .frame { fill: none; stroke: #8496a8 }
    .grid { stroke: #d5dde5 }
    .curve { fill: none; stroke: #1769aa; stroke-width: 1.5 }
    .up { fill: #1769aa }
    .down { fill: #fff; stroke: #b04a12; stroke-width: 1.5 }
    .bar { stroke: #5a6b7b }`

const at = (value: number): string => value.toFixed(1)

const svg = (height: number, title: string, subtitle: string, body: readonly string[]): string => {
  const width = 2 * (LEFT + WIDTH) + GAP
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${svgText(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text class="title" x="20" y="28">${svgText(title)}</text>`,
    `<text class="faint" x="20" y="48">${svgText(subtitle)}</text>`,
    ...body,
    '</svg>',
    '',
  ].join('\n')
}

/** Round steps for an axis of this length. */
const tickStep = (length: number): number => {
  const raw = length / 6
  const power = 10 ** Math.floor(Math.log10(raw))
  return power * ([1, 2, 5].find((one) => one * power >= raw) ?? 10)
}

const gridOf = (left: number, reach: number, xOf: (value: number) => number): readonly string[] => {
  const step = tickStep(2 * reach)
  const lines: string[] = []
  for (let value = Math.ceil(-reach / step) * step; value <= reach + 1e-9; value += step) {
    const x = at(xOf(value))
    lines.push(
      `<line class="grid" x1="${x}" x2="${x}" y1="${TOP}" y2="${TOP + HEIGHT}"/>`,
      `<text class="faint" x="${x}" y="${TOP + HEIGHT + 18}" text-anchor="middle">${Number(value.toFixed(6))}°</text>`,
    )
  }
  return [...lines, `<rect class="frame" x="${left}" y="${TOP}" width="${WIDTH}" height="${HEIGHT}"/>`]
}

/** Both cuts of a scan with the beam that was fitted; what was heard with the gear pushed from below is filled. */
export const scanSvg = (result: ScanResult): string => {
  const { fit, sky } = result
  const panels = (['azimuth', 'elevation'] as const).flatMap((axis, index) => {
    const points = besideAxes(result, axis)
    const left = LEFT + index * (WIDTH + LEFT + GAP / 2)
    const reach = Math.max(1e-6, ...points.map(({ besideDeg }) => Math.abs(besideDeg))) * 1.05
    const powers = result.samples.map(({ power }) => power)
    const floor = Math.min(...powers)
    const top = Math.max(...powers)
    // Shown over the floor that was fitted; a carrier has none.
    const base = Number.isFinite(fit.contrast) ? fittedBase(result) : 0
    const scale = Math.max(top, base) - Math.min(floor, base) || 1
    const bottom = Math.min(floor, base)
    const xOf = (value: number): number => left + ((value / reach + 1) / 2) * WIDTH
    const yOf = (power: number): number => TOP + HEIGHT - 10 - ((power - bottom) / scale) * (HEIGHT - 30)
    const offset = axis === 'azimuth' ? fit.crossElevationDeg : fit.elevationDeg
    const other = axis === 'azimuth' ? fit.elevationDeg.value : fit.crossElevationDeg.value
    const height = Number.isFinite(fit.contrast) ? fit.contrast * base : fittedTop(result)
    const curve = Array.from({ length: CURVE_POINTS }, (_, step) => {
      const beside = (step / (CURVE_POINTS - 1)) * 2 * reach - reach
      const away = Math.hypot(beside - offset.value, other) / fit.beamWidthDeg.value
      return `${at(xOf(beside))},${at(yOf(base + height * Math.exp(-4 * Math.LN2 * away ** 2)))}`
    })
    const name = axis === 'azimuth' ? 'Cross-elevation' : 'Elevation'
    const middle = at(xOf(offset.value))
    return [
      ...gridOf(left, reach, xOf),
      `<line class="bar" stroke-dasharray="4 3" x1="${middle}" x2="${middle}" y1="${TOP}" y2="${TOP + HEIGHT}"/>`,
      `<polyline class="curve" points="${curve.join(' ')}"/>`,
      ...points.map(({ besideDeg, sample }) => {
        const [x, y] = [at(xOf(besideDeg)), yOf(sample.power)]
        const bar = (sample.sigma / scale) * (HEIGHT - 30)
        return (
          `<line class="bar" x1="${x}" x2="${x}" y1="${at(y - bar)}" y2="${at(y + bar)}"/>` +
          `<circle class="${sample.from[axis] > 0 ? 'up' : 'down'}" cx="${x}" cy="${at(y)}" r="4"/>`
        )
      }),
      `<text x="${left + 8}" y="${TOP + 20}">${name}: ${withSigma(offset, '°')}</text>`,
      `<text class="faint" x="${left + WIDTH / 2}" y="${TOP + HEIGHT + 38}" text-anchor="middle">axes less source, degrees on the sky</text>`,
    ]
  })
  const where = `azimuth ${sky.azimuth.toFixed(1)}°, elevation ${sky.elevation.toFixed(1)}°`
  const title = `Scan of ${result.source} at ${where}`
  const subtitle = `Power, linear. Beam ${withSigma(fit.beamWidthDeg, '°')} wide. Filled: axis came from below; open: from above.`
  return svg(TOP + HEIGHT + BOTTOM, title, subtitle, panels)
}

// The fit tells the ratio of top and floor; both follow from the mean of what was heard.
const shares = (result: ScanResult): readonly { readonly share: number; readonly power: number }[] =>
  result.samples.map((sample) => {
    const cuts = (['azimuth', 'elevation'] as const).map(
      (axis) => besideAxes({ ...result, samples: [sample] }, axis)[0]?.besideDeg ?? 0,
    )
    const [cross = 0, up = 0] = cuts
    const { crossElevationDeg, elevationDeg, beamWidthDeg } = result.fit
    const away = Math.hypot(cross - crossElevationDeg.value, up - elevationDeg.value) / beamWidthDeg.value
    return { share: Math.exp(-4 * Math.LN2 * away ** 2), power: sample.power }
  })

const fittedBase = (result: ScanResult): number => {
  const all = shares(result)
  return (
    all.reduce((sum, { power, share }) => sum + power / (1 + result.fit.contrast * share), 0) / all.length
  )
}

const fittedTop = (result: ScanResult): number => {
  const all = shares(result)
  const weight = all.reduce((sum, { share }) => sum + share * share, 0)
  return all.reduce((sum, { power, share }) => sum + power * share, 0) / weight
}

/** What is left at each scan when the correction is in use, over azimuth and over elevation. */
export const pointingSvg = (calibration: PointingCalibration): string => {
  const { scans } = calibration
  const reach =
    Math.max(
      0.1,
      ...scans.flatMap(({ residualDeg, scan }) => [
        Math.abs(residualDeg.crossElevation) + scan.crossElevationDeg.sigma,
        Math.abs(residualDeg.elevation) + scan.elevationDeg.sigma,
      ]),
    ) * 1.15
  const yOf = (value: number): number => TOP + HEIGHT / 2 - (value / reach) * (HEIGHT / 2)
  const panels = (['azimuthDeg', 'elevationDeg'] as const).flatMap((over, index) => {
    const left = LEFT + index * (WIDTH + LEFT + GAP / 2)
    const most = over === 'azimuthDeg' ? 360 : 90
    const xOf = (value: number): number => left + (value / most) * WIDTH
    const step = tickStep(2 * reach)
    const lines: string[] = []
    for (let value = Math.ceil(-reach / step) * step; value <= reach; value += step) {
      const y = at(yOf(value))
      lines.push(
        `<line class="grid" x1="${left}" x2="${left + WIDTH}" y1="${y}" y2="${y}"/>`,
        `<text class="faint" x="${left - 8}" y="${at(yOf(value) + 4)}" text-anchor="end">${Number(value.toFixed(6))}°</text>`,
      )
    }
    for (let value = 0; value <= most; value += most / 6) {
      lines.push(
        `<text class="faint" x="${at(xOf(value))}" y="${TOP + HEIGHT + 18}" text-anchor="middle">${value}°</text>`,
      )
    }
    return [
      ...lines,
      `<rect class="frame" x="${left}" y="${TOP}" width="${WIDTH}" height="${HEIGHT}"/>`,
      ...scans.flatMap(({ scan, residualDeg }) =>
        (
          [
            ['up', residualDeg.crossElevation, scan.crossElevationDeg.sigma, -3],
            ['down', residualDeg.elevation, scan.elevationDeg.sigma, 3],
          ] as const
        ).map(([mark, value, sigma, beside]) => {
          const x = at(xOf(scan.sky[over]) + beside)
          return (
            `<line class="bar" x1="${x}" x2="${x}" y1="${at(yOf(value - sigma))}" y2="${at(yOf(value + sigma))}"/>` +
            `<circle class="${mark}" cx="${x}" cy="${at(yOf(value))}" r="4"/>`
          )
        }),
      ),
      `<text class="faint" x="${left + WIDTH / 2}" y="${TOP + HEIGHT + 38}" text-anchor="middle">${over === 'azimuthDeg' ? 'azimuth' : 'elevation'} of the source</text>`,
    ]
  })
  const title = `What is left of ${scans.length} ${scans.length === 1 ? 'scan' : 'scans'} with the correction`
  const subtitle = `${calibration.station}, ${calibration.atUtc}. Filled: cross-elevation; open: elevation; bars 1 sigma.`
  return svg(TOP + HEIGHT + BOTTOM, title, subtitle, panels)
}
