const TWO_PI = 2 * Math.PI

/**
 * When a site is near enough to the plane of an orbit. With x the angle from the node to the site's meridian, the sine
 * of the site's distance from the plane is S - C sin x, S = sin φ cos i, C = cos φ sin i: it is within ±`bound` on at
 * most two arcs of x, each given by its middle and half its width, radians (four numbers into `arcs`). Gives how many;
 * a half width of π is all of x.
 */
export const visibleArcs = (
  shape: {
    readonly sinGeocentric: number
    readonly cosGeocentric: number
    readonly sinInclination: number
    readonly cosInclination: number
  },
  bound: number,
  arcs: Float64Array,
): number => {
  const s = shape.sinGeocentric * shape.cosInclination
  const c = shape.cosGeocentric * shape.sinInclination
  const lowest = s - bound
  const highest = s + bound
  // Within -C..C is what S - C sin x can take away.
  if (lowest > c || highest < -c) return 0
  const allLow = lowest <= -c
  const allHigh = highest >= c
  if (allLow && allHigh) {
    arcs[0] = 0
    arcs[1] = Math.PI
    return 1
  }
  if (allLow) {
    // sin x <= highest / c, around 3π/2.
    arcs[0] = -Math.PI / 2
    arcs[1] = Math.PI / 2 + Math.asin(highest / c)
    return 1
  }
  if (allHigh) {
    arcs[0] = Math.PI / 2
    arcs[1] = Math.PI / 2 - Math.asin(lowest / c)
    return 1
  }
  const from = Math.asin(lowest / c)
  const to = Math.asin(highest / c)
  arcs[0] = (from + to) / 2
  arcs[1] = (to - from) / 2
  arcs[2] = Math.PI - (from + to) / 2
  arcs[3] = (to - from) / 2
  return 2
}

/** The smallest `middle` + whole turns whose arc ends after `from`. */
export const firstMiddleAfter = (middle: number, halfWidth: number, from: number): number =>
  middle + TWO_PI * Math.ceil((from - halfWidth - middle) / TWO_PI)
