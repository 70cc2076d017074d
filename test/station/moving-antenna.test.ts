import { describe, expect, it, vi } from 'vitest'
import { greatCircleSeparation } from '../../src/kernel/angle.ts'
import type { Fault } from '../../src/kernel/errors.ts'
import type { Log } from '../../src/kernel/log.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { createVirtualClock, type VirtualClock } from '../../src/kernel/virtual-clock.ts'
import { gs232b } from '../../src/rotator/protocols/gs232b.ts'
import type { Antenna } from '../../src/station/antenna.ts'
import type { AntennaMemory } from '../../src/station/antenna-memory.ts'
import type { LatchFile } from '../../src/station/latch-file.ts'
import { createMovingAntenna, type MovingAntennaOptions } from '../../src/station/moving-antenna.ts'
import { g5500, sphericalPass } from '../pointing/passes.ts'
import { createScriptedController } from '../rotator/scripted-controller.ts'

const mount = { ...g5500, park: { azimuth: deg(180), elevation: deg(0) } }
const pass = sphericalPass({ maximumElevationDeg: 50, courseDeg: 20 })
const task = { id: 'pass', aosUtc: pass.aosUtcMs, losUtc: pass.losUtcMs, lookAt: pass.lookAt }

type More = Partial<Omit<MovingAntennaOptions, 'clock' | 'open' | 'log' | 'driver'>>

