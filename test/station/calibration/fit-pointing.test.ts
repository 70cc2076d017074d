import { describe, expect, it } from 'vitest'
import { beamOf } from '../../../hardware-sim/plant/misalignment.ts'
import { type AzEl, shortestTurn } from '../../../src/kernel/angle.ts'
import { createRandom, type Random } from '../../../src/kernel/random.ts'
import { deg } from '../../../src/kernel/units.ts'
import {
  fitPointing,
  POINTING_TERMS,
  type PointingOffset,
} from '../../../src/station/calibration/fit-pointing.ts'

const RAD = Math.PI / 180

interface Wrong {
  readonly azimuthOffsetDeg: number
  readonly elevationOffsetDeg: number
  readonly tiltNorthDeg: number
  readonly tiltEastDeg: number
  readonly sagDeg: number
}

/** What a scan would measure on the simulator's mast, which was written for itself: the axes' place beside the beam's. */
const scanAt = (axes: AzEl, wrong: Wrong, random: Random, sigma: number): PointingOffset => {
  const sky = beamOf(wrong, axes)
  return {
    sky,
    crossElevationDeg: {
      value:
        shortestTurn({ from: sky.azimuth, to: axes.azimuth }) * Math.cos(sky.elevation * RAD) +
        random.normal() * sigma,
      sigma,
    },
    elevationDeg: { value: axes.elevation - sky.elevation + random.normal() * sigma, sigma },
    correlation: 0,
  }
}
const place = (azimuth: number, elevation: number): AzEl => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})
const crooked = (random: Random): Wrong => ({
  azimuthOffsetDeg: random.normal() * 3,
  elevationOffsetDeg: random.normal(),
  tiltNorthDeg: random.normal(),
  tiltEastDeg: random.normal(),
  sagDeg: random.normal() * 0.5,
})
const DAY = [
  place(80, 10),
  place(105, 28),
  place(140, 47),
  place(180, 53),
  place(220, 47),
  place(255, 28),
  place(280, 10),
]
const TRUTH = {
  azimuthOffset: 'azimuthOffsetDeg',
  elevationOffset: 'elevationOffsetDeg',
  tiltNorth: 'tiltNorthDeg',
  tiltEast: 'tiltEastDeg',
  sag: 'sagDeg',
} as const

describe('the pointing model from scans', () => {
  it('recovers how the mast was put up wrong within its own sigmas, over many masts', () => {
    let sum = 0
    let count = 0
    const places = [...DAY, place(0, 30), place(320, 60), place(40, 70), place(190, 75), place(350, 15)]
    for (let seed = 1; seed <= 100; seed += 1) {
      const random = createRandom(seed)
      const wrong = crooked(random)
      const fit = fitPointing(places.map((axes) => scanAt(axes, wrong, random, 0.1)))
      expect(fit?.fitted).toEqual(POINTING_TERMS)
      for (const term of POINTING_TERMS) {
        const sigma = fit?.sigmaDeg[term] ?? Number.NaN
        // Scatter by chance above 1 is counted in; below it is not.
        sum += (((fit?.model[term] ?? Number.NaN) - wrong[TRUTH[term]]) / sigma) ** 2
        count += 1
      }
    }
    expect(sum / count).toBeGreaterThan(0.8)
    expect(sum / count).toBeLessThan(1.2)
  })

  it('gives two offsets from one scan, and says why not the rest', () => {
    const random = createRandom(1)
    const wrong = { ...crooked(random), tiltNorthDeg: 0, tiltEastDeg: 0, sagDeg: 0 }
    const fit = fitPointing([scanAt(place(180, 40), wrong, random, 0.1)])
    expect(fit?.fitted).toEqual(['azimuthOffset', 'elevationOffset'])
    expect(fit?.leftOut.map(({ term }) => term)).toEqual(['tiltNorth', 'tiltEast', 'sag'])
    expect(fit?.leftOut[0]?.reason).toBe('there are too few scans')
    expect(Math.abs((fit?.model.azimuthOffset ?? 99) - wrong.azimuthOffsetDeg)).toBeLessThan(0.6)
  })

  it('leaves out what scans of one hour of the day cannot tell apart', () => {
    const random = createRandom(2)
    const wrong = crooked(random)
    const hour = [place(170, 39), place(175, 40), place(180, 40.5), place(185, 40), place(190, 39)]
    const fit = fitPointing(hour.map((axes) => scanAt(axes, wrong, random, 0.1)))
    expect(fit?.fitted).not.toContain('sag')
    expect(fit?.leftOut.every(({ reason }) => reason.length > 10)).toBe(true)
  })

  it('puts what the model cannot explain into the sigmas', () => {
    const random = createRandom(3)
    const wrong = crooked(random)
    const offsets = DAY.map((axes) => scanAt(axes, wrong, random, 1)).map((offset) => ({
      ...offset,
      crossElevationDeg: { ...offset.crossElevationDeg, sigma: 0.05 },
      elevationDeg: { ...offset.elevationDeg, sigma: 0.05 },
    }))
    const fit = fitPointing(offsets)
    expect(fit?.scatter).toBeGreaterThan(5)
    expect(fit?.sigmaDeg.azimuthOffset).toBeGreaterThan(0.2)
  })

  it('says nothing where there is nothing', () => {
    expect(fitPointing([])).toBeUndefined()
  })
})
