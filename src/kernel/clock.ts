import { invariant } from './result.ts'
import type { MonoMs, UtcMs } from './time.ts'
import { type Ms, ms } from './units.ts'

/** A one-shot timer that has been set. Cancelling one that has fired does nothing. */
export interface Timer {
  readonly cancel: () => void
}

/**
 * Time as an input. Everything outside the kernel asks a Clock that it was given; `real-clock.ts` reads the
 * machine's, `virtual-clock.ts` is driven by a test, the demo or a simulation.
 */
export interface Clock {
  /** The wall clock: may be wrong, and may step in either direction at any moment. */
  readonly utcNow: () => UtcMs
  /** The stopwatch: never steps. Every duration, time-out and timer is measured on it. */
  readonly monoNow: () => MonoMs
  /**
   * Calls back once, after at least `delay` on the stopwatch (a negative delay counts as 0). Never from within the
   * call. A delay that is not finite is our own mistake and throws.
   */
  readonly setTimer: (delay: Ms, callback: () => void) => Timer
}

/** Resolves after `delay` on the stopwatch; at once (never rejecting) when the signal is or becomes aborted. */
export const sleep = (clock: Clock, delay: Ms, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve()
      return
    }
    const onAbort = (): void => {
      timer.cancel()
      resolve()
    }
    const timer = clock.setTimer(delay, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })

export interface Repeating {
  readonly stop: () => void
}

/**
 * Calls back every `period`, first after one period, on the stopwatch's grid: a late call does not shift the ones
 * after it, and slots that were missed altogether (a frozen process) are skipped rather than fired in a burst.
 * The period is positive.
 */
export const every = (clock: Clock, period: Ms, callback: () => void): Repeating => {
  invariant(period > 0 && Number.isFinite(period), `a period is positive and finite, not ${period}`)
  let stopped = false
  let due = clock.monoNow() + period
  let timer: Timer
  const arm = (): void => {
    timer = clock.setTimer(ms(due - clock.monoNow()), () => {
      if (stopped) return
      const now = clock.monoNow()
      due += period * Math.max(1, Math.ceil((now - due) / period))
      if (due <= now) due += period
      arm()
      callback()
    })
  }
  arm()
  return {
    stop: () => {
      stopped = true
      timer.cancel()
    },
  }
}

/** Settles with the promise, or with `undefined` when it takes longer than `limit` on the stopwatch. */
export const withTimeout = <Value>(
  clock: Clock,
  limit: Ms,
  promise: Promise<Value>,
): Promise<Value | undefined> =>
  new Promise((resolve, reject) => {
    const timer = clock.setTimer(limit, () => resolve(undefined))
    promise.then(
      (value) => {
        timer.cancel()
        resolve(value)
      },
      (reason: unknown) => {
        timer.cancel()
        reject(reason)
      },
    )
  })
