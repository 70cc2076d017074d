import { beforeEach, describe, expect, it } from 'vitest'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { err, ok, unwrap } from '../../src/kernel/result.ts'
import { formatUtc, utcMs, utcPlus } from '../../src/kernel/time.ts'
import { deg, metres, ms } from '../../src/kernel/units.ts'
import { createVirtualClock, type VirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import { flatHorizon } from '../../src/orbit/horizon-mask.ts'
import type { AntennaUser } from '../../src/pointing/occupancy.ts'
import { type Antenna, createFixedAntenna, type PassToFollow } from '../../src/station/antenna.ts'
import { comingPass, createOperator, type Operator, type SkyOutlook } from '../../src/station/operator.ts'

// The summer solstice at noon in Oslo: the Sun is up, at 53.5° (90° − 59.9° + 23.4°), and sets at 20:44 UTC
// (almanacs: 22:44 local time, when its centre is 50′ below the horizon, for refraction and the upper limb).
const NOON = utcMs(Date.UTC(2026, 5, 21, 11, 20))
const oslo: SkyOutlook = {
  site: { latitude: deg(59.91), longitude: deg(10.75), height: metres(0) },
  mask: flatHorizon(deg(-50 / 60)),
}
/** Over the equator at 100° east: never seen from Oslo. */
const hidden: ElementSet = {
  catalogNumber: 90_002,
  name: 'FAR EAST',
  objectId: '2020-001A',
  epochUtcMs: NOON,
  meanMotion: 1.00273791,
  eccentricity: 0.0001,
  inclination: deg(0.01),
  rightAscension: deg(0),
  argumentOfPericenter: deg(0),
  meanAnomaly: deg(180),
  bstar: 0,
  meanMotionDot: 0,
  meanMotionDdot: 0,
  ephemerisType: 0,
  elementSetNumber: 1,
  revolutionAtEpoch: 1,
}

describe('the pass that an operator wants', () => {
  it('begins now where the object is up, and ends where it sets', () => {
    const pass = unwrap(comingPass({ body: 'sun' }, oslo, { fromUtcMs: NOON }))
    expect(pass.name).toBe('Sun')
    expect(pass.aosUtcMs).toBe(NOON)
    expect(pass.maximumElevationDeg).toBeCloseTo(53.5, 0)
    expect(formatUtc(pass.losUtcMs, 0)).toMatch(/^2026-06-21T20:4[34]/)
    expect(pass.lookAt(NOON)?.elevation).toBeCloseTo(53.5, 0)
  })

  it('is the next one where it is down, and is cut at the end that is wanted', () => {
    const night = utcPlus(NOON, ms(11 * 3_600_000))
    const pass = unwrap(comingPass({ body: 'sun' }, oslo, { fromUtcMs: night }))
    expect(pass.aosUtcMs).toBeGreaterThan(night)
    const until = utcPlus(pass.aosUtcMs, ms(60_000))
    const cut = unwrap(comingPass({ body: 'sun' }, oslo, { fromUtcMs: night, untilUtcMs: until }))
    expect(cut.losUtcMs).toBe(until)
  })

  it('is none where the object does not rise, or the end has gone by', () => {
    const never = comingPass({ elements: { ...hidden, meanAnomaly: deg(270) } }, oslo, { fromUtcMs: NOON })
    const always = comingPass({ elements: { ...hidden, meanAnomaly: deg(90) } }, oslo, { fromUtcMs: NOON })
    // One of two opposite places over the equator is hidden at least.
    expect([never, always].some((outcome) => !outcome.ok && outcome.error.code === 'plan.no-pass')).toBe(true)
    expect(comingPass({ body: 'sun' }, oslo, { fromUtcMs: NOON, untilUtcMs: NOON })).toMatchObject({
      ok: false,
      error: { code: 'plan.window' },
    })
  })
})

describe('an operator', () => {
  let clock: VirtualClock
  let asked: string[]
  let user: AntennaUser | undefined
  let refusal: Fault | undefined
  let followed: PassToFollow | undefined
  let operator: Operator

  beforeEach(() => {
    clock = createVirtualClock({ startUtc: NOON })
    asked = []
    user = undefined
    refusal = undefined
    followed = undefined
    const fixed = createFixedAntenna({
      kind: 'fixed',
      boresight: { azimuth: deg(0), elevation: deg(0) },
      beamWidth: deg(10),
    })
    const take = (what: string, by: AntennaUser) => {
      asked.push(what)
      if (refusal !== undefined) return err(refusal)
      user = by
      return ok(undefined)
    }
    const antenna: Antenna = {
      ...fixed,
      follow: (pass) => {
        followed = pass
        return take('follow', pass.user ?? 'plan')
      },
      pointAt: (_, by) => take('point', by),
      park: (by) => take('park', by),
      letGo: (by) => {
        asked.push('let go')
        if (user === by) user = undefined
      },
      stop: async () => {
        asked.push('stop')
        user = undefined
        return ok('seen')
      },
      status: () => ({ ...fixed.status(), user }),
    }
    operator = createOperator({ clock, log: silentLog, antenna, outlook: () => ok(oslo) })
  })

  it('follows in his own name, and is named as long as he has the antenna', () => {
    expect(operator.track({ body: 'sun' })).toMatchObject({ ok: true, value: { name: 'Sun' } })
    expect(followed).toMatchObject({ user: 'operator', aosUtc: NOON })
    expect(operator.task()).toEqual({ what: 'track Sun', sinceUtcMs: NOON })
    user = 'plan'
    expect(operator.task()).toBeUndefined()
  })

  it('points until the end that he gave, and then lets go', async () => {
    const direction = { azimuth: deg(10), elevation: deg(20) }
    expect(operator.point(direction, utcPlus(NOON, ms(60_000)))).toEqual(ok(undefined))
    await clock.advance(ms(59_000))
    expect(asked).toEqual(['point'])
    await clock.advance(ms(1_000))
    expect(asked).toEqual(['point', 'let go'])
  })

  it('has one thing done at a time: the end of what was before does not end what is now', async () => {
    const direction = { azimuth: deg(10), elevation: deg(20) }
    operator.point(direction, utcPlus(NOON, ms(60_000)))
    operator.point(direction)
    await clock.advance(ms(120_000))
    operator.point(direction, utcPlus(clock.utcNow(), ms(60_000)))
    await operator.stop()
    await clock.advance(ms(120_000))
    expect(asked).toEqual(['point', 'point', 'point', 'stop'])
    expect(clock.pendingTimers()).toBe(0)
  })

  it('is told what forbids it, and an end that has gone by', () => {
    const direction = { azimuth: deg(10), elevation: deg(20) }
    expect(operator.point(direction, NOON)).toMatchObject({ ok: false, error: { code: 'plan.window' } })
    expect(asked).toEqual([])
    refusal = fault('motion.locked-out', 'Wind')
    for (const outcome of [operator.point(direction), operator.park(), operator.track({ body: 'sun' })])
      expect(outcome).toEqual(err(refusal))
    expect(operator.task()).toBeUndefined()
  })
})
