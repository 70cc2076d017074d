import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AxisCommand, createAxis } from '../../hardware-sim/plant/axis.ts'
import { MOUNTS } from '../../hardware-sim/plant/mounts.ts'
import { createPlant } from '../../hardware-sim/plant/plant.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { monoMs } from '../../src/kernel/time.ts'
import { deg, degPerSec } from '../../src/kernel/units.ts'

const spec = MOUNTS.g5500.azimuth
const axis = (seed = 1) => createAxis(spec, createRandom(seed), monoMs(0))
const moveTo = (target: number): AxisCommand => ({ kind: 'move-to', target: deg(target) })

describe('the wear of an axis', () => {
  test('counts a start, the way and the time for a move, and not the coasting as time on', () => {
    const a = axis()
    a.command(monoMs(0), moveTo(270))
    const state = a.stateAt(monoMs(60_000))
    expect(state.motorStarts).toBe(1)
    expect(Math.abs(state.travelledDeg - 90)).toBeLessThan(0.5)
    // 15.5 s in all, of which the last half second is the brake's.
    expect(Math.abs(state.onTimeMs - 15_000)).toBeLessThan(100)
  })

  test('counts no start for a move that goes on, one for turning round, one for each step after a rest', () => {
    const a = axis()
    a.command(monoMs(0), moveTo(270))
    a.command(monoMs(3000), moveTo(280))
    a.command(monoMs(6000), moveTo(290))
    expect(a.stateAt(monoMs(6000)).motorStarts).toBe(1)
    a.command(monoMs(6500), moveTo(100))
    expect(a.stateAt(monoMs(8000)).motorStarts).toBe(2)
    for (let step = 1; step <= 5; step += 1) a.command(monoMs(60_000 + step * 5000), moveTo(100 + 3 * step))
    expect(a.stateAt(monoMs(100_000)).motorStarts).toBe(7)
  })

  test('tells what had happened by an instant before a later command', () => {
    const a = axis()
    a.command(monoMs(0), { kind: 'turn', direction: 1 })
    const then = a.stateAt(monoMs(2000))
    a.command(monoMs(2500), moveTo(20))
    expect(a.stateAt(monoMs(2000))).toEqual(then)
  })

  test('knows how hard an end stop was hit, and that a move up to it hits nothing', () => {
    const gentle = axis()
    gentle.command(monoMs(0), moveTo(450))
    expect(gentle.stateAt(monoMs(90_000)).stopHits).toBe(0)
    const hard = axis()
    hard.command(monoMs(0), { kind: 'turn', direction: 1 })
    hard.command(monoMs(70_000), { kind: 'turn', direction: 1 })
    expect(hard.stateAt(monoMs(90_000))).toMatchObject({ stopHits: 1, hardestHit: 6, atStop: true })
  })

  test('coasts after the motor is off as long as its brake lets it', () => {
    const loose = createAxis({ ...spec, brakingMax: 3 }, createRandom(1), monoMs(0))
    loose.command(monoMs(0), { kind: 'turn', direction: 1 })
    const before = loose.stateAt(monoMs(5000)).motor
    loose.command(monoMs(5000), { kind: 'stop' })
    // v²/2a: 6 deg/s against 3 deg/s².
    expect(loose.stateAt(monoMs(9000)).motor - before).toBeCloseTo(6, 9)
    loose.command(monoMs(10_000), moveTo(250))
    expect(Math.abs(loose.stateAt(monoMs(40_000)).motor - 250)).toBeLessThan(0.5)
  })

  test('lands on its target however short the way and whatever it was doing, with a brake unlike its motor', () => {
    const uneven = { ...spec, brakingMax: 3, encoderNoise: deg(0), encoderResolution: deg(0.001) }
    fc.assert(
      fc.property(
        fc.double({ min: 5, max: 440, noNaN: true }),
        fc.double({ min: 5, max: 440, noNaN: true }),
        fc.integer({ min: 0, max: 20_000 }),
        (first, second, turnAfterMs) => {
          const a = createAxis(uneven, createRandom(1), monoMs(0))
          a.command(monoMs(0), moveTo(first))
          a.command(monoMs(turnAfterMs), moveTo(second))
          expect(Math.abs(a.stateAt(monoMs(200_000)).motor - second)).toBeLessThan(spec.deadband + 0.01)
        },
      ),
      { numRuns: 300, seed: 3 },
    )
    // Up to 2 deg/s in a sixth of a second, down from it in two thirds: 0.83 degrees.
    const short = createAxis(uneven, createRandom(1), monoMs(0))
    short.command(monoMs(0), moveTo(180 + 2 / 12 + 2 / 3))
    expect(short.stateAt(monoMs(1000 / 6)).velocity).toBeCloseTo(2, 2)
  })

  test('turns at the speed asked for where there is one', () => {
    const a = axis()
    a.command(monoMs(0), { kind: 'turn', direction: -1, rate: degPerSec(1.5) })
    expect(a.stateAt(monoMs(4000)).velocity).toBe(-1.5)
    a.command(monoMs(4000), { kind: 'turn', direction: -1, rate: degPerSec(99) })
    expect(a.stateAt(monoMs(8000)).velocity).toBe(-6)
  })

  test('a jammed motor is on and goes nowhere; a blocked one hits the obstacle at speed', () => {
    const jammed = axis()
    jammed.setFault(monoMs(0), 'stuck')
    jammed.command(monoMs(0), moveTo(300))
    expect(jammed.stateAt(monoMs(10_000))).toMatchObject({
      travelledDeg: 0,
      onTimeMs: 10_000,
      motorStarts: 1,
    })
    const blocked = axis()
    blocked.command(monoMs(0), moveTo(300))
    blocked.setFault(monoMs(5000), 'blocked')
    const here = blocked.stateAt(monoMs(5000)).motor
    expect(blocked.stateAt(monoMs(20_000))).toMatchObject({ motor: here + 3, stopHits: 1, hardestHit: 6 })
  })
})

