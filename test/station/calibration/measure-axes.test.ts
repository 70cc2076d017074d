import { afterEach, describe, expect, it } from 'vitest'
import { createController } from '../../../hardware-sim/controller/controller.ts'
import { createSimulatedAdapter } from '../../../hardware-sim/controller/serial-port-mock.ts'
import { FIRMWARES, type FirmwareName, usualMount } from '../../../hardware-sim/firmware/registry.ts'
import { MOUNTS } from '../../../hardware-sim/plant/mounts.ts'
import { createPlant } from '../../../hardware-sim/plant/plant.ts'
import type { Fault } from '../../../src/kernel/errors.ts'
import { silentLog } from '../../../src/kernel/log.ts'
import { createRandom } from '../../../src/kernel/random.ts'
import { invariant, ok, type Result, unwrap } from '../../../src/kernel/result.ts'
import { utcMs } from '../../../src/kernel/time.ts'
import { deg, degPerSec, ms } from '../../../src/kernel/units.ts'
import { createVirtualClock } from '../../../src/kernel/virtual-clock.ts'
import type { Envelope } from '../../../src/pointing/motion-gate.ts'
import type { AzElMount } from '../../../src/pointing/mount.ts'
import { findDriver } from '../../../src/rotator/registry.ts'
import { streamOfOpenPort } from '../../../src/rotator/serial-byte-stream.ts'
import { planAxes } from '../../../src/station/calibration/axis-plan.ts'
import { type AxesFigures, measureAxes } from '../../../src/station/calibration/measure-axes.ts'
import { createTestBench, watchLine } from '../../../src/station/calibration/test-bench.ts'
import { createMovingAntenna } from '../../../src/station/moving-antenna.ts'
import { rememberingNothing } from './remembering-nothing.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** The procedure on a simulated mast, in virtual time; the truth beside it. */
const measure = async (options: {
  driver: string
  firmware: FirmwareName
  seed?: number
  stopAfterMs?: number
  stuck?: boolean
}) => {
  const driver = unwrap(findDriver(options.driver))
  const clock = createVirtualClock({ startUtc: utcMs(Date.UTC(2026, 5, 21, 12)) })
  const random = createRandom(options.seed ?? 1)
  const simulated = MOUNTS[usualMount(options.firmware)]
  invariant(simulated.kind === 'az-el', 'two axes')
  const plant = createPlant({ mount: simulated, random: random.fork('plant'), start: clock.monoNow() })
  const controller = createController({ clock, random, firmware: FIRMWARES[options.firmware](), plant })
  const adapter = createSimulatedAdapter({ clock, controller })
  const axis = ({ min, max, rateMax }: (typeof simulated)['azimuth']) => ({
    minimum: deg(Math.max(min, 0)),
    maximum: max,
    slewRate: degPerSec(rateMax),
  })
  const mount: AzElMount = {
    kind: 'azel',
    azimuth: axis(simulated.azimuth),
    elevation: axis(simulated.elevation),
    park: { azimuth: deg(180), elevation: deg(0) },
    beamWidth: deg(20),
    resolution: driver.capabilities.resolution,
  }
  const watch = watchLine({
    clock,
    driver,
    memory: rememberingNothing({ azimuth: deg(180), elevation: deg(45) }),
    open: async () => {
      const port = await adapter.open({ baudRate: controller.baudRate })
      if (!port.ok) return port
      return ok(streamOfOpenPort(port.value, { description: adapter.path, provenance: 'simulated' }))
    },
  })
  const antenna = createMovingAntenna({
    clock,
    log: silentLog,
    driver,
    envelope: { mount },
    open: watch.open,
    memory: watch.memory,
  })
  const connecting = antenna.connect()
  await clock.advance(ms(8_000))
  unwrap(await connecting)
  const stopAsked = new AbortController()
  const bench = createTestBench({ clock, antenna, mount, driver, watch, stopAsked: stopAsked.signal })
  const envelope: Envelope = { mount, turnChoice: driver.capabilities.turnChoice }
  const here = watch.readings().at(-1)
  invariant(here, 'it answers')
  const plan = planAxes(envelope, { from: here })
  let result: Result<AxesFigures, Fault> | undefined
  const beganMono = clock.monoNow()
  void measureAxes(bench, plan, () => {}).then((outcome) => {
    result = outcome
  })
  if (options.stuck === true) plant.setFault(clock.monoNow(), 'azimuth', 'stuck')
  for (let spentMs = 0; result === undefined && spentMs < 1_500_000; spentMs += 500) {
    await clock.advance(ms(500))
    if (options.stopAfterMs !== undefined && spentMs >= options.stopAfterMs) stopAsked.abort()
  }
  const tookSec = (clock.monoNow() - beganMono) / 1000
  closing.push(async () => {
    const ended = antenna.close()
    await clock.advance(ms(60_000))
    await ended
  })
  invariant(result, 'it ends')
  return { result, plan, simulated, tookSec, plant, clock }
}

