import type { AzEl } from '../../src/kernel/angle.ts'
import { type Deg, type DegPerSec, deg, degPerSec } from '../../src/kernel/units.ts'

/** What one axis can do. Angles are the axis' own, counted through the overlap, not wrapped. */
export interface AxisSpec {
  /** Lower and upper mechanical end stop. */
  readonly min: Deg
  readonly max: Deg
  readonly rateMax: DegPerSec
  /** How fast the antenna's inertia lets the speed change, deg/s². */
  readonly accelerationMax: number
  /** How fast brake and friction bring it to rest once the motor is off, deg/s²: it coasts until then. */
  readonly brakingMax: number
  /** Play of the gear from end to end: the antenna may lag the encoder by half of it on either side. */
  readonly backlash: Deg
  /** Step of the encoder or of the converter behind the potentiometer. */
  readonly encoderResolution: Deg
  /** 1σ of one reading before it is rounded to the step. */
  readonly encoderNoise: Deg
  /** The controller does not start the motor for less than this. */
  readonly deadband: Deg
  /** Where the axis stands when the simulation begins. */
  readonly start: Deg
}

/**
 * How the axes know where they are: a potentiometer knows it always; counted pulses or steps are lost with the power,
 * and the counter begins again at 0 wherever the axis stands.
 */
type Feedback = 'potentiometer' | 'counter'

export interface MovingMount {
  readonly kind: 'az-el'
  readonly name: string
  readonly feedback: Feedback
  readonly azimuth: AxisSpec
  readonly elevation: AxisSpec
}

/** One axis: the antenna is tilted by hand and turned by motor. */
interface AzimuthOnlyMount {
  readonly kind: 'azimuth-only'
  readonly name: string
  readonly feedback: Feedback
  readonly azimuth: AxisSpec
  /** Where the antenna was tilted to. */
  readonly antennaElevation: Deg
}

/** No axes: a fixed antenna looks at one place of the sky. */
export interface FixedMount {
  readonly kind: 'fixed'
  readonly name: string
  readonly boresight: AzEl
}

export type Mount = MovingMount | AzimuthOnlyMount | FixedMount

/**
 * Yaesu G-5500 behind a GS-232B: 450° of azimuth at 6°/s (360° in 58 to 63 s), 180° of elevation at 2.7°/s (67 s),
 * read by a converter of 10 bits. The stop is at north. Backlash, noise and inertia are those of a used one with a
 * pair of yagis, estimated.
 */
const G5500: MovingMount = {
  kind: 'az-el',
  name: 'g5500',
  feedback: 'potentiometer',
  azimuth: {
    min: deg(0),
    max: deg(450),
    rateMax: degPerSec(6),
    accelerationMax: 12,
    brakingMax: 12,
    backlash: deg(0.5),
    encoderResolution: deg(450 / 1024),
    encoderNoise: deg(0.05),
    deadband: deg(0.7),
    start: deg(180),
  },
  elevation: {
    min: deg(0),
    max: deg(180),
    rateMax: degPerSec(2.7),
    accelerationMax: 6,
    brakingMax: 6,
    backlash: deg(0.4),
    encoderResolution: deg(180 / 1024),
    encoderNoise: deg(0.05),
    deadband: deg(0.7),
    start: deg(45),
  },
}

/**
 * SPID RAS on 12 V: the maker's manual gives 120 s a turn of azimuth with little load (60 s on 24 V), dealers 80 s for
 * 180° of elevation. One pulse each half degree, counted from where the counter was set. The worm gears hold without a
 * brake and hardly coast. The ranges are those that the controller can be set to. Backlash estimated.
 */
const SPID_RAS: MovingMount = {
  kind: 'az-el',
  name: 'spid-ras',
  feedback: 'counter',
  azimuth: {
    min: deg(-180),
    max: deg(540),
    rateMax: degPerSec(3),
    accelerationMax: 6,
    brakingMax: 18,
    backlash: deg(0.4),
    encoderResolution: deg(0.5),
    encoderNoise: deg(0),
    deadband: deg(0.5),
    start: deg(180),
  },
  elevation: {
    min: deg(-20),
    max: deg(210),
    rateMax: degPerSec(2.25),
    accelerationMax: 4.5,
    brakingMax: 18,
    backlash: deg(0.4),
    encoderResolution: deg(0.5),
    encoderNoise: deg(0),
    deadband: deg(0.5),
    start: deg(45),
  },
}

/**
 * A stepper mount in the manner of the SatNOGS v3 with EasyComm, but geared for speed; one turn of azimuth and no way
 * past the zenith. Made up, so that a mount whose range and not whose speed is the trouble is among them.
 */
const EASYCOMM_FAST: MovingMount = {
  kind: 'az-el',
  name: 'easycomm-fast',
  feedback: 'counter',
  azimuth: {
    min: deg(0),
    max: deg(360),
    rateMax: degPerSec(20),
    accelerationMax: 40,
    brakingMax: 40,
    backlash: deg(0.1),
    encoderResolution: deg(0.1),
    encoderNoise: deg(0),
    deadband: deg(0.1),
    start: deg(180),
  },
  elevation: {
    min: deg(0),
    max: deg(90),
    rateMax: degPerSec(10),
    accelerationMax: 20,
    brakingMax: 20,
    backlash: deg(0.1),
    encoderResolution: deg(0.1),
    encoderNoise: deg(0),
    deadband: deg(0.1),
    start: deg(45),
  },
}

/** The azimuth half of a G-5500, with the antenna tilted to where most of a low pass goes by. */
const AZIMUTH_ONLY: AzimuthOnlyMount = {
  kind: 'azimuth-only',
  name: 'azimuth-only',
  feedback: 'potentiometer',
  azimuth: G5500.azimuth,
  antennaElevation: deg(25),
}

/** Straight up, as a turnstile antenna is mounted. */
const FIXED_ZENITH: FixedMount = {
  kind: 'fixed',
  name: 'fixed',
  boresight: { azimuth: deg(0), elevation: deg(90) },
}

export const MOUNTS = {
  g5500: G5500,
  'spid-ras': SPID_RAS,
  'easycomm-fast': EASYCOMM_FAST,
  'azimuth-only': AZIMUTH_ONLY,
  fixed: FIXED_ZENITH,
} as const

export type MountName = keyof typeof MOUNTS
