import type { Deg } from '../../src/kernel/units.ts'
import type { AxisName, EncoderReading } from '../plant/plant.ts'

/** What a controller's program sees of the antenna while it works on one byte. */
export interface FirmwareView {
  readonly reading: EncoderReading
  /** The mechanical range that the controller was calibrated to. */
  readonly azimuthRange: { readonly min: Deg; readonly max: Deg }
  readonly elevationRange: { readonly min: Deg; readonly max: Deg }
}

export type FirmwareEffect =
  | { readonly kind: 'reply'; readonly bytes: Uint8Array }
  | { readonly kind: 'move-to'; readonly axis: AxisName; readonly target: Deg }
  | { readonly kind: 'turn'; readonly axis: AxisName; readonly direction: 1 | -1 }
  | { readonly kind: 'stop'; readonly axis: AxisName }

/**
 * The program of a rotator controller: bytes in, bytes and motor commands out, no clock and no line of its own.
 * Another controller is one more file like `gs232b.ts` and a line in `registry.ts`.
 */
export interface Firmware<State> {
  readonly name: string
  readonly defaultBaudRate: number
  readonly initial: State
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
  }
}
