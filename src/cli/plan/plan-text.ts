import { compassPoint } from '../../kernel/angle.ts'
import { formatUtc } from '../../kernel/time.ts'
import type { Pass } from '../../orbit/pass.ts'
import type { Task } from '../../plan/timetable.ts'
import { count } from '../catalog/words.ts'
import { fitColumns, padColumns } from '../display-width.ts'
import { clockWords, dayWords, heightWords, sureLegend, sureWords } from '../passes/words.ts'
import { planChart } from './chart-text.ts'
import type { ShownPlan } from './shown-plan.ts'

// A page of them; JSON has all.
const NOT_TAKEN_TOLD_MAX = 30
const NAME_COLUMNS_MAX = 20
const NOT_TAKEN = /^not taken: /

const nameOf = ({ name, catalogNumber }: Pass): string => (name === '' ? String(catalogNumber) : name)

/** The plan for people: what is taken, day by day, a chart, and what is not and why. */
export const planText = function* (plan: ShownPlan, width: number): Generator<string> {
  const { tasks, notTaken } = plan.timetable
  const minute = (at: typeof plan.fromUtcMs): string => formatUtc(at, 0).slice(0, 16).replace('T', ' ')
  yield `${plan.station.name} (${plan.station.id}), ${minute(plan.fromUtcMs)} to ${minute(plan.toUtcMs)} UTC: ${count(tasks.length, 'pass', 'passes')} taken, ${notTaken.length} not\n`
  yield `${plan.refraction === undefined ? 'geometric' : `refraction by ${plan.refraction}`}, ${plan.ut1}
`
  yield* taskLines(plan, tasks)
  const chart = planChart(plan, width)
  if (chart.length > 0) yield `\n${chart.join('\n')}\n`
  yield* cutLines(tasks)
  if (notTaken.length === 0) return
  yield '\nNot taken\n'
  for (const { pass, request, reason } of notTaken.slice(0, NOT_TAKEN_TOLD_MAX)) {
    const who = request === undefined ? nameOf(pass) : `${nameOf(pass)} (${request.id})`
    yield `${formatUtc(pass.aosUtcMs, 0).slice(5, 16).replace('T', ' ')}  ${fitColumns(who, 40)}: ${reason.replace(NOT_TAKEN, '')}\n`
  }
  const more = notTaken.length - NOT_TAKEN_TOLD_MAX
  if (more > 0) yield `and ${more} more: azel plan --json\n`
}

const cutLines = function* (tasks: readonly Task[]): Generator<string> {
  const cut = tasks.filter((task) => task.cut !== undefined)
  if (cut.length === 0) return
  yield '\nNot taken whole\n'
  for (const task of cut.slice(0, NOT_TAKEN_TOLD_MAX)) {
    const who = `${nameOf(task.pass)} (${task.request.id})`
    yield `${formatUtc(task.startUtcMs, 0).slice(5, 16).replace('T', ' ')}  ${fitColumns(who, 40)}: ${task.cut}\n`
  }
  const more = cut.length - NOT_TAKEN_TOLD_MAX
  if (more > 0) yield `and ${more} more: azel plan --json\n`
}

const taskLines = function* (plan: ShownPlan, tasks: readonly Task[]): Generator<string> {
  const nameWidth = Math.min(NAME_COLUMNS_MAX, Math.max(0, ...tasks.map(({ pass }) => nameOf(pass).length)))
  const idWidth = Math.min(NAME_COLUMNS_MAX, Math.max(0, ...tasks.map(({ request }) => request.id.length)))
  let day = ''
  const legend = new Set<string>()
  for (const { pass, request, startUtcMs, stopUtcMs } of tasks) {
    const today = dayWords(startUtcMs)
    if (today !== day) yield `${today}\n`
    day = today
    const quality = plan.qualityOf(pass)
    const cells = [
      padColumns(nameOf(pass), nameWidth),
      `${clockWords(startUtcMs)} ${compassPoint(pass.aosAzimuth).padEnd(3)}`,
      heightWords(pass.maximumElevation, pass.tcaAzimuth).padEnd(7),
      `${clockWords(stopUtcMs)} ${compassPoint(pass.losAzimuth).padEnd(3)}`,
      padColumns(request.id, idWidth),
      ...(quality === undefined ? [] : [sureWords({ ...pass, quality })]),
    ]
    for (const each of sureLegend(cells)) legend.add(each)
    yield `${cells.join('  ').trimEnd()}\n`
  }
  for (const each of legend) yield `${each}\n`
}
