import { type AzEl, shortestTurn } from '../kernel/angle.ts'
import { type Deg, deg, degToRad, rad, radToDeg } from '../kernel/units.ts'

/**
 * How an azimuth-elevation mount stands against the sky: five terms of the usual model for such mounts (M. L. Meeks,
 * J. A. Ball, A. B. Hull, "The Pointing Calibration of the Haystack Antenna", IEEE Trans. Antennas Propag. AP-16, 1968; in
 * VLBI's field system the terms 1, 7, 5/6 and 8). To first order the axes must show, for a place of the sky at azimuth A
 * and elevation E,
 *
 *     A + azimuthOffset + (tiltNorth sin A - tiltEast cos A) tan E
 *     E + elevationOffset + tiltNorth cos A + tiltEast sin A + sag cos E
 *
 * Not modelled: axes that are not square to each other and a beam that is not square to its axis (terms that are like the
 * azimuth offset but for the zenith), play, refraction, which belongs to the place that is looked for.
 */
export interface PointingModel {
  /** What the azimuth axis shows more than the true azimuth. */
  readonly azimuthOffset: Deg
  /** What the elevation axis shows more than the true elevation. */
  readonly elevationOffset: Deg
  /** How far the top of the azimuth axis leans over to the north and to the east. */
  readonly tiltNorth: Deg
  readonly tiltEast: Deg
  /** How far the antenna hangs down where it looks at the horizon; negative where a counterweight lifts it. */
  readonly sag: Deg
}

/** A mount that stands as it should. */
export const NO_MISALIGNMENT: PointingModel = {
  azimuthOffset: deg(0),
  elevationOffset: deg(0),
  tiltNorth: deg(0),
  tiltEast: deg(0),
  sag: deg(0),
}

type Vector = readonly [east: number, north: number, up: number]

/** Right for elevations past 90°, too: they look over the back. */
const vectorOf = ({ azimuth, elevation }: AzEl): Vector => {
  const [a, e] = [degToRad(azimuth), degToRad(elevation)]
  return [Math.sin(a) * Math.cos(e), Math.cos(a) * Math.cos(e), Math.sin(e)]
}

/** Turned about a level axis by an angle, both given as the lean of what was upright (Rodrigues, exact). */
const leaned = (vector: Vector, { tiltNorth, tiltEast }: PointingModel, sense: 1 | -1): Vector => {
  const tilt = Math.hypot(tiltNorth, tiltEast)
  if (tilt === 0) return vector
  // About (east, north, 0): what was up leans to the north by a turn about the west.
  const kEast = -tiltNorth / tilt
  const kNorth = tiltEast / tilt
  const angle = degToRad(deg(sense * tilt))
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)]
  const [east, north, up] = vector
  const along = (kEast * east + kNorth * north) * (1 - cosine)
  return [
    east * cosine + kNorth * up * sine + kEast * along,
    north * cosine - kEast * up * sine + kNorth * along,
    up * cosine + (kEast * north - kNorth * east) * sine,
  ]
}

/** The angles of a vector in the form (elevation up to 90°, or over the back) and on the turn that are asked for. */
const placeOf = ([east, north, up]: Vector, like: AzEl): AzEl => {
  const elevation = radToDeg(rad(Math.atan2(up, Math.hypot(east, north))))
  const azimuth = radToDeg(rad(Math.atan2(east, north)))
  const isOver = like.elevation > 90
  const shown = isOver ? deg(azimuth + 180) : azimuth
  return {
    azimuth: deg(like.azimuth + shortestTurn({ from: like.azimuth, to: shown })),
    elevation: isOver ? deg(180 - elevation) : elevation,
  }
}

/** A place of the sky as the mount's own frame has it, which leans with the mast; in the same form, on the nearest turn. */
export const skyToFrame = (model: PointingModel, sky: AzEl): AzEl =>
  placeOf(leaned(vectorOf(sky), model, -1), sky)

/** A place of the mount's frame on the sky; inverse of `skyToFrame`. */
export const frameToSky = (model: PointingModel, place: AzEl): AzEl =>
  placeOf(leaned(vectorOf(place), model, 1), place)

/** What the axes show where the antenna looks at a place of the mount's frame: each axis by itself. */
export const frameToAxes = (model: PointingModel, { azimuth, elevation }: AzEl): AzEl => ({
  azimuth: deg(azimuth + model.azimuthOffset),
  elevation: deg(elevation + model.elevationOffset + model.sag * Math.cos(degToRad(elevation))),
})

// Newton's error is squared by each step, times a hundredth of the sag in degrees: four leave nothing.
const SAG_STEPS = 4

/** Where in the mount's frame the antenna looks when its axes show this; inverse of `frameToAxes`. */
export const axesToFrame = (model: PointingModel, axes: AzEl): AzEl => {
  const unsagged = axes.elevation - model.elevationOffset
  const sag = degToRad(model.sag)
  let elevation = unsagged
  for (let step = 0; step < SAG_STEPS && sag !== 0; step += 1) {
    const angle = degToRad(deg(elevation))
    const excess = elevation + model.sag * Math.cos(angle) - unsagged
    elevation -= excess / (1 - sag * Math.sin(angle))
  }
  return { azimuth: deg(axes.azimuth - model.azimuthOffset), elevation: deg(elevation) }
}

/**
 * Where the axes must be for the beam to look at a place of the sky. The form is kept: an elevation past 90° means the
 * place seen over the mount's back, (azimuth + 180°, 180° - elevation), and gives one past 90°; the azimuth comes out on
 * the turn that is nearest to the one given. Inverse of `mountToSky` to 1e-9°, but within the tilt of the zenith, where the form changes.
 */
export const skyToMount = (model: PointingModel, sky: AzEl): AzEl =>
  frameToAxes(model, skyToFrame(model, sky))

/** Where the beam looks when the axes show this, in the same form and on the nearest turn. Inverse of `skyToMount`. */
export const mountToSky = (model: PointingModel, axes: AzEl): AzEl =>
  frameToSky(model, axesToFrame(model, axes))

/** No place of the sky is higher or lower by more than this than the elevation axis shows. */
export const elevationErrorMax = ({ elevationOffset, sag, tiltNorth, tiltEast }: PointingModel): Deg =>
  deg(Math.abs(elevationOffset) + Math.abs(sag) + Math.hypot(tiltNorth, tiltEast))

/** A model in use, and what records call it. */
export interface PointingCorrection {
  readonly name: string
  readonly model: PointingModel
  /** What was calibrated. */
  readonly provenance: 'real' | 'simulated'
}

/** What was added to where the axes stood to say that the beam looked at this place of the sky. */
export const correctionAt = (
  model: PointingModel,
  sky: AzEl,
): { readonly azimuth: Deg; readonly elevation: Deg } => {
  const axes = skyToMount(model, sky)
  return { azimuth: deg(sky.azimuth - axes.azimuth), elevation: deg(sky.elevation - axes.elevation) }
}
