import { type AzEl, wrapDeg } from '../../kernel/angle.ts'
import { fault } from '../../kernel/errors.ts'
import { err, ok } from '../../kernel/result.ts'
import { deg, ms } from '../../kernel/units.ts'
import type { RotatorDriver, RotatorReply } from '../driver.ts'

/**
 * Yaesu GS-232B, and the many that speak its language (K3NG and others).
 *
 * The lone carriage return after each command that has no answer is what Hamlib sends to model 603: it ends whatever
 * a disturbed controller still waits for. Replies come as `AZ=aaa  EL=eee` (Yaesu), with one blank or none, with CR
 * alone, as azimuth only, or in the GS-232A's form `+0aaa+0eee`.
 */
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
const EMPTY_LINE = bytes('\r')

/** To whole degrees as C's printf rounds, halves to even: our bytes equal those of Hamlib. */
const wholeDegrees = (angle: number): string => {
  const floor = Math.floor(angle)
  const rest = angle - floor
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0)
  return String(up ? floor + 1 : floor).padStart(3, '0')
}

const YAESU_B = /^AZ=(\d{3})(?:\s*EL=(\d{3}))?$/
const YAESU_A = /^\+0(\d{3})(?:\+0(\d{3}))?$/
// An error prompt may come without its line end and then stands in front of the next reply.
const PROMPTS = /^(?:\?>\s*)+/

const parse = (frame: string): RotatorReply => {
  const text = frame.trim()
  const rest = text.replace(PROMPTS, '')
  const match = YAESU_B.exec(rest) ?? YAESU_A.exec(rest)
  if (match === null) return { kind: rest === '' && text !== '' ? 'refused' : 'unknown' }
  const azimuth = Number(match[1])
  const elevation = match[2] === undefined ? undefined : Number(match[2])
  // Three digits can say 999; no rotator stands there.
  if (azimuth > 540 || (elevation ?? 0) > 180) return { kind: 'unknown' }
  return {
    kind: 'position',
    azimuth: deg(azimuth),
    elevation: elevation === undefined ? undefined : deg(elevation),
  }
}

const encodeMoveTo = ({ azimuth, elevation }: AzEl): ReturnType<RotatorDriver['encodeMoveTo']> => {
  if (!(azimuth >= -180 && azimuth <= 450 && elevation >= 0 && elevation <= 180)) {
    return err(
      fault('motion.outside-envelope', `GS-232B cannot express azimuth ${azimuth}°, elevation ${elevation}°`),
    )
  }
  // The protocol has no sign: below north is a turn further.
  const turn = azimuth < 0 ? wrapDeg(azimuth) : azimuth
  return ok([bytes(`W${wholeDegrees(turn)} ${wholeDegrees(elevation)}\r`), EMPTY_LINE])
}

export const gs232b: RotatorDriver = {
  capabilities: {
    name: 'gs232b',
    title: 'Yaesu GS-232B',
    axes: 'azimuth-elevation',
    readBack: true,
    turnChoice: 'host',
    azimuthReport: 'either',
    azimuthRange: { minimum: deg(-180), maximum: deg(450) },
    elevationRange: { minimum: deg(0), maximum: deg(180) },
    resolution: deg(1),
    serial: { baudRates: [9600, 4800, 2400, 1200], parity: 'none' },
    tcpPort: undefined,
    framing: { kind: 'lines', delimiters: '\r\n', bytesMax: 64 },
    // Yaesu's does not; the Arduinos that speak its language do, and K3NG's then ignores motions for 5 s.
    resetsOnOpen: true,
    bootIgnore: ms(5_000),
    unaskedPositions: false,
    writePause: ms(50),
    stopBypassesPause: true,
    replyTimeout: ms(400),
    pollPeriod: ms(500),
    missedPollsMax: 3,
    // It stutters when interrupted (Hamlib #122); a degree at 6°/s is not more often anyway.
    commandPeriod: ms(1_000),
  },
  encodeMoveTo,
  queries: [{ frames: [{ bytes: bytes('C2\r'), asks: ['azimuth', 'elevation'] }], onlyIfHeard: false }],
  introductions: [],
  statusQueries: [],
  encodeStop: () => [bytes('S\r'), EMPTY_LINE],
  parse,
}
