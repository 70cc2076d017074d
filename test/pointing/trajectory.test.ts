import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { greatCircleSeparation } from '../../src/kernel/angle.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { type UtcMs, utcMs } from '../../src/kernel/time.ts'
import { deg, degPerSec } from '../../src/kernel/units.ts'
import type { AzElMount } from '../../src/pointing/mount.ts'
import { commandedAt, planTrajectory, type Trajectory } from '../../src/pointing/trajectory.ts'
import { g5500, issPass, PASS_TCA, sphericalPass } from './passes.ts'

const mountWith = (minimum: number, maximum: number, rate = 6): AzElMount => ({
  ...g5500,
  azimuth: { minimum: deg(minimum), maximum: deg(maximum), slewRate: degPerSec(rate) },
  park: { azimuth: deg((minimum + maximum) / 2), elevation: deg(90) },
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
    const mount = mountWith(0, 360)
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

  it('waits at the stop rather than unwind a turn for a few degrees', () => {
    const mount = mountWith(20, 340)
    // Ends some degrees beyond north in the last seconds.
    const pass = sphericalPass({ maximumElevationDeg: 30, courseDeg: 345, side: 1 })
    const trajectory = unwrap(planTrajectory(pass, { mount }))
    expect(infeasible(trajectory, mount)).toEqual([])
    expect(trajectory.unwindsAtUtcMs).toBeUndefined()
    expect(trajectory.errorMax).toBeGreaterThan(1)
    expect(trajectory.errorMax).toBeLessThan(30)
  })

  // A spherical estimate made elsewhere for a 500-km pass at 6°/s, one form kept: 2.6° at 87°, 4.2° at 89°, 5.0° at 89.9°.
  for (const [maximumElevationDeg, estimateDeg] of [
    [87, 2.6],
    [89, 4.2],
    [89.9, 5.0],
  ] as const) {
    it(`starts early for a pass through ${maximumElevationDeg}° and is off by about ${estimateDeg}° at most`, () => {
      const pass = sphericalPass({ maximumElevationDeg, courseDeg: 10 })
      const trajectory = unwrap(planTrajectory(pass, { mount: g5500 }))
      expect(infeasible(trajectory, g5500)).toEqual([])
      expect(Math.abs(trajectory.errorMax - estimateDeg)).toBeLessThan(0.15)
      // It leads before the culmination.
      const before = utcMs(PASS_TCA - 8_000)
      const turned = Math.abs(commandedAt(trajectory, before).azimuth - (trajectory.azimuth[0] ?? 0))
      const targetTurned = Math.abs(pass.lookAt(before).azimuth - pass.lookAt(pass.aosUtcMs).azimuth)
      expect(turned).toBeGreaterThan(targetTurned + 5)
    })
  }

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

  it('stays above the horizon mask, also while it unwinds along the horizon', () => {
    const mount = mountWith(0, 360)
    const pass = sphericalPass({ maximumElevationDeg: 20, courseDeg: 90, side: -1 })
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
