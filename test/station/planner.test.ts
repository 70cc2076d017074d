import { expect, it } from 'vitest'
import type { Log } from '../../src/kernel/log.ts'
import { createRealClock } from '../../src/kernel/real-clock.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { MS_PER_HOUR, utcMs } from '../../src/kernel/time.ts'
import { deg, ms, sec } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import { createHorizonMask, flatHorizon } from '../../src/orbit/horizon-mask.ts'
import { findPasses } from '../../src/orbit/pass-search.ts'
import { planTimetable } from '../../src/plan/timetable.ts'
import type { PlanOrder } from '../../src/station/plan-sky.ts'
import { createWorkerPlanner, inlinePlanner, type Planner } from '../../src/station/planner.ts'
import { demoCatalogue, ISS, propagatorOf, siteAt, utc } from '../orbit/fixtures.ts'
import { g5500 } from '../pointing/passes.ts'

const FROM = utc('2026-08-23T00:00:00Z')
const CATALOGUE = demoCatalogue()
const FEW = CATALOGUE.filter((_, index) => index % 20 === 0)
/** As many as fly: the demo's objects, spread over node and anomaly. */
const WHOLE_CATALOGUE_OBJECTS = 16_400

const orderOf = (elementSets: readonly ElementSet[], change: Partial<PlanOrder> = {}): PlanOrder => ({
  elementSets,
  requests: elementSets.map(({ catalogNumber }, index) => ({
    id: `request-${catalogNumber}`,
    catalogNumber,
    priority: index % 3,
  })),
  site: siteAt(51.5, -0.1275, 50),
  refraction: undefined,
  ut1MinusUtc: sec(0),
  mask: unwrap(createHorizonMask({ minimumElevation: deg(5), points: [] })),
  policy: { turnaround: ms(60_000), minimumCulmination: deg(10), minimumDuration: ms(20_000) },
  fromUtcMs: FROM,
  toUtcMs: utcMs(FROM + 6 * MS_PER_HOUR),
  notTakenMax: 500,
  ...change,
})

const told: string[] = []
const log: Log = {
  info: () => {},
  warn: (message) => told.push(message),
  fault: ({ message }) => told.push(message),
}
const workerOf = (source: string): URL => new URL(`data:text/javascript,${encodeURIComponent(source)}`)

it('plans what the exact search and the timetable give one after the other', async () => {
  const order = orderOf(FEW)
  const { timetable, notTakenCount, problemCount } = unwrap(await inlinePlanner.plan(order))
  const { site, mask, fromUtcMs, toUtcMs } = order
  const passes = FEW.flatMap(
    (set) => findPasses({ site, mask, fromUtcMs, toUtcMs, motion: propagatorOf(set) }).passes,
  )
  const { requests, policy } = order
  const exact = planTimetable({ requests, passes, policy, fromUtcMs })
  expect(timetable.tasks.length).toBeGreaterThan(3)
  expect(timetable.tasks.map(({ passId, request }) => [passId, request.id])).toEqual(
    exact.tasks.map(({ passId, request }) => [passId, request.id]),
  )
  expect(timetable.notTaken.map(({ reason }) => reason)).toEqual(exact.notTaken.map(({ reason }) => reason))
  expect(notTakenCount).toBe(exact.notTaken.length)
  expect(problemCount).toBe(0)
})

it('plans the same in a worker, slice by slice, and tells at most as many reasons as it was asked for', async () => {
  const planner = createWorkerPlanner({ clock: createRealClock(), log })
  const several = [
    ...CATALOGUE,
    ...CATALOGUE.map((set) => ({ ...set, catalogNumber: set.catalogNumber + 1e6 })),
  ]
  const order = orderOf(several, { notTakenMax: 7 })
  const inWorker = unwrap(await planner.plan(order))
  expect(inWorker).toEqual(unwrap(await inlinePlanner.plan(order)))
  const moving = { ...order, antenna: { mount: g5500, skyline: flatHorizon(deg(0)), margin: ms(10_000) } }
  const moved = unwrap(await planner.plan(moving))
  expect(moved).toEqual(unwrap(await inlinePlanner.plan(moving)))
  expect(moved.timetable.tasks.every(({ motion }) => motion !== undefined)).toBe(true)
  expect(inWorker.timetable.notTaken).toHaveLength(7)
  expect(inWorker.notTakenCount).toBeGreaterThan(7)
  planner.close()
})

it('says of which object there is no prediction, and plans the others', async () => {
  const broken = { ...(FEW[0] as ElementSet), catalogNumber: 77, name: 'BROKEN', eccentricity: 1.5 }
  const made = unwrap(await inlinePlanner.plan(orderOf([broken, ...FEW])))
  expect(made.problemCount).toBe(1)
  expect(made.problems[0]?.message).toContain('BROKEN')
  expect(made.timetable.tasks.length).toBeGreaterThan(0)
})

