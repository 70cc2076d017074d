import { type AzEl, shortestTurn } from '../../kernel/angle.ts'
import { deg, degToRad } from '../../kernel/units.ts'
import { NO_MISALIGNMENT, type PointingModel, skyToMount } from '../../pointing/pointing-model.ts'
import type { Estimate } from './fit-beam.ts'
import { type Fitted, fitLeastSquares } from './least-squares.ts'

/** What one scan found: at this place of the sky the axes show so much more than the sky. */
export interface PointingOffset {
  readonly sky: AzEl
  readonly crossElevationDeg: Estimate
  readonly elevationDeg: Estimate
  /** Between the two. */
  readonly correlation: number
}

export type PointingTerm = keyof PointingModel

/** The order of columns of a covariance. */
export const POINTING_TERMS = [
  'azimuthOffset',
  'elevationOffset',
  'tiltNorth',
  'tiltEast',
  'sag',
] as const satisfies readonly PointingTerm[]

export interface PointingFit {
  readonly model: PointingModel
  /** Terms that were fitted; the others are 0 in the model, and nobody knows. */
  readonly fitted: readonly PointingTerm[]
  readonly sigmaDeg: Readonly<Partial<Record<PointingTerm, number>>>
  /** Of the fitted terms, in their order, deg². */
  readonly covariance: readonly (readonly number[])[]
  /** Why a term is left out. */
  readonly leftOut: readonly { readonly term: PointingTerm; readonly reason: string }[]
  /** What is left at each place, degrees. */
  readonly residuals: readonly { readonly crossElevationDeg: number; readonly elevationDeg: number }[]
  /** Scatter over what the sigmas promise; above 1 it has been put into them. */
  readonly scatter: number
}

// A term that is not known to this is not worth its place: whole sets of them are tried, most terms first.
const SIGMA_USEFUL_DEG = 2
/** Two terms that go together so nearly are one; which is which is anybody's guess. */
const CORRELATION_MAX = 0.97
const STEP_DEG = 0.01
// Nearer to the zenith an azimuth says nothing.
const COSINE_MIN = 0.01

// The sag is least of them, then one lean, then both.
const SETS: readonly (readonly PointingTerm[])[] = [
  POINTING_TERMS,
  ['azimuthOffset', 'elevationOffset', 'tiltNorth', 'tiltEast'],
  ['azimuthOffset', 'elevationOffset', 'sag'],
  ['azimuthOffset', 'elevationOffset'],
]

const cosineOf = ({ elevation }: AzEl): number => Math.max(COSINE_MIN, Math.cos(degToRad(elevation)))

/** What a model says that the axes show more than the sky, degrees. */
export const offsetOf = (
  model: PointingModel,
  sky: AzEl,
): { readonly crossElevationDeg: number; readonly elevationDeg: number } => {
  const axes = skyToMount(model, sky)
  return {
    crossElevationDeg: shortestTurn({ from: sky.azimuth, to: axes.azimuth }) * cosineOf(sky),
    elevationDeg: axes.elevation - sky.elevation,
  }
}

const modelOf = (terms: readonly PointingTerm[], values: readonly number[]): PointingModel => ({
  ...NO_MISALIGNMENT,
  ...Object.fromEntries(terms.map((term, index) => [term, deg(values[index] ?? 0)])),
})

/** The two numbers of a scan made independent of each other, in sigmas. */
const whitened = (offset: PointingOffset, crossLeft: number, upLeft: number): readonly [number, number] => {
  const cross = crossLeft / offset.crossElevationDeg.sigma
  const up = upLeft / offset.elevationDeg.sigma
  const { correlation } = offset
  return [cross, (up - correlation * cross) / Math.sqrt(1 - correlation * correlation)]
}

const fitSet = (terms: readonly PointingTerm[], offsets: readonly PointingOffset[]): Fitted | undefined =>
  fitLeastSquares({
    start: terms.map(() => 0),
    steps: terms.map(() => STEP_DEG),
    residuals: (values) => {
      const model = modelOf(terms, values)
      return offsets.flatMap((offset) => {
        const told = offsetOf(model, offset.sky)
        // An azimuth offset of 350° is one of -10°: measured offsets are within half a turn already.
        return whitened(
          offset,
          offset.crossElevationDeg.value - told.crossElevationDeg,
          offset.elevationDeg.value - told.elevationDeg,
        )
      })
    },
  })

/** The reason against a set of terms by these data; undefined where they can be told apart. */
const objection = (terms: readonly PointingTerm[], fitted: Fitted | undefined): string | undefined => {
  if (fitted === undefined) return 'the scans cannot tell it from the others'
  if (fitted.degreesOfFreedom < 0) return 'there are too few scans'
  const sigmas = fitted.covariance.map((row, index) => Math.sqrt(row[index] ?? Number.NaN))
  const vague = sigmas.findIndex((sigma) => !(sigma < SIGMA_USEFUL_DEG))
  if (vague >= 0) return `one sigma of ${terms[vague] ?? ''} would be ${(sigmas[vague] ?? 0).toFixed(1)}°`
  for (const [i, row] of fitted.covariance.entries()) {
    for (let j = 0; j < i; j += 1) {
      const correlation = Math.abs((row[j] ?? 0) / ((sigmas[i] ?? 1) * (sigmas[j] ?? 1)))
      if (correlation > CORRELATION_MAX) {
        return `the scans cannot tell ${terms[j] ?? ''} from ${terms[i] ?? ''} (correlation ${correlation.toFixed(3)})`
      }
    }
  }
  return undefined
}

/**
 * The pointing model by weighted least squares from scans at several places. Terms that these cannot tell apart are left
 * out, the sag first, and said so; scatter beyond the scans' own sigmas is put into those of the terms. Undefined where
 * there is no scan, or not even two offsets can be had.
 */
export const fitPointing = (offsets: readonly PointingOffset[]): PointingFit | undefined => {
  const leftOut = new Map<PointingTerm, string>()
  for (const terms of SETS) {
    const fitted = 2 * offsets.length < terms.length ? undefined : fitSet(terms, offsets)
    const against = 2 * offsets.length < terms.length ? 'there are too few scans' : objection(terms, fitted)
    if (against !== undefined || fitted === undefined) {
      const next = SETS[SETS.indexOf(terms) + 1] ?? []
      for (const term of terms.filter((one) => !next.includes(one)))
        leftOut.set(term, against ?? 'the scans cannot tell it from the others')
      continue
    }
    const model = modelOf(terms, fitted.parameters)
    const scatter = fitted.degreesOfFreedom > 0 ? Math.sqrt(fitted.chiSquare / fitted.degreesOfFreedom) : 1
    const covariance = fitted.covariance.map((row) => row.map((value) => value * Math.max(1, scatter) ** 2))
    return {
      model,
      fitted: terms,
      sigmaDeg: Object.fromEntries(
        terms.map((term, index) => [term, Math.sqrt(covariance[index]?.[index] ?? 0)]),
      ),
      covariance,
      leftOut: POINTING_TERMS.filter((term) => !terms.includes(term)).map((term) => ({
        term,
        reason: leftOut.get(term) ?? 'the scans cannot tell it from the others',
      })),
      residuals: offsets.map(({ sky, crossElevationDeg, elevationDeg }) => {
        const told = offsetOf(model, sky)
        return {
          crossElevationDeg: crossElevationDeg.value - told.crossElevationDeg,
          elevationDeg: elevationDeg.value - told.elevationDeg,
        }
      }),
      scatter,
    }
  }
  return undefined
}
