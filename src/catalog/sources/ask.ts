import type { Fault } from '../../kernel/errors.ts'
import type { LastGood } from './ledger.ts'
import type { Answer, Transport, TransportFailure } from './transport.ts'

/** What one question to a service is asked with. */
export interface Ask {
  readonly transport: Transport
  readonly server: URL
  readonly lastGood: LastGood | undefined
  readonly bodyFile: string
  readonly bytesMax: number
}

/** What came back, as the service's own rules read it. */
export type Reply =
  | { readonly kind: 'body'; readonly answer: Answer }
  /** Nothing newer than what was taken last. */
  | { readonly kind: 'same'; readonly bytes: number }
  /** Tried again later by itself. */
  | ({ readonly kind: 'failed' } & TransportFailure)
  /** Going on could get the address blocked: a person must look. */
  | { readonly kind: 'stop'; readonly failure: Fault; readonly bytes: number }
