import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fault } from '../../src/kernel/errors.ts'
import type { Log } from '../../src/kernel/log.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { err, unwrap } from '../../src/kernel/result.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { openInlineStore } from '../../src/outbox/inline-store.ts'
import type { Task } from '../../src/plan/timetable.ts'
import { signingKeyFromSeed } from '../../src/sharing/keys.ts'
import { buildStation } from '../../src/station/build.ts'
import { configurationSchema } from '../../src/station/configuration/schema.ts'
import { outlookOf } from '../../src/station/configured-sky.ts'
import { headline, reportOf, statusLine, statusLines } from '../../src/station/status-text.ts'
import { ISS, utc } from '../orbit/fixtures.ts'
import { createScriptedController } from '../rotator/scripted-controller.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-turn-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

// Another ISS on the same orbit behind it, by so many degrees of its orbit; a degree is a quarter of a minute.
const follower = (behindDeg: number, eastDeg = 0) => ({
  ...ISS,
  catalogNumber: 90_001,
  name: 'FOLLOWER',
  rightAscension: deg((ISS.rightAscension + eastDeg) % 360),
  meanAnomaly: deg((ISS.meanAnomaly - behindDeg + 360) % 360),
})

/** Two passes one after the other, with an antenna that answers and no receiver. */
const playPasses = async (behindDeg: number) => {
  const clock = createVirtualClock({ startUtc: utc('2026-08-23T05:17:00Z') })
  const controller = createScriptedController(clock)
  const told: string[] = []
  const log: Log = { info: (message) => told.push(message), warn: () => {}, fault: () => {} }
  const configuration = configurationSchema.parse({
    version: 1,
    station: {
      id: 'roof-1',
      name: 'Roof',
      latitudeDeg: 49.61,
      longitudeDeg: 6.13,
      heightM: 300,
      keyFile: 'none',
      dataFolder: folder,
    },
    label: { policy: 'PUBLIC', classification: 'UNCLASSIFIED', relTo: [], originator: 'LUX' },
    antenna: {
      kind: 'azimuth-elevation',
      beamWidthDeg: 20,
      azimuth: { minimumDeg: 0, maximumDeg: 450, slewDegPerSec: 6 },
      elevation: { minimumDeg: 0, maximumDeg: 180, slewDegPerSec: 2.7 },
      park: { azimuthDeg: 180, elevationDeg: 90 },
      rotator: { driver: 'gs232b', port: 'simulated' },
    },
    receiver: { rtlTcp: 'simulated:1', delayMs: 0, delaySigmaMs: 0 },
    catalog: { elements: 'elements.omm.csv' },
    requests: [
      { id: 'iss', catalogNumber: 25544, priority: 2, frequencyHz: 145_800_000 },
      { id: 'follower', catalogNumber: 90_001, priority: 1, frequencyHz: 145_800_000 },
    ],
    plan: { horizonHours: 1 },
  })
  let tasks: readonly Task[] = []
  const begun: { readonly id: string; readonly atUtcMs: number }[] = []
  const ended: { readonly id: string; readonly atUtcMs: number }[] = []
  const random = createRandom(3)
  const station = unwrap(
    buildStation(
      configuration,
      { elementSets: [ISS, follower(behindDeg)], transmitters: [] },
      {
        clock,
        linkClock: clock,
        log,
        random,
        bootId: 'boot',
        software: 'test',
        openRotator: controller.open,
        openReceiver: async () => err(fault('link.refused', 'There is no receiver here')),
        clockQuality: () => ({ source: 'simulation', synchronised: true, errorBound: ms(0) }),
        openBroker: undefined,
        store: unwrap(openInlineStore(join(folder, 'station.sqlite'))),
        key: signingKeyFromSeed(random.bytes(32)),
        onEvent: (event) => {
          if (event.kind === 'timetable') tasks = event.timetable.tasks
          if (event.kind === 'pass-begins') {
            begun.push({ id: event.pass.task.request.id, atUtcMs: clock.utcNow() })
          }
          if (event.kind === 'pass-ends') {
            ended.push({ id: event.pass.task.request.id, atUtcMs: clock.utcNow() })
          }
        },
      },
    ),
  )
  const starting = station.start()
  await clock.advance(ms(5_000))
  unwrap(await starting)
  const [first, second] = tasks
  if (first === undefined || second === undefined) throw new Error('there are not two passes')
  const goTo = (instant: number) => clock.advance(ms(instant - clock.utcNow()))
  /** A new plan: other elements of the follower, or none at all, and another priority. */
  const planWith = async (followerBehindDeg: number | undefined, priority = 1, eastDeg = 0) => {
    const elementSets = followerBehindDeg === undefined ? [ISS] : [ISS, follower(followerBehindDeg, eastDeg)]
    const requests = configuration.requests.map((request) =>
      request.id === 'follower' ? { ...request, priority } : request,
    )
    const planning = station.plan(
      outlookOf({ ...configuration, requests }, { elementSets, transmitters: [] }, log),
    )
    await clock.advance(ms(1_000))
    await planning
    return tasks
  }
  return { clock, controller, station, told, begun, ended, first, second, goTo, planWith }
}

