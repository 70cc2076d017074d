import { describe, expect, test } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { deg, sec } from '../../src/kernel/units.ts'
import { createEphemerisMotion } from '../../src/orbit/ephemeris-motion.ts'
import { createLook } from '../../src/orbit/look.ts'
import { findPasses } from '../../src/orbit/pass-search.ts'
import { fixture, siteAt, utc } from './fixtures.ts'
import { oemFixture } from './oem-fixture.ts'

interface Reference {
  readonly ut1MinusUtcSec: number
  readonly sites: Readonly<Record<string, readonly [number, number, number]>>
  readonly maskDeg: number
  readonly looks: readonly (readonly [string, string, number, number, number, number])[]
  readonly crossings: readonly (readonly [string, 'rise' | 'set', string, number])[]
}

const reference = JSON.parse(fixture('orbit/artemis-looks.json')) as Readonly<Record<string, Reference>>

describe.each(Object.entries(reference))('%s from three sites, against ERFA', (mission, expected) => {
  const segment = oemFixture(`orbit/${mission}-cut.oem`)
  const ut1MinusUtc = sec(expected.ut1MinusUtcSec)
  const motion = unwrap(createEphemerisMotion({ segments: [segment] }, { ut1MinusUtc }))
  const sites = Object.fromEntries(
    Object.entries(expected.sites).map(([name, place]) => [name, siteAt(...place)]),
  )
  const siteOf = (name: string) => sites[name] ?? siteAt(0, 0, 0)

  test('looks within 3e-7°, range within 5 cm and its rate within 1 mm/s', () => {
    expect(expected.looks.length).toBeGreaterThan(70)
    const worst = { angle: 0, range: 0, rate: 0 }
    for (const [site, at, azimuth, elevation, range, rangeRate] of expected.looks) {
      const look = unwrap(createLook({ motion, site: siteOf(site), ut1MinusUtc })(utc(at)))
      const across = Math.abs(look.azimuth - azimuth) * Math.cos((elevation * Math.PI) / 180)
      worst.angle = Math.max(worst.angle, across, Math.abs(look.elevation - elevation))
      worst.range = Math.max(worst.range, Math.abs(look.slantRange - range))
      worst.rate = Math.max(worst.rate, Math.abs(look.rangeRate - rangeRate))
    }
    expect(worst.angle).toBeLessThan(3e-7)
    expect(worst.range).toBeLessThan(5e-5)
    expect(worst.rate).toBeLessThan(1e-6)
  })

  test.each(Object.keys(expected.sites))('every rise and set at %s within 0.1 ms', (name) => {
    const { passes, problem } = findPasses({
      motion,
      site: siteOf(name),
      ut1MinusUtc,
      fromUtcMs: segment.startUtcMs,
      toUtcMs: segment.stopUtcMs,
      minimumElevation: deg(expected.maskDeg),
    })
    expect(problem).toBeUndefined()
    const found = passes.flatMap((pass) => [
      ...(pass.openStart ? [] : [{ what: 'rise', at: pass.aosUtcMs, azimuth: pass.aosAzimuth }]),
      ...(pass.openEnd ? [] : [{ what: 'set', at: pass.losUtcMs, azimuth: pass.losAzimuth }]),
    ])
    const wanted = expected.crossings.filter(([site]) => site === name)
    expect(found.map(({ what }) => what)).toEqual(wanted.map(([, what]) => what))
    for (const [index, [, , at, azimuth]] of wanted.entries()) {
      expect(Math.abs((found[index]?.at ?? 0) - utc(at))).toBeLessThan(0.1)
      expect(Math.abs((found[index]?.azimuth ?? 0) - azimuth)).toBeLessThan(5e-6)
    }
  })
})
