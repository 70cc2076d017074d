import { Worker } from 'node:worker_threads'
import type { Clock } from '../kernel/clock.ts'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { err, type Result } from '../kernel/result.ts'
import { ms } from '../kernel/units.ts'
import { type MadePlan, type PlanOrder, planSky } from './plan-sky.ts'
import type { PlanWorkerOrder, PlanWorkerWord } from './plan-worker.ts'

/** Makes timetables. Whoever asks waits for one plan before he asks for the next. */
export interface Planner {
  /** Faults: those of the search; `plan.failed` where the planning itself did. */
  readonly plan: (order: PlanOrder) => Promise<Result<MadePlan, Fault>>
  /** Ends what is under way, with `plan.failed`; nothing is planned from then on. */
  readonly close: () => void
}

/** Plans where it is called, within one turn of the event loop: for tests, simulations and commands. */
export const inlinePlanner: Planner = { plan: planSky, close: () => {} }

const WORKER_URL = new URL('./plan-worker.ts', import.meta.url)
// What kills a worker twice would kill it again; an hour later the elements are others.
const STARTS_MAX = 2
// A whole catalogue for a week is planned within a minute on a small machine; what takes longer hangs.
const PLAN_LIMIT = ms(10 * 60_000)
// A whole catalogue for a week: half a million passes. Beyond, the worker ends and not the station.
const HEAP_MB_MAX = 768
/** Sent in one turn of the event loop: a millisecond or two, on a small machine some more. */
const SLICE_OBJECTS = 100

type Outcome =
  | { readonly kind: 'plan'; readonly made: Result<MadePlan, Fault> }
  | { readonly kind: 'gone'; readonly because: string }

/**
 * Plans in a worker thread, so that the control loop does not feel it: not even the sending, which goes slice by slice.
 * The worker lives as long as the plan, a second of each hour, and its memory is given back. One that dies is told of and
 * started anew, once.
 */
export const createWorkerPlanner = (options: {
  readonly clock: Clock
  readonly log: Log
  readonly workerUrl?: URL
}): Planner => {
  const { clock, log } = options
  let closed = false
  let endCurrent = (): void => {}

  const planOnce = (order: PlanOrder): Promise<Outcome> =>
    new Promise((resolve) => {
      const { elementSets, requests, ...rest } = order
      const worker = new Worker(options.workerUrl ?? WORKER_URL, {
        resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
      })
      const end = (outcome: Outcome): void => {
        timer.cancel()
        resolve(outcome)
        void worker.terminate()
      }
      const gone = (because: string): void => end({ kind: 'gone', because })
      const timer = clock.setTimer(PLAN_LIMIT, () => gone('took more than ten minutes'))
      endCurrent = () => gone('was stopped')
      let sent = 0
      const sendNext = (): void => {
        const from = sent
        sent += SLICE_OBJECTS
        const slice = {
          elementSets: elementSets.slice(from, sent),
          requests: requests.slice(from, sent),
        }
        const isRest = slice.elementSets.length === 0 && slice.requests.length === 0
        const message: PlanWorkerOrder = isRest ? { kind: 'plan', order: rest } : { kind: 'slice', ...slice }
        worker.postMessage(message)
      }
      worker.on('message', (word: PlanWorkerWord) => {
        if (word.kind === 'ready') sendNext()
        else end(word)
      })
      worker.on('error', (thrown) => gone(`died: ${messageOf(thrown)}`))
      worker.on('exit', () => gone('ended without a word'))
    })

  return {
    plan: async (order) => {
      for (let start = 1; ; start += 1) {
        if (closed) return err(fault('plan.failed', 'No plan is made any more'))
        const outcome = await planOnce(order)
        if (outcome.kind === 'plan') return outcome.made
        const failure = fault('plan.failed', `The worker that plans ${outcome.because}`)
        if (closed || start >= STARTS_MAX) return err(failure)
        log.warn(`${failure.message}; it is started anew`)
      }
    },
    close: () => {
      closed = true
      endCurrent()
    },
  }
}