const close = async ({ clock, station }: Awaited<ReturnType<typeof playPasses>>): Promise<void> => {
  const stopping = station.stop()
  await clock.advance(ms(60_000))
  unwrap(await stopping)
}

it('the antenna waits where the next pass begins, and begins it there', async () => {
  const world = await playPasses(45)
  const { controller, first, second, goTo } = world
  expect([first, second].map(({ cut, motion }) => [cut, motion?.afterwards])).toEqual([
    [undefined, 'wait-for-next'],
    [undefined, 'park'],
  ])
  const begin = second.motion?.beginsAt ?? { azimuth: Number.NaN, elevation: Number.NaN }
  await goTo(first.stopUtcMs + 90_000)
  const isThere = () =>
    Math.abs(controller.azimuth - begin.azimuth) < 1.5 &&
    Math.abs(controller.elevation - begin.elevation) < 1.5
  expect(isThere()).toBe(true)
  const sent = controller.heard.filter(({ text }) => text.startsWith('W')).length
  await goTo(second.startUtcMs - 1_000)
  // It stood there, and nothing had to be sent but that it is to be there.
  expect(isThere()).toBe(true)
  expect(controller.heard.filter(({ text }) => text.startsWith('W')).length).toBeLessThanOrEqual(sent + 1)
  await goTo(second.stopUtcMs + 120_000)
  expect(controller).toMatchObject({ azimuth: 180, elevation: 90 })
  expect(world.told).toContain('antenna: waits for the next pass')
  await close(world)
})

it('a pass that comes too soon is cut, the log says why, and the antenna is there when it begins', async () => {
  const world = await playPasses(26)
  const { controller, first, second, begun, told, goTo } = world
  expect(second.cut).toMatch(
    /^begins \d+ s late: the antenna needs \d+ s from ISS \(ZARYA\) .* to FOLLOWER .*/,
  )
  expect(told.some((line) => line.startsWith('FOLLOWER') && line.includes(second.cut ?? '?'))).toBe(true)
  expect(second.startUtcMs - first.stopUtcMs).toBeLessThan(60_000)
  await goTo(second.startUtcMs + 2_000)
  expect(begun.map(({ id }) => id)).toEqual(['iss', 'follower'])
  // As soon as the pass before was over, not a longest turn before the next.
  expect(Math.abs((begun[1]?.atUtcMs ?? 0) - first.stopUtcMs)).toBeLessThan(1_000)
  const begin = second.motion?.beginsAt ?? { azimuth: Number.NaN, elevation: Number.NaN }
  expect(Math.abs(controller.azimuth - begin.azimuth)).toBeLessThan(3)
  expect(Math.abs(controller.elevation - begin.elevation)).toBeLessThan(3)
  await close(world)
})

it('an antenna that waits for a pass that a new plan has no more goes to rest', async () => {
  const world = await playPasses(45)
  const { controller, first, goTo, planWith, told } = world
  await goTo(first.stopUtcMs + 90_000)
  expect(told).toContain('antenna: waits for the next pass')
  expect(controller).not.toMatchObject({ azimuth: 180, elevation: 90 })
  await planWith(undefined)
  await world.clock.advance(ms(60_000))
  expect(controller).toMatchObject({ azimuth: 180, elevation: 90 })
  await close(world)
})

it('an antenna that waits goes to where the next pass begins by a new plan, and stays where that is the same', async () => {
  const world = await playPasses(60)
  const { controller, first, goTo, planWith } = world
  await goTo(first.stopUtcMs + 90_000)
  const sent = () => controller.heard.filter(({ text }) => text.startsWith('W')).length
  const before = sent()
  await planWith(60.2)
  await world.clock.advance(ms(10_000))
  expect(sent()).toBe(before)
  // On an orbit beside it, it rises elsewhere.
  const [moved] = await planWith(60, 1, 12)
  await world.clock.advance(ms(30_000))
  const begin = moved?.motion?.beginsAt ?? { azimuth: Number.NaN, elevation: Number.NaN }
  expect(sent()).toBeGreaterThan(before)
  expect(Math.abs(controller.azimuth - begin.azimuth)).toBeLessThan(2)
  await close(world)
})

