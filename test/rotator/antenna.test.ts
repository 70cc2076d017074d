import { describe, expect, it } from 'vitest'
import { greatCircleSeparation } from '../../src/kernel/angle.ts'
import type { Fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { TrackerReport } from '../../src/pointing/tracker.ts'
import { planTrajectory } from '../../src/pointing/trajectory.ts'
import { createAntenna } from '../../src/rotator/antenna.ts'
import { gs232b } from '../../src/rotator/protocols/gs232b.ts'
import { g5500, sphericalPass } from '../pointing/passes.ts'
import { createScriptedController } from './scripted-controller.ts'

const mount = { ...g5500, park: { azimuth: deg(180), elevation: deg(0) } }
const pass = sphericalPass({ maximumElevationDeg: 50, courseDeg: 20 })
const trajectory = unwrap(planTrajectory(pass, { mount }))

const bench = async () => {
  const clock = createVirtualClock({ startUtc: utcMs(pass.aosUtcMs - 90_000) })
  const controller = createScriptedController(clock)
  const reports: TrackerReport[] = []
  const latched: Fault[] = []
  const antenna = createAntenna({
    clock,
    open: controller.open,
    driver: gs232b,
    envelope: { mount },
    log: silentLog,
    onReport: (report) => reports.push(report),
    onLatched: (failure) => latched.push(failure),
  })
  const connecting = antenna.connect()
  await clock.advance(ms(500))
  unwrap(await connecting)
  return { clock, controller, antenna, reports, latched }
}

describe('the antenna', () => {
  it('follows a pass over the line and parks', async () => {
    const { clock, controller, antenna, reports, latched } = await bench()
    antenna.track({ id: 'pass', trajectory, afterwards: 'park' })
    await clock.advanceTo(clock.monoNow())
    let worst = 0
    while (clock.utcNow() < pass.losUtcMs + 90_000) {
      await clock.advance(ms(1_000))
      if (clock.utcNow() < pass.aosUtcMs || clock.utcNow() > pass.losUtcMs) continue
      const boresight = { azimuth: deg(controller.azimuth), elevation: deg(controller.elevation) }
      worst = Math.max(worst, greatCircleSeparation(boresight, pass.lookAt(clock.utcNow())))
    }
    expect(worst).toBeLessThan(2)
    expect(controller).toMatchObject({ azimuth: 180, elevation: 0 })
    expect(reports.map(({ kind }) => kind)).toEqual([
      'pre-positioning',
      'tracking',
      'pass-over',
      'parking',
      'parked',
    ])
    expect(latched).toEqual([])
    await antenna.close()
  })

  it('ends a jammed pass stopped and latched, moves on request only after a person cleared it', async () => {
    const { clock, controller, antenna, latched } = await bench()
    antenna.track({ id: 'pass', trajectory, afterwards: 'park' })
    await clock.advance(ms(200_000))
    controller.stuck = true
    await clock.advance(ms(60_000))
    expect(latched.map(({ code }) => code)).toEqual(['motion.stalled'])
    expect(controller.heard.filter(({ text }) => text === 'S\r').length).toBeGreaterThan(1)
    expect(antenna.status().phase).toBe('faulted')
    const moves = (): number => controller.heard.filter(({ text }) => text.startsWith('W')).length
    const before = moves()
    controller.stuck = false
    antenna.park()
    await clock.advance(ms(60_000))
    expect(moves()).toBe(before)
    antenna.clearFault()
    antenna.park()
    await clock.advance(ms(120_000))
    expect(controller).toMatchObject({ azimuth: 180, elevation: 0 })
    await antenna.close()
  })

  it('latches a mute controller in mid-pass', async () => {
    const { clock, controller, antenna, latched } = await bench()
    antenna.track({ id: 'pass', trajectory, afterwards: 'park' })
    await clock.advance(ms(200_000))
    controller.mute = true
    await clock.advance(ms(60_000))
    expect(latched.map(({ code }) => code)).toEqual(['rotator.mute'])
    expect(antenna.status()).toMatchObject({ phase: 'faulted', latched: { code: 'rotator.mute' } })
    await antenna.close()
  })

  it('takes up the pass again by itself after the line was cut and came back', async () => {
    const { clock, controller, antenna, latched } = await bench()
    antenna.track({ id: 'pass', trajectory, afterwards: 'park' })
    await clock.advance(ms(200_000))
    controller.lines[0]?.cut()
    await clock.advance(ms(20_000))
    const boresight = { azimuth: deg(controller.azimuth), elevation: deg(controller.elevation) }
    expect(greatCircleSeparation(boresight, pass.lookAt(clock.utcNow()))).toBeLessThan(2)
    expect(latched).toEqual([])
    await antenna.close()
  })

  it('stops when asked, confirmed, and leaves no timer behind when closed', async () => {
    const { clock, controller, antenna } = await bench()
    antenna.track({ id: 'pass', trajectory, afterwards: 'park' })
    await clock.advance(ms(3_000))
    const stopping = antenna.stop()
    await clock.advance(ms(10_000))
    expect((await stopping).ok).toBe(true)
    const { azimuth } = controller
    await clock.advance(ms(200_000))
    expect(controller.azimuth).toBe(azimuth)
    await antenna.close()
    await clock.advance(ms(1_000))
    // The scripted controller's own motor.
    expect(clock.pendingTimers()).toBe(1)
  })
})
