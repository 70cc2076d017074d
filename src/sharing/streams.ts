import type { UtcMs } from '../kernel/time.ts'
import type { Agreement } from './agreement.ts'
import { streamIdOf } from './messages.ts'

/** The streams that there can be by the agreements, each with the one that it comes from. */
export const streamsOfAgreements = (
  station: string,
  agreements: readonly Agreement[],
): ReadonlyMap<string, Agreement> =>
  new Map(
    agreements.flatMap((agreement) =>
      agreement.dataModes.map(
        (dataMode) =>
          [
            streamIdOf({
              station,
              partner: agreement.partnerId,
              agreement: agreement.id,
              product: agreement.product,
              dataMode,
            }),
            agreement,
          ] as const,
      ),
    ),
  )

/** Whether an agreement is in force at an instant: from its first moment to before its last. */
export const isInForce = (agreement: Agreement, atUtc: UtcMs): boolean =>
  (agreement.validFromUtc === undefined || atUtc >= agreement.validFromUtc) &&
  (agreement.validUntilUtc === undefined || atUtc < agreement.validUntilUtc)
