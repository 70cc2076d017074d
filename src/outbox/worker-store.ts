import { Worker } from 'node:worker_threads'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { storeOf } from './inline-store.ts'
import type { Store, StoreMethods } from './store.ts'
import type { StoreRequest, StoreResponse } from './store-worker.ts'

// Behind a disk that hangs, callers fail instead of filling memory: a minute of records with all their decisions.
const CALLS_IN_FLIGHT_MAX = 1_000

// Built for a package, this file and the worker are JavaScript.
const WORKER_URL = new URL(
  import.meta.url.endsWith('.ts') ? './store-worker.ts' : './store-worker.js',
  import.meta.url,
)

type Settle = (response: StoreResponse) => void

/**
 * The store in a worker of its own: an fsync takes as long as the disk likes, and the antenna's control loop does not
 * feel it.
 */
export const openWorkerStore = (path: string): Promise<Result<Store, Fault>> =>
  new Promise((resolveOpen) => {
    const worker = new Worker(WORKER_URL, { workerData: { path } })
    const inFlight = new Map<number, Settle>()
    let count = 0
    let gone: Fault | undefined

    const ask = (request: Omit<StoreRequest, 'call'>): Promise<StoreResponse> => {
      if (gone !== undefined) return Promise.resolve({ call: 0, outcome: err(gone) })
      if (inFlight.size >= CALLS_IN_FLIGHT_MAX) {
        return Promise.resolve({
          call: 0,
          outcome: err(
            fault('store.write', `The disk with ${path} does not answer; ${inFlight.size} calls wait`),
          ),
        })
      }
      return new Promise((resolve) => {
        count += 1
        inFlight.set(count, resolve)
        worker.postMessage({ ...request, call: count })
      })
    }
    const fail = (failure: Fault): void => {
      gone ??= failure
      for (const settle of inFlight.values()) settle({ call: 0, outcome: err(failure) })
      inFlight.clear()
      resolveOpen(err(failure))
    }
    worker.on('message', (response: StoreResponse) => {
      if (response.call === 0) {
        resolveOpen(
          response.outcome.ok
            ? ok(
                storeOf(
                  <Name extends keyof StoreMethods>(name: Name) =>
                    async (...parameters: Parameters<StoreMethods[Name]>) => {
                      const { outcome } = await ask({ method: name, parameters })
                      // The worker runs the very method of this name, so its value has this type.
                      return outcome as Result<ReturnType<StoreMethods[Name]>, Fault>
                    },
                  async () => {
                    await ask({ method: 'close', parameters: [] })
                    await worker.terminate()
                  },
                ),
              )
            : err(response.outcome.error),
        )
        return
      }
      const settle = inFlight.get(response.call)
      inFlight.delete(response.call)
      settle?.(response)
    })
    worker.on('error', (thrown) =>
      fail(fault('store.write', `The store's worker died: ${messageOf(thrown)}`)),
    )
    worker.on('exit', () => fail(fault('store.write', `The store in ${path} was closed`)))
  })
