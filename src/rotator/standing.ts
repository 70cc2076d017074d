import type { AxisModel, AzElMount } from '../pointing/mount.ts'
import type { Reading } from './readings.ts'

/** Between the readings compared even a slow axis moves so many steps, of which rounding hides one. */
const STEPS_APART = 2
/** A motor that turns slower than this share of what is configured (its voltage low, its knob turned down) was measured wrongly. */
const SLOWEST_SHARE = 0.2
/** Slower than this share of its speed an axis runs out at most: what readings scatter by in that time is noise. */
const SPEED_SHARE = 0.05
/**
 * A worn encoder scatters by more than the steps of a fine controller. Readings that keep together so closely, for as
 * long as the slowest motor would have taken for twice as much, are those of an axis that stands.
 */
export const ENCODER_SCATTER_DEG = 1.5
/** Readings that scatter by more still show by their trend whether they go anywhere. */
const TREND_READINGS_MIN = 6
/** One in a thousand trends is further off. */
const TREND_SIGMAS = 3

type AxisName = 'azimuth' | 'elevation'
const AXES: readonly AxisName[] = ['azimuth', 'elevation']

/** Whether an axis stood between two readings; undefined where they are too close together to tell. */
const stood = (
  axis: AxisModel,
  resolution: number,
  a: number,
  b: number,
  apartMs: number,
): boolean | undefined => {
  const gapMs = slowestMs(axis, resolution)
  const scatter = Math.max(resolution, (SPEED_SHARE * axis.slewRate * apartMs) / 1000)
  const way = Math.abs(a - b)
  // What has gone further than noise is seen at once; that it stands needs time to be seen, and a step is no standing.
  if (way > scatter + ROUNDING_DEG) return false
  return apartMs >= gapMs && way < scatter - ROUNDING_DEG ? true : undefined
}

// Of decimal fractions.
const ROUNDING_DEG = 1e-6

/** In which a slow axis turns twice so far, ms. */
const slowestMs = (axis: AxisModel, angle: number): number =>
  (STEPS_APART * angle * 1000) / (SLOWEST_SHARE * axis.slewRate)

/** By single readings of an encoder that does not scatter; undefined where they are too close together to tell. */
export const standsStill = (mount: AzElMount, history: readonly Reading[]): boolean | undefined => {
  const last = history.at(-1)
  if (last === undefined) return undefined
  const judge = (name: AxisName): boolean | undefined => {
    for (const before of history.toReversed().slice(1)) {
      const apartMs = last.atMonoMs - before.atMonoMs
      const verdict = stood(mount[name], mount.resolution, before[name], last[name], apartMs)
      if (verdict !== undefined) return verdict
    }
    return undefined
  }
  const verdicts = AXES.map(judge)
  if (verdicts.includes(false)) return false
  return verdicts.includes(undefined) ? undefined : true
}

const keepsTogether = (mount: AzElMount, name: AxisName, all: readonly Reading[]): boolean => {
  const endMono = all.at(-1)?.atMonoMs ?? 0
  const spanMs = slowestMs(mount[name], ENCODER_SCATTER_DEG)
  const begin = all.findLastIndex(({ atMonoMs }) => endMono - atMonoMs >= spanMs)
  if (begin < 0) return false
  const angles = all.slice(begin).map((reading) => reading[name])
  return Math.max(...angles) - Math.min(...angles) <= ENCODER_SCATTER_DEG
}

/** The speed of an axis and how sure it is, degrees a second: least squares, σ from what is left, a step of rounding at least. */
const trendOf = (
  readings: readonly Reading[],
  name: AxisName,
  resolution: number,
): { readonly speed: number; readonly sigma: number } => {
  const count = readings.length
  const times = readings.map(({ atMonoMs }) => atMonoMs / 1000)
  const angles = readings.map((reading) => reading[name])
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / count
  const [meanTime, meanAngle] = [mean(times), mean(angles)]
  const spread = times.reduce((sum, time) => sum + (time - meanTime) ** 2, 0)
  const joint = times.reduce((sum, time, i) => sum + (time - meanTime) * ((angles[i] ?? 0) - meanAngle), 0)
  const speed = joint / spread
  const left = times.reduce(
    (sum, time, i) => sum + ((angles[i] ?? 0) - meanAngle - speed * (time - meanTime)) ** 2,
    0,
  )
  const rounding = resolution / Math.sqrt(12)
  return { speed, sigma: Math.max(rounding, Math.sqrt(left / (count - 2))) / Math.sqrt(spread) }
}

/** By the trend of the latest readings, as many as it takes. */
const goesNowhere = (mount: AzElMount, name: AxisName, all: readonly Reading[]): boolean => {
  for (let count = TREND_READINGS_MIN; count <= all.length; count += 1) {
    const { speed, sigma } = trendOf(all.slice(-count), name, mount.resolution)
    const { slewRate } = mount[name]
    const goesOn = Math.abs(speed) > TREND_SIGMAS * sigma && Math.abs(speed) > SPEED_SHARE * slewRate
    if (!goesOn && Math.abs(speed) + TREND_SIGMAS * sigma < SLOWEST_SHARE * slewRate) return true
  }
  return false
}

/** Whether readings that scatter are those of an antenna that stands; false may mean that there are too few to tell. */
export const standsButScatters = (mount: AzElMount, all: readonly Reading[]): boolean =>
  AXES.every((name) => keepsTogether(mount, name, all) || goesNowhere(mount, name, all))

/** Whether the later half of the readings, however they scatter, shows an axis on its way. */
export const movesForSure = (mount: AzElMount, all: readonly Reading[]): boolean => {
  const late = all.slice(-Math.max(TREND_READINGS_MIN, Math.ceil(all.length / 2)))
  return (
    late.length >= TREND_READINGS_MIN &&
    AXES.some((name) => {
      const { speed, sigma } = trendOf(late, name, mount.resolution)
      return Math.abs(speed) - TREND_SIGMAS * sigma > SLOWEST_SHARE * mount[name].slewRate
    })
  )
}

/** In which the slower axis, at its rated speed, turns three times so far, ms. */
export const timeForMs = (mount: AzElMount, angle: number): number =>
  (3 * angle * 1000) / Math.min(mount.azimuth.slewRate, mount.elevation.slewRate)
