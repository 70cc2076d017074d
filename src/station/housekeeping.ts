import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { utcMs } from '../kernel/time.ts'
import { dataModeSchema } from '../observation/record.ts'
import type { Store } from '../outbox/store.ts'
import { streamIdOf } from '../sharing/messages.ts'
import type { SharingPolicy } from '../sharing/releaser.ts'

/**
 * Lets go of what is no longer owed: items that their partner has signed for, and, where the agreement knows no
 * receipts, items sent longer ago than it says. A stream whose agreement is gone keeps what is not signed for.
 */
export const pruneStreams = async (options: {
  readonly clock: Clock
  readonly log: Log
  readonly store: Store
  readonly policy: SharingPolicy
}): Promise<number> => {
  const { clock, log, store, policy } = options
  const status = await store.status()
  if (!status.ok) {
    log.fault(status.error)
    return 0
  }
  const retention = new Map(
    policy.agreements.flatMap(({ id, partnerId, product, receipts, retention: kept }) =>
      receipts
        ? []
        : dataModeSchema.options.map(
            (dataMode) =>
              [
                streamIdOf({
                  station: policy.station,
                  partner: partnerId,
                  agreement: id,
                  product,
                  dataMode,
                }),
                kept,
              ] as const,
          ),
    ),
  )
  let dropped = 0
  for (const { stream } of status.value.streams) {
    const kept = retention.get(stream)
    const pruned = await store.prune({
      stream,
      unreceiptedBeforeUtc: kept === undefined ? undefined : utcMs(clock.utcNow() - kept),
    })
    if (pruned.ok) dropped += pruned.value
    else log.fault(pruned.error)
  }
  if (dropped > 0) log.info(`housekeeping: ${dropped} delivered items are no longer kept`)
  return dropped
}
