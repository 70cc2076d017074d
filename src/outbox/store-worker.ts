import { parentPort, workerData } from 'node:worker_threads'
import type { Fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { callStore } from './inline-store.ts'
import { SqliteStore } from './sqlite-store.ts'
import type { StoreMethods } from './store.ts'
import { storeFault } from './store-fault.ts'

/** One call across the thread border. Call 0 is the worker's own word that the store is open, or why not. */
export interface StoreRequest {
  readonly call: number
  readonly method: keyof StoreMethods | 'close'
  readonly parameters: readonly unknown[]
}

export interface StoreResponse {
  readonly call: number
  readonly outcome: Result<unknown, Fault>
}

const port = parentPort
if (port === null) throw new Error('internal mistake: the store worker was started as a program')
const { path } = workerData as { readonly path: string }

const respond = (response: StoreResponse): void => port.postMessage(response)

try {
  const database = new SqliteStore(path)
  port.on('message', (request: StoreRequest) => {
    if (request.method === 'close') {
      database.close()
      respond({ call: request.call, outcome: ok(undefined) })
      return
    }
    respond({
      call: request.call,
      // The caller's side is typed; between the two there is only the copying of values.
      outcome: callStore(
        path,
        database,
        request.method,
        request.parameters as Parameters<StoreMethods[typeof request.method]>,
      ),
    })
  })
  respond({ call: 0, outcome: ok(undefined) })
} catch (thrown) {
  respond({ call: 0, outcome: err(storeFault(path, thrown)) })
}
