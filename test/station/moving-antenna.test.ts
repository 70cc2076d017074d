import { describe, expect, it } from 'vitest'
import { greatCircleSeparation } from '../../src/kernel/angle.ts'
import type { Fault } from '../../src/kernel/errors.ts'
import type { Log } from '../../src/kernel/log.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { createVirtualClock, type VirtualClock } from '../../src/kernel/virtual-clock.ts'
import { gs232b } from '../../src/rotator/protocols/gs232b.ts'
import type { Antenna } from '../../src/station/antenna.ts'
import type { LatchFile } from '../../src/station/latch-file.ts'
import { createMovingAntenna } from '../../src/station/moving-antenna.ts'
import { g5500, sphericalPass } from '../pointing/passes.ts'
import { createScriptedController } from '../rotator/scripted-controller.ts'

const mount = { ...g5500, park: { azimuth: deg(180), elevation: deg(0) } }
const pass = sphericalPass({ maximumElevationDeg: 50, courseDeg: 20 })
const task = { id: 'pass', aosUtc: pass.aosUtcMs, losUtc: pass.losUtcMs, lookAt: pass.lookAt }

const bench = async (latch?: LatchFile) => {
  const clock = createVirtualClock({ startUtc: utcMs(pass.aosUtcMs - 90_000) })
  const controller = createScriptedController(clock)
  const faults: Fault[] = []
  const log: Log = { info: () => {}, warn: () => {}, fault: (failure) => faults.push(failure) }
  const antenna = createMovingAntenna({
    clock,
    open: controller.open,
    driver: gs232b,
    envelope: { mount },
    log,
    ...(latch === undefined ? {} : { latch }),
  })
  const connecting = antenna.connect()
  await clock.advance(ms(500))
  unwrap(await connecting)
  return { clock, controller, antenna, faults }
}

const close = async (clock: VirtualClock, antenna: Antenna): Promise<void> => {
  const closing = antenna.close()
  await clock.advance(ms(30_000))
  await closing
}

describe('the antenna', () => {
  it('does not move after a restart while the fault of before was not cleared', async () => {
    let remembered: Fault | undefined
    const latch: LatchFile = {
      read: () => remembered,
      write: (failure) => {
        remembered = failure
      },
      clear: () => {
        remembered = undefined
      },
    }
    const first = await bench(latch)
    unwrap(first.antenna.follow(task))
    await first.clock.advance(ms(200_000))
    first.controller.stuck = true
    await first.clock.advance(ms(60_000))
    expect(remembered).toMatchObject({ code: 'motion.stalled' })
    await close(first.clock, first.antenna)

    const { clock, controller, antenna } = await bench(latch)
    expect(antenna.status().phase).toBe('faulted')
    expect(antenna.follow(task)).toMatchObject({ ok: false, error: { code: 'motion.stalled' } })
    antenna.park('operator')
    await clock.advance(ms(200_000))
    expect(controller.heard.filter(({ text }) => /^[WM]/.test(text))).toEqual([])
    antenna.clearFault()
    antenna.park('operator')
    await clock.advance(ms(120_000))
    expect(remembered).toBeUndefined()
    expect(controller).toMatchObject({ azimuth: 180, elevation: 0 })
    await close(clock, antenna)
  })

  it('follows a pass over the line and parks', async () => {
    const { clock, controller, antenna, faults } = await bench()
    unwrap(antenna.follow(task))
    let worst = 0
    while (clock.utcNow() < pass.losUtcMs + 90_000) {
      await clock.advance(ms(1_000))
      if (clock.utcNow() < pass.aosUtcMs || clock.utcNow() > pass.losUtcMs) continue
      const boresight = { azimuth: deg(controller.azimuth), elevation: deg(controller.elevation) }
      worst = Math.max(worst, greatCircleSeparation(boresight, pass.lookAt(clock.utcNow())))
    }
    expect(worst).toBeLessThan(2)
    expect(controller).toMatchObject({ azimuth: 180, elevation: 0 })
    expect(antenna.status().phase).toBe('idle')
    expect(faults).toEqual([])
    await close(clock, antenna)
  })

  it('ends a jammed pass stopped and latched, moves on request only after a person cleared it', async () => {
    const { clock, controller, antenna, faults } = await bench()
    unwrap(antenna.follow(task))
    await clock.advance(ms(200_000))
    controller.stuck = true
    await clock.advance(ms(60_000))
    expect(faults.map(({ code }) => code)).toContain('motion.stalled')
    expect(controller.heard.filter(({ text }) => text === 'S\r').length).toBeGreaterThan(1)
    expect(antenna.status().phase).toBe('faulted')
    const moves = (): number => controller.heard.filter(({ text }) => text.startsWith('W')).length
    const before = moves()
    controller.stuck = false
    antenna.park('operator')
    await clock.advance(ms(60_000))
    expect(moves()).toBe(before)
    antenna.clearFault()
    antenna.park('operator')
    await clock.advance(ms(120_000))
    expect(controller).toMatchObject({ azimuth: 180, elevation: 0 })
    await close(clock, antenna)
  })

  it('stops for a mute controller in mid-pass, and goes on with the pass when it answers again', async () => {
    const { clock, controller, antenna, faults } = await bench()
    unwrap(antenna.follow(task))
    await clock.advance(ms(200_000))
    controller.mute = true
    await clock.advance(ms(60_000))
    expect(faults.map(({ code }) => code)).toContain('rotator.mute')
    expect(antenna.status()).toMatchObject({ phase: 'unreachable', fault: { code: 'rotator.mute' } })
    controller.mute = false
    await clock.advance(ms(10_000))
    expect(antenna.status()).toMatchObject({ phase: 'tracking', fault: undefined })
    await close(clock, antenna)
  })

  it('takes up the pass again by itself after the line was cut and came back', async () => {
    const { clock, controller, antenna, faults } = await bench()
    unwrap(antenna.follow(task))
    await clock.advance(ms(200_000))
    controller.lines[0]?.cut()
    await clock.advance(ms(20_000))
    const boresight = { azimuth: deg(controller.azimuth), elevation: deg(controller.elevation) }
    expect(greatCircleSeparation(boresight, pass.lookAt(clock.utcNow()))).toBeLessThan(2)
    expect(faults.map(({ code }) => code)).toEqual(['link.closed'])
    expect(antenna.status().phase).toBe('tracking')
    await close(clock, antenna)
  })

  it('stops when asked, confirmed, and leaves no timer behind when closed', async () => {
    const { clock, controller, antenna } = await bench()
    unwrap(antenna.follow(task))
    await clock.advance(ms(3_000))
    const stopping = antenna.stop()
    await clock.advance(ms(10_000))
    expect((await stopping).ok).toBe(true)
    const { azimuth } = controller
    await clock.advance(ms(200_000))
    expect(controller.azimuth).toBe(azimuth)
    await close(clock, antenna)
    await clock.advance(ms(1_000))
    // The scripted controller's own motor.
    expect(clock.pendingTimers()).toBe(1)
  })
})
