import { type Fault, fault } from '../../kernel/errors.ts'
import type { UtcMs } from '../../kernel/time.ts'
import type { AntennaHolder, AntennaReport } from '../../station/status-text.ts'

/** What an operator asked to be followed, and when that is over. */
export interface AskedTrack {
  readonly name: string
  /** When it sets, or following ends; absent for a direction, which stays. */
  readonly losUtcMs: number | undefined
  /** The end that was asked for. */
  readonly untilUtcMs: UtcMs | undefined
  /** Since when the antenna does it; absent before the first look. */
  readonly sinceUtcMs: number | undefined
}

/** `done`: as it was asked for; `failed`: somebody or something ended it before. */
export type TrackVerdict =
  | { readonly kind: 'goes-on' }
  | { readonly kind: 'done'; readonly why: string }
  | { readonly kind: 'failed'; readonly fault: Fault }

const MOVING: ReadonlySet<string> = new Set(['pre-positioning', 'tracking', 'pointing'])
// A look a second, and a clock that the daemon reads a moment earlier.
const END_SLACK_MS = 3_000

/** Whether the antenna does what was asked for, by who has it and since when. */
export const isAtIt = ({ phase, holder }: AntennaReport, { sinceUtcMs }: AskedTrack): boolean =>
  MOVING.has(phase) &&
  holder?.user === 'operator' &&
  (sinceUtcMs === undefined || holder.sinceUtcMs === undefined || holder.sinceUtcMs === sinceUtcMs)

/** What has become of it, as one look at the antenna tells. */
export const judgeTrack = (look: AntennaReport, asked: AskedTrack, nowUtc: UtcMs): TrackVerdict => {
  const { name, losUtcMs, untilUtcMs } = asked
  if (untilUtcMs !== undefined && nowUtc >= untilUtcMs) return { kind: 'done', why: 'The time is over.' }
  if (isAtIt(look, asked)) return { kind: 'goes-on' }
  const isOver = losUtcMs !== undefined && nowUtc >= losUtcMs - END_SLACK_MS
  if (look.phase === 'unreachable') {
    // A pass is resumed when the line is back.
    if (losUtcMs !== undefined && !isOver) return { kind: 'goes-on' }
    return failed(look.fault ?? fault('rotator.mute', 'The rotator cannot be reached'))
  }
  if (isOver) return { kind: 'done', why: untilUtcMs === losUtcMs ? 'The time is over.' : `${name} has set.` }
  return failed(interrupted(look))
}

const failed = (failure: Fault): TrackVerdict => ({ kind: 'failed', fault: failure })

const interrupted = ({ phase, holder }: AntennaReport): Fault => {
  if (MOVING.has(phase) && holder !== undefined) {
    return fault('motion.occupied', `The antenna was taken by ${holderName(holder)}`)
  }
  return phase === 'parking'
    ? fault('motion.occupied', 'The antenna was sent to its resting place by somebody else')
    : fault('motion.held', 'The antenna was stopped by somebody else')
}

const holderName = ({ user, what }: AntennaHolder): string => {
  if (user === 'plan') return "a pass of the station's plan"
  return `${user === 'operator' ? 'another operator' : 'a program'}${what === undefined ? '' : ` (${what})`}`
}
