import { createInterface } from 'node:readline/promises'
import type { Clock } from '../../kernel/clock.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { createRealClock } from '../../kernel/real-clock.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { formatUtc } from '../../kernel/time.ts'
import { type AxisPlan, planAxes } from '../../station/calibration/axis-plan.ts'
import { keepResult } from '../../station/calibration/calibration-files.ts'
import { measureAxes } from '../../station/calibration/measure-axes.ts'
import { createCalmLog } from '../../station/calm-log.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { configurationOf } from '../control/options.ts'
import { endWith, printFault, printLine, untilStoppedOrUnread } from '../output.ts'
import { createStderrLog } from '../text-log.ts'
import { type OpenBench, type Outset, openBench, outsetOf } from './bench.ts'
import { concludeAndTell } from './conclude.ts'
import type { CalibrateOptions } from './options.ts'
import { rehearseScan, scanAndKeep } from './scan.ts'
import { axesLines, axisPlanLines, settingLines } from './words.ts'

/** `azel calibrate antenna`: says what it will do, asks, does it, and says what it found. */
export const runCalibrate = async (options: CalibrateOptions): Promise<void> => {
  const chosen = [options.axes, options.sun, options.beacon].filter((one) => one !== undefined)
  if (chosen.length > 1) {
    return printFault(fault('cli.usage', 'Give one of --axes, --sun and --beacon, or none of them'))
  }
  const configuration = await configurationOf(options)
  if (configuration === undefined) return
  const outset = outsetOf(configuration)
  if (!outset.ok) return printFault(outset.error)
  const { driver, latched, lockOut } = outset.value
  if (!driver.capabilities.readBack) {
    return printFault(
      fault(
        'calibration.failed',
        `A ${driver.capabilities.title} cannot be asked where the antenna is: nothing can be measured of it`,
      ),
    )
  }
  const clock = createRealClock()
  const wants = {
    axes: options.sun === undefined && options.beacon === undefined,
    scan: options.axes === undefined,
  }
  const isBoth = wants.axes && wants.scan
  const plan = wants.axes ? planAxes(outset.value.envelope, { from: outset.value.from, lockOut }) : undefined
  const rehearsal = wants.scan
    ? await rehearseScan(configuration, options, { clock, outset: outset.value })
    : undefined
  for (const line of [...(plan === undefined ? [] : axisPlanLines(plan)), ...(rehearsal?.lines ?? [])])
    printLine(line)
  const refusals = [
    ...(latched === undefined ? [] : [latched]),
    ...(lockOut === undefined
      ? []
      : [fault('motion.locked-out', `The antenna is locked out for ${lockOut.kind} (by ${lockOut.by})`)]),
    ...(rehearsal?.refusal === undefined ? [] : [rehearsal.refusal]),
  ]
  const isBarred =
    latched !== undefined || lockOut !== undefined || (rehearsal?.refusal !== undefined && !isBoth)
  for (const refusal of refusals) printFault(refusal)
  if (options.dryRun === true) {
    printLine('Nothing was moved.')
    return
  }
  if (isBarred) return
  // The axes do not wait for the Sun.
  const scans = wants.scan && rehearsal?.refusal === undefined && (!isBoth || rehearsal?.isUp === true)
  if (wants.scan && !scans) printLine('Without the scan: give --sun or --beacon when it is up.')
  process.exitCode = 0
  const agreed = await askPerson(options)
  if (!agreed.ok) return printFault(agreed.error)
  const outcome = await carryOut(configuration, options, {
    clock,
    outset: outset.value,
    axes: wants.axes,
    scans,
  })
  if (!outcome.ok) printFault(outcome.error)
  endWith(outcome.ok ? 0 : 1)
}

const askPerson = async ({ yes }: CalibrateOptions): Promise<Result<void, Fault>> => {
  if (yes === true) return ok(undefined)
  if (!(process.stdin.isTTY && process.stdout.isTTY)) {
    return err(
      fault('cli.usage', 'The antenna would move, and nobody can be asked here: give --yes, or --dry-run'),
    )
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await terminal.question(
      'The antenna will move. Is nobody at the mast, and the way free? Type yes: ',
    )
    return answer.trim().toLowerCase() === 'yes'
      ? ok(undefined)
      : err(fault('calibration.stopped', 'Nothing was moved'))
  } catch {
    // Ctrl-C at the question.
    return err(fault('calibration.stopped', 'Nothing was moved'))
  } finally {
    terminal.close()
  }
}

const carryOut = async (
  configuration: Configuration,
  options: CalibrateOptions,
  work: { readonly clock: Clock; readonly outset: Outset; readonly axes: boolean; readonly scans: boolean },
): Promise<Result<void, Fault>> => {
  const { clock, outset } = work
  const stopAsked = new AbortController()
  void untilStoppedOrUnread().then(() => stopAsked.abort())
  const log = createCalmLog(clock, createStderrLog(clock))
  const opened = await openBench(configuration, { clock, log, outset, stopAsked })
  if (!opened.ok) return opened
  const done = await procedures(configuration, options, { ...work, log, open: opened.value })
  const closed = await opened.value.close()
  if (closed.ok) printLine('The antenna stands.')
  if (!done.ok) {
    // Both are worth knowing.
    if (!closed.ok) printFault(closed.error)
    return done
  }
  if (!closed.ok || !work.scans) return closed
  return concludeAndTell(configuration, {
    nowUtcMs: clock.utcNow(),
    since: options.since,
    apply: options.apply === true,
  })
}

const procedures = async (
  configuration: Configuration,
  options: CalibrateOptions,
  work: {
    readonly clock: Clock
    readonly log: Log
    readonly outset: Outset
    readonly open: OpenBench
    readonly axes: boolean
    readonly scans: boolean
  },
): Promise<Result<void, Fault>> => {
  const { clock, outset, open } = work
  if (work.axes) {
    const from = open.bench.here() ?? outset.from
    const measured = await runAxes(configuration, planAxes(outset.envelope, { from }), { clock, open })
    if (!measured.ok) return measured
  }
  return work.scans ? scanAndKeep(configuration, options, work) : ok(undefined)
}

const runAxes = async (
  configuration: Configuration,
  plan: AxisPlan,
  { clock, open }: { readonly clock: Clock; readonly open: OpenBench },
): Promise<Result<void, Fault>> => {
  if (plan.steps.length === 0) {
    return err(fault('calibration.failed', `No motion of the axes is possible: ${plan.skipped.join('; ')}`))
  }
  const measured = await measureAxes(open.bench, plan, (step, index) => {
    const line = `${index + 1} of ${plan.steps.length}: ${step.what}`
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line}`)
    else printLine(line)
  })
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[K')
  if (!measured.ok) return measured
  for (const line of [...axesLines(measured.value), ...settingLines(measured.value)]) printLine(line)
  const kept = await keepResult(configuration.station.dataFolder, {
    kind: 'axes',
    atUtc: formatUtc(clock.utcNow(), 0),
    ...{ version: 1, station: configuration.station.id, provenance: open.provenance() },
    ...measured.value,
    skipped: plan.skipped,
  })
  if (!kept.ok) return kept
  printLine(`Kept in ${kept.value}.`)
  return ok(undefined)
}
