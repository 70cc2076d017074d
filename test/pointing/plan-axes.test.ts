import { describe, expect, it } from 'vitest'
import { ANTENNAS } from '../../bench/pointing/antennas.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg } from '../../src/kernel/units.ts'
import { withinAcceleration } from '../../src/pointing/run-up.ts'
import { separationDeg } from '../../src/pointing/sky-error.ts'
import { commandedAt, planTrajectory, type Trajectory } from '../../src/pointing/trajectory.ts'
import { g5500, sphericalPass } from './passes.ts'

const pass = sphericalPass({ maximumElevationDeg: 87.2, courseDeg: 10 })

/** Seconds in which a motion is off by more than an error. */
const offSec = (trajectory: Trajectory, errorDeg: number): number => {
  let off = 0
  for (let at: number = pass.aosUtcMs; at <= pass.losUtcMs; at += 100) {
    const place = commandedAt(trajectory, utcMs(at))
    const target = pass.lookAt(utcMs(at))
    const error = separationDeg(place.azimuth, place.elevation, target.azimuth, target.elevation)
    if (error > errorDeg) off += 0.1
  }
  return off
}

describe('both axes together', () => {
  it('go over the top where that is hardly further off, and for a much shorter time', () => {
    const upright = { ...g5500, elevation: { ...g5500.elevation, maximum: deg(90) } }
    const turning = unwrap(planTrajectory(pass, { mount: upright }))
    const leaning = unwrap(planTrajectory(pass, { mount: g5500 }))
    expect(turning.overTheTopAtUtcMs).toBeUndefined()
    expect(leaning.overTheTopAtUtcMs).toBeDefined()
    expect(leaning.errorMax).toBeGreaterThan(turning.errorMax)
    expect(leaning.errorMax).toBeLessThan(1.01 * turning.errorMax + g5500.resolution / 4)
    expect(offSec(leaning, 1)).toBeLessThan(offSec(turning, 1) / 2)
  })

  it('begin on the turn of the cable that the antenna is nearer to, where all else is equal', () => {
    const [spid] = ANTENNAS.filter(({ name }) => name === 'spid-ras')
    if (spid === undefined) throw new Error('there is such an antenna')
    for (const courseDeg of [170, 350]) {
      const high = sphericalPass({ maximumElevationDeg: 88, courseDeg, altitudeKm: 1_200 })
      for (const startAzimuth of [180, 350]) {
        const { azimuth } = unwrap(
          planTrajectory(high, { mount: spid.mount, startAzimuth: deg(startAzimuth) }),
        )
        expect(Math.abs((azimuth[0] ?? Number.NaN) - startAzimuth)).toBeLessThan(181)
      }
    }
  })
})

describe('a motion without corners', () => {
  it('stays within the range to the last digit', () => {
    // What is added and taken away again does not cancel, now above and now below.
    for (let slope = 0.3; slope < 0.7; slope += 0.01) {
      const path = Float64Array.from({ length: 400 }, (_, i) => Math.max(0, 90 - i * slope))
      const smooth = withinAcceleration({ path, stepSec: 0.2, acceleration: 1 })
      expect(smooth).not.toEqual(path)
      expect(Math.min(...smooth)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...smooth)).toBeLessThanOrEqual(90)
    }
  })
})
