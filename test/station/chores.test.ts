import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Clock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { createRealClock } from '../../src/kernel/real-clock.ts'
import { type Chores, startChores } from '../../src/station/chores.ts'

const START = Date.UTC(2026, 7, 23, 0, 30)
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

let chores: Chores | undefined
let plans = 0
let houses = 0
let told: string[] = []
// node-cron reads the machine's clock by itself: here both it and ours are the test's.
beforeEach(() => {
  vi.useFakeTimers({ now: START })
  plans = 0
  houses = 0
  told = []
})
afterEach(() => {
  chores?.stop()
  chores = undefined
  vi.useRealTimers()
})

const start = (
  plan: () => Promise<void> = async () => {},
  fetchElements?: () => Promise<void>,
  seed = 1,
): Clock => {
  const clock = createRealClock()
  chores = startChores({
    clock,
    log: { ...silentLog, warn: (message) => told.push(message), fault: ({ message }) => told.push(message) },
    plan: async () => {
      plans += 1
      await plan()
    },
    keepHouse: async () => {
      houses += 1
    },
    ...(fetchElements === undefined ? {} : { fetchElements }),
    random: createRandom(seed),
  })
  return clock
}

describe('the chores', () => {
  it('plan each hour and keep house once a day', async () => {
    start()
    await vi.advanceTimersByTimeAsync(24 * HOUR_MS)
    expect(plans).toBe(24)
    expect(houses).toBe(1)
    expect(told).toEqual([])
  })

  it('end when stopped', async () => {
    start()
    chores?.stop()
    await vi.advanceTimersByTimeAsync(3 * HOUR_MS)
    expect(plans).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('go on after one that failed, and say so', async () => {
    start(() => Promise.reject(new Error('no elements')))
    await vi.advanceTimersByTimeAsync(3 * HOUR_MS)
    expect(plans).toBe(3)
    expect(told[0]).toBe('The hourly plan failed: no elements')
  })

  it('do not pile up on one that hangs', async () => {
    start(() => new Promise(() => {}))
    await vi.advanceTimersByTimeAsync(5 * HOUR_MS)
    expect(plans).toBe(1)
  })

  it.for([
    ['an hour forward', HOUR_MS],
    ['an hour back', -HOUR_MS],
    ['ten years forward', 10 * 365 * 24 * HOUR_MS],
    ['ten years back', -10 * 365 * 24 * HOUR_MS],
  ] as const)(
    'plan anew within seconds when the clock steps %s, and hourly from then on',
    async ([, stepMs]) => {
      start()
      await vi.advanceTimersByTimeAsync(MINUTE_MS)
      vi.setSystemTime(Date.now() + stepMs)
      await vi.advanceTimersByTimeAsync(10_000)
      expect(plans).toBe(1)
      expect(told[0]).toMatch(/^the wall clock stepped by -?\d/)
      await vi.advanceTimersByTimeAsync(5 * HOUR_MS)
      expect(plans).toBe(6)
      expect(told).toHaveLength(1)
    },
  )

  it('ask the sources at once and then each hour, each station at a minute and second of its own', async () => {
    const moments = new Set<number>()
    for (let seed = 0; seed < 12; seed += 1) {
      vi.setSystemTime(START)
      const asked: number[] = []
      start(undefined, async () => void asked.push(Date.now()), seed)
      await vi.advanceTimersByTimeAsync(6 * HOUR_MS)
      chores?.stop()
      expect(asked).toHaveLength(7)
      expect(asked[0]).toBe(START)
      const [, first = 0, second = 0] = asked
      expect(second - first).toBe(HOUR_MS)
      const minute = (first % HOUR_MS) / MINUTE_MS
      // Where everybody else's jobs run.
      expect(minute > 5 && minute < 58 && Math.abs(minute - 30) > 3).toBe(true)
      moments.add(first % HOUR_MS)
    }
    expect(moments.size).toBeGreaterThan(10)
  })

  it('take a slewed clock as it is', async () => {
    start()
    for (let second = 0; second < 600; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000)
      vi.setSystemTime(Date.now() + 1)
    }
    expect(told).toEqual([])
  })
})
