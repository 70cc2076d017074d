import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AzEl } from '../../src/kernel/angle.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { type Deg, deg } from '../../src/kernel/units.ts'
import { checkMotion, type Envelope, isAuthorised } from '../../src/pointing/motion-gate.ts'
import { skyDirection } from '../../src/pointing/mount.ts'
import { mountToSky } from '../../src/pointing/pointing-model.ts'
import { routeMotion } from '../../src/pointing/route.ts'
import { g5500 } from './passes.ts'

const at = (azimuth: number, elevation: number): AzEl => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})
const open: Envelope = { mount: g5500 }
/** A house in the east, 40° high; elsewhere 5°. */
const house = (azimuth: Deg): Deg => deg(azimuth > 60 && azimuth < 120 ? 40 : 5)
const masked: Envelope = {
  mount: { ...g5500, park: at(180, 0) },
  minimumElevationAt: house,
}

const codeOf = (envelope: Envelope, from: AzEl, to: AzEl): string => {
  const outcome = checkMotion(envelope, { from, to })
  return outcome.ok ? 'passed' : outcome.error.code
}

describe('the motion gate', () => {
  it('passes a motion inside the limits and marks it as passed', () => {
    const motion = unwrap(checkMotion(open, { from: at(0, 0), to: at(450, 180) }))
    expect(motion).toMatchObject({ from: at(0, 0), to: at(450, 180) })
    expect(isAuthorised(motion)).toBe(true)
  })

  it('cannot be imitated', () => {
    const motion = unwrap(checkMotion(open, { from: at(0, 0), to: at(10, 10) }))
    expect(isAuthorised({ ...motion })).toBe(false)
    expect(isAuthorised(Object.create(Object.getPrototypeOf(motion)))).toBe(false)
    expect(isAuthorised(undefined)).toBe(false)
  })

  it('is not deceived by a place that is changed after it has passed', () => {
    const to = { azimuth: deg(10), elevation: deg(10) }
    const motion = unwrap(checkMotion(open, { from: at(0, 0), to }))
    to.azimuth = deg(9_999)
    expect(motion.to.azimuth).toBe(10)
  })

  for (const bad of [Number.NaN, 1e9, -1e9, Number.POSITIVE_INFINITY, -0.01, 450.01]) {
    it(`refuses azimuth ${bad} with one sentence`, () => {
      const outcome = checkMotion(open, { from: at(0, 0), to: at(bad, 10) })
      expect(outcome).toMatchObject({ ok: false, error: { code: 'motion.outside-envelope' } })
      expect(!outcome.ok && outcome.error.message).toMatch(/^azimuth/)
    })
  }

  it('refuses elevations outside the limits, and any motion from an unknown place', () => {
    expect(codeOf(open, at(0, 0), at(0, -1))).toBe('motion.outside-envelope')
    expect(codeOf(open, at(0, 0), at(0, Number.NaN))).toBe('motion.outside-envelope')
    expect(codeOf(open, at(Number.NaN, 0), at(0, 10))).toBe('motion.outside-envelope')
  })

  it('refuses a target behind the skyline, leaning over backwards too', () => {
    expect(codeOf(masked, at(90, 60), at(90, 30))).toBe('motion.masked')
    expect(codeOf(masked, at(90, 60), at(90, 41))).toBe('passed')
    // Azimuth 270° and elevation 150° look at azimuth 90°, elevation 30°.
    expect(codeOf(masked, at(270, 60), at(270, 150))).toBe('motion.masked')
    // The same direction a turn further.
    expect(codeOf(masked, at(430, 60), at(430, 30))).toBe('motion.masked')
  })

  it('refuses a way that leads through the skyline though both its ends are free', () => {
    expect(codeOf(masked, at(30, 10), at(150, 10))).toBe('motion.masked')
    expect(codeOf(masked, at(30, 45), at(150, 45))).toBe('passed')
    // Round the other way the cable does not lead, but 390° does.
    expect(codeOf(masked, at(390, 10), at(150, 10))).toBe('passed')
  })

  it('lets the antenna park below the skyline, straight down, and come up again', () => {
    const high: Envelope = { ...masked, minimumElevationAt: () => deg(20) }
    expect(codeOf(high, at(180, 40), at(180, 0))).toBe('passed')
    expect(codeOf(high, at(180, 0), at(180, 40))).toBe('passed')
    expect(codeOf(high, at(200, 40), at(200, 0))).toBe('motion.masked')
    expect(codeOf(high, at(180, 0), at(240, 30))).toBe('motion.masked')
  })

  it('lets an antenna that was turned by hand come out, but not go deeper or across', () => {
    expect(codeOf(masked, at(90, 20), at(90, 45))).toBe('passed')
    expect(codeOf(masked, at(90, 20), at(90, 10))).toBe('motion.masked')
    expect(codeOf(masked, at(455, 50), at(440, 60))).toBe('passed')
    expect(codeOf(open, at(455, -3), at(440, 60))).toBe('passed')
  })

  it('finds the way up, across and down', () => {
    const route = unwrap(routeMotion(masked, { from: at(30, 10), to: at(150, 10) }))
    expect(route).toHaveLength(3)
    expect(route[0]).toMatchObject({ azimuth: 30 })
    expect(route[0]?.elevation).toBeGreaterThan(40)
    expect(route.at(-1)).toEqual(at(150, 10))
    expect(unwrap(routeMotion(open, { from: at(30, 10), to: at(150, 10) }))).toEqual([at(150, 10)])
    expect(routeMotion(masked, { from: at(30, 10), to: at(90, 10) }).ok).toBe(false)
    expect(routeMotion(masked, { from: at(30, 10), to: at(1e9, 10) }).ok).toBe(false)
  })

  it('never lets a free antenna through the skyline, whatever is asked', () => {
    const azimuths = fc.double({ min: 0, max: 450, noNaN: true })
    const elevations = fc.double({ min: 5, max: 175, noNaN: true })
    const places = fc.tuple(azimuths, elevations).map(([azimuth, elevation]) => at(azimuth, elevation))
    const depth = (place: AzEl): number => {
      const sky = skyDirection(place)
      return house(sky.azimuth) - sky.elevation
    }
    fc.assert(
      fc.property(places, places, fc.double({ min: 0, max: 1, noNaN: true }), (from, to, share) => {
        fc.pre(depth(from) <= 0)
        const outcome = checkMotion(masked, { from, to })
        if (!outcome.ok) return true
        // Both axes at their rates, each until it is there.
        const turn = to.azimuth - from.azimuth
        const tilt = to.elevation - from.elevation
        const time = share * Math.max(Math.abs(turn) / 6, Math.abs(tilt) / 2.7)
        const azimuth = from.azimuth + Math.sign(turn) * Math.min(Math.abs(turn), 6 * time)
        const elevation = from.elevation + Math.sign(tilt) * Math.min(Math.abs(tilt), 2.7 * time)
        const place = at(azimuth, elevation)
        return Math.abs(azimuth - 180) <= 2 || depth(place) <= 1.5
      }),
      { numRuns: 2_000, seed: 3 },
    )
  })

  it('keeps the beam above the skyline, and not the figures of axes that show something else', () => {
    const pointing = {
      azimuthOffset: deg(12),
      elevationOffset: deg(-4),
      tiltNorth: deg(2),
      tiltEast: deg(1),
      sag: deg(1),
    }
    const crooked: Envelope = { ...masked, mount: { ...masked.mount, pointing } }
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 450, noNaN: true }),
        fc.double({ min: 0, max: 180, noNaN: true }),
        (azimuth, elevation) => {
          const place = at(azimuth, elevation)
          const beam = skyDirection(mountToSky(pointing, place))
          const isAllowed = checkMotion(crooked, { from: place, to: place }).ok
          const above = beam.elevation - house(beam.azimuth)
          // Resting behind the skyline, and half a step on it, are allowed.
          fc.pre(Math.abs(azimuth - 180) > 3 && Math.abs(above + 0.5) > 1e-6)
          expect(isAllowed).toBe(above > -0.5)
        },
      ),
      { numRuns: 2_000, seed: 5 },
    )
  })
})

