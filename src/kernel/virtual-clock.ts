import type { Clock, Timer } from './clock.ts'
import { invariant } from './result.ts'
import { type MonoMs, monoMs, type UtcMs, utcMs } from './time.ts'
import { type Ms, ms } from './units.ts'

interface PendingTimer {
  readonly dueMonoMs: number
  readonly order: number
  readonly callback: () => void
  cancelled: boolean
}

/**
 * A clock that somebody drives. Timers fire in the order of their due times, ties in the order in which they were
 * set; between two timers the event loop is let run dry, so that what real input and output (a worker, a socket on
 * loopback) has to say at this instant is said before time goes on.
 *
 * Work that leaves the event loop for a while (a database in a worker) takes a `hold`: virtual time stands still
 * until it is released. With every such crossing held, a run depends on its seed alone.
 */
export interface VirtualClock extends Clock {
  /** Time stands still until the returned function is called (calling it again does nothing). */
  readonly hold: () => () => void
  /** Holds while a promise is pending; gives the same promise back. */
  readonly holdFor: <Value>(work: Promise<Value>) => Promise<Value>
  /** Fires all that is due up to `duration` from now, then stands there. */
  readonly advance: (duration: Ms) => Promise<void>
  readonly advanceTo: (instant: MonoMs) => Promise<void>
  /** Fires one timer after the other until `done` says so or no timer is left. */
  readonly runUntil: (done: () => boolean, pace?: Pace) => Promise<void>
  /** Moves the wall clock alone, as a bad time source or a person would. */
  readonly stepWall: (step: Ms) => void
  /** Time goes on and nothing fires, as for a process that is stopped; what was due fires late, at the next advance. */
  readonly freeze: (duration: Ms) => void
  /** How many timers are set. */
  readonly pendingTimers: () => number
}

/** Called before time moves on by `duration`; a demo waits here, a test does not. */
export type Pace = (duration: Ms) => Promise<void> | undefined

// Rounds of the event loop with nothing held before time may move: a write through a stream and its callback, then
// the answer and its callback, each take one round of `setImmediate`.
const SETTLE_ROUNDS = 3

// Time-outs are mostly cancelled long before they are due; beyond this many, and once they are the greater part,
// the cancelled ones are taken out of the heap.
const CANCELLED_MAX = 1_000

const immediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export const createVirtualClock = (options: { readonly startUtc: UtcMs }): VirtualClock => {
  let nowMonoMs = 0
  let wallMinusMonoMs: number = options.startUtc
  let order = 0
  let holds = 0
  let waiting: (() => void) | undefined
  let running = false
  let cancelledInHeap = 0
  // A binary heap on (dueMonoMs, order).
  const heap: PendingTimer[] = []

  const earlier = (a: PendingTimer, b: PendingTimer): boolean =>
    a.dueMonoMs < b.dueMonoMs || (a.dueMonoMs === b.dueMonoMs && a.order < b.order)
  const at = (index: number): PendingTimer => {
    const timer = heap[index]
    invariant(timer, 'heap index out of range')
    return timer
  }
  const swap = (i: number, j: number): void => {
    const timer = at(i)
    heap[i] = at(j)
    heap[j] = timer
  }
  const push = (timer: PendingTimer): void => {
    let child = heap.push(timer) - 1
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (!earlier(at(child), at(parent))) break
      swap(child, parent)
      child = parent
    }
  }
  const pop = (): PendingTimer | undefined => {
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    heap[0] = last
    let parent = 0
    for (;;) {
      let least = parent
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < heap.length && earlier(at(child), at(least))) least = child
      }
      if (least === parent) return first
      swap(least, parent)
      parent = least
    }
  }
  const next = (): PendingTimer | undefined => {
    while (heap[0]?.cancelled === true) {
      pop()
      cancelledInHeap -= 1
    }
    return heap[0]
  }
  const dropCancelled = (): void => {
    const kept = heap.filter((timer) => !timer.cancelled).sort((a, b) => (earlier(a, b) ? -1 : 1))
    heap.length = 0
    // A sorted array is a heap.
    for (const timer of kept) heap.push(timer)
    cancelledInHeap = 0
  }

  const settle = async (): Promise<void> => {
    let quiet = 0
    // A hold that was taken in the very last round counts as well.
    while (quiet < SETTLE_ROUNDS || holds > 0) {
      if (holds > 0) {
        await new Promise<void>((resolve) => {
          waiting = resolve
        })
        quiet = 0
      }
      await immediate()
      quiet += 1
    }
  }

  const exclusively = async (work: () => Promise<void>): Promise<void> => {
    invariant(!running, 'two callers drive one virtual clock')
    running = true
    try {
      await work()
    } finally {
      running = false
    }
  }

  const fireNext = (): void => {
    const timer = pop()
    invariant(timer, 'a timer was due')
    nowMonoMs = Math.max(nowMonoMs, timer.dueMonoMs)
    timer.cancelled = true
    timer.callback()
  }

  const advanceTo = (target: number): Promise<void> =>
    exclusively(async () => {
      invariant(Number.isFinite(target), `time advances to a finite instant, not ${target}`)
      for (;;) {
        await settle()
        const timer = next()
        if (timer === undefined || timer.dueMonoMs > target) break
        fireNext()
      }
      nowMonoMs = Math.max(nowMonoMs, target)
    })

  const hold = (): (() => void) => {
    let released = false
    holds += 1
    return () => {
      if (released) return
      released = true
      holds -= 1
      if (holds === 0) {
        waiting?.()
        waiting = undefined
      }
    }
  }

  return {
    utcNow: () => utcMs(wallMinusMonoMs + nowMonoMs),
    monoNow: () => monoMs(nowMonoMs),
    setTimer: (delay: Ms, callback: () => void): Timer => {
      invariant(Number.isFinite(delay), `a timer's delay is finite, not ${delay}`)
      order += 1
      const timer: PendingTimer = {
        dueMonoMs: nowMonoMs + Math.max(0, delay),
        order,
        callback,
        cancelled: false,
      }
      push(timer)
      return {
        cancel: () => {
          if (timer.cancelled) return
          timer.cancelled = true
          cancelledInHeap += 1
          if (cancelledInHeap > CANCELLED_MAX && 2 * cancelledInHeap > heap.length) dropCancelled()
        },
      }
    },
    hold,
    holdFor: async (work) => {
      const release = hold()
      try {
        return await work
      } finally {
        release()
      }
    },
    advance: (duration) => advanceTo(nowMonoMs + duration),
    advanceTo,
    runUntil: (done, pace) =>
      exclusively(async () => {
        for (;;) {
          await settle()
          if (done()) return
          const timer = next()
          if (timer === undefined) return
          const gap = timer.dueMonoMs - nowMonoMs
          if (gap > 0 && pace !== undefined) {
            await pace(ms(gap))
            // What happened meanwhile may have taken a hold, set an earlier timer, or been the end.
            await settle()
            if (done()) return
            if (next() !== timer) continue
          }
          fireNext()
        }
      }),
    stepWall: (step) => {
      wallMinusMonoMs += step
    },
    freeze: (duration) => {
      nowMonoMs += duration
    },
    pendingTimers: () => heap.length - cancelledInHeap,
  }
}
