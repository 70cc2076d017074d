import type { Clock } from '../../src/kernel/clock.ts'
import type { Random } from '../../src/kernel/random.ts'
import { type MonoMs, monoBetween } from '../../src/kernel/time.ts'
import { degPerSec, type Ms, ms } from '../../src/kernel/units.ts'
import type { FirmwareEffect, FirmwareView, RunningFirmware } from '../firmware/firmware.ts'
import type { Plant } from '../plant/plant.ts'
import { createPacedLine, type PacedLine } from './line.ts'
import { createReplyFaults, type ReplyFault } from './reply-faults.ts'

/**
 * Beside what `reply-faults.ts` has:
 * - `dead`: nothing is obeyed or answered, and the motors have no power. It comes back as it was.
 * - `power-cut`: as `dead`, and when the power is back the controller boots: see `reset`.
 * - `stale-write`: what the host writes is held in the adapter and arrives when the fault ends.
 */
export type ControllerFault = ReplyFault | 'dead' | 'power-cut' | 'stale-write'

/** The host's end of the serial line. */
export interface ControllerLine {
  /**
   * Bytes from the host to the controller; what finds no room is lost, byte by byte. `taken` is called when nearly all of
   * it has gone over the line: a host that waits for it loses nothing.
   */
  readonly write: (bytes: Uint8Array, taken?: () => void) => void
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
  /** Boots it, as a brown-out or a pulled reset line: motors off, half a command forgotten, counted positions lost. */
  readonly reset: () => void
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
// What a USB adapter and the kernel's buffer hold.
const HELD_BYTES_MAX = 4096
// Four seconds at 9600 baud: a host that asks faster than it can be answered gets the answers that fit.
const ANSWER_BYTES_MAX = 4096
// More than a socket or a pipe gives in one read (65,536), before it is asked for the next.
const WRITTEN_BYTES_MAX = 69_632
// The UART tells the firmware so often: a STOP is heard before what was written behind it.
const HEARD_BYTES = 16

export const createController = (options: ControllerOptions): Controller => {
  const { clock, firmware, plant } = options
  const baudRate = options.baudRate ?? firmware.defaultBaudRate
  const random = options.random.fork('controller')
  const faults = new Set<ControllerFault>()
  const replyFaults = new Set<ReplyFault>()
  const spoil = createReplyFaults(random)
  let bootedAt: MonoMs = clock.monoNow()
  let host: { readonly deliver: (bytes: Uint8Array) => void; readonly sameBaudRate: boolean } | undefined
  let heldWrites: readonly number[] = []

  // A line read at the wrong rate gives bytes that have nothing to do with those sent.
  const scrambled = (bytes: Uint8Array): Uint8Array => random.bytes(bytes.length)

  const view = (): FirmwareView => {
    const { mount } = plant
    const now = clock.monoNow()
    const reading = plant.read(now)
    const { azimuth, elevation } = reading
    return {
      reading,
      azimuthRange: mount.kind === 'fixed' ? { min: azimuth, max: azimuth } : mount.azimuth,
      elevationRange: mount.kind === 'az-el' ? mount.elevation : { min: elevation, max: elevation },
      rates: {
        azimuth: plant.axisAt(now, 'azimuth')?.velocity ?? degPerSec(0),
        elevation: plant.axisAt(now, 'elevation')?.velocity ?? degPerSec(0),
      },
      sinceBootMs: monoBetween({ from: bootedAt, to: now }),
      homeKnown: plant.isHomeKnown(),
    }
  }

  const toHost: PacedLine = createPacedLine({
    clock,
    baudRate,
    bytesMax: ANSWER_BYTES_MAX,
    deliver: (bytes) => host?.deliver(host.sameBaudRate ? bytes : scrambled(bytes)),
  })

  const answer = (bytes: Uint8Array): void => {
    for (const due of spoil(bytes, replyFaults)) {
      const delay = ms((options.replyDelay ?? REPLY_DELAY_MS) + due.delayMs)
      const cut = options.fragmentReplies === true ? Math.floor(random.uniform() * due.bytes.length) : 0
      // An answer that finds the line full is lost, as in a real UART.
      if (cut > 0) toHost.send(due.bytes.subarray(0, cut), delay)
      toHost.send(due.bytes.subarray(cut), delay)
    }
  }

  const stopMotors = (): void => {
    for (const axis of ['azimuth', 'elevation'] as const) {
      plant.command(clock.monoNow(), axis, { kind: 'stop' })
    }
  }

  const reset = (): void => {
    stopMotors()
    bootedAt = clock.monoNow()
    if (plant.mount.kind !== 'fixed' && plant.mount.feedback === 'counter')
      plant.setHomeLost(clock.monoNow(), true)
    for (const effect of firmware.boot()) carryOut(effect)
  }

  const carryOut = (effect: FirmwareEffect): void => {
    if (effect.kind === 'reply') {
      answer(effect.bytes)
    } else if (effect.kind === 'home') {
      plant.findHome(clock.monoNow())
    } else if (effect.kind === 'reboot') {
      reset()
    } else {
      const { axis, ...command } = effect
      plant.command(clock.monoNow(), axis, command)
    }
  }

  const hasNoPower = (): boolean => faults.has('dead') || faults.has('power-cut')

  const receive = (bytes: Uint8Array): void => {
    for (const byte of bytes) {
      if (hasNoPower()) return
      for (const effect of firmware.step(byte, view())) carryOut(effect)
    }
  }

  const fromHost = createPacedLine({
    clock,
    baudRate,
    bytesMax: WRITTEN_BYTES_MAX,
    groupBytesMax: HEARD_BYTES,
    deliver: receive,
  })

  return {
    baudRate,
    attach: (next) => {
      const attached = { deliver: next.deliver, sameBaudRate: next.baudRate === baudRate }
      host = attached
      return {
        write: (bytes, taken = () => {}) => {
          if (host !== attached) {
            taken()
            return
          }
          const sent = attached.sameBaudRate ? bytes.slice() : scrambled(bytes)
          if (faults.has('stale-write')) heldWrites = [...heldWrites, ...sent].slice(0, HELD_BYTES_MAX)
          else fromHost.send(sent.subarray(0, fromHost.room()))
          fromHost.whenLow(taken)
        },
        detach: () => {
          if (host === attached) host = undefined
        },
      }
    },
    setFault: (fault, on) => {
      const hadPower = !hasNoPower()
      const isReplyFault = fault !== 'dead' && fault !== 'power-cut' && fault !== 'stale-write'
      if (on) faults.add(fault)
      else faults.delete(fault)
      if (isReplyFault && on) replyFaults.add(fault)
      else if (isReplyFault) replyFaults.delete(fault)
      if (hadPower && hasNoPower()) stopMotors()
      if (fault === 'power-cut' && !on && !hasNoPower()) reset()
      if (fault === 'stale-write' && !on) {
        fromHost.send(Uint8Array.from(heldWrites.slice(0, fromHost.room())))
        heldWrites = []
      }
    },
    reset,
  }
}