describe('the gate around keep-out sectors', () => {
  const tower = {
    name: 'church tower',
    azimuthFrom: deg(100),
    azimuthTo: deg(120),
    elevationFrom: deg(-90),
    elevationTo: deg(40),
  }
  const guarded: Envelope = { mount: g5500, keepOut: [tower] }
  const where = (azimuth: number, elevation: number) => ({ azimuth: deg(azimuth), elevation: deg(elevation) })

  it('refuses a target inside one, by its name', () => {
    const refused = checkMotion(guarded, { from: where(50, 20), to: where(110, 20) })
    expect(refused).toMatchObject({ ok: false, error: { code: 'motion.kept-out' } })
    expect(!refused.ok && refused.error.message).toContain('church tower')
  })

  it('refuses the way through one, though both ends are free', () => {
    expect(checkMotion(guarded, { from: where(50, 20), to: where(200, 20) })).toMatchObject({
      ok: false,
      error: { code: 'motion.kept-out' },
    })
    expect(checkMotion(guarded, { from: where(50, 60), to: where(200, 60) }).ok).toBe(true)
  })

  it('finds it on every turn of the cable and behind the zenith', () => {
    for (const [azimuth, elevation] of [
      [290, 160],
      [110, 20],
    ] as const) {
      expect(checkMotion(guarded, { from: where(200, 90), to: where(azimuth, elevation) }).ok).toBe(false)
    }
  })

  it('lets out what is inside, and no deeper', () => {
    expect(checkMotion(guarded, { from: where(104, 20), to: where(95, 20) }).ok).toBe(true)
    expect(checkMotion(guarded, { from: where(104, 20), to: where(130, 20) }).ok).toBe(false)
  })

  it('is gone round over the top', () => {
    const legs = unwrap(routeMotion(guarded, { from: where(50, 20), to: where(200, 20) }))
    let from = where(50, 20)
    for (const to of legs) {
      unwrap(checkMotion(guarded, { from, to }))
      from = to
    }
    expect(from).toEqual(where(200, 20))
    expect(Math.max(...legs.map(({ elevation }) => elevation))).toBeGreaterThan(40)
  })

  it('is gone round below where it hangs', () => {
    const hanging: Envelope = {
      mount: g5500,
      keepOut: [
        { ...tower, elevationFrom: deg(30), elevationTo: deg(90) },
        {
          ...tower,
          azimuthFrom: deg(280),
          azimuthTo: deg(300),
          elevationFrom: deg(30),
          elevationTo: deg(90),
        },
      ],
    }
    const legs = unwrap(routeMotion(hanging, { from: where(50, 60), to: where(200, 60) }))
    expect(Math.min(...legs.map(({ elevation }) => elevation))).toBeLessThanOrEqual(30)
  })
})

