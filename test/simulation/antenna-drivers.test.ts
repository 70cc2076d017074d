import { describe, expect, it } from 'vitest'
import type { FirmwareName } from '../../hardware-sim/firmware/registry.ts'
import { greatCircleSeparation, shortestTurn } from '../../src/kernel/angle.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { sphericalPass } from '../pointing/passes.ts'
import { type AntennaWorld, createAntennaWorld } from './antenna-world.ts'

const seconds = (count: number) => ms(1_000 * count)
const at = (azimuth: number, elevation: number) => ({ azimuth: deg(azimuth), elevation: deg(elevation) })
const pass = sphericalPass({ maximumElevationDeg: 60, courseDeg: 20 })
const task = { id: 'pass', aosUtc: pass.aosUtcMs, losUtc: pass.losUtcMs, lookAt: pass.lookAt }

interface Pair {
  readonly driver: string
  readonly firmware: FirmwareName
  /** Largest error in the middle of the pass, from step, play and pace of the controller, degrees. */
  readonly within: number
}

const PAIRS: readonly Pair[] = [
  { driver: 'gs232a', firmware: 'gs232a', within: 2.5 },
  { driver: 'gs232b', firmware: 'gs232b', within: 2.5 },
  { driver: 'gs232b', firmware: 'gs232b-wrapped', within: 2.5 },
  { driver: 'gs232b', firmware: 'gs232b-cr', within: 2.5 },
  { driver: 'gs232b', firmware: 'gs232b-echo', within: 2.5 },
  { driver: 'gs232b', firmware: 'gs232b-k3ng', within: 2.5 },
  { driver: 'easycomm1', firmware: 'easycomm1', within: 1.5 },
  { driver: 'easycomm2', firmware: 'easycomm2', within: 1 },
  { driver: 'easycomm2', firmware: 'easycomm2-separate', within: 1 },
  { driver: 'easycomm2', firmware: 'easycomm2-k3ng', within: 1 },
  { driver: 'easycomm3', firmware: 'easycomm3', within: 1 },
  { driver: 'easycomm3', firmware: 'easycomm3-satnogs', within: 1 },
  { driver: 'rot2prog', firmware: 'rot2prog', within: 2.5 },
  { driver: 'md01', firmware: 'md01', within: 2.5 },
  { driver: 'md01', firmware: 'md01-logs', within: 2.5 },
]

const errorNow = (world: AntennaWorld): number =>
  greatCircleSeparation(world.plant.boresightAt(world.clock.monoNow()), pass.lookAt(world.clock.utcNow()))

for (const { driver, firmware, within } of PAIRS) {
  // One that cannot be asked has no place until a person gives it one.
  const isAsked = driver !== 'easycomm1'
  describe(`${driver} in front of ${firmware}`, () => {
    it('follows a pass, parks, and stops when told', async () => {
      const world = await createAntennaWorld({ driver, firmware, connects: isAsked })
      // A controller that chooses its way round is believed once somebody has looked.
      if (!world.antenna.status().turnCertain) unwrap(world.antenna.confirmTurn())
      unwrap(world.antenna.follow(task))
      await world.pass(ms(pass.aosUtcMs - world.clock.utcNow() + 20_000))
      const errors: number[] = []
      while (world.clock.utcNow() < pass.losUtcMs - 20_000) {
        await world.pass(seconds(5))
        errors.push(errorNow(world))
      }
      expect(world.faults.map(({ code }) => code)).toEqual(isAsked ? [] : ['rotator.place-unknown'])
      expect(Math.max(...errors)).toBeLessThan(within)
      await world.pass(seconds(200))
      expect(world.antenna.status()).toMatchObject({ phase: 'idle', fault: undefined })
      expect(Math.abs(world.where().azimuth - 180)).toBeLessThan(3)
      unwrap(world.antenna.pointAt(at(60, 40), 'operator'))
      await world.pass(seconds(4))
      expect(world.isMoving()).toBe(true)
      const stopping = world.antenna.stop()
      await world.pass(seconds(20))
      expect(unwrap(await stopping)).toBe(world.driver.capabilities.readBack ? 'seen' : 'sent')
      expect(world.isMoving()).toBe(false)
      await world.close()
    })

    it('follows a pass and stops with worn encoders, without a false fault', async () => {
      const noise = 0.3
      const world = await createAntennaWorld({ driver, firmware, connects: isAsked })
      for (const axis of ['azimuth', 'elevation'] as const) {
        world.plant.setEncoderError(world.clock.monoNow(), axis, { noise: deg(noise) })
      }
      if (!world.antenna.status().turnCertain) unwrap(world.antenna.confirmTurn())
      unwrap(world.antenna.follow(task))
      await world.pass(ms(pass.aosUtcMs - world.clock.utcNow() + 20_000))
      let worst = 0
      while (world.clock.utcNow() < pass.losUtcMs - 20_000) {
        await world.pass(seconds(5))
        worst = Math.max(worst, errorNow(world))
      }
      await world.pass(seconds(200))
      expect(world.faults.map(({ code }) => code)).toEqual(isAsked ? [] : ['rotator.place-unknown'])
      expect(world.antenna.status()).toMatchObject({ phase: 'idle', fault: undefined })
      // Three sigma of each axis.
      expect(worst).toBeLessThan(within + 3 * Math.SQRT2 * noise)
      const stopping = world.antenna.stop()
      await world.pass(seconds(20))
      expect(unwrap(await stopping)).toBe(isAsked ? 'seen' : 'sent')
      await world.close()
    })

    it('heals by itself when the line was unplugged', async () => {
      const world = await createAntennaWorld({ driver, firmware, connects: isAsked })
      if (!world.antenna.status().turnCertain) unwrap(world.antenna.confirmTurn())
      world.fail('adapter-unplugged')
      await world.pass(seconds(3))
      expect(world.antenna.status().phase).toBe('unreachable')
      world.fail('adapter-unplugged', false)
      await world.pass(seconds(60))
      expect(world.antenna.status().phase).toBe('idle')
      await world.close()
    })
  })
}

