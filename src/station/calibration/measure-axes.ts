import type { AzEl } from '../../kernel/angle.ts'
import type { Fault } from '../../kernel/errors.ts'
import { ok, type Result } from '../../kernel/result.ts'
import type { MonoMs } from '../../kernel/time.ts'
import { deg } from '../../kernel/units.ts'
import { type AxisName, type AxisPlan, SMALL_STEPS_MAX, type TrialStep } from './axis-plan.ts'
import type { Estimate } from './fit-beam.ts'
import { combine, fitCoast, fitRun, fitRunUp, type Run, type RunFit, readingSigma } from './motion-run.ts'
import type { TestBench, TimedPlace } from './test-bench.ts'

/** What was found of one axis; what could not be found is undefined. Angles in degrees, times in seconds. */
export interface AxisFigures {
  readonly axis: AxisName
  readonly rateUpDegPerSec: Estimate | undefined
  readonly rateDownDegPerSec: Estimate | undefined
  /** From the command on the line to the first motion. */
  readonly latencySec: Estimate | undefined
  /** From rest to full speed. */
  readonly runUpSec: Estimate | undefined
  /** How far it goes on after STOP. */
  readonly coastDeg: Estimate | undefined
  /** The smallest step that moved it; undefined where none of those tried did. */
  readonly smallestStepDeg: number | undefined
  readonly smallestTriedDeg: number
  /** Where it rests when it comes from above, less when it comes from below, by its own readings. */
  readonly restDifferenceDeg: Estimate | undefined
  /** The smallest step between two readings, and how they scatter at rest. */
  readonly readingStepDeg: number | undefined
  readonly readingNoiseDeg: number
}

/** How the controller counts above 360°. */
export interface OverlapFigures {
  readonly ownDeg: number
  readonly shownDeg: number
  readonly dialect: 'counts on' | 'begins again'
}

export interface AxesFigures {
  readonly axes: readonly AxisFigures[]
  readonly overlap: OverlapFigures | undefined
}

interface Taken {
  readonly step: TrialStep
  readonly run: Run
  /** The STOP, in the run's own time. */
  readonly stopSec: number | undefined
  readonly rest: TimedPlace
  readonly movedByDeg: number | undefined
  readonly rawAzimuth: number | undefined
}

// What the plan reckons is for a mount as configured; a tired one takes longer, and one that takes this long is at fault.
const LIMIT_FACTOR = 3
const LIMIT_MORE_MS = 15_000
/** Rest before a motion, whose readings say where it stood. */
const REST_MS = 1_000
const STOPPED_AT_SHARE = 0.5

const along = (axis: AxisName, place: AzEl, value: number): AzEl =>
  axis === 'azimuth' ? { ...place, azimuth: deg(value) } : { ...place, elevation: deg(value) }

/** Readings about one motion, in seconds since its command was on the line. */
const runOf = (bench: TestBench, axis: AxisName, askedMonoMs: MonoMs): Run => {
  const zero = bench.watch.firstWrite('motion', askedMonoMs) ?? askedMonoMs
  const readings = bench.watch
    .readings()
    .filter(({ atMonoMs }) => atMonoMs >= askedMonoMs - REST_MS)
    .map((place) => ({ sec: (place.atMonoMs - zero) / 1000, deg: Number(place[axis]) }))
  const [first, last] = [readings[0], readings.at(-1)]
  return { direction: (last?.deg ?? 0) >= (first?.deg ?? 0) ? 1 : -1, readings }
}

/** Ever longer steps from where it stands until one moves it. */
const smallSteps = async (
  bench: TestBench,
  step: TrialStep,
  from: TimedPlace,
): Promise<Result<number | undefined, Fault>> => {
  const { axis } = step
  const unit = bench.mount.resolution
  const start = Math.round(from[axis] / unit) * unit
  for (let count = 1; count <= SMALL_STEPS_MAX; count += 1) {
    const asked = bench.ask(along(axis, from, start + count * unit))
    if (!asked.ok) return asked
    const rest = await bench.settle(LIMIT_MORE_MS)
    if (!rest.ok) return rest
    if (Math.abs(rest.value[axis] - from[axis]) > unit / 2) return ok(count * unit)
  }
  return ok(undefined)
}

const take = async (bench: TestBench, step: TrialStep): Promise<Result<Taken, Fault>> => {
  const rested = await bench.wait(REST_MS)
  if (!rested.ok) return rested
  const before = bench.here()
  const askedMonoMs = bench.clock.monoNow()
  const limitMs = LIMIT_FACTOR * 1_000 * step.seconds + LIMIT_MORE_MS
  let movedByDeg: number | undefined
  if (step.kind === 'small') {
    if (before !== undefined) {
      const moved = await smallSteps(bench, step, before)
      if (!moved.ok) return moved
      movedByDeg = moved.value
    }
  } else {
    const asked = bench.ask(step.to)
    if (!asked.ok) return asked
  }
  if (step.kind === 'coast') {
    const waited = await untilHalfWay(bench, step, before)
    if (!waited.ok) return waited
    const stopped = await bench.stop()
    if (!stopped.ok) return stopped
  }
  const isWhole = step.kind !== 'coast' && step.kind !== 'small'
  const rest = await bench.settle(limitMs, isWhole ? step.to : undefined)
  if (!rest.ok) return rest
  const run = runOf(bench, step.axis, askedMonoMs)
  const zero = bench.watch.firstWrite('motion', askedMonoMs) ?? askedMonoMs
  const stop = step.kind === 'coast' ? bench.watch.firstWrite('stop', askedMonoMs) : undefined
  return ok({
    step,
    run,
    stopSec: stop === undefined ? undefined : (stop - zero) / 1000,
    rest: rest.value,
    movedByDeg,
    rawAzimuth: bench.watch.rawAzimuth(),
  })
}