describe('azel calibrate antenna --axes', () => {
  it.each([
    ['gs232b', 'gs232b', 'counts on'],
    ['gs232b', 'gs232b-wrapped', 'begins again'],
    ['easycomm2', 'easycomm2', undefined],
    ['rot2prog', 'rot2prog', 'counts on'],
  ] as const)('finds what the simulated mount behind a %s (%s) does', async (driver, firmware, overlap) => {
    const { result, plan, simulated, tookSec } = await measure({ driver, firmware })
    const figuresOfAll = unwrap(result)
    expect(tookSec).toBeLessThan(plan.steps.reduce((sum, { seconds }) => sum + seconds, 60))
    expect(tookSec).toBeLessThan(420)
    expect(figuresOfAll.axes.map(({ axis }) => axis)).toEqual(['azimuth', 'elevation'])
    expect(figuresOfAll.overlap?.dialect).toBe(overlap)
    for (const figures of figuresOfAll.axes) {
      const truth = simulated[figures.axis]
      for (const rate of [figures.rateUpDegPerSec, figures.rateDownDegPerSec]) {
        expect(Math.abs((rate?.value ?? 0) / truth.rateMax - 1)).toBeLessThan(0.05)
        expect(Math.abs((rate?.value ?? 0) - truth.rateMax)).toBeLessThan(4 * (rate?.sigma ?? 0))
      }
      const runUpSec = truth.rateMax / truth.accelerationMax
      const { runUpSec: runUp, latencySec: latency, coastDeg: coast } = figures
      expect(Math.abs((runUp?.value ?? 99) - runUpSec)).toBeLessThan(4 * (runUp?.sigma ?? 0))
      // The line and the controller take some; at 600 baud a command and an answer take half a second.
      expect(latency?.value).toBeGreaterThan(0.01)
      expect(latency?.value).toBeLessThan(driver === 'rot2prog' ? 0.9 : 0.35)
      const brakeDeg = truth.rateMax ** 2 / (2 * truth.brakingMax)
      const lateDeg = (latency?.value ?? 0) * truth.rateMax
      expect(coast?.value).toBeGreaterThan(brakeDeg - 4 * (coast?.sigma ?? 0))
      expect(coast?.value).toBeLessThan(brakeDeg + lateDeg + 4 * (coast?.sigma ?? 0) + 0.1)
      expect(figures.smallestStepDeg).toBeGreaterThanOrEqual(Math.min(truth.deadband, 0.1))
      expect(figures.smallestStepDeg).toBeLessThanOrEqual(
        2 * Math.max(truth.deadband, figures.readingStepDeg ?? 0),
      )
      expect(Math.abs(figures.restDifferenceDeg?.value ?? 99)).toBeLessThanOrEqual(1)
    }
  })

  it('ends at once when a person stops it', async () => {
    const { result, tookSec } = await measure({ driver: 'gs232b', firmware: 'gs232b', stopAfterMs: 20_000 })
    expect(result.ok ? undefined : result.error.code).toBe('calibration.stopped')
    expect(tookSec).toBeLessThan(22)
  })

  it('ends with the fault of an antenna that does not move', async () => {
    const { result } = await measure({ driver: 'gs232b', firmware: 'gs232b', stuck: true })
    expect(result.ok ? undefined : result.error.code).toBe('motion.stalled')
  })

  it('plans only what limits, mask and keep-out sectors allow, and says what they forbid', () => {
    const axis = (minimum: number, maximum: number) => ({
      minimum: deg(minimum),
      maximum: deg(maximum),
      slewRate: degPerSec(6),
    })
    const mount: AzElMount = {
      kind: 'azel',
      azimuth: axis(0, 450),
      elevation: axis(0, 90),
      park: { azimuth: deg(180), elevation: deg(0) },
      beamWidth: deg(20),
      resolution: deg(1),
    }
    const from = { azimuth: deg(200), elevation: deg(30) }
    const free = planAxes({ mount, turnChoice: 'host' }, { from })
    expect(free.skipped).toEqual([])
    expect(free.steps.at(-1)?.to.azimuth).toBe(370)
    const wall = { mount, turnChoice: 'host' as const, minimumElevationAt: () => deg(70) }
    const high = planAxes(wall, { from: { ...from, elevation: deg(80) } })
    expect(high.steps.every(({ to }) => to.elevation >= 70)).toBe(true)
    expect(high.skipped.join()).toMatch(/elevation: .*below the horizon mask/)
    const locked = planAxes(
      { mount, turnChoice: 'host' },
      { from, lockOut: { kind: 'maintenance', by: 'an operator' } },
    )
    expect(locked.steps).toEqual([])
    expect(locked.skipped[0]).toMatch(/locked out for maintenance/)
    const tilted = planAxes(
      { mount: { ...mount, elevation: axis(25, 25) }, turnChoice: 'host' },
      { from: { azimuth: deg(200), elevation: deg(25) } },
    )
    expect(tilted.skipped).toContain('elevation: nothing turns it')
  })
})
