// Far more than the method needs (8 to 12); it ends the loop on a function that is not continuous.
const ROUNDS_MAX = 80

/** One end of a bracket: a place and the function's value there. */
export interface BracketEnd {
  readonly at: number
  readonly value: number
}

/**
 * Where a continuous function changes its sign between two places at which the signs differ, to within `tolerance`.
 *
 * Regula falsi as improved by Anderson and Björck (BIT 13, 1973), with a halving whenever three rounds have not halved
 * the bracket, so that a kink costs rounds and not the answer.
 */
export const findRoot = (options: {
  readonly of: (at: number) => number
  readonly low: BracketEnd
  readonly high: BracketEnd
  readonly tolerance: number
}): number => {
  const { of, tolerance } = options
  let { at: a, value: valueA } = options.low
  let { at: b, value: valueB } = options.high
  if (valueA === 0) return a
  if (valueB === 0) return b
  let widthBefore = Math.abs(b - a)
  let sinceHalved = 0
  for (let round = 0; round < ROUNDS_MAX && Math.abs(b - a) > tolerance; round += 1) {
    const secant = (a * valueB - b * valueA) / (valueB - valueA)
    const halve = sinceHalved >= 3 || !(secant > Math.min(a, b) && secant < Math.max(a, b))
    const at = halve ? (a + b) / 2 : secant
    const value = of(at)
    if (value === 0 || Number.isNaN(value)) return at
    if (value > 0 === valueB > 0) {
      // The end a has stayed: its weight is lowered so that the next secant falls on the other side.
      const kept = 1 - value / valueB
      valueA *= kept > 0 ? kept : 0.5
    } else {
      a = b
      valueA = valueB
    }
    // A step that no longer moves the end is the root itself.
    if (!halve && Math.abs(at - b) < tolerance / 2) return at
    b = at
    valueB = value
    const width = Math.abs(b - a)
    if (width <= widthBefore / 2) {
      widthBefore = width
      sinceHalved = 0
    } else {
      sinceHalved += 1
    }
  }
  return (a + b) / 2
}