it('a pass under way that a new plan ends earlier ends there, and the antenna is in time for the other', async () => {
  const world = await playPasses(45)
  const { clock, controller, first, begun, ended, goTo, planWith, told } = world
  await goTo(first.startUtcMs + 120_000)
  // It comes while this one is still up, and is wanted more.
  const tasks = await planWith(18, 9)
  const other = tasks.find(({ request }) => request.id === 'follower')
  const cut = tasks.find(({ request }) => request.id === 'iss')
  if (other === undefined || cut === undefined) throw new Error('one of the passes is not in the plan')
  expect(other.startUtcMs).toBeLessThan(first.stopUtcMs)
  expect(cut.stopUtcMs).toBeLessThan(other.startUtcMs)
  await goTo(other.startUtcMs + 2_000)
  expect(ended.map(({ id }) => id)).toEqual(['iss'])
  expect(Math.abs((ended[0]?.atUtcMs ?? 0) - cut.stopUtcMs)).toBeLessThan(1_000)
  expect(begun.map(({ id }) => id)).toEqual(['iss', 'follower'])
  expect(told.some((line) => line.startsWith('ISS (ZARYA) is left at '))).toBe(true)
  const begin = other.motion?.beginsAt ?? { azimuth: Number.NaN, elevation: Number.NaN }
  expect(Math.abs(controller.azimuth - begin.azimuth)).toBeLessThan(3)
  await clock.advance(ms(1_000))
  await close(world)
})

it('a plan made in the last seconds of a pass, which it no longer has, lets it go on to its end', async () => {
  const world = await playPasses(26)
  const { first, ended, goTo, planWith } = world
  await goTo(first.stopUtcMs - 12_000)
  const tasks = await planWith(26)
  expect(tasks.map(({ request }) => request.id)).toEqual(['follower'])
  expect(tasks[0]?.startUtcMs).toBeLessThan(first.stopUtcMs)
  await goTo(first.stopUtcMs + 2_000)
  expect(Math.abs((ended[0]?.atUtcMs ?? 0) - first.stopUtcMs)).toBeLessThan(1_000)
  await close(world)
})

it('a pass under way that a new plan gives up for another ends at once, and the other begins', async () => {
  const world = await playPasses(45)
  const { clock, first, begun, ended, goTo, planWith } = world
  await goTo(first.startUtcMs + 120_000)
  // A quarter of a minute behind: they are up together.
  const tasks = await planWith(1, 9)
  expect(tasks.map(({ request }) => request.id)).toEqual(['follower'])
  expect(ended.map(({ id }) => id)).toEqual(['iss'])
  expect(Math.abs((ended[0]?.atUtcMs ?? 0) - first.startUtcMs - 120_000)).toBeLessThan(2_000)
  await clock.advance(ms(2_000))
  expect(begun.map(({ id }) => id)).toEqual(['iss', 'follower'])
  expect(world.station.status().antenna.phase).toBe('tracking')
  await close(world)
})

/** What `azel status` begins with, and what it says of the antenna. */
const words = ({ clock, station }: Awaited<ReturnType<typeof playPasses>>) => {
  const status = { ...station.status(), receiverConnected: true }
  const report = reportOf({ station: 'roof-1', nowUtc: clock.utcNow(), status, brokerConfigured: false })
  return { headline: headline(report), lines: statusLines(report), line: statusLine(report) }
}

it('a pass that was refused at its beginning is followed when nothing forbids it any more, and the status says so', async () => {
  const world = await playPasses(45)
  const { clock, station, first, begun, goTo } = world
  station.antenna.setLockOut('wind', true)
  await goTo(first.startUtcMs - 8_000)
  expect(begun.map(({ id }) => id)).toEqual(['iss'])
  expect(words(world).headline).toMatch(/^The antenna is (?:stowed, and )?locked out for wind/)
  expect(words(world).line).toMatch(/is not followed: it is locked out for wind/)
  station.antenna.setLockOut('wind', false)
  await clock.advance(ms(60_000))
  expect(station.status().antenna).toMatchObject({ phase: 'tracking', user: 'plan' })
  expect(words(world).headline).toBe('Station roof-1 is well.')
  await close(world)
})

it('the status does not call a station well whose antenna is elsewhere in a pass, and says why', async () => {
  const world = await playPasses(45)
  const { clock, station, first, goTo } = world
  const isNotFollowed = (why: string) => `A pass is under way and the antenna does not follow it: ${why}.`
  await goTo(first.startUtcMs + 60_000)
  unwrap(station.antenna.pointAt({ azimuth: deg(120), elevation: deg(20) }, 'operator'))
  await clock.advance(ms(30_000))
  expect(words(world).headline).toBe(isNotFollowed('an operator has it'))
  expect(words(world).lines).toContain('            does not follow the pass under way: an operator has it')
  unwrap(station.antenna.park('operator'))
  await clock.advance(ms(60_000))
  expect(words(world).headline).toBe(
    isNotFollowed('somebody stopped it or sent it to rest; "azel clear-fault" has it follow the pass'),
  )
  station.antenna.clearFault()
  await clock.advance(ms(60_000))
  expect(station.status().antenna).toMatchObject({ phase: 'tracking', user: 'plan' })
  expect(words(world).headline).toBe('Station roof-1 is well.')
  await goTo(first.stopUtcMs + 5_000)
  expect(words(world).headline).toBe('Station roof-1 is well.')
  await close(world)
})
