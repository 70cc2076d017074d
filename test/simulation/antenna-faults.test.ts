import { describe, expect, it } from 'vitest'
import type { SimulatedFault } from '../../hardware-sim/station/faults.ts'
import { greatCircleSeparation } from '../../src/kernel/angle.ts'
import { invariant, unwrap } from '../../src/kernel/result.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { sphericalPass } from '../pointing/passes.ts'
import { type AntennaWorld, createAntennaWorld } from './antenna-world.ts'

const at = (azimuth: number, elevation: number) => ({ azimuth: deg(azimuth), elevation: deg(elevation) })
const seconds = (count: number) => ms(1_000 * count)
const pass = sphericalPass({ maximumElevationDeg: 50, courseDeg: 20 })
const task = { id: 'pass', aosUtc: pass.aosUtcMs, losUtc: pass.losUtcMs, lookAt: pass.lookAt }

const codes = (world: AntennaWorld): readonly string[] => world.faults.map(({ code }) => code)
const MOTION = /^[WM]\d/
const motionsSince = (world: AntennaWorld, sinceMono: number): readonly string[] =>
  world.written.filter(({ text, atMono }) => MOTION.test(text) && atMono >= sinceMono).map(({ text }) => text)
const stopsSince = (world: AntennaWorld, sinceMono: number): readonly number[] =>
  world.written
    .filter(({ text, atMono }) => text.startsWith('S') && atMono >= sinceMono)
    .map(({ atMono }) => atMono - sinceMono)
/** Degrees between where the antenna looks and the satellite. */
const errorNow = (world: AntennaWorld): number =>
  greatCircleSeparation(world.plant.boresightAt(world.clock.monoNow()), pass.lookAt(world.clock.utcNow()))

/** Following the pass, in its middle. */
const tracking = async (seed = 1): Promise<AntennaWorld> => {
  const world = await createAntennaWorld({ seed })
  unwrap(world.antenna.follow(task))
  await world.clock.advance(ms(pass.aosUtcMs - world.clock.utcNow() + 120_000))
  invariant(world.antenna.status().phase === 'tracking' && errorNow(world) < 3, 'it follows the pass')
  return world
}

/** What an operator finds two minutes after a motion fault. */
const afterwards = async (world: AntennaWorld) => {
  const from = world.clock.monoNow()
  await world.pass(seconds(120))
  const { phase, fault } = world.antenna.status()
  const asked = world.antenna.pointAt(at(90, 45), 'operator')
  return {
    phase,
    latched: fault?.code,
    wasTold: codes(world).includes(fault?.code ?? ''),
    motions: motionsSince(world, from),
    whenAsked: asked.ok ? 'ok' : asked.error.code,
  }
}

/** Stopped, latched, told, and nothing moves by itself or for anybody. */
const latchedBy = (code: string) => ({
  phase: 'faulted',
  latched: code,
  wasTold: true,
  motions: [],
  whenAsked: 'motion.latched',
})

describe('row 19: the daemon is frozen for 60 s', () => {
  it('drops the commands of before and points anew', async () => {
    const world = await tracking()
    // Frozen: time goes on while nothing of ours runs. Nothing that was due is done in a burst afterwards.
    const from = world.clock.monoNow()
    world.clock.freeze(seconds(60))
    await world.pass(seconds(12))
    const sent = motionsSince(world, from)
    expect(sent.length).toBeLessThanOrEqual(12)
    expect(errorNow(world)).toBeLessThan(3)
    expect(world.antenna.status().phase).toBe('tracking')
    await world.close()
  })
})

