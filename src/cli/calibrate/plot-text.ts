import type { BeamSample } from '../../station/calibration/fit-beam.ts'
import type { ScanResult } from '../../station/calibration/sky-scan.ts'
import { besideAxes } from './cut.ts'

const WIDTH = 61
const HEIGHT = 9

/** Both cuts of a scan for a terminal: power over the place of the axes beside the source. */
export const scanPlotLines = (result: ScanResult): readonly string[] =>
  (['azimuth', 'elevation'] as const).flatMap((axis) => cutLines(axis, besideAxes(result, axis)))

const cutLines = (
  axis: 'azimuth' | 'elevation',
  points: readonly { readonly besideDeg: number; readonly sample: BeamSample }[],
): readonly string[] => {
  if (points.length === 0) return []
  const powers = points.map(({ sample }) => sample.power)
  const [low, high] = [Math.min(...powers), Math.max(...powers)]
  const reach = Math.max(...points.map(({ besideDeg }) => Math.abs(besideDeg)), 1e-9)
  const grid = Array.from({ length: HEIGHT }, () => new Array<string>(WIDTH).fill(' '))
  const put = (row: number, column: number, character: string): void => {
    const line = grid[row]
    if (line !== undefined) line[column] = character
  }
  for (let row = 0; row < HEIGHT; row += 1) put(row, (WIDTH - 1) / 2, '·')
  for (const { besideDeg, sample } of points) {
    const column = Math.round(((besideDeg / reach + 1) / 2) * (WIDTH - 1))
    const share = high > low ? (sample.power - low) / (high - low) : 0
    // From below and from above: the two ways of a gear with play.
    put(HEIGHT - 1 - Math.round(share * (HEIGHT - 1)), column, sample.from[axis] > 0 ? '+' : 'o')
  }
  const name = axis === 'azimuth' ? 'cross-elevation' : 'elevation'
  const scale =
    `${(-reach).toFixed(0)}°`.padEnd((WIDTH - 1) / 2) +
    '0'.padEnd((WIDTH - 1) / 2 - 3) +
    `${reach.toFixed(0)}°`
  return [
    `  power over ${name}, axes less source (+ upward, o downward):`,
    ...grid.map((line) => `  |${line.join('').trimEnd()}`),
    `  +${'-'.repeat(WIDTH)}`,
    `   ${scale}`,
  ]
}
