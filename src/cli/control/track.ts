import { type AzEl, greatCircleSeparation } from '../../kernel/angle.ts'
import type { Clock } from '../../kernel/clock.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { createRealClock } from '../../kernel/real-clock.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { formatDuration, formatUtc, type UtcMs, utcBetween, utcMs, utcPlus } from '../../kernel/time.ts'
import { deg, type Ms } from '../../kernel/units.ts'
import { skyDirection } from '../../pointing/mount.ts'
import { createCalmLog } from '../../station/calm-log.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { comingPass } from '../../station/operator.ts'
import { skyOutlookOf } from '../../station/sky-outlook.ts'
import type { AntennaReport } from '../../station/status-text.ts'
import { endWith, printFault, printLine, untilStoppedOrUnread } from '../output.ts'
import { createTroubleLog } from '../text-log.ts'
import type { TrackArgument } from './arguments.ts'
import { type Desk, type MotionRequest, openDesk, watchDesk } from './desk.ts'
import { type ControlOptions, configurationOf } from './options.ts'
import { type Rehearsal, rehearse } from './rehearse.ts'
import { type AskedTrack, isAtIt, judgeTrack, type TrackVerdict } from './track-end.ts'
import { type Aim, findAim } from './track-target.ts'

export interface TrackOptions extends ControlOptions {
  readonly for?: Ms
  readonly until?: UtcMs
  readonly dryRun?: true
  readonly catalog?: string
}

// On a terminal each second; in a log less often.
const LINE_PERIOD_MS = 10_000

/** `azel track`: at the daemon or alone; ends at the pass's end, at `--until`, or when it is stopped. */
export const runTrack = async (argument: TrackArgument, options: TrackOptions): Promise<void> => {
  const configuration = await configurationOf(options)
  if (configuration === undefined) return
  const clock = createRealClock()
  const nowUtc = clock.utcNow()
  const until = endOf(options, nowUtc)
  if (!until.ok) return printFault(until.error)
  const aim = await findAim(argument, {
    configuration,
    config: options.config,
    catalog: options.catalog,
    nowUtc,
  })
  if (!aim.ok) return printFault(aim.error)
  for (const remark of aim.value.remarks) process.stderr.write(`${remark}\n`)
  const window = { fromUtcMs: nowUtc, untilUtcMs: until.value }
  if (options.dryRun === true) {
    const rehearsal = await rehearse(aim.value, configuration, window)
    if (!rehearsal.ok) return printFault(rehearsal.error)
    return tellRehearsal(aim.value, rehearsal.value, window, options.json === true)
  }
  const outcome = await track(aim.value, configuration, { clock, ...window, json: options.json === true })
  if (!outcome.ok) printFault(outcome.error)
  endWith(outcome.ok ? 0 : 1)
}

const endOf = (options: TrackOptions, nowUtc: UtcMs): Result<UtcMs | undefined, Fault> => {
  if (options.for !== undefined && options.until !== undefined) {
    return { ok: false, error: fault('cli.usage', 'Give --for or --until, not both') }
  }
  if (options.until !== undefined && options.until <= nowUtc) {
    return { ok: false, error: fault('plan.window', `${formatUtc(options.until, 0)} has gone by`) }
  }
  return ok(options.for === undefined ? options.until : utcPlus(nowUtc, options.for))
}

const requestFor = (aim: Aim, untilUtcMs: UtcMs | undefined): MotionRequest => {
  const end = untilUtcMs === undefined ? {} : { untilUtcMs }
  return aim.kind === 'moving'
    ? { command: 'track', target: aim.target, ...end }
    : { command: 'point', azimuthDeg: aim.direction.azimuth, elevationDeg: aim.direction.elevation, ...end }
}

interface Times {
  readonly clock: Clock
  readonly fromUtcMs: UtcMs
  readonly untilUtcMs: UtcMs | undefined
  readonly json: boolean
}

