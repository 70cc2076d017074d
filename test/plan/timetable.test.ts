import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shortestTurn, wrapDeg } from '../../src/kernel/angle.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { parseUtc, type UtcMs, utcMs } from '../../src/kernel/time.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import type { Pass } from '../../src/orbit/pass.ts'
import type { PlannedAntenna } from '../../src/plan/antenna-gap.ts'
import {
  type PassRequest,
  type PlanPolicy,
  passIdOf,
  planTimetable,
  type Task,
} from '../../src/plan/timetable.ts'
import { slewTimeMs } from '../../src/pointing/pass-sequence.ts'
import { g5500 } from '../pointing/passes.ts'

const from = unwrap(parseUtc('2026-08-23T05:00:00Z'))
const at = (seconds: number): UtcMs => utcMs(from + seconds * 1000)

const pass = (catalogNumber: number, startSec: number, stopSec: number, maximum = 45): Pass => ({
  catalogNumber,
  name: `SAT-${catalogNumber}`,
  aosUtcMs: at(startSec),
  aosAzimuth: deg(10),
  losUtcMs: at(stopSec),
  losAzimuth: deg(170),
  tcaUtcMs: at((startSec + stopSec) / 2),
  tcaAzimuth: deg(90),
  maximumElevation: deg(maximum),
  culminations: [],
  openStart: false,
  openEnd: false,
})
const request = (catalogNumber: number, priority: number, id = `r${catalogNumber}`): PassRequest => ({
  id,
  catalogNumber,
  priority,
})
const policy: PlanPolicy = {
  turnaround: ms(60_000),
  minimumCulmination: deg(10),
  minimumDuration: ms(60_000),
}
const plan = (requests: readonly PassRequest[], passes: readonly Pass[]) =>
  planTimetable({ requests, passes, policy, fromUtcMs: from })

describe('timetable', () => {
  test('the higher priority wins, and the reason names the winner', () => {
    const iss = { ...pass(25544, 1148, 1790), name: 'ISS (ZARYA)' }
    const { tasks, notTaken } = plan([request(25544, 2), request(7530, 1)], [pass(7530, 1000, 2500), iss])
    expect(tasks).toMatchObject([
      { passId: '25544-20260823t051908z', startUtcMs: at(1148), stopUtcMs: at(1790) },
    ])
    expect(notTaken.map(({ reason }) => reason)).toEqual([
      'not taken: overlaps ISS (ZARYA) 05:19:08Z, which has the higher priority',
    ])
  })

  test('no number of lower ones outweighs a higher one', () => {
    const { tasks } = plan(
      [request(1, 2), request(2, 1), request(3, 1)],
      [pass(1, 900, 1100), pass(2, 0, 950), pass(3, 1050, 3000)],
    )
    expect(tasks.map((task) => task.pass.catalogNumber)).toEqual([1])
  })

  test('within one priority the best total wins over the longest single one', () => {
    const { tasks, notTaken } = plan(
      [request(1, 1), request(2, 1), request(3, 1)],
      [pass(2, 0, 700), pass(1, 500, 1500), pass(3, 1000, 1700)],
    )
    expect(tasks.map((task) => task.pass.catalogNumber)).toEqual([2, 3])
    expect(notTaken[0]?.reason).toBe(
      'not taken: overlaps SAT-2 05:00:00Z, of the same priority, and the choice made observes longer in all',
    )
  })

  test('the antenna gets its time to turn', () => {
    const requests = [request(1, 2), request(2, 1)]
    const close = plan(requests, [pass(1, 100, 700), pass(2, 759, 1300)])
    expect(close.tasks.length).toBe(1)
    expect(close.notTaken[0]?.reason).toBe(
      'not taken: leaves less than 60 s to turn between it and SAT-1 05:01:40Z, which has the higher priority',
    )
    expect(plan(requests, [pass(1, 100, 700), pass(2, 760, 1300)]).tasks.length).toBe(2)
  })

  test('a low, a short, a past and an unwanted pass each have their reason', () => {
    const { tasks, notTaken } = plan(
      [request(1, 1), request(2, 1), request(3, 1)],
      [pass(1, 100, 700, 9.94), pass(2, 1000, 1030), pass(3, -700, -100), pass(4, 2000, 2600)],
    )
    expect(tasks).toEqual([])
    expect(notTaken.map(({ reason }) => reason)).toEqual([
      'not taken: it had set by 05:00:00Z',
      'not taken: culminates at 9.9°, below the 10° asked for',
      'not taken: lasts 30 s, less than the 60 s asked for',
      'not taken: nobody asks for this object',
    ])
  })

  test('a pass under way is taken from now on', () => {
    const { tasks } = plan([request(1, 1)], [pass(1, -100, 500)])
    expect(tasks).toMatchObject([{ startUtcMs: from, stopUtcMs: at(500) }])
  })

  test('a pass is followed once: a second request for it is told so', () => {
    const { tasks, notTaken } = plan([request(1, 1, 'b'), request(1, 1, 'a')], [pass(1, 0, 500)])
    expect(tasks.map((task) => task.request.id)).toEqual(['a'])
    expect(notTaken.map(({ reason }) => reason)).toEqual([
      'not taken: the pass is already followed for request a',
    ])
  })

  test('the name of a pass is made of letters, digits and hyphens, never longer than 32', () => {
    expect(passIdOf({ catalogNumber: 25544, aosUtcMs: unwrap(parseUtc('2026-08-23T05:19:07.9999Z')) })).toBe(
      '25544-20260823t051907z',
    )
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999_999_999 }),
        fc.double({ min: 0, max: 4e12, noNaN: true }),
        (catalogNumber, instant) => {
          const id = passIdOf({ catalogNumber, aosUtcMs: utcMs(instant) })
          expect(id).toMatch(/^[a-z0-9-]{1,32}$/)
          const iso = new Date(Math.floor(instant / 1000) * 1000).toISOString()
          expect(id).toBe(`${catalogNumber}-${iso.slice(0, 19).replaceAll(/[-:]/g, '').toLowerCase()}z`)
        },
      ),
    )
  })
})

