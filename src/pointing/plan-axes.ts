import {
  type AxesPath,
  azimuthTask,
  elevationTask,
  errorsOf,
  largestError,
  unavoidableErrors,
} from './axis-tasks.ts'
import type { AzElMount } from './mount.ts'
import { followWithinRate } from './rate-limit.ts'
import type { Posture, TwoAxisProblem } from './reachable-rows.ts'
import type { SkyTrack } from './sky-track.ts'
import { reachBetween, type TwoAxisMotion } from './two-axis-reach.ts'
import { chooseWraps } from './wrap-choice.ts'

/** The motion of both axes for a pass, by their ranges and speeds. */
export interface PlannedAxes extends AxesPath {
  readonly errorDeg: number
  /** No motion of this mount has a smaller largest error; 0 where none was needed to know that. */
  readonly boundDeg: number
}

export interface Ends {
  /** Where the azimuth axis is before the pass. */
  readonly startAzimuth?: number
  /** Where it has to go after it. */
  readonly nextAzimuth?: number
}

/** An error that is none: finer than any encoder. Below it nothing else is tried. */
const NO_ERROR_DEG = 0.02
/** What a motion over the top, or with the elevation off its target, leaves of the signal's loss must be less than this share. */
const GAIN_SHARE = 0.98
/** An error within this share and this many steps of the controller of the least is as good. */
const EQUAL_ERROR = 1.01
/** What the search finds is that near to the least error that it may be the best when it is settled. */
const FOUND_ERROR = 1.05
const EQUAL_STEPS = 0.25
/** Of motions that are as good no more are looked at in full: a few ways over the top, a few turns of the cable. */
const CANDIDATES_MAX = 4
/** Postures tried for each end: two forms, each on three turns of the cable. */
const POSTURES_MAX = 6

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value))

const postureOf = (offset: number): Posture => ({ offset, overBack: Math.abs(offset % 360) === 180 })

/** The azimuths between two samples, for any posture to be added to. */
const spanOf = (track: SkyTrack, first: number, last: number): readonly [number, number] => {
  let lowest = Number.POSITIVE_INFINITY
  let highest = Number.NEGATIVE_INFINITY
  for (let i = first; i <= last; i += 1) {
    lowest = Math.min(lowest, track.azimuth[i] as number)
    highest = Math.max(highest, track.azimuth[i] as number)
  }
  return [lowest, highest]
}

/** Postures that keep a stretch within the azimuth range, but for `beyond`. */
const posturesFor = (
  mount: AzElMount,
  [lowest, highest]: readonly [number, number],
  beyond = 1e-9,
): Posture[] => {
  const { minimum, maximum } = mount.azimuth
  const forms = mount.elevation.maximum > 90 ? [0, 180] : [0]
  const postures: Posture[] = []
  for (const form of forms) {
    const first = Math.ceil((minimum - beyond - lowest - form) / 360)
    for (let turn = first; highest + form + turn * 360 <= maximum + beyond; turn += 1) {
      postures.push(postureOf(form + turn * 360))
    }
  }
  return postures.slice(0, POSTURES_MAX)
}

type Settled = AxesPath & { readonly errorDeg: number }

/** Each axis in its turn as close to the target as its speed allows, given the other: the error only shrinks. */
const settle = (
  track: SkyTrack,
  mount: AzElMount,
  unavoidable: Float64Array,
  near: Float64Array,
  rounds: number,
): Settled => {
  let best: Settled | undefined
  let azimuth = near
  for (let round = 0; round < rounds; round += 1) {
    const elevation = followWithinRate(elevationTask({ track, mount, azimuth, unavoidable })).position
    azimuth = followWithinRate(
      azimuthTask({ track, mount, elevation, near: round === 0 ? near : azimuth, unavoidable }),
    ).position
    const errorDeg = largestError(track, { azimuth, elevation })
    if (best !== undefined && errorDeg >= best.errorDeg * 0.999) break
    best = { azimuth, elevation, errorDeg }
    if (errorDeg < NO_ERROR_DEG) break
  }
  return best ?? { azimuth: near, elevation: track.elevation, errorDeg: 180 }
}

const ROUNDS_ALONE = 2
const ROUNDS_AFTER_SEARCH = 4

/** How far the azimuth axis travels before and after the pass. */
const travelBeside = (ends: Ends, first: number, last: number): number =>
  Math.abs(first - (ends.startAzimuth ?? first)) + Math.abs(last - (ends.nextAzimuth ?? last))

