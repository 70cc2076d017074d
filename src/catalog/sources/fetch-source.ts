import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Clock, sleep } from '../../kernel/clock.ts'
import { type Fault, fault, messageOf } from '../../kernel/errors.ts'
import type { Random } from '../../kernel/random.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { UtcMs } from '../../kernel/time.ts'
import { ms } from '../../kernel/units.ts'
import { CatalogStore } from '../store/catalog-store.ts'
import type { ImportSummary } from '../store/import-sets.ts'
import type { Reply } from './ask.ts'
import { askCelestrak } from './celestrak.ts'
import { readCredentials } from './credentials.ts'
import { importPath } from './import-path.ts'
import { type Claim, type Settlement, SourceLedger } from './ledger.ts'
import { policyOf } from './policy.ts'
import { readReceived } from './received.ts'
import { type ElementSource, type NetworkSource, serverOf, serviceOf, sourceName } from './source.ts'
import { askSpaceTrack } from './space-track.ts'
import type { Transport } from './transport.ts'

/** What fetching works with. The store is opened for each step and closed again: other commands use it meanwhile. */
export interface FetchWorld {
  readonly clock: Clock
  readonly random: Random
  readonly transport: Transport
  readonly storePath: string
}

/** What one source came to. */
export type FetchOutcome = { readonly source: string } & (
  | { readonly kind: 'imported'; readonly summary: ImportSummary; readonly skippedCount: number }
  /** The source has nothing newer. */
  | { readonly kind: 'same' }
  /** It was not asked, and may not be before. */
  | { readonly kind: 'wait'; readonly untilUtcMs: UtcMs; readonly because: string }
  | { readonly kind: 'trouble'; readonly failure: Fault }
)

// Several questions to one service come one after the other, as a person would ask.
const BETWEEN_QUESTIONS = ms(5_000)

const withStore = <Value>(path: string, work: (store: CatalogStore) => Value): Result<Value, Fault> => {
  const store = CatalogStore.open(path)
  if (!store.ok) return store
  try {
    return store.value.attempt(() => work(store.value))
  } finally {
    store.value.close()
  }
}

/**
 * Fetches from each source what may be fetched now, one after the other, and takes it into the store. What one source
 * came to keeps no other from being asked. Error: the store cannot be worked with.
 */
export const fetchSources = async (
  sources: readonly ElementSource[],
  world: FetchWorld,
  options: {
    /** A person has looked at what stopped a service. */
    readonly retry?: boolean
    /** Sources that gave something within this time are left alone. */
    readonly unlessWithinMs?: number
    readonly onOutcome?: (outcome: FetchOutcome) => void
  } = {},
): Promise<Result<readonly FetchOutcome[], Fault>> => {
  const outcomes: FetchOutcome[] = []
  const asked = new Set<string>()
  const turns = inTurn(sources, world)
  if (!turns.ok) return turns
  for (const source of turns.value) {
    let outcome: Result<FetchOutcome, Fault>
    if (source.kind === 'file' || source.kind === 'directory') {
      outcome = await takeFiles(source, world)
    } else {
      const due = isDue(source, world, options.unlessWithinMs ?? 0)
      if (!due.ok) return due
      if (!due.value) continue
      if (options.retry === true) {
        const cleared = withStore(world.storePath, (store) =>
          new SourceLedger(store).retry(source, world.clock.utcNow()),
        )
        if (!cleared.ok) return cleared
      }
      outcome = await askOne(source, world, asked)
    }
    if (!outcome.ok) return outcome
    outcomes.push(outcome.value)
    options.onOutcome?.(outcome.value)
  }
  return ok(outcomes)
}

/**
 * The sources in their order, but for those whose service answers one question at a time, an hour apart: among these the
 * one that has waited longest goes first, or else the first would always be asked and the others never.
 */
const inTurn = (
  sources: readonly ElementSource[],
  world: FetchWorld,
): Result<readonly ElementSource[], Fault> => {
  const patient = sources.filter(
    (source): source is NetworkSource =>
      source.kind !== 'file' && source.kind !== 'directory' && policyOf(source).serviceIntervalMs > 0,
  )
  if (patient.length < 2) return ok(sources)
  const asked = withStore(world.storePath, (store) => {
    const ledger = new SourceLedger(store)
    return patient.map((source) => ({
      source,
      askedUtcMs: ledger.standing(source).askedUtcMs ?? Number.NEGATIVE_INFINITY,
    }))
  })
  if (!asked.ok) return asked
  const waiting = Map.groupBy(asked.value, ({ source }) => serviceOf(source))
  for (const queue of waiting.values()) {
    // Two that were never asked are equal, and stay in their order.
    queue.sort(({ askedUtcMs: one }, { askedUtcMs: other }) => (one === other ? 0 : one - other))
  }
  return ok(
    sources.map((source) =>
      source.kind === 'file' || source.kind === 'directory'
        ? source
        : (waiting.get(serviceOf(source))?.shift()?.source ?? source),
    ),
  )
}

const isDue = (source: NetworkSource, world: FetchWorld, withinMs: number): Result<boolean, Fault> => {
  if (withinMs === 0) return ok(true)
  const standing = withStore(world.storePath, (store) => new SourceLedger(store).standing(source))
  if (!standing.ok) return standing
  const { lastGood } = standing.value
  const sinceMs = lastGood === undefined ? Number.POSITIVE_INFINITY : world.clock.utcNow() - lastGood.atUtcMs
  // A last success in the future is no reason to wait for it.
  return ok(sinceMs >= withinMs || sinceMs < 0)
}

