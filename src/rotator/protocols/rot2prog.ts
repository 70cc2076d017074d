import type { AzEl } from '../../kernel/angle.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { deg, ms } from '../../kernel/units.ts'
import type { PulseScale, RotatorCapabilities, RotatorDriver, RotatorReply } from '../driver.ts'
import { checkExpressible } from './expressible.ts'
import { SPID_STATUS, SPID_STOP, spidCapabilities, spidCommand, spidDigits, spidSet } from './spid.ts'
import { printedNumber } from './wire-text.ts'

const ANSWER_LENGTH = 12
/** Pulses per degree: 1, 2 or 4 (Rot2Prog), 10 or 100 (MD-01, MD-02). */
const PER_DEGREE_MAX = 100

const parse = (frame: string): RotatorReply => {
  if (frame.length !== ANSWER_LENGTH) return { kind: 'unknown' }
  const azimuthTenths = spidDigits(frame, 1, 4)
  const elevationTenths = spidDigits(frame, 6, 9)
  const azimuthPerDegree = frame.charCodeAt(5)
  const elevationPerDegree = frame.charCodeAt(10)
  if (azimuthTenths === undefined || elevationTenths === undefined) return { kind: 'unknown' }
  const isScale = (count: number): boolean => count >= 1 && count <= PER_DEGREE_MAX
  if (!isScale(azimuthPerDegree) || !isScale(elevationPerDegree)) return { kind: 'unknown' }
  return {
    kind: 'position',
    // From whole tenths: 483.4 − 360 would not be 123.4.
    azimuth: deg((azimuthTenths - 3_600) / 10),
    elevation: deg((elevationTenths - 3_600) / 10),
    scale: { azimuthPerDegree, elevationPerDegree },
  }
}

const encodeMoveTo = (
  capabilities: RotatorCapabilities,
  target: AzEl,
  scale: PulseScale | undefined,
): Result<readonly Uint8Array[], Fault> => {
  const checked = checkExpressible(capabilities, target)
  if (!checked.ok) return checked
  if (scale === undefined) {
    return err(
      fault('motion.stale', `${capabilities.title} has not said yet how many pulses it counts to a degree`),
    )
  }
  // To the nearest pulse, where Hamlib cuts off: half a step off at most, not a whole one.
  const count = (angle: number, perDegree: number) => ({
    pulses: Number(printedNumber(perDegree * (360 + angle), 0)),
    perDegree,
  })
  const frame = spidSet(
    count(target.azimuth, scale.azimuthPerDegree),
    count(target.elevation, scale.elevationPerDegree),
  )
  if (frame !== undefined) return ok([frame])
  return err(
    fault(
      'motion.outside-envelope',
      `${capabilities.title} cannot express azimuth ${target.azimuth}°, elevation ${target.elevation}° with ` +
        `${scale.azimuthPerDegree} and ${scale.elevationPerDegree} pulses to a degree`,
    ),
  )
}

/** A driver of this protocol; the MD-01 and MD-02 speak it too. */
export const createRot2Driver = (capabilities: RotatorCapabilities): RotatorDriver => ({
  capabilities,
  encodeMoveTo: (target, scale) => encodeMoveTo(capabilities, target, scale),
  queries: [
    { frames: [{ bytes: spidCommand(SPID_STATUS), asks: ['azimuth', 'elevation'] }], onlyIfHeard: false },
  ],
  introductions: [],
  statusQueries: [],
  encodeStop: () => [spidCommand(SPID_STOP)],
  parse,
})

/** SPID Rot2Prog: azimuth and elevation, 600 baud; a set is not answered. */
export const rot2prog = createRot2Driver(
  spidCapabilities({
    name: 'rot2prog',
    title: 'SPID Rot2Prog',
    axes: 'azimuth-elevation',
    hasRelays: true,
    // 1, 0.5 or 0.25° as set at the controller; it says which in each answer.
    resolution: deg(0.5),
    serial: { baudRates: [600], parity: 'none' },
    // 25 bytes there and back take 420 ms.
    replyTimeout: ms(700),
    pollPeriod: ms(1_000),
    answerLength: ANSWER_LENGTH,
  }),
)
