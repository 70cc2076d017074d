import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { LockOut } from '../../src/pointing/lock-out.ts'
import { watchLockOutInputs } from '../../src/station/lock-out-inputs.ts'

const START_UTC_MS = 1_787_443_200_000

const bench = async (read: (file: string) => Promise<string>, more: { maximumAgeSec?: number } = {}) => {
  const clock = createVirtualClock({ startUtc: utcMs(START_UTC_MS) })
  const told: (readonly LockOut[])[] = []
  const watching = watchLockOutInputs({
    clock,
    inputs: [{ kind: 'wind', file: '/gpio17', lockedWhen: '1', freeWhen: '0', ...more }],
    read: async (file) => ({ text: await read(file), modifiedUtcMs: utcMs(START_UTC_MS) }),
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

  it.each(['', ' \n', 'ERR sensor', '2', '00', 'x'.repeat(5_000)])(
    'locks for %j, which is not calm',
    async (text) => {
      const { told, watching } = await bench(async () => text)
      expect(told.at(-1)).toMatchObject([{ kind: 'wind' }])
      expect(told.at(-1)?.[0]?.by).toMatch(/^\/gpio17, which says .{1,24} where "0" is free$/)
      watching.stop()
    },
  )

  it('locks when a weather station writes no more', async () => {
    const { clock, told, watching } = await bench(async () => '0\n', { maximumAgeSec: 120 })
    await clock.advance(ms(117_000))
    expect(told).toEqual([[]])
    await clock.advance(ms(3_000))
    expect(told.at(-1)).toEqual([{ kind: 'wind', by: '/gpio17, which was not written for over 120 s' }])
    watching.stop()
  })

  it('locks for a file that is dated in the future: its age cannot be known', async () => {
    const { clock, told, watching } = await bench(async () => '0\n', { maximumAgeSec: 120 })
    expect(told).toEqual([[]])
    clock.stepWall(ms(-3_600_000))
    await clock.advance(ms(1_000))
    expect(told.at(-1)?.[0]?.by).toContain('dated in the future')
    watching.stop()
  })

  it('reads real files, the beginning of large ones only', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'azel-inputs-'))
    const clock = createVirtualClock({ startUtc: utcMs(Date.now()) })
    const large = { kind: 'wind', file: join(folder, 'large'), lockedWhen: '1', freeWhen: '0' } as const
    const calm = { ...large, kind: 'maintenance', file: join(folder, 'calm'), maximumAgeSec: 600 } as const
    writeFileSync(large.file, '0 '.repeat(100_000))
    writeFileSync(calm.file, '0\n')
    const told = await new Promise<readonly LockOut[]>((resolve) => {
      const watching = watchLockOutInputs({
        clock,
        inputs: [large, calm],
        onChange: (lockOuts) => {
          if (lockOuts.length === 0) return
          watching.stop()
          resolve(lockOuts)
        },
      })
    })
    expect(told.map(({ kind }) => kind)).toEqual(['wind'])
    rmSync(folder, { recursive: true })
  })

  it('leaves no timer behind', async () => {
    const { clock, watching } = await bench(async () => '0')
    watching.stop()
    expect(clock.pendingTimers()).toBe(0)
  })
})
