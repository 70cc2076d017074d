import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { greatCircleSeparation, shortestTurn } from '../../src/kernel/angle.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { type UtcMs, utcMs } from '../../src/kernel/time.ts'
import { deg, degPerSec } from '../../src/kernel/units.ts'
import { type AzElMount, onSky, skyDirection } from '../../src/pointing/mount.ts'
import { commandedAt, planTrajectory, type Trajectory } from '../../src/pointing/trajectory.ts'
import { g5500, issPass, PASS_TCA, sphericalPass } from './passes.ts'

const mountWith = (minimum: number, maximum: number, rate = 6): AzElMount => ({
  ...g5500,
  azimuth: { minimum: deg(minimum), maximum: deg(maximum), slewRate: degPerSec(rate) },
  park: { azimuth: deg((minimum + maximum) / 2), elevation: deg(90) },
})

const upright = (mount: AzElMount): AzElMount => ({
  ...mount,
  elevation: { ...mount.elevation, maximum: deg(90) },
})

/** Everything about the trajectory that this mount cannot do; empty when it can do all. */
const infeasible = (trajectory: Trajectory, mount: AzElMount): string[] => {
  const faults: string[] = []
  for (const [name, axis, path] of [
    ['azimuth', mount.azimuth, trajectory.azimuth],
    ['elevation', mount.elevation, trajectory.elevation],
  ] as const) {
    const reach = axis.slewRate * (trajectory.stepMs / 1000) + 1e-9
    for (const [i, angle] of path.entries()) {
      if (!(angle >= axis.minimum && angle <= axis.maximum)) faults.push(`${name} ${angle} at ${i}`)
      if (i > 0 && !(Math.abs(angle - (path[i - 1] ?? Number.NaN)) <= reach))
        faults.push(`${name} leaps at ${i}`)
    }
  }
  return faults
}

