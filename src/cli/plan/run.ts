import { describeFault, type Fault } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { createRealClock } from '../../kernel/real-clock.ts'
import { ok, type Result } from '../../kernel/result.ts'
import { MS_PER_HOUR, type UtcMs, utcPlus } from '../../kernel/time.ts'
import { deg, type Ms, ms } from '../../kernel/units.ts'
import { correctionOf } from '../../station/antenna-files.ts'
import { loadConfiguration } from '../../station/configuration/load.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { gapsOf } from '../../station/configured-gaps.ts'
import { maskOf, siteOf } from '../../station/configured-site.ts'
import { outlookOf } from '../../station/configured-sky.ts'
import { makeTimetable } from '../../station/schedule.ts'
import { openStationCatalog } from '../../station/station-catalog.ts'
import { ut1Words } from '../../station/target.ts'
import { printConfigurationFailure, printFault, printLine } from '../output.ts'
import { writeText } from '../sky/write-text.ts'
import { programVersion } from '../version.ts'
import { planSvg } from './chart-svg.ts'
import { planText } from './plan-text.ts'
import { planJson, qualityFrom, type ShownPlan } from './shown-plan.ts'
import { writeWholeFile } from './write-file.ts'

interface PlanOptions {
  readonly config: string
  readonly from?: UtcMs
  readonly hours?: Ms
  readonly svg?: string
  readonly json?: true
}

const COLUMNS_DEFAULT = 100

export const runPlan = async (options: PlanOptions): Promise<void> => {
  const loaded = loadConfiguration(options.config)
  if (!loaded.ok) return printConfigurationFailure(options.config, loaded.error)
  const plan = await makePlan(loaded.value, options)
  if (!plan.ok) return printFault(plan.error)
  if (options.svg !== undefined) {
    const written = await writeWholeFile(options.svg, planSvg(plan.value))
    if (!written.ok) return printFault(written.error)
  }
  if (options.json === true) printLine(planJson(plan.value))
  else await writeText(planText(plan.value, process.stdout.columns ?? COLUMNS_DEFAULT))
  for (const trouble of plan.value.troubles) process.stderr.write(`azel: ${trouble}\n`)
}

/**
 * The timetable that the daemon would make at an instant, of the same elements, by the same rules. Its elements are judged
 * as they stand at that instant, too.
 */
const makePlan = async (
  configuration: Configuration,
  options: PlanOptions,
): Promise<Result<ShownPlan, Fault>> => {
  const realClock = createRealClock()
  const fromUtcMs = options.from ?? realClock.utcNow()
  const clock = { ...realClock, utcNow: () => fromUtcMs }
  const troubles = new Set<string>()
  const log: Log = {
    info: () => {},
    warn: (message) => troubles.add(`${message}.`),
    fault: (failure) => troubles.add(describeFault(failure)),
  }
  const catalog = await openStationCatalog(configuration, {
    clock,
    log,
    software: `azel ${programVersion()}`,
  })
  if (!catalog.ok) return catalog
  const mask = maskOf(configuration)
  if (!mask.ok) return mask
  const gaps = gapsOf(configuration, correctionOf(configuration.station.dataFolder, log))
  if (!gaps.ok) return gaps
  const flown = catalog.value.configuration()
  const outlook = outlookOf(flown, catalog.value.data(), log)
  catalog.value.stop()
  const horizon = options.hours ?? ms(configuration.plan.horizonHours * MS_PER_HOUR)
  const made = await makeTimetable({
    outlook,
    site: siteOf(configuration),
    mask: mask.value,
    minimumCulmination: deg(configuration.plan.minimumCulminationDeg),
    ...gaps.value,
    fromUtc: fromUtcMs,
    horizon,
    log,
  })
  if (!made.ok) return made
  return ok({
    station: configuration.station,
    fromUtcMs,
    toUtcMs: utcPlus(fromUtcMs, horizon),
    requests: configuration.requests.toSorted((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1)),
    timetable: made.value.timetable,
    refraction: outlook.refraction?.label,
    ut1: ut1Words(outlook.ut1MinusUtc),
    qualityOf: qualityFrom(outlook.targets),
    troubles: [...troubles],
  })
}
