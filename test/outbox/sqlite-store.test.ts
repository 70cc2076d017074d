import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { openInlineStore } from '../../src/outbox/inline-store.ts'
import type { Store } from '../../src/outbox/store.ts'

let folder = ''
let path = ''
const open: Store[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-store-'))
  path = join(folder, 'station.sqlite')
})
afterEach(async () => {
  for (const store of open.splice(0)) await store.close()
  rmSync(folder, { recursive: true, force: true })
})
const openStore = (): Store => {
  const store = unwrap(openInlineStore(path))
  open.push(store)
  return store
}
const closeStore = async (store: Store): Promise<void> => {
  open.splice(open.indexOf(store), 1)
  await store.close()
}

const NOW = utcMs(1_787_000_000_000)
const recordOf = (id: string) => ({ id, body: Buffer.from(`body of ${id}`), recordedUtc: NOW })
const appendMany = async (store: Store, count: number): Promise<void> => {
  unwrap(await store.append(Array.from({ length: count }, (_, index) => recordOf(`r${index + 1}`))))
}
/** A stream with items 1 to `count`, released a second apart. */
const release = async (store: Store, stream: string, count: number, partner = 'denmark'): Promise<void> => {
  unwrap(
    await store.commitRelease({
      decidedThrough: count,
      decisions: [],
      items: Array.from({ length: count }, (_, index) => ({
        stream,
        number: index + 1,
        journalNumber: index + 1,
        sealed: Buffer.from(`${stream} ${index + 1}`),
        hash: `${stream}-${index + 1}`,
        releasedUtc: utcMs(NOW + index * 1000),
      })),
      streams: [
        {
          stream,
          partner,
          dataMode: 'REAL',
          number: count,
          head: `${stream}-${count}`,
          lastTaken: undefined,
        },
      ],
    }),
  )
}
const numbersOf = async (store: Store, stream: string): Promise<readonly number[]> =>
  unwrap(await store.readItems({ stream, from: 1, to: 1_000, limit: 1_000 })).map(({ number }) => number)
const streamOf = async (store: Store, stream: string) =>
  unwrap(await store.status()).streams.find((status) => status.stream === stream)
const faultOf = (outcome: { readonly ok: boolean; readonly error?: { readonly code: string } }) =>
  outcome.ok ? 'ok' : outcome.error?.code

describe('the journal', () => {
  it('takes a record once, whoever repeats it, and is the same after a restart', async () => {
    const store = openStore()
    const first = unwrap(await store.append([recordOf('a'), recordOf('b')]))
    expect(unwrap(await store.append([recordOf('b'), recordOf('a')]))).toEqual(first)
    await closeStore(store)
    const again = openStore()
    expect(unwrap(await again.status()).journal).toEqual(first)
    unwrap(await again.append([recordOf('c')]))
    expect(unwrap(await again.verifyJournal())).toMatchObject({ kind: 'intact', entries: 3 })
    const entries = unwrap(await again.readJournal({ first: 2, limit: 5 }))
    expect(entries.map(({ number, id, body }) => [number, id, Buffer.from(body).toString()])).toEqual([
      [2, 'b', 'body of b'],
      [3, 'c', 'body of c'],
    ])
  })

  it.each([
    ['a body changed', "UPDATE journal SET body = x'00' WHERE number = 3", 3],
    ['an id changed', "UPDATE journal SET id = 'other' WHERE number = 2", 2],
    ['an entry taken out', 'DELETE FROM journal WHERE number = 2', 3],
    ['the first one taken out', 'DELETE FROM journal WHERE number = 1', 2],
    [
      'two exchanged',
      'UPDATE journal SET number = 9 WHERE number = 2; UPDATE journal SET number = 2 WHERE number = 3; UPDATE journal SET number = 3 WHERE number = 9',
      2,
    ],
    ['a hash made new', "UPDATE journal SET hash = 'x' WHERE number = 4", 4],
  ])('shows %s', async (_name, sql, at) => {
    const store = openStore()
    await appendMany(store, 5)
    await closeStore(store)
    const database = new DatabaseSync(path)
    database.exec(sql)
    database.close()
    expect(unwrap(await openStore().verifyJournal())).toEqual({ kind: 'broken', at })
  })
})