it('plans by the turning of the Earth and the air that it is told', async () => {
  const order = orderOf([ISS], { toUtcMs: utcMs(FROM + 12 * MS_PER_HOUR) })
  const planned = async (change: Partial<PlanOrder>) =>
    unwrap(await inlinePlanner.plan({ ...order, ...change })).timetable.tasks.map(({ pass }) => pass)
  const { site, mask, fromUtcMs, toUtcMs } = order
  const window = { site, mask, fromUtcMs, toUtcMs, motion: propagatorOf(ISS) }
  const plain = await planned({})
  expect(plain.length).toBeGreaterThan(3)
  for (const ut1MinusUtc of [sec(0), sec(0.8)]) {
    const exact = findPasses({ ...window, ut1MinusUtc }).passes
    const turned = await planned({ ut1MinusUtc })
    for (const { aosUtcMs, losUtcMs } of turned) {
      const same = exact.find((pass) => Math.abs(pass.losUtcMs - losUtcMs) < 10_000)
      expect(Math.abs((same?.aosUtcMs ?? 0) - aosUtcMs)).toBeLessThan(1)
      expect(Math.abs((same?.losUtcMs ?? 0) - losUtcMs)).toBeLessThan(1)
    }
    const moved = turned.map(({ losUtcMs }, index) => Math.abs(losUtcMs - (plain[index]?.losUtcMs ?? 0)))
    if (ut1MinusUtc > 0) expect(Math.max(...moved)).toBeGreaterThan(10)
  }
  for (const [index, { aosUtcMs }] of (await planned({ refraction: { model: 'radio' } })).entries())
    expect((plain[index]?.aosUtcMs ?? 0) - aosUtcMs).toBeGreaterThan(1_000)
})

/** How often the event loop of this thread comes round while a plan is made. */
const turnsWhile = async (planner: Planner, order: PlanOrder): Promise<number> => {
  let turns = 0
  let timer: NodeJS.Immediate
  const turn = (): void => {
    turns += 1
    timer = setImmediate(turn)
  }
  timer = setImmediate(turn)
  unwrap(await planner.plan(order))
  clearImmediate(timer)
  return turns
}

it('does not hold the event loop while it plans the whole catalogue in a worker', async () => {
  const whole = Array.from({ length: WHOLE_CATALOGUE_OBJECTS }, (_, index): ElementSet => {
    const set = CATALOGUE[index % CATALOGUE.length] as ElementSet
    const shift = Math.floor(index / CATALOGUE.length)
    return {
      ...set,
      catalogNumber: index + 1,
      rightAscension: deg((set.rightAscension + 37 * shift) % 360),
      meanAnomaly: deg((set.meanAnomaly + 83 * shift) % 360),
    }
  })
  const toUtcMs = utcMs(FROM + 2 * MS_PER_HOUR)
  const planner = createWorkerPlanner({ clock: createRealClock(), log })
  // Where the search is made, nothing else happens meanwhile: that shows that the count can tell.
  const tenth = whole.filter((_, index) => index % 10 === 0)
  expect(await turnsWhile(inlinePlanner, orderOf(tenth, { toUtcMs }))).toBeLessThan(5)
  expect(await turnsWhile(planner, orderOf(whole, { toUtcMs }))).toBeGreaterThan(1_000)
  planner.close()
})

it.each([
  ['process.exit(3)', 'The worker that plans ended without a word'],
  ['throw new Error("no memory")', 'The worker that plans died: no memory'],
])('starts a worker anew that dies (%s), once, and says what happened', async (source, message) => {
  told.length = 0
  const planner = createWorkerPlanner({ clock: createRealClock(), log, workerUrl: workerOf(source) })
  expect(await planner.plan(orderOf(FEW))).toEqual({ ok: false, error: { code: 'plan.failed', message } })
  expect(told).toEqual([`${message}; it is started anew`])
})

it('ends a worker that hangs', async () => {
  told.length = 0
  const clock = createVirtualClock({ startUtc: FROM })
  const planner = createWorkerPlanner({ clock, log, workerUrl: workerOf('setInterval(() => {}, 1e6)') })
  const planned = planner.plan(orderOf(FEW))
  await clock.advance(ms(10 * 60_000))
  await clock.advance(ms(10 * 60_000))
  expect(await planned).toMatchObject({
    error: { code: 'plan.failed', message: /took more than ten minutes/ },
  })
  expect(told).toHaveLength(1)
})

it('ends at once when it is closed while it plans, and plans nothing afterwards', async () => {
  told.length = 0
  const planner = createWorkerPlanner({ clock: createRealClock(), log })
  const planned = planner.plan(orderOf(CATALOGUE))
  planner.close()
  expect(await planned).toMatchObject({ ok: false, error: { code: 'plan.failed' } })
  expect(await planner.plan(orderOf(FEW))).toMatchObject({ ok: false, error: { code: 'plan.failed' } })
  expect(told).toEqual([])
})
