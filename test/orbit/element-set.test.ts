import { expect, test } from 'vitest'
import { utcMs } from '../../src/kernel/time.ts'
import { deg } from '../../src/kernel/units.ts'
import { checkElementSet, type ElementSet, isSgp4Xp } from '../../src/orbit/element-set.ts'
import { createPropagator } from '../../src/orbit/propagator.ts'
import { ISS } from './fixtures.ts'

test('a good element set is good', () => {
  expect(checkElementSet(ISS)).toEqual({ ok: true, value: ISS })
})

test.each<[Partial<ElementSet>, keyof ElementSet]>([
  [{ meanMotion: 0 }, 'meanMotion'],
  [{ meanMotion: -1 }, 'meanMotion'],
  [{ meanMotion: 19 }, 'meanMotion'],
  [{ eccentricity: 1 }, 'eccentricity'],
  [{ eccentricity: -1e-9 }, 'eccentricity'],
  [{ inclination: deg(180.1) }, 'inclination'],
  [{ meanAnomaly: deg(361) }, 'meanAnomaly'],
  [{ ephemerisType: 3 }, 'ephemerisType'],
  [{ catalogNumber: 1_000_000_000 }, 'catalogNumber'],
  [{ catalogNumber: 0 }, 'catalogNumber'],
  [{ catalogNumber: 1.5 }, 'catalogNumber'],
  [{ epochUtcMs: utcMs(-1e12) }, 'epochUtcMs'],
  [{ bstar: Number.NaN }, 'bstar'],
  [{ rightAscension: deg(Number.POSITIVE_INFINITY) }, 'rightAscension'],
])('refuses %o and names the field, and no propagator is made of it', (change, field) => {
  const set = { ...ISS, ...change }
  expect(checkElementSet(set)).toMatchObject({ ok: false, error: { field } })
  expect(createPropagator(set)).toMatchObject({ ok: false, error: { code: 'orbit.propagation' } })
})

test('SGP4-XP is an element set, but no propagator is made of it', () => {
  const set = { ...ISS, ephemerisType: 4 }
  expect(checkElementSet(set)).toEqual({ ok: true, value: set })
  expect(isSgp4Xp(set)).toBe(true)
  const propagator = createPropagator(set)
  expect(propagator.ok ? '' : propagator.error).toMatchObject({
    code: 'orbit.propagation',
    message: expect.stringContaining('SGP4-XP elements (type 4), which SGP4 gets wrong'),
  })
})