describe('the outbox', () => {
  it('moves items, decisions and position in one step or not at all', async () => {
    const store = openStore()
    await appendMany(store, 2)
    const item = {
      stream: 's1',
      number: 1,
      journalNumber: 1,
      sealed: Buffer.from('x'),
      hash: 'h',
      releasedUtc: NOW,
    }
    const outcome = await store.commitRelease({
      decidedThrough: 2,
      decisions: [
        { partner: 'p', agreement: 'a', journalNumber: 1, kind: 'released', reason: 'r', decidedUtc: NOW },
      ],
      // The same journal entry twice into one stream: refused by the database itself.
      items: [item, { ...item, number: 2 }],
      streams: [{ stream: 's1', partner: 'p', dataMode: 'REAL', number: 2, head: 'h', lastTaken: undefined }],
    })
    expect(faultOf(outcome)).toBe('store.write')
    expect(unwrap(await store.status())).toMatchObject({ decidedThrough: 0, streams: [] })
    expect(unwrap(await store.readAudit(10))).toEqual([])
  })

  it('gives what was not sent, lowest first, and remembers what was', async () => {
    const store = openStore()
    await appendMany(store, 5)
    await release(store, 's1', 5)
    const unsent = async () =>
      unwrap(await store.readUnsent({ stream: 's1', limit: 3 })).map(({ number }) => number)
    expect(await unsent()).toEqual([1, 2, 3])
    unwrap(await store.markSent({ stream: 's1', numbers: [1, 3] }))
    expect(await unsent()).toEqual([2, 4, 5])
  })

  it('believes a receipt by its hash, never back, never beyond', async () => {
    const store = openStore()
    await appendMany(store, 5)
    await release(store, 's1', 5)
    const receive = async (through: number, head: string, stream = 's1') =>
      unwrap(await store.acceptReceipt({ stream, through, head }))
    expect(await receive(3, 's1-4')).toEqual({ kind: 'other-hash' })
    expect(await receive(6, 's1-5')).toEqual({ kind: 'unknown-number' })
    expect(await receive(Number.MAX_SAFE_INTEGER, 's1-5')).toEqual({ kind: 'unknown-number' })
    expect(await receive(1, 's1-1', 's2')).toEqual({ kind: 'unknown-number' })
    expect((await streamOf(store, 's1'))?.receipted).toBe(0)
    expect(await receive(3, 's1-3')).toEqual({ kind: 'accepted', receipted: 3 })
    // Played again, and an older one: nothing goes back.
    expect(await receive(3, 's1-3')).toEqual({ kind: 'accepted', receipted: 3 })
    expect(await receive(1, 's1-1')).toEqual({ kind: 'accepted', receipted: 3 })
    // What he holds needs no sending.
    expect(unwrap(await store.readUnsent({ stream: 's1', limit: 9 })).map(({ number }) => number)).toEqual([
      4, 5,
    ])
  })

  it('lets go of what is receipted, and of nothing else, and keeps the head', async () => {
    const store = openStore()
    await appendMany(store, 5)
    await release(store, 's1', 5)
    await release(store, 's2', 5)
    unwrap(await store.markSent({ stream: 's1', numbers: [1, 2, 3, 4, 5] }))
    expect(unwrap(await store.prune({ stream: 's1', unreceiptedBeforeUtc: undefined }))).toBe(0)
    unwrap(await store.acceptReceipt({ stream: 's1', through: 3, head: 's1-3' }))
    expect(unwrap(await store.prune({ stream: 's1', unreceiptedBeforeUtc: undefined }))).toBe(3)
    expect(await numbersOf(store, 's1')).toEqual([4, 5])
    expect((await streamOf(store, 's1'))?.oldest).toBe(4)
    unwrap(await store.acceptReceipt({ stream: 's1', through: 5, head: 's1-5' }))
    unwrap(await store.prune({ stream: 's1', unreceiptedBeforeUtc: undefined }))
    expect(await numbersOf(store, 's1')).toEqual([5])
    expect(await streamOf(store, 's1')).toMatchObject({ oldest: 5, number: 5, head: 's1-5', receipted: 5 })
    expect(await numbersOf(store, 's2')).toEqual([1, 2, 3, 4, 5])
  })

  it('lets go by age of what was sent, never of what was not', async () => {
    const store = openStore()
    await appendMany(store, 5)
    await release(store, 's1', 5)
    unwrap(await store.markSent({ stream: 's1', numbers: [1, 3] }))
    const before = utcMs(NOW + 2_500)
    expect(unwrap(await store.prune({ stream: 's1', unreceiptedBeforeUtc: before }))).toBe(2)
    expect(await numbersOf(store, 's1')).toEqual([2, 4, 5])
    // A receipt for something let go is no reason for an alarm, and moves nothing.
    expect(unwrap(await store.acceptReceipt({ stream: 's1', through: 3, head: 'x' }))).toEqual({
      kind: 'accepted',
      receipted: 0,
    })
  })

  it('gives what waits in the order of its due times, until it is decided', async () => {
    const store = openStore()
    await appendMany(store, 3)
    const decide = async (journalNumber: number, kind: 'waiting' | 'released', due: number) =>
      unwrap(
        await store.commitRelease({
          decidedThrough: 3,
          decisions: [
            {
              partner: 'p',
              agreement: 'a',
              journalNumber,
              kind,
              reason: 'r',
              decidedUtc: NOW,
              dueUtc: utcMs(NOW + due),
            },
          ],
          items: [],
          streams: [],
        }),
      )
    await decide(1, 'waiting', 300)
    await decide(2, 'waiting', 100)
    await decide(3, 'waiting', 200)
    const waiting = async () => unwrap(await store.readWaiting(9)).map(({ entry }) => entry.number)
    expect(await waiting()).toEqual([2, 3, 1])
    await decide(2, 'waiting', 400)
    expect(await waiting()).toEqual([3, 1, 2])
    await decide(3, 'released', 0)
    expect(await waiting()).toEqual([1, 2])
    expect(unwrap(await store.readAudit(2)).map(({ number, kind }) => [number, kind])).toEqual([
      [4, 'waiting'],
      [5, 'released'],
    ])
  })
})

