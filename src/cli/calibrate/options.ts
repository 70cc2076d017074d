import type { UtcMs } from '../../kernel/time.ts'

export interface CalibrateOptions {
  readonly config?: string
  readonly axes?: true
  readonly sun?: true
  readonly beacon?: string
  readonly frequency?: number
  readonly repeat?: number
  /** Minutes. */
  readonly every?: number
  readonly since?: UtcMs
  readonly dryRun?: true
  readonly apply?: true
  readonly yes?: true
}
