import { readFileSync } from 'node:fs'
import { unwrap } from '../../../src/kernel/result.ts'
import { deg } from '../../../src/kernel/units.ts'
import type { PulseScale, RotatorDriver } from '../../../src/rotator/driver.ts'

interface Transcript {
  readonly model: number
  readonly command: string
  /** What each version of Hamlib wrote, a frame each, as hexadecimal bytes. */
  readonly frames: readonly (readonly string[])[]
}

const fixture: { readonly transcripts: readonly Transcript[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/rotator/hamlib-host-to-device.json', import.meta.url), 'utf8'),
)

/** What Hamlib wrote for this model, leaving out what its own limits refused: that is the motion gate's here. */
export const transcriptsOf = (model: number): readonly Transcript[] =>
  fixture.transcripts.filter((one) => one.model === model && one.frames.every((frames) => frames.length > 0))

export const hexOf = (frames: readonly Uint8Array[]): readonly string[] =>
  frames.map((frame) => Array.from(frame, (byte) => byte.toString(16).padStart(2, '0')).join(' '))

/** The ways in which our driver would put this command of rotctl on the wire. */
export const oursFor = (
  driver: RotatorDriver,
  command: string,
  scale?: PulseScale,
): readonly (readonly string[])[] => {
  const [verb, azimuth, elevation] = command.split(' ')
  if (verb === 'p') return driver.queries.map(({ frames }) => hexOf(frames.map(({ bytes }) => bytes)))
  if (verb === 'S') return [hexOf(driver.encodeStop())]
  const target = { azimuth: deg(Number(azimuth)), elevation: deg(Number(elevation)) }
  return [hexOf(unwrap(driver.encodeMoveTo(target, scale)))]
}

export const text = (frames: readonly Uint8Array[]): string =>
  frames.map((frame) => String.fromCharCode(...frame)).join('')

export const at = (azimuth: number, elevation: number) => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})