describe('the gate in a lock-out', () => {
  const where = (azimuth: number, elevation: number) => ({ azimuth: deg(azimuth), elevation: deg(elevation) })
  const motion = { from: where(50, 20), to: where(60, 20) }

  it('lets nothing move in maintenance, not even to the stow position', () => {
    for (const isStowing of [false, true]) {
      expect(
        checkMotion({ mount: g5500 }, { ...motion, isStowing }, { kind: 'maintenance', by: 'an operator' }),
      ).toMatchObject({ ok: false, error: { code: 'motion.locked-out' } })
    }
  })

  it('lets only stowing through in wind', () => {
    const wind = { kind: 'wind', by: '/sys/class/gpio/gpio17/value' } as const
    const refused = checkMotion({ mount: g5500 }, motion, wind)
    expect(!refused.ok && refused.error.message).toContain('gpio17')
    expect(checkMotion({ mount: g5500 }, { ...motion, isStowing: true }, wind).ok).toBe(true)
  })
})

describe('the gate and the turn of the cable', () => {
  const where = (azimuth: number, elevation = 20) => ({ azimuth: deg(azimuth), elevation: deg(elevation) })
  const unsure = (azimuth: number) => ({ ...where(azimuth), turnCertain: false })
  const codeOf = (envelope: Envelope, from: ReturnType<typeof unsure>, to: ReturnType<typeof where>) => {
    const checked = checkMotion(envelope, { from, to })
    return checked.ok ? 'ok' : checked.error.code
  }

  it('sends an antenna whose turn is not known only to where one turn alone leads', () => {
    const envelope: Envelope = { mount: g5500 }
    expect(codeOf(envelope, unsure(20), where(40))).toBe('motion.turn-unknown')
    expect(codeOf(envelope, unsure(20), where(400))).toBe('motion.turn-unknown')
    expect(codeOf(envelope, unsure(20), where(180))).toBe('ok')
  })

  it('sees what lies on the way from each place where it may be', () => {
    const keepOut = [
      {
        name: 'mast',
        azimuthFrom: deg(250),
        azimuthTo: deg(260),
        elevationFrom: deg(-90),
        elevationTo: deg(60),
      },
    ]
    // From 20° the way to 180° is free; from 380°, as far as anybody knows, it leads through the mast.
    expect(checkMotion({ mount: g5500, keepOut }, { from: where(20), to: where(180) }).ok).toBe(true)
    expect(codeOf({ mount: g5500, keepOut }, unsure(20), where(180))).toBe('motion.kept-out')
  })

  const spid: Envelope = {
    mount: {
      ...g5500,
      azimuth: { minimum: deg(-180), maximum: deg(540), slewRate: g5500.azimuth.slewRate },
    },
    turnChoice: 'controller',
  }

  it('leaves a controller that goes the shorter way no choice', () => {
    expect(codeOf(spid, { ...where(10), turnCertain: true }, where(200))).toBe('motion.turn-unknown')
    expect(codeOf(spid, { ...where(10), turnCertain: true }, where(100))).toBe('ok')
    const legs = unwrap(routeMotion(spid, { from: where(10), to: where(400) }))
    let azimuth = 10
    for (const leg of legs) {
      expect(Math.abs(leg.azimuth - azimuth)).toBeLessThanOrEqual(90)
      azimuth = leg.azimuth
    }
    expect(azimuth).toBe(400)
  })

  it('never winds up a cable whose turn is not known, wherever it may be', () => {
    // 170° may be 530°, and there one step more is beyond the stop.
    expect(codeOf(spid, unsure(170), where(190))).toBe('motion.turn-unknown')
    expect(codeOf(spid, unsure(0), where(80))).toBe('ok')
    expect(codeOf(spid, unsure(0), where(-190 + 20))).toBe('motion.turn-unknown')
  })
})

