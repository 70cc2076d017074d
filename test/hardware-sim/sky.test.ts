import { describe, expect, test } from 'vitest'
import { beamGain, carrierToNoiseDensity } from '../../hardware-sim/sky/link-budget.ts'
import { createRadioSky } from '../../hardware-sim/sky/radio-sky.ts'
import { createReceptionTrack, lightTimeRateAt } from '../../hardware-sim/sky/reception-track.ts'
import { createTrueOrbit } from '../../hardware-sim/sky/true-orbit.ts'
import { greatCircleSeparation } from '../../src/kernel/angle.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { type UtcMs, utcMs } from '../../src/kernel/time.ts'
import { db, deg, hz, km, SPEED_OF_LIGHT_KM_PER_SEC, sec } from '../../src/kernel/units.ts'
import { ISS, MID_PASS, REFERENCE_LOOK, SITE } from './iss.ts'

const orbitFrom = (reference: UtcMs, along = 0, cross = 0) =>
  createTrueOrbit({ elements: ISS, site: SITE, reference, alongTrack: km(along), crossTrack: km(cross) })
const exact = orbitFrom(MID_PASS)
const offsetOf = (at: UtcMs) => sec((at - MID_PASS) / 1000)

describe('a true orbit', () => {
  test('without offsets agrees with python-sgp4 over a pass, the light being under way counted', () => {
    for (const row of REFERENCE_LOOK) {
      // What leaves at the reference's instant arrives a light time later.
      const lightTimeSec = row.rangeKm / SPEED_OF_LIGHT_KM_PER_SEC
      const arrival = sec(offsetOf(row.at) + lightTimeSec)
      const seen = exact.receivedAt(arrival)
      expect(seen).toBeDefined()
      if (seen === undefined) continue
      // Meanwhile the site has moved by up to 465 m/s times 8 ms: 4 m.
      expect(Math.abs(seen.range - row.rangeKm)).toBeLessThan(0.004)
      const reference = { azimuth: deg(row.azimuthDeg), elevation: deg(row.elevationDeg) }
      expect(greatCircleSeparation(seen.direction, reference)).toBeLessThan(0.0006)
      const rate = (lightTimeRateAt(exact, arrival) ?? Number.NaN) * SPEED_OF_LIGHT_KM_PER_SEC
      // Seen by the time of arrival, a receding source is slower by its own speed over c.
      expect(rate).toBeCloseTo(
        row.rangeRateKmPerSec / (1 + row.rangeRateKmPerSec / SPEED_OF_LIGHT_KM_PER_SEC),
        4,
      )
    }
  })

  test('is the same from whatever instant its offsets count', () => {
    const early = orbitFrom(utcMs(MID_PASS - 3_600_000))
    const a = exact.receivedAt(sec(10))
    const b = early.receivedAt(sec(3610))
    expect(b?.range).toBeCloseTo(a?.range ?? 0, 5)
    expect(b?.direction.azimuth).toBeCloseTo(a?.direction.azimuth ?? 0, 7)
  })

  test('is ahead and aside by as much as it was told', () => {
    const range = (along: number, cross: number) => orbitFrom(MID_PASS, along, cross).receivedAt(sec(0))
    const at = (along: number, cross: number) => {
      const seen = range(along, cross)
      if (seen === undefined) throw new Error('no reception')
      return [seen.east * seen.range, seen.north * seen.range, seen.up * seen.range]
    }
    const distance = (a: number[], b: number[]): number =>
      Math.hypot(...a.map((value, index) => value - (b[index] ?? 0)))
    expect(distance(at(1, 0), at(0, 0))).toBeCloseTo(1, 1)
    expect(distance(at(0, 0.3), at(0, 0))).toBeCloseTo(0.3, 4)
    expect(distance(at(3, 4), at(0, 0))).toBeCloseTo(5, 1)
  })

  test('has no answer where SGP4 has none', () => {
    const broken = createTrueOrbit({
      elements: { ...ISS, bstar: 1 },
      site: SITE,
      reference: utcMs(ISS.epochUtcMs + 400 * 86_400_000),
      alongTrack: km(1),
      crossTrack: km(0),
    })
    expect(broken.receivedAt(sec(0))).toBeUndefined()
    expect(createReceptionTrack(broken).pointAt(sec(0))).toBeUndefined()
  })
})

describe('a reception track', () => {
  test('gives 437 MHz within a millihertz of a derivative made another way', () => {
    const track = createReceptionTrack(exact)
    for (let offset = -300; offset <= 300; offset += 1.37) {
      // Second order with another step, extrapolated: not the formula of the simulator.
      const slope = (step: number): number => {
        const later = exact.receivedAt(sec(offset + step))?.lightTimeSec ?? Number.NaN
        const sooner = exact.receivedAt(sec(offset - step))?.lightTimeSec ?? Number.NaN
        return (later - sooner) / (2 * step)
      }
      const rate = (4 * slope(0.15) - slope(0.3)) / 3
      const point = track.pointAt(sec(offset))
      expect(Math.abs(437.8e6 * ((point?.dopplerFactor ?? 0) - (1 - rate)))).toBeLessThan(1e-3)
      expect(point?.rangeKm).toBeCloseTo(exact.receivedAt(sec(offset))?.range ?? 0, 4)
    }
  })
})