describe('rows 38 to 40: serial garbage, split and merged lines, no newline', () => {
  const harmless: readonly SimulatedFault[] = [
    'controller-split-reply',
    'controller-merged-reply',
    'controller-doubled-reply',
  ]
  for (const name of harmless) {
    it(`goes on following through ${name}`, async () => {
      const world = await tracking()
      world.fail(name)
      await world.pass(seconds(60))
      expect(errorNow(world)).toBeLessThan(3)
      expect(world.antenna.status().phase).toBe('tracking')
      await world.close()
    })
  }

  it('follows again as soon as noise between the bytes is over', async () => {
    const world = await tracking()
    world.fail('controller-noise')
    await world.pass(seconds(60))
    world.fail('controller-noise', false)
    await world.pass(seconds(20))
    expect(errorNow(world)).toBeLessThan(3)
    expect(world.antenna.status().phase).toBe('tracking')
    await world.close()
  })

  const blinding: readonly SimulatedFault[] = [
    'controller-garbage',
    'controller-no-newline',
    'controller-endless',
  ]
  for (const name of blinding) {
    it(`stops for ${name} and goes on with the pass when it is over`, async () => {
      const world = await tracking()
      const from = world.clock.monoNow()
      world.fail(name)
      await world.pass(seconds(20))
      expect(world.antenna.status().phase).toBe('unreachable')
      expect(stopsSince(world, from).length).toBeGreaterThan(0)
      const { azimuth } = world.where()
      await world.pass(seconds(10))
      expect(world.where().azimuth).toBeCloseTo(azimuth, 3)
      world.fail(name, false)
      await world.pass(seconds(20))
      expect(world.antenna.status().phase).toBe('tracking')
      expect(errorNow(world)).toBeLessThan(3)
      await world.close()
    })
  }
})

describe('rows 41 and 42: unplugged, and back under another name', () => {
  it('notices it idle, and connects again by itself', async () => {
    const world = await createAntennaWorld()
    world.fail('adapter-unplugged')
    await world.pass(seconds(2))
    expect(world.antenna.status().phase).toBe('unreachable')
    world.fail('adapter-unplugged', false)
    await world.pass(seconds(40))
    expect(world.antenna.status()).toMatchObject({ phase: 'idle', fault: undefined })
    await world.close()
  })

  for (const name of ['adapter-unplugged', 'adapter-renamed'] as const) {
    it(`reads the position again before it moves, after ${name} in mid-pass`, async () => {
      const world = await tracking()
      world.fail(name)
      await world.pass(seconds(2))
      expect(world.antenna.status().phase).toBe('unreachable')
      const from = world.clock.monoNow()
      world.fail(name, false)
      await world.pass(seconds(60))
      const since = world.written.filter(({ atMono }) => atMono >= from).map(({ text }) => text)
      const firstMotion = since.findIndex((text) => MOTION.test(text))
      expect(since[0]).toBe('S\r')
      expect(since.slice(0, firstMotion)).toContain('C2\r')
      expect(errorNow(world)).toBeLessThan(3)
      await world.close()
    })
  }
})

describe('row 43: a stale write on reopen', () => {
  it('sends nothing on the new line that was meant for the old one', async () => {
    const world = await tracking()
    world.fail('stale-write')
    world.fail('adapter-unplugged')
    await world.pass(seconds(2))
    const moved = world.antenna.pointAt(at(300, 10), 'operator')
    expect(moved.ok).toBe(false)
    const from = world.clock.monoNow()
    world.fail('adapter-unplugged', false)
    await world.pass(seconds(40))
    expect(motionsSince(world, from).some((text) => text.startsWith('W300'))).toBe(false)
    await world.close()
  })
})

