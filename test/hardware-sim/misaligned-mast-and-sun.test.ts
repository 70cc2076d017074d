import { describe, expect, it } from 'vitest'
import { beamOf, readMisalignment, WELL_ALIGNED } from '../../hardware-sim/plant/misalignment.ts'
import { sunDirection, sunNoiseRatio } from '../../hardware-sim/sky/sun.ts'
import { createSimulatedStation } from '../../hardware-sim/station/station.ts'
import { greatCircleSeparation } from '../../src/kernel/angle.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { MS_PER_HOUR, utcFromCivil, utcMs } from '../../src/kernel/time.ts'
import { deg, hz, ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { createBodyMotion } from '../../src/orbit/body-motion.ts'
import { createLook } from '../../src/orbit/look.ts'
import { mountToSky } from '../../src/pointing/pointing-model.ts'
import { createReceiver } from '../../src/receiver/receiver.ts'
import { SITE } from './iss.ts'

const CROOKED = {
  azimuthOffsetDeg: 4,
  elevationOffsetDeg: -1.5,
  tiltNorthDeg: 2,
  tiltEastDeg: -1,
  sagDeg: 0.7,
}
const NOON = utcFromCivil({ year: 2026, month: 6, day: 21, hour: 12, minute: 0, second: 0 })

describe('a mast that was put up wrong', () => {
  it('looks where the station reckons that such a mast looks, though each was written for itself', () => {
    const model = {
      azimuthOffset: deg(4),
      elevationOffset: deg(-1.5),
      tiltNorth: deg(2),
      tiltEast: deg(-1),
      sag: deg(0.7),
    }
    for (let azimuth = -170; azimuth < 500; azimuth += 37) {
      for (let elevation = 3; elevation < 178; elevation += 19) {
        const beam = beamOf(CROOKED, { azimuth, elevation })
        const reckoned = mountToSky(model, { azimuth: deg(azimuth), elevation: deg(elevation) })
        expect(greatCircleSeparation(beam, reckoned)).toBeLessThan(1e-9)
      }
    }
  })

  it('looks straight where nothing is wrong, and the other way past the zenith', () => {
    const beam = beamOf(WELL_ALIGNED, { azimuth: 400, elevation: 100 })
    expect(beam.azimuth).toBeCloseTo(220, 9)
    expect(beam.elevation).toBeCloseTo(80, 9)
  })

  it('is described in words, or drawn from the seed', () => {
    const random = createRandom(3)
    expect(
      unwrap(readMisalignment('azimuth=4,elevation=-1.5,tilt-north=2,tilt-east=-1,sag=0.7', random)),
    ).toEqual(CROOKED)
    const drawn = unwrap(readMisalignment('random', random))
    expect(drawn).toEqual(unwrap(readMisalignment('random', createRandom(3))))
    expect(drawn).not.toEqual(unwrap(readMisalignment('random', createRandom(4))))
    for (const wrong of ['', 'azimuth', 'azimuth=', 'azimuth=x', 'azimuth=21', 'tilt=1', 'azimuth=1=2']) {
      const refused = readMisalignment(wrong, random)
      expect(refused.ok || refused.error.message).toMatch(
        /The misalignment (?:has no part|azimuth is up to 20°)/,
      )
    }
  })
})

describe('the Sun in the sky', () => {
  it('stands where the station reckons it, within the hundredth of a degree that its formulae promise', () => {
    const look = createLook({ motion: createBodyMotion('sun'), site: SITE })
    for (let hour = 0; hour < 24 * 400; hour += 101) {
      const at = utcMs(NOON + hour * MS_PER_HOUR)
      expect(greatCircleSeparation(sunDirection(at, SITE), unwrap(look(at)))).toBeLessThan(0.015)
    }
  })

  it('lifts a yagi by what amateurs hear, and less where the beam is narrower than it', () => {
    const decibels = (centerHz: number, beamWidthDeg: number): number =>
      10 * Math.log10(1 + sunNoiseRatio({ centerHz, beamWidthDeg, systemKelvin: 300 }))
    expect(decibels(437e6, 20)).toBeGreaterThan(1.5)
    expect(decibels(437e6, 20)).toBeLessThan(4)
    expect(decibels(145e6, 40)).toBeLessThan(2)
    // All of a beam filled by a disc of some 1e5 K.
    expect(sunNoiseRatio({ centerHz: 2.7e9, beamWidthDeg: 0.01, systemKelvin: 300 })).toBeLessThan(500)
  })

  it('is heard as noise where the beam looks at it, and not behind the antenna', async () => {
    const startUtc = utcMs(NOON)
    const sun = sunDirection(startUtc, SITE)
    const levels: number[] = []
    for (const away of [0, 90]) {
      const clock = createVirtualClock({ startUtc })
      const boresight = { azimuth: deg(sun.azimuth + away), elevation: sun.elevation }
      const station = unwrap(
        createSimulatedStation({
          clock,
          random: createRandom(1),
          site: SITE,
          elementSets: [],
          transmitters: [],
          mount: { kind: 'fixed', name: 'dish', boresight },
        }),
      )
      const floors: number[] = []
      const receiver = createReceiver({
        clock,
        open: station.openReceiver,
        log: { info: () => {}, warn: () => {}, fault: () => {} },
        gain: 30,
        onLook: ({ carrier }) => floors.push(carrier.noiseFloorDbfsPerHz),
      })
      const connecting = receiver.connect()
      await clock.advance(ms(500))
      unwrap(await connecting)
      const listening = receiver.listen({
        centre: hz(437e6),
        dopplerMax: hz(0),
        searchHalfWidth: hz(10_000),
        expectedAt: () => ({ frequency: hz(437e6), sweepHzPerSec: 0 }),
      })
      await clock.advance(ms(5_000))
      unwrap(await listening)
      await receiver.close()
      levels.push(floors.slice(1).reduce((sum, floor) => sum + floor, 0) / (floors.length - 1))
    }
    const [at = Number.NaN, beside = Number.NaN] = levels
    const ratio = sunNoiseRatio({ centerHz: 437e6, beamWidthDeg: 20, systemKelvin: 300 })
    expect(at - beside).toBeCloseTo(10 * Math.log10(1 + ratio) - 10 * Math.log10(1 + ratio / 100), 1)
  })
})
