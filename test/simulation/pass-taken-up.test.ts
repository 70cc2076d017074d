import { describe, expect, it } from 'vitest'
import { greatCircleSeparation } from '../../src/kernel/angle.ts'
import { invariant, unwrap } from '../../src/kernel/result.ts'
import { utcPlus } from '../../src/kernel/time.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import type { Antenna } from '../../src/station/antenna.ts'
import { sphericalPass } from '../pointing/passes.ts'
import { type AntennaWorld, createAntennaWorld } from './antenna-world.ts'

const seconds = (count: number) => ms(1_000 * count)
const at = (azimuth: number, elevation: number) => ({ azimuth: deg(azimuth), elevation: deg(elevation) })
const pass = sphericalPass({ maximumElevationDeg: 50, courseDeg: 20 })
const task = { id: 'pass', aosUtc: pass.aosUtcMs, losUtc: pass.losUtcMs, lookAt: pass.lookAt }

const until = (world: AntennaWorld, sinceAosSeconds: number) =>
  world.pass(ms(pass.aosUtcMs - world.clock.utcNow() + sinceAosSeconds * 1_000))
const errorNow = (world: AntennaWorld): number =>
  greatCircleSeparation(world.plant.boresightAt(world.clock.monoNow()), pass.lookAt(world.clock.utcNow()))

/** Degrees off at worst from now to the end of the pass. */
const worstToTheEnd = async (world: AntennaWorld): Promise<number> => {
  let worst = 0
  while (world.clock.utcNow() < pass.losUtcMs - 2_000) {
    worst = Math.max(worst, errorNow(world))
    await world.pass(seconds(1))
  }
  return worst
}

/** Following the pass, in its middle. */
const tracking = async (antenna: Parameters<typeof createAntennaWorld>[0] = {}): Promise<AntennaWorld> => {
  const world = await createAntennaWorld(antenna)
  unwrap(world.antenna.follow(task))
  await until(world, 120)
  invariant(world.antenna.status().phase === 'tracking' && errorNow(world) < 3, 'it follows the pass')
  return world
}

const lookAway = async (world: AntennaWorld, user: 'operator' | 'program'): Promise<void> => {
  unwrap(world.antenna.pointAt(at(300, 10), user))
  await world.pass(seconds(40))
  invariant(errorNow(world) > 20, 'it looks elsewhere')
}

