import { expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { MS_PER_DAY, utcMs } from '../../src/kernel/time.ts'
import { hz, sec } from '../../src/kernel/units.ts'
import { createLook } from '../../src/orbit/look.ts'
import type { AlongTrackModel } from '../../src/orbit/uncertainty/along-track-model.ts'
import { DEFAULT_ALONG_TRACK_MODEL } from '../../src/orbit/uncertainty/default-along-track-model.ts'
import { createSiteRefraction } from '../../src/station/site-refraction.ts'
import { createTarget } from '../../src/station/target.ts'
import { ISS, propagatorOf, siteAt, utc } from '../orbit/fixtures.ts'

const SITE = siteAt(51.5, -0.1275, 50)
// Before a pass that goes through the zenith rises above 10° (the README's example of `azel passes`).
const LOW = utc('2026-08-23T05:20:30Z')
const bulletin = (ut1MinusUtc: number) => ({
  sourceName: 'finals.daily',
  rows: [
    { utcMs: utcMs(LOW - MS_PER_DAY), ut1MinusUtc: sec(ut1MinusUtc) },
    { utcMs: utcMs(LOW + MS_PER_DAY), ut1MinusUtc: sec(ut1MinusUtc) },
  ],
})
const targetWith = (change: Partial<Parameters<typeof createTarget>[0]> = {}) =>
  unwrap(
    createTarget({
      request: { id: 'iss', catalogNumber: ISS.catalogNumber, priority: 1, frequency: hz(145_800_000) },
      elementsOf: () => ISS,
      transmittersOf: () => [],
      site: SITE,
      refraction: undefined,
      ut1MinusUtc: sec(0),
      alongTrackModel: DEFAULT_ALONG_TRACK_MODEL,
      ...change,
    }),
  )

it('points by geometry where no refraction is asked for, and says so', () => {
  const target = targetWith()
  const look = unwrap(createLook({ motion: propagatorOf(ISS), site: SITE })(LOW))
  expect(target.lookAt(LOW)).toEqual({ azimuth: look.azimuth, elevation: look.elevation })
  expect(target.geometricLookAt(LOW)).toEqual(target.lookAt(LOW))
  expect(target.predictedBy).toMatchObject({ refraction: 'none', ut1: 'UT1 = UTC' })
})

it('points to where the air shows an object, and keeps the geometric direction beside it', () => {
  const refraction = unwrap(createSiteRefraction({ model: 'radio', pressureHpa: 1010 }, SITE))
  const target = targetWith({ refraction })
  const geometric = target.geometricLookAt(LOW)
  const apparent = target.lookAt(LOW)
  expect(geometric).toEqual(targetWith().lookAt(LOW))
  expect(apparent?.azimuth).toBe(geometric?.azimuth)
  expect(geometric?.elevation).toBeLessThan(10)
  expect((apparent?.elevation ?? 0) - (geometric?.elevation ?? 0)).toBeGreaterThan(0.05)
  expect((apparent?.elevation ?? 0) - (geometric?.elevation ?? 0)).toBeLessThan(0.5)
  expect(target.predictedBy.refraction).toMatch(/^ITU-R P\.834, 1010 hPa/)
})

it('takes the standard atmosphere at the height of the site for what is not given', () => {
  const label = (height: number, model: 'radio' | 'bennett') =>
    unwrap(createSiteRefraction({ model }, siteAt(0, 0, height))).label
  // ICAO Doc 7488: 1013.25 hPa and 15 °C at the sea, 898.7 hPa and 8.5 °C at 1000 m.
  expect(label(0, 'bennett')).toBe('Bennett, 1013.3 hPa, 15 °C')
  expect(label(1_000, 'bennett')).toBe('Bennett, 898.7 hPa, 8.5 °C')
  expect(label(1_000, 'radio')).toBe('ITU-R P.834, 898.7 hPa, 8.5 °C, 60 %')
})

it('turns with the Earth as the bulletin says: half a second of UT1 is as if the site were half a second on', () => {
  const turned = targetWith({ ut1MinusUtc: bulletin(0.5) })
  expect(turned.predictedBy.ut1).toBe('UT1 by finals.daily')
  const exact = unwrap(createLook({ motion: propagatorOf(ISS), site: SITE, ut1MinusUtc: sec(0.5) })(LOW))
  expect(turned.lookAt(LOW)?.azimuth).toBeCloseTo(exact.azimuth, 9)
  expect(turned.lookAt(LOW)?.azimuth).not.toBeCloseTo(targetWith().lookAt(LOW)?.azimuth ?? 0, 3)
  expect(unwrap(turned.doppler(LOW)).frequency).not.toBeCloseTo(
    unwrap(targetWith().doppler(LOW)).frequency,
    2,
  )
})

it('is as sure as the model of the station says', () => {
  const learned: AlongTrackModel = {
    ...DEFAULT_ALONG_TRACK_MODEL,
    learnedFrom: 'our own history',
    strata: DEFAULT_ALONG_TRACK_MODEL.strata.map((stratum) => ({
      ...stratum,
      nodes: stratum.nodes.map((node) => ({
        ...node,
        coefficients: node.coefficients.map((each) => each * 100),
      })),
    })),
  }
  const at = utcMs(ISS.epochUtcMs + 3 * MS_PER_DAY)
  const target = targetWith({ alongTrackModel: learned })
  expect(target.predictedBy.uncertainty).toBe('our own history')
  expect(target.qualityAt(at).consistencySigma).toBeGreaterThan(
    5 * targetWith().qualityAt(at).consistencySigma,
  )
})