const takeFiles = async (
  source: Extract<ElementSource, { readonly kind: 'file' | 'directory' }>,
  world: FetchWorld,
): Promise<Result<FetchOutcome, Fault>> => {
  const name = sourceName(source)
  const store = CatalogStore.open(world.storePath)
  if (!store.ok) return store
  try {
    const taken = await importPath(store.value, source.path, {
      source: name,
      nowUtc: world.clock.utcNow(),
      changedOnly: true,
    })
    if (!taken.ok) return ok({ source: name, kind: 'trouble', failure: taken.error })
    const { summary, skippedCount, troubles } = taken.value
    const [failure] = troubles
    if (failure !== undefined) return ok({ source: name, kind: 'trouble', failure })
    return ok(
      summary === undefined
        ? { source: name, kind: 'same' }
        : { source: name, kind: 'imported', summary, skippedCount },
    )
  } finally {
    store.value.close()
  }
}

/** Where an answer is while it comes, and where one stays that was not believed: one file for each source. */
const placesFor = (
  storePath: string,
  name: string,
): { readonly incoming: string; readonly aside: string } => {
  const folder = join(dirname(storePath), 'catalog')
  const plain = name.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 80)
  return { incoming: join(folder, `${plain}.part`), aside: join(folder, `${plain}.aside`) }
}

const askOne = async (
  source: NetworkSource,
  world: FetchWorld,
  asked: Set<string>,
): Promise<Result<FetchOutcome, Fault>> => {
  const { clock, storePath } = world
  const name = sourceName(source)
  const trouble = (failure: Fault): Result<FetchOutcome, Fault> =>
    ok({ source: name, kind: 'trouble', failure })
  const server = serverOf(source)
  if (!server.ok) return trouble(server.error)
  const service = serviceOf(source)
  if (source.kind === 'space-track') {
    // Before anything is asked: nobody need wait for what can be seen here.
    const credentials = readCredentials(source.credentialsFile)
    if (!credentials.ok) return trouble(credentials.error)
  }
  const claimed: Result<Claim, Fault> = withStore(storePath, (store) =>
    new SourceLedger(store).claim(source, clock.utcNow()),
  )
  if (!claimed.ok) return claimed
  const claim = claimed.value
  if (claim.kind === 'stopped') return trouble(fault('source.stopped', claim.because))
  if (claim.kind === 'wait') return ok({ source: name, ...claim })

  if (asked.has(service)) await sleep(clock, BETWEEN_QUESTIONS)
  asked.add(service)
  const { incoming, aside } = placesFor(storePath, name)
  const settle = (how: Settlement): Result<void, Fault> =>
    withStore(storePath, (store) =>
      new SourceLedger(store).settle(source, clock.utcNow(), how, world.random.uniform()),
    )
  const conclude = (how: Settlement, outcome: FetchOutcome): Result<FetchOutcome, Fault> => {
    const settled = settle(how)
    return settled.ok ? ok(outcome) : settled
  }
  try {
    await mkdir(dirname(incoming), { recursive: true, mode: 0o700 })
    const ask = {
      transport: world.transport,
      server: server.value,
      lastGood: claim.lastGood,
      bodyFile: incoming,
      bytesMax: claim.bytesMax,
    }
    const reply: Reply =
      source.kind === 'celestrak' ? await askCelestrak(source, ask) : await askSpaceTrack(source, ask)
    switch (reply.kind) {
      case 'same':
        return conclude({ kind: 'same', bytes: reply.bytes }, { source: name, kind: 'same' })
      case 'failed':
        return conclude(
          { ...reply, because: reply.failure.message },
          { source: name, kind: 'trouble', failure: reply.failure },
        )
      case 'stop':
        return conclude(
          { kind: 'stop', bytes: reply.bytes, because: reply.failure.message },
          { source: name, kind: 'trouble', failure: reply.failure },
        )
      case 'body':
        break
    }
    const { answer } = reply
    const { bytes, sha256 } = answer
    // A server that gives no tag sends all of it again.
    if (sha256 === claim.lastGood?.sha256) {
      return conclude({ kind: 'same', bytes }, { source: name, kind: 'same' })
    }
    const failed = (failure: Fault): Result<FetchOutcome, Fault> =>
      conclude(
        {
          kind: 'failed',
          bytes,
          counted: true,
          because: failure.message,
          isShrunk: failure.code === 'source.shrunk',
        },
        { source: name, kind: 'trouble', failure },
      )
    const received = await readReceived(incoming, answer, claim.lastGood)
    if (!received.ok) {
      if (received.error.code !== 'source.shrunk') return failed(received.error)
      await rename(incoming, aside)
      return failed({ ...received.error, message: `${received.error.message}; they are in ${aside}` })
    }
    const { sets, skippedCount } = received.value
    const nowUtc = clock.utcNow()
    const origin = {
      source: name,
      place: answer.place,
      fetchedUtcMs: nowUtc,
      sha256,
      bytes,
      redistributable: source.kind === 'celestrak',
    }
    const imported = withStore(storePath, (store) => store.import(sets, origin, nowUtc))
    if (!imported.ok) return imported
    if (!imported.value.ok) return failed(imported.value.error)
    return conclude(
      {
        kind: 'good',
        bytes,
        lastGood: {
          atUtcMs: nowUtc,
          etag: answer.etag,
          modified: answer.modified,
          bytes,
          sha256,
          objects: sets.length,
        },
      },
      { source: name, kind: 'imported', summary: imported.value.value, skippedCount },
    )
  } catch (thrown) {
    // The disk: what was asked stays asked.
    return err(fault('store.write', `${incoming} cannot be written: ${messageOf(thrown)}`))
  } finally {
    await rm(incoming, { force: true })
  }
}
