import { type AzEl, shortestTurn } from '../../kernel/angle.ts'
import { type Deg, deg, degToRad, rad, radToDeg } from '../../kernel/units.ts'
import { type Fitted, fitLeastSquares } from './least-squares.ts'

/** One look at a source: where the axes stood, where the source was, how strong it was heard. */
export interface BeamSample {
  /** By the readings, in the antenna's own coordinates. */
  readonly axes: AzEl
  /** Where the source was seen on the sky then. */
  readonly source: AzEl
  /** Power on a linear scale, any unit, and its 1 sigma. */
  readonly power: number
  readonly sigma: number
  /** From which side each axis came last: up or down in its own count. */
  readonly from: { readonly azimuth: 1 | -1; readonly elevation: 1 | -1 }
}

/** A value with its 1 sigma. */
export interface Estimate {
  readonly value: number
  readonly sigma: number
}

/** What a scan says of the antenna where the source was: axes minus sky, 1 sigma each. */
export interface BeamFit {
  readonly crossElevationDeg: Estimate
  readonly elevationDeg: Estimate
  /** Between the two. */
  readonly correlation: number
  /** Full width at half power. */
  readonly beamWidthDeg: Estimate
  /** How much later the beam follows than the readings, from end to end, where both ways were scanned: play. */
  readonly playDeg: { readonly crossElevation: Estimate; readonly elevation: Estimate } | undefined
  /** The source at its best over what is heard beside it, as a ratio. */
  readonly contrast: number
  /** Scatter over what the sigmas promise; above 1 it has been put into them. */
  readonly scatter: number
  readonly samples: number
}

interface Beside {
  readonly crossElevation: number
  readonly elevation: number
}

/**
 * How far the source is beside the beam as the two would be told by a person at the telescope, degrees, in the plane that
 * touches the sky at the beam; exact for the distance however wide the scan is (zenithal equidistant).
 */
export const besideBeam = (beam: AzEl, source: AzEl): Beside => {
  const turn = degToRad(shortestTurn({ from: beam.azimuth, to: source.azimuth }))
  const [b, s] = [degToRad(beam.elevation), degToRad(source.elevation)]
  const east = Math.cos(s) * Math.sin(turn)
  const north = Math.cos(b) * Math.sin(s) - Math.sin(b) * Math.cos(s) * Math.cos(turn)
  const along = Math.sin(b) * Math.sin(s) + Math.cos(b) * Math.cos(s) * Math.cos(turn)
  const across = Math.hypot(east, north)
  const distance = radToDeg(rad(Math.atan2(across, along)))
  return across === 0
    ? { crossElevation: 0, elevation: 0 }
    : { crossElevation: (distance * east) / across, elevation: (distance * north) / across }
}

const distance = ({ crossElevation, elevation }: Beside): number => Math.hypot(crossElevation, elevation)

/** Offsets at the source, width, height, floor, play of both axes. */
type Parameters = readonly [
  cross: number,
  up: number,
  width: number,
  top: number,
  base: number,
  crossPlay: number,
  upPlay: number,
]

// So near to the zenith, or over it, an azimuth says nothing.
const COSINE_MIN = 0.01

/** How far the source is from the beam of an antenna that is off by these offsets. */
const offBeam = ([cross, up, , , , crossPlay, upPlay]: Parameters, sample: BeamSample): number => {
  const { axes, source, from } = sample
  const cosine = Math.max(COSINE_MIN, Math.cos(degToRad(source.elevation)))
  return distance(
    besideBeam(
      {
        azimuth: deg(axes.azimuth - (cross + (from.azimuth * crossPlay) / 2) / cosine),
        elevation: deg(axes.elevation - up - (from.elevation * upPlay) / 2),
      },
      source,
    ),
  )
}

const powerOf = (parameters: Parameters, sample: BeamSample): number => {
  const [, , width, top, base] = parameters
  return base + top * gaussian(offBeam(parameters, sample) / width)
}

/** By how much the power changes with a degree of the place. */
const slopeAt = (parameters: Parameters, sample: BeamSample): number => {
  const [, , width, top] = parameters
  const share = offBeam(parameters, sample) / width
  return Math.abs((top * gaussian(share) * 8 * Math.LN2 * share) / width)
}

/** Power in the middle of a Gaussian beam of width 1 falls to this share at a distance. */
const gaussian = (distanceInWidths: number): number => Math.exp(-4 * Math.LN2 * distanceInWidths ** 2)

