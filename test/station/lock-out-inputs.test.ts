import { describe, expect, it } from 'vitest'
import { utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { LockOut } from '../../src/pointing/lock-out.ts'
import { watchLockOutInputs } from '../../src/station/lock-out-inputs.ts'

const bench = async (read: (file: string) => Promise<string>) => {
  const clock = createVirtualClock({ startUtc: utcMs(1_787_443_200_000) })
  const told: (readonly LockOut[])[] = []
  const watching = watchLockOutInputs({
    clock,
    inputs: [{ kind: 'wind', file: '/gpio17', lockedWhen: '1' }],
    read,
    onChange: (lockOuts) => told.push(lockOuts),
  })
  await clock.advance(ms(2_000))
  return { clock, told, watching }
}

describe('an input that locks the antenna out', () => {
  it('locks at once and unlocks when it has been calm for a minute', async () => {
    let text = '0\n'
    const { clock, told, watching } = await bench(async () => text)
    expect(told).toEqual([[]])
    text = '1\n'
    await clock.advance(ms(1_000))
    expect(told.at(-1)).toEqual([{ kind: 'wind', by: '/gpio17' }])
    // A gust, a lull, a gust: no flicker.
    for (let gust = 0; gust < 5; gust += 1) {
      text = '0\n'
      await clock.advance(ms(20_000))
      text = '1\n'
      await clock.advance(ms(1_000))
    }
    expect(told).toHaveLength(2)
    text = '0\n'
    await clock.advance(ms(58_000))
    expect(told).toHaveLength(2)
    await clock.advance(ms(3_000))
    expect(told.at(-1)).toEqual([])
    watching.stop()
  })

  it('locks when it cannot be read, and says why', async () => {
    const { told, watching } = await bench(async () => {
      throw new Error('EIO: i/o error, read')
    })
    expect(told).toHaveLength(1)
    expect(told[0]?.[0]).toMatchObject({ kind: 'wind' })
    expect(told[0]?.[0]?.by).toContain('/gpio17, which cannot be read: EIO')
    watching.stop()
  })

  it('locks when it gives no answer', async () => {
    const { clock, told, watching } = await bench(() => new Promise(() => {}))
    expect(told).toEqual([[]])
    await clock.advance(ms(3_000))
    expect(told.at(-1)?.[0]?.by).toContain('gives no answer')
    watching.stop()
  })

  it('leaves no timer behind', async () => {
    const { clock, watching } = await bench(async () => '0')
    watching.stop()
    expect(clock.pendingTimers()).toBe(0)
  })
})