const untilHalfWay = async (
  bench: TestBench,
  step: TrialStep,
  before: TimedPlace | undefined,
): Promise<Result<void, Fault>> => {
  const from = before?.[step.axis] ?? step.to[step.axis]
  const half = Math.abs(step.to[step.axis] - from) * STOPPED_AT_SHARE
  const giveUpMs = 1_000 * step.seconds
  const begun = bench.clock.monoNow()
  while (bench.clock.monoNow() - begun < giveUpMs) {
    const waited = await bench.wait(50)
    if (!waited.ok) return waited
    if (Math.abs((bench.here()?.[step.axis] ?? from) - from) >= half) return ok(undefined)
  }
  return ok(undefined)
}

/** Carries the plan out, step by step, and says what was seen. Ends at the first fault; the caller stops the antenna. */
export const measureAxes = async (
  bench: TestBench,
  plan: AxisPlan,
  onStep: (step: TrialStep, index: number) => void,
): Promise<Result<AxesFigures, Fault>> => {
  const taken: Taken[] = []
  for (const [index, step] of plan.steps.entries()) {
    onStep(step, index)
    const one = await take(bench, step)
    if (!one.ok) return one
    taken.push(one.value)
  }
  const axes = (['azimuth', 'elevation'] as const).flatMap((axis) => {
    const own = taken.filter(({ step }) => step.axis === axis && step.kind !== 'overlap')
    return own.length === 0 ? [] : [figuresOf(bench, axis, own)]
  })
  return ok({ axes, overlap: overlapOf(taken) })
}

const figuresOf = (bench: TestBench, axis: AxisName, taken: readonly Taken[]): AxisFigures => {
  const readings = taken.flatMap(({ run }) => run.readings.map(({ deg: value }) => value))
  const readingStepDeg = stepOf(readings)
  const readingNoiseDeg = noiseOf(taken)
  const sigma = readingSigma(readingStepDeg ?? bench.mount.resolution, readingNoiseDeg)
  const fits = taken.flatMap(({ run, step, stopSec }) => {
    if (step.kind === 'small') return []
    // What comes after a STOP is no line.
    const line =
      stopSec === undefined ? run : { ...run, readings: run.readings.filter(({ sec }) => sec <= stopSec) }
    const fit = fitRun(line, sigma)
    return fit === undefined ? [] : [{ run: line, whole: run, fit, stopSec }]
  })
  const rate = (direction: 1 | -1): Estimate | undefined =>
    combine(fits.filter(({ run }) => run.direction === direction).map(({ fit }) => fit.rate))
  const runUp = fitRunUp(fits, sigma)
  const coasts = fits.flatMap(({ whole, fit, stopSec }) => {
    if (stopSec === undefined) return []
    // The speed of all runs is known better than that of half a one.
    const best: RunFit = { ...fit, rate: rate(whole.direction) ?? fit.rate }
    const coast = fitCoast({ run: whole, fit: best, stopSec, sigmaDeg: sigma })
    return coast === undefined ? [] : [coast]
  })
  const [above, below] = taken.filter(({ step }) => step.kind === 'meet')
  const small = taken.find(({ step }) => step.kind === 'small')
  return {
    axis,
    rateUpDegPerSec: rate(1),
    rateDownDegPerSec: rate(-1),
    latencySec: runUp?.latencySec,
    runUpSec: runUp?.runUpSec,
    coastDeg: combine(coasts),
    smallestStepDeg: small?.movedByDeg,
    smallestTriedDeg: SMALL_STEPS_MAX * bench.mount.resolution,
    restDifferenceDeg:
      above === undefined || below === undefined
        ? undefined
        : { value: above.rest[axis] - below.rest[axis], sigma: sigma * Math.SQRT2 },
    readingStepDeg,
    readingNoiseDeg,
  }
}

const SAME_DEG = 1e-6

/** The smallest step between any two readings. */
const stepOf = (readings: readonly number[]): number | undefined => {
  const sorted = [...readings].sort((a, b) => a - b)
  const steps = sorted.slice(1).map((value, index) => value - (sorted[index] ?? value))
  const real = steps.filter((step) => step > SAME_DEG)
  return real.length === 0 ? undefined : Number(Math.min(...real).toFixed(4))
}

/** Scatter of the readings before a command, when it stood. */
const noiseOf = (taken: readonly Taken[]): number => {
  let [squares, count] = [0, 0]
  for (const { run } of taken) {
    const before = run.readings.filter(({ sec }) => sec <= 0)
    if (before.length < 2) continue
    const mean = before.reduce((sum, { deg: value }) => sum + value, 0) / before.length
    squares += before.reduce((sum, { deg: value }) => sum + (value - mean) ** 2, 0)
    count += before.length - 1
  }
  return count === 0 ? 0 : Math.sqrt(squares / count)
}

const FULL_TURN_DEG = 360

const overlapOf = (taken: readonly Taken[]): OverlapFigures | undefined => {
  const last = taken.filter(({ step }) => step.kind === 'overlap').at(-1)
  if (last === undefined) return undefined
  const ownDeg = last.rest.azimuth
  const shownDeg = last.rawAzimuth ?? ownDeg
  return { ownDeg, shownDeg, dialect: shownDeg >= FULL_TURN_DEG ? 'counts on' : 'begins again' }
}
