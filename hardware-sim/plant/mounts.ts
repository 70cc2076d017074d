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

export interface MovingMount {
  readonly kind: 'az-el'
  readonly name: string
  readonly azimuth: AxisSpec
  readonly elevation: AxisSpec
}

/** No axes: a fixed antenna looks at one place of the sky. */
export interface FixedMount {
  readonly kind: 'fixed'
  readonly name: string
  readonly boresight: AzEl
}

export type Mount = MovingMount | FixedMount

/**
 * Yaesu G-5500 behind a GS-232B: 450° of azimuth at 6°/s (360° in 58 to 63 s), 180° of elevation at 2.7°/s (67 s),
 * read by a converter of 10 bits. The stop is at north. Backlash, noise and inertia are those of a used one with a
 * pair of yagis, estimated.
 */
const G5500: MovingMount = {
  kind: 'az-el',
  name: 'g5500',
  azimuth: {
    min: deg(0),
    max: deg(450),
    rateMax: degPerSec(6),
    accelerationMax: 12,
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
    backlash: deg(0.4),
    encoderResolution: deg(180 / 1024),
    encoderNoise: deg(0.05),
    deadband: deg(0.7),
    start: deg(45),
  },
}

/** Straight up, as a turnstile antenna is mounted. */
const FIXED_ZENITH: FixedMount = {
  kind: 'fixed',
  name: 'fixed',
  boresight: { azimuth: deg(0), elevation: deg(90) },
}

export const MOUNTS = { g5500: G5500, fixed: FIXED_ZENITH } as const

export type MountName = keyof typeof MOUNTS
