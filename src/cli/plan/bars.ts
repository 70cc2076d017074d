import { MS_PER_HOUR, type UtcMs, utcMs } from '../../kernel/time.ts'
import type { Pass } from '../../orbit/pass.ts'
import type { ShownPlan } from './shown-plan.ts'

/** A pass in a chart: where it stands in the window, and whether it is followed. */
export interface Bar {
  readonly pass: Pass
  readonly fromUtcMs: UtcMs
  readonly toUtcMs: UtcMs
  /** Why it is not taken; undefined for what is. */
  readonly reason: string | undefined
}

/** What is drawn for a request. */
export interface ChartRow {
  readonly label: string
  readonly bars: readonly Bar[]
}

/** The rows of a chart, the first request on top; what nobody asked for has none. */
export const chartRows = ({ requests, timetable }: ShownPlan): readonly ChartRow[] => {
  const bars = new Map<string, Bar[]>(requests.map(({ id }) => [id, []]))
  for (const { request, pass, startUtcMs, stopUtcMs } of timetable.tasks)
    bars.get(request.id)?.push({ pass, fromUtcMs: startUtcMs, toUtcMs: stopUtcMs, reason: undefined })
  for (const { request, pass, reason } of timetable.notTaken) {
    if (request === undefined) continue
    bars.get(request.id)?.push({ pass, fromUtcMs: pass.aosUtcMs, toUtcMs: pass.losUtcMs, reason })
  }
  return requests.map(({ id }) => ({ label: id, bars: bars.get(id) ?? [] }))
}

const TICK_HOURS = [1, 2, 3, 6, 12, 24, 48, 96, 168] as const

/** The instants to write on an axis: whole hours of the day, so far apart that at most `countMax` have room. */
export const axisTicks = (
  { fromUtcMs, toUtcMs }: Pick<ShownPlan, 'fromUtcMs' | 'toUtcMs'>,
  countMax: number,
): readonly UtcMs[] => {
  const hours = (toUtcMs - fromUtcMs) / MS_PER_HOUR
  const apart = TICK_HOURS.find((step) => hours / step <= countMax) ?? Math.ceil(hours / countMax / 24) * 24
  const step = apart * MS_PER_HOUR
  const ticks: UtcMs[] = []
  for (let at = Math.ceil(fromUtcMs / step) * step; at <= toUtcMs; at += step) ticks.push(utcMs(at))
  return ticks
}
