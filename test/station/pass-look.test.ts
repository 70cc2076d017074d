import { expect, it } from 'vitest'
import { greatCircleSeparation } from '../../src/kernel/angle.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { MS_PER_HOUR, utcMs } from '../../src/kernel/time.ts'
import { deg, sec } from '../../src/kernel/units.ts'
import { flatHorizon } from '../../src/orbit/horizon-mask.ts'
import { createLook } from '../../src/orbit/look.ts'
import { findPasses } from '../../src/orbit/pass-search.ts'
import { passLook } from '../../src/station/pass-look.ts'
import { createSiteRefraction } from '../../src/station/site-refraction.ts'
import { ISS, propagatorOf, siteAt, utc } from '../orbit/fixtures.ts'

const FROM = utc('2026-08-23T00:00:00Z')
const site = siteAt(51.5, -0.1275, 50)
const { passes } = findPasses({
  site,
  mask: flatHorizon(deg(5)),
  fromUtcMs: FROM,
  toUtcMs: utcMs(FROM + 24 * MS_PER_HOUR),
  motion: propagatorOf(ISS),
})
const seen = { elements: ISS, site, ut1MinusUtc: sec(0) }

it('looks during a pass where SGP4 does, to a thousandth of a degree, to its very ends', () => {
  const look = createLook({ motion: propagatorOf(ISS), site })
  expect(passes.length).toBeGreaterThan(3)
  for (const pass of passes) {
    const lookAt = passLook({ ...seen, pass, refraction: undefined })
    let worst = 0
    for (let share = 0; share <= 1; share += 1 / 97) {
      const at = utcMs(pass.aosUtcMs + share * (pass.losUtcMs - pass.aosUtcMs))
      const direction = lookAt(at)
      worst =
        direction === undefined ? 180 : Math.max(worst, greatCircleSeparation(direction, unwrap(look(at))))
    }
    expect(worst).toBeLessThan(1e-3)
    expect(lookAt(pass.losUtcMs)).toBeDefined()
    expect(lookAt(utcMs(pass.losUtcMs + 60_000))).toBeUndefined()
  }
})

it('lifts what it sees by the air, and sees nothing that cannot be predicted', () => {
  const [pass] = passes
  if (pass === undefined) throw new Error('the ISS does not pass')
  const refraction = unwrap(createSiteRefraction({ model: 'radio' }, site))
  const [lifted, straight] = [refraction, undefined].map((air) =>
    passLook({ ...seen, pass, refraction: air })(pass.aosUtcMs),
  )
  expect((lifted?.elevation ?? 0) - (straight?.elevation ?? 0)).toBeGreaterThan(0.1)
  const gone = { ...ISS, eccentricity: 0.9 }
  expect(passLook({ ...seen, elements: gone, pass, refraction: undefined })(pass.tcaUtcMs)).toBeUndefined()
})
