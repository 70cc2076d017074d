import { describe, expect, it } from 'vitest'
import { ANTENNAS } from '../../../bench/pointing/antennas.ts'
import { azel } from '../../../bench/pointing/ours.ts'
import { limitOfPass } from '../../../bench/pointing/pass-limit.ts'
import { gpredict, r2cloud, satdump, satnogs } from '../../../bench/pointing/peers.ts'
import { runPass } from '../../../bench/pointing/run-pass.ts'
import type { SkyPass } from '../../../bench/pointing/sky-pass.ts'
import { PASS_TCA, sphericalPass } from '../../pointing/passes.ts'

const skyPass = (maximumElevationDeg: number, courseDeg: number): SkyPass => ({
  name: `through ${maximumElevationDeg}°`,
  tcaUtcMs: PASS_TCA,
  maximumElevationDeg,
  ...sphericalPass({ maximumElevationDeg, courseDeg }),
})

const monoNow = (): number => 0
const largest = (errors: Float64Array): number => errors.reduce((worst, error) => Math.max(worst, error), 0)

describe('the antennas of the benchmark, driven by us', () => {
  for (const antenna of ANTENNAS) {
    // Courses that keep the whole pass clear of the stop at north, which the mount of one turn has.
    for (const pass of [skyPass(35, 160), skyPass(82, 160), skyPass(88.6, 160)]) {
      it(`${antenna.name} is as near as it can be on a pass ${pass.name}`, () => {
        const ours = azel(pass, antenna, { name: 'azel', monoNow })
        const run = runPass(pass, antenna, ours, true)
        const limit = limitOfPass(pass, antenna.mount, ours.plannedErrorDeg)
        const { resolution, azimuth } = antenna.mount
        expect(largest(run.errors)).toBeGreaterThan(limit * 0.99)
        expect(largest(run.errors)).toBeLessThan(1.1 * limit + resolution + (azimuth.backlash ?? 0))
      })
    }
  }
})

describe('the control loops of others', () => {
  const [g5500] = ANTENNAS
  if (g5500 === undefined) throw new Error('there is a first antenna')
  const pass = skyPass(60, 160)

  it('follow an easy pass within their dead bands, once they are there', () => {
    for (const [make, allowedDeg] of [
      [gpredict, 8.5],
      [satnogs, 6.5],
      [satdump, 4],
      [r2cloud, 8.5],
    ] as const) {
      const { errors } = runPass(pass, g5500, make(pass, g5500), false)
      expect(largest(errors.subarray(900))).toBeLessThan(allowedDeg)
    }
  })

  it('spin round at the zenith, as their users say', () => {
    const high = skyPass(89.5, 160)
    for (const make of [gpredict, satnogs, satdump, r2cloud]) {
      expect(largest(runPass(high, g5500, make(high, g5500), false).errors)).toBeGreaterThan(10)
    }
  })
})
