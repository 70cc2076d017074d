import { describe, expect, test } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg, metres } from '../../src/kernel/units.ts'
import { createHorizonMask, flatHorizon, maskElevation } from '../../src/orbit/horizon-mask.ts'
import { createLook } from '../../src/orbit/look.ts'
import { findPasses } from '../../src/orbit/pass-search.ts'
import { createRadioRefraction, radioRefractivity } from '../../src/orbit/radio-refraction.ts'
import { geometricMask } from '../../src/orbit/refracted-mask.ts'
import { createBennettRefraction, type Refraction } from '../../src/orbit/refraction.ts'
import { ISS, propagatorOf, siteAt, utc } from './fixtures.ts'

const bennett = unwrap(createBennettRefraction({ pressureHpa: 1010, temperatureCelsius: 10 }))

/** An atmosphere of 315 N units at the sea, as ITU-R P.834 takes it, at a height. Dry air makes the number simple. */
const reference = (heightKm: number): Refraction => {
  const refractivity = 315 * Math.exp(-0.1361 * heightKm)
  return unwrap(
    createRadioRefraction({
      pressureHpa: (refractivity * 288.15) / 77.6,
      temperatureCelsius: 15,
      relativeHumidityPercent: 0,
      height: metres(heightKm * 1000),
    }),
  )
}

const bendingDeg = ({ geometricElevation }: Refraction, apparent: number): number =>
  apparent - geometricElevation(deg(apparent))

const models: readonly (readonly [string, Refraction])[] = [
  ['Bennett', bennett],
  ['Bennett in the cold', unwrap(createBennettRefraction({ pressureHpa: 1050, temperatureCelsius: -40 }))],
  ['P.834', reference(0)],
  [
    'P.834 in the tropics',
    unwrap(
      createRadioRefraction({
        pressureHpa: 1000,
        temperatureCelsius: 38,
        relativeHumidityPercent: 95,
        height: metres(0),
      }),
    ),
  ],
]

describe('refraction by Bennett', () => {
  test("lifts the Sun's lower limb at 30′ by 28.754′ [Meeus 1998, example 16.a]", () => {
    expect(bendingDeg(bennett, 0.5) * 60).toBeCloseTo(28.754, 3)
  })

  test('shows its upper limb, 32′ higher, at 57.864′ within the 0.1′ that the two formulas of the book differ', () => {
    expect(Math.abs(bennett.apparentElevation(deg(33.246 / 60)) * 60 - 57.864)).toBeLessThan(0.1)
  })

  test('is within 0.07′ of the 58.3″ that the tables have at 45°, and in proportion to the density', () => {
    expect(Math.abs(bendingDeg(bennett, 45) * 3600 - 58.3)).toBeLessThan(4.2)
    const half = unwrap(createBennettRefraction({ pressureHpa: 505, temperatureCelsius: 10 }))
    expect(bendingDeg(half, 45) / bendingDeg(bennett, 45)).toBeCloseTo(0.5, 12)
  })
})

describe('refraction by ITU-R P.834', () => {
  test.each([0, 1, 3])('is within 0.012° of its formula 9, up to 10°, at %i km', (heightKm) => {
    const refraction = reference(heightKm)
    for (const apparent of [0, 0.1, 0.5, 0.99, 1.01, 2, 3, 5, 7, 10]) {
      // [P.834-9, eq. 9]: a numerical fit to the integral, for heights to 3 km and elevations to 10°.
      const formula =
        1 /
        (1.314 +
          0.6437 * apparent +
          0.02869 * apparent ** 2 +
          heightKm * (0.2305 + 0.09428 * apparent + 0.01096 * apparent ** 2) +
          0.008583 * heightKm ** 2)
      expect(Math.abs(bendingDeg(refraction, apparent) - formula)).toBeLessThan(0.012)
    }
  })

  test('and below the horizontal, from a hill of 3 km down to its own horizon', () => {
    for (const apparent of [-1, -0.75, -0.5, -0.25]) {
      const formula =
        1 /
        (1.314 +
          0.6437 * apparent +
          0.02869 * apparent ** 2 +
          3 * (0.2305 + 0.09428 * apparent + 0.01096 * apparent ** 2) +
          0.008583 * 9)
      expect(Math.abs(bendingDeg(reference(3), apparent) - formula)).toBeLessThan(0.012)
    }
  })

  test.each([0, 1, 3])(
    'and of its formula 11, which starts from the free-space elevation, at %i km',
    (heightKm) => {
      const refraction = reference(heightKm)
      for (const geometric of [0, 0.5, 1, 3, 5, 10]) {
        const formula =
          1 /
          (1.728 +
            0.5411 * geometric +
            0.03723 * geometric ** 2 +
            heightKm * (0.1815 + 0.06272 * geometric + 0.0138 * geometric ** 2) +
            heightKm ** 2 * (0.01727 + 0.008288 * geometric))
        const lift = refraction.apparentElevation(deg(geometric)) - geometric
        expect(Math.abs(lift - formula)).toBeLessThan(0.012)
      }
    },
  )

  test('high up is (n - 1)·cot, whatever the layers', () => {
    for (const apparent of [40, 60, 80]) {
      const plane = (315e-6 / Math.tan((apparent * Math.PI) / 180)) * (180 / Math.PI)
      expect(bendingDeg(reference(0), apparent) / plane).toBeCloseTo(1, 2)
    }
  })

  test('takes the refractivity of damp air from P.453: the vapour of 20 °C and its share', () => {
    const weather = { pressureHpa: 1013.25, temperatureCelsius: 20 }
    const dry = radioRefractivity({ ...weather, relativeHumidityPercent: 0 })
    const damp = radioRefractivity({ ...weather, relativeHumidityPercent: 100 })
    expect(dry).toBeCloseTo((77.6 * 1013.25) / 293.15, 6)
    // 23.37 hPa of saturation (tables), 23.47 with the 0.4 % that moist air holds more.
    const vapourHpa = (damp - dry) / (3.75e5 / 293.15 ** 2 - 5.6 / 293.15)
    expect(Math.abs(vapourHpa - 23.47)).toBeLessThan(0.03)
  })
})

