import { parentPort, workerData } from 'node:worker_threads'
import { type FetchOutcome, fetchSources } from '../catalog/sources/fetch-source.ts'
import type { ElementSource } from '../catalog/sources/source.ts'
import { createTransport } from '../catalog/sources/transport.ts'
import { CatalogStore, type StoredObject } from '../catalog/store/catalog-store.ts'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { createRealClock } from '../kernel/real-clock.ts'
import { err, type Result } from '../kernel/result.ts'
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

/** The objects of a `load`, the outcomes of a `fetch`. */
export interface CatalogTaskResult {
  readonly load: readonly StoredObject[]
  readonly fetch: readonly FetchOutcome[]
}

const port = parentPort
if (port === null) throw new Error('internal mistake: the catalogue worker was started as a program')
const task = workerData as CatalogTask

const load = (
  storePath: string,
  catalogNumbers: readonly number[],
): Result<readonly StoredObject[], Fault> => {
  const store = CatalogStore.open(storePath)
  if (!store.ok) return store
  try {
    return store.value.objects(catalogNumbers)
  } finally {
    store.value.close()
  }
}

const work = async (): Promise<Result<CatalogTaskResult[CatalogTask['kind']], Fault>> => {
  if (task.kind === 'load') return load(task.storePath, task.catalogNumbers)
  const clock = createRealClock()
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
