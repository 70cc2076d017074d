import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AzEl, greatCircleSeparation } from '../../src/kernel/angle.ts'
import { deg } from '../../src/kernel/units.ts'
import {
  mountToSky,
  NO_MISALIGNMENT,
  type PointingModel,
  skyToMount,
} from '../../src/pointing/pointing-model.ts'

const at = (azimuth: number, elevation: number): AzEl => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})
const model = (terms: Partial<Record<keyof PointingModel, number>>): PointingModel => ({
  ...NO_MISALIGNMENT,
  ...Object.fromEntries(Object.entries(terms).map(([name, value]) => [name, deg(value)])),
})
const angle = (most: number) => fc.double({ min: -most, max: most, noNaN: true }).map(deg)
const anyModel = fc.record({
  azimuthOffset: angle(20),
  elevationOffset: angle(5),
  tiltNorth: angle(3),
  tiltEast: angle(3),
  sag: angle(3),
})
// Beyond the tilt from the zenith, where both forms meet.
const elevation = fc.oneof(
  fc.double({ min: -10, max: 84, noNaN: true }),
  fc.double({ min: 96, max: 190, noNaN: true }),
)

describe('the pointing model', () => {
  it('leaves a place alone where nothing is misaligned, on each turn and past the zenith', () => {
    for (const place of [at(10, 20), at(400, 89), at(-170, 130), at(0, 90)]) {
      const axes = skyToMount(NO_MISALIGNMENT, place)
      expect(axes.azimuth).toBeCloseTo(place.azimuth, 10)
      expect(axes.elevation).toBeCloseTo(place.elevation, 10)
    }
  })

  it('is undone to 1e-9 degrees, on either side of the zenith', () => {
    fc.assert(
      fc.property(anyModel, fc.double({ min: -200, max: 600, noNaN: true }), elevation, (terms, a, e) => {
        const sky = at(a, e)
        const back = mountToSky(terms, skyToMount(terms, sky))
        expect(Math.abs(back.elevation - sky.elevation)).toBeLessThan(1e-9)
        expect(Math.abs(back.azimuth - sky.azimuth) * Math.cos((e * Math.PI) / 180)).toBeLessThan(1e-9)
      }),
    )
  })

  it('is the usual first-order model for small terms', () => {
    fc.assert(
      fc.property(
        anyModel,
        fc.double({ min: 0, max: 360, noNaN: true }),
        fc.double({ min: 0, max: 70, noNaN: true }),
        (terms, a, e) => {
          const scale = 1e-3
          const small = model({
            azimuthOffset: terms.azimuthOffset * scale,
            elevationOffset: terms.elevationOffset * scale,
            tiltNorth: terms.tiltNorth * scale,
            tiltEast: terms.tiltEast * scale,
            sag: terms.sag * scale,
          })
          const [sinA, cosA] = [Math.sin((a * Math.PI) / 180), Math.cos((a * Math.PI) / 180)]
          const [tanE, cosE] = [Math.tan((e * Math.PI) / 180), Math.cos((e * Math.PI) / 180)]
          const axes = skyToMount(small, at(a, e))
          const azimuth = small.azimuthOffset + (small.tiltNorth * sinA - small.tiltEast * cosA) * tanE
          const elevationAdded =
            small.elevationOffset + small.tiltNorth * cosA + small.tiltEast * sinA + small.sag * cosE
          expect(axes.azimuth - a).toBeCloseTo(azimuth, 5)
          expect(axes.elevation - e).toBeCloseTo(elevationAdded, 5)
        },
      ),
    )
  })

  it('says by how much a mast that leans to the north shows: more elevation in the north, less in the south', () => {
    const leaning = model({ tiltNorth: 2 })
    expect(skyToMount(leaning, at(0, 30)).elevation).toBeCloseTo(32, 9)
    expect(skyToMount(leaning, at(180, 30)).elevation).toBeCloseTo(28, 9)
    expect(skyToMount(leaning, at(90, 0)).elevation).toBeCloseTo(0, 9)
    const toTheEast = model({ tiltEast: 2 })
    expect(skyToMount(toTheEast, at(90, 30)).elevation).toBeCloseTo(32, 9)
  })

  it('lets a heavy antenna hang towards the horizon that it looks at, on either side of the zenith', () => {
    const heavy = model({ sag: 2 })
    expect(skyToMount(heavy, at(50, 0)).elevation).toBeCloseTo(2, 9)
    expect(skyToMount(heavy, at(50, 180)).elevation).toBeCloseTo(178, 9)
    expect(skyToMount(heavy, at(50, 90)).elevation).toBeCloseTo(90, 9)
  })

  it('gives both forms of one place the same beam', () => {
    fc.assert(
      fc.property(
        anyModel,
        fc.double({ min: 0, max: 360, noNaN: true }),
        fc.double({ min: 5, max: 80, noNaN: true }),
        (terms, a, e) => {
          const near = mountToSky(terms, skyToMount(terms, at(a, e)))
          const over = mountToSky(terms, skyToMount(terms, at(a + 180, 180 - e)))
          expect(over.elevation).toBeGreaterThan(90)
          expect(greatCircleSeparation(near, over)).toBeLessThan(1e-9)
        },
      ),
    )
  })
})
