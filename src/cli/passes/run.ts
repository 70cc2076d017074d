import { createRealClock } from '../../kernel/real-clock.ts'
import { formatUtc, MS_PER_DAY, type UtcMs, utcPlus } from '../../kernel/time.ts'
import { type Ms, ms } from '../../kernel/units.ts'
import { checkPassWindow } from '../../orbit/pass-search.ts'
import { createProgress } from '../catalog/progress.ts'
import { count } from '../catalog/words.ts'
import { endWith, printFault, untilStopped } from '../output.ts'
import type { SkyOptions } from '../sky/options.ts'
import { skyPlace } from '../sky/sky-place.ts'
import { type Viewpoint, viewpointOf } from '../sky/viewpoint.ts'
import { writeText } from '../sky/write-text.ts'
import { passesCalendar } from './calendar.ts'
import { findShownPasses, type PassReport, type PassWindow } from './find.ts'
import { passesCsv, passesJson } from './records.ts'
import { passTable } from './table.ts'
import { siteWords, viewWords } from './words.ts'

interface PassesOptions extends SkyOptions {
  readonly hours?: Ms
  readonly to?: UtcMs
  readonly csv?: true
  readonly ical?: true
}

const WINDOW_DEFAULT = ms(MS_PER_DAY)
const EXIT_INTERRUPTED = 130
// Where the output is no terminal, nothing has to be left out.
const COLUMNS_DEFAULT = 120

export const runPasses = async (options: PassesOptions): Promise<void> => {
  const found = await skyPlace(options)
  if (found === undefined) return
  const { place } = found
  const clock = createRealClock()
  const viewpoint = await viewpointOf(options, place?.configuration)
  if (!viewpoint.ok) return printFault(viewpoint.error)
  const fromUtcMs = options.from ?? clock.utcNow()
  const toUtcMs = options.to ?? utcPlus(fromUtcMs, options.hours ?? WINDOW_DEFAULT)
  const window = { fromUtcMs, toUtcMs }
  const checked = checkPassWindow(window)
  if (!checked.ok) return printFault(checked.error)
  const progress = createProgress()
  void untilStopped().then(() => {
    progress.clear()
    endWith(EXIT_INTERRUPTED)
  })
  const report = await findShownPasses(options, { place, viewpoint: viewpoint.value, window, progress })
  progress.clear()
  if (!report.ok) return printFault(report.error)
  await writeText(
    textOf(report.value, options, { viewpoint: viewpoint.value, window, nowUtc: clock.utcNow() }),
  )
  for (const remark of report.value.remarks) process.stderr.write(`${remark}\n`)
  for (const problem of report.value.problems) printFault(problem)
}

const textOf = (
  { passes }: PassReport,
  options: PassesOptions,
  context: { readonly viewpoint: Viewpoint; readonly window: PassWindow; readonly nowUtc: UtcMs },
): Iterable<string> => {
  const { viewpoint, window, nowUtc } = context
  if (options.json === true) return passesJson(passes)
  if (options.csv === true) return passesCsv(passes)
  if (options.ical === true) return passesCalendar(passes, viewpoint, nowUtc)
  return tableText(passes, viewpoint, window)
}

const tableText = function* (
  passes: PassReport['passes'],
  viewpoint: Viewpoint,
  { fromUtcMs, toUtcMs }: PassWindow,
): Generator<string> {
  const day = (at: UtcMs): string => formatUtc(at, 0).slice(0, 16).replace('T', ' ')
  yield `${siteWords(viewpoint)}; ${viewWords(viewpoint)}\n`
  yield `${day(fromUtcMs)} to ${day(toUtcMs)} UTC: ${count(passes.count, 'pass', 'passes')}\n`
  if (passes.count > 0) yield* passTable(passes, process.stdout.columns ?? COLUMNS_DEFAULT)
}
