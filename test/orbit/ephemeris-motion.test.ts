import { describe, expect, test } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { MS_PER_HOUR, MS_PER_MINUTE, utcMs } from '../../src/kernel/time.ts'
import { deg, sec } from '../../src/kernel/units.ts'
import type { EphemerisSegment } from '../../src/orbit/ephemeris.ts'
import { createEphemerisMotion } from '../../src/orbit/ephemeris-motion.ts'
import { createLook } from '../../src/orbit/look.ts'
import { findPasses } from '../../src/orbit/pass-search.ts'
import { magnitude, type StateVector, subtract } from '../../src/orbit/vector.ts'
import { ISS, propagatorOf, siteAt, utc } from './fixtures.ts'
import { madeSegment, motionOf, oemFixture } from './oem-fixture.ts'

const start = utc('2026-08-23T00:00:00Z')

/** A polynomial of a degree in minutes, km, and its derivative. */
const polynomialState =
  (degree: number) =>
  (atMs: number): StateVector => {
    const t = (atMs - start) / MS_PER_MINUTE
    const value = (scale: number): number =>
      7000 +
      Array.from({ length: degree }, (_, power) => scale * (t / 8) ** (power + 1)).reduce((a, b) => a + b, 0)
    const rate = (scale: number): number =>
      Array.from({ length: degree }, (_, power) => ((power + 1) * scale * (t / 8) ** power) / 8 / 60).reduce(
        (a, b) => a + b,
        0,
      )
    return {
      position: { x: value(1), y: value(-2), z: value(0.5) },
      velocity: { x: rate(1), y: rate(-2), z: rate(0.5) },
    }
  }

const difference = (a: StateVector, b: StateVector) => ({
  km: magnitude(subtract(a.position, b.position)),
  kmPerSec: magnitude(subtract(a.velocity, b.velocity)),
})

describe('between the states of a file', () => {
  test.each([
    ['nothing: Hermite of degree 7', undefined, 7],
    ['Hermite 1, which takes two states', { method: 'hermite', degree: 1 }, 3],
    ['Hermite 3', { method: 'hermite', degree: 3 }, 3],
    ['Hermite 11', { method: 'hermite', degree: 11 }, 11],
    ['Lagrange 5', { method: 'lagrange', degree: 5 }, 5],
    ['Lagrange 8, an odd number of states', { method: 'lagrange', degree: 8 }, 8],
    ['linear', { method: 'linear', degree: 1 }, 1],
  ] as const)('what is named (%s) is exact for polynomials of its degree', (_what, interpolation, degree) => {
    const state = polynomialState(degree)
    const motion = motionOf({
      ...madeSegment({ fromMs: start, count: 15, stepMs: MS_PER_MINUTE, state }),
      ...(interpolation === undefined ? {} : { interpolation }),
    })
    for (let minutes = 0; minutes <= 14; minutes += 0.3) {
      const at = utcMs(start + minutes * MS_PER_MINUTE)
      const off = difference(unwrap(motion.propagate(at)), state(at))
      expect(off.km).toBeLessThan(2e-8)
      expect(off.kmPerSec).toBeLessThan(1e-8)
    }
  })

  test('and is not exact beyond it: the degree named is the degree taken', () => {
    const state = polynomialState(9)
    const segment = madeSegment({ fromMs: start, count: 15, stepMs: MS_PER_MINUTE, state })
    const at = utcMs(start + 13.5 * MS_PER_MINUTE)
    const off = (degree: number): number =>
      difference(
        unwrap(motionOf({ ...segment, interpolation: { method: 'hermite', degree } }).propagate(at)),
        state(at),
      ).km
    expect(off(5)).toBeGreaterThan(1e-4)
    expect(off(7)).toBeGreaterThan(1e-7)
    expect(off(9)).toBeLessThan(2e-8)
  })

  test.each([
    ['hermite', 7],
    ['lagrange', 9],
  ] as const)('the motion goes on through a leap second, which UTC does not count (%s)', (method, degree) => {
    const leap = utc('2017-01-01T00:00:00')
    // A circle at 7 km/s and more. TAI − UTC was 36 s, and 37 s from 2017 on [IERS Bulletin C 52].
    const state = (at: number): StateVector => {
      const seconds = (at - leap) / 1000 + (at >= leap ? 1 : 0)
      const angle = 1.1e-3 * seconds
      return {
        position: { x: 7000 * Math.cos(angle), y: 7000 * Math.sin(angle), z: 0 },
        velocity: { x: -7.7 * Math.sin(angle), y: 7.7 * Math.cos(angle), z: 0 },
      }
    }
    const fromMs = leap - 9.5 * MS_PER_MINUTE
    const segment = madeSegment({ fromMs, count: 20, stepMs: MS_PER_MINUTE, state })
    const motion = motionOf({ ...segment, interpolation: { method, degree } })
    for (let seconds = -120; seconds <= 120; seconds += 7.5) {
      const at = utcMs(leap + seconds * 1000)
      const off = difference(unwrap(motion.propagate(at)), state(at))
      expect(off.km).toBeLessThan(1e-6)
      expect(off.kmPerSec).toBeLessThan(1e-6)
    }
  })

  test('at a state it says exactly what the file says', () => {
    const artemis = oemFixture('orbit/artemis1-cut.oem')
    const motion = motionOf({ ...artemis, frame: 'TEME' })
    for (const { utcMs: at, position, velocity } of artemis.states) {
      expect(unwrap(motion.propagate(at))).toEqual({ position, velocity })
    }
  })

  test('a state left out of a file is found again to a millimetre by the default', () => {
    // Every 4 minutes, on the way back from the Moon.
    const artemis = oemFixture('orbit/artemis2-cut.oem')
    const far = artemis.states.filter(({ position }) => magnitude(position) > 30_000)
    let worst = 0
    for (let index = 4; index < far.length - 4; index += 7) {
      const left = far[index]
      if (left === undefined) continue
      const motion = motionOf({
        ...artemis,
        frame: 'TEME',
        states: artemis.states.filter((state) => state !== left),
      })
      worst = Math.max(worst, difference(unwrap(motion.propagate(left.utcMs)), left).km)
    }
    expect(worst).toBeLessThan(1e-6)
  })

  test('SGP4 sampled each minute comes back within a millimetre', () => {
    const propagator = propagatorOf(ISS)
    const state = (at: number): StateVector => unwrap(propagator.propagate(utcMs(at)))
    const motion = motionOf(madeSegment({ fromMs: start, count: 100, stepMs: MS_PER_MINUTE, state }))
    for (let minutes = 3.5; minutes < 95; minutes += 1.1) {
      const at = utcMs(start + minutes * MS_PER_MINUTE)
      const { position } = unwrap(motion.propagate(at))
      // SGP4's velocity is 1e-5 km/s off, which Hermite has to believe: that is 0.1 mm/s over some ten seconds.
      expect(magnitude(subtract(position, state(at).position))).toBeLessThan(2e-4)
    }
  })
})