describe('rows 45 and 46: a mute controller; wrong, late, doubled replies', () => {
  for (const name of ['controller-mute', 'controller-dead'] as const) {
    it(`sends STOP, tells it and moves nothing: ${name}`, async () => {
      const world = await tracking()
      const from = world.clock.monoNow()
      world.fail(name)
      await world.pass(seconds(10))
      expect(codes(world)).toContain('rotator.mute')
      expect(stopsSince(world, from).length).toBeGreaterThan(0)
      expect(world.antenna.status()).toMatchObject({
        phase: 'unreachable',
        fault: { code: 'rotator.mute' },
      })
      const later = world.clock.monoNow()
      await world.pass(seconds(30))
      expect(motionsSince(world, later)).toEqual([])
      expect(world.isMoving()).toBe(false)
      await world.close()
    })
  }

  it('latches a controller that falls silent again and again', async () => {
    const world = await createAntennaWorld()
    for (let silence = 0; silence < 25; silence += 1) {
      world.fail('controller-mute')
      await world.pass(seconds(10))
      world.fail('controller-mute', false)
      await world.pass(seconds(10))
    }
    expect(await afterwards(world)).toEqual(latchedBy('rotator.mute'))
    await world.close()
  })

  for (const seed of [1, 2, 3]) {
    for (const name of ['controller-late-reply', 'controller-stale-reply'] as const) {
      it(`matches each answer to its question and goes on following: ${name}, seed ${seed}`, async () => {
        const world = await tracking(seed)
        world.fail(name)
        for (let second = 0; second < 60; second += 1) {
          await world.pass(seconds(1))
          expect(world.antenna.status().phase).toBe('tracking')
          expect(errorNow(world)).toBeLessThan(3)
        }
        await world.close()
      })
    }

    it(`believes no wrong reply, says so and leaves the antenna where it was: seed ${seed}`, async () => {
      const world = await tracking(seed)
      // What was commanded last is still gone to.
      await world.pass(seconds(1))
      world.fail('controller-wrong-reply')
      const before = world.where()
      for (let second = 0; second < 60; second += 1) {
        await world.pass(seconds(1))
        const now = world.where()
        expect(Math.abs(now.azimuth - before.azimuth)).toBeLessThan(3)
        expect(Math.abs(now.elevation - before.elevation)).toBeLessThan(3)
        if (second >= 4) expect(world.isMoving()).toBe(false)
      }
      expect(codes(world)).toContain('rotator.mute')
      world.fail('controller-wrong-reply', false)
      await world.pass(seconds(20))
      expect(world.antenna.status().phase).toBe('tracking')
      expect(errorNow(world)).toBeLessThan(3)
      await world.close()
    })
  }
})

describe('rows 47 to 49: stuck motor; runaway or wrong way; encoder jump', () => {
  for (const name of ['stuck-motor', 'stuck-azimuth', 'stuck-elevation'] as const) {
    it(`latches a stall: ${name}`, async () => {
      const world = await createAntennaWorld()
      world.fail(name)
      unwrap(world.antenna.pointAt(at(60, 20), 'operator'))
      await world.pass(seconds(30))
      expect(await afterwards(world)).toEqual(latchedBy('motion.stalled'))
      expect(world.isMoving()).toBe(false)
      await world.close()
    })
  }

  it('latches what stands in the way, near the end of the range or not', async () => {
    const world = await createAntennaWorld()
    unwrap(world.antenna.pointAt(at(60, 20), 'operator'))
    await world.pass(seconds(5))
    world.fail('hard-stop-azimuth')
    await world.pass(seconds(30))
    expect(await afterwards(world)).toEqual(latchedBy('motion.stalled'))
    await world.close()
  })

  for (const axis of ['azimuth', 'elevation'] as const) {
    it(`repeats STOP and cuts the power when the ${axis} runs away`, async () => {
      const power: string[] = []
      const world = await createAntennaWorld({
        antenna: { cutOff: { cut: () => power.push('cut'), restore: () => power.push('given') } },
      })
      unwrap(world.antenna.pointAt(at(150, 60), 'operator'))
      await world.pass(seconds(2))
      const from = world.clock.monoNow()
      world.fail(`runaway-${axis}`)
      await world.pass(seconds(45))
      expect(['motion.runaway', 'motion.wrong-way']).toContain(world.antenna.status().fault?.code)
      expect(stopsSince(world, from).length).toBeGreaterThan(3)
      expect(power).toContain('cut')
      await world.close()
    })

    it(`latches an ${axis} that turns the wrong way, before it has gone far`, async () => {
      const world = await createAntennaWorld()
      const before = world.where()
      world.fail(`wrong-way-${axis}`)
      unwrap(world.antenna.pointAt(at(before.azimuth + 60, before.elevation + 30), 'operator'))
      await world.pass(seconds(30))
      expect(await afterwards(world)).toEqual(latchedBy('motion.wrong-way'))
      const now = world.where()
      expect(Math.abs(now.azimuth - before.azimuth) < 75 && now.elevation > before.elevation - 30).toBe(true)
      await world.close()
    })

    it(`drops a reading of the ${axis} that leaps for a moment, and latches one that stays`, async () => {
      const world = await createAntennaWorld()
      const shown = world.antenna.status().reported
      world.fail(`encoder-jump-${axis}`)
      await world.pass(ms(600))
      expect(world.antenna.status().reported).toMatchObject({
        azimuth: shown?.azimuth,
        elevation: shown?.elevation,
      })
      world.fail(`encoder-jump-${axis}`, false)
      await world.pass(seconds(5))
      expect(world.antenna.status().phase).toBe('idle')
      world.fail(`encoder-jump-${axis}`)
      await world.pass(seconds(5))
      expect(await afterwards(world)).toEqual(latchedBy('motion.position-jump'))
      await world.close()
    })
  }
})