const track = async (aim: Aim, configuration: Configuration, times: Times): Promise<Result<void, Fault>> => {
  const { clock, untilUtcMs, json } = times
  // Where it should point, as the station reckons it; looked for before anything is opened.
  const wanted = wantedBy(aim, configuration, times)
  if (!wanted.ok) return wanted
  const stopAsked = new AbortController()
  void untilStoppedOrUnread().then(() => stopAsked.abort())
  const log = createCalmLog(clock, createTroubleLog(clock))
  const opened = await openDesk(configuration, {
    clock,
    log,
    command: `azel track ${aim.name}`,
    stopAsked: stopAsked.signal,
  })
  if (!opened.ok) return opened
  const desk = opened.value
  const begun: Awaited<ReturnType<Desk['ask']>> = stopAsked.signal.aborted
    ? ok({})
    : await desk.ask(requestFor(aim, untilUtcMs))
  if (!begun.ok) {
    await desk.close()
    return begun
  }
  if (begun.value.pass !== undefined && !json) {
    printLine(passSentence(aim.name, begun.value.pass, { nowUtc: clock.utcNow(), untilUtcMs }))
  }
  const show = createProgress({ clock, json, wanted: wanted.value })
  let asked: AskedTrack = {
    name: aim.name,
    losUtcMs: begun.value.pass?.losUtcMs,
    untilUtcMs,
    sinceUtcMs: undefined,
  }
  let verdict: TrackVerdict = { kind: 'goes-on' }
  const watched = await watchDesk(desk, {
    clock,
    until: stopAsked.signal,
    onLook: (report) => {
      if (isAtIt(report, asked)) asked = { ...asked, sinceUtcMs: report.holder?.sinceUtcMs }
      verdict = judgeTrack(report, asked, clock.utcNow())
      if (verdict.kind === 'goes-on') show(report)
      return verdict.kind !== 'goes-on'
    },
  })
  return finish(desk, watched, { verdict, wasStopped: stopAsked.signal.aborted, json })
}

const finish = async (
  desk: Desk,
  watched: Result<void, Fault>,
  end: { readonly verdict: TrackVerdict; readonly wasStopped: boolean; readonly json: boolean },
): Promise<Result<void, Fault>> => {
  const { verdict, wasStopped, json } = end
  const stopped = wasStopped ? await desk.ask({ command: 'release' }) : ok({})
  const closed = await desk.close()
  for (const result of [watched, stopped]) {
    if (result.ok) continue
    // Both are worth knowing.
    if (!closed.ok) printFault(closed.error)
    return err(result.error)
  }
  const isFailed = !wasStopped && verdict.kind === 'failed'
  if (!closed.ok) {
    if (isFailed) printFault(verdict.fault)
    return closed
  }
  if (isFailed) return err(verdict.fault)
  const why = !wasStopped && verdict.kind === 'done' ? `${verdict.why} ` : ''
  const stands = wasStopped || desk.where === 'alone'
  if (!json) printLine(`${why}${stands ? 'Ended; the antenna stands.' : 'Ended.'}`)
  return ok(undefined)
}

const wantedBy = (
  aim: Aim,
  configuration: Configuration,
  window: { readonly fromUtcMs: UtcMs; readonly untilUtcMs: UtcMs | undefined },
): Result<(at: UtcMs) => AzEl | undefined, Fault> => {
  if (aim.kind === 'direction') {
    const direction = skyDirection(aim.direction)
    return ok(() => direction)
  }
  const outlook = skyOutlookOf(configuration)
  if (!outlook.ok) return outlook
  const pass = comingPass(aim.target, outlook.value, window)
  if (!pass.ok) return pass
  const { aosUtcMs, lookAt } = pass.value
  // Before it rises the antenna is to be where it will.
  return ok((at) => lookAt(utcMs(Math.max(at, aosUtcMs))))
}

interface ToldPass {
  readonly aosUtcMs: number
  readonly aosAzimuthDeg: number
  readonly losUtcMs: number
  readonly maximumElevationDeg: number
}