describe('a pass that somebody kept the antenna from', () => {
  for (const kind of ['wind', 'maintenance'] as const) {
    it(`is followed from its rise when the lock-out for ${kind} ends before it`, async () => {
      const world = await createAntennaWorld()
      world.antenna.setLockOut(kind, true)
      await until(world, -60)
      expect(world.antenna.follow(task)).toMatchObject({ ok: false, error: { code: 'motion.locked-out' } })
      await world.pass(seconds(15))
      world.antenna.setLockOut(kind, false)
      await until(world, 5)
      expect(await worstToTheEnd(world)).toBeLessThan(3)
      await world.close()
    })
  }

  const interruptions: readonly (readonly [string, (world: AntennaWorld) => Promise<void>])[] = [
    [
      'an operator lets go of what he pointed at',
      async (world) => {
        await lookAway(world, 'operator')
        world.antenna.letGo('operator')
      },
    ],
    [
      'an operator ends what he did, and has the plan go on',
      async (world) => {
        await lookAway(world, 'operator')
        void world.antenna.stop('plan')
      },
    ],
    [
      "an operator's own pass has set",
      async (world) => {
        const losUtc = utcPlus(world.clock.utcNow(), seconds(30))
        const other = { id: 'other', user: 'operator', aosUtc: world.clock.utcNow() } as const
        unwrap(world.antenna.follow({ ...other, losUtc, lookAt: () => at(300, 10) }))
        await world.pass(seconds(30))
      },
    ],
    [
      'a person who has looked clears the fault',
      async (world) => {
        world.fail('stuck-elevation')
        await world.pass(seconds(40))
        invariant(world.antenna.status().phase === 'faulted', 'it is seen to be stuck')
        world.fail('stuck-elevation', false)
        world.antenna.clearFault()
      },
    ],
    [
      'a person lets go on what he stopped',
      async (world) => {
        void world.antenna.stop()
        await world.pass(seconds(30))
        invariant(world.antenna.status().phase === 'held', 'it is held')
        world.antenna.clearFault()
      },
    ],
    [
      'the wind is over',
      async (world) => {
        world.antenna.setLockOut('wind', true)
        await world.pass(seconds(40))
        world.antenna.setLockOut('wind', false)
      },
    ],
  ]
  for (const [what, interrupt] of interruptions) {
    it(`is followed for the rest of it when ${what}`, async () => {
      const world = await tracking()
      await interrupt(world)
      await world.pass(seconds(45))
      expect(await worstToTheEnd(world)).toBeLessThan(3)
      await world.pass(seconds(120))
      // And then it rests, as after any pass.
      expect(world.where().azimuth).toBeCloseTo(180, -1)
      await world.close()
    })
  }

  it('is followed when a program that goes first lets go of the antenna', async () => {
    const world = await tracking({ antenna: { precedence: 'programs-first' } })
    await lookAway(world, 'program')
    world.antenna.letGo('program')
    await world.pass(seconds(45))
    expect(await worstToTheEnd(world)).toBeLessThan(3)
    await world.close()
  })

  it('is followed by the stopwatch, where the wall clock stepped while somebody else had the antenna', async () => {
    const world = await tracking()
    await lookAway(world, 'operator')
    world.clock.stepWall(ms(3_600_000))
    await world.pass(seconds(5))
    world.antenna.letGo('operator')
    await world.pass(seconds(45))
    const boresight = world.plant.boresightAt(world.clock.monoNow())
    const truth = pass.lookAt(utcPlus(world.clock.utcNow(), ms(-3_600_000)))
    expect(greatCircleSeparation(boresight, truth)).toBeLessThan(3)
    await world.close()
  })

  const kept: readonly (readonly [string, (antenna: Antenna) => void])[] = [
    ['a person stopped it', (antenna) => void antenna.stop()],
    ['a person sent the antenna to rest', (antenna) => unwrap(antenna.park('operator'))],
    ['a program stopped it', (antenna) => void antenna.stop('program')],
  ]
  for (const [what, keep] of kept) {
    it(`is not taken up by itself while ${what}, and is when a person says so`, async () => {
      const world = await tracking()
      keep(world.antenna)
      await world.pass(seconds(60))
      const { azimuth } = world.where()
      await world.pass(seconds(20))
      expect(world.where().azimuth).toBeCloseTo(azimuth, 1)
      expect(world.antenna.status().user).not.toBe('plan')
      world.antenna.clearFault()
      await world.pass(seconds(45))
      expect(errorNow(world)).toBeLessThan(3)
      await world.close()
    })
  }

  it('ends for the antenna when it ends, whoever has it: nothing is followed afterwards', async () => {
    const world = await tracking()
    await lookAway(world, 'operator')
    await world.pass(ms(pass.losUtcMs - world.clock.utcNow() + 5_000))
    world.antenna.letGo('operator')
    await world.pass(seconds(60))
    expect(world.antenna.status()).toMatchObject({ phase: 'idle', user: undefined })
    expect(world.where().azimuth).toBeCloseTo(300, 0)
    await world.close()
  })

  it('ends earlier where a plan made meanwhile says so', async () => {
    const world = await tracking()
    await lookAway(world, 'operator')
    world.antenna.takeNewPlan({ ends: { id: 'pass', losUtc: world.clock.utcNow() }, next: undefined })
    await world.pass(seconds(1))
    world.antenna.letGo('operator')
    await world.pass(seconds(30))
    expect(world.antenna.status()).toMatchObject({ phase: 'idle', user: undefined })
    await world.close()
  })

  it('is told of once when it is refused, however long that lasts', async () => {
    const world = await createAntennaWorld()
    world.antenna.setLockOut('maintenance', true)
    await until(world, -60)
    expect(world.antenna.follow(task).ok).toBe(false)
    await until(world, 200)
    expect(world.faults).toEqual([])
    await world.close()
  })
})