describe('data that cannot be used is refused in one sentence', () => {
  const outcome = () => faultOf(openInlineStore(path))

  it('data in use by another', () => {
    openStore()
    expect(outcome()).toBe('store.locked')
  })

  it('data of a newer program, left untouched', () => {
    const database = new DatabaseSync(path)
    database.exec('PRAGMA user_version = 99')
    database.close()
    const before = readFileSync(path)
    expect(outcome()).toBe('store.newer')
    expect(readFileSync(path)).toEqual(before)
  })

  it('a file that is no database, left untouched', () => {
    const text = 'This is a diary.\n'.repeat(500)
    writeFileSync(path, text)
    expect(outcome()).toBe('store.corrupt')
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it('a database with a page overwritten', async () => {
    const store = openStore()
    await appendMany(store, 200)
    await closeStore(store)
    const bytes = readFileSync(path)
    bytes.fill(0xa5, 4096)
    writeFileSync(path, bytes)
    const opened = openInlineStore(path)
    const code = opened.ok ? faultOf(await opened.value.verifyJournal()) : faultOf(opened)
    if (opened.ok) await opened.value.close()
    expect(code).toBe('store.corrupt')
  })

  it('a folder that is a file, and a path that is a folder', () => {
    writeFileSync(path, '')
    expect(faultOf(openInlineStore(join(path, 'below')))).toBe('store.open')
    expect(faultOf(openInlineStore(folder))).toBe('store.open')
  })

  it.skipIf(process.getuid?.() !== 0)('a file of somebody else', () => {
    chmodSync(folder, 0o755)
    writeFileSync(path, '')
    chmodSync(path, 0o644)
    const program = `
      const { openInlineStore } = await import(${JSON.stringify(new URL('../../src/outbox/inline-store.ts', import.meta.url).href)})
      process.setgid(65534); process.setuid(65534)
      const outcome = openInlineStore(${JSON.stringify(path)})
      process.stdout.write(outcome.ok ? 'ok' : outcome.error.code)`
    const answer = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    })
    // biome-ignore lint/suspicious/noMisplacedAssertion: it stands in a test that is skipped without root
    expect(answer).toBe('store.open')
  })
})
