import { afterEach, describe, expect, it, vi } from 'vitest'
import { createRealClock } from '../../src/kernel/real-clock.ts'
import { ms } from '../../src/kernel/units.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** The two clocks of a machine, in a test's hands. Each reading takes `readMs` of stopwatch and wall time alike. */
const machine = (start: { wallMs: number; monotonicMs: number }) => {
  const state = { ...start }
  vi.spyOn(Date, 'now').mockImplementation(() => Math.floor(state.wallMs))
  vi.spyOn(performance, 'now').mockImplementation(() => state.monotonicMs)
  vi.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(start.wallMs - start.monotonicMs)
  return {
    state,
    pass: (durationMs: number) => {
      state.wallMs += durationMs
      state.monotonicMs += durationMs
    },
  }
}

describe('the wall clock', () => {
  it('agrees with Date to a millisecond, and has a fraction', () => {
    const clock = createRealClock()
    let fractions = 0
    for (let count = 0; count < 2000; count += 1) {
      const before = Date.now()
      const now = clock.utcNow()
      const after = Date.now()
      expect(now).toBeGreaterThanOrEqual(before - 1)
      expect(now).toBeLessThan(after + 2)
      if (now % 1 !== 0) fractions += 1
    }
    expect(fractions).toBeGreaterThan(1000)
  })

  it('keeps the fraction where stopwatch and Date agree', () => {
    const { pass } = machine({ wallMs: 1_787_450_840_000.25, monotonicMs: 1000 })
    const clock = createRealClock()
    pass(10.5)
    expect(clock.utcNow()).toBeCloseTo(1_787_450_840_010.75, 3)
  })

  it.each([3_600_000, -3_600_000, 37, -37])('follows a step of %d ms at once', (step) => {
    const { state, pass } = machine({ wallMs: 1_787_450_840_000.5, monotonicMs: 1000 })
    const clock = createRealClock()
    clock.utcNow()
    state.wallMs += step
    expect(Math.abs(clock.utcNow() - state.wallMs)).toBeLessThanOrEqual(1)
    pass(1234.5)
    expect(Math.abs(clock.utcNow() - state.wallMs)).toBeLessThanOrEqual(1)
  })

  it('stays within a millisecond while the wall clock is slewed, and finds its way closer', () => {
    const { state, pass } = machine({ wallMs: 1_787_450_840_000.5, monotonicMs: 1000 })
    const clock = createRealClock()
    for (let count = 0; count < 5000; count += 1) {
      pass(1.37)
      // 500 parts in a million, the most that a kernel slews.
      state.wallMs += 1.37 * 500e-6
      expect(Math.abs(clock.utcNow() - state.wallMs)).toBeLessThanOrEqual(1)
    }
  })

  it('reads the pair again when the process was interrupted between its two clocks', () => {
    const { state, pass } = machine({ wallMs: 1_787_450_840_000.5, monotonicMs: 1000 })
    const clock = createRealClock()
    let interruptions = 1
    vi.spyOn(Date, 'now').mockImplementation(() => {
      const whole = Math.floor(state.wallMs)
      if (interruptions > 0) {
        interruptions -= 1
        pass(250)
      }
      return whole
    })
    expect(clock.utcNow()).toBeCloseTo(state.wallMs, 3)
    expect(interruptions).toBe(0)
  })

  it('answers even when every reading is interrupted', () => {
    const { state, pass } = machine({ wallMs: 1_787_450_840_000.5, monotonicMs: 1000 })
    const clock = createRealClock()
    vi.spyOn(Date, 'now').mockImplementation(() => {
      const whole = Math.floor(state.wallMs)
      pass(5)
      return whole
    })
    expect(Math.abs(clock.utcNow() - state.wallMs)).toBeLessThanOrEqual(6)
  })
})

describe('the stopwatch', () => {
  it('never goes back', () => {
    const clock = createRealClock()
    let last = clock.monoNow()
    for (let count = 0; count < 10_000; count += 1) {
      const now = clock.monoNow()
      expect(now).toBeGreaterThanOrEqual(last)
      last = now
    }
  })
})

describe('a timer', () => {
  it('fires after at least its delay, and not much later', async () => {
    const clock = createRealClock()
    for (const delay of [0, 0.4, 1.9, 5.7, 20.3]) {
      const set = clock.monoNow()
      const fired = await new Promise<number>((resolve) =>
        clock.setTimer(ms(delay), () => resolve(clock.monoNow())),
      )
      expect(fired - set).toBeGreaterThanOrEqual(delay)
      // Generous: the machine may be busy.
      expect(fired - set).toBeLessThan(delay + 1000)
    }
  })

  it('does not fire when it is cancelled', async () => {
    const clock = createRealClock()
    let fired = false
    const timer = clock.setTimer(ms(5), () => {
      fired = true
    })
    timer.cancel()
    await new Promise<void>((resolve) => clock.setTimer(ms(15), resolve))
    expect(fired).toBe(false)
    timer.cancel()
  })

  it('lasts longer than setTimeout can', () => {
    vi.useFakeTimers()
    const clock = createRealClock()
    const delay = 60 * 24 * 3_600_000
    let firings = 0
    clock.setTimer(ms(delay), () => {
      firings += 1
    })
    vi.advanceTimersByTime(delay - 1)
    expect(firings).toBe(0)
    vi.advanceTimersByTime(2)
    expect(firings).toBe(1)
    vi.advanceTimersByTime(delay)
    expect(firings).toBe(1)
  })

  it('can be cancelled in the middle of a long wait', () => {
    vi.useFakeTimers()
    const clock = createRealClock()
    let fired = false
    const timer = clock.setTimer(ms(60 * 24 * 3_600_000), () => {
      fired = true
    })
    vi.advanceTimersByTime(30 * 24 * 3_600_000)
    timer.cancel()
    vi.advanceTimersByTime(60 * 24 * 3_600_000)
    expect(fired).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('refuses a delay that is not finite', () => {
    const clock = createRealClock()
    expect(() => clock.setTimer(ms(Number.NaN), () => {})).toThrow('finite')
    expect(() => clock.setTimer(ms(Number.POSITIVE_INFINITY), () => {})).toThrow('finite')
  })
})
