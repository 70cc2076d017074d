import type { Clock } from './clock.ts'
import { monoMs, utcMs } from './time.ts'

// setTimeout treats a longer delay as 1 ms (Node documentation, "Timers"); longer waits are made of pieces.
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

/** The machine's clock. `utcNow` keeps the sub-millisecond part that `Date` would drop. */
export const createRealClock = (): Clock => {
  // performance.timeOrigin does not follow later steps of the wall clock, so whole milliseconds come from Date and
  // the fraction from the stopwatch where the two agree to a millisecond.
  let originUtcMs = performance.timeOrigin
  return {
    utcNow: () => {
      const wholeMs = Date.now()
      const fine = originUtcMs + performance.now()
      if (fine >= wholeMs && fine < wholeMs + 1) return utcMs(fine)
      if (Math.abs(fine - wholeMs) > 2) {
        originUtcMs = wholeMs - performance.now()
        return utcMs(wholeMs)
      }
      originUtcMs += fine < wholeMs ? wholeMs - fine : wholeMs + 1 - fine - 1e-3
      return utcMs(originUtcMs + performance.now())
    },
    monoNow: () => monoMs(performance.now()),
    setTimer: (delay, callback) => {
      let handle: NodeJS.Timeout
      const wait = (remaining: number): void => {
        handle =
          remaining > LONGEST_TIMEOUT_MS
            ? setTimeout(() => wait(remaining - LONGEST_TIMEOUT_MS), LONGEST_TIMEOUT_MS)
            : setTimeout(callback, Math.max(0, remaining))
      }
      wait(delay)
      return { cancel: () => clearTimeout(handle) }
    },
  }
}
