import { describe, expect, it } from 'vitest'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { err, ok } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { Store } from '../../src/outbox/store.ts'
import { createRecorder } from '../../src/station/recorder.ts'
import { sampleRecord } from '../simulation/sample.ts'

const START = utcMs(Date.UTC(2026, 7, 23, 5))
const record = sampleRecord({ count: 1, timeUtc: START })

const setUp = () => {
  const clock = createVirtualClock({ startUtc: START })
  const disk: string[] = []
  const faults: Fault[] = []
  let refusal: Fault | undefined
  let tries = 0
  let largest = 0
  let told = 0
  const store: Pick<Store, 'append'> = {
    append: async (records) => {
      tries += 1
      largest = Math.max(largest, records.length)
      await Promise.resolve()
      if (refusal !== undefined) return err(refusal)
      for (const { id } of records) if (!disk.includes(id)) disk.push(id)
      return ok({ number: disk.length, hash: '' })
    },
  }
  const recorder = createRecorder({
    clock,
    log: { ...silentLog, fault: (failure) => faults.push(failure) },
    store: store as Store,
    onJournaled: async (count) => {
      told += count
    },
  })
  let count = 0
  const take = (times = 1): void => {
    for (let time = 0; time < times; time += 1) {
      count += 1
      recorder.record({ ...record, id: `oslo-1.${count}` })
    }
  }
  return {
    clock,
    recorder,
    disk,
    faults,
    take,
    tries: () => tries,
    largest: () => largest,
    told: () => told,
    refuse: (failure: Fault | undefined) => {
      refusal = failure
    },
  }
}
const full = fault('store.full', 'The disk is full')
const ids = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `oslo-1.${from + index}`)

describe('the recorder', () => {
  it('puts records on the disk in order, in bounded batches, and tells how many', async () => {
    const { recorder, disk, take, largest, told } = setUp()
    take(200)
    await recorder.flush()
    expect(disk).toEqual(ids(1, 200))
    expect([told(), largest()]).toEqual([200, 64])
    expect(recorder.counts()).toEqual({ journaled: 200, queued: 0, lost: 0 })
  })

  it('leaves no record behind that comes at any moment while another one is being finished', async () => {
    for (let steps = 0; steps < 40; steps += 1) {
      const { recorder, disk, take } = setUp()
      take()
      for (let step = 0; step < steps; step += 1) await Promise.resolve()
      take()
      for (let step = 0; step < 100; step += 1) await Promise.resolve()
      expect(disk).toEqual(ids(1, 2))
      expect(recorder.counts().queued).toBe(0)
    }
  })

  it('holds records while the disk is full, says so once, tries seldom, and drains in order when there is space', async () => {
    const { clock, recorder, disk, faults, take, tries, refuse } = setUp()
    refuse(full)
    for (let second = 0; second < 600; second += 1) {
      take()
      await clock.advance(ms(1_000))
    }
    expect(faults).toEqual([full])
    expect(recorder.healthy()).toBe(false)
    expect(recorder.counts()).toEqual({ journaled: 0, queued: 600, lost: 0 })
    expect(tries()).toBeLessThanOrEqual(121)
    refuse(undefined)
    await clock.advance(ms(5_000))
    expect(disk).toEqual(ids(1, 600))
    expect(recorder.healthy()).toBe(true)
    // The next time it is told again.
    refuse(full)
    take()
    await clock.advance(ms(10_000))
    expect(faults).toEqual([full, full])
  })

  it('keeps what came first when memory is full too, counts what is lost, and puts the number on record', async () => {
    const { clock, recorder, disk, faults, take, refuse } = setUp()
    refuse(full)
    take(7_300)
    await clock.advance(ms(60_000))
    expect(recorder.counts()).toEqual({ journaled: 0, queued: 7_200, lost: 100 })
    expect(faults.map(({ code }) => code)).toEqual(['store.overflow', 'store.full'])
    refuse(undefined)
    await clock.advance(ms(5_000))
    expect(disk).toEqual(ids(1, 7_200))
    expect(faults.at(-1)).toEqual({
      code: 'store.overflow',
      message: '100 records were lost while the disk refused',
    })
    take()
    await recorder.flush()
    expect(disk).toHaveLength(7_201)
    expect(faults).toHaveLength(3)
  })

  it('settles a flush though the disk refuses, and sets no timer after the stop', async () => {
    const { clock, recorder, take, refuse, tries } = setUp()
    refuse(full)
    take()
    await recorder.flush()
    await recorder.flush()
    recorder.stop()
    const before = tries()
    await clock.advance(ms(60_000))
    expect([tries(), clock.pendingTimers()]).toEqual([before, 0])
  })
})