const still = (x: number) => (): StateVector => ({
  position: { x, y: 0, z: 0 },
  velocity: { x: 0, y: 0, z: 0 },
})
const segmentAt = (hour: number, x: number, rest: Partial<EphemerisSegment> = {}): EphemerisSegment =>
  madeSegment({
    fromMs: start + hour * MS_PER_HOUR,
    count: 7,
    stepMs: 10 * MS_PER_MINUTE,
    state: still(x),
    ...rest,
  })
const at = (hours: number) => utcMs(start + hours * MS_PER_HOUR)

describe('segments', () => {
  test('are never bridged: between them there is nothing, and the sentence names the gap', () => {
    const motion = motionOf(segmentAt(0, 7000), segmentAt(2, 8000))
    expect(unwrap(motion.propagate(at(1))).position.x).toBe(7000)
    expect(unwrap(motion.propagate(at(2))).position.x).toBe(8000)
    expect(motion.propagate(at(1.5))).toMatchObject({
      ok: false,
      error: {
        code: 'orbit.span',
        message:
          'The ephemeris of PROBE says nothing of 2026-08-23T01:30:00.000Z; it covers 2026-08-23T00:00:00.000Z to ' +
          '2026-08-23T03:00:00.000Z, but for a gap from 2026-08-23T01:00:00.000Z to 2026-08-23T02:00:00.000Z',
      },
    })
  })

  test('say nothing before, after and never, and name their span', () => {
    const motion = motionOf(segmentAt(0, 7000))
    for (const instant of [at(-0.001), at(1.001), utcMs(Number.NaN), utcMs(Number.POSITIVE_INFINITY)]) {
      const told = motion.propagate(instant)
      expect(told).toMatchObject({ ok: false, error: { code: 'orbit.span' } })
      expect(told.ok ? '' : told.error.message).toContain(
        'covers 2026-08-23T00:00:00.000Z to 2026-08-23T01:00:00.000Z',
      )
    }
  })

  test('are told within their useable span only, the states beyond it still supporting the polynomial', () => {
    const state = polynomialState(7)
    const whole = madeSegment({ fromMs: start, count: 5, stepMs: MS_PER_MINUTE, state })
    const motion = motionOf({
      ...whole,
      useableStartUtcMs: utcMs(start + 90_000),
      useableStopUtcMs: utcMs(start + 150_000),
    })
    expect(motion.propagate(utcMs(start + 89_999)).ok).toBe(false)
    expect(motion.propagate(utcMs(start + 150_001)).ok).toBe(false)
    const first = utcMs(start + 90_000)
    expect(difference(unwrap(motion.propagate(first)), state(first)).km).toBeLessThan(1e-9)
  })

  test('that claim more than their states are cut to these', () => {
    const motion = motionOf(segmentAt(0, 7000, { useableStartUtcMs: at(-5), useableStopUtcMs: at(5) }))
    expect(motion.spans).toEqual([{ fromUtcMs: at(0), toUtcMs: at(1) }])
  })

  test('that overlap: the later one from its useable start, and the earlier again where it lasts longer', () => {
    const long = madeSegment({ fromMs: start, count: 31, stepMs: 10 * MS_PER_MINUTE, state: still(7000) })
    const motion = motionOf(long, segmentAt(1, 8000), segmentAt(1.5, 9000))
    const xAt = (hours: number): number => unwrap(motion.propagate(at(hours))).position.x
    expect([0.5, 0.999, 1, 1.499, 1.5, 2.4, 2.6, 5].map(xAt)).toEqual([
      7000, 7000, 8000, 8000, 9000, 9000, 7000, 7000,
    ])
    expect(motion.spans?.map(({ fromUtcMs }) => fromUtcMs)).toEqual([at(0), at(1), at(1.5), at(2.5)])
  })

  test('of fewer states than the degree asks for use what there are', () => {
    const state = polynomialState(3)
    const motion = motionOf(madeSegment({ fromMs: start, count: 2, stepMs: MS_PER_MINUTE, state }))
    const middle = utcMs(start + 20_000)
    expect(difference(unwrap(motion.propagate(middle)), state(middle)).km).toBeLessThan(1e-9)
  })
})

