// Halving alone needs 40 rounds from a day to a microsecond; this ends the loop whatever the function does.
const ROUNDS_MAX = 100

/** One end of a bracket: a place and the function's value there. */
export interface BracketEnd {
  readonly at: number
  readonly value: number
}

/**
 * Where a function changes its sign between two places at which the signs differ, to within `tolerance`.
 *
 * Chandrupatla's method (Adv. Eng. Software 28, 1997, 145): inverse quadratic interpolation where the last three points
 * say that it can be trusted, halving elsewhere, so that a kink or a jump costs rounds and not the answer.
 */
export const findRoot = (options: {
  readonly of: (at: number) => number
  readonly low: BracketEnd
  readonly high: BracketEnd
  readonly tolerance: number
}): number => {
  const { of, low, high, tolerance } = options
  if (low.value === 0) return low.at
  if (high.value === 0) return high.at
  // The root is always between newest and opposite; discarded is the end that was given up last.
  let newest = high
  let opposite = low
  let share = 0.5
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const at = newest.at + share * (opposite.at - newest.at)
    const probe = { at, value: of(at) }
    let discarded = newest
    if (probe.value > 0 !== newest.value > 0) {
      discarded = opposite
      opposite = newest
    }
    newest = probe
    const nearest = Math.abs(opposite.value) < Math.abs(newest.value) ? opposite : newest
    const shareMin = tolerance / Math.abs(opposite.at - newest.at)
    if (nearest.value === 0 || !(shareMin <= 0.5)) return nearest.at
    share = Math.min(1 - shareMin, Math.max(shareMin, nextShare(newest, opposite, discarded)))
  }
  return newest.at
}

const nextShare = (newest: BracketEnd, opposite: BracketEnd, discarded: BracketEnd): number => {
  const place = (newest.at - opposite.at) / (discarded.at - opposite.at)
  const height = (newest.value - opposite.value) / (discarded.value - opposite.value)
  if (!(height * height < place && (1 - height) * (1 - height) < 1 - place)) return 0.5
  const { value: n } = newest
  const { value: o } = opposite
  const { value: d } = discarded
  const stretch = (discarded.at - newest.at) / (opposite.at - newest.at)
  return ((n / (o - n)) * d) / (o - d) + ((stretch * n) / (d - n)) * (o / (d - o))
}
