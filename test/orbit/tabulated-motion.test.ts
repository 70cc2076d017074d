import { describe, expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { MS_PER_HOUR, utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { createBodyMotion } from '../../src/orbit/body-motion.ts'
import { illuminationOf } from '../../src/orbit/illumination.ts'
import { findPasses } from '../../src/orbit/pass-search.ts'
import { createTabulatedMotion } from '../../src/orbit/tabulated-motion.ts'
import { magnitude, subtract } from '../../src/orbit/vector.ts'
import { ISS, propagatorOf, siteAt, utc } from './fixtures.ts'

const START = utc('2026-08-23T00:00:00')
const sun = createBodyMotion('sun')
const tabulated = createTabulatedMotion(sun, ms(6 * MS_PER_HOUR))

describe('a tabulated motion', () => {
  it('is within 50 m of the Sun, and within 1 mm/s, all through the years', () => {
    for (let step = 0; step < 300; step += 1) {
      const at = utcMs(START + step * 77.7 * MS_PER_HOUR)
      const exact = unwrap(sun.propagate(at))
      const read = unwrap(tabulated.propagate(at))
      expect(magnitude(subtract(read.position, exact.position))).toBeLessThan(0.05)
      expect(magnitude(subtract(read.velocity, exact.velocity))).toBeLessThan(2e-5)
    }
  })

  it('gives the same states in whatever order they are asked for, and asks the motion for each node once', () => {
    let asked = 0
    const counting = createTabulatedMotion(
      {
        ...sun,
        propagate: (at) => {
          asked += 1
          return sun.propagate(at)
        },
      },
      ms(6 * MS_PER_HOUR),
    )
    const at = [5, 1, 3, 1, 5, 0].map((hours) => utcMs(START + hours * MS_PER_HOUR))
    const states = at.map((instant) => unwrap(counting.propagate(instant)))
    expect(states[1]).toEqual(states[3])
    expect(states[0]).toEqual(states[4])
    expect(asked).toBe(2)
  })

  it("passes on the motion's own refusal", () => {
    expect(tabulated.propagate(utc('2101-01-01'))).toMatchObject({ error: { code: 'orbit.span' } })
    expect(tabulated.propagate(utcMs(Number.NaN))).toMatchObject({ error: { code: 'orbit.span' } })
  })

  it('leaves the contacts with the shadow where they are, to a tenth of a millisecond', () => {
    const motion = propagatorOf(ISS)
    const site = siteAt(51.5, -0.1275, 50)
    const { passes } = findPasses({
      motion,
      site,
      fromUtcMs: START,
      toUtcMs: utcMs(START + 48 * MS_PER_HOUR),
    })
    const lit = passes.map((pass) => ({
      exact: unwrap(illuminationOf(motion, pass, { site })),
      read: unwrap(illuminationOf(motion, pass, { site, sun: tabulated })),
    }))
    expect(lit.flatMap(({ exact }) => exact.changes).length).toBeGreaterThan(3)
    for (const { exact, read } of lit) {
      expect(read.changes.map(({ to }) => to)).toEqual(exact.changes.map(({ to }) => to))
      for (const [index, { utcMs: at }] of read.changes.entries())
        expect(Math.abs(at - (exact.changes[index]?.utcMs ?? 0))).toBeLessThan(0.1)
    }
  })
})