describe('a file that cannot be used is refused in one sentence', () => {
  const good = segmentAt(0, 7000)
  const repeated = good.states[2]
  test.each([
    [
      'another centre',
      { center: 'MOON' },
      'The ephemeris of PROBE cannot be used: its centre is "MOON", not EARTH',
    ],
    ['another frame', { frame: 'MCI' }, 'the reference frame "MCI" is none of GCRF, ICRF, EME2000'],
    [
      'degree 99',
      { interpolation: { method: 'lagrange', degree: 99 } },
      'its interpolation is of degree 99, not 1 to 15',
    ],
    ['degree ½', { interpolation: { method: 'hermite', degree: 0.5 } }, 'degree 0.5'],
    [
      'a state twice',
      { states: repeated === undefined ? [] : [...good.states.slice(0, 3), repeated] },
      'its state of 2026-08-23T00:20:00.000Z is not later than the one before it',
    ],
    ['no states', { states: [] }, 'its useable span is empty'],
    ['a reversed span', { useableStartUtcMs: at(1), useableStopUtcMs: at(0) }, 'its useable span is empty'],
  ] as const)('%s', (_what, change, sentence) => {
    const refused = createEphemerisMotion({ segments: [{ ...good, ...change }] })
    expect(refused).toMatchObject({ ok: false, error: { code: 'orbit.ephemeris' } })
    expect(refused.ok ? '' : refused.error.message).toContain(sentence)
  })

  test('two objects in one file', () => {
    const refused = createEphemerisMotion({
      segments: [good, { ...segmentAt(2, 7000), objectName: 'OTHER' }],
    })
    expect(refused.ok ? '' : refused.error.message).toContain('the file is also of OTHER')
  })
})