describe('the link budget', () => {
  const budget = { referenceDbHz: db(48), beamWidth: deg(20), sideLobes: db(-20) }

  test('loses 3 dB at half the beam width off boresight and never more than the side lobes', () => {
    expect(beamGain(budget, deg(0))).toBeCloseTo(0)
    expect(beamGain(budget, deg(10))).toBeCloseTo(-3)
    expect(beamGain(budget, deg(120))).toBe(-20)
  })

  test('loses 6 dB for twice the distance', () => {
    expect(carrierToNoiseDensity(budget, { rangeKm: 1000, offBoresight: deg(0) })).toBeCloseTo(48)
    expect(carrierToNoiseDensity(budget, { rangeKm: 2000, offBoresight: deg(0) })).toBeCloseTo(41.98, 2)
  })
})

describe('the radio sky', () => {
  const skyWith = (seed: number, more: readonly { catalogNumber: number; frequency: number }[] = []) =>
    unwrap(
      createRadioSky({
        start: MID_PASS,
        site: SITE,
        elementSets: [ISS],
        transmitters: [
          ...more.map((one) => ({
            catalogNumber: one.catalogNumber,
            frequency: hz(one.frequency),
            name: 'another',
          })),
          { catalogNumber: 25544, frequency: hz(437.8e6), name: 'beacon' },
        ],
        budget: { referenceDbHz: db(48), beamWidth: deg(20), sideLobes: db(-20) },
        spread: { alongTrackKm: 1, crossTrackKm: 0.3, transmitterOffsetHz: 200 },
        random: createRandom(seed),
      }),
    )
  const receiver = {
    boresight: { azimuth: deg(0), elevation: deg(90) },
    centerHz: 437.8e6,
    bandwidthHz: 240_000,
  }

  test('hears a satellite above the horizon and in the band only', () => {
    const sky = skyWith(1)
    expect(sky.carriersAt(sec(0), receiver)).toHaveLength(1)
    expect(sky.carriersAt(sec(0), { ...receiver, centerHz: 438.1e6 })).toEqual([])
    // Half an orbit later it is on the other side of the Earth.
    expect(sky.carriersAt(sec(2800), receiver)).toEqual([])
  })

  test('puts each seed on its own orbit and frequency, whoever else is in the sky', () => {
    const arriving = (sky: ReturnType<typeof skyWith>): number =>
      sky.carriersAt(sec(60), receiver).find((carrier) => carrier.transmitter.name === 'beacon')
        ?.arrivingHz ?? 0
    expect(arriving(skyWith(1))).toBe(arriving(skyWith(1)))
    expect(arriving(skyWith(1))).not.toBe(arriving(skyWith(2)))
    expect(arriving(skyWith(1, [{ catalogNumber: 25544, frequency: 145.8e6 }]))).toBe(arriving(skyWith(1)))
  })

  test('scatters its orbits and transmitters by the sigmas that it was given', () => {
    const offsets: number[] = []
    const ranges: number[] = []
    const nominal = exact.receivedAt(sec(200))
    for (let seed = 0; seed < 400; seed += 1) {
      const sky = skyWith(seed)
      offsets.push((sky.trueTransmitFrequency(25544, hz(437.8e6)) ?? 0) - 437.8e6)
      // Late in the pass the track leads away from the site: the range shows the along-track offset.
      ranges.push((sky.receptionOf(25544, sec(200))?.reception.range ?? 0) - (nominal?.range ?? 0))
    }
    const rms = (values: number[]): number =>
      Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length)
    expect(rms(offsets)).toBeGreaterThan(180)
    expect(rms(offsets)).toBeLessThan(220)
    expect(rms(ranges)).toBeGreaterThan(0.8)
    expect(rms(ranges)).toBeLessThan(1.1)
  })

  test('refuses a transmitter on a satellite without elements', () => {
    const result = createRadioSky({
      start: MID_PASS,
      site: SITE,
      elementSets: [ISS],
      transmitters: [{ catalogNumber: 7530, frequency: hz(145.9775e6), name: 'AO-7' }],
      budget: { referenceDbHz: db(48), beamWidth: deg(20), sideLobes: db(-20) },
      spread: { alongTrackKm: 0, crossTrackKm: 0, transmitterOffsetHz: 0 },
      random: createRandom(1),
    })
    expect(result).toMatchObject({ ok: false, error: { code: 'catalog.unknown-satellite' } })
  })
})
