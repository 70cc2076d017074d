import { describe, expect, test } from 'vitest'
import { unwrap } from '../../../src/kernel/result.ts'
import { MS_PER_HOUR, utcMs } from '../../../src/kernel/time.ts'
import { deg } from '../../../src/kernel/units.ts'
import type { FoundPass } from '../../../src/orbit/bulk/found-pass.ts'
import type { ElementSet } from '../../../src/orbit/element-set.ts'
import { earthRotationAt, temeToItrs } from '../../../src/orbit/frames.ts'
import { createTopocentricFrame } from '../../../src/orbit/look.ts'
import type { Site } from '../../../src/orbit/site.ts'
import { dot, magnitude, subtract, type Vector3 } from '../../../src/orbit/vector.ts'
import { demoCatalogue, ISS, propagatorOf, siteAt, utc } from '../fixtures.ts'
import { searchAll } from './found-passes.ts'

const from = utc('2026-08-23T00:00:00Z')
const ANGLE_MAX_DEG = 1e-3
const LOOKS = 60

// Sine and cosine, for the arc cosine alone has no digits left at such angles.
const angleDeg = (a: Vector3, b: Vector3): number => {
  const cross = { x: a.y * b.z - a.z * b.y, y: a.z * b.x - a.x * b.z, z: a.x * b.y - a.y * b.x }
  return (Math.atan2(magnitude(cross), dot(a, b)) * 180) / Math.PI
}

/** The largest angle between a pass' trajectory and SGP4, as seen from the site. */
const worstAngle = ({ elements, trajectory, aosUtcMs, losUtcMs }: FoundPass, site: Site): number => {
  const { position } = createTopocentricFrame(site)
  const { propagate } = propagatorOf(elements)
  let worst = 0
  for (let look = 0; look <= LOOKS; look += 1) {
    const at = utcMs(aosUtcMs + ((losUtcMs - aosUtcMs) * look) / LOOKS)
    const state = trajectory.stateAt(at)
    if (state === undefined) throw new Error(`${elements.name}: nothing at ${look} of ${LOOKS} of the pass`)
    const rotation = earthRotationAt(at)
    const shown = subtract(temeToItrs(state, rotation).position, position)
    const true_ = subtract(temeToItrs(unwrap(propagate(at)), rotation).position, position)
    worst = Math.max(worst, angleDeg(shown, true_))
  }
  return worst
}

const orbit = (name: string, changes: Partial<ElementSet>): ElementSet => ({
  ...ISS,
  name,
  bstar: 1e-5,
  ...changes,
})

const KINDS = [
  ISS,
  orbit('VERY LOW', { meanMotion: 16.2, eccentricity: 0.001, inclination: deg(97) }),
  orbit('SUN-SYNCHRONOUS', { meanMotion: 14.3, eccentricity: 0.001, inclination: deg(98.6) }),
  orbit('NEAR, ECCENTRIC', { meanMotion: 13.2, eccentricity: 0.07, inclination: deg(63) }),
  orbit('NEAR, HIGH', { meanMotion: 6.9, eccentricity: 0.002, inclination: deg(88) }),
  orbit('LOW AND HIGH', { meanMotion: 9, eccentricity: 0.3, inclination: deg(50) }),
  orbit('NAVIGATION', { meanMotion: 2.0057, eccentricity: 0.004, inclination: deg(55) }),
  orbit('MOLNIYA', {
    meanMotion: 2.0061,
    eccentricity: 0.72,
    inclination: deg(63.4),
    argumentOfPericenter: deg(270),
  }),
  orbit('TRANSFER', { meanMotion: 2.27, eccentricity: 0.73, inclination: deg(20) }),
  orbit('GEOSTATIONARY', { meanMotion: 1.00271, eccentricity: 0.0003, inclination: deg(0.05) }),
  orbit('GEOSYNCHRONOUS', { meanMotion: 1.00271, eccentricity: 0.25, inclination: deg(42) }),
  orbit('HALF WAY TO THE MOON', { meanMotion: 0.45, eccentricity: 0.85, inclination: deg(28) }),
]
const SITES = [siteAt(51.5, -0.1275, 50), siteAt(0, 150, 0), siteAt(-5, -90, 1000)]

describe('the trajectory that comes with a pass', () => {
  test.each(KINDS)('$name: from AOS to LOS within 0.001° of SGP4', (set) => {
    let passes = 0
    for (const site of SITES) {
      const toUtcMs = utcMs(from + 48 * MS_PER_HOUR)
      const found = searchAll([set], { site, fromUtcMs: from, toUtcMs, minimumElevation: deg(0) })
      for (const pass of found.passes) {
        expect(worstAngle(pass, site)).toBeLessThan(ANGLE_MAX_DEG)
        passes += 1
      }
    }
    expect(passes).toBeGreaterThan(0)
  })

  test('every pass of a real catalogue over a day', () => {
    const [site] = SITES
    if (site === undefined) throw new Error('no site')
    const { passes } = searchAll(demoCatalogue(), {
      site,
      fromUtcMs: from,
      toUtcMs: utcMs(from + 24 * MS_PER_HOUR),
      minimumElevation: deg(5),
    })
    const worst = passes.map((pass) => worstAngle(pass, site))
    expect(passes.length).toBeGreaterThan(500)
    expect(Math.max(...worst)).toBeLessThan(ANGLE_MAX_DEG)
  })
})