describe('passes of an object that is known in spans only', () => {
  const site = siteAt(51.5, -0.1275, 50)
  const propagator = propagatorOf(ISS)
  const state = (instant: number): StateVector => unwrap(propagator.propagate(utcMs(instant)))
  const sampled = (fromMs: number, minutes: number): EphemerisSegment =>
    madeSegment({ fromMs, count: minutes + 1, stepMs: MS_PER_MINUTE, state })
  const window = { site, fromUtcMs: at(0), toUtcMs: at(12), minimumElevation: deg(5) }
  const whole = findPasses({ ...window, motion: propagator, lightTime: true }).passes
  const [, second] = whole

  test('are those of the motion they were sampled from', () => {
    const { passes, problem } = findPasses({ ...window, motion: motionOf(sampled(at(-0.1), 732)) })
    expect(problem).toBeUndefined()
    expect(passes.length).toBe(whole.length)
    for (const [index, pass] of passes.entries()) {
      expect(pass).toMatchObject({
        name: 'PROBE',
        catalogNumber: undefined,
        openStart: false,
        openEnd: false,
      })
      expect(Math.abs(pass.aosUtcMs - (whole[index]?.aosUtcMs ?? 0))).toBeLessThan(1)
      expect(Math.abs(pass.losUtcMs - (whole[index]?.losUtcMs ?? 0))).toBeLessThan(1)
      expect(Math.abs(pass.tcaUtcMs - (whole[index]?.tcaUtcMs ?? 0))).toBeLessThan(5)
    }
  })

  test('two segments that touch within a pass make one pass', () => {
    const middle = Math.round((second?.tcaUtcMs ?? 0) / 1000) * 1000
    const minutes = Math.ceil((middle - at(0)) / MS_PER_MINUTE) + 5
    const motion = motionOf(sampled(middle - minutes * MS_PER_MINUTE, minutes), sampled(middle, 600))
    const { passes } = findPasses({ ...window, motion })
    expect(passes[1]).toMatchObject({ openStart: false, openEnd: false })
    expect(Math.abs((passes[1]?.losUtcMs ?? 0) - (second?.losUtcMs ?? 0))).toBeLessThan(1)
  })

  test('a gap ends the pass it falls into, open and with the reason, and the next span begins one', () => {
    const gapFrom = Math.round((second?.tcaUtcMs ?? 0) / 1000) * 1000
    const gapTo = gapFrom + 60_000
    const minutes = Math.ceil((gapFrom - at(0)) / MS_PER_MINUTE) + 5
    const motion = motionOf(sampled(gapFrom - minutes * MS_PER_MINUTE, minutes), sampled(gapTo, 700))
    const { passes, problem } = findPasses({ ...window, motion })
    expect(problem).toMatchObject({ code: 'orbit.span' })
    expect(problem?.message).toContain('with gaps: not all of the window was searched')
    expect(passes.length).toBe(whole.length + 1)
    expect(passes[1]).toMatchObject({
      openStart: false,
      openEnd: true,
      openEndReason: 'PROBE is not known after',
    })
    expect(passes[2]).toMatchObject({
      openStart: true,
      openEnd: false,
      openStartReason: 'PROBE is not known before',
    })
    // The last light that left before the gap arrives its light time later.
    const lateMs = (passes[1]?.losUtcMs ?? 0) - gapFrom
    expect(lateMs).toBeGreaterThan(1)
    expect(lateMs).toBeLessThan(10)
    const look = createLook({ motion, site })
    expect(look(passes[1]?.losUtcMs ?? at(0)).ok).toBe(true)
    expect(look(passes[2]?.aosUtcMs ?? at(0)).ok).toBe(true)
    expect(look(utcMs(gapFrom + 30_000))).toMatchObject({ ok: false, error: { code: 'orbit.span' } })
  })

  test.each([5, -5])(
    'a fast one far away (%d km/s) is followed to both ends of its file',
    (radialKmPerSec) => {
      const state = (atMs: number): StateVector => ({
        position: { x: 300_000 + (radialKmPerSec * (atMs - start)) / 1000, y: 0, z: 0 },
        velocity: { x: radialKmPerSec, y: 0, z: 0 },
      })
      const far = madeSegment({ fromMs: start, count: 25, stepMs: MS_PER_HOUR / 4, state })
      const { passes, problem } = findPasses({
        motion: motionOf(far),
        site: siteAt(0, 0, 0),
        fromUtcMs: far.startUtcMs,
        toUtcMs: far.stopUtcMs,
        minimumElevation: deg(-90),
      })
      expect(problem).toBeUndefined()
      expect(passes).toMatchObject([
        { openStart: true, openEnd: true, openStartReason: 'PROBE is not known before' },
      ])
      // All the light that left within the span, from one second after it begins.
      expect((passes[0]?.aosUtcMs ?? 0) - start).toBeGreaterThan(950)
      expect((passes[0]?.aosUtcMs ?? 0) - start).toBeLessThan(1050)
      expect(passes[0]?.losUtcMs).toBe(far.stopUtcMs)
    },
  )

  test('a window that the file does not touch has none, and says what is known', () => {
    const motion = motionOf(sampled(at(-5), 60))
    expect(findPasses({ ...window, motion })).toMatchObject({
      passes: [],
      problem: {
        code: 'orbit.span',
        message:
          'PROBE is known from 2026-08-22T19:00:00.000Z to 2026-08-22T20:00:00.000Z: not all of the window was searched',
      },
    })
  })

  test('an ITRF file stands over the same place whatever UT1 − UTC is, if both sides are told', () => {
    const ut1MinusUtc = sec(0.5)
    const fixed = madeSegment({
      fromMs: at(0),
      count: 20,
      stepMs: MS_PER_HOUR,
      state: still(42_164),
      frame: 'ITRF2014',
    })
    const motion = unwrap(createEphemerisMotion({ segments: [fixed] }, { ut1MinusUtc }))
    const zero = motionOf(fixed)
    const equator = siteAt(0, 10, 0)
    const seen = unwrap(createLook({ motion, site: equator, ut1MinusUtc })(at(3)))
    const seenAtZero = unwrap(createLook({ motion: zero, site: equator })(at(3)))
    expect(seen.azimuth).toBeCloseTo(seenAtZero.azimuth, 9)
    expect(seen.elevation).toBeCloseTo(seenAtZero.elevation, 9)
  })
})
