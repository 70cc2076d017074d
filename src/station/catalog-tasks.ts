import { Worker } from 'node:worker_threads'
import type { Clock } from '../kernel/clock.ts'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, type Result } from '../kernel/result.ts'
import { ms } from '../kernel/units.ts'
import type { CatalogTask, CatalogTaskResult } from './catalog-worker.ts'

const WORKER_URL = new URL('./catalog-worker.ts', import.meta.url)
// Some answers of a quarter of an hour each; what takes longer hangs.
const TASK_LIMIT = ms(2 * 3_600_000)
// A whole catalogue of 500,000 objects; a hostile file ends the worker and not the station.
const HEAP_MB_MAX = 384

/**
 * Runs one task on the catalogue in a worker of its own, so that reading, judging and writing 16,400 sets (half a second
 * and more) is not felt by the control loop. The worker lives as long as its task: a few seconds, a few times a day.
 */
export const runCatalogTask = <Kind extends CatalogTask['kind']>(
  task: Extract<CatalogTask, { readonly kind: Kind }>,
  options: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<Result<CatalogTaskResult[Kind], Fault>> =>
  new Promise((resolve) => {
    if (options.signal?.aborted === true) {
      resolve(err(fault('store.write', "The catalogue's worker is not started any more")))
      return
    }
    const worker = new Worker(WORKER_URL, {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
    })
    const end = (result: Result<CatalogTaskResult[Kind], Fault>): void => {
      timer.cancel()
      options.signal?.removeEventListener('abort', onAbort)
      resolve(result)
      void worker.terminate()
    }
    const failed = (what: string): void => end(err(fault('store.write', `The catalogue's worker ${what}`)))
    const timer = options.clock.setTimer(TASK_LIMIT, () => failed('took more than two hours'))
    const onAbort = (): void => failed('was stopped')
    options.signal?.addEventListener('abort', onAbort, { once: true })
    worker.on('message', (result: Result<CatalogTaskResult[Kind], Fault>) => end(result))
    worker.on('error', (thrown) => failed(`died: ${messageOf(thrown)}`))
    worker.on('exit', () => failed('ended without a word'))
  })
