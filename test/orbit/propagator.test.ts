import { describe, expect, test } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { MS_PER_MINUTE, utcMs } from '../../src/kernel/time.ts'
import { PROPAGATION_SPAN_MS_MAX } from '../../src/orbit/propagator.ts'
import { ISS, propagatorOf } from './fixtures.ts'
import { verificationCases } from './verification-cases.ts'

const cases = verificationCases()

describe('AIAA 2006-6753 verification cases', () => {
  test('all 33 of them are here', () => {
    expect(cases.length).toBe(33)
    expect(cases.reduce((sum, { expected }) => sum + expected.length, 0)).toBeGreaterThan(600)
  })

  test.each(cases)('$label: within 1 mm and 1e-6 km/s, and a fault where the reference ends', (one) => {
    const { elements } = one
    const { propagate } = propagatorOf(elements)
    const at = (minutes: number) => propagate(utcMs(elements.epochUtcMs + minutes * MS_PER_MINUTE))
    for (const [minutes = 0, x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0] of one.expected) {
      const state = at(minutes)
      // The error cases print the epoch although SGP4 refuses it.
      if (!state.ok && minutes === 0) continue
      const { position, velocity } = unwrap(state)
      expect(Math.hypot(position.x - x, position.y - y, position.z - z)).toBeLessThan(1e-6)
      expect(Math.hypot(velocity.x - vx, velocity.y - vy, velocity.z - vz)).toBeLessThan(1e-6)
    }
    const last = one.expected.at(-1)?.[0] ?? 0
    if (last + one.step <= one.stop) {
      expect(at(last + one.step)).toMatchObject({ ok: false, error: { code: 'orbit.propagation' } })
    }
  })
})

test('the epoch counts with all its digits: 0.9 ms are 7 m', () => {
  const at = utcMs(ISS.epochUtcMs + 3_600_000)
  const a = unwrap(propagatorOf(ISS).propagate(at)).position
  const later = { ...ISS, epochUtcMs: utcMs(ISS.epochUtcMs + 0.9) }
  const b = unwrap(propagatorOf(later).propagate(at)).position
  const metres = Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z) * 1000
  expect(metres).toBeGreaterThan(6.7)
  expect(metres).toBeLessThan(7.1)
})

test('the state at an instant does not depend on what was asked before', () => {
  const { propagate } = propagatorOf({ ...ISS, meanMotion: 2.00013614, eccentricity: 0.73 })
  const at = utcMs(ISS.epochUtcMs + 5 * 86_400_000)
  const first = unwrap(propagate(at))
  propagate(utcMs(ISS.epochUtcMs - 300 * 86_400_000))
  expect(unwrap(propagate(at))).toEqual(first)
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, ISS.epochUtcMs + 2 * PROPAGATION_SPAN_MS_MAX])(
  'asked for %d it answers with a fault, at once',
  (instant) => {
    expect(propagatorOf(ISS).propagate(utcMs(instant))).toMatchObject({
      ok: false,
      error: { code: 'orbit.propagation' },
    })
  },
)

test('what has decayed is said to have decayed', () => {
  const result = propagatorOf({ ...ISS, bstar: 0.1 }).propagate(utcMs(ISS.epochUtcMs + 20 * 86_400_000))
  expect(result.ok ? '' : result.error.message).toMatch(
    /^ISS \(ZARYA\) \[25544\] cannot be predicted for 2026-09-11/,
  )
})
