import { ok } from '../../kernel/result.ts'
import { type Deg, deg, ms } from '../../kernel/units.ts'
import type { ReportedLimits, RotatorCapabilities, RotatorDriver, RotatorReply } from '../driver.ts'
import { checkExpressible } from './expressible.ts'
import { printedNumber, textBytes } from './wire-text.ts'

/**
 * A client of Hamlib's rotctld (rotctld(1), "Protocol"), which brings every controller that Hamlib knows. In the
 * extended form (`+` before the command) each answer names its values and ends with `RPRT n`.
 */
const capabilities: RotatorCapabilities = {
  name: 'rotctld',
  title: 'rotctld',
  axes: 'azimuth-elevation',
  readBack: true,
  // What is behind it is not known: Hamlib hands the azimuth through, and the model may do with it what it likes.
  turnChoice: 'controller',
  azimuthSigned: true,
  hasRelays: false,
  azimuthReport: 'either',
  azimuthRange: { minimum: deg(-360), maximum: deg(720) },
  elevationRange: { minimum: deg(-90), maximum: deg(210) },
  // The coarsest model that may be behind it: one that stands still for a degree must not pass for stopped.
  resolution: deg(1),
  serial: undefined,
  tcpPort: 4533,
  framing: { kind: 'lines', delimiters: '\r\n', bytesMax: 1_024 },
  resetsOnOpen: false,
  bootIgnore: ms(0),
  unaskedPositions: 'noise',
  writePause: ms(0),
  stopBypassesPause: true,
  // It asks its own controller first, again and again: four times 0.7 s for SPID's.
  replyTimeout: ms(3_000),
  pollPeriod: ms(1_000),
  missedPollsMax: 3,
  commandPeriod: ms(1_000),
}

// rig.h, enum rig_errcode_e, in our words.
const REASONS: Readonly<Record<number, string>> = {
  1: 'invalid parameter, mostly a position outside its limits',
  2: 'invalid configuration',
  3: 'it is out of memory',
  4: 'it cannot do that with this model',
  5: 'its controller did not answer in time',
  6: 'input or output to its controller failed',
  7: 'an internal error',
  8: 'its controller answered with something else',
  9: 'its controller refused',
  10: 'the argument was cut off',
  11: 'this model does not have that',
  13: 'an error on the bus',
  14: 'a collision on the bus',
  17: 'the argument is out of its domain',
  19: 'it wants a password',
  20: 'its controller is switched off',
  21: 'a limit is exceeded',
  22: 'access is denied',
}

const NUMBER = String.raw`(-?\d{1,4}(?:\.\d{1,9})?)`
const AZIMUTH = new RegExp(`^Azimuth: ${NUMBER}$`)
const ELEVATION = new RegExp(`^Elevation: ${NUMBER}$`)
const LIMIT = new RegExp(`^(min|max)_(az|el)=${NUMBER}$`)
const REPORT = /^RPRT (-?\d{1,5})$/
// Echoes of commands, and the rest of the state: `set_pos: 10 20`, `rot_type=AzEl`, `1`.
const COMMENT = /^(?:[a-z_]+: ?.*|[a-z_]+=.*|-?\d{1,10})$/

const limitOf = (bound: string | undefined, axis: string | undefined, value: Deg): ReportedLimits => {
  if (axis === 'az') return bound === 'min' ? { azimuthMinimum: value } : { azimuthMaximum: value }
  return bound === 'min' ? { elevationMinimum: value } : { elevationMaximum: value }
}

const parse = (frame: string): RotatorReply => {
  const text = frame.trim()
  const azimuth = AZIMUTH.exec(text)
  if (azimuth !== null) return { kind: 'position', azimuth: deg(Number(azimuth[1])), elevation: undefined }
  const elevation = ELEVATION.exec(text)
  if (elevation !== null)
    return { kind: 'position', azimuth: undefined, elevation: deg(Number(elevation[1])) }
  const report = REPORT.exec(text)
  if (report !== null) {
    const code = Number(report[1])
    if (code >= 0) return { kind: 'acknowledged' }
    return { kind: 'refused', reason: `${REASONS[-code] ?? 'an error without a name'} (RPRT ${code})` }
  }
  if (text === 'done') return { kind: 'acknowledged' }
  const limit = LIMIT.exec(text)
  if (limit !== null) return { kind: 'limits', limits: limitOf(limit[1], limit[2], deg(Number(limit[3]))) }
  return { kind: COMMENT.test(text) ? 'comment' : 'unknown' }
}

export const rotctld: RotatorDriver = {
  capabilities,
  encodeMoveTo: (target) => {
    const checked = checkExpressible(capabilities, target)
    if (!checked.ok) return checked
    const { azimuth, elevation } = target
    return ok([textBytes(`+\\set_pos ${printedNumber(azimuth, 2)} ${printedNumber(elevation, 2)}\n`)])
  },
  queries: [
    { frames: [{ bytes: textBytes('+\\get_pos\n'), asks: ['azimuth', 'elevation'] }], onlyIfHeard: false },
  ],
  introductions: [textBytes('\\dump_state\n')],
  statusQueries: [],
  encodeStop: () => [textBytes('+\\stop\n')],
  parse,
}