const bench = async (latch?: LatchFile, more: More = {}) => {
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
    ...more,
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
  it('goes to where the next pass begins when that is soon, and to its resting place when it is not', async () => {
    const ends = async (isSoon: boolean) => {
      const { clock, controller, antenna } = await bench()
      const next = { begin: { azimuth: deg(60), elevation: deg(10) }, isSoon }
      unwrap(antenna.follow({ ...task, next }))
      await clock.advance(ms(90_000 + task.losUtc - task.aosUtc + 90_000))
      const { azimuth, elevation } = controller
      await close(clock, antenna)
      return [azimuth, elevation]
    }
    expect(await ends(true)).toEqual([60, 10])
    expect(await ends(false)).toEqual([180, 0])
  })

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

  it('tells each fault once, also one of the rotator on top of another', async () => {
    const { clock, controller, antenna, faults } = await bench()
    controller.deafToStop = true
    controller.azimuth = 0
    controller.elevation = 0
    controller.target = { azimuth: 440, elevation: 0 }
    await clock.advance(ms(60_000))
    const latched = faults.map(({ code }) => code).filter((code) => code.startsWith('motion.'))
    expect(latched).toEqual(['motion.position-jump', 'motion.not-stopped'])
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

  const at = (azimuth: number, elevation: number) => ({ azimuth: deg(azimuth), elevation: deg(elevation) })

  it('follows in longer hops where its relays may start less often', async () => {
    const movesWith = async (more: More): Promise<number> => {
      const { clock, controller, antenna } = await bench(undefined, more)
      unwrap(antenna.follow(task))
      await clock.advance(ms(pass.losUtcMs - clock.utcNow()))
      const moves = controller.heard.filter(({ text }) => text.startsWith('W')).length
      await close(clock, antenna)
      return moves
    }
    const plain = await movesWith({})
    const spared = await movesWith({ startsPerHour: 10 })
    expect(spared).toBeLessThan(plain / 2)
  })

  it('points where an operator asks, on the nearest turn, and stays there', async () => {
    const { clock, controller, antenna } = await bench()
    unwrap(antenna.pointAt(at(40, 50), 'operator'))
    await clock.advance(ms(60_000))
    expect(controller).toMatchObject({ azimuth: 40, elevation: 50 })
    expect(antenna.status()).toMatchObject({ phase: 'pointing', user: 'operator', fault: undefined })
    await close(clock, antenna)
  })

  it('refuses directions that are none, and moves for none of them', async () => {
    const { clock, controller, antenna } = await bench()
    for (const [azimuth, elevation] of [
      [Number.NaN, 10],
      [10, Number.NaN],
      [1e9, 10],
      [10, -30],
      [10, 200],
      [Number.POSITIVE_INFINITY, 10],
    ] as const) {
      const refused = antenna.pointAt(at(azimuth, elevation), 'operator')
      expect(refused).toMatchObject({ ok: false, error: { code: 'motion.outside-envelope' } })
    }
    await clock.advance(ms(20_000))
    expect(controller.heard.filter(({ text }) => /^[WM]/.test(text))).toEqual([])
    await close(clock, antenna)
  })

  it('gives the antenna to those who go first: operator, plan, program', async () => {
    const { clock, antenna } = await bench()
    unwrap(antenna.pointAt(at(40, 50), 'program'))
    unwrap(antenna.follow(task))
    expect(antenna.status().user).toBe('plan')
    expect(antenna.pointAt(at(40, 50), 'program')).toMatchObject({
      ok: false,
      error: { code: 'motion.occupied' },
    })
    expect(antenna.park('program')).toMatchObject({ ok: false })
    unwrap(antenna.pointAt(at(40, 50), 'operator'))
    expect(antenna.follow(task)).toMatchObject({ ok: false, error: { code: 'motion.occupied' } })
    antenna.letGo('program')
    expect(antenna.status().user).toBe('operator')
    antenna.letGo('operator')
    expect(antenna.status()).toMatchObject({ phase: 'stopping', user: undefined })
    await clock.advance(ms(10_000))
    // The pass that was taken from it is still to come.
    expect(antenna.status()).toMatchObject({ phase: 'pre-positioning', user: 'plan' })
    await close(clock, antenna)
  })

  it('lets programs go before the plan where the owner says so', async () => {
    const { clock, antenna } = await bench(undefined, { precedence: 'programs-first' })
    unwrap(antenna.pointAt(at(40, 50), 'program'))
    expect(antenna.follow(task)).toMatchObject({ ok: false, error: { code: 'motion.occupied' } })
    await close(clock, antenna)
  })

  it('stops for maintenance and lets nobody move until it is unlocked', async () => {
    const { clock, controller, antenna } = await bench()
    unwrap(antenna.follow(task))
    await clock.advance(ms(5_000))
    antenna.setLockOut('maintenance', true)
    await clock.advance(ms(10_000))
    const { azimuth } = controller
    expect(antenna.follow(task)).toMatchObject({ ok: false, error: { code: 'motion.locked-out' } })
    expect(antenna.pointAt(at(40, 50), 'operator')).toMatchObject({ ok: false })
    expect(antenna.park('operator')).toMatchObject({ ok: false })
    await clock.advance(ms(120_000))
    expect(controller.azimuth).toBe(azimuth)
    expect(antenna.status().lockOuts).toEqual([{ kind: 'maintenance', by: 'an operator' }])
    antenna.setLockOut('maintenance', false)
    unwrap(antenna.park('operator'))
    await clock.advance(ms(120_000))
    expect(controller).toMatchObject({ azimuth: 180, elevation: 0 })
    await close(clock, antenna)
  })

  it('goes to its stow position in wind, and nowhere else', async () => {
    const stow = at(90, 85)
    const { clock, controller, antenna } = await bench(undefined, { envelope: { mount, stow } })
    unwrap(antenna.follow(task))
    await clock.advance(ms(5_000))
    antenna.setLockOut('wind', true)
    await clock.advance(ms(90_000))
    expect(Math.abs(controller.azimuth - 90)).toBeLessThanOrEqual(2)
    expect(Math.abs(controller.elevation - 85)).toBeLessThanOrEqual(2)
    expect(antenna.pointAt(at(40, 50), 'operator')).toMatchObject({
      ok: false,
      error: { code: 'motion.locked-out' },
    })
    await close(clock, antenna)
  })

  it('is locked out again after a restart, and by an input that cannot be read', async () => {
    const memory: AntennaMemory = {
      place: () => undefined,
      remember: () => {},
      lockOuts: () => ['maintenance'],
      setLockOuts: () => {},
      flush: async () => {},
    }
    const first = await bench(undefined, { memory })
    expect(first.antenna.follow(task)).toMatchObject({ ok: false, error: { code: 'motion.locked-out' } })
    await close(first.clock, first.antenna)
    const lockOutInputs = [
      { kind: 'maintenance', file: '/no/such/gpio', lockedWhen: '1', freeWhen: '0' },
    ] as const
    const second = await bench(undefined, { lockOutInputs })
    await vi.waitFor(() => expect(second.antenna.status().lockOuts).toHaveLength(1))
    expect(second.antenna.follow(task)).toMatchObject({ ok: false, error: { code: 'motion.locked-out' } })
    await close(second.clock, second.antenna)
  })

  it('cuts the power of a motor that runs the wrong way, and gives it back with the fault cleared', async () => {
    const power: string[] = []
    const { clock, controller, antenna, faults } = await bench(undefined, {
      cutOff: { cut: () => power.push('cut'), restore: () => power.push('given') },
    })
    controller.isReversed = true
    unwrap(antenna.pointAt(at(200, 30), 'operator'))
    await clock.advance(ms(30_000))
    expect(faults.map(({ code }) => code)).toContain('motion.wrong-way')
    expect(antenna.status()).toMatchObject({ phase: 'faulted', fault: { code: 'motion.wrong-way' } })
    expect(power).toEqual(['cut'])
    antenna.clearFault()
    expect(power).toEqual(['cut', 'given'])
    await close(clock, antenna)
  })

  it('cannot be taken from its keep-out sectors by anybody, and goes round them', async () => {
    const keepOut = [
      {
        name: 'mast',
        azimuthFrom: deg(120),
        azimuthTo: deg(140),
        elevationFrom: deg(-90),
        elevationTo: deg(50),
      },
    ]
    const { clock, controller, antenna } = await bench(undefined, { envelope: { mount, keepOut } })
    expect(antenna.pointAt(at(130, 30), 'operator')).toMatchObject({
      ok: false,
      error: { code: 'motion.kept-out' },
    })
    unwrap(antenna.pointAt(at(200, 30), 'operator'))
    let deepest = 0
    for (let second = 0; second < 120; second += 1) {
      await clock.advance(ms(1_000))
      const { azimuth, elevation } = controller
      if (azimuth > 120 && azimuth < 140) deepest = Math.max(deepest, 50 - elevation)
    }
    expect(deepest).toBeLessThanOrEqual(1)
    expect(controller).toMatchObject({ azimuth: 200, elevation: 30 })
    await close(clock, antenna)
  })

  it('asks which turn the cable is on where it cannot know, and believes a person', async () => {
    const wrapped = (azimuth: number, elevation: number): string =>
      `AZ=${String(Math.round(azimuth) % 360).padStart(3, '0')}  EL=${String(Math.round(elevation)).padStart(3, '0')}\r\n`
    const clock = createVirtualClock({ startUtc: utcMs(pass.aosUtcMs - 90_000) })
    const controller = createScriptedController(clock)
    controller.azimuth = 380
    controller.reply = wrapped
    const antenna = createMovingAntenna({
      clock,
      open: controller.open,
      driver: gs232b,
      envelope: { mount },
      log: { info: () => {}, warn: () => {}, fault: () => {} },
    })
    const connecting = antenna.connect()
    await clock.advance(ms(500))
    unwrap(await connecting)
    expect(antenna.status()).toMatchObject({ turnCertain: false, reported: { azimuth: 20 } })
    expect(antenna.confirmTurn(deg(100))).toMatchObject({ ok: false, error: { code: 'motion.turn-unknown' } })
    unwrap(antenna.confirmTurn(deg(380)))
    await clock.advance(ms(1_000))
    expect(antenna.status()).toMatchObject({ turnCertain: true, reported: { azimuth: 380 } })
    await close(clock, antenna)
  })
})
