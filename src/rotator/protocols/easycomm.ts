import type { AzEl } from '../../kernel/angle.ts'
import type { Fault } from '../../kernel/errors.ts'
import { ok, type Result } from '../../kernel/result.ts'
import { deg, ms } from '../../kernel/units.ts'
import type { QueryForm, RotatorCapabilities, RotatorReply } from '../driver.ts'
import { checkExpressible } from './expressible.ts'
import { printedNumber, textBytes } from './wire-text.ts'

/**
 * What the three EasyComm standards share (C. Jackson G7UPN, WiSP; version III A. Schultze; both as printed in Hamlib's
 * `rotators/easycomm/easycomm.txt`): words of two letters and a value, angles in degrees with one decimal.
 *
 * Firmware differs in which question it answers. Some of the kin of SatNOGS' take `AZ` alone for "go to azimuth 0" and
 * answer `AZ EL` only; others end a word at the blank and answer each by itself. So the joined question comes first, and
 * the separate one only where the controller is heard and does not answer that.
 */
const ASK_BOTH: QueryForm = {
  // With the blank at the end that Hamlib 4.5 sends: for firmware that ends words at blanks.
  frames: [{ bytes: textBytes('AZ EL \n'), asks: ['azimuth', 'elevation'] }],
  onlyIfHeard: false,
}
const ASK_EACH: QueryForm = {
  frames: [
    { bytes: textBytes('AZ\n'), asks: ['azimuth'] },
    { bytes: textBytes('EL\n'), asks: ['elevation'] },
  ],
  onlyIfHeard: true,
}
export const EASYCOMM_QUERIES: readonly QueryForm[] = [ASK_BOTH, ASK_EACH]
export const EASYCOMM_VERSION_QUESTION = textBytes('VE\n')
/** Both stops in one line: firmware of the joined kind knows no other. */
export const EASYCOMM_STOP = textBytes('SA SE \n')

export const easycommCapabilities = (
  own: Pick<RotatorCapabilities, 'name' | 'title' | 'readBack'>,
): RotatorCapabilities => ({
  ...own,
  axes: 'azimuth-elevation',
  turnChoice: 'host',
  azimuthSigned: true,
  hasRelays: false,
  azimuthReport: 'either',
  azimuthRange: { minimum: deg(-180), maximum: deg(540) },
  elevationRange: { minimum: deg(-90), maximum: deg(180) },
  resolution: deg(0.1),
  serial: { baudRates: [9600, 19_200, 38_400, 57_600, 115_200, 4800, 2400, 1200], parity: 'none' },
  tcpPort: undefined,
  framing: { kind: 'lines', delimiters: '\r\n', bytesMax: 128 },
  // They are mostly Arduinos. K3NG's ignores motions for 5 s after its boot.
  resetsOnOpen: true,
  bootIgnore: ms(5_000),
  // The standard allows it, and SatNOGS' firmware answers STOP so, but an adapter that echoes what we send would make our own command a reading.
  unaskedPositions: 'ignored',
  // Half-duplex lines (RS-485 boards) need a moment to turn round.
  writePause: ms(20),
  stopBypassesPause: true,
  replyTimeout: ms(400),
  pollPeriod: ms(500),
  missedPollsMax: 3,
  commandPeriod: ms(500),
})

/** `AZ123.4 EL45.6`, the words of a motion; `outside-envelope` where the range ends. */
export const easycommTarget = (capabilities: RotatorCapabilities, target: AzEl): Result<string, Fault> => {
  const checked = checkExpressible(capabilities, target)
  if (!checked.ok) return checked
  return ok(`AZ${printedNumber(target.azimuth, 1)} EL${printedNumber(target.elevation, 1)}`)
}

const NUMBER = String.raw`([+-]?\d{1,4}(?:\.\d{1,6})?)`
const NAMED = new RegExp(String.raw`^(?:AZ[=:]?\s*${NUMBER})?[\s,;]*(?:EL[=:]?\s*${NUMBER})?$`)
// K3NG, in its default build, leaves the name away.
const BARE = new RegExp(`^${NUMBER}$`)
const BARE_BOTH = new RegExp(String.raw`^${NUMBER}\s+${NUMBER}$`)
const VERSION = /^VE/
const ALARM = /^AL(.{0,60})/
// What comes back of a line that echoes: our own words, without values.
const ECHO = /^(?:(?:AZ|EL|SA|SE|GS|GE)\s*)+$/

const inRange = (azimuth: number | undefined, elevation: number | undefined): boolean =>
  Math.abs(azimuth ?? 0) <= 720 && Math.abs(elevation ?? 0) <= 360

const asNumber = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text)

const position = (azimuth: number | undefined, elevation: number | undefined): RotatorReply => {
  if (!inRange(azimuth, elevation)) return { kind: 'unknown' }
  return {
    kind: 'position',
    azimuth: azimuth === undefined ? undefined : deg(azimuth),
    elevation: elevation === undefined ? undefined : deg(elevation),
  }
}

/** What a line says that all three can say. */
export const parseEasycomm = (frame: string): RotatorReply => {
  const text = frame.trim()
  if (text === '') return { kind: 'unknown' }
  if (VERSION.test(text)) return { kind: 'acknowledged' }
  const alarm = ALARM.exec(text)
  if (alarm !== null) {
    return { kind: 'status', moving: undefined, trouble: `it raises the alarm "${alarm[1]?.trim() ?? ''}"` }
  }
  if (ECHO.test(text)) return { kind: 'comment' }
  const named = NAMED.exec(text)
  if (named !== null) return position(asNumber(named[1]), asNumber(named[2]))
  const both = BARE_BOTH.exec(text)
  if (both !== null) return position(asNumber(both[1]), asNumber(both[2]))
  const bare = BARE.exec(text)
  if (bare !== null && inRange(Number(bare[1]), 0)) return { kind: 'angle', angle: deg(Number(bare[1])) }
  return { kind: 'unknown' }
}
