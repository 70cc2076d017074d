import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AxisCommand, createAxis } from '../../hardware-sim/plant/axis.ts'
import { MOUNTS } from '../../hardware-sim/plant/mounts.ts'
import { createPlant } from '../../hardware-sim/plant/plant.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { monoMs } from '../../src/kernel/time.ts'
import { deg } from '../../src/kernel/units.ts'

const spec = MOUNTS.g5500.azimuth
const axis = (seed = 1) => createAxis(spec, createRandom(seed), monoMs(0))
const moveTo = (target: number): AxisCommand => ({ kind: 'move-to', target: deg(target) })

describe('an axis', () => {
  test('turns 90 degrees in the time that its slew rate and inertia allow, and no sooner', () => {
    const a = axis()
    a.command(monoMs(0), moveTo(270))
    // 0.5 s to full speed, 90° at 6°/s, 0.5 s to brake, of which each covers half: 15.5 s.
    expect(a.stateAt(monoMs(7750)).motor).toBeCloseTo(225, 0)
    expect(a.stateAt(monoMs(7750)).velocity).toBe(6)
    expect(a.stateAt(monoMs(15_000)).velocity).toBeGreaterThan(0)
    expect(a.stateAt(monoMs(15_700)).velocity).toBe(0)
    expect(Math.abs(a.stateAt(monoMs(15_700)).motor - 270)).toBeLessThan(0.5)
  })

  test('never exceeds its slew rate, its inertia or its end stops, whatever it is told', () => {
    const command = fc.oneof(
      fc.record({
        kind: fc.constant('move-to' as const),
        target: fc.double({ min: -50, max: 500, noNaN: true }).map(deg),
      }),
      fc.record({ kind: fc.constant('turn' as const), direction: fc.constantFrom(1 as const, -1 as const) }),
      fc.constant({ kind: 'stop' as const }),
    )
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), command), { maxLength: 12 }),
        (steps) => {
          const a = axis()
          let now = 0
          let before = a.stateAt(monoMs(0))
          for (const [wait, next] of steps) {
            a.command(monoMs(now), next)
            for (let elapsed = 0; elapsed < wait; elapsed += 50) {
              now += 50
              const state = a.stateAt(monoMs(now))
              expect(Math.abs(state.velocity)).toBeLessThanOrEqual(spec.rateMax + 1e-9)
              expect(Math.abs(state.motor - before.motor)).toBeLessThanOrEqual(spec.rateMax * 0.05 + 1e-9)
              expect(state.motor).toBeGreaterThanOrEqual(spec.min - 1e-9)
              expect(state.motor).toBeLessThanOrEqual(spec.max + 1e-9)
              expect(Math.abs(state.antenna - state.motor)).toBeLessThanOrEqual(spec.backlash / 2 + 1e-9)
              // An end stop is the one thing that stops it at once.
              const atStop = state.motor < spec.min + 0.5 || state.motor > spec.max - 0.5
              if (!atStop) {
                expect(Math.abs(state.velocity - before.velocity)).toBeLessThanOrEqual(
                  spec.accelerationMax * 0.05 + 1e-9,
                )
              }
              before = state
            }
          }
        },
      ),
      { numRuns: 200, seed: 7 },
    )
  })

  test('comes to its target from a full speed the other way', () => {
    const a = axis()
    a.command(monoMs(0), { kind: 'turn', direction: -1 })
    a.command(monoMs(3000), moveTo(200))
    expect(a.stateAt(monoMs(3100)).velocity).toBeLessThan(0)
    expect(Math.abs(a.stateAt(monoMs(20_000)).motor - 200)).toBeLessThan(0.5)
  })

  test('runs into its end stop and stays there', () => {
    const a = axis()
    a.command(monoMs(0), { kind: 'turn', direction: 1 })
    expect(a.stateAt(monoMs(60_000))).toMatchObject({ motor: 450, velocity: 0 })
    a.command(monoMs(61_000), { kind: 'turn', direction: 1 })
    expect(a.stateAt(monoMs(62_000))).toMatchObject({ motor: 450, velocity: 0 })
    a.command(monoMs(63_000), { kind: 'turn', direction: -1 })
    expect(a.stateAt(monoMs(65_000)).motor).toBeLessThan(445)
  })

  test('that turns round too late meets its end stop and obeys from there', () => {
    const a = axis()
    a.command(monoMs(0), { kind: 'turn', direction: -1 })
    // 0.6° before the stop at full speed, which takes 1.5° to brake.
    a.command(monoMs(30_150), moveTo(20))
    expect(a.stateAt(monoMs(30_260)).motor).toBeLessThan(0.2)
    expect(Math.abs(a.stateAt(monoMs(50_000)).motor - 20)).toBeLessThan(0.5)
  })

  test('lets the antenna lag by its backlash when it turns round, unseen by the encoder', () => {
    const a = axis()
    a.command(monoMs(0), moveTo(200))
    const up = a.stateAt(monoMs(30_000))
    expect(up.antenna - up.motor).toBeCloseTo(-spec.backlash / 2, 9)
    a.command(monoMs(30_000), moveTo(190))
    const down = a.stateAt(monoMs(60_000))
    expect(down.antenna - down.motor).toBeCloseTo(spec.backlash / 2, 9)
    // The play is taken up before the antenna follows.
    a.command(monoMs(60_000), { kind: 'turn', direction: 1 })
    expect(a.stateAt(monoMs(60_150)).antenna).toBe(down.antenna)
    expect(a.stateAt(monoMs(60_150)).motor).toBeGreaterThan(down.motor)
  })

  test('reads in steps of its encoder, with noise that scatters them', () => {
    const fine = createAxis({ ...spec, encoderResolution: deg(0.01) }, createRandom(3), monoMs(0))
    const readings = Array.from({ length: 4000 }, () => fine.read(monoMs(0)))
    const mean = readings.reduce((sum, value) => sum + value, 0) / readings.length
    const sigma = Math.sqrt(readings.reduce((sum, value) => sum + (value - mean) ** 2, 0) / readings.length)
    expect(mean).toBeCloseTo(180, 2)
    expect(sigma).toBeGreaterThan(0.045)
    expect(sigma).toBeLessThan(0.055)
    for (let index = 0; index < 50; index += 1) {
      const steps = axis(index).read(monoMs(0)) / spec.encoderResolution
      expect(steps).toBeCloseTo(Math.round(steps), 9)
    }
  })

  test('does not start its motor for less than its deadband', () => {
    const a = axis()
    a.command(monoMs(0), moveTo(200))
    a.command(monoMs(20_000), moveTo(200))
    expect(a.stateAt(monoMs(20_200)).velocity).toBe(0)
  })

  test('tells where it was before a later command', () => {
    const a = axis()
    a.command(monoMs(0), { kind: 'turn', direction: 1 })
    const then = a.stateAt(monoMs(2000))
    a.command(monoMs(2500), { kind: 'stop' })
    a.command(monoMs(9000), { kind: 'turn', direction: -1 })
    expect(a.stateAt(monoMs(2000))).toEqual(then)
  })

  test.each([
    ['stuck', 180, 180],
    ['runaway', 450, 450],
    ['wrong-way', 0, 0],
  ] as const)('%s: ends where the fault takes it, and obeys again when it is over', (kind, least, most) => {
    const a = axis()
    a.setFault(monoMs(0), kind)
    a.command(monoMs(0), moveTo(300))
    a.command(monoMs(100), moveTo(300))
    const { motor } = a.stateAt(monoMs(90_000))
    expect(motor).toBeGreaterThanOrEqual(least)
    expect(motor).toBeLessThanOrEqual(most)
    a.setFault(monoMs(90_000), undefined)
    a.command(monoMs(90_100), moveTo(100))
    expect(Math.abs(a.stateAt(monoMs(200_000)).motor - 100)).toBeLessThan(0.5)
  })

  test('with crossed wires it stays where it is told to be where it is', () => {
    const precise = { ...spec, deadband: deg(0), encoderNoise: deg(0), encoderResolution: deg(0.1) }
    const a = createAxis(precise, createRandom(1), monoMs(0))
    a.setFault(monoMs(0), 'wrong-way')
    const here = a.read(monoMs(0))
    a.command(monoMs(0), moveTo(here))
    expect(a.stateAt(monoMs(1)).motor).toBeCloseTo(here, 0)
    expect(a.stateAt(monoMs(60_000)).motor).toBeCloseTo(here, 0)
  })

  test('a runaway does not stop for a stop', () => {
    const a = axis()
    a.command(monoMs(0), { kind: 'turn', direction: 1 })
    a.setFault(monoMs(1000), 'runaway')
    a.command(monoMs(1500), { kind: 'stop' })
    expect(a.stateAt(monoMs(5000)).velocity).toBe(6)
  })
})

describe('a plant', () => {
  test('looks the other way when its elevation is past the zenith', () => {
    const plant = createPlant({ mount: MOUNTS.g5500, random: createRandom(1), start: monoMs(0) })
    plant.command(monoMs(0), 'elevation', moveTo(150))
    const { azimuth, elevation } = plant.boresightAt(monoMs(120_000))
    expect(Math.abs(azimuth - 0) < 1 || azimuth > 359).toBe(true)
    expect(Math.abs(elevation - 30)).toBeLessThan(1)
  })

  test('a fixed antenna stays where it is', () => {
    const plant = createPlant({ mount: MOUNTS.fixed, random: createRandom(1), start: monoMs(0) })
    plant.command(monoMs(0), 'azimuth', moveTo(90))
    expect(plant.boresightAt(monoMs(60_000))).toEqual({ azimuth: 0, elevation: 90 })
  })
})
