import type { Clock } from '../kernel/clock.ts'
import { describeFault, type Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'

// A trouble that lasts is said again this often, so that the end of the log always shows it.
const AGAIN_AFTER_MS = 10 * 60_000
// Several parts start or fail together and talk between each other's tries: that much later is news of its own.
const NEWS_AFTER_MS = 30_000
// More different troubles than parts that can have one; beyond it the oldest is forgotten and may be said early.
const REMEMBERED_MAX = 64

/** The same thing said of an antenna that is elsewhere by now is no other. */
const sentenceOf = (failure: Fault): string => describeFault(failure).replace(/-?\d+(\.\d+)?°/g, '°')

/**
 * Says a fault once and not at each try: the same sentence, whatever the angles in it, comes again after ten minutes, or when something else
 * happened half a minute after it (a device that came back and went again is news). How often it was held back stands
 * beside it.
 */
export const createCalmLog = (clock: Clock, log: Log): Log => {
  const told = new Map<string, { readonly atMonoMs: number; held: number }>()
  return {
    info: (message, fields) => {
      for (const [text, { atMonoMs }] of told)
        if (clock.monoNow() - atMonoMs > NEWS_AFTER_MS) told.delete(text)
      log.info(message, fields)
    },
    warn: log.warn,
    fault: (failure, fields) => {
      const text = sentenceOf(failure)
      const before = told.get(text)
      if (before !== undefined && clock.monoNow() - before.atMonoMs < AGAIN_AFTER_MS) {
        before.held += 1
        return
      }
      told.delete(text)
      const [oldest] = told.keys()
      if (told.size >= REMEMBERED_MAX && oldest !== undefined) told.delete(oldest)
      told.set(text, { atMonoMs: clock.monoNow(), held: 0 })
      const repeated = before?.held ?? 0
      log.fault(failure, repeated > 0 ? { ...fields, repeated } : fields)
    },
  }
}
