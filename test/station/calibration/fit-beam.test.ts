import { describe, expect, it } from 'vitest'
import { greatCircleSeparation } from '../../../src/kernel/angle.ts'
import { createRandom, type Random } from '../../../src/kernel/random.ts'
import { deg } from '../../../src/kernel/units.ts'
import { type BeamSample, besideBeam, fitBeam } from '../../../src/station/calibration/fit-beam.ts'

const WIDTH = 20
const RAD = Math.PI / 180

/** Looks across the Sun as it moves, with a beam that is off, worn gears and readings in steps. */
const scan = (
  random: Random,
  truth: {
    readonly cross: number
    readonly up: number
    readonly play: number
    readonly noise: number
    readonly placeSigma?: number
    readonly both?: boolean
  },
): BeamSample[] => {
  const samples: BeamSample[] = []
  for (const way of truth.both === false ? ([1] as const) : ([1, -1] as const)) {
    for (const axis of ['azimuth', 'elevation'] as const) {
      for (let index = -6; index <= 6; index += 1) {
        const source = {
          azimuth: deg(150 + samples.length * 0.06),
          elevation: deg(40 + samples.length * 0.02),
        }
        const offset = index * 4 * way
        const cosine = Math.cos(source.elevation * RAD)
        const axes = {
          azimuth: deg(source.azimuth + (axis === 'azimuth' ? offset / cosine : 0)),
          elevation: deg(source.elevation + (axis === 'elevation' ? offset : 0)),
        }
        const shaken = random.normal() * (truth.placeSigma ?? 0)
        const beam = {
          azimuth: deg(axes.azimuth - (truth.cross + (way * truth.play) / 2 + shaken) / cosine),
          elevation: deg(axes.elevation - truth.up - (way * truth.play) / 2),
        }
        const away = greatCircleSeparation(beam, source) / WIDTH
        const power = 1 + 0.8 * Math.exp(-4 * Math.LN2 * away ** 2)
        samples.push({
          axes,
          source,
          power: power + random.normal() * truth.noise,
          sigma: truth.noise,
          from: { azimuth: way, elevation: way },
        })
      }
    }
  }
  return samples
}

describe('a scan of the Sun', () => {
  it('finds offsets, width and play within what it says of itself, over many skies', () => {
    let sum = 0
    let count = 0
    for (let seed = 1; seed <= 150; seed += 1) {
      const random = createRandom(seed)
      const truth = { cross: random.normal() * 3, up: random.normal() * 2, play: 0.6, noise: 0.02 }
      const fit = fitBeam(scan(random, truth), { beamWidth: deg(17), baseline: true, placeSigma: deg(0) })
      expect(fit).toBeDefined()
      if (fit?.playDeg === undefined) continue
      for (const [{ value, sigma }, wanted] of [
        [fit.crossElevationDeg, truth.cross],
        [fit.elevationDeg, truth.up],
        [fit.beamWidthDeg, WIDTH],
        [fit.playDeg.crossElevation, truth.play],
        [fit.playDeg.elevation, truth.play],
      ] as const) {
        sum += ((value - wanted) / sigma) ** 2
        count += 1
      }
    }
    expect(sum / count).toBeGreaterThan(0.8)
    expect(sum / count).toBeLessThan(1.2)
  })

  it('counts the coarseness of readings into its sigmas', () => {
    let sum = 0
    for (let seed = 1; seed <= 150; seed += 1) {
      const random = createRandom(seed)
      const samples = scan(random, { cross: 1, up: 0, play: 0, noise: 0.005, placeSigma: 0.5 })
      const fit = fitBeam(samples, { beamWidth: deg(20), baseline: true, placeSigma: deg(0.5) })
      expect(fit).toBeDefined()
      if (fit === undefined) continue
      sum += ((fit.crossElevationDeg.value - 1) / fit.crossElevationDeg.sigma) ** 2 / 150
    }
    expect(sum).toBeGreaterThan(0.6)
    expect(sum).toBeLessThan(1.4)
  })

  it('says nothing of play where it looked from one side only', () => {
    const samples = scan(createRandom(1), { cross: 1, up: 1, play: 0, noise: 0.02, both: false })
    const fit = fitBeam(samples, { beamWidth: deg(20), baseline: true, placeSigma: deg(0) })
    expect(fit?.playDeg).toBeUndefined()
    expect(fit?.crossElevationDeg.value).toBeCloseTo(1, 0)
  })

  it('finds no beam in noise alone, in nothing, and in what lies all at one place', () => {
    const options = { beamWidth: deg(20), baseline: true, placeSigma: deg(0) }
    expect(fitBeam([], options)).toBeUndefined()
    const flat = scan(createRandom(1), { cross: 0, up: 0, play: 0, noise: 0.02 }).map((sample) => ({
      ...sample,
      power: 1,
    }))
    expect(fitBeam(flat, options)).toBeUndefined()
    const [first] = scan(createRandom(1), { cross: 0, up: 0, play: 0, noise: 0.02 })
    expect(
      fitBeam(first === undefined ? [] : Array.from({ length: 9 }, () => first), options),
    ).toBeUndefined()
  })

  it('measures beside the beam on the sky, and not in differences of azimuth', () => {
    const beam = { azimuth: deg(10), elevation: deg(85) }
    const source = { azimuth: deg(190), elevation: deg(85) }
    const { crossElevation, elevation } = besideBeam(beam, source)
    expect(Math.hypot(crossElevation, elevation)).toBeCloseTo(10, 9)
    expect(elevation).toBeCloseTo(10, 9)
  })
})
