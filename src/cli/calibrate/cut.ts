import { shortestTurn } from '../../kernel/angle.ts'
import { degToRad } from '../../kernel/units.ts'
import type { BeamSample } from '../../station/calibration/fit-beam.ts'
import type { ScanResult } from '../../station/calibration/sky-scan.ts'

/** The places of one cut of a scan: those that lie beside the source in this axis more than in the other; degrees on the sky. */
export const besideAxes = (
  { samples }: ScanResult,
  axis: 'azimuth' | 'elevation',
): readonly { readonly besideDeg: number; readonly sample: BeamSample }[] =>
  samples.flatMap((sample) => {
    const { axes, source } = sample
    const cross =
      shortestTurn({ from: source.azimuth, to: axes.azimuth }) * Math.cos(degToRad(source.elevation))
    const up = axes.elevation - source.elevation
    const isOwn = axis === 'azimuth' ? Math.abs(cross) >= Math.abs(up) : Math.abs(up) >= Math.abs(cross)
    return isOwn ? [{ besideDeg: axis === 'azimuth' ? cross : up, sample }] : []
  })