// Both ways must have been looked from so often before their difference means anything.
const EACH_WAY_MIN = 4
// Errors of the place are put into the sigmas by the slope of the beam that was just fitted: twice settles it.
const REFINEMENTS = 3

const bothWays = (samples: readonly BeamSample[], axis: 'azimuth' | 'elevation'): boolean =>
  ([1, -1] as const).every((way) => samples.filter(({ from }) => from[axis] === way).length >= EACH_WAY_MIN)

/**
 * Fits a round Gaussian beam on a level floor to the looks of a scan. `baseline` false: nothing is heard beside the
 * source (the power of a carrier, not of noise). `placeSigma`: 1 sigma of each reading. Undefined where the looks do not hold a beam.
 */
export const fitBeam = (
  samples: readonly BeamSample[],
  options: { readonly beamWidth: Deg; readonly baseline: boolean; readonly placeSigma: Deg },
): BeamFit | undefined => {
  const { beamWidth, baseline, placeSigma } = options
  const withPlay = bothWays(samples, 'azimuth') && bothWays(samples, 'elevation')
  const strongest = samples.reduce<BeamSample | undefined>(
    (best, sample) => (best === undefined || sample.power > best.power ? sample : best),
    undefined,
  )
  if (strongest === undefined) return undefined
  const floor = baseline ? Math.min(...samples.map(({ power }) => power)) : 0
  const height = strongest.power - floor
  if (!(height > 0)) return undefined

  const near = besideBeam(strongest.source, strongest.axes)
  // Beginning where it was heard best, without play. What is not free keeps its place in the list.
  let parameters: Parameters = [near.crossElevation, near.elevation, beamWidth, height, floor, 0, 0]
  const isFree = [true, true, true, true, baseline, withPlay, withPlay]
  const angleStep = beamWidth / 100
  const steps = [angleStep, angleStep, angleStep, height / 100, height / 100, angleStep, angleStep]
  let fitted: Fitted | undefined
  for (let refinement = 0; refinement < REFINEMENTS; refinement += 1) {
    const before = parameters
    const sigmas = samples.map((sample) =>
      refinement === 0 ? sample.sigma : Math.hypot(sample.sigma, slopeAt(before, sample) * placeSigma),
    )
    const whole = (free: readonly number[]): Parameters => {
      const values = [...free]
      const [a = 0, b = 0, c = 1, d = 0, e = 0, f = 0, g = 0] = isFree.map((isOne, index) =>
        isOne ? values.shift() : before[index],
      )
      return [a, b, c, d, e, f, g]
    }
    fitted = fitLeastSquares({
      start: before.filter((_, index) => isFree[index]),
      steps: steps.filter((_, index) => isFree[index]),
      residuals: (free) => {
        const all = whole(free)
        return samples.map((sample, index) => (sample.power - powerOf(all, sample)) / (sigmas[index] ?? 1))
      },
    })
    if (fitted === undefined) return undefined
    parameters = whole(fitted.parameters)
  }
  const [cross, up, width, top, base, crossPlay, upPlay] = parameters
  if (fitted === undefined || fitted.degreesOfFreedom < 1) return undefined
  // A beam that is found outside of what was looked at, or is no hill, is none.
  const reach = Math.max(...samples.map(({ source, axes }) => distance(besideBeam(source, axes))))
  const wide = Math.abs(width)
  if (!(top > 0) || Math.hypot(cross, up) > reach || wide > 4 * beamWidth) return undefined
  const scatter = Math.sqrt(fitted.chiSquare / fitted.degreesOfFreedom)
  const places = isFree.flatMap((isOne, index) => (isOne ? [index] : []))
  const { covariance: found } = fitted
  const covariance = (i: number, j: number): number =>
    (found[places.indexOf(i)]?.[places.indexOf(j)] ?? 0) * Math.max(1, scatter) ** 2
  const estimate = (value: number, index: number): Estimate => ({
    value,
    sigma: Math.sqrt(covariance(index, index)),
  })
  return {
    crossElevationDeg: estimate(cross, 0),
    elevationDeg: estimate(up, 1),
    correlation: covariance(0, 1) / Math.sqrt(covariance(0, 0) * covariance(1, 1)),
    beamWidthDeg: estimate(wide, 2),
    playDeg: withPlay
      ? { crossElevation: estimate(crossPlay, 5), elevation: estimate(upPlay, 6) }
      : undefined,
    contrast: baseline && base > 0 ? top / base : Number.POSITIVE_INFINITY,
    scatter,
    samples: samples.length,
  }
}
