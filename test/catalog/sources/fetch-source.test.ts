import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type FetchOutcome,
  type FetchWorld,
  fetchSources,
} from '../../../src/catalog/sources/fetch-source.ts'
import { SourceLedger } from '../../../src/catalog/sources/ledger.ts'
import type { ElementSource, NetworkSource } from '../../../src/catalog/sources/source.ts'
import { createTransport } from '../../../src/catalog/sources/transport.ts'
import { CatalogStore } from '../../../src/catalog/store/catalog-store.ts'
import { describeFault } from '../../../src/kernel/errors.ts'
import { createRandom } from '../../../src/kernel/random.ts'
import { unwrap } from '../../../src/kernel/result.ts'
import { MS_PER_HOUR, MS_PER_MINUTE, utcMs } from '../../../src/kernel/time.ts'
import { ms } from '../../../src/kernel/units.ts'
import { createVirtualClock, type VirtualClock } from '../../../src/kernel/virtual-clock.ts'
import { createMemoryFolder } from '../../support/memory-folder.ts'
import { type CelestrakDouble, startCelestrak, startSpaceTrack } from './service-double.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/catalog/${name}`, import.meta.url), 'utf8')
const FIRST = fixture('active-2026-08-01.csv')
const SECOND = fixture('active-2026-08-22.csv')
const OBJECTS = FIRST.trim().split('\n').length - 1

