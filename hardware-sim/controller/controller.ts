import type { Clock } from '../../src/kernel/clock.ts'
import type { Random } from '../../src/kernel/random.ts'
import { type Ms, ms } from '../../src/kernel/units.ts'
import type { FirmwareEffect, FirmwareView, RunningFirmware } from '../firmware/firmware.ts'
import type { Plant } from '../plant/plant.ts'
import { createPacedLine, type PacedLine } from './line.ts'

/**
 * - `mute`: commands are obeyed, nothing is answered (a broken wire on the way back).
 * - `dead`: nothing is obeyed or answered, and the motors have no power.
 * - `garbage`: answers arrive as noise.
 * - `wrong-reply`: answers have the right form and false digits.
 * - `late-reply`: answers come after a second or so.
 */
export type ControllerFault = 'mute' | 'dead' | 'garbage' | 'wrong-reply' | 'late-reply'

/** The host's end of the serial line. */
export interface ControllerLine {
  /** Bytes from the host to the controller. */
  readonly write: (bytes: Uint8Array) => void
  readonly detach: () => void
}

/** The box on the table: firmware on one side, motors and encoders on the other, a serial line at its back. */
export interface Controller {
  readonly baudRate: number
  /** Plugs a host in; the one before hears nothing more. A half-received command stays in the controller. */
  readonly attach: (host: {
    readonly baudRate: number
    readonly deliver: (bytes: Uint8Array) => void
  }) => ControllerLine
  readonly setFault: (fault: ControllerFault, on: boolean) => void
}

export interface ControllerOptions {
  readonly clock: Clock
  readonly random: Random
  readonly firmware: RunningFirmware
  readonly plant: Plant
  /** Default: the firmware's own. */
  readonly baudRate?: number
  /** From the end of a command to the first byte of its answer; default 5 ms. */
  readonly replyDelay?: Ms
  /** Whether answers arrive in pieces, as USB adapters like to hand them over; default false. */
  readonly fragmentReplies?: boolean
}

const REPLY_DELAY_MS = ms(5)
// More than any driver waits: a GS-232B is given 400 ms by Hamlib.
const LATE_REPLY_MS = { least: 600, spread: 900 }

export const createController = (options: ControllerOptions): Controller => {
  const { clock, firmware, plant } = options
  const baudRate = options.baudRate ?? firmware.defaultBaudRate
  const random = options.random.fork('controller')
  const faults = new Set<ControllerFault>()
  let host: { readonly deliver: (bytes: Uint8Array) => void; readonly sameBaudRate: boolean } | undefined

  // A line read at the wrong rate gives bytes that have nothing to do with those sent.
  const scrambled = (bytes: Uint8Array): Uint8Array => random.bytes(bytes.length)

  const view = (): FirmwareView => {
    const { mount } = plant
    const reading = plant.read(clock.monoNow())
    const { azimuth, elevation } = reading
    return {
      reading,
      azimuthRange: mount.kind === 'fixed' ? { min: azimuth, max: azimuth } : mount.azimuth,
      elevationRange: mount.kind === 'az-el' ? mount.elevation : { min: elevation, max: elevation },
    }
  }

  const toHost: PacedLine = createPacedLine({
    clock,
    baudRate,
    deliver: (bytes) => host?.deliver(host.sameBaudRate ? bytes : scrambled(bytes)),
  })

  const answer = (bytes: Uint8Array): void => {
    if (faults.has('mute')) return
    let sent = bytes
    if (faults.has('garbage')) sent = scrambled(sent)
    if (faults.has('wrong-reply')) {
      const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39
      sent = sent.map((byte) => (isDigit(byte) ? 0x30 + Math.floor(random.uniform() * 10) : byte))
    }
    const late = faults.has('late-reply') ? LATE_REPLY_MS.least + random.uniform() * LATE_REPLY_MS.spread : 0
    const delay = ms((options.replyDelay ?? REPLY_DELAY_MS) + late)
    const cut = options.fragmentReplies === true ? Math.floor(random.uniform() * sent.length) : 0
    // An answer that finds the line full is lost, as in a real UART.
    if (cut > 0) toHost.send(sent.subarray(0, cut), delay)
    toHost.send(sent.subarray(cut), delay)
  }

  const carryOut = (effect: FirmwareEffect): void => {
    if (effect.kind === 'reply') {
      answer(effect.bytes)
      return
    }
    const { axis, ...command } = effect
    plant.command(clock.monoNow(), axis, command)
  }

  const receive = (bytes: Uint8Array): void => {
    for (const byte of bytes) {
      if (faults.has('dead')) return
      for (const effect of firmware.step(byte, view())) carryOut(effect)
    }
  }

  const fromHost = createPacedLine({ clock, baudRate, deliver: receive })

  return {
    baudRate,
    attach: (next) => {
      const attached = { deliver: next.deliver, sameBaudRate: next.baudRate === baudRate }
      host = attached
      return {
        write: (bytes) => {
          if (host === attached) fromHost.send(attached.sameBaudRate ? bytes.slice() : scrambled(bytes))
        },
        detach: () => {
          if (host === attached) host = undefined
        },
      }
    },
    setFault: (fault, on) => {
      if (on) faults.add(fault)
      else faults.delete(fault)
      if (fault === 'dead' && on) {
        for (const axis of ['azimuth', 'elevation'] as const) {
          plant.command(clock.monoNow(), axis, { kind: 'stop' })
        }
      }
    },
  }
}
