import type { Clock, Timer } from '../kernel/clock.ts'
import { describeFault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { ms } from '../kernel/units.ts'
import type { Observation } from '../observation/record.ts'
import type { NewRecord, Store } from '../outbox/store.ts'

// Two hours of one record a second, some 20 MB: long enough for a person to free a disk.
const QUEUE_RECORDS_MAX = 7_200
// One transaction's worth of a backlog.
const BATCH_RECORDS = 64
const RETRY_DELAY = ms(5_000)

export interface Recorder {
  /** Takes a record; it counts as measured when it is on the disk, which `journaled` tells. */
  readonly record: (observation: Observation) => void
  /** Settles when everything taken so far is on the disk, or has failed to get there once. */
  readonly flush: () => Promise<void>
  readonly counts: () => { readonly journaled: number; readonly queued: number; readonly lost: number }
  /** False while the disk refuses: then no new pass should begin. */
  readonly healthy: () => boolean
  readonly stop: () => void
}

/**
 * Puts records into the journal in order. While the disk is full or failing they wait in memory and are tried again;
 * what does not fit there is dropped, newest first, and counted.
 */
export const createRecorder = (options: {
  readonly clock: Clock
  readonly log: Log
  readonly store: Store
  readonly onJournaled: (count: number) => Promise<void>
}): Recorder => {
  const { clock, log, store } = options
  const queue: NewRecord[] = []
  let journaled = 0
  let lost = 0
  let lostTold = 0
  let healthy = true
  let lastTold = ''
  let writing: Promise<void> | undefined
  let timer: Timer | undefined
  let stopped = false

  const write = async (): Promise<void> => {
    while (queue.length > 0 && !stopped) {
      const batch = queue.slice(0, BATCH_RECORDS)
      const outcome = await store.append(batch)
      if (!outcome.ok) {
        healthy = false
        const text = describeFault(outcome.error)
        if (text !== lastTold) log.fault(outcome.error, { waiting: queue.length })
        lastTold = text
        if (!stopped) timer = clock.setTimer(RETRY_DELAY, start)
        return
      }
      if (!healthy) log.info('the journal takes records again', { waiting: queue.length })
      if (lost > lostTold) {
        log.fault(fault('store.overflow', `${lost - lostTold} records were lost while the disk refused`))
        lostTold = lost
      }
      healthy = true
      lastTold = ''
      queue.splice(0, batch.length)
      journaled += batch.length
      await options.onJournaled(batch.length)
    }
  }

  const start = (): void => {
    timer?.cancel()
    timer = undefined
    writing ??= write().finally(() => {
      writing = undefined
      // One may have come after the last look at the queue.
      if (queue.length > 0 && timer === undefined && !stopped) start()
    })
  }

  return {
    record: (observation) => {
      if (queue.length >= QUEUE_RECORDS_MAX) {
        lost += 1
        if (lost === lostTold + 1)
          log.fault(fault('store.overflow', 'Records are being lost: the disk has refused for too long'))
        return
      }
      queue.push({
        id: observation.id,
        body: Buffer.from(JSON.stringify(observation), 'utf8'),
        recordedUtc: clock.utcNow(),
      })
      // A failing disk is tried by the timer alone.
      if (timer === undefined) start()
    },
    flush: async () => {
      if (writing === undefined && queue.length > 0) start()
      await writing
    },
    counts: () => ({ journaled, queued: queue.length, lost }),
    healthy: () => healthy,
    stop: () => {
      stopped = true
      timer?.cancel()
    },
  }
}
