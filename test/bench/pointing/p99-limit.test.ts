import { describe, expect, it } from 'vitest'
import { ANTENNAS } from '../../../bench/pointing/antennas.ts'
import { createErrorFigures } from '../../../bench/pointing/figures.ts'
import { leastInstantsOff } from '../../../bench/pointing/least-time-off.ts'
import { azel } from '../../../bench/pointing/ours.ts'
import { limitOfP99, p99OfWholeSteps } from '../../../bench/pointing/p99-limit.ts'
import { runPass } from '../../../bench/pointing/run-pass.ts'
import type { SkyPass } from '../../../bench/pointing/sky-pass.ts'
import { deg, degPerSec } from '../../../src/kernel/units.ts'
import type { AzElMount } from '../../../src/pointing/mount.ts'
import { g5500, PASS_TCA, sphericalPass } from '../../pointing/passes.ts'

const skyPass = (maximumElevationDeg: number): SkyPass => ({
  name: `through ${maximumElevationDeg}°`,
  tcaUtcMs: PASS_TCA,
  maximumElevationDeg,
  ...sphericalPass({ maximumElevationDeg, courseDeg: 160 }),
})

const CELL_DEG = { azimuth: 0.25, elevation: 0.25 }

/** An elevation that stays, an azimuth as fast as asked for. */
const turntable = (elevation: number, slewRate: number): AzElMount => ({
  ...g5500,
  azimuth: { minimum: deg(0), maximum: deg(360), slewRate: degPerSec(slewRate) },
  elevation: { minimum: deg(elevation), maximum: deg(elevation), slewRate: degPerSec(1) },
})

describe('the fewest instants off the target', () => {
  it('are known exactly where the antenna can do nothing', () => {
    const samples = {
      stepSec: 1,
      azimuth: Float64Array.from([10, 12, 14, 16, 18]),
      elevation: Float64Array.from([62, 64, 66, 68, 70]),
    }
    const off = (errorDeg: number) =>
      leastInstantsOff(samples, turntable(60, 40), { errorDeg, cellDeg: CELL_DEG })
    expect([1, 3, 5, 7, 9, 11].map(off)).toEqual([5, 4, 3, 2, 1, 0])
  })

  it('are those of a turn where the stop is in the way', () => {
    const seconds = Array.from({ length: 61 }, (_, i) => i)
    const samples = {
      stepSec: 1,
      azimuth: Float64Array.from(seconds, (i) => (330 + i) % 360),
      elevation: Float64Array.from(seconds, () => 0),
    }
    // 360° at 20°/s, less what the beam has to either side, 2° of 20° each: 17.8 s, and the target comes along by 1°/s.
    const off = leastInstantsOff(samples, turntable(0, 20), { errorDeg: 2, cellDeg: CELL_DEG })
    expect(off).toBeGreaterThanOrEqual(16)
    expect(off).toBeLessThanOrEqual(18)
    expect(leastInstantsOff(samples, turntable(0, 100), { errorDeg: 2, cellDeg: CELL_DEG })).toBeLessThan(4)
  })
})

describe('the limit of the p99', () => {
  const [, spid] = ANTENNAS
  if (spid === undefined) throw new Error('there is a second antenna')

  it('is met by nobody, and nearly by us, where the mount is too slow', () => {
    const pass = skyPass(84)
    const ours = azel(pass, spid, { name: 'azel', monoNow: () => 0 })
    const figures = createErrorFigures()
    figures.add(runPass(pass, spid, ours, true).errors)
    const p99 = figures.quantile(0.99)
    const { plannedErrorDeg } = ours
    const limit = limitOfP99([{ pass, plannedErrorDeg }], spid.mount, p99)
    expect(limit).toBeLessThan(p99)
    expect(limit).toBeGreaterThan(0.5 * p99)
  })

  it('is none where nothing is too slow', () => {
    expect(limitOfP99([{ pass: skyPass(30), plannedErrorDeg: 0.01 }], spid.mount, 0.6)).toBe(0)
  })
})

describe('whole steps', () => {
  it('are off by the half diagonal of a step at worst', () => {
    const pass: SkyPass = { ...skyPass(30), lookAt: () => ({ azimuth: deg(10.5), elevation: deg(0.5) }) }
    const steps = { ...g5500, resolution: deg(1) }
    expect(p99OfWholeSteps([pass], steps)).toBeCloseTo(Math.SQRT1_2, 3)
    const onStep: SkyPass = { ...pass, lookAt: () => ({ azimuth: deg(10), elevation: deg(7) }) }
    expect(p99OfWholeSteps([onStep], steps)).toBeLessThan(1e-5)
  })
})
