import { fault } from '../../kernel/errors.ts'
import { err, ok } from '../../kernel/result.ts'
import { deg, ms } from '../../kernel/units.ts'
import type { RotatorDriver, RotatorReply } from '../driver.ts'
import { checkExpressible } from './expressible.ts'
import {
  SPID_END,
  SPID_SET,
  SPID_START,
  SPID_STATUS,
  SPID_STOP,
  spidCapabilities,
  spidCommand,
  spidDigits,
} from './spid.ts'
import { printedNumber } from './wire-text.ts'

/** SPID Rot1Prog: azimuth only, whole degrees, answers of five bytes. */
const ANSWER_LENGTH = 5

const capabilities = spidCapabilities({
  name: 'rot1prog',
  title: 'SPID Rot1Prog',
  axes: 'azimuth',
  hasRelays: true,
  resolution: deg(1),
  serial: { baudRates: [1200], parity: 'none' },
  // 18 bytes there and back take 150 ms.
  replyTimeout: ms(600),
  pollPeriod: ms(1_000),
  answerLength: ANSWER_LENGTH,
})

const parse = (frame: string): RotatorReply => {
  const counted = frame.length === ANSWER_LENGTH ? spidDigits(frame, 1, 3) : undefined
  if (counted === undefined || counted > 900) return { kind: 'unknown' }
  return { kind: 'position', azimuth: deg(counted - 360), elevation: undefined }
}

export const rot1prog: RotatorDriver = {
  capabilities,
  encodeMoveTo: (target) => {
    const checked = checkExpressible(capabilities, target)
    if (!checked.ok) return checked
    const digits = printedNumber(360 + target.azimuth, 0).padStart(3, '0')
    if (digits.length !== 3) {
      return err(
        fault('motion.outside-envelope', `${capabilities.title} cannot express azimuth ${target.azimuth}°`),
      )
    }
    const [hundreds = 0, tens = 0, ones = 0] = Array.from(digits, (digit) => digit.charCodeAt(0))
    return ok([
      Uint8Array.from([SPID_START, hundreds, tens, ones, 0x30, 0, 0, 0, 0, 0, 0, SPID_SET, SPID_END]),
    ])
  },
  queries: [{ frames: [{ bytes: spidCommand(SPID_STATUS), asks: ['azimuth'] }], onlyIfHeard: false }],
  introductions: [],
  statusQueries: [],
  encodeStop: () => [spidCommand(SPID_STOP)],
  parse,
}
