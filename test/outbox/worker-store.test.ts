import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { openInlineStore } from '../../src/outbox/inline-store.ts'
import type { NewRecord } from '../../src/outbox/store.ts'
import { openWorkerStore } from '../../src/outbox/worker-store.ts'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-worker-'))
  path = join(folder, 'station.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const recordOf = (id: string): NewRecord => ({ id, body: Buffer.from(id), recordedUtc: utcMs(1) })

describe('the store in its worker', () => {
  it('answers calls in order and keeps what it answered for', async () => {
    const store = unwrap(await openWorkerStore(path))
    const positions = await Promise.all(
      Array.from({ length: 50 }, (_, index) => store.append([recordOf(`r${index}`)])),
    )
    expect(positions.map((position) => unwrap(position).number)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    )
    await store.close()
    const again = unwrap(await openWorkerStore(path))
    expect(unwrap(await again.verifyJournal())).toMatchObject({ kind: 'intact', entries: 50 })
    await again.close()
  })

  it('says why it cannot be opened, and opens when that is mended', async () => {
    writeFileSync(path, 'no database'.repeat(1_000))
    expect(await openWorkerStore(path)).toMatchObject({ ok: false, error: { code: 'store.corrupt' } })
    rmSync(path)
    const store = unwrap(await openWorkerStore(path))
    expect(await openWorkerStore(path)).toMatchObject({ ok: false, error: { code: 'store.locked' } })
    await store.close()
  })

  it('fails calls at once when too many wait, and goes on afterwards', async () => {
    const store = unwrap(await openWorkerStore(path))
    const calls = Array.from({ length: 1_005 }, () => store.status())
    const outcomes = await Promise.all(calls)
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1_000)
    expect(outcomes.at(-1)).toMatchObject({ error: { code: 'store.write' } })
    expect((await store.status()).ok).toBe(true)
    await store.close()
  })

  it('fails every call after it was closed, and closes twice', async () => {
    const store = unwrap(await openWorkerStore(path))
    await store.close()
    expect(await store.append([recordOf('late')])).toMatchObject({
      ok: false,
      error: { code: 'store.write' },
    })
    await store.close()
  })

  it('fails what was under way when the worker dies, and starts another for the next call', async () => {
    // The real worker, which dies at a certain record.
    const mortal = join(folder, 'mortal-worker.ts')
    const real = new URL('../../src/outbox/store-worker.ts', import.meta.url).href
    writeFileSync(
      mortal,
      `import { parentPort } from 'node:worker_threads'
       parentPort.on('message', ({ parameters }) => {
         if (parameters[0]?.[0]?.id === 'deadly') process.exit(7)
       })
       await import(${JSON.stringify(real)})`,
    )
    const store = unwrap(await openWorkerStore(path, pathToFileURL(mortal)))
    unwrap(await store.append([recordOf('before')]))
    for (const after of [2, 3]) {
      const dying = store.append([recordOf('deadly')])
      const behind = store.append([recordOf('behind')])
      expect(await dying).toMatchObject({ ok: false, error: { code: 'store.write' } })
      expect((await behind).ok).toBe(false)
      expect(unwrap(await store.append([recordOf(`after ${after}`)])).number).toBe(after)
    }
    expect(unwrap(await store.verifyJournal())).toMatchObject({ kind: 'intact', entries: 3 })
    await store.close()
  })

  it('says so each time while another worker cannot be opened, and goes on when it can', async () => {
    const mortal = join(folder, 'mortal-worker.ts')
    const real = new URL('../../src/outbox/store-worker.ts', import.meta.url).href
    writeFileSync(
      mortal,
      `import { parentPort } from 'node:worker_threads'
       parentPort.on('message', ({ method }) => { if (method === 'summarise') process.exit(7) })
       await import(${JSON.stringify(real)})`,
    )
    const store = unwrap(await openWorkerStore(path, pathToFileURL(mortal)))
    expect((await store.summarise()).ok).toBe(false)
    const blocking = unwrap(openInlineStore(path))
    for (let count = 0; count < 3; count += 1) {
      expect(await store.status()).toMatchObject({ ok: false, error: { code: 'store.locked' } })
    }
    await blocking.close()
    expect((await store.status()).ok).toBe(true)
    await store.close()
  })
})