describe('wind', () => {
  test('changes the speed of a turning axis by no more than its strength, and never its place when it has arrived', () => {
    const a = axis()
    a.setWind(monoMs(0), 0.3)
    a.command(monoMs(0), { kind: 'turn', direction: 1 })
    const speeds = Array.from({ length: 300 }, (_, step) => a.stateAt(monoMs(1000 + step * 100)).velocity)
    expect(Math.max(...speeds)).toBeGreaterThan(6.3)
    expect(Math.max(...speeds)).toBeLessThanOrEqual(6 * 1.3)
    expect(Math.min(...speeds)).toBeLessThan(5.7)
    expect(Math.min(...speeds)).toBeGreaterThanOrEqual(6 * 0.7)
    a.command(monoMs(31_000), moveTo(200))
    expect(Math.abs(a.stateAt(monoMs(90_000)).motor - 200)).toBeLessThan(0.5)
  })

  test('moves an axis as far as its speed says', () => {
    const a = axis()
    a.setWind(monoMs(0), 0.5)
    a.command(monoMs(0), { kind: 'turn', direction: 1 })
    let way = 0
    for (let now = 2000; now < 22_000; now += 10) way += a.stateAt(monoMs(now + 5)).velocity * 0.01
    expect(a.stateAt(monoMs(22_000)).motor - a.stateAt(monoMs(2000)).motor).toBeCloseTo(way, 3)
  })

  test('shakes an antenna at rest within the play of its gear, unseen by the encoder', () => {
    const a = axis()
    a.setWind(monoMs(0), 0.3)
    const offsets = Array.from({ length: 200 }, (_, step) => {
      const { antenna, motor } = a.stateAt(monoMs(step * 50))
      return antenna - motor
    })
    expect(Math.max(...offsets)).toBeGreaterThan(0.1)
    expect(Math.min(...offsets)).toBeLessThan(-0.1)
    expect(Math.max(...offsets.map(Math.abs))).toBeLessThanOrEqual(spec.backlash / 2 + 1e-9)
    a.setWind(monoMs(20_000), 0)
    expect(a.stateAt(monoMs(21_000)).antenna).toBe(180)
  })

  test('is the same for the same seed and another for another', () => {
    const placeOf = (seed: number): number => {
      const a = axis(seed)
      a.setWind(monoMs(0), 0.3)
      a.command(monoMs(0), { kind: 'turn', direction: 1 })
      return a.stateAt(monoMs(7000)).motor
    }
    expect(placeOf(4)).toBe(placeOf(4))
    expect(placeOf(4)).not.toBe(placeOf(5))
  })
})

describe('an encoder that is off', () => {
  test('takes the antenna to where it believes the target is', () => {
    const a = axis()
    a.setEncoderError(monoMs(0), { offset: deg(37), noise: deg(0) })
    expect(Math.abs(a.read(monoMs(0)) - 217)).toBeLessThan(0.7)
    a.command(monoMs(0), moveTo(300))
    expect(Math.abs(a.stateAt(monoMs(60_000)).motor - 263)).toBeLessThan(0.7)
  })

  test('that jumps on the way is followed', () => {
    const a = axis()
    a.command(monoMs(0), moveTo(300))
    a.setEncoderError(monoMs(4000), { offset: deg(-30), noise: deg(0) })
    expect(Math.abs(a.stateAt(monoMs(60_000)).motor - 330)).toBeLessThan(0.7)
  })
})

describe('the mounts', () => {
  test.each(['g5500', 'spid-ras', 'easycomm-fast'] as const)('%s reaches both ends of both axes', (name) => {
    const plant = createPlant({ mount: MOUNTS[name], random: createRandom(1), start: monoMs(0) })
    for (const which of ['azimuth', 'elevation'] as const) {
      const { min, max } = MOUNTS[name][which]
      plant.command(monoMs(0), which, moveTo(max))
      expect(Math.abs((plant.axisAt(monoMs(400_000), which)?.motor ?? Number.NaN) - max)).toBeLessThan(0.5)
      plant.command(monoMs(400_000), which, moveTo(min))
      expect(Math.abs((plant.axisAt(monoMs(900_000), which)?.motor ?? Number.NaN) - min)).toBeLessThan(0.5)
    }
  })

  test('azimuth-only turns the antenna at the height it was tilted to', () => {
    const plant = createPlant({ mount: MOUNTS['azimuth-only'], random: createRandom(1), start: monoMs(0) })
    plant.command(monoMs(0), 'elevation', moveTo(80))
    plant.command(monoMs(0), 'azimuth', moveTo(380))
    const { azimuth, elevation } = plant.boresightAt(monoMs(90_000))
    expect(Math.abs(azimuth - 20)).toBeLessThan(1)
    expect(elevation).toBeCloseTo(25, 9)
    expect(plant.axisAt(monoMs(90_000), 'elevation')).toBeUndefined()
    expect(plant.read(monoMs(90_000)).elevation).toBe(0)
  })
})
