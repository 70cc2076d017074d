import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { type PlannedPass, sequencePasses, slewTimeMs } from '../../src/pointing/pass-sequence.ts'
import { commandedAt, planTrajectory } from '../../src/pointing/trajectory.ts'
import { g5500, sphericalPass } from './passes.ts'

const passAt = (
  id: string,
  delaySec: number,
  options: { readonly courseDeg?: number; readonly priority?: number } = {},
): PlannedPass => {
  const { lookAt, aosUtcMs, losUtcMs } = sphericalPass({
    maximumElevationDeg: 40,
    courseDeg: options.courseDeg ?? 10,
  })
  const later = delaySec * 1000
  const trajectory = unwrap(
    planTrajectory(
      {
        lookAt: (at) => lookAt(utcMs(at - later)),
        aosUtcMs: utcMs(aosUtcMs + later),
        losUtcMs: utcMs(losUtcMs + later),
      },
      { mount: g5500 },
    ),
  )
  return { id, priority: options.priority ?? 1, trajectory }
}

const sequence = (...passes: PlannedPass[]) => sequencePasses({ mount: g5500, passes, shortest: ms(60_000) })

describe('a sequence of passes', () => {
  it('takes passes that are far apart whole, and rests in between', () => {
    const { motions, givenUp } = sequence(passAt('b', 3_600), passAt('a', 0))
    expect(givenUp).toEqual([])
    expect(motions.map(({ id, cut, afterwards }) => [id, cut, afterwards])).toEqual([
      ['a', undefined, 'park'],
      ['b', undefined, 'park'],
    ])
  })

  it('waits for the next pass where there is no time to rest', () => {
    const [a, b] = [passAt('a', 0), passAt('b', 1_000)]
    expect(sequence(a, b).motions).toMatchObject([
      { afterwards: 'wait-for-next', endsAt: commandedAt(a.trajectory, a.trajectory.losUtcMs) },
      { afterwards: 'park', beginsAt: commandedAt(b.trajectory, b.trajectory.aosUtcMs) },
    ])
  })

  it('counts the slew: the later of two equals begins late, and says why', () => {
    const { motions, givenUp } = sequence(passAt('a', 0), passAt('b', 615))
    expect(givenUp).toEqual([])
    expect(motions[0]?.cut).toBeUndefined()
    expect(motions[1]?.cut).toMatch(
      /^begins \d+ s late: the antenna needs \d+ s from a \(azimuth 22°, elevation 0°\) to b \(azimuth 17\d°, elevation \d°\)$/,
    )
  })

  it('takes a gap that the owner asks for, and the margin, beside the slew', () => {
    const passes = [passAt('a', 0), passAt('b', 615)]
    const late = (rules: object): number => {
      const { motions } = sequencePasses({ mount: g5500, passes, shortest: ms(60_000), ...rules })
      return ((motions[1]?.trackFromUtcMs ?? 0) - (passes[1]?.trajectory.aosUtcMs ?? 0)) / 1000
    }
    expect(late({ margin: ms(10_000) }) - late({})).toBeGreaterThan(5)
    expect(late({ leastGap: ms(120_000) }) - late({})).toBeGreaterThan(80)
    const { motions } = sequencePasses({ mount: g5500, passes, shortest: ms(60_000), leastGap: ms(120_000) })
    expect(motions[1]?.cut).toMatch(/^begins \d+ s late: 120 s are to be left between a and b$/)
  })

  it('cuts the less important one short', () => {
    const [a, b] = [passAt('a', 0), passAt('b', 400, { priority: 5 })]
    const { motions } = sequence(a, b)
    expect(motions[0]?.cut).toMatch(/^ends \d+ s early: the antenna needs \d+ s from a \(.*\) to b \(.*\)$/)
    expect(motions[1]?.trackFromUtcMs).toBe(b.trajectory.aosUtcMs)
    expect(motions[1]?.cut).toBeUndefined()
  })

  it('gives a pass up of which too little would be left', () => {
    const given = sequence(passAt('a', 0, { priority: 2 }), passAt('b', 10, { courseDeg: 190 })).givenUp
    expect(given).toMatchObject([
      {
        id: 'b',
        reason: expect.stringMatching(
          /^less than 60 s of it would be left: the antenna needs \d+ s from b .* to a/,
        ),
      },
    ])
    const important = sequence(passAt('a', 0), passAt('b', 10, { courseDeg: 190, priority: 2 })).givenUp
    expect(important).toMatchObject([{ id: 'a', reason: expect.stringMatching(/ to b/) }])
  })

  it('costs the important one nothing, however many others there are', () => {
    const important = passAt('c', 600, { priority: 2 })
    const { motions } = sequence(passAt('a', 0), passAt('b', 300), important, passAt('d', 900))
    const kept = motions.find(({ id }) => id === 'c')
    expect([kept?.trackFromUtcMs, kept?.trackUntilUtcMs, kept?.cut]).toEqual([
      important.trajectory.aosUtcMs,
      important.trajectory.losUtcMs,
      undefined,
    ])
  })

  it('never asks for two places at once, nor for a slew faster than the antenna', () => {
    const many = fc.array(
      fc.record({
        delaySec: fc.integer({ min: 0, max: 6_000 }),
        courseDeg: fc.integer({ min: 0, max: 359 }),
        priority: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 1, maxLength: 8 },
    )
    fc.assert(
      fc.property(many, (shapes) => {
        const passes = shapes.map((shape, index) => passAt(`p${index}`, shape.delaySec, shape))
        const { motions, givenUp } = sequence(...passes)
        expect(motions.length + givenUp.length).toBe(passes.length)
        for (const [i, motion] of motions.entries()) {
          expect(motion.trackUntilUtcMs - motion.trackFromUtcMs).toBeGreaterThanOrEqual(60_000 - 1e-6)
          const before = motions[i - 1]
          const place = (id: string, at: number) => {
            const pass = passes.find((each) => each.id === id)
            if (pass === undefined) throw new Error(`there is no ${id}`)
            return commandedAt(pass.trajectory, utcMs(at))
          }
          if (before === undefined) continue
          const way = slewTimeMs(
            g5500,
            place(before.id, before.trackUntilUtcMs),
            place(motion.id, motion.trackFromUtcMs),
          )
          expect(motion.trackFromUtcMs - before.trackUntilUtcMs).toBeGreaterThanOrEqual(way - 1e-3)
        }
      }),
      { numRuns: 40, seed: 7 },
    )
  })
})