/** A pass as even as its numbers: from one azimuth to the other the shorter way, 60° high. */
const overhead = (one: Pass) => (instant: UtcMs) => {
  const share = (instant - one.aosUtcMs) / (one.losUtcMs - one.aosUtcMs)
  const turn = shortestTurn({ from: one.aosAzimuth, to: one.losAzimuth })
  return {
    azimuth: wrapDeg(deg(one.aosAzimuth + share * turn)),
    elevation: deg(60 * Math.sin(Math.PI * share)),
  }
}
const antenna: PlannedAntenna = { mount: g5500, margin: ms(10_000), lookAt: overhead }
const between = (
  catalogNumber: number,
  span: readonly [number, number],
  ends: readonly [number, number],
): Pass => ({
  ...pass(catalogNumber, ...span),
  aosAzimuth: deg(ends[0]),
  losAzimuth: deg(ends[1]),
})
const planFor = (
  requests: readonly PassRequest[],
  passes: readonly Pass[],
  change: Partial<PlanPolicy> = {},
) =>
  planTimetable({
    requests,
    passes,
    policy: { ...policy, turnaround: ms(0), ...change },
    fromUtcMs: from,
    antenna,
  })
const spans = (tasks: readonly Task[]) =>
  tasks.map((task) => [
    task.pass.catalogNumber,
    Math.round((task.startUtcMs - from) / 1000),
    Math.round((task.stopUtcMs - from) / 1000),
  ])