describe('what the steps of a controller must not open', () => {
  const where = (azimuth: number, elevation: number) => ({ azimuth: deg(azimuth), elevation: deg(elevation) })
  const sector = (from: number, to: number, low: number, high: number) => ({
    name: 'sector',
    azimuthFrom: deg(from),
    azimuthTo: deg(to),
    elevationFrom: deg(low),
    elevationTo: deg(high),
  })
  const coarse = { ...g5500, resolution: deg(1) }

  it('a sector as narrow as its steps is a sector', () => {
    const narrow: Envelope = { mount: coarse, keepOut: [sector(100, 101, -90, 40)] }
    expect(checkMotion(narrow, { from: where(50, 20), to: where(200, 20) }).ok).toBe(false)
    expect(checkMotion(narrow, { from: where(100.5, 60), to: where(100.5, 20) }).ok).toBe(false)
  })

  it('a sector is kept from by a step and the play of the gear', () => {
    const worn = { ...coarse, azimuth: { ...coarse.azimuth, backlash: deg(2) } }
    const envelope: Envelope = { mount: worn, keepOut: [sector(100, 120, -90, 40)] }
    expect(checkMotion(envelope, { from: where(50, 20), to: where(98, 20) }).ok).toBe(false)
    expect(checkMotion(envelope, { from: where(50, 20), to: where(96, 20) }).ok).toBe(true)
  })

  it('a sector that begins at the lowest elevation is not slipped under', () => {
    const envelope: Envelope = { mount: coarse, keepOut: [sector(100, 140, 0, 30)] }
    expect(checkMotion(envelope, { from: where(90, 0), to: where(160, 0) }).ok).toBe(false)
    const legs = unwrap(routeMotion(envelope, { from: where(90, 10), to: where(160, 10) }))
    expect(Math.max(...legs.map(({ elevation }) => elevation))).toBeGreaterThan(30)
  })

  it('a resting place behind the skyline lets only rest through', () => {
    const behind: Envelope = {
      mount: { ...coarse, park: where(180, 0) },
      minimumElevationAt: () => deg(20),
    }
    expect(checkMotion(behind, { from: where(180, 30), to: where(180, 0) }).ok).toBe(true)
    expect(checkMotion(behind, { from: where(180, 0), to: where(180, 30) }).ok).toBe(true)
    // Beside it, above it and on the other side of the zenith the skyline holds.
    expect(checkMotion(behind, { from: where(180, 30), to: where(182, 0) }).ok).toBe(false)
    expect(checkMotion(behind, { from: where(180, 30), to: where(180, 10) }).ok).toBe(false)
    expect(checkMotion(behind, { from: where(180, 90), to: where(180, 179) }).ok).toBe(false)
  })

  it('a reading that lies a little below the range is no reason to refuse a way in steps', () => {
    const spid: Envelope = {
      mount: { ...coarse, azimuth: { ...coarse.azimuth, minimum: deg(-180), maximum: deg(540) } },
      turnChoice: 'controller',
    }
    expect(routeMotion(spid, { from: where(0, -0.1), to: where(170, 0) }).ok).toBe(true)
  })
})
