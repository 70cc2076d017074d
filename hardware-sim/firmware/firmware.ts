import type { Deg, DegPerSec, Ms } from '../../src/kernel/units.ts'
import type { AxisName, EncoderReading } from '../plant/plant.ts'

/** What a controller's program sees of the antenna while it works on one byte. */
export interface FirmwareView {
  readonly reading: EncoderReading
  /** The mechanical range that the controller was calibrated to; of no width where there is no such axis. */
  readonly azimuthRange: { readonly min: Deg; readonly max: Deg }
  readonly elevationRange: { readonly min: Deg; readonly max: Deg }
  /** Speed of each axis by its encoder, with its sign. */
  readonly rates: Readonly<Record<AxisName, DegPerSec>>
  /** Since power came or the reset line was pulled. */
  readonly sinceBootMs: Ms
  /** Whether the position has been true since homing, or always, by potentiometer. */
  readonly homeKnown: boolean
}

export type FirmwareEffect =
  | { readonly kind: 'reply'; readonly bytes: Uint8Array }
  | { readonly kind: 'move-to'; readonly axis: AxisName; readonly target: Deg }
  /** Without a rate at full speed. */
  | { readonly kind: 'turn'; readonly axis: AxisName; readonly direction: 1 | -1; readonly rate?: DegPerSec }
  | { readonly kind: 'stop'; readonly axis: AxisName }
  /** Looks for the home switches. */
  | { readonly kind: 'home' }
  | { readonly kind: 'reboot' }

/**
 * The program of a rotator controller: bytes in, bytes and motor commands out, no clock and no line of its own.
 * Another controller is one more file like `gs232.ts` and a line in `registry.ts`.
 */
export interface Firmware<State> {
  readonly name: string
  readonly defaultBaudRate: number
  readonly initial: State
  /** What it sends unasked when it has booted. */
  readonly banner?: Uint8Array
  readonly step: (
    state: State,
    byte: number,
    view: FirmwareView,
  ) => readonly [State, readonly FirmwareEffect[]]
}

/** A firmware with its state, so that firmwares with different states fit one slot. */
export interface RunningFirmware {
  readonly name: string
  readonly defaultBaudRate: number
  readonly step: (byte: number, view: FirmwareView) => readonly FirmwareEffect[]
  /** Forgets everything, half a command among it, and says what it sends. */
  readonly boot: () => readonly FirmwareEffect[]
}

export const runFirmware = <State>(firmware: Firmware<State>): RunningFirmware => {
  let state = firmware.initial
  return {
    name: firmware.name,
    defaultBaudRate: firmware.defaultBaudRate,
    step: (byte, view) => {
      const [next, effects] = firmware.step(state, byte, view)
      state = next
      return effects
    },
    boot: () => {
      state = firmware.initial
      return firmware.banner === undefined ? [] : [{ kind: 'reply', bytes: firmware.banner }]
    },
  }
}