describe('rows 50 and 51: targets out of limits; STOP with a full queue', () => {
  it('refuses what is out of limits, whoever asks, and takes the legal way round', async () => {
    const world = await createAntennaWorld()
    for (const user of ['operator', 'plan', 'program'] as const) {
      for (const [azimuth, elevation] of [
        [1e9, 10],
        [500, 10],
        [-10, 10],
        [10, -20],
        [10, 181],
        [Number.NaN, 10],
      ] as const) {
        expect(world.antenna.pointAt(at(azimuth, elevation), user).ok).toBe(false)
      }
    }
    await world.pass(seconds(10))
    expect(world.isMoving()).toBe(false)
    // From 440° the direction 80° is where it stands; 100° is only to be had by unwinding.
    unwrap(world.antenna.pointAt(at(440, 10), 'operator'))
    await world.pass(seconds(60))
    unwrap(world.antenna.pointAt(at(100, 10), 'operator'))
    await world.pass(seconds(90))
    expect(world.where().azimuth).toBeCloseTo(100, -0.5)
    await world.close()
  })

  it('puts STOP on the wire within 200 ms, past everything that waits', async () => {
    const world = await tracking()
    for (let ask = 0; ask < 50; ask += 1) world.antenna.pointAt(at(ask, 30), 'operator')
    const from = world.clock.monoNow()
    const stopping = world.antenna.stop()
    await world.pass(seconds(20))
    expect(unwrap(await stopping)).toBe('seen')
    expect(stopsSince(world, from)[0]).toBeLessThan(200)
    expect(motionsSince(world, from)).toEqual([])
    expect(world.isMoving()).toBe(false)
    await world.close()
  })
})

describe('rows 52 to 54: the process hangs or dies while the antenna moves; SIGTERM in a slew', () => {
  it('stops an antenna that a dead process left moving, before all else, and goes nowhere by itself', async () => {
    const world = await createAntennaWorld()
    unwrap(world.antenna.pointAt(at(20, 80), 'operator'))
    await world.pass(seconds(3))
    const from = world.clock.monoNow()
    const { antenna, connected } = world.dieAndStartAnew()
    expect(world.isMoving()).toBe(true)
    await world.pass(seconds(3))
    unwrap(await connected)
    expect(world.written.find(({ atMono }) => atMono >= from)?.text).toBe('S\r')
    expect(world.isMoving()).toBe(false)
    const { azimuth, elevation } = world.where()
    // It was on its way from 180° and had not come far.
    expect(azimuth).toBeGreaterThan(140)
    await world.pass(seconds(60))
    expect(world.where().azimuth).toBeCloseTo(azimuth, 3)
    expect(world.where().elevation).toBeCloseTo(elevation, 3)
    expect(motionsSince(world, from)).toEqual([])
    expect(antenna.status()).toMatchObject({ phase: 'idle', fault: undefined })
    await world.close()
  })

  it('stops it, too, where the line was lost in a slew, and resumes nothing that was asked by hand', async () => {
    const world = await createAntennaWorld()
    unwrap(world.antenna.pointAt(at(20, 80), 'operator'))
    await world.pass(seconds(3))
    expect(world.isMoving()).toBe(true)
    world.fail('adapter-unplugged')
    await world.pass(ms(600))
    const from = world.clock.monoNow()
    world.fail('adapter-unplugged', false)
    await world.pass(seconds(5))
    expect(world.written.find(({ atMono }) => atMono >= from)?.text).toBe('S\r')
    expect(world.isMoving()).toBe(false)
    await world.pass(seconds(30))
    expect(world.isMoving()).toBe(false)
    expect(motionsSince(world, from)).toEqual([])
    await world.close()
  })

  it('stops, sees it stand, and ends, when closed in a slew', async () => {
    const world = await createAntennaWorld()
    unwrap(world.antenna.pointAt(at(20, 80), 'operator'))
    await world.pass(seconds(3))
    const closing = world.antenna.close()
    await world.pass(seconds(20))
    unwrap(await closing)
    expect(world.isMoving()).toBe(false)
    const { azimuth } = world.where()
    expect(azimuth).toBeGreaterThan(100)
  })

  it('shows a loop that hangs to the watchdog', async () => {
    const world = await tracking()
    expect(world.antenna.status().alive).toBe(true)
    world.clock.freeze(seconds(15))
    expect(world.antenna.status().alive).toBe(false)
    await world.close()
  })
})

