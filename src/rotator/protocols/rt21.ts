import { wrapDeg } from '../../kernel/angle.ts'
import { ok } from '../../kernel/result.ts'
import { deg, ms } from '../../kernel/units.ts'
import type { RotatorCapabilities, RotatorDriver, RotatorReply } from '../driver.ts'
import { checkExpressible } from './expressible.ts'
import { printedNumber, textBytes } from './wire-text.ts'

/**
 * Green Heron RT-21, azimuth (its DCU-1 language with tenths, as Hamlib's model 405 speaks it): `AP1xxx.x`, which the CR
 * carries out, and `BI1;`, answered `xxx.x;` with a blank in front of short numbers. Its elevation sits on a second
 * serial port and is not driven.
 */
const capabilities: RotatorCapabilities = {
  name: 'rt21',
  title: 'Green Heron RT-21',
  axes: 'azimuth',
  readBack: true,
  // It is told a bearing; which way round is its own affair, set at its panel.
  turnChoice: 'controller',
  azimuthSigned: true,
  hasRelays: true,
  azimuthReport: 'modulo',
  // Any turn, for the mount may be stopped in the south: what is told is the bearing.
  azimuthRange: { minimum: deg(-180), maximum: deg(540) },
  elevationRange: { minimum: deg(0), maximum: deg(0) },
  resolution: deg(0.1),
  serial: { baudRates: [4800], parity: 'none' },
  tcpPort: undefined,
  framing: { kind: 'lines', delimiters: ';\r\n', bytesMax: 64 },
  resetsOnOpen: false,
  bootIgnore: ms(0),
  unaskedPositions: 'noise',
  // Hamlib waits half a second for the older DCU-1; ten characters take 21 ms.
  writePause: ms(100),
  stopBypassesPause: true,
  replyTimeout: ms(800),
  pollPeriod: ms(1_000),
  missedPollsMax: 3,
  commandPeriod: ms(1_000),
}

const BEARING = /^(\d{1,3}\.\d)$/

const parse = (frame: string): RotatorReply => {
  const text = frame.trim()
  const match = BEARING.exec(text)
  if (match !== null) {
    const azimuth = Number(match[1])
    return azimuth <= 360
      ? { kind: 'position', azimuth: deg(azimuth), elevation: undefined }
      : { kind: 'unknown' }
  }
  // Our own words, from an adapter that echoes.
  return { kind: /^(?:BI1|AP1\d{3}\.\d)$/.test(text) ? 'comment' : 'unknown' }
}

export const rt21: RotatorDriver = {
  capabilities,
  encodeMoveTo: (target) => {
    const checked = checkExpressible(capabilities, target)
    if (!checked.ok) return checked
    const bearing = printedNumber(wrapDeg(target.azimuth), 1).padStart(5, '0')
    return ok([textBytes(`AP1${bearing}\r;`)])
  },
  queries: [{ frames: [{ bytes: textBytes('BI1;'), asks: ['azimuth'] }], onlyIfHeard: false }],
  introductions: [],
  statusQueries: [],
  encodeStop: () => [textBytes(';')],
  parse,
}