/**
 * The stretch about the zenith in which the axes may be too slow: from well before the target turns faster than the
 * azimuth axis likes until well after, with the time for half a turn about it.
 */
const fastStretch = (track: SkyTrack, mount: AzElMount): readonly [number, number] | undefined => {
  const limit = mount.azimuth.slewRate * track.stepSec * 0.4
  let first = -1
  let last = -1
  for (let i = 1; i < track.count; i += 1) {
    if (Math.abs((track.azimuth[i] as number) - (track.azimuth[i - 1] as number)) < limit) continue
    if (first < 0) first = i - 1
    last = i
  }
  if (first < 0) return undefined
  const beside = Math.ceil((10 + 60 / mount.azimuth.slewRate) / track.stepSec)
  return [Math.max(0, first - beside), Math.min(track.count - 1, last + beside)]
}

/** The error that is as good as the least, but for a share. */
const equalTo = (leastDeg: number, mount: AzElMount, share: number): number =>
  share * leastDeg + EQUAL_STEPS * mount.resolution

/** Motions that change posture on the way, or trade elevation for azimuth: those of nearly the least error, if below `below`. */
const searchTogether = (
  problem: TwoAxisProblem,
  options: { readonly below: number; readonly ends: Ends; readonly beyond: number },
): { readonly near: readonly Float64Array[]; readonly boundDeg: number } => {
  const { track, mount, first, last } = problem
  const { ends, beyond } = options
  const starts = posturesFor(mount, spanOf(track, 0, first), beyond)
  const finishes = posturesFor(mount, spanOf(track, last, track.count - 1), beyond)
  const begin = track.azimuth[first] as number
  const finish = track.azimuth[last] as number
  const lastAzimuth = track.azimuth[track.count - 1] as number
  const pairs = starts
    .flatMap((start) =>
      finishes.map((end) => ({
        start,
        end,
        turn: Math.abs(finish + end.offset - begin - start.offset),
        travel: travelBeside(ends, (track.azimuth[0] as number) + start.offset, lastAzimuth + end.offset),
      })),
    )
    // The less there is to turn the better, as a rule; among equals the one that begins and ends well.
    .sort((a, b) => Math.round(a.turn) - Math.round(b.turn) || a.travel - b.travel)
  const turnable = mount.azimuth.slewRate * (last - first) * track.stepSec
  let least = options.below
  let boundDeg = options.below
  const found: TwoAxisMotion[] = []
  for (const { start, end, turn } of pairs) {
    if (turn > turnable + 360) continue
    const { motion, boundDeg: bound } = reachBetween(
      problem,
      { start, end },
      equalTo(least, mount, FOUND_ERROR),
    )
    boundDeg = Math.min(boundDeg, bound)
    if (motion === undefined) continue
    found.push(motion)
    least = Math.min(least, motion.errorDeg)
    if (motion.errorDeg < NO_ERROR_DEG) break
  }
  const near = found
    .filter(({ errorDeg }) => errorDeg <= equalTo(least, mount, FOUND_ERROR))
    .slice(0, CANDIDATES_MAX)
    .map(({ path }) => path.azimuth)
  return { near, boundDeg }
}

const shifted = (track: SkyTrack, offset: number): Float64Array =>
  track.azimuth.map((angle) => angle + offset)

/** Both axes together, then each settled: what there is of nearly the least error, what begins and ends well first. */
const planTogether = (
  problem: TwoAxisProblem,
  options: { readonly below: number; readonly ends: Ends; readonly beyond: number },
): { readonly settled: readonly Settled[]; readonly boundDeg: number } => {
  const { track, mount, unavoidable } = problem
  const { near, boundDeg } = searchTogether(problem, options)
  const settled = near.map((path) => {
    const inRange = path.map((angle) => clamp(angle, mount.azimuth.minimum, mount.azimuth.maximum))
    return settle(track, mount, unavoidable, inRange, ROUNDS_AFTER_SEARCH)
  })
  return { settled, boundDeg }
}

/**
 * What the errors cost of the signal, in seconds of all of it: by the square of the error within the beam (12 dB times the square
 * of its share of the full width), everything beyond the half of it, where nothing is received.
 */
