import type { Clock } from '../../src/kernel/clock.ts'
import { type Ms, ms } from '../../src/kernel/units.ts'

/** One direction of a serial line: bytes take their time, one after the other. */
export interface PacedLine {
  /** Says whether there was room. */
  readonly send: (bytes: Uint8Array, delay?: Ms) => boolean
}

// Start bit, eight data bits, stop bit.
const BITS_PER_BYTE = 10
// Four seconds at 9600 baud; a host that sends more without a pause is broken, and a real UART would overrun.
const BYTES_UNDER_WAY_MAX = 4096

/** Delivers each group of bytes at the instant at which its last one has gone over the line. */
export const createPacedLine = (options: {
  readonly clock: Clock
  readonly baudRate: number
  readonly deliver: (bytes: Uint8Array) => void
}): PacedLine => {
  const { clock, baudRate, deliver } = options
  const msPerByte = (BITS_PER_BYTE * 1000) / baudRate
  let freeAt = 0
  let underWay = 0
  return {
    send: (bytes, delay = ms(0)) => {
      if (underWay + bytes.length > BYTES_UNDER_WAY_MAX) return false
      const now = clock.monoNow()
      freeAt = Math.max(now + delay, freeAt) + bytes.length * msPerByte
      underWay += bytes.length
      clock.setTimer(ms(freeAt - now), () => {
        underWay -= bytes.length
        deliver(bytes)
      })
      return true
    },
  }
}