let folder: string
let clock: VirtualClock
let celestrak: CelestrakDouble
let source: NetworkSource
let world: FetchWorld
let hold: () => void
beforeEach(async () => {
  folder = createMemoryFolder('azel-fetch-')
  clock = createVirtualClock({ startUtc: utcMs(Date.UTC(2026, 7, 22, 0, 1)) })
  celestrak = await startCelestrak(clock, FIRST)
  source = { kind: 'celestrak', query: { group: 'active' }, server: celestrak.url }
  world = {
    clock,
    random: createRandom(1),
    transport: createTransport({ clock, fetch, userAgent: 'azel/test' }),
    storePath: join(folder, 'catalog.sqlite'),
  }
  hold = () => {}
})
afterEach(async () => {
  hold()
  await celestrak.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Fetches as a new process would: nothing is remembered but what the folder holds. */
const fetchAll = async (
  sources: readonly ElementSource[] = [source],
  options: Parameters<typeof fetchSources>[2] = {},
): Promise<readonly FetchOutcome[]> => unwrap(await fetchSources(sources, world, options))
const fetchOne = async (options: Parameters<typeof fetchSources>[2] = {}): Promise<FetchOutcome> => {
  const [outcome] = await fetchAll([source], options)
  if (outcome === undefined) throw new Error('nothing was done')
  return outcome
}
const sentence = (outcome: FetchOutcome): string =>
  outcome.kind === 'trouble' ? describeFault(outcome.failure) : outcome.kind
const pass = (hours: number): Promise<void> => clock.advance(ms(hours * MS_PER_HOUR))
const stored = (): number => {
  const store = unwrap(CatalogStore.open(world.storePath))
  try {
    return unwrap(store.currentSets()).length
  } finally {
    store.close()
  }
}

describe('fetching from CelesTrak', () => {
  it('takes the answer into the store with its provenance', async () => {
    expect(await fetchOne()).toMatchObject({ kind: 'imported', summary: { sets: OBJECTS, added: OBJECTS } })
    expect(celestrak.requests()).toEqual(['GET /NORAD/elements/gp.php?GROUP=active&FORMAT=CSV'])
    const store = unwrap(CatalogStore.open(world.storePath))
    expect(unwrap(store.currentSets([25544]))[0]?.origin).toMatchObject({
      source: `celestrak at ${celestrak.url} GROUP=active`,
      place: `${celestrak.url}/NORAD/elements/gp.php?GROUP=active&FORMAT=CSV`,
      fetchedUtcMs: clock.utcNow(),
      bytes: FIRST.length,
      redistributable: true,
    })
    store.close()
    expect(readdirSync(join(folder, 'catalog'))).toEqual([])
  })

  it.each([
    [{ group: 'weather' }, 'GROUP=weather'],
    [{ catalogNumber: 25544 }, 'CATNR=25544'],
    [{ name: 'NOAA 1' }, 'NAME=NOAA+1'],
    [{ designator: '1998-067' }, 'INTDES=1998-067'],
    [{ special: 'GPZ' }, 'SPECIAL=GPZ'],
  ])('asks for %o', async (query, asked) => {
    await fetchAll([{ kind: 'celestrak', query, server: celestrak.url }])
    expect(celestrak.requests()).toEqual([`GET /NORAD/elements/gp.php?${asked}&FORMAT=CSV`])
  })

  it('never asks twice within an update, whatever is tried every ten minutes for a day and a half', async () => {
    for (let minute = 0; minute < 36 * 60; minute += 10) {
      const outcome = await fetchOne()
      expect(['imported', 'same', 'wait']).toContain(outcome.kind)
      if (minute === 700) celestrak.publish(SECOND)
      await clock.advance(ms(10 * MS_PER_MINUTE))
    }
    expect(celestrak.offences()).toBe(0)
    // Each two hours and a little, and no more.
    expect(celestrak.requests().length).toBeGreaterThan(14)
    expect(celestrak.requests().length).toBeLessThanOrEqual(18)
  })

  it('says when it may ask again, and asks with the tag it was given', async () => {
    await fetchOne()
    expect(await fetchOne()).toMatchObject({
      kind: 'wait',
      untilUtcMs: clock.utcNow() + 125 * MS_PER_MINUTE,
      because: 'it was asked at 2026-08-22T00:01:00Z',
    })
    await pass(3)
    expect((await fetchOne()).kind).toBe('same')
    expect(celestrak.headers()[1]?.['if-none-match']).toBe('"1"')
    await pass(3)
    celestrak.publish(SECOND)
    expect(await fetchOne()).toMatchObject({ kind: 'imported', summary: { added: OBJECTS } })
  })

  it('knows the same answer again from a server without tags', async () => {
    celestrak.once((_request, response) => response.end(FIRST))
    await fetchOne()
    await pass(3)
    celestrak.once((_request, response) => response.end(FIRST))
    expect((await fetchOne()).kind).toBe('same')
  })

  it('counts a question whose answer was never seen: the process died in between', async () => {
    const store = unwrap(CatalogStore.open(world.storePath))
    expect(new SourceLedger(store).claim(source, clock.utcNow()).kind).toBe('granted')
    store.close()
    expect((await fetchOne()).kind).toBe('wait')
    expect(celestrak.requests()).toEqual([])
  })

  it('does not trust a clock by which the last question lies in the future', async () => {
    await fetchOne()
    clock.stepWall(ms(-20 * 365 * 24 * MS_PER_HOUR))
    for (let hours = 0; hours < 48; hours += 6) {
      expect(await fetchOne()).toMatchObject({ kind: 'wait', because: expect.stringMatching(/clock/) })
      await pass(6)
    }
    expect(celestrak.requests()).toHaveLength(1)
  })

  it.each([301, 302, 400, 403, 404, 429, 500, 503])(
    'stops for good at %i, says so in one sentence, and goes on when a person clears it',
    async (status) => {
      await fetchOne()
      await pass(3)
      celestrak.once((_request, response) =>
        response.writeHead(status, { location: 'https://celestrak.org/new' }).end('<h1>Go\naway</h1>'),
      )
      const stopped = sentence(await fetchOne())
      expect(stopped).toMatch(
        new RegExp(
          `^127\\.0\\.0\\.1:\\d+ answered ${status} \\("[^"]+"\\)\\. [^.]+\\. \\[source\\.stopped\\]$`,
        ),
      )
      for (let hours = 0; hours < 72; hours += 6) {
        await pass(6)
        expect(sentence(await fetchOne())).toBe(stopped)
      }
      // One that blocks an address blocks it for all queries.
      const other = { ...source, query: { group: 'weather' } } as const
      expect((await fetchAll([other as NetworkSource]))[0]).toMatchObject({ kind: 'trouble' })
      expect(celestrak.requests()).toHaveLength(2)
      expect(stored()).toBe(OBJECTS)
      expect((await fetchOne({ retry: true })).kind).toBe('same')
    },
  )

  it('keeps the two hours even when a person asks to try again', async () => {
    await fetchOne()
    expect((await fetchOne({ retry: true })).kind).toBe('wait')
    expect(celestrak.requests()).toHaveLength(1)
  })

  it('backs off while nobody is there, longer and longer up to half a day, and uses what it has', async () => {
    await fetchOne()
    await celestrak.close()
    await pass(3)
    const waits: number[] = []
    for (let round = 0; round < 12; round += 1) {
      expect(sentence(await fetchOne())).toMatch(/cannot be reached: .*\[source\.unreachable\]$/)
      const waiting = await fetchOne()
      if (waiting.kind !== 'wait') throw new Error('it asked again at once')
      expect(waiting.because).toMatch(/cannot be reached/)
      waits.push(waiting.untilUtcMs - clock.utcNow())
      await clock.advance(ms(waiting.untilUtcMs - clock.utcNow()))
    }
    expect(waits[0]).toBeGreaterThanOrEqual(7.5 * MS_PER_MINUTE)
    expect(waits[0]).toBeLessThanOrEqual(12.5 * MS_PER_MINUTE)
    expect(waits[3]).toBeGreaterThan(2 * (waits[0] ?? 0))
    expect(Math.max(...waits)).toBe(12 * MS_PER_HOUR)
    expect(stored()).toBe(OBJECTS)
  })

  it.each([
    [
      'a web page with status 200',
      '<!DOCTYPE html><title>Maintenance</title>',
      /sent a web page instead of elements \("Maintenance"\)/,
    ],
    ['words', 'No GP data found', /sent no elements \("No GP data found"\)/],
    ['nothing', '', /sent nothing/],
    ['a table cut within a row', SECOND.slice(0, SECOND.length - 60), /ends within a row, after \d+ bytes/],
    ['a table cut in its header', SECOND.slice(0, 60), /sent no elements/],
  ])('does not take %s, and asks again after two hours at the earliest', async (_what, body, message) => {
    await fetchOne()
    await pass(3)
    celestrak.once((_request, response) => response.end(body))
    const told = sentence(await fetchOne())
    expect(told).toMatch(message)
    expect(told).toMatch(/\[source\.answer\]$/)
    await pass(2)
    expect((await fetchOne()).kind).toBe('wait')
    expect(stored()).toBe(OBJECTS)
    await pass(0.25)
    expect((await fetchOne()).kind).toBe('same')
  })

  it('keeps an answer of a third of the objects aside, says so, and takes it when a person has looked', async () => {
    await fetchOne()
    const third = SECOND.split('\r\n').slice(0, 21).join('\r\n')
    await pass(3)
    celestrak.publish(`${third}\r\n`)
    const told = sentence(await fetchOne())
    const aside = join(folder, 'catalog', readdirSync(join(folder, 'catalog'))[0] ?? '')
    expect(told).toContain(`sent 20 objects where there were ${OBJECTS} before; they are in ${aside}. `)
    expect(readFileSync(aside, 'utf8')).toBe(`${third}\r\n`)
    await pass(3)
    expect(await fetchOne({ retry: true })).toMatchObject({ kind: 'imported', summary: { sets: 20 } })
  })

  it('takes a smaller answer only of the source that was refused for it and asked for again', async () => {
    const other = { kind: 'celestrak', query: { group: 'weather' }, server: celestrak.url } as const
    const { transport } = world
    world = { ...world, transport: (question) => clock.holdFor(transport(question)) }
    const fetchBoth = async (options: Parameters<typeof fetchSources>[2] = {}) => {
      const work = fetchAll([source, other], options)
      let done = false
      void work.then(() => {
        done = true
      })
      while (!done) await clock.advance(ms(1_000))
      return (await work).map(({ kind }) => kind)
    }
    const third = `${SECOND.split('\r\n').slice(0, 21).join('\r\n')}\r\n`
    expect(await fetchBoth()).toEqual(['imported', 'imported'])
    await pass(3)
    // One is out of order for the moment, the other had nothing wrong: nobody has looked at a smaller answer of either.
    celestrak.once((_request, response) => response.writeHead(503).end())
    await fetchBoth()
    await pass(13)
    celestrak.publish(third)
    expect(await fetchBoth({ retry: true })).toEqual(['trouble', 'trouble'])
    await pass(13)
    expect((await fetchOne({ retry: true })).kind).toBe('imported')
    await pass(13)
    expect((await fetchAll([other])).map(({ kind }) => kind)).toEqual(['trouble'])
  })

  it('stays below 100 MB a day', async () => {
    // The query of an owner who wants much: 30 MB each time, as noise that is no elements.
    let bytes = 0
    const body = `${FIRST}${`${'x'.repeat(999)}\n`.repeat(30_000)}`
    for (let round = 0; round < 8; round += 1) {
      celestrak.once((_request, response) => {
        bytes += body.length
        response.end(`${body}${round}\n`)
      })
      await fetchOne()
      await pass(2.1)
    }
    expect(bytes).toBeGreaterThan(50_000_000)
    expect(bytes).toBeLessThan(100_000_000)
    expect(await fetchOne()).toMatchObject({ kind: 'wait', because: 'the 80 MB of a day are used up' })
  })

  it('asks several queries one after the other, five seconds apart', async () => {
    const { transport } = world
    world = { ...world, transport: (question) => clock.holdFor(transport(question)) }
    const names = ['A', 'B', 'C']
    const sources = names.map(
      (name) => ({ kind: 'celestrak', query: { name }, server: celestrak.url }) as const,
    )
    const times: number[] = []
    const work = fetchAll(sources, { onOutcome: () => times.push(clock.monoNow()) })
    let done = false
    void work.then(() => {
      done = true
    })
    while (!done) await clock.advance(ms(1_000))
    expect((await work).map(({ kind }) => kind)).toEqual(['imported', 'imported', 'imported'])
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(10_000)
  })

  it('leaves a source alone that gave something lately, where it is told to', async () => {
    await fetchOne()
    await pass(5)
    expect(await fetchAll([source], { unlessWithinMs: 6 * MS_PER_HOUR })).toEqual([])
    await pass(2)
    expect(await fetchAll([source], { unlessWithinMs: 6 * MS_PER_HOUR })).toHaveLength(1)
  })

  it('does not speak to a server without https beyond this machine, nor with a password in the address', async () => {
    for (const server of ['http://celestrak.org', 'nonsense', 'https://me:secret@celestrak.org']) {
      const [outcome] = await fetchAll([{ kind: 'celestrak', query: { group: 'active' }, server }])
      expect(outcome).toMatchObject({ kind: 'trouble', failure: { code: 'source.setting' } })
    }
  })
})

describe('fetching from Space-Track', () => {
  const start = async (password = 'correct horse') => {
    const double = await startSpaceTrack(clock, FIRST)
    hold = () => void double.close()
    const credentialsFile = join(folder, 'space-track')
    writeFileSync(credentialsFile, `me@example.org\n${password}\n`, { mode: 0o600 })
    source = { kind: 'space-track', credentialsFile, server: double.url }
    return double
  }

  it('logs in, asks, logs out, and marks what it got as not to be passed on', async () => {
    const double = await start()
    expect((await fetchOne()).kind).toBe('imported')
    expect(double.requests()).toEqual([
      'POST /ajaxauth/login',
      'GET /basicspacedata/query/class/gp/decay_date/null-val/epoch/%3Enow-30/orderby/norad_cat_id%20asc/format/csv',
      'GET /ajaxauth/logout',
    ])
    expect(double.forms()).toEqual(['identity=me%40example.org&password=correct+horse'])
    const store = unwrap(CatalogStore.open(world.storePath))
    expect(unwrap(store.currentSets([25544]))[0]?.origin).toMatchObject({ redistributable: false })
    store.close()
  })

  it('asks several queries in turn, an hour apart, whoever stands first', async () => {
    const double = await start()
    const sources = [[25544], [7530], [27607]].map(
      (catalogNumbers) => ({ ...source, catalogNumbers }) as NetworkSource,
    )
    const asked: (number | undefined)[] = []
    for (let round = 0; round < 6; round += 1) {
      const before = double.requests().length
      await fetchAll(sources)
      asked.push(
        ...double
          .requests()
          .slice(before)
          .flatMap((request) => /norad_cat_id\/(\d+)/.exec(request)?.slice(1).map(Number) ?? []),
      )
      await pass(1.1)
    }
    expect(asked).toEqual([25544, 7530, 27607, 25544, 7530, 27607])
  })

  it('asks at most once an hour for all queries together', async () => {
    const double = await start()
    const one = { ...source, catalogNumbers: [25544] } as NetworkSource
    for (let minute = 0; minute < 12 * 60; minute += 7) {
      for (const outcome of await fetchAll([source, one], { unlessWithinMs: 2 * MS_PER_HOUR })) {
        expect(['imported', 'same', 'wait']).toContain(outcome.kind)
      }
      await clock.advance(ms(7 * MS_PER_MINUTE))
    }
    const queries = double.requests().filter((request) => request.includes('/query/'))
    expect(queries.length).toBeLessThanOrEqual(12)
    expect(queries.length).toBeGreaterThan(6)
    expect(queries.some((query) => query.includes('norad_cat_id/25544'))).toBe(true)
  })

  it('stops when the name or password is refused, and tells neither', async () => {
    const double = await start('wrong')
    const told = sentence(await fetchOne())
    expect(told).toMatch(/answered 200 to the login .*Login.*Failed.*\[source\.stopped\]$/)
    expect(told).not.toMatch(/wrong|example/)
    await pass(24)
    expect(sentence(await fetchOne())).toBe(told)
    expect(double.requests()).toHaveLength(1)
  })

  it.each([
    [401, '', 'source.stopped'],
    [403, '', 'source.stopped'],
    [429, '', 'source.stopped'],
    [200, `{"error":"You've violated your query rate limit."}`, 'source.stopped'],
    [500, `{"error":"You've violated your query rate limit."}`, 'source.stopped'],
    [502, 'Bad gateway', 'source.answer'],
  ])('takes %i %s for %s', async (status, body, code) => {
    const double = await start()
    // The login goes through, the question does not.
    const login = double.requests
    expect(login()).toEqual([])
    double.once((_request, response) => response.setHeader('set-cookie', 'chocolatechip=abc').end('""'))
    double.once((_request, response) => response.writeHead(status).end(body))
    expect(await fetchOne()).toMatchObject({ kind: 'trouble', failure: { code } })
  })

  it('does not use credentials that others can read, or that are none', async () => {
    const double = await start()
    if (source.kind !== 'space-track') throw new Error('no credentials')
    chmodSync(source.credentialsFile, 0o644)
    expect(await fetchOne()).toMatchObject({ kind: 'trouble', failure: { code: 'secret.permissions' } })
    await pass(1)
    rmSync(source.credentialsFile)
    expect(await fetchOne()).toMatchObject({ kind: 'trouble', failure: { code: 'source.credentials' } })
    expect(double.requests()).toEqual([])
  })
})

describe('files and folders as sources', () => {
  it('are taken when they changed', async () => {
    const path = join(folder, 'elements.csv')
    writeFileSync(path, FIRST)
    const file = { kind: 'file', path } as const
    expect((await fetchAll([file]))[0]).toMatchObject({ kind: 'imported', summary: { added: OBJECTS } })
    expect((await fetchAll([file]))[0]).toMatchObject({ kind: 'same' })
    writeFileSync(path, SECOND)
    expect((await fetchAll([file]))[0]).toMatchObject({ kind: 'imported', summary: { added: OBJECTS } })
  })

  it('take the good files of a folder and name the bad one', async () => {
    const path = join(folder, 'drop')
    expect((await fetchAll([{ kind: 'directory', path }]))[0]).toMatchObject({
      kind: 'trouble',
      failure: { code: 'catalog.unreadable' },
    })
    expect(existsSync(path)).toBe(false)
  })
})
