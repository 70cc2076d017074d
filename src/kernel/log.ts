import type { Fault } from './errors.ts'

/** Where a part tells the operator what happens. One event, one plain sentence; details as fields. */
export interface Log {
  readonly info: (message: string, fields?: LogFields) => void
  readonly warn: (message: string, fields?: LogFields) => void
  readonly fault: (failure: Fault, fields?: LogFields) => void
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** For tests and for places that have nobody to tell. */
export const silentLog: Log = { info: () => {}, warn: () => {}, fault: () => {} }
