import { describe, expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { sphericalPass } from '../pointing/passes.ts'
import { type AntennaWorld, createAntennaWorld } from './antenna-world.ts'

// What a review found that a person on the mast, or the mast, would have paid for.

const at = (azimuth: number, elevation: number) => ({ azimuth: deg(azimuth), elevation: deg(elevation) })
const seconds = (count: number) => ms(1_000 * count)
const pass = sphericalPass({ maximumElevationDeg: 50, courseDeg: 20 })
const task = { id: 'pass', aosUtc: pass.aosUtcMs, losUtc: pass.losUtcMs, lookAt: pass.lookAt }
const MOTION = /^[WM]\d/
const motionsSince = (world: AntennaWorld, sinceMono: number): readonly string[] =>
  world.written.filter(({ text, atMono }) => MOTION.test(text) && atMono >= sinceMono).map(({ text }) => text)
const during = async <Value>(world: AntennaWorld, work: Promise<Value>): Promise<Value> => {
  await world.pass(seconds(20))
  return work
}
const power = () => {
  const said: string[] = []
  return { said, cutOff: { cut: () => said.push('cut'), restore: () => said.push('given') } }
}

describe("a person's STOP", () => {
  it('is not undone by a program that asks again each second', async () => {
    const world = await createAntennaWorld()
    unwrap(world.antenna.pointAt(at(60, 20), 'program'))
    await world.pass(seconds(3))
    expect(unwrap(await during(world, world.antenna.stop()))).toBe('seen')
    const from = world.clock.monoNow()
    for (let second = 0; second < 30; second += 1) {
      expect(world.antenna.pointAt(at(60, 20), 'program')).toMatchObject({
        ok: false,
        error: { code: 'motion.held' },
      })
      await world.pass(seconds(1))
    }
    expect(motionsSince(world, from)).toEqual([])
    expect(world.antenna.status()).toMatchObject({ phase: 'held', user: 'operator' })
    await world.close()
  })

  it('is not undone by the plan, by wind, by a line that comes back', async () => {
    const world = await createAntennaWorld({ envelope: { stow: at(90, 85) } })
    unwrap(world.antenna.pointAt(at(60, 20), 'program'))
    await world.pass(seconds(3))
    await during(world, world.antenna.stop())
    const from = world.clock.monoNow()
    expect(world.antenna.follow(task)).toMatchObject({ ok: false, error: { code: 'motion.held' } })
    world.antenna.setLockOut('wind', true)
    await world.pass(seconds(30))
    world.fail('adapter-unplugged')
    await world.pass(seconds(5))
    world.fail('adapter-unplugged', false)
    await world.pass(seconds(60))
    expect(motionsSince(world, from)).toEqual([])
    expect(world.antenna.status().phase).toBe('held')
    // A person lets it go on, and it goes where it is safe in wind.
    world.antenna.clearFault()
    await world.pass(seconds(60))
    expect(world.where().elevation).toBeCloseTo(85, -0.5)
    await world.close()
  })

  it('ends with the motion that a person asks for', async () => {
    const world = await createAntennaWorld()
    await during(world, world.antenna.stop())
    unwrap(world.antenna.park('operator'))
    await world.pass(seconds(60))
    expect(world.antenna.status().phase).toBe('idle')
    await world.close()
  })

  it('of a program ends its motion, and no more', async () => {
    const world = await createAntennaWorld()
    unwrap(world.antenna.pointAt(at(60, 20), 'program'))
    await world.pass(seconds(3))
    await during(world, world.antenna.stop('program'))
    unwrap(world.antenna.follow(task))
    await world.close()
  })

  it('is on the wire at once when the line was waiting to be opened again', async () => {
    const world = await createAntennaWorld()
    world.fail('adapter-unplugged')
    await world.pass(seconds(100))
    world.fail('adapter-unplugged', false)
    const from = world.clock.monoNow()
    void world.antenna.stop()
    await world.pass(seconds(1))
    expect(world.written.find(({ atMono }) => atMono >= from)).toMatchObject({ text: 'S\r' })
    await world.close()
  })

  it('is repeated while the antenna is seen to turn, not after the slower axis would have shown it', async () => {
    const world = await createAntennaWorld()
    unwrap(world.antenna.pointAt(at(20, 45), 'operator'))
    await world.pass(seconds(3))
    world.fail('runaway-azimuth')
    const from = world.clock.monoNow()
    void world.antenna.stop()
    await world.pass(seconds(4))
    const stops = world.written.filter(({ text, atMono }) => text === 'S\r' && atMono >= from)
    expect(stops.length).toBeGreaterThan(3)
    await world.close()
  })
})

describe('before the line is open', () => {
  for (const what of ['stop', 'maintenance', 'wind'] as const) {
    it(`${what} does not leave the antenna out of reach for good`, async () => {
      const world = await createAntennaWorld({
        connects: false,
        beforeConnect: (antenna) => {
          if (what === 'stop') void antenna.stop()
          else antenna.setLockOut(what, true)
        },
      })
      await world.pass(seconds(120))
      const phase = { stop: 'held', maintenance: 'idle', wind: 'idle' }[what]
      expect(world.antenna.status()).toMatchObject({ phase, fault: undefined })
      world.antenna.clearFault()
      if (what !== 'stop') world.antenna.setLockOut(what, false)
      unwrap(world.antenna.pointAt(at(60, 20), 'operator'))
      await world.close()
    })
  }
})

describe('while nothing is commanded', () => {
  for (const axis of ['azimuth', 'elevation'] as const) {
    it(`an ${axis} that moves by itself is stopped, and its power cut`, async () => {
      const { said, cutOff } = power()
      const world = await createAntennaWorld({ antenna: { cutOff } })
      await world.pass(seconds(10))
      world.fail(`runaway-${axis}`)
      await world.pass(seconds(10))
      expect(world.antenna.status()).toMatchObject({ phase: 'faulted', fault: { code: 'motion.runaway' } })
      expect(said[0]).toBe('cut')
      await world.close()
    })
  }

  it('what a latched fault left is watched on, and the power cut when it gets worse', async () => {
    const { said, cutOff } = power()
    const world = await createAntennaWorld({ antenna: { cutOff } })
    world.fail('stuck-azimuth')
    unwrap(world.antenna.pointAt(at(60, 50), 'operator'))
    await world.pass(seconds(30))
    expect(world.antenna.status()).toMatchObject({ phase: 'faulted', fault: { code: 'motion.stalled' } })
    expect(said).toEqual([])
    world.fail('runaway-elevation')
    await world.pass(seconds(10))
    expect(said[0]).toBe('cut')
    expect(world.faults.map(({ code }) => code)).toContain('motion.runaway')
    await world.close()
  })

  it('maintenance is not disturbed by who turns the mast by hand', async () => {
    const world = await createAntennaWorld()
    world.antenna.setLockOut('maintenance', true)
    await world.pass(seconds(5))
    world.fail('runaway-azimuth')
    await world.pass(seconds(5))
    world.fail('runaway-azimuth', false)
    await world.pass(seconds(5))
    expect(world.antenna.status().phase).toBe('idle')
    await world.close()
  })
})

describe('a stalled axis', () => {
  it('is found though somebody asks for something else each second, and though its reading flickers', async () => {
    const world = await createAntennaWorld()
    world.fail('stuck-motor')
    for (let second = 0; second < 40; second += 1) {
      if (second % 2 === 0) world.antenna.park('operator')
      else world.antenna.pointAt(at(60, 20), 'operator')
      await world.pass(seconds(1))
    }
    expect(world.antenna.status()).toMatchObject({ phase: 'faulted', fault: { code: 'motion.stalled' } })
    await world.close()
  })
})

describe('the controller', () => {
  it('is never commanded more often than it bears, whoever asks for what', async () => {
    const world = await createAntennaWorld()
    const from = world.clock.monoNow()
    for (let quarter = 0; quarter < 80; quarter += 1) {
      if (quarter % 2 === 0) world.antenna.park('operator')
      else world.antenna.pointAt(at(60, 20), 'operator')
      await world.pass(ms(250))
    }
    expect(motionsSince(world, from).length).toBeLessThanOrEqual(21)
    await world.close()
  })

  it('that does not answer a STOP has a fault of its line, and goes on when it answers', async () => {
    const { said, cutOff } = power()
    const world = await createAntennaWorld({ antenna: { cutOff }, envelope: { stow: at(90, 85) } })
    world.fail('controller-mute')
    world.antenna.setLockOut('wind', true)
    await world.pass(seconds(60))
    expect(said).toEqual([])
    expect(world.antenna.status().phase).toBe('unreachable')
    world.fail('controller-mute', false)
    await world.pass(seconds(90))
    expect(world.where().elevation).toBeCloseTo(85, -0.5)
    await world.close()
  })

  it('whose answers cannot be true is told to stop: it is driven blind', async () => {
    const world = await createAntennaWorld()
    unwrap(world.antenna.pointAt(at(400, 20), 'operator'))
    await world.pass(seconds(3))
    const from = world.clock.monoNow()
    world.fail('controller-wrong-reply')
    await world.pass(seconds(10))
    const stops = world.written.filter(({ text, atMono }) => text === 'S\r' && atMono >= from)
    expect(stops.length).toBeGreaterThan(0)
    await world.close()
  })
})
