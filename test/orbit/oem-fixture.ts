import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import type { Ephemeris, EphemerisSegment, EphemerisState } from '../../src/orbit/ephemeris.ts'
import { createEphemerisMotion } from '../../src/orbit/ephemeris-motion.ts'
import type { Motion } from '../../src/orbit/motion.ts'
import { fixture, utc } from './fixtures.ts'

/** The one segment of a plain OEM in UTC: enough for the fixtures here, no reader. */
export const oemFixture = (path: string): EphemerisSegment => {
  const lines = fixture(path).split('\n')
  const value = (key: string): string =>
    lines
      .find((line) => line.startsWith(`${key} =`))
      ?.split('=')[1]
      ?.trim() ?? ''
  const states = lines
    .filter((line) => /^\d{4}-/.test(line))
    .map((line): EphemerisState => {
      const [at = '', ...rest] = line.split(/\s+/)
      const [x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0] = rest.map(Number)
      return { utcMs: utc(at), position: { x, y, z }, velocity: { x: vx, y: vy, z: vz } }
    })
  return {
    objectName: value('OBJECT_NAME'),
    objectId: value('OBJECT_ID'),
    center: value('CENTER_NAME'),
    frame: value('REF_FRAME'),
    startUtcMs: utc(value('START_TIME')),
    stopUtcMs: utc(value('STOP_TIME')),
    useableStartUtcMs: utc(value('USEABLE_START_TIME') || value('START_TIME')),
    useableStopUtcMs: utc(value('USEABLE_STOP_TIME') || value('STOP_TIME')),
    states,
  }
}

/** A segment of states that a function gives, evenly spaced, all useable. */
export const madeSegment = (
  options: {
    readonly fromMs: number
    readonly count: number
    readonly stepMs: number
    readonly state: (atMs: number) => Omit<EphemerisState, 'utcMs'>
  } & Partial<EphemerisSegment>,
): EphemerisSegment => {
  const { fromMs, count, stepMs, state, ...rest } = options
  const states = Array.from({ length: count }, (_, index) => {
    const at = fromMs + index * stepMs
    return { utcMs: utcMs(at), ...state(at) }
  })
  const stopUtcMs = utcMs(fromMs + (count - 1) * stepMs)
  return {
    objectName: 'PROBE',
    objectId: '',
    center: 'EARTH',
    frame: 'TEME',
    startUtcMs: utcMs(fromMs),
    stopUtcMs,
    useableStartUtcMs: utcMs(fromMs),
    useableStopUtcMs: stopUtcMs,
    states,
    ...rest,
  }
}

export const motionOf = (...segments: readonly EphemerisSegment[]): Motion<undefined> => {
  const ephemeris: Ephemeris = { segments }
  return unwrap(createEphemerisMotion(ephemeris))
}
