import { Worker } from 'node:worker_threads'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { storeOf } from './inline-store.ts'
import type { Store, StoreMethods } from './store.ts'
import type { StoreRequest, StoreResponse } from './store-worker.ts'

// Behind a disk that hangs, callers fail instead of filling memory: a minute of records with all their decisions.
const CALLS_IN_FLIGHT_MAX = 1_000

const WORKER_URL = new URL('./store-worker.ts', import.meta.url)

type Outcome = Result<unknown, Fault>

/** A worker with the store open in it. It can die; what was under way then fails. */
interface Host {
  readonly ask: (request: Omit<StoreRequest, 'call'>) => Promise<Outcome>
  readonly isGone: () => boolean
  readonly terminate: () => Promise<unknown>
}

const startHost = (path: string, workerUrl: URL): Promise<Result<Host, Fault>> =>
  new Promise((resolve) => {
    const worker = new Worker(workerUrl, { workerData: { path } })
    const inFlight = new Map<number, (outcome: Outcome) => void>()
    let count = 0
    let gone: Fault | undefined

    const fail = (failure: Fault): void => {
      gone ??= failure
      for (const settle of inFlight.values()) settle(err(gone))
      inFlight.clear()
      resolve(err(gone))
    }
    const host: Host = {
      ask: (request) => {
        if (gone !== undefined) return Promise.resolve(err(gone))
        if (inFlight.size >= CALLS_IN_FLIGHT_MAX) {
          const what = `The disk with ${path} does not answer; ${inFlight.size} calls wait`
          return Promise.resolve(err(fault('store.write', what)))
        }
        return new Promise((settle) => {
          count += 1
          inFlight.set(count, settle)
          worker.postMessage({ ...request, call: count })
        })
      },
      isGone: () => gone !== undefined,
      terminate: () => worker.terminate(),
    }
    worker.on('message', ({ call, outcome }: StoreResponse) => {
      if (call === 0) {
        if (outcome.ok) resolve(ok(host))
        else {
          fail(outcome.error)
          void worker.terminate()
        }
        return
      }
      const settle = inFlight.get(call)
      inFlight.delete(call)
      settle?.(outcome)
    })
    worker.on('error', (thrown) =>
      fail(fault('store.write', `The store's worker died: ${messageOf(thrown)}`)),
    )
    worker.on('exit', () => fail(fault('store.write', `The store's worker in ${path} ended`)))
  })

/**
 * The store in a worker of its own: an fsync takes as long as the disk likes, and the antenna's control loop does not
 * feel it. A worker that dies fails what was under way, and the next call starts another one: what was answered for
 * is on the disk, and a caller who does not know repeats himself.
 */
export const openWorkerStore = async (
  path: string,
  workerUrl: URL = WORKER_URL,
): Promise<Result<Store, Fault>> => {
  const first = await startHost(path, workerUrl)
  if (!first.ok) return first
  let host: Promise<Result<Host, Fault>> = Promise.resolve(first)
  let present: Host | undefined = first.value
  let closed = false

  const living = (): Promise<Result<Host, Fault>> => {
    if (present?.isGone() === true) {
      present = undefined
      host = startHost(path, workerUrl)
      void host.then((started) => {
        // One that did not start is tried anew by the next call, not kept.
        present = started.ok ? started.value : GONE
      })
    }
    return host
  }
  const ask = async (request: Omit<StoreRequest, 'call'>): Promise<Outcome> => {
    if (closed) return err(fault('store.write', `The store in ${path} was closed`))
    const started = await living()
    return started.ok ? started.value.ask(request) : started
  }
  const call =
    <Name extends keyof StoreMethods>(name: Name) =>
    async (...parameters: Parameters<StoreMethods[Name]>) =>
      // The worker runs the very method of this name, so its value has this type.
      (await ask({ method: name, parameters })) as Result<ReturnType<StoreMethods[Name]>, Fault>
  return ok(
    storeOf(call, async () => {
      if (closed) return
      const closing = ask({ method: 'close', parameters: [] })
      closed = true
      await closing
      const last = await host
      if (last.ok) await last.value.terminate()
    }),
  )
}

const GONE: Host = {
  ask: () => Promise.resolve(err(fault('store.write', 'The store could not be opened again'))),
  isGone: () => true,
  terminate: () => Promise.resolve(),
}
