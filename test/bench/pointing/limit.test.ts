import { describe, expect, it } from 'vitest'
import { leastLargestError } from '../../../bench/pointing/limit.ts'
import { unwrap } from '../../../src/kernel/result.ts'
import { utcMs } from '../../../src/kernel/time.ts'
import { deg, degPerSec } from '../../../src/kernel/units.ts'
import type { AzElMount } from '../../../src/pointing/mount.ts'
import { planTrajectory } from '../../../src/pointing/trajectory.ts'
import { g5500, PASS_TCA, sphericalPass } from '../../pointing/passes.ts'

const STEP_SEC = 0.25

/** The samples about the culmination. */
const aboutTca = (pass: ReturnType<typeof sphericalPass>, secondsBeside: number) => {
  const count = Math.round((2 * secondsBeside) / STEP_SEC) + 1
  const looks = Array.from({ length: count }, (_, i) =>
    pass.lookAt(utcMs(PASS_TCA + (i * STEP_SEC - secondsBeside) * 1000)),
  )
  return {
    stepSec: STEP_SEC,
    azimuth: Float64Array.from(looks, ({ azimuth }) => azimuth),
    elevation: Float64Array.from(looks, ({ elevation }) => elevation),
  }
}

const upright: AzElMount = { ...g5500, elevation: { ...g5500.elevation, maximum: deg(90) } }

describe('the limit', () => {
  it('is known exactly where the antenna can do nothing', () => {
    // Held at 60°, all azimuths free at 40°/s: what is left is the difference in elevation, 20° to 30°.
    const mount: AzElMount = {
      ...g5500,
      azimuth: { ...g5500.azimuth, slewRate: degPerSec(40) },
      elevation: { minimum: deg(60), maximum: deg(60), slewRate: degPerSec(1) },
    }
    const samples = {
      stepSec: 1,
      azimuth: Float64Array.from([10, 30, 50]),
      elevation: Float64Array.from([80, 85, 90]),
    }
    const { lowDeg, highDeg } = leastLargestError(samples, mount, { aboveDeg: 40, cellDeg: 1 })
    expect(lowDeg).toBeLessThan(30.001)
    expect(highDeg).toBeGreaterThan(29.999)
    expect(highDeg - lowDeg).toBeLessThan(1)
  })

  it('closes in from both sides as the grid becomes finer', () => {
    const samples = aboutTca(sphericalPass({ maximumElevationDeg: 87, courseDeg: 10 }), 30)
    // Cells are whole parts of a step of an axis: here both make 1.5° in it.
    const mount = { ...upright, elevation: { ...upright.elevation, slewRate: degPerSec(6) } }
    const limits = [1.5, 0.75, 0.375].map((cellDeg) =>
      leastLargestError(samples, mount, { aboveDeg: 4, cellDeg }),
    )
    for (const [coarse, fine] of [limits.slice(0, 2), limits.slice(1)] as const) {
      if (coarse === undefined || fine === undefined) throw new Error('three grids were asked for')
      expect(fine.highDeg - fine.lowDeg).toBeLessThan(0.6 * (coarse.highDeg - coarse.lowDeg))
      expect(fine.lowDeg).toBeGreaterThan(coarse.lowDeg - 1e-6)
      expect(fine.lowDeg).toBeLessThan(coarse.highDeg)
      expect(coarse.lowDeg).toBeLessThan(fine.highDeg)
    }
  })

  for (const [name, mount] of [
    ['that leans over', g5500],
    ['that does not', upright],
  ] as const) {
    for (const maximumElevationDeg of [85, 88.5, 89.7]) {
      it(`is met by the planner within a tenth at ${maximumElevationDeg}° with a mount ${name}`, () => {
        const pass = sphericalPass({ maximumElevationDeg, courseDeg: 10 })
        const { errorMax, errorBound } = unwrap(planTrajectory(pass, { mount }))
        const limit = leastLargestError(aboutTca(pass, 30), mount, {
          aboveDeg: errorMax * 1.05,
          cellDeg: Math.max(0.05, errorMax / 12),
        })
        expect(errorMax).toBeGreaterThan(limit.lowDeg - 1e-6)
        expect(errorMax).toBeLessThan(1.1 * limit.highDeg + 0.03)
        // The planner's own bound, made quite differently, says the same.
        expect(errorBound).toBeLessThan(limit.highDeg + 0.01)
        expect(errorBound).toBeGreaterThan(0.85 * limit.lowDeg - 0.03)
      })
    }
  }
})