describe('a motor that turns slower than is configured', () => {
  for (const motorShare of [1, 0.5, 0.33, 0.25, 0.2]) {
    it(`is not seen to stand while its relay sticks: at ${motorShare} of its speed`, async () => {
      const world = await createAntennaWorld({ motorShare })
      unwrap(world.antenna.pointAt(at(120, 10), 'operator'))
      await world.pass(seconds(90))
      unwrap(world.antenna.pointAt(at(300, 10), 'operator'))
      await world.pass(seconds(8))
      world.fail('runaway-azimuth')
      const stopping = world.antenna.stop('operator')
      await world.pass(seconds(45))
      expect(await stopping).toMatchObject({ ok: false, error: { code: 'motion.not-stopped' } })
      await world.close()
    })
  }
})

describe('what an outage leaves', () => {
  for (const firmware of ['md01', 'rot2prog'] as const) {
    for (const outage of [0.5, 6] as const) {
      it(`is the turn of the cable where it was known: ${firmware}, unplugged for ${outage} s in a pass`, async () => {
        const world = await createAntennaWorld({ driver: firmware, firmware })
        unwrap(world.antenna.confirmTurn(deg(180)))
        unwrap(world.antenna.follow(task))
        await world.clock.advance(ms(pass.aosUtcMs - world.clock.utcNow() + 120_000))
        world.fail('adapter-unplugged')
        await world.pass(seconds(outage))
        world.fail('adapter-unplugged', false)
        await world.pass(seconds(45))
        expect(world.antenna.status()).toMatchObject({ phase: 'tracking', turnCertain: true })
        expect(errorNow(world)).toBeLessThan(3)
        expect(codes(world)).not.toContain('motion.turn-unknown')
        await world.close()
      })
    }
  }

  for (const name of ['controller-mute', 'adapter-unplugged'] as const) {
    it(`is an antenna whose rest is watched: ${name}`, async () => {
      const world = await createAntennaWorld()
      world.fail(name)
      await world.pass(seconds(8))
      world.fail(name, false)
      await world.pass(seconds(20))
      const from = world.clock.monoNow()
      world.fail('runaway-azimuth')
      await world.pass(seconds(15))
      expect(world.antenna.status()).toMatchObject({ phase: 'faulted', fault: { code: 'motion.runaway' } })
      expect(stopsSince(world, from).length).toBeGreaterThan(0)
      await world.close()
    })
  }

  it('is a counter that lost its place, although people locked the antenna out and took its power', async () => {
    const world = await createAntennaWorld({ driver: 'easycomm2', firmware: 'easycomm2' })
    unwrap(world.antenna.pointAt(at(120, 40), 'operator'))
    await world.pass(seconds(60))
    world.antenna.setLockOut('maintenance', true)
    await world.pass(seconds(5))
    world.fail('power-cut')
    await world.pass(seconds(60))
    world.fail('power-cut', false)
    await world.pass(seconds(20))
    world.antenna.setLockOut('maintenance', false)
    expect(world.antenna.pointAt(at(100, 30), 'operator')).toMatchObject({ ok: false })
    await world.pass(seconds(60))
    expect(world.antenna.status().fault?.code).toBe('motion.position-jump')
    expect(world.where().azimuth).toBeCloseTo(120, 0)
    await world.close()
  })
})

