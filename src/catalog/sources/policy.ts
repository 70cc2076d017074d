import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '../../kernel/time.ts'
import type { NetworkSource } from './source.ts'

/** How a service wants to be treated. */
export interface ServicePolicy {
  /** Between two questions of one kind. */
  readonly sourceIntervalMs: number
  /** Between two questions of any kind. */
  readonly serviceIntervalMs: number
  readonly requestsPerMinuteMax: number
  readonly requestsPerHourMax: number
  readonly bytesPerDayMax: number
  /** Requests that one question takes. */
  readonly requestsPerQuestion: number
}

// CelesTrak's data changes every two hours, and a question before the next change is answered with 403. The five minutes
// are for its clock and ours. "Usage policy", 2026-05-22: 100 MB a day; stop at once at anything but 200.
// Space-Track, "API use guidelines": 30 requests a minute, 300 an hour, the class GP once an hour.
const CELESTRAK: ServicePolicy = {
  sourceIntervalMs: 2 * MS_PER_HOUR + 5 * MS_PER_MINUTE,
  serviceIntervalMs: 0,
  requestsPerMinuteMax: 12,
  requestsPerHourMax: 60,
  bytesPerDayMax: 80_000_000,
  requestsPerQuestion: 1,
}
const SPACE_TRACK: ServicePolicy = {
  sourceIntervalMs: MS_PER_HOUR + 5 * MS_PER_MINUTE,
  serviceIntervalMs: MS_PER_HOUR + 5 * MS_PER_MINUTE,
  requestsPerMinuteMax: 20,
  requestsPerHourMax: 200,
  bytesPerDayMax: 80_000_000,
  // Login, question, logout.
  requestsPerQuestion: 3,
}

export const policyOf = (source: NetworkSource): ServicePolicy =>
  source.kind === 'celestrak' ? CELESTRAK : SPACE_TRACK

const BACK_OFF_FIRST_MS = 10 * MS_PER_MINUTE
/** The longest that is waited by itself before a source is asked again. */
export const BACK_OFF_MS_MAX = 12 * MS_PER_HOUR

/** How long to wait after the n-th failure in a row (from 1 on): doubling, and never for all stations alike. */
export const backOffMs = (failures: number, uniform: number): number =>
  Math.min(BACK_OFF_MS_MAX, BACK_OFF_FIRST_MS * 2 ** Math.min(failures - 1, 10) * (0.75 + uniform / 2))

/** What a first answer is expected to have, until its size is known: the whole of what is active. */
export const EXPECTED_BYTES = 3_000_000
/** How long requests are remembered. */
export const REQUESTS_KEPT_MS = MS_PER_DAY
