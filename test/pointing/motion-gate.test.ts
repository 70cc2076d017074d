import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AzEl } from '../../src/kernel/angle.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { type Deg, deg } from '../../src/kernel/units.ts'
import { checkMotion, type Envelope, isAuthorised } from '../../src/pointing/motion-gate.ts'
import { skyDirection } from '../../src/pointing/mount.ts'
import { routeMotion } from '../../src/pointing/route.ts'
import { g5500 } from './passes.ts'

const at = (azimuth: number, elevation: number): AzEl => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})
const open: Envelope = { mount: g5500 }
/** A house in the east, 40° high; elsewhere 5°. */
const house = (azimuth: Deg): Deg => deg(azimuth > 60 && azimuth < 120 ? 40 : 5)
const masked: Envelope = {
  mount: { ...g5500, park: at(180, 0) },
  minimumElevationAt: house,
}

const codeOf = (envelope: Envelope, from: AzEl, to: AzEl): string => {
  const outcome = checkMotion(envelope, { from, to })
  return outcome.ok ? 'passed' : outcome.error.code
}

describe('the motion gate', () => {
  it('passes a motion inside the limits and marks it as passed', () => {
    const motion = unwrap(checkMotion(open, { from: at(0, 0), to: at(450, 180) }))
    expect(motion).toMatchObject({ from: at(0, 0), to: at(450, 180) })
    expect(isAuthorised(motion)).toBe(true)
  })

  it('cannot be imitated', () => {
    const motion = unwrap(checkMotion(open, { from: at(0, 0), to: at(10, 10) }))
    expect(isAuthorised({ ...motion })).toBe(false)
    expect(isAuthorised(Object.create(Object.getPrototypeOf(motion)))).toBe(false)
    expect(isAuthorised(undefined)).toBe(false)
  })

  it('is not deceived by a place that is changed after it has passed', () => {
    const to = { azimuth: deg(10), elevation: deg(10) }
    const motion = unwrap(checkMotion(open, { from: at(0, 0), to }))
    to.azimuth = deg(9_999)
    expect(motion.to.azimuth).toBe(10)
  })

  for (const bad of [Number.NaN, 1e9, -1e9, Number.POSITIVE_INFINITY, -0.01, 450.01]) {
    it(`refuses azimuth ${bad} with one sentence`, () => {
      const outcome = checkMotion(open, { from: at(0, 0), to: at(bad, 10) })
      expect(outcome).toMatchObject({ ok: false, error: { code: 'motion.outside-envelope' } })
      expect(!outcome.ok && outcome.error.message).toMatch(/^azimuth/)
    })
  }

  it('refuses elevations outside the limits, and any motion from an unknown place', () => {
    expect(codeOf(open, at(0, 0), at(0, -1))).toBe('motion.outside-envelope')
    expect(codeOf(open, at(0, 0), at(0, Number.NaN))).toBe('motion.outside-envelope')
    expect(codeOf(open, at(Number.NaN, 0), at(0, 10))).toBe('motion.outside-envelope')
  })

  it('refuses a target behind the skyline, leaning over backwards too', () => {
    expect(codeOf(masked, at(90, 60), at(90, 30))).toBe('motion.masked')
    expect(codeOf(masked, at(90, 60), at(90, 41))).toBe('passed')
    // Azimuth 270° and elevation 150° look at azimuth 90°, elevation 30°.
    expect(codeOf(masked, at(270, 60), at(270, 150))).toBe('motion.masked')
    // The same direction a turn further.
    expect(codeOf(masked, at(430, 60), at(430, 30))).toBe('motion.masked')
  })

  it('refuses a way that leads through the skyline though both its ends are free', () => {
    expect(codeOf(masked, at(30, 10), at(150, 10))).toBe('motion.masked')
    expect(codeOf(masked, at(30, 45), at(150, 45))).toBe('passed')
    // Round the other way the cable does not lead, but 390° does.
    expect(codeOf(masked, at(390, 10), at(150, 10))).toBe('passed')
  })

  it('lets the antenna park below the skyline, straight down, and come up again', () => {
    const high: Envelope = { ...masked, minimumElevationAt: () => deg(20) }
    expect(codeOf(high, at(180, 40), at(180, 0))).toBe('passed')
    expect(codeOf(high, at(180, 0), at(180, 40))).toBe('passed')
    expect(codeOf(high, at(200, 40), at(200, 0))).toBe('motion.masked')
    expect(codeOf(high, at(180, 0), at(240, 30))).toBe('motion.masked')
  })

  it('lets an antenna that was turned by hand come out, but not go deeper or across', () => {
    expect(codeOf(masked, at(90, 20), at(90, 45))).toBe('passed')
    expect(codeOf(masked, at(90, 20), at(90, 10))).toBe('motion.masked')
    expect(codeOf(masked, at(455, 50), at(440, 60))).toBe('passed')
    expect(codeOf(open, at(455, -3), at(440, 60))).toBe('passed')
  })

  it('finds the way up, across and down', () => {
    const route = unwrap(routeMotion(masked, { from: at(30, 10), to: at(150, 10) }))
    expect(route).toHaveLength(3)
    expect(route[0]).toMatchObject({ azimuth: 30 })
    expect(route[0]?.elevation).toBeGreaterThan(40)
    expect(route.at(-1)).toEqual(at(150, 10))
    expect(unwrap(routeMotion(open, { from: at(30, 10), to: at(150, 10) }))).toEqual([at(150, 10)])
    expect(routeMotion(masked, { from: at(30, 10), to: at(90, 10) }).ok).toBe(false)
    expect(routeMotion(masked, { from: at(30, 10), to: at(1e9, 10) }).ok).toBe(false)
  })

  it('never lets a free antenna through the skyline, whatever is asked', () => {
    const azimuths = fc.double({ min: 0, max: 450, noNaN: true })
    const elevations = fc.double({ min: 5, max: 175, noNaN: true })
    const places = fc.tuple(azimuths, elevations).map(([azimuth, elevation]) => at(azimuth, elevation))
    const depth = (place: AzEl): number => {
      const sky = skyDirection(place)
      return house(sky.azimuth) - sky.elevation
    }
    fc.assert(
      fc.property(places, places, fc.double({ min: 0, max: 1, noNaN: true }), (from, to, share) => {
        fc.pre(depth(from) <= 0)
        const outcome = checkMotion(masked, { from, to })
        if (!outcome.ok) return true
        // Both axes at their rates, each until it is there.
        const turn = to.azimuth - from.azimuth
        const tilt = to.elevation - from.elevation
        const time = share * Math.max(Math.abs(turn) / 6, Math.abs(tilt) / 2.7)
        const azimuth = from.azimuth + Math.sign(turn) * Math.min(Math.abs(turn), 6 * time)
        const elevation = from.elevation + Math.sign(tilt) * Math.min(Math.abs(tilt), 2.7 * time)
        const place = at(azimuth, elevation)
        return Math.abs(azimuth - 180) <= 2 || depth(place) <= 1.5
      }),
      { numRuns: 2_000, seed: 3 },
    )
  })
})
