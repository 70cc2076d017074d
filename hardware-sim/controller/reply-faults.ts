import type { Random } from '../../src/kernel/random.ts'

/**
 * What goes wrong on the way from the controller to the host:
 * - `mute`: nothing is answered (a broken wire on the way back).
 * - `garbage`: answers arrive as noise, as at a wrong baud rate.
 * - `noise`: bytes of noise between those of the answers.
 * - `wrong-reply`: answers have the right form and false digits.
 * - `late-reply`: answers come after a second or so.
 * - `doubled-reply`: each answer comes twice.
 * - `stale-reply`: each question is answered with the answer to the one before.
 * - `split-reply`: answers arrive byte by byte, with pauses.
 * - `merged-reply`: two answers arrive together, when the second is due.
 * - `no-newline`: ends of lines are lost.
 * - `endless`: an answer does not end: a few thousand letters follow it without an end of line.
 */
const REPLY_FAULTS = [
  'mute',
  'garbage',
  'noise',
  'wrong-reply',
  'late-reply',
  'doubled-reply',
  'stale-reply',
  'split-reply',
  'merged-reply',
  'no-newline',
  'endless',
] as const

export type ReplyFault = (typeof REPLY_FAULTS)[number]

/** Bytes to send, after a pause on top of the controller's own. */
export interface DueBytes {
  readonly bytes: Uint8Array
  readonly delayMs: number
}

// More than any driver waits: a GS-232B is given 400 ms by Hamlib.
const LATE_MS = { least: 600, spread: 900 }
const PAUSE_MS = 25
const NOISE_SHARE = 0.3
const ENDLESS_BYTES = 2000
const LINE_END = new Set([0x0a, 0x0d])

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39

/** Answers as the faults leave them. Keeps the answer before, for the faults that mix them. */
export const createReplyFaults = (random: Random) => {
  let before: Uint8Array | undefined
  let held: Uint8Array = new Uint8Array()

  const noisy = (bytes: Uint8Array): Uint8Array => {
    const mixed: number[] = []
    for (const byte of bytes) {
      if (random.uniform() < NOISE_SHARE) mixed.push(...random.bytes(1))
      mixed.push(byte)
    }
    return Uint8Array.from(mixed)
  }
  /** Digits in text; bare digits in packets, whose first and last byte stay. */
  const falsified = (bytes: Uint8Array): Uint8Array =>
    bytes.map((byte, index) => {
      if (isDigit(byte)) return 0x30 + Math.floor(random.uniform() * 10)
      const inside = index > 0 && index < bytes.length - 1
      return inside && byte < 10 ? Math.floor(random.uniform() * 10) : byte
    })

  return (answer: Uint8Array, faults: ReadonlySet<ReplyFault>): readonly DueBytes[] => {
    const stale = faults.has('stale-reply') ? (before ?? new Uint8Array()) : answer
    before = answer
    // What is held when the fault ends is lost.
    if (!faults.has('merged-reply')) held = new Uint8Array()
    if (faults.has('mute')) return []
    let bytes = stale
    if (faults.has('wrong-reply')) bytes = falsified(bytes)
    if (faults.has('no-newline')) bytes = bytes.filter((byte) => !LINE_END.has(byte))
    if (faults.has('endless'))
      bytes = Uint8Array.from([...bytes, ...new Uint8Array(ENDLESS_BYTES).fill(0x41)])
    if (faults.has('noise')) bytes = noisy(bytes)
    if (faults.has('garbage')) bytes = random.bytes(bytes.length)
    if (faults.has('doubled-reply')) bytes = Uint8Array.from([...bytes, ...bytes])
    if (faults.has('merged-reply') && held.length === 0) {
      held = bytes
      return []
    }
    bytes = Uint8Array.from([...held, ...bytes])
    held = new Uint8Array()
    if (bytes.length === 0) return []
    const delayMs = faults.has('late-reply') ? LATE_MS.least + random.uniform() * LATE_MS.spread : 0
    if (!faults.has('split-reply')) return [{ bytes, delayMs }]
    return [...bytes].map((byte, index) => ({
      bytes: Uint8Array.of(byte),
      delayMs: index === 0 ? delayMs : PAUSE_MS,
    }))
  }
}
