import type { Clock } from './clock.ts'
import { invariant } from './result.ts'
import { monoMs, utcMs } from './time.ts'

// setTimeout treats a longer delay as 1 ms (Node documentation, "Timers"); longer waits are made of pieces.
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

// Two clocks are read one after the other; when the process was interrupted in between, they are read again.
const PAIR_SPREAD_MS_MAX = 0.1
const PAIR_ATTEMPTS_MAX = 5

/** The machine's wall clock, whole milliseconds rounded down, and its stopwatch at the same moment. */
const readPair = (): { readonly wholeMs: number; readonly monotonicMs: number } => {
  for (let attempt = 1; ; attempt += 1) {
    const before = performance.now()
    const wholeMs = Date.now()
    const monotonicMs = performance.now()
    if (monotonicMs - before <= PAIR_SPREAD_MS_MAX || attempt === PAIR_ATTEMPTS_MAX)
      return { wholeMs, monotonicMs }
  }
}

/** The machine's clock. `utcNow` keeps the sub-millisecond part that `Date` would drop. */
export const createRealClock = (): Clock => {
  // performance.timeOrigin does not follow later steps of the wall clock, so whole milliseconds come from Date and
  // the fraction from the stopwatch where the two agree to a millisecond.
  let originUtcMs = performance.timeOrigin
  return {
    utcNow: () => {
      const { wholeMs, monotonicMs } = readPair()
      const fine = originUtcMs + monotonicMs
      if (fine >= wholeMs && fine < wholeMs + 1) return utcMs(fine)
      // A step: start anew. Less than that is slewing: the origin is moved just as far as Date proves it wrong.
      if (Math.abs(fine - wholeMs) > 2) originUtcMs = wholeMs - monotonicMs
      else originUtcMs += fine < wholeMs ? wholeMs - fine : wholeMs + 1 - fine - 1e-3
      return utcMs(originUtcMs + monotonicMs)
    },
    monoNow: () => monoMs(performance.now()),
    setTimer: (delay, callback) => {
      invariant(Number.isFinite(delay), `a timer's delay is finite, not ${delay}`)
      const dueMonoMs = performance.now() + Math.max(0, delay)
      let handle: NodeJS.Timeout
      // setTimeout drops the fraction of its delay and counts from the start of its round of the event loop, so it
      // can be up to a millisecond early; what is left is waited for.
      const wait = (): void => {
        const remainingMs = Math.ceil(dueMonoMs - performance.now())
        handle = setTimeout(
          () => {
            if (performance.now() >= dueMonoMs) callback()
            else wait()
          },
          Math.min(Math.max(0, remainingMs), LONGEST_TIMEOUT_MS),
        )
      }
      wait()
      return { cancel: () => clearTimeout(handle) }
    },
  }
}