const passSentence = (
  name: string,
  pass: ToldPass,
  { nowUtc, untilUtcMs }: { readonly nowUtc: UtcMs; readonly untilUtcMs: UtcMs | undefined },
): string => {
  const aos = utcMs(pass.aosUtcMs)
  // An end that was asked for is not when it sets.
  const end = pass.losUtcMs === untilUtcMs ? 'followed until' : 'until'
  const up = `up to ${pass.maximumElevationDeg.toFixed(0)}°, ${end} ${formatUtc(utcMs(pass.losUtcMs), 0)}`
  return aos <= nowUtc
    ? `${name} is up: ${up}.`
    : `${name} rises at ${formatUtc(aos, 0)}, in ${formatDuration(utcBetween({ from: nowUtc, to: aos }))}, at azimuth ${pass.aosAzimuthDeg.toFixed(0)}°; ${up}. The antenna waits there.`
}

/** A line a second on a terminal, over itself; elsewhere one now and then, and when something changes. */
const createProgress = (options: {
  readonly clock: Clock
  readonly json: boolean
  readonly wanted: (at: UtcMs) => AzEl | undefined
}): ((report: AntennaReport) => void) => {
  const { clock, json } = options
  let lastPhase = ''
  let lastMonoMs = Number.NEGATIVE_INFINITY
  return (report) => {
    const now = clock.utcNow()
    const { azimuthDeg, elevationDeg, phase } = report
    const wanted = options.wanted(now)
    const errorDeg =
      azimuthDeg === undefined || elevationDeg === undefined || wanted === undefined
        ? undefined
        : greatCircleSeparation({ azimuth: deg(azimuthDeg), elevation: deg(elevationDeg) }, wanted)
    if (json) {
      printLine(
        JSON.stringify({
          utc: formatUtc(now, 0),
          phase,
          azimuthDeg,
          elevationDeg,
          wantedAzimuthDeg: wanted?.azimuth,
          wantedElevationDeg: wanted?.elevation,
          errorDeg,
        }),
      )
      return
    }
    const isTerminal = process.stdout.isTTY
    if (!isTerminal && phase === lastPhase && clock.monoNow() - lastMonoMs < LINE_PERIOD_MS) return
    lastPhase = phase
    lastMonoMs = clock.monoNow()
    const place = (azimuth: number | undefined, elevation: number | undefined): string =>
      azimuth === undefined || elevation === undefined
        ? 'not known'
        : `azimuth ${azimuth.toFixed(1)}°, elevation ${elevation.toFixed(1)}°`
    const off = errorDeg === undefined ? '' : `, ${errorDeg.toFixed(1)}° off`
    const line = `${formatUtc(now, 0)}  ${phase}: ${place(azimuthDeg, elevationDeg)} (wanted ${place(wanted?.azimuth, wanted?.elevation)}${off})`
    process.stdout.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`)
  }
}

const tellRehearsal = (
  aim: Aim,
  rehearsal: Rehearsal,
  { fromUtcMs: nowUtc, untilUtcMs }: Pick<Times, 'fromUtcMs' | 'untilUtcMs'>,
  json: boolean,
): void => {
  const { pass, errorMaxDeg, forbids } = rehearsal
  if (forbids.length > 0) process.exitCode = 1
  if (json) {
    const { lookAt: _, ...told } = pass ?? { lookAt: undefined }
    printLine(
      JSON.stringify({ ok: forbids.length === 0, name: aim.name, pass: pass && told, errorMaxDeg, forbids }),
    )
    return
  }
  printLine(
    pass === undefined
      ? `The antenna would point at ${aim.name}.`
      : passSentence(aim.name, pass, { nowUtc, untilUtcMs }),
  )
  if (errorMaxDeg !== undefined) printLine(`It can be followed within ${errorMaxDeg.toFixed(1)}°.`)
  printLine(forbids.length === 0 ? 'Nothing forbids it. Nothing was moved.' : 'It would be refused:')
  for (const sentence of forbids) printLine(`  ${sentence}.`)
}
