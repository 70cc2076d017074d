import { describe, expect, it } from 'vitest'
import { greatCircleSeparation } from '../../src/kernel/angle.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg, ms } from '../../src/kernel/units.ts'
import { sphericalPass } from '../pointing/passes.ts'
import { type AntennaWorld, createAntennaWorld } from './antenna-world.ts'

// The starts that the tracker counts, beside those of the simulated motors.

const at = (azimuth: number, elevation: number) => ({ azimuth: deg(azimuth), elevation: deg(elevation) })
const seconds = (count: number) => ms(1_000 * count)
const pass = sphericalPass({ maximumElevationDeg: 50, courseDeg: 20 })
const BEAM_DEG = 20

const open = (startsPerHour: number) => createAntennaWorld({ antenna: { startsPerHour } })

/** How often the relays of the simulated motors have switched. */
const truly = ({ plant, clock }: AntennaWorld) => ({
  azimuth: plant.axisAt(clock.monoNow(), 'azimuth')?.motorStarts ?? 0,
  elevation: plant.axisAt(clock.monoNow(), 'elevation')?.motorStarts ?? 0,
})

/** Follows the pass, wherever in time it is by now, and rests; the greatest error on the way. */
const followOnce = async (world: AntennaWorld): Promise<number> => {
  const { clock, antenna } = world
  const shift = clock.utcNow() + 120_000 - pass.aosUtcMs
  const lookAt = (utc: number) => pass.lookAt(utcMs(utc - shift))
  const losUtc = utcMs(pass.losUtcMs + shift)
  unwrap(antenna.follow({ id: 'pass', aosUtc: utcMs(pass.aosUtcMs + shift), losUtc, lookAt }))
  let worst = 0
  while (clock.utcNow() < losUtc) {
    await world.pass(seconds(1))
    if (clock.utcNow() > pass.aosUtcMs + shift && clock.utcNow() < losUtc) {
      const { azimuth, elevation } = world.where()
      worst = Math.max(worst, greatCircleSeparation(at(azimuth, elevation), lookAt(clock.utcNow())))
    }
  }
  await world.pass(seconds(90))
  return worst
}

describe('the starts of the motors', () => {
  it('are counted as the relays switch, on the way to a pass, in it, and on the way to rest', async () => {
    const world = await open(100_000)
    await followOnce(world)
    const { motorStarts } = world.antenna.status()
    const true_ = truly(world)
    expect(true_.azimuth).toBeGreaterThan(30)
    for (const axis of ['azimuth', 'elevation'] as const) {
      const counted = motorStarts?.[axis] ?? 0
      expect(Math.abs(counted - true_[axis])).toBeLessThanOrEqual(0.1 * true_[axis] + 1)
    }
    // An hour later nothing is left of them.
    await world.pass(seconds(3_600))
    expect(world.antenna.status().motorStarts).toEqual({ azimuth: 0, elevation: 0, perHour: 100_000 })
    await world.close()
  })

  it('run short pass by pass: hops get longer up to half the beam, no pass is lost, and it is said once', async () => {
    const world = await open(60)
    const starts: number[] = []
    const errors: number[] = []
    for (let count = 0; count < 4; count += 1) {
      const before = truly(world)
      errors.push(await followOnce(world))
      const now = truly(world)
      starts.push(Math.max(now.azimuth - before.azimuth, now.elevation - before.elevation))
    }
    const [first = 0, , third = 0, fourth = 0] = starts
    expect(fourth).toBeLessThan(first / 2)
    expect(third + fourth).toBeLessThan(first)
    expect(Math.max(...errors)).toBeLessThan(BEAM_DEG / 4 + 2.5)
    expect(world.warnings.filter((line) => line.includes('startsPerHour'))).toHaveLength(1)
    expect(world.antenna.status().motorStarts?.perHour).toBe(60)
    // A person is not held back, nor is the way to rest.
    unwrap(world.antenna.pointAt(at(100, 45), 'operator'))
    await world.pass(seconds(60))
    expect(Math.abs(world.where().azimuth - 100)).toBeLessThan(2)
    unwrap(world.antenna.pointAt(at(102, 45), 'operator'))
    await world.pass(seconds(20))
    expect(Math.abs(world.where().azimuth - 102)).toBeLessThan(1.1)
    unwrap(world.antenna.park('operator'))
    await world.pass(seconds(60))
    expect(Math.abs(world.where().azimuth - 180)).toBeLessThan(2)
    await world.close()
  })

  it('are not used up by a program: it is followed in longer hops, waits, and goes on when there are some again', async () => {
    const world = await open(20)
    const ask = async (azimuth: number): Promise<void> => {
      unwrap(world.antenna.pointAt(at(azimuth, 30), 'program'))
      await world.pass(seconds(4))
    }
    for (let azimuth = 180; azimuth < 360; azimuth += 1) await ask(azimuth)
    expect(truly(world).azimuth).toBeLessThanOrEqual(20)
    expect(world.antenna.status().motorStarts?.azimuth).toBeGreaterThan(15)
    // To and fro over the whole sky, as fast as it goes.
    for (let count = 0; count < 60; count += 1) await ask(count % 2 === 0 ? 100 : 300)
    expect(truly(world).azimuth).toBeLessThanOrEqual(20)
    for (let minute = 0; minute < 60; minute += 1) {
      unwrap(world.antenna.pointAt(at(120, 30), 'program'))
      await world.pass(seconds(60))
    }
    expect(Math.abs(world.where().azimuth - 120)).toBeLessThan(2)
    await world.close()
  })
})
