import { readFileSync } from 'node:fs'
import { readElementFile } from '../../src/catalog/read-elements.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { parseUtc, type UtcMs } from '../../src/kernel/time.ts'
import { deg, metres } from '../../src/kernel/units.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import { createPropagator, type Propagator } from '../../src/orbit/propagator.ts'
import type { Site } from '../../src/orbit/site.ts'

export const fixture = (path: string): string =>
  readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8')

export const utc = (text: string): UtcMs => unwrap(parseUtc(text))

export const siteAt = (latitude: number, longitude: number, height: number): Site => ({
  latitude: deg(latitude),
  longitude: deg(longitude),
  height: metres(height),
})

/** The ISS of 2026-08-22, from the same catalogue as the reference passes. */
export const ISS: ElementSet = {
  catalogNumber: 25544,
  name: 'ISS (ZARYA)',
  objectId: '1998-067A',
  epochUtcMs: utc('2026-08-22T12:00:46.122912'),
  meanMotion: 15.49570248,
  eccentricity: 0.00076683,
  inclination: deg(51.6331),
  rightAscension: deg(331.8814),
  argumentOfPericenter: deg(72.6488),
  meanAnomaly: deg(287.5339),
  bstar: 0.17025076e-3,
  meanMotionDot: 0.9133e-4,
  meanMotionDdot: 0,
  ephemerisType: 0,
  elementSetNumber: 999,
  revolutionAtEpoch: 58203,
}

export const propagatorOf = (elements: ElementSet): Propagator => unwrap(createPropagator(elements))

export const demoCatalogue = (): readonly ElementSet[] =>
  unwrap(
    readElementFile(readFileSync(new URL('../../demo-data/elements.omm.csv', import.meta.url), 'utf8'), {
      sourceName: 'elements.omm.csv',
    }),
  ).elementSets
