import { describe, expect, test } from 'vitest'
import { createRandom } from '../../src/kernel/random.ts'
import { unwrap } from '../../src/kernel/result.ts'
import {
  formatUtc,
  MS_PER_DAY,
  MS_PER_HOUR,
  MS_PER_SECOND,
  type UtcMs,
  utcMs,
} from '../../src/kernel/time.ts'
import { deg } from '../../src/kernel/units.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import { earthRotationAt, temeToItrs } from '../../src/orbit/frames.ts'
import {
  createHorizonMask,
  flatHorizon,
  type HorizonMask,
  maskElevation,
} from '../../src/orbit/horizon-mask.ts'
import { createLook, createTopocentricFrame, lookFromItrs } from '../../src/orbit/look.ts'
import type { Motion } from '../../src/orbit/motion.ts'
import { findPasses } from '../../src/orbit/pass-search.ts'
import type { Propagator } from '../../src/orbit/propagator.ts'
import type { Site } from '../../src/orbit/site.ts'
import { demoCatalogue, ISS, propagatorOf, siteAt, utc } from './fixtures.ts'
import { geostationaryCulminations, isGeostationary, referencePasses } from './reference-passes.ts'

const mid51 = siteAt(51.5, -0.1275, 50)
const from = utc('2026-08-23T00:00:00Z')

const WINDOW_SEC = 48 * 3600

describe('against 608 passes of python-sgp4', () => {
  const { elements, sites, passes } = referencePasses()
  const truth = geostationaryCulminations()

  test.each(elements)('$name: none missed, none added, AOS and LOS within 1 ms, TCA within 5 ms', (set) => {
    for (const siteName of ['mid51', 'equator']) {
      const site = sites[siteName] ?? mid51
      for (const minimum of [0, 10]) {
        const expected = passes.filter(
          ({ sat, site: at, mask }) => sat === set.catalogNumber && at === siteName && mask === minimum,
        )
        const found = findPasses({
          motion: propagatorOf(set),
          site,
          fromUtcMs: from,
          toUtcMs: utcMs(from + WINDOW_SEC * MS_PER_SECOND),
          minimumElevation: deg(minimum),
        })
        expect(found.problem).toBeUndefined()
        expect(found.passes.length).toBe(expected.length)
        // A geostationary object takes minutes to rise by 1e-9°, and the reference, taken from differences over
        // 0.1 s, knows its culmination to a sixth of a second only: it tells which of the true ones are meant.
        const trueSec = (second: number): number => {
          if (!isGeostationary(set)) return second
          const near = truth.find(
            ({ sat, site: at, culminationSec }) =>
              sat === set.catalogNumber && at === siteName && Math.abs(culminationSec - second) < 0.17,
          )
          return near?.culminationSec ?? (second === 0 || second === WINDOW_SEC ? second : Number.NaN)
        }
        for (const [index, pass] of found.passes.entries()) {
          const reference = expected[index]
          if (reference === undefined) throw new Error('no reference')
          const offMs = (instant: UtcMs, second: number): number => Math.abs(instant - from - second * 1000)
          expect(offMs(pass.aosUtcMs, reference.aosSec)).toBeLessThan(1)
          expect(offMs(pass.losUtcMs, reference.losSec)).toBeLessThan(1)
          expect(offMs(pass.tcaUtcMs, trueSec(reference.tcaSec))).toBeLessThan(5)
          expect(Math.abs(pass.maximumElevation - reference.tcaEl)).toBeLessThan(1e-5)
          expect(Math.abs(pass.aosAzimuth - reference.aosAz)).toBeLessThan(1e-5)
          expect(Math.abs(pass.losAzimuth - reference.losAz)).toBeLessThan(1e-5)
          // Overhead the azimuth turns by a degree a second.
          expect(Math.abs(pass.tcaAzimuth - reference.tcaAz)).toBeLessThan(5e-3)
          expect(pass.culminations.length).toBe(reference.culminationsSec.length)
          for (const [at, { utcMs: instant }] of pass.culminations.entries()) {
            expect(offMs(instant, trueSec(reference.culminationsSec[at] ?? 0))).toBeLessThan(5)
          }
          expect([pass.openStart, pass.openEnd]).toEqual([reference.openStart, reference.openEnd])
        }
      }
    }
  })

  test('the reference has its 608 passes', () => {
    expect(passes.length).toBe(608)
  })
})

interface ScanOptions {
  readonly propagator: Propagator
  readonly site: Site
  readonly mask: HorizonMask
  readonly hours: number
}

const SCAN_STEP_MS = 1000

