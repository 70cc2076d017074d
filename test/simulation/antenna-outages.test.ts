import { describe, expect, it } from 'vitest'
import { invariant, unwrap } from '../../src/kernel/result.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { sphericalPass } from '../pointing/passes.ts'
import { createAntennaWorld } from './antenna-world.ts'

const seconds = (count: number) => ms(count * 1_000)
const at = (azimuth: number, elevation: number) => ({ azimuth: deg(azimuth), elevation: deg(elevation) })
const pass = sphericalPass({ maximumElevationDeg: 50, courseDeg: 20 })
const task = { id: 'pass', aosUtc: pass.aosUtcMs, losUtc: pass.losUtcMs, lookAt: pass.lookAt }

type World = Awaited<ReturnType<typeof createAntennaWorld>>

const isAt = (world: World, azimuth: number, elevation: number): boolean => {
  const where = world.where()
  return Math.abs(where.azimuth - azimuth) <= 3 && Math.abs(where.elevation - elevation) <= 3
}

/** The adapter is pulled and put back: the line is there again after this. */
const unplug = async (world: World, before = () => {}): Promise<void> => {
  world.fail('adapter-unplugged')
  await world.pass(seconds(3))
  invariant(world.antenna.status().phase === 'unreachable', 'the line is lost')
  before()
  world.fail('adapter-unplugged', false)
  await world.pass(seconds(120))
}

describe('an outage on the way', () => {
  it('does not end the way to rest', async () => {
    const world = await createAntennaWorld()
    unwrap(world.antenna.pointAt(at(20, 60), 'operator'))
    await world.pass(seconds(60))
    unwrap(world.antenna.park('operator'))
    await world.pass(seconds(5))
    expect(isAt(world, 180, 0)).toBe(false)
    await unplug(world)
    expect(isAt(world, 180, 0)).toBe(true)
    expect(world.antenna.status()).toMatchObject({ phase: 'idle', fault: undefined })
    await world.close()
  })

  it('does not end the way to the next pass, nor the wait for it; a plan made meanwhile says where that is', async () => {
    const world = await createAntennaWorld()
    unwrap(world.antenna.follow({ ...task, next: { begin: at(60, 20), isSoon: true } }))
    await world.pass(ms(pass.losUtcMs - world.clock.utcNow() + 2_000))
    expect(world.antenna.status().phase).toBe('parking')
    await unplug(world)
    expect(isAt(world, 60, 20)).toBe(true)
    // There it waits; and goes elsewhere by a plan that was made while nothing could be sent.
    await unplug(world, () =>
      world.antenna.takeNewPlan({ ends: undefined, next: { begin: at(90, 30), isSoon: true } }),
    )
    expect(isAt(world, 90, 30)).toBe(true)
    await world.close()
  })

  it('is not gone on with after a person stopped the antenna', async () => {
    const world = await createAntennaWorld()
    unwrap(world.antenna.pointAt(at(20, 60), 'operator'))
    await world.pass(seconds(60))
    unwrap(world.antenna.park('operator'))
    await world.pass(seconds(5))
    await unplug(world, () => void world.antenna.stop())
    expect(isAt(world, 180, 0)).toBe(false)
    expect(world.antenna.status().phase).toBe('held')
    await world.close()
  })
})
