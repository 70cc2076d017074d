import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { type UtcMs, utcMs } from '../kernel/time.ts'
import { type Deg, deg } from '../kernel/units.ts'
import type { CelestialBody } from '../orbit/body-motion.ts'
import { checkForSgp4, type ElementSet } from '../orbit/element-set.ts'
import type { LockOutKind } from '../pointing/lock-out.ts'

/** What is asked of the operator at the antenna, through the daemon or alone. */
export type OperatorRequest =
  | { readonly command: 'stop' | 'release' | 'park' }
  | {
      readonly command: 'point'
      /** Of the sky; of the axes where the elevation is above 90°. */
      readonly azimuthDeg: Deg
      readonly elevationDeg: Deg
      readonly untilUtcMs?: UtcMs
    }
  | {
      readonly command: 'track'
      readonly target: { readonly body: CelestialBody } | { readonly elements: ElementSet }
      readonly untilUtcMs?: UtcMs
    }

/** What an operator may ask of a running daemon, as one JSON object in one line. */
export type ControlRequest =
  | OperatorRequest
  | { readonly command: 'status' | 'clear-fault' }
  | { readonly command: 'lock' | 'unlock'; readonly kind: LockOutKind }
  /** On which turn of the cable the antenna is; absent: the one that is shown. */
  | { readonly command: 'confirm-turn'; readonly azimuthDeg?: Deg }

/** The cable is wound by so many turns at most, whatever the mount. */
const AZIMUTH_DEG_MAX = 1_440
const UTC_MS_MAX = 8.64e15
const NAME_CHARACTERS_MAX = 64

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const wrong = (what: string): Result<never, Fault> => err(fault('cli.usage', what))

const readDeg = (value: unknown, lowest: number, highest: number): Deg | undefined =>
  typeof value === 'number' && value >= lowest && value <= highest ? deg(value) : undefined

const readUntil = (value: unknown): Result<{ readonly untilUtcMs?: UtcMs }, Fault> => {
  if (value === undefined) return ok({})
  return typeof value === 'number' && value > 0 && value <= UTC_MS_MAX
    ? ok({ untilUtcMs: utcMs(value) })
    : wrong('The end is no instant')
}

const readTrack = (value: Readonly<Record<string, unknown>>): Result<ControlRequest, Fault> => {
  const until = readUntil(value['untilUtcMs'])
  if (!until.ok) return until
  const { target } = value
  if (!isRecord(target)) return wrong('There is nothing to track in the request')
  const { body } = target
  if (body === 'sun' || body === 'moon') return ok({ command: 'track', target: { body }, ...until.value })
  const elements = isRecord(target['elements']) ? readElements(target['elements']) : undefined
  if (elements === undefined) return wrong('The elements of what is to be tracked are not understood')
  const checked = checkForSgp4(elements)
  return checked.ok
    ? ok({ command: 'track', target: { elements: checked.value }, ...until.value })
    : wrong(`The elements of what is to be tracked: ${checked.error.field} ${checked.error.reason}`)
}

/** The numbers as they are, NaN for those that are none: they are checked afterwards. */
const readElements = (value: Readonly<Record<string, unknown>>): ElementSet | undefined => {
  const { name, objectId } = value
  if (typeof name !== 'string' || typeof objectId !== 'string') return undefined
  const number = (key: keyof ElementSet): number => {
    const given = value[key]
    return typeof given === 'number' ? given : Number.NaN
  }
  return {
    name: name.slice(0, NAME_CHARACTERS_MAX),
    objectId: objectId.slice(0, NAME_CHARACTERS_MAX),
    catalogNumber: number('catalogNumber'),
    epochUtcMs: utcMs(number('epochUtcMs')),
    meanMotion: number('meanMotion'),
    eccentricity: number('eccentricity'),
    inclination: deg(number('inclination')),
    rightAscension: deg(number('rightAscension')),
    argumentOfPericenter: deg(number('argumentOfPericenter')),
    meanAnomaly: deg(number('meanAnomaly')),
    bstar: number('bstar'),
    meanMotionDot: number('meanMotionDot'),
    meanMotionDdot: number('meanMotionDdot'),
    ephemerisType: number('ephemerisType'),
    elementSetNumber: number('elementSetNumber'),
    revolutionAtEpoch: number('revolutionAtEpoch'),
  }
}

/** The request that a line of the control socket holds. Fault `cli.usage`: what in it is wrong. */
export const readControlRequest = (value: unknown): Result<ControlRequest, Fault> => {
  if (!isRecord(value)) return wrong('The request was not understood')
  const { command } = value
  switch (command) {
    case 'status':
    case 'stop':
    case 'release':
    case 'park':
    case 'clear-fault':
      return ok({ command })
    case 'lock':
    case 'unlock': {
      const { kind } = value
      return kind === 'wind' || kind === 'maintenance'
        ? ok({ command, kind })
        : wrong('A lock-out is for wind or maintenance')
    }
    case 'confirm-turn': {
      if (value['azimuthDeg'] === undefined) return ok({ command })
      const azimuthDeg = readDeg(value['azimuthDeg'], -AZIMUTH_DEG_MAX, AZIMUTH_DEG_MAX)
      return azimuthDeg === undefined ? wrong('The azimuth is no angle') : ok({ command, azimuthDeg })
    }
    case 'point': {
      const azimuthDeg = readDeg(value['azimuthDeg'], -AZIMUTH_DEG_MAX, AZIMUTH_DEG_MAX)
      const elevationDeg = readDeg(value['elevationDeg'], -90, 180)
      const until = readUntil(value['untilUtcMs'])
      if (azimuthDeg === undefined || elevationDeg === undefined) return wrong('There is no such direction')
      return until.ok ? ok({ command, azimuthDeg, elevationDeg, ...until.value }) : until
    }
    case 'track':
      return readTrack(value)
    default:
      return wrong('The request was not understood')
  }
}