describe('for an antenna that moves', () => {
  const equals = [request(1, 1), request(2, 1)]

  test('the slew between two passes counts, not the longest turn', () => {
    // From 170° to 200° at 6°/s with its run-up, and ten seconds beside: 15.5 s.
    const near = planFor(equals, [pass(1, 100, 700), between(2, [716, 1300], [200, 300])])
    expect(spans(near.tasks)).toEqual([
      [1, 100, 700],
      [2, 716, 1300],
    ])
    expect(near.tasks.map(({ cut }) => cut)).toEqual([undefined, undefined])
    expect(near.tasks[0]?.motion?.afterwards).toBe('wait-for-next')
    expect(near.tasks[1]?.motion?.beginsAt.azimuth).toBeCloseTo(200, 0)
  })

  test('a pass that comes too soon begins late, and the plan says why', () => {
    const { tasks, notTaken } = planFor(equals, [pass(1, 100, 700), between(2, [705, 1300], [350, 250])])
    expect(notTaken).toEqual([])
    expect(spans(tasks)[0]).toEqual([1, 100, 700])
    // 180° at 6°/s, ten seconds beside, and the satellite comes to meet it.
    expect(tasks[1]?.startUtcMs).toBeGreaterThan(at(730))
    expect(tasks[1]?.startUtcMs).toBeLessThan(at(741))
    expect(tasks[1]?.cut).toMatch(
      /^begins \d\d s late: the antenna needs \d\d s from SAT-1 05:01:40Z \(azimuth 170°, elevation 0°\) to SAT-2 05:11:45Z \(azimuth 34\d°, elevation \d+°\)$/,
    )
  })

  test('beside a higher priority a pass is cut, at whichever end is in the way', () => {
    const requests = [request(1, 1), request(2, 2), request(3, 1)]
    const passes = [pass(1, 0, 800), between(2, [600, 1000], [40, 200]), between(3, [900, 2000], [20, 160])]
    const { tasks, notTaken } = planFor(requests, passes)
    expect(notTaken).toEqual([])
    const [before, important, after] = tasks
    expect([important?.startUtcMs, important?.stopUtcMs, important?.cut]).toEqual([
      at(600),
      at(1000),
      undefined,
    ])
    expect(before?.startUtcMs).toBe(at(0))
    expect(before?.cut).toMatch(/^ends 2\d\d s early: the antenna needs \d+ s from SAT-1 .* to SAT-2 /)
    expect(after?.stopUtcMs).toBe(at(2000))
    expect(after?.cut).toMatch(/^begins 1\d\d s late: the antenna needs \d+ s from SAT-2 .* to SAT-3 /)
  })

  test('what stays up for hours is followed in the longest gap that the important ones leave', () => {
    const { tasks } = planFor(
      [request(1, 2), request(2, 2), request(3, 1)],
      [pass(1, 1000, 1600), pass(2, 5000, 5600), between(3, [0, 9000], [150, 151])],
    )
    expect(tasks.map((task) => task.pass.catalogNumber)).toEqual([1, 3, 2])
    expect(tasks[1]?.startUtcMs).toBeGreaterThan(at(1600))
    expect(tasks[1]?.stopUtcMs).toBeLessThan(at(5000))
  })

  test('a pass of which too little would be left is given up, and the owner’s own gap is kept', () => {
    const passes = [pass(1, 100, 700), between(2, [705, 790], [350, 250])]
    const { tasks, notTaken } = planFor(equals, passes)
    expect(spans(tasks)).toEqual([[1, 100, 700]])
    expect(notTaken[0]?.reason).toMatch(
      /^not taken: leaves less than 41 s to turn between it and SAT-1 05:01:40Z/,
    )
    const apart = [pass(1, 100, 700), between(2, [716, 1300], [200, 300])]
    const asked = planFor(equals, apart, { turnaround: ms(100_000) })
    expect(spans(asked.tasks)[1]).toEqual([2, 800, 1300])
    expect(asked.tasks[1]?.cut).toBe(
      'begins 84 s late: 100 s are to be left between SAT-1 05:01:40Z and SAT-2 05:11:56Z',
    )
  })

  test('a turn of the cable that the ends do not show is found when the motions are planned', () => {
    // Sets at 100° on the first turn; the next goes through north from 80° and must begin at 440°.
    const mount = { ...g5500, elevation: { ...g5500.elevation, maximum: deg(90) } }
    const passes = [between(1, [100, 700], [200, 100]), between(2, [715, 1000], [80, 300])]
    const { tasks } = planTimetable({
      requests: equals,
      passes,
      policy: { ...policy, turnaround: ms(0) },
      fromUtcMs: from,
      antenna: { ...antenna, mount },
    })
    expect(tasks[1]?.motion?.beginsAt.azimuth).toBeGreaterThan(360)
    expect(tasks[1]?.cut).toMatch(/^begins [45]\d s late: the antenna needs/)
  })

  test('whatever is asked for: no two tasks are nearer than the slew, and each pass is answered once', () => {
    const anyPass = fc
      .record({
        sat: fc.integer({ min: 1, max: 5 }),
        start: fc.integer({ min: -300, max: 5000 }),
        length: fc.integer({ min: 30, max: 1200 }),
        rises: fc.integer({ min: 0, max: 359 }),
        sets: fc.integer({ min: 0, max: 359 }),
      })
      .map(({ sat, start, length, rises, sets }) => between(sat, [start, start + length], [rises, sets]))
    const requests = [request(1, 3), request(2, 2), request(3, 2), request(4, 1), request(1, 1, 'again')]
    fc.assert(
      fc.property(fc.uniqueArray(anyPass, { selector: passIdOf, maxLength: 8 }), (passes) => {
        const { tasks, notTaken } = planFor(requests, passes)
        for (const [index, task] of tasks.entries()) {
          expect(task.stopUtcMs - task.startUtcMs).toBeGreaterThanOrEqual(60_000 - 1e-6)
          const isWhole =
            task.startUtcMs === Math.max(from, task.pass.aosUtcMs) && task.stopUtcMs === task.pass.losUtcMs
          expect(task.cut === undefined).toBe(isWhole)
          const next = tasks[index + 1]
          if (next?.motion === undefined || task.motion === undefined) continue
          const way = slewTimeMs(g5500, task.motion.endsAt, next.motion.beginsAt) + 10_000
          expect(next.startUtcMs - task.stopUtcMs).toBeGreaterThanOrEqual(way - 1e-3)
        }
        for (const one of passes) {
          const answers = [...tasks, ...notTaken].filter((answer) => answer.pass === one)
          const wanted = requests.filter(({ catalogNumber }) => catalogNumber === one.catalogNumber)
          expect(answers.length).toBe(Math.max(1, wanted.length))
        }
      }),
      { numRuns: 60, seed: 3 },
    )
  })
})

