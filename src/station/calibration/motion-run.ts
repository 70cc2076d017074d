import type { Estimate } from './fit-beam.ts'
import { fitLeastSquares } from './least-squares.ts'

/** One reading of one axis on a run; time counts from when the command had been written to the line. */
export interface RunReading {
  readonly sec: number
  readonly deg: number
}

/** One run from rest to rest, with its readings from before the command until it stood. */
export interface Run {
  readonly direction: 1 | -1
  readonly readings: readonly RunReading[]
}

export interface RunFit {
  /** Full speed, deg/s, positive either way. */
  readonly rate: Estimate
  /** From the command to where the straight line of full speed begins: latency, and half of the run-up. */
  readonly delaySec: Estimate
}

// Between the bends: what is nearer to either end than this may be run-up or run-out, and is not on the line.
const BEND_SEC = 0.9
const LINE_READINGS_MIN = 4

/** 1 sigma of a reading that is told in steps and scatters besides. */
export const readingSigma = (resolutionDeg: number, noiseDeg = 0): number =>
  Math.hypot(resolutionDeg / Math.sqrt(12), noiseDeg)

/** Straight part of a run: full speed, and when it would have begun at once. Undefined where the run is too short for it. */
export const fitRun = (run: Run, sigmaDeg: number): RunFit | undefined => {
  const { readings, direction } = run
  const before = readings.filter(({ sec }) => sec <= 0)
  const first = before.at(-1) ?? readings[0]
  const last = readings.at(-1)
  if (first === undefined || last === undefined) return undefined
  const length = direction * (last.deg - first.deg)
  const moved = readings.filter(({ deg }) => {
    const share = direction * (deg - first.deg)
    return share > 2 * sigmaDeg && share < length - 2 * sigmaDeg
  })
  const [begin, end] = [moved[0], moved.at(-1)]
  if (begin === undefined || end === undefined) return undefined
  const line = moved.filter(({ sec }) => sec >= begin.sec + BEND_SEC && sec <= end.sec - BEND_SEC)
  if (line.length < LINE_READINGS_MIN) return undefined
  // Where it stood is known better than one reading.
  const start =
    before.length === 0 ? first.deg : before.reduce((sum, { deg }) => sum + deg, 0) / before.length
  const middleSec = line.reduce((sum, { sec }) => sum + sec, 0) / line.length
  const fitted = fitLeastSquares({
    start: [length / 2, length / Math.max(1, end.sec - begin.sec)],
    steps: [0.01, 0.01],
    residuals: ([middle = 0, rate = 0]) =>
      line.map(({ sec, deg }) => (direction * (deg - start) - middle - rate * (sec - middleSec)) / sigmaDeg),
  })
  if (fitted === undefined) return undefined
  const [middle = 0, rate = 0] = fitted.parameters
  if (!(rate > 0)) return undefined
  const [[middleVariance = 0] = [], [, rateVariance = 0] = []] = fitted.covariance
  const scatter = Math.max(1, Math.sqrt(fitted.chiSquare / Math.max(1, fitted.degreesOfFreedom)))
  return {
    rate: { value: rate, sigma: Math.sqrt(rateVariance) * scatter },
    delaySec: {
      value: middleSec - middle / rate,
      // Of the line, and of where it stood.
      sigma:
        (Math.hypot(Math.sqrt(middleVariance), (middle / rate) * Math.sqrt(rateVariance), sigmaDeg) / rate) *
        scatter,
    },
  }
}

/** The mean of estimates by their weights; its 1 sigma grows where they contradict each other. */
export const combine = (estimates: readonly Estimate[]): Estimate | undefined => {
  const weights = estimates.map(({ sigma }) => 1 / sigma ** 2)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  if (!(sum > 0 && Number.isFinite(sum))) return undefined
  const value = estimates.reduce((total, one, index) => total + one.value * (weights[index] ?? 0), 0) / sum
  const chiSquare = estimates.reduce((total, one) => total + ((one.value - value) / one.sigma) ** 2, 0)
  const scatter = Math.sqrt(chiSquare / Math.max(1, estimates.length - 1))
  return { value, sigma: Math.max(1, scatter) / Math.sqrt(sum) }
}

/** What the beginnings of runs say: when the motor begins, and how long it takes to full speed. */
export interface RunUpFit {
  readonly latencySec: Estimate
  readonly runUpSec: Estimate
}

