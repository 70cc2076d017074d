import { wrapDeg } from '../../kernel/angle.ts'
import { ok } from '../../kernel/result.ts'
import { deg, ms } from '../../kernel/units.ts'
import type { RotatorCapabilities, RotatorDriver, RotatorReply } from '../driver.ts'
import { checkExpressible } from './expressible.ts'
import { printedNumber, textBytes } from './wire-text.ts'

/**
 * What the Yaesu GS-232A and GS-232B share, and the many that speak their language (K3NG and others): whole degrees, no
 * sign, no answer to a motion, `?>` for what was not understood.
 *
 * Either understands the replies of both: clones mix them. They come as `+0aaa+0eee` (A) or `AZ=aaa  EL=eee` (B), with
 * one blank or none, with CR alone, or as azimuth only.
 */
const FORM_A = /^\+0(\d{3})(?:\s*\+0(\d{3}))?$/
const FORM_B = /^AZ=(\d{3})(?:\s*EL=(\d{3}))?$/
// Some firmware sends each character back.
const ECHO = /^(?:C2|S|W\d{3} \d{3})$/
// An error prompt may come without its line end and then stands in front of the next reply.
const PROMPTS = /^(?:\?>\s*)+/

const parse = (frame: string): RotatorReply => {
  const text = frame.trim()
  const rest = text.replace(PROMPTS, '')
  const match = FORM_A.exec(rest) ?? FORM_B.exec(rest)
  if (match === null) {
    if (rest === '' && text !== '') return { kind: 'refused' }
    return { kind: ECHO.test(rest) ? 'comment' : 'unknown' }
  }
  const azimuth = Number(match[1])
  const elevation = match[2] === undefined ? undefined : Number(match[2])
  // Three digits can say 999; no rotator stands there. One that leans over backwards may read a little beyond 180.
  if (azimuth > 540 || (elevation ?? 0) > 190) return { kind: 'unknown' }
  return {
    kind: 'position',
    azimuth: deg(azimuth),
    elevation: elevation === undefined ? undefined : deg(elevation),
  }
}

const wholeDegrees = (angle: number): string => printedNumber(angle, 0).padStart(3, '0')

/** `after`: sent behind each command that has no answer. */
export const createGs232Driver = (options: {
  readonly name: string
  readonly title: string
  readonly after: readonly Uint8Array[]
}): RotatorDriver => {
  const capabilities: RotatorCapabilities = {
    name: options.name,
    title: options.title,
    axes: 'azimuth-elevation',
    readBack: true,
    turnChoice: 'host',
    azimuthSigned: false,
    hasRelays: true,
    azimuthReport: 'either',
    azimuthRange: { minimum: deg(-180), maximum: deg(450) },
    elevationRange: { minimum: deg(0), maximum: deg(180) },
    resolution: deg(1),
    serial: {
      // It has 300 and 150, too, at which an answer takes more than a second: too late to stop by.
      baudRates: [9600, 4800, 2400, 1200, 600],
      parity: 'none',
    },
    tcpPort: undefined,
    framing: { kind: 'lines', delimiters: '\r\n', bytesMax: 64 },
    // Yaesu's does not; the Arduinos that speak its language do, and K3NG's then ignores motions for 5 s.
    resetsOnOpen: true,
    bootIgnore: ms(5_000),
    unaskedPositions: 'noise',
    writePause: ms(50),
    stopBypassesPause: true,
    // At 600 baud the question and its answer take a third of a second.
    replyTimeout: ms(600),
    pollPeriod: ms(500),
    missedPollsMax: 3,
    // It stutters when interrupted (Hamlib #122); a degree at 6°/s is not more often anyway.
    commandPeriod: ms(1_000),
  }
  return {
    capabilities,
    encodeMoveTo: (target) => {
      const checked = checkExpressible(capabilities, target)
      if (!checked.ok) return checked
      const { azimuth, elevation } = target
      // The protocol has no sign: below north is a turn further.
      const turn = azimuth < 0 ? wrapDeg(azimuth) : azimuth
      return ok([textBytes(`W${wholeDegrees(turn)} ${wholeDegrees(elevation)}\r`), ...options.after])
    },
    queries: [{ frames: [{ bytes: textBytes('C2\r'), asks: ['azimuth', 'elevation'] }], onlyIfHeard: false }],
    introductions: [],
    statusQueries: [],
    encodeStop: () => [textBytes('S\r'), ...options.after],
    parse,
  }
}
