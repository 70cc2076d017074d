/** Errors pooled over passes, in a histogram: a hundred passes are a million samples. */
export interface ErrorFigures {
  readonly add: (errors: Float64Array) => void
  readonly rms: () => number
  readonly max: () => number
  /** The error that this share of all samples does not exceed, within a hundredth of a degree. */
  readonly quantile: (share: number) => number
  /** The share of all samples that are within an error. */
  readonly shareWithin: (errorDeg: number) => number
}

const BINS_PER_DEG = 100

export const createErrorFigures = (): ErrorFigures => {
  const bins = new Float64Array(180 * BINS_PER_DEG + 1)
  let count = 0
  let squares = 0
  let largest = 0
  return {
    add: (errors) => {
      for (const error of errors) {
        const bin = Math.min(bins.length - 1, Math.floor(error * BINS_PER_DEG))
        bins[bin] = (bins[bin] ?? 0) + 1
        squares += error * error
        largest = Math.max(largest, error)
      }
      count += errors.length
    },
    rms: () => Math.sqrt(squares / count),
    max: () => largest,
    quantile: (share) => {
      let below = 0
      const bin = bins.findIndex((inBin) => {
        below += inBin
        return below >= share * count
      })
      return Math.min(largest, (bin + 1) / BINS_PER_DEG)
    },
    shareWithin: (errorDeg) => {
      const within = bins.subarray(0, Math.round(errorDeg * BINS_PER_DEG))
      return within.reduce((sum, inBin) => sum + inBin, 0) / count
    },
  }
}
