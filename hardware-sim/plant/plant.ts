import { type AzEl, wrapDeg } from '../../src/kernel/angle.ts'
import type { Random } from '../../src/kernel/random.ts'
import type { MonoMs } from '../../src/kernel/time.ts'
import { type Deg, deg } from '../../src/kernel/units.ts'
import { type AxisCommand, type AxisFault, type AxisState, createAxis } from './axis.ts'
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
  readonly command: (at: MonoMs, axis: AxisName, command: AxisCommand) => void
  readonly setFault: (at: MonoMs, axis: AxisName, fault: AxisFault | undefined) => void
  readonly read: (at: MonoMs) => EncoderReading
  /** The true state of one axis, or nothing where there is none. */
  readonly axisAt: (at: MonoMs, axis: AxisName) => AxisState | undefined
  /**
   * Where on the sky the beam really looks: azimuth within [0, 360), elevation up to 90 (an elevation axis beyond the
   * zenith looks the other way). Right up to two minutes back.
   */
  readonly boresightAt: (at: MonoMs) => AzEl
}

const onSky = (azimuth: number, elevation: number): AzEl =>
  elevation > 90
    ? { azimuth: wrapDeg(deg(azimuth + 180)), elevation: deg(180 - elevation) }
    : { azimuth: wrapDeg(deg(azimuth)), elevation: deg(elevation) }

export const createPlant = (options: {
  readonly mount: Mount
  readonly random: Random
  readonly start: MonoMs
}): Plant => {
  const { mount, random, start } = options
  if (mount.kind === 'fixed') {
    return {
      mount,
      command: () => {},
      setFault: () => {},
      read: () => mount.boresight,
      axisAt: () => undefined,
      boresightAt: () => mount.boresight,
    }
  }
  const axes = {
    azimuth: createAxis(mount.azimuth, random.fork('azimuth'), start),
    elevation: createAxis(mount.elevation, random.fork('elevation'), start),
  }
  return {
    mount,
    command: (at, axis, command) => axes[axis].command(at, command),
    setFault: (at, axis, fault) => axes[axis].setFault(at, fault),
    read: (at) => ({ azimuth: axes.azimuth.read(at), elevation: axes.elevation.read(at) }),
    axisAt: (at, axis) => axes[axis].stateAt(at),
    boresightAt: (at) => onSky(axes.azimuth.stateAt(at).antenna, axes.elevation.stateAt(at).antenna),
  }
}