// Where passes and a plain scan disagree. The scan shares the propagator and the frames with the search, but nothing of
// how it searches; what happens between two looks of it is checked in the middle of each pass and of each gap.
const disagreements = (options: ScanOptions): { readonly problems: string[]; readonly passes: number } => {
  const { propagator, site, mask, hours } = options
  const frame = createTopocentricFrame(site)
  const toUtcMs = utcMs(from + hours * MS_PER_HOUR)
  const { passes, problem } = findPasses({ motion: propagator, site, mask, fromUtcMs: from, toUtcMs })
  const isVisible = (at: number): boolean => {
    const state = unwrap(propagator.propagate(utcMs(at)))
    const { azimuth, elevation } = lookFromItrs(frame, temeToItrs(state, earthRotationAt(utcMs(at))))
    return elevation > maskElevation(mask, azimuth)
  }
  const problems = problem === undefined ? [] : [problem.message]
  const label = `${propagator.elements.name} ${propagator.elements.catalogNumber} at ${site.latitude}°`
  let next = 0
  for (let at: number = from + SCAN_STEP_MS / 2; at < toUtcMs; at += SCAN_STEP_MS) {
    while ((passes[next]?.losUtcMs ?? Number.POSITIVE_INFINITY) < at) next += 1
    const within = (passes[next]?.aosUtcMs ?? Number.POSITIVE_INFINITY) < at
    if (within !== isVisible(at))
      problems.push(`${label}: ${within ? 'made up' : 'missed'} at ${formatUtc(utcMs(at))}`)
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

describe('against a scan second by second', () => {
  const catalogue = demoCatalogue()
  const unusual = catalogue.filter(
    ({ eccentricity, meanMotion }) => eccentricity > 0.1 || (meanMotion < 9 && meanMotion > 1.1),
  )
  const random = createRandom(20260823)
  const pick = (list: readonly ElementSet[]): ElementSet => list[random.uint32() % list.length] ?? ISS
  const sites = [
    siteAt(90, 0, 0),
    siteAt(-90, 0, 2800),
    siteAt(0, 32.5, 1150),
    mid51,
    siteAt(69.65, 18.95, 90),
  ]
  const minima = [0, 2, 10, 30, 60]
  const jobs = Array.from({ length: 24 }, (_, index) => ({
    set: index % 2 === 0 ? pick(catalogue) : pick(unusual),
    site: sites[index % sites.length] ?? mid51,
    minimum: minima[(index * 3 + Math.floor(index / 5)) % minima.length] ?? 0,
  }))

  test('no pass is missed and none is made up, for odd orbits, at the poles and over high masks', () => {
    let total = 0
    for (const { set, site, minimum } of jobs) {
      const propagator = propagatorOf(set)
      const found = disagreements({ propagator, site, mask: flatHorizon(deg(minimum)), hours: 12 })
      expect(found.problems, `over ${minimum}°`).toEqual([])
      total += found.passes
    }
    expect(total).toBeGreaterThan(30)
  })

  test('over a jagged skyline an object goes behind each tower and comes out again', () => {
    const mask = unwrap(
      createHorizonMask({
        minimumElevation: deg(5),
        points: Array.from({ length: 36 }, (_, index) => ({
          azimuth: deg(index * 10 + 3),
          elevation: deg(index % 3 === 0 ? 45 : index % 3),
        })),
      }),
    )
    let total = 0
    for (const set of [ISS, ...catalogue.filter((_, index) => index % 30 === 0)]) {
      const found = disagreements({ propagator: propagatorOf(set), site: mid51, mask, hours: 12 })
      expect(found.problems).toEqual([])
      total += found.passes
    }
    expect(total).toBeGreaterThan(60)
  })
})

describe('passes', () => {
  const propagator = propagatorOf(ISS)
  const day = { motion: propagator, site: mid51, fromUtcMs: from, toUtcMs: utcMs(from + MS_PER_DAY) }

  test('one that grazes the mask for a second is found', () => {
    const [pass] = findPasses(day).passes
    if (pass === undefined) throw new Error('no pass')
    const minimumElevation = deg(pass.maximumElevation - 1e-6)
    const grazing = findPasses({ ...day, minimumElevation }).passes.filter(
      ({ tcaUtcMs }) => Math.abs(tcaUtcMs - pass.tcaUtcMs) < 1,
    )
    expect(grazing.length).toBe(1)
    expect((grazing[0]?.losUtcMs ?? 0) - (grazing[0]?.aosUtcMs ?? 0)).toBeLessThan(1000)
    expect(
      findPasses({ ...day, minimumElevation: deg(pass.maximumElevation + 1e-6) }).passes.some(
        ({ tcaUtcMs }) => Math.abs(tcaUtcMs - pass.tcaUtcMs) < 1,
      ),
    ).toBe(false)
  })

  test('an object that looks over a sloping roof for a second, away from its culmination, is found', () => {
    const [pass] = findPasses(day).passes
    if (pass === undefined) throw new Error('no pass')
    const look = createLook({ motion: propagator, site: mid51 })
    // A roof over all azimuths of the pass, falling by 5° in 100° along its way, and as high as the object comes over
    // it.
    const slope = -0.05 * Math.sign(unwrap(look(pass.aosUtcMs)).azimuthRate)
    const above = ({ azimuth, elevation }: { azimuth: number; elevation: number }): number =>
      elevation - slope * (azimuth - pass.tcaAzimuth)
    let highest = Number.NEGATIVE_INFINITY
    let highestAt = 0
    for (let at: number = pass.aosUtcMs; at < pass.losUtcMs; at += 10) {
      const over = above(unwrap(look(utcMs(at))))
      if (over > highest) {
        highest = over
        highestAt = at
      }
    }
    expect(Math.abs(highestAt - pass.tcaUtcMs)).toBeGreaterThan(3000)
    const roof = (lower: number): HorizonMask =>
      unwrap(
        createHorizonMask({
          minimumElevation: deg(-90),
          points: [
            { azimuth: deg(pass.tcaAzimuth - 100), elevation: deg(highest - lower - slope * 100) },
            { azimuth: deg(pass.tcaAzimuth + 100), elevation: deg(highest - lower + slope * 100) },
          ],
        }),
      )
    const window = { ...day, fromUtcMs: pass.aosUtcMs, toUtcMs: pass.losUtcMs }
    const seen = findPasses({ ...window, mask: roof(1e-5) }).passes
    expect(seen.length).toBe(1)
    expect((seen[0]?.losUtcMs ?? 0) - (seen[0]?.aosUtcMs ?? 0)).toBeLessThan(3000)
    expect(Math.abs((seen[0]?.aosUtcMs ?? 0) - highestAt)).toBeLessThan(3000)
    expect(findPasses({ ...window, mask: roof(-1e-5) }).passes).toEqual([])
  })

  test('a window that begins and ends within a pass gives it open at both ends', () => {
    const [pass] = findPasses(day).passes
    if (pass === undefined) throw new Error('no pass')
    const fromUtcMs = utcMs(pass.aosUtcMs + 1000)
    const toUtcMs = utcMs(pass.tcaUtcMs - 1000)
    const { passes } = findPasses({ ...day, fromUtcMs, toUtcMs })
    expect(passes).toMatchObject([
      { aosUtcMs: fromUtcMs, losUtcMs: toUtcMs, openStart: true, openEnd: true, culminations: [] },
    ])
    expect(passes[0]?.tcaUtcMs).toBe(toUtcMs)
  })

  test('where the window is cut makes no difference to what lies inside', () => {
    const whole = findPasses(day).passes
    const shifted = findPasses({ ...day, fromUtcMs: utcMs(from + 7_777) }).passes
    expect(shifted.length).toBe(whole.length)
    for (const [index, pass] of whole.entries()) {
      expect(Math.abs(pass.aosUtcMs - (shifted[index]?.aosUtcMs ?? 0))).toBeLessThan(0.01)
      expect(Math.abs(pass.losUtcMs - (shifted[index]?.losUtcMs ?? 0))).toBeLessThan(0.01)
    }
  })

  test('what they say is what the look angles say', () => {
    const look = createLook({ motion: propagator, site: mid51 })
    for (const pass of findPasses({ ...day, minimumElevation: deg(10) }).passes) {
      expect(unwrap(look(pass.aosUtcMs)).elevation).toBeCloseTo(10, 6)
      expect(unwrap(look(pass.losUtcMs)).elevation).toBeCloseTo(10, 6)
      expect(unwrap(look(pass.tcaUtcMs))).toMatchObject({
        azimuth: pass.tcaAzimuth,
        elevation: pass.maximumElevation,
      })
    }
  })

  test('an object that decays in the window gives its passes until then, and the reason', () => {
    const decaying = propagatorOf({ ...ISS, bstar: 0.1 })
    const { passes, problem } = findPasses({
      ...day,
      motion: decaying,
      toUtcMs: utcMs(from + 20 * MS_PER_DAY),
    })
    expect(passes.length).toBeGreaterThan(3)
    expect(problem?.code).toBe('orbit.propagation')
  })

  test('a perigee under the ground ends the search with a reason, not with a crash', () => {
    const plunging = propagatorOf({ ...ISS, meanMotion: 6, eccentricity: 0.55, bstar: 0 })
    const { problem } = findPasses({ ...day, motion: plunging })
    expect(problem?.code).toBe('orbit.propagation')
  })

  test.each([
    ['reversed', from, utcMs(from - 1)],
    ['empty', from, from],
    ['of a century', from, utcMs(from + 36_525 * MS_PER_DAY)],
    ['without numbers', utcMs(Number.NaN), from],
    ['without an end', from, utcMs(Number.POSITIVE_INFINITY)],
  ])('a window that is %s is refused in one sentence', (_what, fromUtcMs, toUtcMs) => {
    expect(findPasses({ ...day, fromUtcMs, toUtcMs })).toMatchObject({
      passes: [],
      problem: { code: 'plan.window' },
    })
  })

  test('the search looks at an object a bounded number of times a day', () => {
    let states = 0
    const counting: Motion = {
      object: ISS,
      propagate: (at) => {
        states += 1
        return propagator.propagate(at)
      },
    }
    findPasses({ ...day, motion: counting })
    expect(states).toBeLessThan(12_000)
  })
})