describe('a controller that turns the azimuth alone', () => {
  for (const firmware of ['rot1prog', 'rt21'] as const) {
    it(`follows the azimuth of a pass, and stops when told: ${firmware}`, async () => {
      const world = await createAntennaWorld({ driver: firmware, firmware })
      if (!world.antenna.status().turnCertain) unwrap(world.antenna.confirmTurn())
      unwrap(world.antenna.follow(task))
      await world.pass(ms(pass.aosUtcMs - world.clock.utcNow() + 60_000))
      for (let look = 0; look < 5; look += 1) {
        await world.pass(seconds(20))
        const { azimuth } = world.plant.boresightAt(world.clock.monoNow())
        const wanted = pass.lookAt(world.clock.utcNow()).azimuth
        expect(Math.abs(shortestTurn({ from: azimuth, to: wanted }))).toBeLessThan(6)
      }
      expect(world.faults).toEqual([])
      const stopping = world.antenna.stop()
      await world.pass(seconds(20))
      expect(unwrap(await stopping)).toBe('seen')
      expect(world.isMoving()).toBe(false)
      await world.close()
    })
  }
})

describe('a cable that the controller winds as it likes', () => {
  it('is never turned beyond its ends, whatever is pointed at one after the other', async () => {
    const world = await createAntennaWorld({ driver: 'md01', firmware: 'md01' })
    unwrap(world.antenna.confirmTurn())
    let lowest = Number.POSITIVE_INFINITY
    let highest = Number.NEGATIVE_INFINITY
    for (const azimuth of [90, 200, 310, 40, 150, 260, 10, 120, 230, 340, 90, 350, 10, 180]) {
      unwrap(world.antenna.pointAt(at(azimuth, 30), 'operator'))
      for (let step = 0; step < 24; step += 1) {
        await world.pass(seconds(5))
        lowest = Math.min(lowest, world.where().azimuth)
        highest = Math.max(highest, world.where().azimuth)
      }
      const boresight = world.plant.boresightAt(world.clock.monoNow())
      expect(greatCircleSeparation(boresight, at(azimuth, 30))).toBeLessThan(2)
    }
    expect(lowest).toBeGreaterThan(world.mount.azimuth.minimum - 1)
    expect(highest).toBeLessThan(world.mount.azimuth.maximum + 1)
    expect(world.faults).toEqual([])
    await world.close()
  })

  it('asks a person after the mast was turned by hand, and moves only where it cannot wind it up', async () => {
    const place = { position: at(100, 10), target: at(100, 10) }
    const memory = {
      place: () => place,
      remember: () => {},
      lockOuts: () => [],
      setLockOuts: () => {},
      flush: async () => {},
    }
    const world = await createAntennaWorld({ driver: 'md01', firmware: 'md01', antenna: { memory } })
    expect(world.antenna.status().turnCertain).toBe(false)
    expect(world.antenna.pointAt(at(90, 30), 'operator')).toMatchObject({
      ok: false,
      error: { code: 'motion.turn-unknown' },
    })
    unwrap(world.antenna.confirmTurn())
    unwrap(world.antenna.pointAt(at(90, 30), 'operator'))
    await world.close()
  })
})
