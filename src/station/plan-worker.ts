import { parentPort } from 'node:worker_threads'
import type { Fault } from '../kernel/errors.ts'
import type { Result } from '../kernel/result.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import type { PassRequest } from '../plan/timetable.ts'
import { workInBackground } from './background-thread.ts'
import { type MadePlan, type PlanOrder, planSky } from './plan-sky.ts'

/** A slice of what is to be planned, or all the rest of the order. */
export type PlanWorkerOrder =
  | {
      readonly kind: 'slice'
      readonly elementSets: readonly ElementSet[]
      readonly requests: readonly PassRequest[]
    }
  | { readonly kind: 'plan'; readonly order: Omit<PlanOrder, 'elementSets' | 'requests'> }

/** That it is ready for the next order, or what it was started for. */
export type PlanWorkerWord =
  | { readonly kind: 'ready' }
  | { readonly kind: 'plan'; readonly made: Result<MadePlan, Fault> }

const port = parentPort
if (port === null) throw new Error('internal mistake: the plan worker was started as a program')
const say = (word: PlanWorkerWord): void => port.postMessage(word)

const elementSets: ElementSet[] = []
const requests: PassRequest[] = []

port.on('message', async (order: PlanWorkerOrder) => {
  if (order.kind === 'slice') {
    for (const set of order.elementSets) elementSets.push(set)
    for (const request of order.requests) requests.push(request)
    say({ kind: 'ready' })
  } else say({ kind: 'plan', made: await planSky({ ...order.order, elementSets, requests }) })
})
workInBackground()
say({ kind: 'ready' })
