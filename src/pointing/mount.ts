import { type AzEl, wrapDeg } from '../kernel/angle.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { type Deg, type DegPerSec, deg } from '../kernel/units.ts'
import { elevationErrorMax, mountToSky, type PointingModel, skyToMount } from './pointing-model.ts'

/** One axis in the antenna's own coordinate, which goes on counting where the compass starts again. */
export interface AxisModel {
  readonly minimum: Deg
  readonly maximum: Deg
  readonly slewRate: DegPerSec
  /** How fast the speed changes, deg/s²; full speed within half a second unless given. */
  readonly acceleration?: number
  /** Play of the gear from end to end, which no reading shows; none unless given. */
  readonly backlash?: Deg
  /** The controller does not start its motor for less than this; none unless given. */
  readonly deadBand?: Deg
}

/** deg/s². */
export const accelerationOf = (axis: AxisModel): number => axis.acceleration ?? 2 * axis.slewRate

/** Azimuth over elevation, as most amateur and small professional rotators are. */
export interface AzElMount {
  readonly kind: 'azel'
  /** For instance 0 to 450, or -180 to 450: more than a turn is overlap, which saves unwinding. */
  readonly azimuth: AxisModel
  /** To 90, or to 180 for a mount that can lean over backwards. Minimum and maximum are one where nothing tilts it. */
  readonly elevation: AxisModel
  /** Where the antenna rests, own coordinates; the horizon mask does not forbid it. */
  readonly park: AzEl
  /** Full width of the beam at half power. */
  readonly beamWidth: Deg
  /** The finest step that the controller takes and reports. */
  readonly resolution: Deg
  /** How it stands against the sky, as calibrated; as it should unless given. Ranges and resting places are the axes' own. */
  readonly pointing?: PointingModel
}

/** No axes: a satellite is heard while it goes through the beam. Everything but motion works. */
export interface FixedMount {
  readonly kind: 'fixed'
  readonly boresight: AzEl
  readonly beamWidth: Deg
}

export type Mount = FixedMount | AzElMount

// A range of more turns than this is a slip of the pen, not a cable.
const TURNS_MAX = 4
// Any motor that is faster turns a table, not an antenna.
const ACCELERATION_MAX = 3_600
// An antenna with more play than this swings in the wind.
const PLAY_MAX = 45

const checkAxis = (
  name: string,
  axis: AxisModel,
  limits: { readonly widest: number; readonly mayBeFixed: boolean },
): string | undefined => {
  const { minimum, maximum } = axis
  const isRange = minimum < maximum || (limits.mayBeFixed && minimum === maximum)
  if (!(Number.isFinite(minimum) && Number.isFinite(maximum) && isRange)) {
    return `${name} from ${minimum}° to ${maximum}° is no range`
  }
  if (maximum - minimum > limits.widest) return `${name} ranges over more than ${limits.widest}°`
  if (!(axis.slewRate > 0 && axis.slewRate <= 360)) return `${name} cannot turn at ${axis.slewRate}°/s`
  const acceleration = accelerationOf(axis)
  if (!(acceleration > 0 && acceleration <= ACCELERATION_MAX)) {
    return `${name} cannot run up with ${acceleration}°/s²`
  }
  for (const [what, angle] of [
    ['backlash', axis.backlash ?? 0],
    ['dead band', axis.deadBand ?? 0],
  ] as const) {
    if (!(angle >= 0 && angle <= PLAY_MAX)) return `${name} cannot have ${angle}° of ${what}`
  }
  return undefined
}

/** The mount, or `config.invalid` with what contradicts itself in it. */
export const checkMount = (mount: Mount): Result<Mount, Fault> => {
  const wrong = (what: string): Result<Mount, Fault> => err(fault('config.invalid', `The antenna's ${what}`))
  if (!(mount.beamWidth > 0 && mount.beamWidth <= 360)) return wrong(`beam width ${mount.beamWidth}° is none`)
  if (mount.kind === 'fixed') {
    const { azimuth, elevation } = mount.boresight
    return Number.isFinite(azimuth) && Math.abs(elevation) <= 90
      ? ok(mount)
      : wrong('boresight is no direction')
  }
  const axisFault =
    checkAxis('azimuth', mount.azimuth, { widest: 360 * TURNS_MAX, mayBeFixed: false }) ??
    checkAxis('elevation', mount.elevation, { widest: 360, mayBeFixed: true })
  if (axisFault !== undefined) return wrong(axisFault)
  if (!(mount.resolution > 0 && mount.resolution <= 45))
    return wrong(`resolution ${mount.resolution}° is none`)
  if (!isWithinRange(mount, mount.park)) {
    return wrong(`park position ${mount.park.azimuth}°, ${mount.park.elevation}° is outside its range`)
  }
  return ok(mount)
}

const isWithinAxis = (axis: AxisModel, angle: Deg): boolean => angle >= axis.minimum && angle <= axis.maximum

export const isWithinRange = (mount: AzElMount, position: AzEl): boolean =>
  isWithinAxis(mount.azimuth, position.azimuth) && isWithinAxis(mount.elevation, position.elevation)

/** The direction of a place that may name a turn of the cable or look over the back: azimuth in [0, 360), elevation at most 90. */
export const skyDirection = (position: AzEl): AzEl =>
  position.elevation > 90
    ? { azimuth: wrapDeg(deg(position.azimuth + 180)), elevation: deg(180 - position.elevation) }
    : { azimuth: wrapDeg(position.azimuth), elevation: position.elevation }

/** Where on the sky the beam looks when the axes show this; the turn of the cable and the form are kept. */
export const onSky = ({ pointing }: AzElMount, axes: AzEl): AzEl =>
  pointing === undefined ? axes : mountToSky(pointing, axes)

/** Where the axes must be for a place of the sky, which names its turn of the cable and its form. Inverse of `onSky`. */
export const onAxes = ({ pointing }: AzElMount, sky: AzEl): AzEl =>
  pointing === undefined ? sky : skyToMount(pointing, sky)

/** How much higher or lower than its axis shows the beam may look. */
export const elevationErrorOf = ({ pointing }: AzElMount): Deg =>
  pointing === undefined ? deg(0) : elevationErrorMax(pointing)

/** Every position of the azimuth axis that shows in this direction, lowest first; empty where none does. */
export const turnsOf = (axis: AxisModel, azimuth: Deg): readonly Deg[] => {
  const first = azimuth + 360 * Math.ceil((axis.minimum - azimuth) / 360)
  const positions: Deg[] = []
  for (let turn = first; turn <= axis.maximum; turn += 360) positions.push(deg(turn))
  return positions
}
