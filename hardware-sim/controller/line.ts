import type { Clock } from '../../src/kernel/clock.ts'
import { type Ms, ms } from '../../src/kernel/units.ts'

/** One direction of a serial line: bytes take their time, one after the other. */
export interface PacedLine {
  /** Says whether there was room for all of them; without it none goes. */
  readonly send: (bytes: Uint8Array, delay?: Ms) => boolean
  /** So many bytes find room now. */
  readonly room: () => number
  /** Calls back once, when hardly anything is under way any more: at once where that is so already. */
  readonly whenLow: (callback: () => void) => void
}

// Start bit, eight data bits, stop bit.
const BITS_PER_BYTE = 10
// What the UART in a USB adapter holds: with so little left it asks the host for more, and the line never rests.
const LOW_BYTES = 64

/**
 * Delivers each group of bytes at the instant at which its last one has gone over the line. `bytesMax`: so many may be
 * under way. `groupBytesMax`: of what is sent at once so many arrive together; without it all of it.
 */
export const createPacedLine = (options: {
  readonly clock: Clock
  readonly baudRate: number
  readonly bytesMax: number
  readonly groupBytesMax?: number
  readonly deliver: (bytes: Uint8Array) => void
}): PacedLine => {
  const { clock, baudRate, deliver, bytesMax, groupBytesMax = bytesMax } = options
  const msPerByte = (BITS_PER_BYTE * 1000) / baudRate
  let freeAt = 0
  let underWay = 0
  // One for each host that waits to write, of which there is one at a time.
  let waiting: (() => void)[] = []

  const carry = (bytes: Uint8Array, beginsAt: number): void => {
    const arrivesAt = beginsAt + Math.min(groupBytesMax, bytes.length) * msPerByte
    clock.setTimer(ms(arrivesAt - clock.monoNow()), () => {
      // A timer that comes late, as all do at a high speed, brings all that is over by then.
      const over = Math.floor((clock.monoNow() - beginsAt) / msPerByte)
      const group = bytes.subarray(0, Math.max(groupBytesMax, over))
      underWay -= group.length
      if (group.length < bytes.length) {
        carry(bytes.subarray(group.length), beginsAt + group.length * msPerByte)
      }
      deliver(group)
      if (underWay > LOW_BYTES) return
      const called = waiting
      waiting = []
      for (const callback of called) callback()
    })
  }

  return {
    send: (bytes, delay = ms(0)) => {
      if (underWay + bytes.length > bytesMax) return false
      const beginsAt = Math.max(clock.monoNow() + delay, freeAt)
      freeAt = beginsAt + bytes.length * msPerByte
      underWay += bytes.length
      carry(bytes, beginsAt)
      return true
    },
    room: () => bytesMax - underWay,
    whenLow: (callback) => {
      if (underWay <= LOW_BYTES) callback()
      else waiting.push(callback)
    },
  }
}
