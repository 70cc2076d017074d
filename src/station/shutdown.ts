import { type Clock, sleep, withTimeout } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { err, type Result } from '../kernel/result.ts'
import { type Ms, ms } from '../kernel/units.ts'
import type { StationSession } from '../network/station-session.ts'
import type { Store } from '../outbox/store.ts'
import type { Receiver } from '../receiver/receiver.ts'
import type { Releaser } from '../sharing/releaser.ts'
import type { Antenna } from './antenna.ts'
import type { Recorder } from './recorder.ts'

// Each step has its own bound, so that whatever hangs cannot keep the next from its turn. Together they stay below
// the minute after which the service would be killed (TimeoutStopSec in systemd/azel.service is 90 s).
/** STOP is repeated six times, each watched for up to four seconds. */
const ANTENNA_LIMIT = ms(28_000)
const RECEIVER_LIMIT = ms(2_000)
/** What was measured, onto a disk that may be slow. */
const FLUSH_LIMIT = ms(10_000)
/** What was released, to a broker that answers; the rest stays in custody for the next start. */
const HAND_OVER_LIMIT = ms(5_000)
const HAND_OVER_POLL = ms(50)
/** The goodbye, and the connection's end. */
const GOODBYE_LIMIT = ms(4_000)
const STORE_LIMIT = ms(5_000)

/** All of the above, and two seconds of grace. */
export const SHUTDOWN_LIMIT: Ms = ms(
  ANTENNA_LIMIT + RECEIVER_LIMIT + FLUSH_LIMIT + HAND_OVER_LIMIT + GOODBYE_LIMIT + STORE_LIMIT + 2_000,
)

const hasUnsent = async (store: Store): Promise<boolean> => {
  const status = await store.status()
  if (!status.ok) return false
  for (const { stream } of status.value.streams) {
    const unsent = await store.readUnsent({ stream, limit: 1 })
    if (unsent.ok && unsent.value.length > 0) return true
  }
  return false
}

/**
 * Brings a station to rest: the antenna first, then what was measured, then the goodbye. Error: the antenna was not
 * seen to stop; everything else is done all the same.
 */
export const shutDown = async (parts: {
  readonly clock: Clock
  readonly linkClock: Clock
  readonly log: Log
  readonly antenna: Antenna
  readonly receiver: Receiver
  readonly recorder: Recorder
  readonly releaser: Releaser
  readonly session: StationSession | undefined
  readonly store: Store
}): Promise<Result<void, Fault>> => {
  const { clock, linkClock, log, recorder, session, store } = parts
  const stopped =
    (await withTimeout(clock, ANTENNA_LIMIT, parts.antenna.close())) ??
    err(fault('motion.not-stopped', 'The antenna was told to stop, and that it stands was not confirmed'))
  await withTimeout(clock, RECEIVER_LIMIT, parts.receiver.close())
  await withTimeout(clock, FLUSH_LIMIT, recorder.flush())
  recorder.stop()
  parts.releaser.stop()
  const { queued } = recorder.counts()
  if (queued > 0) log.fault(fault('store.overflow', `${queued} records could not be written before the end`))

  const handOver = async (until: AbortSignal): Promise<void> => {
    while (session?.connected() === true && !until.aborted && (await hasUnsent(store))) {
      await sleep(linkClock, HAND_OVER_POLL, until)
    }
  }
  const enough = new AbortController()
  await withTimeout(linkClock, HAND_OVER_LIMIT, handOver(enough.signal))
  enough.abort()
  if (session !== undefined) await withTimeout(linkClock, GOODBYE_LIMIT, session.stop())
  await withTimeout(linkClock, STORE_LIMIT, store.close())
  return stopped
}
