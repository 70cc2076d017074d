import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Fault } from '../../src/kernel/errors.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { openWorkerStore } from '../../src/outbox/worker-store.ts'
import { createRecorder } from '../../src/station/recorder.ts'
import { sampleRecord } from '../simulation/sample.ts'

const START = utcMs(Date.UTC(2026, 7, 23, 5))
let folder = ''
let mounted = false
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-full-'))
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' })
  mounted = mount.status === 0
})
afterEach(() => {
  if (mounted) spawnSync('umount', ['--lazy', folder], { stdio: 'ignore' })
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(process.getuid?.() !== 0)('a disk that is full', () => {
  it('is told once; nothing acknowledged is lost, what waits drains when there is space', async (context) => {
    // Root of a container may not be allowed to.
    if (!mounted) return context.skip()
    // What somebody can delete later.
    writeFileSync(join(folder, 'other'), Buffer.alloc(500_000))
    const path = join(folder, 'station.sqlite')
    const clock = createVirtualClock({ startUtc: START })
    const store = unwrap(await openWorkerStore(path))
    const faults: Fault[] = []
    const recorder = createRecorder({
      clock,
      log: { ...silentLog, fault: (failure) => faults.push(failure) },
      store,
      onJournaled: async () => {},
    })
    let count = 0
    while (recorder.healthy()) {
      recorder.record(sampleRecord({ count, timeUtc: START }))
      count += 1
      await recorder.flush()
      expect(count).toBeLessThan(1_000)
    }
    const acknowledged = recorder.counts().journaled
    expect(acknowledged).toBeGreaterThan(5)
    expect(faults.map(({ code }) => code)).toEqual(['store.full'])
    for (let more = 0; more < 20; more += 1)
      recorder.record(sampleRecord({ count: count + more, timeUtc: START }))
    count += 20
    expect(unwrap(await store.verifyJournal())).toMatchObject({ kind: 'intact', entries: acknowledged })
    await clock.holdFor(recorder.flush())
    expect(recorder.counts()).toEqual({ journaled: acknowledged, queued: count - acknowledged, lost: 0 })

    rmSync(join(folder, 'other'))
    expect(statfsSync(folder).bavail).toBeGreaterThan(0)
    await recorder.flush()
    expect(recorder.counts()).toEqual({ journaled: count, queued: 0, lost: 0 })
    recorder.stop()
    await store.close()
    // And all of it is there for the next life.
    const again = unwrap(await openWorkerStore(path))
    expect(unwrap(await again.verifyJournal())).toMatchObject({ kind: 'intact', entries: count })
    await again.close()
  })
})
