import { MS_PER_DAY, MS_PER_SECOND, type UtcMs, utcMs } from '../kernel/time.ts'
import { SPEED_OF_LIGHT_KM_PER_SEC } from '../kernel/units.ts'
import { type SeenFrom, waitsForLight } from './earth-fixed-motion.ts'
import { earthRotationAt, fixedPointToTeme, UT1_MINUS_UTC_DEFAULT } from './frames.ts'
import { createTopocentricFrame } from './look.ts'
import type { MotionSpan } from './motion.ts'
import { ut1MinusUtcAt } from './ut1.ts'
import { magnitude, subtract } from './vector.ts'

/** A stretch of a window in which an object can be followed. */
export interface SearchableSpan extends MotionSpan {
  /** It goes on from the one before it without a gap. */
  readonly joined: boolean
  /** It begins or ends where the motion does, not where the window does. */
  readonly cutAtStart: boolean
  readonly cutAtEnd: boolean
}

// Two microseconds inwards, so that no rounding of the light time reaches over the end: 1.5 cm of a satellite's way.
const INWARDS_MS = 0.002
const LIGHT_TIME_ROUNDS = 4

/** The instant at which the light that leaves at `leftAt` arrives at the site. */
const arrivalOf = ({ motion, site, ut1MinusUtc = UT1_MINUS_UTC_DEFAULT }: SeenFrom, leftAt: UtcMs): UtcMs => {
  const { position } = createTopocentricFrame(site)
  const state = motion.propagate(leftAt)
  let arrival = leftAt
  for (let round = 0; round < LIGHT_TIME_ROUNDS; round += 1) {
    const ut1 = ut1MinusUtcAt(ut1MinusUtc, arrival)
    // The search meets the same fault, and tells it.
    if (!state.ok || !ut1.ok) return arrival
    const siteThen = fixedPointToTeme(position, earthRotationAt(arrival, ut1.value))
    const distance = magnitude(subtract(state.value.position, siteThen.position))
    arrival = utcMs(leftAt + (distance / SPEED_OF_LIGHT_KM_PER_SEC) * MS_PER_SECOND)
  }
  return arrival
}

/**
 * What of a window can be searched: all of it, or where the motion has spans, as much as these allow. Where light time
 * counts, a span is that of the arrivals of what left within it.
 */
export const searchableSpans = (options: SeenFrom & MotionSpan): readonly SearchableSpan[] => {
  const { motion, fromUtcMs, toUtcMs } = options
  if (motion.spans === undefined) {
    return [{ fromUtcMs, toUtcMs, joined: false, cutAtStart: false, cutAtEnd: false }]
  }
  const withLightTime = waitsForLight(options)
  const arrival = (leftAt: UtcMs): UtcMs => (withLightTime ? arrivalOf(options, leftAt) : leftAt)
  const inwardsMs = withLightTime ? INWARDS_MS : 0
  return motion.spans.flatMap((span, index) => {
    // No probe's light is a day late: what is farther outside the window needs no look.
    if (span.toUtcMs < fromUtcMs - MS_PER_DAY || span.fromUtcMs > toUtcMs) return []
    const known = {
      fromUtcMs: utcMs(arrival(span.fromUtcMs) + inwardsMs),
      toUtcMs: utcMs(arrival(span.toUtcMs) - inwardsMs),
    }
    const from = utcMs(Math.max(fromUtcMs, known.fromUtcMs))
    const to = utcMs(Math.min(toUtcMs, known.toUtcMs))
    if (!(to > from)) return []
    return [
      {
        fromUtcMs: from,
        toUtcMs: to,
        joined: motion.spans?.[index - 1]?.toUtcMs === span.fromUtcMs && from > fromUtcMs,
        cutAtStart: from > fromUtcMs,
        cutAtEnd: to < toUtcMs,
      },
    ]
  })
}