const signalLostSec = (track: SkyTrack, path: AxesPath, halfBeamDeg: number): number =>
  errorsOf(track, path).reduce(
    (lost, error) => lost + Math.min(1, (error / halfBeamDeg) ** 2) * track.stepSec,
    0,
  )

/**
 * Of motions of nearly the least largest error that which loses the least of the signal; the first of equals. Two motions that are
 * equally far off may differ by half a minute where the azimuth is too slow, by minutes where no turn of the cable fits the pass.
 */
const leastLost = (
  candidates: readonly Settled[],
  track: SkyTrack,
  mount: AzElMount,
): Settled | undefined => {
  const least = Math.min(...candidates.map(({ errorDeg }) => errorDeg))
  let best: { readonly path: Settled; readonly lost: number } | undefined
  for (const path of candidates) {
    if (path.errorDeg > equalTo(least, mount, EQUAL_ERROR)) continue
    const lost = signalLostSec(track, path, mount.beamWidth / 2)
    if (best === undefined || lost < best.lost * GAIN_SHARE) best = { path, lost }
  }
  return best?.path
}

/**
 * Plans both axes: in one posture where that follows the target, else the least largest great-circle error that turns of the
 * cable, going over the top and trading one axis for the other can give. Among equals the azimuth that begins near the
 * antenna and ends near the next pass, upright rather than over the back.
 */
export const planAxes = (track: SkyTrack, mount: AzElMount, ends: Ends): PlannedAxes => {
  const unavoidable = unavoidableErrors(track, mount)
  const forced = unavoidable.reduce((worst, error) => Math.max(worst, error), 0)
  const firstAzimuth = track.azimuth[0] as number
  const lastAzimuth = track.azimuth[track.count - 1] as number
  const travel = ({ offset }: Posture): number =>
    travelBeside(ends, firstAzimuth + offset, lastAzimuth + offset)
  const kept = posturesFor(mount, spanOf(track, 0, track.count - 1)).toSorted(
    (a, b) => Number(a.overBack) - Number(b.overBack) || travel(a) - travel(b),
  )[0]
  const isTiltable = mount.elevation.maximum > mount.elevation.minimum
  if (kept !== undefined) {
    const alone = settle(track, mount, unavoidable, shifted(track, kept.offset), ROUNDS_ALONE)
    const isGood = alone.errorDeg <= Math.max(NO_ERROR_DEG, forced + NO_ERROR_DEG)
    if (isGood || !isTiltable) return { ...alone, boundDeg: isGood ? forced : 0 }
    const [first, last] = fastStretch(track, mount) ?? [0, track.count - 1]
    const problem = { track, mount, unavoidable, first, last }
    const { settled, boundDeg } = planTogether(problem, { below: alone.errorDeg, ends, beyond: 1e-9 })
    const best = leastLost([alone, ...settled], track, mount) ?? alone
    return { ...best, boundDeg: Math.max(forced, boundDeg) }
  }
  const wraps = chooseWraps({
    unwrapped: track.azimuth,
    skyScale: track.elevation.map((angle) => Math.max(0, Math.cos((angle * Math.PI) / 180))),
    stepSec: track.stepSec,
    axis: mount.azimuth,
    startAzimuth: ends.startAzimuth,
  })
  const wrapped = settle(track, mount, unavoidable, wraps.azimuth, ROUNDS_ALONE)
  if (wrapped.errorDeg <= forced + NO_ERROR_DEG) return { ...wrapped, boundDeg: forced }
  const overshooting = posturesFor(mount, spanOf(track, 0, 0)).map(({ offset }) =>
    settle(track, mount, unavoidable, shifted(track, offset), ROUNDS_ALONE),
  )
  if (!isTiltable) return { ...(leastLost([wrapped, ...overshooting], track, mount) ?? wrapped), boundDeg: 0 }
  const problem = { track, mount, unavoidable, first: 0, last: track.count - 1 }
  // Waiting at a stop is among the motions only where the stop may be overshot; what never does is looked for alone.
  const waiting = planTogether(problem, { below: wrapped.errorDeg, ends, beyond: wrapped.errorDeg })
  const turning = planTogether(problem, { below: wrapped.errorDeg, ends, beyond: 1e-9 })
  const candidates = [wrapped, ...waiting.settled, ...turning.settled]
  return {
    ...(leastLost(candidates, track, mount) ?? wrapped),
    boundDeg: Math.max(forced, waiting.boundDeg),
  }
}
