import { deg, ms } from '../../kernel/units.ts'
import type { RotatorCapabilities } from '../driver.ts'

/**
 * What SPID's controllers share (SPID Elektronik, Rot2Prog and MD-01/MD-02 manuals; N. Ryeng LA6YKA's description of the
 * protocol): commands of 13 bytes `57 H1–H4 PH V1–V4 PV K 20` without a check sum, angles counted from −360° in pulses.
 * They go the shortest way round by themselves, and answer status and stop with the position.
 */
export const SPID_STOP = 0x0f
export const SPID_STATUS = 0x1f
export const SPID_SET = 0x2f
export const SPID_START = 0x57
export const SPID_END = 0x20

const DIGITS_MAX = 9_999

const fourDigits = (count: number): number[] =>
  Array.from(String(count).padStart(4, '0'), (digit) => digit.charCodeAt(0))

/** A status or a stop: its other bytes are not looked at. */
export const spidCommand = (command: number): Uint8Array =>
  Uint8Array.from([SPID_START, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, command, SPID_END])

interface PulseCount {
  /** Whole pulses from −360°. */
  readonly pulses: number
  readonly perDegree: number
}

/** A set with both axes; undefined where four digits do not hold it. */
export const spidSet = (azimuth: PulseCount, elevation: PulseCount): Uint8Array | undefined => {
  const isWritten = ({ pulses }: PulseCount): boolean =>
    Number.isInteger(pulses) && pulses >= 0 && pulses <= DIGITS_MAX
  if (!isWritten(azimuth) || !isWritten(elevation)) return undefined
  return Uint8Array.from([
    SPID_START,
    ...fourDigits(azimuth.pulses),
    azimuth.perDegree,
    ...fourDigits(elevation.pulses),
    elevation.perDegree,
    SPID_SET,
    SPID_END,
  ])
}

/** Raw digits of an answer, as one number; undefined where one of them is none. */
export const spidDigits = (frame: string, first: number, last: number): number | undefined => {
  let value = 0
  for (let place = first; place <= last; place += 1) {
    const digit = frame.charCodeAt(place)
    if (!(digit <= 9)) return undefined
    value = 10 * value + digit
  }
  return value
}

export const spidCapabilities = (
  own: Pick<
    RotatorCapabilities,
    'name' | 'title' | 'axes' | 'hasRelays' | 'resolution' | 'serial' | 'replyTimeout' | 'pollPeriod'
  > & { readonly answerLength: number },
): RotatorCapabilities => {
  const { answerLength, ...rest } = own
  return {
    ...rest,
    readBack: true,
    turnChoice: 'controller',
    azimuthSigned: true,
    azimuthReport: 'as-is',
    azimuthRange: { minimum: deg(-180), maximum: deg(540) },
    elevationRange: { minimum: deg(-20), maximum: deg(210) },
    tcpPort: undefined,
    framing: { kind: 'packets', start: SPID_START, end: SPID_END, length: answerLength },
    resetsOnOpen: false,
    bootIgnore: ms(0),
    // Status, stop and, for the MD, set are answered with the position.
    unaskedPositions: 'readings',
    // Hamlib waits so long too; a frame alone takes 217 ms at 600 baud.
    writePause: ms(300),
    // Thirteen bytes are read as thirteen bytes: one behind another is not lost, and STOP is repeated.
    stopBypassesPause: true,
    missedPollsMax: 3,
    // Each set starts the motors anew.
    commandPeriod: ms(1_000),
  }
}
