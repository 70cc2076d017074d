import type { AzEl } from '../../src/kernel/angle.ts'
import type { Random } from '../../src/kernel/random.ts'
import type { MonoMs } from '../../src/kernel/time.ts'
import { type Deg, deg } from '../../src/kernel/units.ts'
import {
  type Axis,
  type AxisCommand,
  type AxisFault,
  type AxisState,
  createAxis,
  type EncoderError,
} from './axis.ts'
import { beamOf, type Misalignment, WELL_ALIGNED } from './misalignment.ts'
import type { Mount } from './mounts.ts'

export type AxisName = 'azimuth' | 'elevation'

/** Both encoders at one instant, the axes' own angles. */
export interface EncoderReading {
  readonly azimuth: Deg
  readonly elevation: Deg
}

/** The antenna as it stands in the field. A fixed one ignores every command. */
export interface Plant {
  readonly mount: Mount
  readonly misalignment: Misalignment
  readonly command: (at: MonoMs, axis: AxisName, command: AxisCommand) => void
  readonly setFault: (at: MonoMs, axis: AxisName, fault: AxisFault | undefined) => void
  /** An encoder that is off: a slipped coupling, water in a potentiometer. */
  readonly setEncoderError: (at: MonoMs, axis: AxisName, error: Partial<EncoderError>) => void
  /** Counted positions are forgotten: each counter shows 0 where its axis stands. Or known again, by a miracle. */
  readonly setHomeLost: (at: MonoMs, lost: boolean) => void
  /**
   * Both axes go to their lower end switches and know where they are. Simplified: they know it at once, and go there
   * as to any target.
   */
  readonly findHome: (at: MonoMs) => void
  readonly isHomeKnown: () => boolean
  /** Gusts on all axes from now on: 0 calm, 0.3 a storm that changes the speed by up to 30 %. */
  readonly setWind: (at: MonoMs, strength: number) => void
  /** An elevation without an encoder reads 0. */
  readonly read: (at: MonoMs) => EncoderReading
  /** The true state of one axis, or nothing where there is none. */
  readonly axisAt: (at: MonoMs, axis: AxisName) => AxisState | undefined
  /**
   * Where on the sky the beam really looks: azimuth within [0, 360), elevation up to 90 (an elevation axis beyond the
   * zenith looks the other way). Right up to two minutes back.
   */
  readonly boresightAt: (at: MonoMs) => AzEl
}

const NO_ERROR: EncoderError = { offset: deg(0), noise: deg(0) }

export const createPlant = (options: {
  readonly mount: Mount
  readonly random: Random
  readonly start: MonoMs
  /** Default: none. A fixed antenna looks where it is said to look. */
  readonly misalignment?: Misalignment
}): Plant => {
  const { mount, random, start, misalignment = WELL_ALIGNED } = options
  if (mount.kind === 'fixed') {
    return {
      mount,
      misalignment: WELL_ALIGNED,
      command: () => {},
      setFault: () => {},
      setEncoderError: () => {},
      setHomeLost: () => {},
      findHome: () => {},
      isHomeKnown: () => true,
      setWind: () => {},
      read: () => mount.boresight,
      axisAt: () => undefined,
      boresightAt: () => mount.boresight,
    }
  }
  const azimuth = createAxis(mount.azimuth, random.fork('azimuth'), start)
  const elevation =
    mount.kind === 'az-el' ? createAxis(mount.elevation, random.fork('elevation'), start) : undefined
  const axes: Readonly<Record<AxisName, Axis | undefined>> = { azimuth, elevation }
  const names = ['azimuth', 'elevation'] as const
  const errors: Record<AxisName, EncoderError> = { azimuth: NO_ERROR, elevation: NO_ERROR }
  const counterOffsets: Record<AxisName, number> = { azimuth: 0, elevation: 0 }
  let homeKnown = true
  const applyErrors = (at: MonoMs): void => {
    for (const name of names) {
      const { offset, noise } = errors[name]
      axes[name]?.setEncoderError(at, { offset: deg(offset + counterOffsets[name]), noise })
    }
  }
  const setHomeLost = (at: MonoMs, lost: boolean): void => {
    homeKnown = !lost
    for (const name of names) counterOffsets[name] = lost ? -(axes[name]?.stateAt(at).motor ?? 0) : 0
    applyErrors(at)
  }
  const tilt = mount.kind === 'az-el' ? deg(0) : mount.antennaElevation
  return {
    mount,
    misalignment,
    command: (at, axis, command) => axes[axis]?.command(at, command),
    setFault: (at, axis, fault) => axes[axis]?.setFault(at, fault),
    setEncoderError: (at, axis, error) => {
      errors[axis] = { ...errors[axis], ...error }
      applyErrors(at)
    },
    setHomeLost,
    findHome: (at) => {
      setHomeLost(at, false)
      azimuth.command(at, { kind: 'move-to', target: mount.azimuth.min })
      if (mount.kind === 'az-el') elevation?.command(at, { kind: 'move-to', target: mount.elevation.min })
    },
    isHomeKnown: () => homeKnown,
    setWind: (at, strength) => {
      azimuth.setWind(at, strength)
      elevation?.setWind(at, strength)
    },
    read: (at) => ({ azimuth: azimuth.read(at), elevation: elevation?.read(at) ?? deg(0) }),
    axisAt: (at, axis) => axes[axis]?.stateAt(at),
    boresightAt: (at) =>
      beamOf(misalignment, {
        azimuth: azimuth.stateAt(at).antenna,
        elevation: elevation?.stateAt(at).antenna ?? tilt,
      }),
  }
}
