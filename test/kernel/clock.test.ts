import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Clock, every, sleep, withTimeout } from '../../src/kernel/clock.ts'
import { monoMs, utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { createVirtualClock, type VirtualClock } from '../../src/kernel/virtual-clock.ts'

const clockAtStart = (): VirtualClock => createVirtualClock({ startUtc: utcMs(Date.UTC(2026, 7, 23)) })

/** A process that can freeze: its stopwatch goes on, its timers fire late. */
const freezable = (): { clock: Clock; freeze: (forMs: number) => void; run: (toMs: number) => void } => {
  let now = 0
  let timers: { due: number; callback: () => void }[] = []
  return {
    clock: {
      utcNow: () => utcMs(now),
      monoNow: () => monoMs(now),
      setTimer: (delay, callback) => {
        const timer = { due: now + Math.max(0, delay), callback }
        timers.push(timer)
        return {
          cancel: () => {
            timers = timers.filter((each) => each !== timer)
          },
        }
      },
    },
    freeze: (forMs) => {
      now += forMs
    },
    run: (toMs) => {
      for (;;) {
        const timer = timers.toSorted((a, b) => a.due - b.due)[0]
        if (timer === undefined || timer.due > toMs) break
        timers = timers.filter((each) => each !== timer)
        now = Math.max(now, timer.due)
        timer.callback()
      }
      now = Math.max(now, toMs)
    },
  }
}

describe('sleep', () => {
  it('resolves when the time has come', async () => {
    const clock = clockAtStart()
    let wokenAt: number | undefined
    const slept = sleep(clock, ms(25)).then(() => {
      wokenAt = clock.monoNow()
    })
    await clock.advance(ms(24))
    expect(wokenAt).toBeUndefined()
    await clock.advance(ms(1))
    await slept
    expect(wokenAt).toBe(25)
  })

  it('ends at once when it is aborted, and leaves no timer behind', async () => {
    const clock = clockAtStart()
    const abort = new AbortController()
    const slept = sleep(clock, ms(1000), abort.signal)
    expect(clock.pendingTimers()).toBe(1)
    abort.abort()
    await slept
    expect(clock.pendingTimers()).toBe(0)
    expect(clock.monoNow()).toBe(0)
  })

  it('does not begin under a signal that is aborted already', async () => {
    const clock = clockAtStart()
    await sleep(clock, ms(1000), AbortSignal.abort())
    expect(clock.pendingTimers()).toBe(0)
  })
})

describe('every', () => {
  it('calls back on the grid, first after one period', async () => {
    const clock = clockAtStart()
    const calls: number[] = []
    every(clock, ms(10), () => calls.push(clock.monoNow()))
    await clock.advance(ms(45))
    expect(calls).toEqual([10, 20, 30, 40])
  })

  it('stops, from outside and from within its callback', async () => {
    const clock = clockAtStart()
    const calls: number[] = []
    const repeating = every(clock, ms(10), () => {
      calls.push(clock.monoNow())
      if (calls.length === 2) repeating.stop()
    })
    const other = every(clock, ms(10), () => calls.push(-1))
    other.stop()
    await clock.advance(ms(100))
    expect(calls).toEqual([10, 20])
    expect(clock.pendingTimers()).toBe(0)
  })

  it('makes up no burst for the slots that it missed, and returns to its grid', () => {
    const { clock, freeze, run } = freezable()
    const calls: number[] = []
    every(clock, ms(10), () => calls.push(clock.monoNow()))
    run(25)
    freeze(1_000_003)
    run(1_000_062)
    expect(calls).toEqual([10, 20, 1_000_028, 1_000_030, 1_000_040, 1_000_050, 1_000_060])
  })

  it('calls back once when it wakes exactly on a later slot', () => {
    const { clock, freeze, run } = freezable()
    const calls: number[] = []
    every(clock, ms(10), () => calls.push(clock.monoNow()))
    freeze(50)
    run(70)
    expect(calls).toEqual([50, 60, 70])
  })

  it('is not shifted by callbacks that come late', () => {
    const { clock, freeze, run } = freezable()
    const calls: number[] = []
    every(clock, ms(10), () => {
      calls.push(clock.monoNow())
      freeze(3)
    })
    run(40)
    expect(calls).toEqual([10, 20, 30, 40])
  })

  it('skips the slots that its own callback outlasts', () => {
    const { clock, freeze, run } = freezable()
    const calls: number[] = []
    every(clock, ms(10), () => {
      calls.push(clock.monoNow())
      freeze(25)
    })
    run(100)
    expect(calls.length).toBeLessThan(6)
    for (const [index, call] of calls.entries()) {
      expect(call - (calls[index - 1] ?? -25)).toBeGreaterThanOrEqual(25)
    }
  })

  it('has at most one call a slot, however the process freezes', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.array(fc.tuple(fc.double({ min: 0, max: 300, noNaN: true }), fc.boolean()), { maxLength: 30 }),
        (period, story) => {
          const { clock, freeze, run } = freezable()
          const calls: number[] = []
          every(clock, ms(period), () => calls.push(clock.monoNow()))
          for (const [duration, frozen] of story) {
            if (frozen) freeze(duration)
            else run(clock.monoNow() + duration)
          }
          expect(calls.length).toBeLessThanOrEqual(clock.monoNow() / period + 1e-6)
          for (const [index, call] of calls.entries()) {
            // A call that is late may be followed closely by the next slot's, but not by two.
            const lastButOne = calls[index - 2] ?? Number.NEGATIVE_INFINITY
            expect(call - lastButOne).toBeGreaterThan(period * (1 - 1e-6))
          }
        },
      ),
    )
  })

  it('refuses a period that is not positive', () => {
    const clock = clockAtStart()
    expect(() => every(clock, ms(0), () => {})).toThrow('period')
    expect(() => every(clock, ms(Number.NaN), () => {})).toThrow('period')
  })
})

describe('withTimeout', () => {
  it('gives what the promise gives, and forgets its timer', async () => {
    const clock = clockAtStart()
    expect(await withTimeout(clock, ms(10), Promise.resolve('value'))).toBe('value')
    await expect(withTimeout(clock, ms(10), Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(clock.pendingTimers()).toBe(0)
  })

  it('gives undefined when it takes too long, and swallows what comes later', async () => {
    const clock = clockAtStart()
    let breakIt: (reason: Error) => void = () => {}
    const late = new Promise<string>((_, reject) => {
      breakIt = reject
    })
    const raced = withTimeout(clock, ms(10), late)
    await clock.advance(ms(10))
    expect(await raced).toBeUndefined()
    breakIt(new Error('too late to matter'))
    await clock.advance(ms(1))
  })
})