test.each(models)(
  '%s: there and back is exact, and higher is seen higher, from nadir to zenith',
  (_name, refraction) => {
    let last = Number.NEGATIVE_INFINITY
    for (let apparent = -90; apparent <= 90; apparent += Math.abs(apparent) < 3 ? 0.01 : 0.25) {
      const geometric = refraction.geometricElevation(deg(apparent))
      expect(geometric).toBeGreaterThan(last)
      expect(geometric).toBeLessThanOrEqual(apparent)
      expect(Math.abs(refraction.apparentElevation(geometric) - apparent)).toBeLessThan(1e-8)
      last = geometric
    }
    expect(refraction.geometricElevation(deg(90))).toBe(90)
  },
)

test.each([
  [{ pressureHpa: 101_325, temperatureCelsius: 10 }, 'The pressure 101325 hPa is not within 100 to 1200'],
  [{ pressureHpa: 1010, temperatureCelsius: 283 }, 'The temperature 283 °C is not within -100 to 70'],
  [{ pressureHpa: Number.NaN, temperatureCelsius: 10 }, 'The pressure NaN hPa is not within 100 to 1200'],
])('weather in other units is refused: %o', (weather, message) => {
  const refused = { ok: false, error: { code: 'config.invalid', message } }
  expect(createBennettRefraction(weather)).toMatchObject(refused)
  expect(createRadioRefraction({ ...weather, relativeHumidityPercent: 0, height: metres(0) })).toMatchObject(
    refused,
  )
})

test('a humidity beyond 100 % is refused', () => {
  const weather = {
    pressureHpa: 1010,
    temperatureCelsius: 10,
    relativeHumidityPercent: 101,
    height: metres(0),
  }
  expect(createRadioRefraction(weather)).toMatchObject({ ok: false, error: { code: 'config.invalid' } })
})

describe('a mask for geometric elevations', () => {
  test('is lowered at each point, and follows the bent edge within 1e-4° between', () => {
    const mask = unwrap(
      createHorizonMask({
        minimumElevation: deg(0),
        points: [
          { azimuth: deg(350), elevation: deg(0) },
          { azimuth: deg(10), elevation: deg(30) },
          { azimuth: deg(10.001), elevation: deg(0.5) },
          { azimuth: deg(180), elevation: deg(2) },
        ],
      }),
    )
    const lowered = geometricMask(mask, bennett)
    for (let azimuth = 0; azimuth < 360; azimuth += 0.037) {
      const wanted = bennett.geometricElevation(maskElevation(mask, deg(azimuth)))
      expect(Math.abs(maskElevation(lowered, deg(azimuth)) - wanted)).toBeLessThan(1e-4)
    }
    expect(lowered.points.length).toBeLessThan(500)
  })

  test('a flat one stays flat', () => {
    const lowered = geometricMask(flatHorizon(deg(5)), bennett)
    expect(lowered).toEqual({ minimumElevation: bennett.geometricElevation(deg(5)), points: [] })
  })
})

describe('passes and looks with refraction', () => {
  const site = siteAt(51.5, -0.1275, 50)
  const motion = propagatorOf(ISS)
  const window = {
    motion,
    site,
    fromUtcMs: utc('2026-08-23T00:00:00Z'),
    toUtcMs: utc('2026-08-24T00:00:00Z'),
  }
  const radio = reference(0)

  test.each([0, 5])('the object rises earlier, when it is seen to cross %i°', (minimum) => {
    const plain = findPasses({ ...window, minimumElevation: deg(minimum) }).passes
    const lifted = findPasses({ ...window, minimumElevation: deg(minimum), refraction: radio }).passes
    expect(lifted.length).toBeGreaterThanOrEqual(plain.length)
    const look = createLook({ motion, site, refraction: radio })
    for (const pass of lifted) {
      expect(unwrap(look(pass.aosUtcMs)).elevation).toBeCloseTo(minimum, 6)
      expect(unwrap(look(pass.losUtcMs)).elevation).toBeCloseTo(minimum, 6)
      expect(unwrap(look(pass.tcaUtcMs)).elevation).toBeCloseTo(pass.maximumElevation, 9)
      const same = plain.find(({ tcaUtcMs }) => Math.abs(tcaUtcMs - pass.tcaUtcMs) < 10)
      if (same !== undefined) expect(pass.aosUtcMs).toBeLessThan(same.aosUtcMs)
    }
  })

  test('the elevation rate is that of the apparent elevation', () => {
    const look = createLook({ motion, site, refraction: radio })
    for (let second = 0; second < 640; second += 40) {
      const at = utc('2026-08-23T05:19:10Z') + second * 1000
      const moved = (halfMs: number): number =>
        (unwrap(look(utcMs(at + halfMs))).elevation - unwrap(look(utcMs(at - halfMs))).elevation) /
        (halfMs / 500)
      const slope = (4 * moved(60) - moved(120)) / 3
      expect(Math.abs(unwrap(look(utcMs(at))).elevationRate - slope)).toBeLessThan(2e-6)
    }
  })
})
