import { formatUtc, MS_PER_HOUR, utcMs } from '../../../src/kernel/time.ts'
import { deg } from '../../../src/kernel/units.ts'
import type { ElementSet } from '../../../src/orbit/element-set.ts'
import { earthRotationAt, temeToItrs } from '../../../src/orbit/frames.ts'
import { createTopocentricFrame, lookFromItrs } from '../../../src/orbit/look.ts'
import type { Site } from '../../../src/orbit/site.ts'
import { ISS, propagatorOf, siteAt, utc } from '../fixtures.ts'
import { searchAll } from './found-passes.ts'

const from = utc('2026-08-23T00:00:00Z')
const STEP_MS = 1000

/**
 * Where a plain scan by satellite.js and the search disagree; it shares neither propagator nor way of searching with
 * it. What lies between two looks is seen in the middle of each pass and of each gap.
 */
export const scanDisagreements = (options: {
  readonly set: ElementSet
  readonly site: Site
  readonly minimum: number
  readonly hours: number
}): { readonly problems: readonly string[]; readonly passes: number } => {
  const { set, site, minimum, hours } = options
  const { propagate } = propagatorOf(set)
  const frame = createTopocentricFrame(site)
  const toUtcMs = utcMs(from + hours * MS_PER_HOUR)
  const { passes, ends } = searchAll([set], {
    site,
    fromUtcMs: from,
    toUtcMs,
    minimumElevation: deg(minimum),
  })
  const isVisible = (at: number): boolean => {
    const state = propagate(utcMs(at))
    if (!state.ok) return false
    return lookFromItrs(frame, temeToItrs(state.value, earthRotationAt(utcMs(at)))).elevation > minimum
  }
  const label = `${set.name} at ${site.latitude}° over ${minimum}°`
  const problems: string[] = []
  // The last prediction before a decay is found to a second.
  const untilMs = (ends[0]?.utcMs ?? toUtcMs + 2 * STEP_MS) - 2 * STEP_MS
  let next = 0
  for (let at: number = from + STEP_MS / 2; at < Math.min(untilMs, toUtcMs); at += STEP_MS) {
    while ((passes[next]?.losUtcMs ?? Number.POSITIVE_INFINITY) < at) next += 1
    const within = (passes[next]?.aosUtcMs ?? Number.POSITIVE_INFINITY) < at
    if (within !== isVisible(at)) {
      problems.push(`${label}: ${within ? 'made up' : 'missed'} at ${formatUtc(utcMs(at))}`)
    }
  }
  for (const [index, { aosUtcMs, losUtcMs }] of passes.entries()) {
    const after = passes[index + 1]
    if (!isVisible((aosUtcMs + losUtcMs) / 2)) problems.push(`${label}: made up at ${formatUtc(aosUtcMs)}`)
    if (after !== undefined && isVisible((losUtcMs + after.aosUtcMs) / 2)) {
      problems.push(`${label}: made up the gap at ${formatUtc(losUtcMs)}`)
    }
  }
  return { problems, passes: passes.length }
}

const orbit = (name: string, changes: Partial<ElementSet>): ElementSet => ({
  ...ISS,
  name,
  bstar: 1e-5,
  ...changes,
})

export const SCAN_KINDS = [
  orbit('LOW', { meanMotion: 15.9, eccentricity: 0.001, inclination: deg(97.4) }),
  orbit('EQUATORIAL', { meanMotion: 14.5, eccentricity: 0.002, inclination: deg(0.01) }),
  orbit('RETROGRADE', { meanMotion: 14, eccentricity: 0.05, inclination: deg(144) }),
  orbit('HIGH POLAR', { meanMotion: 6.9, eccentricity: 0.002, inclination: deg(88) }),
  orbit('NAVIGATION', { meanMotion: 2.0057, eccentricity: 0.004, inclination: deg(55) }),
  orbit('MOLNIYA', {
    meanMotion: 2.0061,
    eccentricity: 0.72,
    inclination: deg(63.4),
    argumentOfPericenter: deg(270),
  }),
  orbit('TRANSFER', { meanMotion: 2.27, eccentricity: 0.73, inclination: deg(7) }),
  orbit('TRANSFER IN PLANE', { meanMotion: 2.3, eccentricity: 0.72, inclination: deg(0.1) }),
  orbit('HALF MOON', { meanMotion: 0.45, eccentricity: 0.9, inclination: deg(28) }),
  orbit('DRIFTER', { meanMotion: 1.02, eccentricity: 0.001, inclination: deg(3) }),
  orbit('GRAVEYARD', { meanMotion: 0.985, eccentricity: 0.003, inclination: deg(14) }),
  orbit('AGAINST THE EARTH', { meanMotion: 1.0027, eccentricity: 0.01, inclination: deg(170) }),
  orbit('DECAYING', { meanMotion: 16.42, eccentricity: 0.0004, bstar: 9e-4 }),
  orbit('ECCENTRIC AND LOW', { meanMotion: 10.5, eccentricity: 0.24, inclination: deg(49) }),
]
export const SCAN_SITES = [
  siteAt(90, 0, 0),
  siteAt(-90, 0, 2800),
  siteAt(0, 32.5, 1150),
  siteAt(51.5, -0.1275, 50),
  siteAt(-33, 151, 4000),
]
export const SCAN_MINIMA = [0, 2, 10, 30, 60]
