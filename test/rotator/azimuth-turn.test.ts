import { describe, expect, it } from 'vitest'
import { deg, degPerSec } from '../../src/kernel/units.ts'
import { createTurnTracker } from '../../src/rotator/azimuth-turn.ts'

const axis = { minimum: deg(0), maximum: deg(450), slewRate: degPerSec(6) }
const follow = (
  readings: readonly number[],
  options: { report?: 'as-is' | 'either'; lastKnown?: number; minimum?: number } = {},
): number[] => {
  const turns = createTurnTracker({
    axis: { ...axis, minimum: deg(options.minimum ?? 0) },
    report: options.report ?? 'either',
    turnChoice: 'host',
    ...(options.lastKnown === undefined ? {} : { lastKnown: deg(options.lastKnown) }),
  })
  return readings.map((reading) => turns.resolve(deg(reading)).azimuth)
}

describe('the turn of the cable', () => {
  it('follows a controller that reports 0 to 359 into the overlap and back', () => {
    expect(follow([340, 350, 358, 2, 20, 60, 20, 1, 359, 340])).toEqual([
      340, 350, 358, 362, 380, 420, 380, 361, 359, 340,
    ])
  })

  it('takes the readings of one that counts on to 450 as they are', () => {
    expect(follow([340, 359, 361, 400, 450, 400, 359])).toEqual([340, 359, 361, 400, 450, 400, 359])
    // Once it is known to count on, 20° is 20°, even after a leap.
    expect(follow([400, 401, 20])).toEqual([400, 401, 20])
  })

  it('is not misled by one that shows 360 for 359.6 and begins anew', () => {
    expect(follow([340, 359, 360, 361, 360, 1, 20, 90])).toEqual([340, 359, 360, 361, 360, 361, 380, 450])
    expect(follow([180, 359, 360, 2, 20])).toEqual([180, 359, 360, 362, 380])
  })

  it('takes one reading above 360 for no proof of a count', () => {
    expect(follow([90, 420, 90], { lastKnown: 450 })).toEqual([450, 420, 450])
    expect(follow([340, 2, 370, 20])).toEqual([340, 362, 370, 380])
  })

  it('is certain where a count that goes on is above a turn', () => {
    const turns = createTurnTracker({ axis, report: 'either', turnChoice: 'host' })
    expect(turns.resolve(deg(400)).certain).toBe(false)
    expect(turns.resolve(deg(400))).toEqual({ azimuth: 400, certain: true })
  })

  it('learns nothing of the count from what a person confirms', () => {
    const turns = createTurnTracker({ axis, report: 'either', turnChoice: 'host' })
    turns.resolve(deg(20))
    expect(turns.confirm(deg(380))).toBe(380)
    expect(turns.resolve(deg(21)).azimuth).toBe(381)
    expect(turns.resolve(deg(22)).azimuth).toBe(382)
  })

  it('follows a range that begins below north', () => {
    expect(follow([10, 2, 355, 300, 200, 190], { minimum: -180 })).toEqual([10, 2, -5, -60, -160, -170])
  })

  it('goes on from where the antenna was before a restart', () => {
    expect(follow([20], { lastKnown: 385 })).toEqual([380])
    expect(follow([20], { lastKnown: 15 })).toEqual([20])
  })

  it('says when a turn is a guess, and when it is none any more', () => {
    const turns = createTurnTracker({ axis, report: 'either', turnChoice: 'host' })
    expect(turns.resolve(deg(20))).toEqual({ azimuth: 20, certain: false })
    // Only one turn of this cable shows south.
    expect(turns.resolve(deg(180))).toEqual({ azimuth: 180, certain: true })
    expect(turns.resolve(deg(20)).certain).toBe(true)
    // The line was lost. It stands where it stood, or somebody has turned it.
    turns.forgetCertainty([])
    expect(turns.resolve(deg(22)).certain).toBe(true)
    turns.forgetCertainty([])
    expect(turns.resolve(deg(60)).certain).toBe(false)
  })

  it('stays what it was where the line was lost more than once before the next reading, and on the way that it was sent', () => {
    const turns = createTurnTracker({ axis, report: 'modulo', turnChoice: 'host', lastKnown: deg(20) })
    expect(turns.resolve(deg(20)).certain).toBe(true)
    for (let time = 0; time < 3; time += 1) turns.forgetCertainty([])
    expect(turns.resolve(deg(21)).certain).toBe(true)
    turns.forgetCertainty([deg(60)])
    expect(turns.resolve(deg(45)).certain).toBe(true)
    turns.forgetCertainty([deg(60)])
    expect(turns.resolve(deg(80)).certain).toBe(false)
  })

  it('believes the overlap after a restart where it stands as it stood, or on the way that it was sent', () => {
    const afterRestart = (lastKnown: number, headedFor: number, reading: number) =>
      createTurnTracker({
        axis,
        report: 'either',
        turnChoice: 'host',
        lastKnown: deg(lastKnown),
        headedFor: deg(headedFor),
      }).resolve(deg(reading))
    expect(afterRestart(385, 385, 22)).toEqual({ azimuth: 382, certain: true })
    expect(afterRestart(340, 400, 20)).toEqual({ azimuth: 380, certain: true })
    expect(afterRestart(385, 385, 60)).toEqual({ azimuth: 420, certain: false })
  })

  it('takes exact readings as they are, but the count of a controller that turns as it likes only with proof', () => {
    const host = createTurnTracker({ axis, report: 'as-is', turnChoice: 'host' })
    expect(host.resolve(deg(20))).toEqual({ azimuth: 20, certain: true })
    const spid = { minimum: deg(-180), maximum: deg(540), slewRate: degPerSec(3) }
    const counting = createTurnTracker({ axis: spid, report: 'as-is', turnChoice: 'controller' })
    expect(counting.resolve(deg(20))).toEqual({ azimuth: 20, certain: false })
    expect(counting.confirm(deg(380))).toBeUndefined()
    expect(counting.confirm(deg(21))).toBe(20)
    expect(counting.resolve(deg(30))).toEqual({ azimuth: 30, certain: true })
  })

  it('takes the word of a person, where the readings allow it', () => {
    const turns = createTurnTracker({ axis, report: 'modulo', turnChoice: 'host' })
    turns.resolve(deg(20))
    expect(turns.confirm(deg(100))).toBeUndefined()
    expect(turns.confirm(deg(380))).toBe(380)
    expect(turns.resolve(deg(30))).toEqual({ azimuth: 390, certain: true })
  })
})