describe('the trajectory of a pass', () => {
  it('follows a real pass of the ISS through 87.6°, and leaves it in its keyhole alone', () => {
    const pass = issPass()
    const trajectory = unwrap(planTrajectory(pass, { mount: g5500 }))
    expect(infeasible(trajectory, g5500)).toEqual([])
    expect(trajectory.errorMax).toBeLessThan(4)
    expect(trajectory.unwindsAtUtcMs).toBeUndefined()
    const middle = (pass.aosUtcMs + pass.losUtcMs) / 2
    for (let instant: number = pass.aosUtcMs; instant <= pass.losUtcMs; instant += 1_700) {
      if (Math.abs(instant - middle) < 40_000) continue
      const at = utcMs(instant)
      expect(greatCircleSeparation(commandedAt(trajectory, at), pass.lookAt(at))).toBeLessThan(0.01)
    }
  })

  it('uses the overlap so that a pass through north does not meet the cable stop', () => {
    // From north-west over north to the east: 300° … 360° … 430°.
    const pass = sphericalPass({ maximumElevationDeg: 40, courseDeg: 90, side: -1 })
    const trajectory = unwrap(planTrajectory(pass, { mount: g5500, startAzimuth: deg(0) }))
    expect(infeasible(trajectory, g5500)).toEqual([])
    expect(trajectory.unwindsAtUtcMs).toBeUndefined()
    // The model's AOS is up to 250 ms early, and so a little below the horizon and the range.
    expect(trajectory.errorMax).toBeLessThan(0.03)
    expect(Math.max(...trajectory.azimuth)).toBeGreaterThan(400)
  })

  it('takes the turn nearer to where the antenna is when two fit', () => {
    // Through the north-east only: twice in the range.
    const pass = sphericalPass({ maximumElevationDeg: 3, courseDeg: 135, side: -1 })
    const low = unwrap(planTrajectory(pass, { mount: g5500, startAzimuth: deg(10) }))
    const high = unwrap(planTrajectory(pass, { mount: g5500, startAzimuth: deg(400) }))
    expect(low.azimuth[0]).toBeLessThan(90)
    expect((high.azimuth[0] ?? 0) - (low.azimuth[0] ?? 0)).toBeCloseTo(360, 6)
  })

  it('unwinds once, says when, and does so where it costs least, when no turn fits', () => {
    const mount = upright(mountWith(0, 360))
    const pass = sphericalPass({ maximumElevationDeg: 40, courseDeg: 90, side: -1 })
    const trajectory = unwrap(planTrajectory(pass, { mount }))
    expect(infeasible(trajectory, mount)).toEqual([])
    expect(trajectory.unwindsAtUtcMs).toBeDefined()
    // Long before and after it the antenna is on its target.
    for (const instant of [pass.aosUtcMs + 60_000, pass.losUtcMs - 60_000]) {
      const at = utcMs(instant)
      expect(greatCircleSeparation(commandedAt(trajectory, at), pass.lookAt(at))).toBeLessThan(0.01)
    }
  })

  it('keeps the least largest error where the target leaves the beam anyway, and among such motions loses it for the least time', () => {
    // One turn of cable, a narrow beam: these passes cross north between a quarter and a third of their way.
    const mount: AzElMount = { ...upright(mountWith(0, 360, 20)), beamWidth: deg(3) }
    for (const [maximumElevationDeg, courseDeg] of [
      [55, 30],
      [55, 150],
      [70, 15],
      [76, 165],
    ] as const) {
      const trajectory = unwrap(
        planTrajectory(sphericalPass({ maximumElevationDeg, courseDeg, side: -1 }), { mount }),
      )
      expect(trajectory.errorMax).toBeGreaterThan(1.5)
      expect(trajectory.errorMax).toBeLessThan(1.1 * trajectory.errorBound + mount.resolution)
    }
  })

  it('waits at the stop rather than unwind a turn for a few degrees', () => {
    const mount = upright(mountWith(20, 340))
    // Ends some degrees beyond north in the last seconds.
    const pass = sphericalPass({ maximumElevationDeg: 30, courseDeg: 345, side: 1 })
    const trajectory = unwrap(planTrajectory(pass, { mount }))
    expect(infeasible(trajectory, mount)).toEqual([])
    expect(trajectory.unwindsAtUtcMs).toBeUndefined()
    expect(trajectory.errorMax).toBeGreaterThan(1)
    expect(trajectory.errorMax).toBeLessThan(30)
  })

  // A spherical estimate made elsewhere for a 500-km pass at 6°/s, one form kept and the elevation on its target: 2.6° at 87°,
  // 4.2° at 89°, 5.0° at 89.9°. With the elevation helping it can only be better.
  for (const [maximumElevationDeg, estimateDeg] of [
    [87, 2.6],
    [89, 4.2],
    [89.9, 5.0],
  ] as const) {
    it(`starts early for a pass through ${maximumElevationDeg}° where it cannot lean over, and is off by ${estimateDeg}° at most`, () => {
      const pass = sphericalPass({ maximumElevationDeg, courseDeg: 10 })
      const mount = upright(g5500)
      const trajectory = unwrap(planTrajectory(pass, { mount }))
      expect(infeasible(trajectory, mount)).toEqual([])
      expect(trajectory.errorMax).toBeLessThan(estimateDeg)
      expect(trajectory.errorMax).toBeGreaterThan(0.85 * estimateDeg)
      expect(trajectory.overTheTopAtUtcMs).toBeUndefined()
      // It leads before the culmination.
      const before = utcMs(PASS_TCA - 8_000)
      const turned = Math.abs(commandedAt(trajectory, before).azimuth - (trajectory.azimuth[0] ?? 0))
      const targetTurned = Math.abs(pass.lookAt(before).azimuth - pass.lookAt(pass.aosUtcMs).azimuth)
      expect(turned).toBeGreaterThan(targetTurned + 5)
    })
  }

  // The same estimate for going over the top: 3.0°, 1.0°, 0.1°; at 87° it is better not to.
  for (const [maximumElevationDeg, estimateDeg, overTheTop] of [
    [87, 3.0, false],
    [89, 1.0, true],
    [89.9, 0.1, true],
  ] as const) {
    it(`goes ${overTheTop ? '' : 'not '}over the top of a pass through ${maximumElevationDeg}° and is off by ${estimateDeg}° at most`, () => {
      const pass = sphericalPass({ maximumElevationDeg, courseDeg: 10 })
      const trajectory = unwrap(planTrajectory(pass, { mount: g5500 }))
      expect(infeasible(trajectory, g5500)).toEqual([])
      expect(trajectory.errorMax).toBeLessThan(estimateDeg + 0.01)
      expect(trajectory.overTheTopAtUtcMs !== undefined).toBe(overTheTop)
      if (overTheTop) expect(trajectory.elevation.at(-1)).toBeGreaterThan(175)
    })
  }

  it('leans over its back rather than unwind in mid-pass', () => {
    const mount = mountWith(0, 360)
    const pass = sphericalPass({ maximumElevationDeg: 40, courseDeg: 90, side: -1 })
    const trajectory = unwrap(planTrajectory(pass, { mount }))
    expect(infeasible(trajectory, mount)).toEqual([])
    expect(trajectory.errorMax).toBeLessThan(0.03)
    expect(Math.min(...trajectory.elevation)).toBeGreaterThan(135)
  })

  it('reports the error that anybody finds who looks closer', () => {
    for (const maximumElevationDeg of [45, 80, 86, 88.5, 89.5]) {
      const pass = sphericalPass({ maximumElevationDeg, courseDeg: 200 })
      const trajectory = unwrap(planTrajectory(pass, { mount: g5500 }))
      let worst = 0
      for (let instant: number = pass.aosUtcMs; instant <= pass.losUtcMs; instant += 37) {
        const at = utcMs(instant)
        worst = Math.max(worst, greatCircleSeparation(commandedAt(trajectory, at), pass.lookAt(at)))
      }
      expect(Math.abs(worst - trajectory.errorMax)).toBeLessThan(0.02)
      expect(trajectory.errorMax).toBeGreaterThanOrEqual(trajectory.errorBound - 1e-6)
      expect(trajectory.errorMax).toBeLessThan(1.1 * trajectory.errorBound + 0.05)
    }
  })

  it('runs its motors up no faster than they can', () => {
    const mount: AzElMount = { ...upright(g5500), azimuth: { ...g5500.azimuth, acceleration: 4 } }
    const pass = sphericalPass({ maximumElevationDeg: 87, courseDeg: 10 })
    const trajectory = unwrap(planTrajectory(pass, { mount }))
    const stepSec = trajectory.stepMs / 1000
    for (let i = 2; i < trajectory.azimuth.length; i += 1) {
      const [a = 0, b = 0, c = 0] = trajectory.azimuth.slice(i - 2, i + 1)
      expect(Math.abs(c - 2 * b + a) / stepSec ** 2).toBeLessThan(4 + 1e-6)
    }
    expect(trajectory.errorMax).toBeLessThan(2.75)
  })

  it('turns an antenna of fixed elevation to the azimuth of its target', () => {
    const elevation = { minimum: deg(20), maximum: deg(20), slewRate: degPerSec(1) }
    const mount: AzElMount = { ...g5500, elevation, park: { azimuth: deg(180), elevation: deg(20) } }
    const pass = sphericalPass({ maximumElevationDeg: 50, courseDeg: 10 })
    const trajectory = unwrap(planTrajectory(pass, { mount }))
    expect(trajectory.errorMax).toBeCloseTo(30, 1)
    for (let instant: number = pass.aosUtcMs; instant <= pass.losUtcMs; instant += 10_000) {
      const { azimuth, elevation: height } = commandedAt(trajectory, utcMs(instant))
      expect(height).toBe(20)
      const off = { azimuth: pass.lookAt(utcMs(instant)).azimuth, elevation: deg(0) }
      expect(greatCircleSeparation({ azimuth, elevation: deg(0) }, off)).toBeLessThan(0.1)
    }
  })

  it('is nearest to the target on the whole where only the azimuth turns', () => {
    const elevation = { minimum: deg(25), maximum: deg(25), slewRate: degPerSec(6) }
    const mount: AzElMount = { ...g5500, elevation, park: { azimuth: deg(180), elevation: deg(25) } }
    const pass = sphericalPass({ maximumElevationDeg: 89, courseDeg: 190 })
    const trajectory = unwrap(planTrajectory(pass, { mount }))
    expect(infeasible(trajectory, mount)).toEqual([])
    // What is largest is 64°, the height of the culmination above the antenna, whatever the azimuth does.
    expect(trajectory.errorMax).toBeLessThan(1.09 * 64 + 0.5)
    const off: number[] = []
    for (let instant: number = pass.aosUtcMs; instant <= pass.losUtcMs; instant += 1_000) {
      const at = utcMs(instant)
      const level = { azimuth: pass.lookAt(at).azimuth, elevation: deg(0) }
      off.push(greatCircleSeparation({ ...level, azimuth: commandedAt(trajectory, at).azimuth }, level))
    }
    // Half a turn takes 30 s: a quarter of it is late, a quarter early.
    expect(off.filter((angle) => angle > 1).length).toBeLessThan(34)
  })

  it('ends near the next pass where two turns are equally good', () => {
    const pass = sphericalPass({ maximumElevationDeg: 3, courseDeg: 135, side: -1 })
    const last = (nextAzimuth: number) =>
      unwrap(planTrajectory(pass, { mount: g5500, nextAzimuth: deg(nextAzimuth) })).azimuth.at(-1) ?? 0
    expect(last(430) - last(20)).toBeCloseTo(360, 6)
  })

  it.each([
    ['none', undefined],
    ['one that is no number', { azimuth: deg(Number.NaN), elevation: deg(Number.NaN) }],
  ])('is refused where the target has %s for a direction', (_name, direction) => {
    const pass = sphericalPass({ maximumElevationDeg: 40, courseDeg: 20 })
    const broken = { ...pass, lookAt: (at: UtcMs) => (at > PASS_TCA ? direction : pass.lookAt(at)) }
    expect(planTrajectory(broken, { mount: mountWith(0, 450, 6) })).toMatchObject({
      ok: false,
      error: { code: 'orbit.propagation' },
    })
  })

  it('is feasible for any pass and any mount', () => {
    fc.assert(
      fc.property(
        fc.record({
          maximumElevationDeg: fc.double({ min: 5, max: 89.99, noNaN: true }),
          courseDeg: fc.double({ min: 0, max: 360, noNaN: true }),
          side: fc.constantFrom<1 | -1>(1, -1),
          minimum: fc.integer({ min: -180, max: 90 }),
          range: fc.integer({ min: 90, max: 630 }),
          rate: fc.double({ min: 0.5, max: 20, noNaN: true }),
        }),
        ({ minimum, range, rate, ...shape }) => {
          const mount = mountWith(minimum, minimum + range, rate)
          expect(infeasible(unwrap(planTrajectory(sphericalPass(shape), { mount })), mount)).toEqual([])
        },
      ),
      { numRuns: 60, seed: 4 },
    )
  })

  it('tells the truth about its error, and is near what is possible, for any high pass and any mount', () => {
    fc.assert(
      fc.property(
        fc.record({
          maximumElevationDeg: fc.double({ min: 76, max: 89.99, noNaN: true }),
          courseDeg: fc.double({ min: 0, max: 360, noNaN: true }),
          side: fc.constantFrom<1 | -1>(1, -1),
          minimum: fc.integer({ min: -180, max: 90 }),
          range: fc.integer({ min: 540, max: 630 }),
          elevationMaximum: fc.constantFrom(90, 180),
          rate: fc.double({ min: 2, max: 20, noNaN: true }),
          elevationRate: fc.double({ min: 2, max: 10, noNaN: true }),
        }),
        ({ minimum, range, rate, elevationMaximum, elevationRate, ...shape }) => {
          const turning = mountWith(minimum, minimum + range, rate)
          const elevation = {
            minimum: deg(0),
            maximum: deg(elevationMaximum),
            slewRate: degPerSec(elevationRate),
          }
          const mount: AzElMount = { ...turning, elevation }
          const pass = sphericalPass(shape)
          const trajectory = unwrap(planTrajectory(pass, { mount }))
          expect(infeasible(trajectory, mount)).toEqual([])
          let worst = 0
          for (let instant: number = pass.aosUtcMs; instant <= pass.losUtcMs; instant += 90) {
            const at = utcMs(instant)
            worst = Math.max(worst, greatCircleSeparation(commandedAt(trajectory, at), pass.lookAt(at)))
          }
          expect(Math.abs(worst - trajectory.errorMax)).toBeLessThan(0.03)
          expect(trajectory.errorMax).toBeLessThanOrEqual(1.1 * trajectory.errorBound + 0.1)
        },
      ),
      { numRuns: 40, seed: 5 },
    )
  })

  const term = (most: number) => fc.double({ min: -most, max: most, noNaN: true }).map(deg)
  const crooked = fc.record({
    azimuthOffset: term(40),
    elevationOffset: term(4),
    tiltNorth: term(3),
    tiltEast: term(3),
    sag: term(2),
  })

  it('brings the beam, not the axes, to the target with a mast that leans, over the back, too', () => {
    fc.assert(
      fc.property(
        fc.record({
          maximumElevationDeg: fc.double({ min: 20, max: 89.9, noNaN: true }),
          courseDeg: fc.double({ min: 0, max: 360, noNaN: true }),
          side: fc.constantFrom<1 | -1>(1, -1),
        }),
        crooked,
        fc.constantFrom(90, 180),
        (shape, pointing, elevationMaximum) => {
          const turning = mountWith(-180, 450, 12)
          // Whatever the mast leans by, the horizon and the zenith are within reach.
          const elevation = {
            minimum: deg(-12),
            maximum: deg(elevationMaximum + 12),
            slewRate: degPerSec(8),
            acceleration: 100,
          }
          const mount: AzElMount = { ...turning, elevation, pointing }
          const pass = sphericalPass(shape)
          const trajectory = unwrap(planTrajectory(pass, { mount }))
          expect(infeasible(trajectory, mount)).toEqual([])
          let worst = 0
          for (let instant: number = pass.aosUtcMs; instant <= pass.losUtcMs; instant += 500) {
            const at = utcMs(instant)
            const beam = onSky(mount, commandedAt(trajectory, at))
            worst = Math.max(worst, greatCircleSeparation(beam, pass.lookAt(at)))
          }
          expect(Math.abs(worst - trajectory.errorMax)).toBeLessThan(0.1)
          expect(trajectory.errorMax).toBeLessThan(elevationMaximum === 180 ? 1 : 3)
        },
      ),
      { numRuns: 60, seed: 11 },
    )
  })

  it('keeps the beam above the skyline with a mast that leans', () => {
    const minimumElevationAt = (azimuth: number) =>
      deg(Math.max(4, 22 - 0.4 * Math.abs(shortestTurn({ from: deg(200), to: deg(azimuth) }))))
    fc.assert(
      fc.property(crooked, fc.double({ min: 0, max: 360, noNaN: true }), (pointing, courseDeg) => {
        const mount: AzElMount = { ...mountWith(0, 450), pointing }
        const pass = sphericalPass({ maximumElevationDeg: 35, courseDeg, side: 1 })
        const trajectory = unwrap(planTrajectory(pass, { mount, minimumElevationAt }))
        for (let i = 0; i < trajectory.azimuth.length; i += 1) {
          const place = {
            azimuth: deg(trajectory.azimuth[i] ?? 0),
            elevation: deg(trajectory.elevation[i] ?? 0),
          }
          const beam = skyDirection(onSky(mount, place))
          expect(beam.elevation).toBeGreaterThan(minimumElevationAt(beam.azimuth) - 0.05)
        }
      }),
      { numRuns: 60, seed: 12 },
    )
  })

  it('stays above the horizon mask, also while it unwinds along the horizon', () => {
    const mount = upright(mountWith(0, 360))
    const pass = sphericalPass({ maximumElevationDeg: 40, courseDeg: 90, side: -1 })
    const minimumElevationAt = (azimuth: number) => deg(azimuth > 150 && azimuth < 210 ? 25 : 0)
    const trajectory = unwrap(planTrajectory(pass, { mount, minimumElevationAt }))
    expect(infeasible(trajectory, mount)).toEqual([])
    expect(trajectory.unwindsAtUtcMs).toBeDefined()
    for (let i = 0; i < trajectory.azimuth.length; i += 1) {
      const mask = minimumElevationAt(trajectory.azimuth[i] ?? 0)
      expect(trajectory.elevation[i]).toBeGreaterThanOrEqual(mask)
    }
  })

  it('is the boresight for a fixed antenna', () => {
    const boresight = { azimuth: deg(90), elevation: deg(30) }
    const pass = issPass()
    const trajectory = unwrap(
      planTrajectory(pass, { mount: { kind: 'fixed', boresight, beamWidth: deg(60) } }),
    )
    expect(commandedAt(trajectory, pass.aosUtcMs)).toEqual(boresight)
    expect(commandedAt(trajectory, utcMs(pass.losUtcMs + 1e6))).toEqual(boresight)
  })

  it('refuses a pass without time or direction', () => {
    const pass = issPass()
    expect(planTrajectory({ ...pass, losUtcMs: pass.aosUtcMs }, { mount: g5500 }).ok).toBe(false)
    expect(planTrajectory({ ...pass, losUtcMs: utcMs(Number.NaN) }, { mount: g5500 }).ok).toBe(false)
    const lookAt = () => ({ azimuth: deg(Number.NaN), elevation: deg(10) })
    expect(planTrajectory({ ...pass, lookAt }, { mount: g5500 })).toMatchObject({
      error: { code: 'orbit.propagation' },
    })
  })
})
