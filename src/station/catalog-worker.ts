import { parentPort, workerData } from 'node:worker_threads'
import { learnFromStore } from '../catalog/learn-store.ts'
import { type FetchOutcome, fetchSources } from '../catalog/sources/fetch-source.ts'
import type { ElementSource } from '../catalog/sources/source.ts'
import { createTransport } from '../catalog/sources/transport.ts'
import { CatalogStore, type StoredObject } from '../catalog/store/catalog-store.ts'
import type { Learned } from '../catalog/store/learned.ts'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { createRealClock } from '../kernel/real-clock.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { workInBackground } from './background-thread.ts'
import { createSystemRandom } from './system-random.ts'

/** What a worker is started for; it ends when that is done. */
export type CatalogTask =
  | { readonly kind: 'load'; readonly storePath: string; readonly catalogNumbers: readonly number[] }
  | {
      readonly kind: 'fetch'
      readonly storePath: string
      readonly sources: readonly ElementSource[]
      readonly unlessWithinMs: number
      readonly userAgent: string
    }
  | { readonly kind: 'learn'; readonly storePath: string }

/** What a `load` gives: the objects asked for, and what was learned of all. */
export interface LoadedCatalog {
  readonly objects: readonly StoredObject[]
  readonly learned: Learned | undefined
}

/** The outcomes of a `fetch`; what a `learn` has learned, if there was anything to learn. */
export interface CatalogTaskResult {
  readonly load: LoadedCatalog
  readonly fetch: readonly FetchOutcome[]
  readonly learn: Learned | undefined
}

const port = parentPort
if (port === null) throw new Error('internal mistake: the catalogue worker was started as a program')
const task = workerData as CatalogTask
workInBackground()

const load = (storePath: string, catalogNumbers: readonly number[]): Result<LoadedCatalog, Fault> => {
  const store = CatalogStore.open(storePath)
  if (!store.ok) return store
  try {
    const objects = store.value.objects(catalogNumbers)
    if (!objects.ok) return objects
    const learned = store.value.learned()
    return learned.ok ? ok({ objects: objects.value, learned: learned.value }) : learned
  } finally {
    store.value.close()
  }
}

const work = async (): Promise<Result<CatalogTaskResult[CatalogTask['kind']], Fault>> => {
  if (task.kind === 'load') return load(task.storePath, task.catalogNumbers)
  const clock = createRealClock()
  if (task.kind === 'learn') return learnFromStore(task.storePath, clock.utcNow())
  return fetchSources(
    task.sources,
    {
      clock,
      random: createSystemRandom(),
      transport: createTransport({ clock, fetch, userAgent: task.userAgent }),
      storePath: task.storePath,
    },
    { unlessWithinMs: task.unlessWithinMs },
  )
}

try {
  port.postMessage(await work())
} catch (thrown) {
  port.postMessage(err(fault('internal.mistake', `The catalogue's worker failed: ${messageOf(thrown)}`)))
}