// Whatever takes longer to full speed has no business on a mast.
const RUN_UP_SEC_MAX = 5
const RUN_UP_STEP_SEC = 0.02
/** An answer is some characters on a line, and true for one instant of them. */
const INSTANT_SEC = 0.01
const GRID_LATENCY_STEP_SEC = 0.02

/** How far an axis is that runs up evenly. */
const travelled = (sec: number, latencySec: number, runUpSec: number, rate: number): number => {
  const moving = sec - latencySec
  if (moving <= 0) return 0
  return moving < runUpSec ? (rate * moving * moving) / (2 * runUpSec) : rate * (moving - runUpSec / 2)
}

/**
 * Latency and run-up from all runs of one axis together, by looking at every pair of them on a grid and taking the mean
 * with the weight of each: readings in coarse steps leave a valley, not a peak. Undefined where no run has its line.
 */
export const fitRunUp = (
  runs: readonly { readonly run: Run; readonly fit: RunFit }[],
  sigmaDeg: number,
): RunUpFit | undefined => {
  const delay = combine(runs.map(({ fit }) => fit.delaySec))
  if (delay === undefined) return undefined
  const readings = runs.flatMap(({ run, fit }) => {
    const before = run.readings.filter(({ sec }) => sec <= 0)
    const start =
      before.length === 0
        ? run.readings[0]?.deg
        : before.reduce((sum, { deg }) => sum + deg, 0) / before.length
    const until = delay.value + RUN_UP_SEC_MAX / 2
    return start === undefined
      ? []
      : run.readings
          .filter(({ sec }) => sec > 0 && sec < until)
          .map(({ sec, deg }) => ({ sec, moved: run.direction * (deg - start), rate: fit.rate.value }))
  })
  let [weights, latencies, latencySquares, runUps, runUpSquares] = [0, 0, 0, 0, 0]
  let best = Number.POSITIVE_INFINITY
  const grid: { readonly chi: number; readonly latency: number; readonly runUp: number }[] = []
  for (let runUp = 0; runUp <= RUN_UP_SEC_MAX; runUp += RUN_UP_STEP_SEC) {
    // The line ties the two together but for its own sigma.
    const middle = Math.max(0, delay.value - runUp / 2)
    const reach = Math.max(GRID_LATENCY_STEP_SEC, 3 * delay.sigma)
    for (
      let latency = Math.max(0, middle - reach);
      latency <= middle + reach;
      latency += GRID_LATENCY_STEP_SEC
    ) {
      let chi = ((latency + runUp / 2 - delay.value) / delay.sigma) ** 2
      for (const { sec, moved, rate } of readings)
        chi += ((moved - travelled(sec, latency, Math.max(runUp, 1e-6), rate)) / sigmaDeg) ** 2
      grid.push({ chi, latency, runUp })
      best = Math.min(best, chi)
    }
  }
  for (const { chi, latency, runUp } of grid) {
    const weight = Math.exp((best - chi) / 2)
    weights += weight
    latencies += weight * latency
    latencySquares += weight * latency ** 2
    runUps += weight * runUp
    runUpSquares += weight * runUp ** 2
  }
  const estimate = (sum: number, squares: number): Estimate => {
    const value = sum / weights
    return { value, sigma: Math.hypot(Math.sqrt(Math.max(0, squares / weights - value ** 2)), INSTANT_SEC) }
  }
  return { latencySec: estimate(latencies, latencySquares), runUpSec: estimate(runUps, runUpSquares) }
}

/** How far an axis goes on after STOP was written, degrees: where it came to rest, less where the line had it then. */
export const fitCoast = (options: {
  readonly run: Run
  readonly fit: RunFit
  readonly stopSec: number
  readonly sigmaDeg: number
}): Estimate | undefined => {
  const { run, fit, stopSec, sigmaDeg } = options
  const near = run.readings.filter(({ sec }) => sec > fit.delaySec.value + BEND_SEC && sec <= stopSec)
  const last = run.readings.at(-1)
  if (near.length === 0 || last === undefined) return undefined
  // Carried forward to the STOP with the known speed, from each reading of the line.
  const atStop = near.map(({ sec, deg }) => run.direction * deg + fit.rate.value * (stopSec - sec))
  const mean = atStop.reduce((sum, value) => sum + value, 0) / atStop.length
  return {
    value: run.direction * last.deg - mean,
    sigma: sigmaDeg * Math.sqrt(1 + 1 / near.length),
  }
}
