import { describe, expect, it } from 'vitest'
import { deg, degPerSec } from '../../src/kernel/units.ts'
import { checkMount, skyDirection, turnsOf } from '../../src/pointing/mount.ts'
import { g5500 } from './passes.ts'

describe('the mount', () => {
  it('is accepted as it is sold', () => {
    expect(checkMount(g5500).ok).toBe(true)
    const boresight = { azimuth: deg(10), elevation: deg(45) }
    expect(checkMount({ kind: 'fixed', boresight, beamWidth: deg(40) }).ok).toBe(true)
  })

  it('is refused where it contradicts itself', () => {
    const axis = g5500.azimuth
    for (const wrong of [
      { ...g5500, azimuth: { ...axis, minimum: deg(450), maximum: deg(0) } },
      { ...g5500, azimuth: { ...axis, maximum: deg(Number.NaN) } },
      { ...g5500, azimuth: { ...axis, maximum: deg(1e9) } },
      { ...g5500, azimuth: { ...axis, slewRate: degPerSec(0) } },
      { ...g5500, elevation: { ...g5500.elevation, slewRate: degPerSec(Number.NaN) } },
      { ...g5500, resolution: deg(0) },
      { ...g5500, beamWidth: deg(-1) },
      { ...g5500, park: { azimuth: deg(500), elevation: deg(0) } },
    ]) {
      expect(checkMount(wrong)).toMatchObject({ ok: false, error: { code: 'config.invalid' } })
    }
  })

  it('knows every turn of the cable that shows in a direction', () => {
    expect(turnsOf(g5500.azimuth, deg(45))).toEqual([45, 405])
    expect(turnsOf(g5500.azimuth, deg(180))).toEqual([180])
    expect(turnsOf({ ...g5500.azimuth, minimum: deg(-180) }, deg(200))).toEqual([-160, 200])
    expect(turnsOf({ ...g5500.azimuth, minimum: deg(90), maximum: deg(270) }, deg(0))).toEqual([])
  })

  it('knows where on the sky an antenna looks that leans over backwards', () => {
    expect(skyDirection({ azimuth: deg(400), elevation: deg(120) })).toEqual({
      azimuth: deg(220),
      elevation: deg(60),
    })
  })
})