describe('any requests and passes', () => {
  const anyPass = fc
    .record({
      sat: fc.integer({ min: 1, max: 6 }),
      start: fc.integer({ min: -600, max: 6000 }),
      length: fc.integer({ min: 1, max: 1500 }),
      maximum: fc.integer({ min: 1, max: 90 }),
    })
    .map(({ sat, start, length, maximum }) => pass(sat, start, start + length, maximum))
  const anyRequests = fc.uniqueArray(
    fc.record({
      id: fc.string({ minLength: 1, maxLength: 3 }),
      catalogNumber: fc.integer({ min: 1, max: 5 }),
      priority: fc.integer({ min: 0, max: 3 }),
    }),
    { selector: ({ id }) => id, maxLength: 6 },
  )
  const distinct = { selector: passIdOf, maxLength: 10 }

  test('no two tasks overlap, turnaround included, and each pass is taken or has its reason', () => {
    fc.assert(
      fc.property(anyRequests, fc.uniqueArray(anyPass, distinct), (requests, passes) => {
        const { tasks, notTaken } = plan(requests, passes)
        for (const [index, task] of tasks.entries()) {
          const next = tasks[index + 1]
          if (next !== undefined)
            expect(next.startUtcMs).toBeGreaterThanOrEqual(task.stopUtcMs + policy.turnaround)
        }
        for (const one of passes) {
          const answers = [...tasks, ...notTaken].filter((answer) => answer.pass === one)
          const wanted = requests.filter(({ catalogNumber }) => catalogNumber === one.catalogNumber)
          expect(answers.length).toBe(Math.max(1, wanted.length))
        }
        expect(notTaken.every(({ reason }) => /^not taken: ./.test(reason))).toBe(true)
        expect(notTaken.some(({ reason }) => reason.endsWith('another choice observes longer'))).toBe(false)
      }),
    )
  })

  test('the order of what is given does not matter', () => {
    fc.assert(
      fc.property(anyRequests, fc.uniqueArray(anyPass, distinct), (requests, passes) => {
        expect(plan([...requests].reverse(), [...passes].reverse())).toEqual(plan(requests, passes))
      }),
    )
  })

  test('each priority gets the longest total that the higher ones leave, as trying all choices says', () => {
    const length = (chosen: readonly Pass[]): number =>
      chosen.reduce((sum, one) => sum + one.losUtcMs - Math.max(from, one.aosUtcMs), 0)
    const apart = (a: Pass, b: Pass): boolean =>
      a.losUtcMs + policy.turnaround <= Math.max(from, b.aosUtcMs) ||
      b.losUtcMs + policy.turnaround <= Math.max(from, a.aosUtcMs)
    fc.assert(
      fc.property(fc.uniqueArray(anyPass, distinct), (passes) => {
        // Objects 1 to 3 at the higher priority, 4 and 5 at the lower, 6 unwanted.
        const requests = [1, 2, 3, 4, 5].map((number) => request(number, number <= 3 ? 2 : 1))
        const taken = plan(requests, passes).tasks.map((task) => task.pass)
        const fit = passes.filter(
          (one) =>
            one.catalogNumber < 6 &&
            one.maximumElevation >= 10 &&
            one.losUtcMs - Math.max(from, one.aosUtcMs) >= 60_000 &&
            one.losUtcMs > from,
        )
        for (const isOfLevel of [
          (one: Pass) => one.catalogNumber <= 3,
          (one: Pass) => one.catalogNumber > 3,
        ]) {
          const higher = taken.filter((one) => one.catalogNumber <= 3 && !isOfLevel(one))
          const level = fit.filter((one) => isOfLevel(one) && higher.every((other) => apart(one, other)))
          let best = 0
          for (let bits = 0; bits < 2 ** level.length; bits += 1) {
            const chosen = level.filter((_, index) => (bits >> index) % 2 === 1)
            const free = chosen.every((one, i) => chosen.every((other, j) => j <= i || apart(one, other)))
            if (free) best = Math.max(best, length(chosen))
          }
          expect(length(taken.filter(isOfLevel))).toBe(best)
        }
      }),
      { numRuns: 60 },
    )
  })
})
