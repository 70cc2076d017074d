import { expect, it } from 'vitest'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import type { Log } from '../../src/kernel/log.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import { sec } from '../../src/kernel/units.ts'
import { inlinePlanner } from '../../src/station/planner.ts'
import { createPlanning } from '../../src/station/planning.ts'
import type { Schedule } from '../../src/station/schedule.ts'
import type { Outlook, Target } from '../../src/station/target.ts'

const SCHEDULE: Schedule = { timetable: { tasks: [], notTaken: [] }, scheduled: [], notTakenCount: 0 }

const outlookNamed = (requestId: string): Outlook => ({
  targets: [{ requestId } as Target],
  refraction: undefined,
  ut1MinusUtc: sec(0),
})

/** A planning whose plans are finished by hand. */
const createWorld = () => {
  const asked: { outlook: Outlook; finish: (made: Result<Schedule, Fault>) => void }[] = []
  const used: Schedule[] = []
  const told: string[] = []
  let closed = 0
  const log: Log = { info: () => {}, warn: () => {}, fault: ({ message }) => told.push(message) }
  const planning = createPlanning({
    outlook: outlookNamed('first'),
    planner: {
      ...inlinePlanner,
      close: () => {
        closed += 1
      },
    },
    log,
    make: (outlook) => new Promise((finish) => asked.push({ outlook, finish })),
    use: (made) => used.push(made),
  })
  return { planning, asked, used, told, closed: () => closed }
}

it('makes one plan at a time; all who ask meanwhile share the next, which has the newest targets', async () => {
  const { planning, asked, used } = createWorld()
  const first = planning.plan()
  const others = [planning.plan(outlookNamed('old')), planning.plan(), planning.plan(outlookNamed('new'))]
  expect(asked).toHaveLength(1)
  asked[0]?.finish(ok(SCHEDULE))
  await first
  expect(used).toHaveLength(1)
  await Promise.resolve()
  expect(asked.map(({ outlook }) => outlook)).toEqual([outlookNamed('first'), outlookNamed('new')])
  // Who asks now, while the second is made, is in time for a third only.
  const last = planning.plan()
  asked[1]?.finish(ok(SCHEDULE))
  await Promise.all(others)
  expect(used).toHaveLength(2)
  await Promise.resolve()
  asked[2]?.finish(ok(SCHEDULE))
  await last
  expect(asked[2]?.outlook).toEqual(outlookNamed('new'))
  expect(used).toHaveLength(3)
})

it('tells of a plan that failed, keeps the one in use, and plans again when asked', async () => {
  const { planning, asked, used, told } = createWorld()
  const first = planning.plan()
  asked[0]?.finish(err(fault('plan.failed', 'The worker that plans died')))
  await first
  expect(told).toEqual(['The worker that plans died'])
  expect(used).toEqual([])
  const second = planning.plan()
  asked[1]?.finish(ok(SCHEDULE))
  await second
  expect(used).toHaveLength(1)
})

it('neither uses nor tells of what is finished after the stop, and makes no other', async () => {
  const { planning, asked, used, told, closed } = createWorld()
  const plans = [planning.plan(), planning.plan()]
  planning.stop()
  asked[0]?.finish(err(fault('plan.failed', 'The worker that plans was stopped')))
  await Promise.all(plans)
  await planning.plan()
  expect([asked.length, used.length, told.length, closed()]).toEqual([1, 0, 0, 1])
})