describe('an encoder that scatters', () => {
  // Its fault in the simulator: 1.5° (1 sigma) of scatter, many steps of most controllers.
  for (const firmware of ['gs232b', 'md01', 'rot2prog', 'easycomm3'] as const) {
    for (const seed of [1, 2, 3]) {
      it(`makes no fault of an antenna that stands, and a STOP is seen to be obeyed: ${firmware}, seed ${seed}`, async () => {
        const world = await createAntennaWorld({ driver: firmware, firmware, seed })
        world.antenna.confirmTurn(deg(180))
        world.fail('encoder-noise')
        await world.pass(seconds(1_800))
        expect(world.antenna.status()).toMatchObject({ phase: 'idle', fault: undefined })
        unwrap(world.antenna.pointAt(at(260, 60), 'operator'))
        await world.pass(seconds(2))
        expect(world.isMoving()).toBe(true)
        const stopping = world.antenna.stop('operator')
        await world.pass(seconds(40))
        expect(await stopping).toEqual({ ok: true, value: 'seen' })
        expect(world.isMoving()).toBe(false)
        // A reading far beside the others is dropped, and said.
        expect(codes(world).filter((code) => code !== 'rotator.garbage')).toEqual([])
        await world.close()
      })
    }
  }
})

describe('row 55: the controller was switched off and lost its place', () => {
  it('asks for a look and for homing, and moves no more', async () => {
    const world = await tracking()
    world.fail('home-lost')
    await world.pass(seconds(10))
    expect(await afterwards(world)).toEqual(latchedBy('motion.position-jump'))
    await world.close()
  })

  // Controllers that count pulses, and lose them with their power.
  for (const firmware of ['easycomm2', 'rot2prog', 'md01'] as const) {
    for (const seed of [1, 2]) {
      it(`never believes a counter that begins anew after a power cut in motion: ${firmware}, seed ${seed}`, async () => {
        const world = await createAntennaWorld({ driver: firmware, firmware, seed })
        unwrap(world.antenna.confirmTurn(deg(180)))
        unwrap(world.antenna.pointAt(at(250, 60), 'operator'))
        await world.pass(seconds(8))
        world.fail('power-cut')
        await world.pass(seconds(20))
        world.fail('power-cut', false)
        await world.pass(seconds(20))
        const stood = world.where()
        const asked = world.antenna.pointAt(at(250, 45), 'operator')
        expect(asked).toMatchObject({ ok: false, error: { code: 'motion.latched' } })
        await world.pass(seconds(120))
        expect(world.antenna.status()).toMatchObject({
          phase: 'faulted',
          fault: { code: 'motion.position-jump' },
        })
        expect(world.where()).toEqual(stood)
        expect(codes(world)).toContain('motion.position-jump')
        await world.close()
      })
    }
  }

  it('believes one that finds its place by switches, where the owner says so', async () => {
    const world = await createAntennaWorld({
      driver: 'easycomm2',
      firmware: 'easycomm2',
      antenna: { findsItsPlace: true },
    })
    unwrap(world.antenna.pointAt(at(250, 60), 'operator'))
    await world.pass(seconds(8))
    world.fail('power-cut')
    await world.pass(seconds(20))
    world.fail('power-cut', false)
    await world.pass(seconds(20))
    expect(world.antenna.status().fault).toBeUndefined()
    await world.close()
  })

  for (const seed of [1, 2, 3]) {
    it(`stops for a power cut, and goes on when the place is still known: seed ${seed}`, async () => {
      const world = await tracking(seed)
      world.fail('power-cut')
      await world.pass(seconds(15))
      expect(world.antenna.status().phase).toBe('unreachable')
      world.fail('power-cut', false)
      await world.pass(seconds(40))
      expect(world.antenna.status()).toMatchObject({ phase: 'tracking', fault: undefined })
      expect(errorNow(world)).toBeLessThan(3)
      expect(codes(world)).toEqual(['rotator.mute'])
      await world.close()
    })
  }
})
