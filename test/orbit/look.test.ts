import { describe, expect, test } from 'vitest'
import { shortestTurn } from '../../src/kernel/angle.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg, sec } from '../../src/kernel/units.ts'
import { earthRotationAt, fixedPointToTeme, temeToItrs } from '../../src/orbit/frames.ts'
import { createLook, createTopocentricFrame, lookFromItrs } from '../../src/orbit/look.ts'
import { fixture, ISS, propagatorOf, siteAt, utc } from './fixtures.ts'

const mid51 = siteAt(51.5, -0.1275, 50)
const look = createLook({ motion: propagatorOf(ISS), site: mid51 })

const rows = fixture('orbit/look-1hz-25544-mid51.csv')
  .trim()
  .split('\n')
  .slice(1)
  .map((row) => row.split(','))
  .map(([at = '', ...numbers]) => ({ at: utc(at), numbers: numbers.map(Number) }))

describe('look angles of a pass of the ISS, against python-sgp4', () => {
  test('azimuth and elevation within 1e-5°, range within 1 cm, range rate within 1 mm/s, at 1 Hz', () => {
    expect(rows.length).toBe(651)
    for (const { at, numbers } of rows) {
      const [azimuth = 0, elevation = 0, range = 0, rangeRate = 0] = numbers
      const angles = unwrap(look(at))
      expect(Math.abs(angles.azimuth - azimuth)).toBeLessThan(1e-5)
      expect(Math.abs(angles.elevation - elevation)).toBeLessThan(1e-5)
      expect(Math.abs(angles.slantRange - range)).toBeLessThan(1e-5)
      expect(Math.abs(angles.rangeRate - rangeRate)).toBeLessThan(1e-6)
    }
  })

  test('the rates are the derivatives of the angles; over ±50 ms the angles move as in the reference', () => {
    for (const { at, numbers } of rows) {
      const [, , , , azimuthRate = 0, elevationRate = 0] = numbers
      const moved = (half: number) => {
        const before = unwrap(look(utcMs(at - half)))
        const after = unwrap(look(utcMs(at + half)))
        const seconds = (2 * half) / 1000
        return {
          azimuth: shortestTurn({ from: before.azimuth, to: after.azimuth }) / seconds,
          elevation: (after.elevation - before.elevation) / seconds,
        }
      }
      expect(Math.abs(moved(50).azimuth - azimuthRate)).toBeLessThan(2e-6)
      expect(Math.abs(moved(50).elevation - elevationRate)).toBeLessThan(2e-6)
      const angles = unwrap(look(at))
      // Richardson's extrapolation of two differences: exact to the fourth order.
      const wide = moved(20)
      const narrow = moved(10)
      expect(Math.abs(angles.azimuthRate - (4 * narrow.azimuth - wide.azimuth) / 3)).toBeLessThan(2e-6)
      expect(Math.abs(angles.elevationRate - (4 * narrow.elevation - wide.elevation) / 3)).toBeLessThan(2e-6)
    }
  })
})

describe('frames', () => {
  test('GMST82 of 1992-08-20T12:14 UT1 is 152.578787810° [Vallado 2013, example 3-5]', () => {
    const { angle } = earthRotationAt(utc('1992-08-20T12:14:00Z'))
    // The book's Julian date is one double, good to 40 µs: 1.7e-7° of turning.
    expect(Math.abs((angle * 180) / Math.PI - 152.57878781)).toBeLessThan(1.7e-7)
  })

  test('GMST82 keeps its digits before 2000 and its rate is its derivative', () => {
    for (const day of ['1980-08-19T07:06:40Z', '2026-08-23T23:59:59.9Z']) {
      const at = utc(day)
      const { angle, rateRadPerSec } = earthRotationAt(at)
      const later = earthRotationAt(utcMs(at + 1000)).angle
      const turned = (later - angle + 2 * Math.PI) % (2 * Math.PI)
      expect(angle).toBeGreaterThanOrEqual(0)
      expect(Math.abs(turned - rateRadPerSec)).toBeLessThan(1e-12)
    }
  })

  test('UT1 − UTC turns the Earth, and nothing else does', () => {
    const at = utc('2026-08-23T05:24:30Z')
    const turned = earthRotationAt(at, sec(0.5)).angle - earthRotationAt(at).angle
    expect(turned).toBeCloseTo(0.5 * 7.292115855e-5, 12)
    const withUt1 = createLook({ motion: propagatorOf(ISS), site: mid51, ut1MinusUtc: sec(0.5) })
    expect(Math.abs(unwrap(withUt1(at)).azimuth - unwrap(look(at)).azimuth)).toBeGreaterThan(1e-3)
  })

  test('a point of the ground stands still on the ground', () => {
    const rotation = earthRotationAt(utc('2026-08-23T05:24:30Z'))
    const { position } = createTopocentricFrame(mid51)
    const back = temeToItrs(fixedPointToTeme(position, rotation), rotation)
    expect(Math.hypot(back.velocity.x, back.velocity.y, back.velocity.z)).toBeLessThan(1e-15)
    expect(back.position.x).toBeCloseTo(position.x, 9)
    expect(back.position.y).toBeCloseTo(position.y, 9)
  })

  test('straight up is the zenith, with rates that are numbers', () => {
    const frame = createTopocentricFrame(siteAt(0, 0, 0))
    const position = { x: frame.position.x + 400, y: 0, z: 0 }
    const angles = lookFromItrs(frame, { position, velocity: { x: 1, y: 2, z: 0 } })
    expect(angles.elevation).toBe(deg(90))
    expect(angles.slantRange).toBe(400)
    expect(angles.rangeRate).toBe(1)
    expect(Object.values(angles).every(Number.isFinite)).toBe(true)
  })

  test('a site of known coordinates is where it should be [WGS 84: 45° N, 90° E, 1000 m]', () => {
    const { position } = createTopocentricFrame(siteAt(45, 90, 1000))
    expect(position.x).toBeCloseTo(0, 9)
    // N = a/√(1 − e²/2) = 6388.838290122 km; y = (N + 1)·√½, z = (N·(1 − e²) + 1)·√½.
    expect(position.y).toBeCloseTo(4518.297985631, 6)
    expect(position.z).toBeCloseTo(4488.055515647, 6)
  })
})
