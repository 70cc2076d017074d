import { type UtcMs, utcMs } from '../kernel/time.ts'
import type { EphemerisSegment } from './ephemeris.ts'
import type { MotionSpan } from './motion.ts'

/** A stretch of time and the segment that speaks for it. */
export interface EphemerisPiece extends MotionSpan {
  readonly segment: EphemerisSegment
}

/** What of a segment may be used: its useable span, as far as there are states. Empty where the end is not after. */
const useableSpan = ({ states, ...segment }: EphemerisSegment): MotionSpan => {
  const first = states[0]?.utcMs ?? utcMs(Number.POSITIVE_INFINITY)
  const last = states.at(-1)?.utcMs ?? utcMs(Number.NEGATIVE_INFINITY)
  return {
    fromUtcMs: utcMs(Math.max(first, segment.useableStartUtcMs)),
    toUtcMs: utcMs(Math.min(last, segment.useableStopUtcMs)),
  }
}

/**
 * Which segment speaks when, by rising time. Where several overlap, it is the one that began last, from its useable
 * start to its end; after that the one it cut short, if that goes on.
 */
export const ephemerisPieces = (segments: readonly EphemerisSegment[]): readonly EphemerisPiece[] => {
  const spans = segments
    .map((segment) => ({ segment, ...useableSpan(segment) }))
    .filter(({ fromUtcMs, toUtcMs }) => toUtcMs > fromUtcMs)
    .sort((a, b) => a.fromUtcMs - b.fromUtcMs)
  const pieces: EphemerisPiece[] = []
  // Those that have begun, the last to begin on top.
  const begun: EphemerisPiece[] = []
  let cursor: UtcMs = utcMs(Number.NEGATIVE_INFINITY)
  const speakUntil = (untilUtcMs: UtcMs): void => {
    for (let top = begun.at(-1); top !== undefined && cursor < untilUtcMs; top = begun.at(-1)) {
      const toUtcMs = utcMs(Math.min(top.toUtcMs, untilUtcMs))
      if (toUtcMs > cursor) {
        pieces.push({ segment: top.segment, fromUtcMs: cursor, toUtcMs })
        cursor = toUtcMs
      }
      if (top.toUtcMs <= untilUtcMs) begun.pop()
    }
  }
  for (const span of spans) {
    speakUntil(span.fromUtcMs)
    cursor = span.fromUtcMs
    begun.push(span)
  }
  speakUntil(utcMs(Number.POSITIVE_INFINITY))
  return pieces
}
