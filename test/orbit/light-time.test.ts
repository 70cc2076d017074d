import { describe, expect, test } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg, hz } from '../../src/kernel/units.ts'
import { createDoppler } from '../../src/orbit/doppler.ts'
import { createLook } from '../../src/orbit/look.ts'
import { findPasses } from '../../src/orbit/pass-search.ts'
import { ISS, propagatorOf, siteAt, utc } from './fixtures.ts'

const site = siteAt(51.5, -0.1275, 50)
const motion = propagatorOf(ISS)
const geometric = createLook({ motion, site })
const seen = createLook({ motion, site, lightTime: true })
const from = utc('2026-08-23T05:19:20Z')
const instants = Array.from({ length: 60 }, (_, index) => utcMs(from + index * 10_000))

describe('looks with light time', () => {
  test('show the object where it was some milliseconds ago, but for what the Earth and the site moved', () => {
    for (const at of instants) {
      const { slantRange } = unwrap(geometric(at))
      const { slantRange: seenRange, elevation } = unwrap(seen(at))
      const lateMs = seenRange / 299.792458
      expect(lateMs).toBeGreaterThan(1.3)
      const ago = unwrap(geometric(utcMs(at - lateMs)))
      // The Earth turned by 0.1″ meanwhile, and the site's motion aberrates by 0.2″: together below 1e-4°.
      expect(Math.abs(elevation - ago.elevation)).toBeLessThan(1e-4)
      expect(Math.abs(elevation - unwrap(geometric(at)).elevation)).toBeLessThan(6e-3)
      expect(Math.abs(seenRange - slantRange)).toBeLessThan(0.2)
    }
  })

  test('their rates are the derivatives of their angles, and the range rate that of the Doppler', () => {
    const doppler = createDoppler({ motion, site, transmitFrequency: hz(1e9) })
    for (const at of instants) {
      const look = unwrap(seen(at))
      // On the sky: overhead the azimuth itself turns by degrees a second.
      const share = Math.cos((look.elevation * Math.PI) / 180)
      const moved = (halfMs: number, angle: 'azimuth' | 'elevation'): number =>
        (unwrap(seen(utcMs(at + halfMs)))[angle] - unwrap(seen(utcMs(at - halfMs)))[angle]) /
        (2 * halfMs * 1e-3)
      // Richardson's extrapolation of two differences: exact to the fourth order. The grain of the instants at which
      // the light left (0.25 µs) is a millimetre of the way.
      const slope = (angle: 'azimuth' | 'elevation'): number => (4 * moved(50, angle) - moved(100, angle)) / 3
      expect(Math.abs(look.elevationRate - slope('elevation'))).toBeLessThan(2e-6)
      expect(Math.abs(look.azimuthRate - slope('azimuth')) * share).toBeLessThan(2e-6)
      // Frequency is leavings per arrival: 1 - (d/dt range) / c.
      const { frequency } = unwrap(doppler(at))
      expect(Math.abs((1 - frequency / 1e9) * 299_792.458 - look.rangeRate)).toBeLessThan(1e-8)
    }
  })

  test('passes shift by the light time and nothing else: off unless asked', () => {
    const window = {
      motion,
      site,
      fromUtcMs: utc('2026-08-23T00:00:00Z'),
      toUtcMs: utc('2026-08-24T00:00:00Z'),
    }
    const plain = findPasses({ ...window, minimumElevation: deg(10) }).passes
    const late = findPasses({ ...window, minimumElevation: deg(10), lightTime: true }).passes
    expect(late.length).toBe(plain.length)
    for (const [index, pass] of late.entries()) {
      const shiftMs = pass.aosUtcMs - (plain[index]?.aosUtcMs ?? 0)
      // 1,500 km at 10°: 5 ms; the site's own motion takes or gives some.
      expect(shiftMs).toBeGreaterThan(3)
      expect(shiftMs).toBeLessThan(7)
    }
  })
})
