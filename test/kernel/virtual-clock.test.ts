import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { monoMs, utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { createVirtualClock, type VirtualClock } from '../../src/kernel/virtual-clock.ts'

const START = utcMs(Date.UTC(2026, 7, 23, 2, 0, 0) + 0.25)
const clockAtStart = (): VirtualClock => createVirtualClock({ startUtc: START })
const roundOfTheEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('timers', () => {
  it('fire in the order of their due times, ties in the order in which they were set', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -5, max: 20 }), { minLength: 1, maxLength: 60 }),
        async (delays) => {
          const clock = clockAtStart()
          const fired: { delay: number; index: number }[] = []
          for (const [index, delay] of delays.entries()) {
            clock.setTimer(ms(delay), () => {
              expect(clock.monoNow()).toBe(Math.max(0, delay))
              fired.push({ delay: Math.max(0, delay), index })
            })
          }
          await clock.advance(ms(20))
          const expected = delays
            .map((delay, index) => ({ delay: Math.max(0, delay), index }))
            .sort((a, b) => a.delay - b.delay || a.index - b.index)
          expect(fired).toEqual(expected)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('that are cancelled do not fire, whichever they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), { maxLength: 60 }),
        async (plan) => {
          const clock = clockAtStart()
          const fired: number[] = []
          const timers = plan.map(([delay], index) => clock.setTimer(ms(delay), () => fired.push(index)))
          for (const [index, [, cancelled]] of plan.entries()) {
            if (cancelled) timers[index]?.cancel()
          }
          const kept = plan.filter(([, cancelled]) => !cancelled).length
          expect(clock.pendingTimers()).toBe(kept)
          await clock.advance(ms(20))
          expect(fired.length).toBe(kept)
          expect(fired.every((index) => plan[index]?.[1] === false)).toBe(true)
          expect(clock.pendingTimers()).toBe(0)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('never fire from within the call that sets them, and wait for their moment', async () => {
    const clock = clockAtStart()
    let fired = false
    clock.setTimer(ms(-100), () => {
      fired = true
    })
    expect(fired).toBe(false)
    await clock.advance(ms(0))
    expect(fired).toBe(true)
    expect(clock.monoNow()).toBe(0)
  })

  it('may set and cancel others while they fire', async () => {
    const clock = clockAtStart()
    const seen: string[] = []
    const victim = clock.setTimer(ms(10), () => seen.push('victim'))
    clock.setTimer(ms(10), () => seen.push('after the victim'))
    clock.setTimer(ms(5), () => {
      victim.cancel()
      clock.setTimer(ms(5), () => seen.push('set while firing'))
    })
    await clock.advance(ms(10))
    expect(seen).toEqual(['after the victim', 'set while firing'])
  })

  it('can be cancelled twice and after they have fired', async () => {
    const clock = clockAtStart()
    const timer = clock.setTimer(ms(1), () => {})
    clock.setTimer(ms(9), () => {})
    await clock.advance(ms(2))
    timer.cancel()
    timer.cancel()
    expect(clock.pendingTimers()).toBe(1)
  })

  it('refuse a delay that is not finite', () => {
    const clock = clockAtStart()
    expect(() => clock.setTimer(ms(Number.NaN), () => {})).toThrow('finite')
    expect(() => clock.setTimer(ms(Number.POSITIVE_INFINITY), () => {})).toThrow('finite')
  })

  it('keep their order when many of them have been cancelled', async () => {
    const clock = clockAtStart()
    const fired: number[] = []
    for (let index = 0; index < 10_000; index += 1) {
      const delay = (index * 7919) % 10_007
      const timer = clock.setTimer(ms(delay), () => fired.push(delay))
      if (index % 100 !== 0) timer.cancel()
    }
    expect(clock.pendingTimers()).toBe(100)
    await clock.advance(ms(20_000))
    expect(fired).toHaveLength(100)
    expect(fired).toEqual([...fired].sort((a, b) => a - b))
  })

  it('whose callback throws reach whoever drives the clock, which goes on afterwards', async () => {
    const clock = clockAtStart()
    clock.setTimer(ms(1), () => {
      throw new Error('in a timer')
    })
    let fired = false
    clock.setTimer(ms(2), () => {
      fired = true
    })
    await expect(clock.advance(ms(5))).rejects.toThrow('in a timer')
    await clock.advance(ms(5))
    expect(fired).toBe(true)
  })
})

describe('time', () => {
  it('starts where it is told, and moves only when driven', async () => {
    const clock = clockAtStart()
    expect(clock.utcNow()).toBe(START)
    expect(clock.monoNow()).toBe(0)
    await roundOfTheEventLoop()
    expect(clock.utcNow()).toBe(START)
    await clock.advance(ms(1500.5))
    expect(clock.monoNow()).toBe(1500.5)
    expect(clock.utcNow()).toBe(START + 1500.5)
  })

  it('advances to an instant, and never back', async () => {
    const clock = clockAtStart()
    await clock.advanceTo(monoMs(100))
    await clock.advanceTo(monoMs(50))
    expect(clock.monoNow()).toBe(100)
    await expect(clock.advanceTo(monoMs(Number.NaN))).rejects.toThrow('finite')
  })

  it('steps the wall clock alone: timers and the stopwatch do not notice', async () => {
    const clock = clockAtStart()
    const fired: number[] = []
    clock.setTimer(ms(10), () => fired.push(clock.monoNow()))
    clock.stepWall(ms(-3_600_000))
    expect(clock.utcNow()).toBe(START - 3_600_000)
    expect(clock.monoNow()).toBe(0)
    await clock.advance(ms(9))
    expect(fired).toEqual([])
    clock.stepWall(ms(7_200_000))
    await clock.advance(ms(1))
    expect(fired).toEqual([10])
    expect(clock.utcNow()).toBe(START + 10 + 3_600_000)
  })

  it('is driven by one caller at a time', async () => {
    const clock = clockAtStart()
    const first = clock.advance(ms(10))
    await expect(clock.advance(ms(10))).rejects.toThrow('two callers')
    await first
    await clock.advance(ms(1))
    expect(clock.monoNow()).toBe(11)
  })

  it('lets what was started at one instant finish before the next', async () => {
    const clock = clockAtStart()
    const seen: string[] = []
    clock.setTimer(ms(1), () => {
      void roundOfTheEventLoop()
        .then(roundOfTheEventLoop)
        .then(() => seen.push(`answer at ${clock.monoNow()}`))
    })
    clock.setTimer(ms(2), () => seen.push('next timer'))
    await clock.advance(ms(2))
    expect(seen).toEqual(['answer at 1', 'next timer'])
  })
})

describe('a hold', () => {
  it('makes time stand still until it is released', async () => {
    const clock = clockAtStart()
    const release = clock.hold()
    let fired = false
    clock.setTimer(ms(1), () => {
      fired = true
    })
    const advanced = clock.advance(ms(1))
    for (let round = 0; round < 20; round += 1) await roundOfTheEventLoop()
    expect(fired).toBe(false)
    release()
    await advanced
    expect(fired).toBe(true)
  })

  it('counts: released twice it releases itself alone', async () => {
    const clock = clockAtStart()
    const releaseOne = clock.hold()
    const releaseOther = clock.hold()
    releaseOne()
    releaseOne()
    let arrived = false
    const advanced = clock.advance(ms(1)).then(() => {
      arrived = true
    })
    for (let round = 0; round < 20; round += 1) await roundOfTheEventLoop()
    expect(arrived).toBe(false)
    releaseOther()
    await advanced
  })

  it.each([1, 2, 3, 4])('counts when it is taken in round %d of the event loop', async (round) => {
    const clock = clockAtStart()
    let held = false
    const seen: boolean[] = []
    clock.setTimer(ms(1), () => {
      let countdown = round
      const later = (): void => {
        countdown -= 1
        if (countdown > 0) {
          setImmediate(later)
          return
        }
        if (clock.monoNow() > 1) return
        held = true
        const release = clock.hold()
        setTimeout(() => {
          held = false
          release()
        }, 10)
      }
      setImmediate(later)
    })
    clock.setTimer(ms(2), () => seen.push(held))
    await clock.advance(ms(2))
    expect(seen).toEqual([false])
  })

  it('lasts while a promise is pending, whether it is kept or broken', async () => {
    const clock = clockAtStart()
    const slow = <Value>(settle: () => Value): Promise<Value> =>
      new Promise((resolve) => setTimeout(resolve, 10)).then(settle)
    const kept = clock.holdFor(slow(() => clock.monoNow()))
    await clock.advance(ms(5))
    expect(await kept).toBe(0)
    const broken = clock.holdFor(
      slow(() => {
        throw new Error(`broken at ${clock.monoNow()}`)
      }),
    )
    const seen = expect(broken).rejects.toThrow('broken at 5')
    await clock.advance(ms(5))
    await seen
    expect(clock.monoNow()).toBe(10)
  })
})

describe('runUntil', () => {
  it('stops at the timer after which it is done, and leaves the rest', async () => {
    const clock = clockAtStart()
    let count = 0
    for (let index = 1; index <= 5; index += 1) {
      clock.setTimer(ms(index * 10), () => {
        count += 1
      })
    }
    await clock.runUntil(() => count === 3)
    expect(clock.monoNow()).toBe(30)
    expect(clock.pendingTimers()).toBe(2)
  })

  it('ends when no timer is left', async () => {
    const clock = clockAtStart()
    clock.setTimer(ms(7), () => {})
    await clock.runUntil(() => false)
    expect(clock.monoNow()).toBe(7)
  })

  it('asks the pace for every gap, and lets it bring an earlier timer', async () => {
    const clock = clockAtStart()
    const gaps: number[] = []
    const fired: string[] = []
    clock.setTimer(ms(10), () => fired.push('ten'))
    clock.setTimer(ms(10), () => fired.push('ten again'))
    await clock.runUntil(
      () => fired.length === 3,
      async (gap) => {
        gaps.push(gap)
        if (gaps.length === 1) clock.setTimer(ms(4), () => fired.push('four'))
      },
    )
    expect(fired).toEqual(['four', 'ten', 'ten again'])
    expect(gaps).toEqual([10, 4, 6])
  })

  it('fires nothing more when the end comes, or a hold is taken, while the pace waits', async () => {
    const clock = clockAtStart()
    let stopped = false
    let fired = 0
    clock.setTimer(ms(10), () => {
      fired += 1
    })
    await clock.runUntil(
      () => stopped,
      async () => {
        stopped = true
      },
    )
    expect(fired).toBe(0)

    let held = false
    await clock.runUntil(
      () => fired === 1,
      async () => {
        held = true
        const release = clock.hold()
        clock.setTimer(ms(5), () => expect(held).toBe(false))
        setTimeout(() => {
          held = false
          release()
        }, 10)
      },
    )
    expect(held).toBe(false)
  })
})
