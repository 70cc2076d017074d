import type { Clock } from '../../kernel/clock.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { formatUtc, MS_PER_MINUTE, utcBetween } from '../../kernel/time.ts'
import { hz, ms } from '../../kernel/units.ts'
import { createReceiver } from '../../receiver/receiver.ts'
import { keepResult, keepScan } from '../../station/calibration/calibration-files.ts'
import { keptScan } from '../../station/calibration/conclude.ts'
import { createPowerLooks } from '../../station/calibration/power-looks.ts'
import { scanLegs } from '../../station/calibration/scan-legs.ts'
import { planScan, runScan, type ScanProgress } from '../../station/calibration/sky-scan.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { receiverOpener } from '../../station/device-lines.ts'
import { printLine } from '../output.ts'
import type { OpenBench, Outset } from './bench.ts'
import type { CalibrateOptions } from './options.ts'
import { scanSvg } from './plot-svg.ts'
import { scanPlotLines } from './plot-text.ts'
import { findScannable, whereabouts } from './source.ts'
import { scanLegLines, scanLines } from './words.ts'

// The receiver must not set its gain by the very power that is measured.
const GAIN_DB_DEFAULT = 30
const LOOK_PERIOD = ms(200)
const TUNED_MS = 1_000
/** Whoever rises later is not waited for with the antenna. */
const WAIT_MINUTES_MAX = 60
const PLACES_A_LINE = 11

/** One scan after the other, each kept as soon as it is done. */
export const scanAndKeep = async (
  configuration: Configuration,
  options: CalibrateOptions,
  world: { readonly clock: Clock; readonly log: Log; readonly outset: Outset; readonly open: OpenBench },
): Promise<Result<void, Fault>> => {
  const { clock } = world
  const times = options.repeat ?? 1
  const everyMs = (options.every ?? 0) * MS_PER_MINUTE
  const firstMonoMs = clock.monoNow()
  for (let index = 0; index < times; index += 1) {
    const waitMs = firstMonoMs + index * everyMs - clock.monoNow()
    if (waitMs > 0) {
      printLine(`The next scan, ${index + 1} of ${times}, in ${Math.ceil(waitMs / MS_PER_MINUTE)} min.`)
      const waited = await world.open.bench.wait(waitMs)
      if (!waited.ok) return waited
    }
    const scanned = await scanOnce(configuration, options, world)
    if (!scanned.ok) return scanned
  }
  return ok(undefined)
}

const scanOnce = async (
  configuration: Configuration,
  options: CalibrateOptions,
  world: { readonly clock: Clock; readonly log: Log; readonly outset: Outset; readonly open: OpenBench },
): Promise<Result<void, Fault>> => {
  const { clock, log, outset } = world
  const { bench, provenance } = world.open
  const found = await findScannable(configuration, options, clock.utcNow())
  if (!found.ok) return found
  const { source, frequency, listening, spreadingAt, pass } = found.value
  printLine(`${whereabouts(found.value, clock.utcNow())}.`)
  const untilUpMs = utcBetween({ from: clock.utcNow(), to: pass.aosUtcMs })
  if (untilUpMs > WAIT_MINUTES_MAX * MS_PER_MINUTE) {
    return err(fault('plan.no-pass', `${source.name} is not up within ${WAIT_MINUTES_MAX} minutes`))
  }
  if (untilUpMs > 0) {
    const waited = await bench.wait(untilUpMs)
    if (!waited.ok) return waited
  }
  const plan = planScan(outset.envelope, {
    source,
    atUtcMs: clock.utcNow(),
    losUtcMs: pass.losUtcMs,
  })
  if (!plan.ok) return plan
  for (const remark of plan.value.remarks) printLine(`${remark}.`)

  const { receiver: settings } = configuration
  const looks = createPowerLooks({
    heardAs: source.heardAs,
    ...(spreadingAt === undefined ? {} : { spreadingAt }),
  })
  const receiver = createReceiver({
    clock,
    log,
    open: receiverOpener({ clock, rtlTcp: settings.rtlTcp }),
    sampleRate: hz(settings.sampleRateHz),
    gain: settings.gainDb === 'automatic' ? GAIN_DB_DEFAULT : settings.gainDb,
    lookPeriod: LOOK_PERIOD,
    onLook: looks.take,
  })
  try {
    const connected = await receiver.connect()
    if (!connected.ok) return connected
    const listened = await receiver.listen(listening)
    if (!listened.ok) return listened
    const tuned = await bench.wait(TUNED_MS)
    if (!tuned.ok) return tuned
    const result = await runScan(bench, {
      source,
      plan: plan.value,
      looksSince: looks.since,
      onProgress: showProgress,
    })
    if (process.stdout.isTTY) process.stdout.write('\r\u001b[K')
    if (!result.ok) return result
    const isSimulated = provenance() === 'simulated' || receiver.status().provenance === 'simulated'
    const scan = keptScan(result.value, {
      frequencyHz: frequency,
      provenance: isSimulated ? 'simulated' : 'real',
    })
    for (const line of [...scanLines(scan), ...scanPlotLines(result.value)]) printLine(line)
    const { dataFolder } = configuration.station
    const kept = await keepScan(dataFolder, scan)
    if (!kept.ok) return kept
    const drawn = await keepResult(
      dataFolder,
      { kind: 'scan', ...scan, places: result.value.samples },
      scanSvg(result.value),
    )
    if (!drawn.ok) return drawn
    printLine(`Kept in ${drawn.value}, with a drawing beside it.`)
    return ok(undefined)
  } finally {
    await receiver.close()
  }
}

const showProgress = ({ index, of, axis, besideDeg, power }: ScanProgress): void => {
  const heard = power === undefined ? '' : `; heard ${(10 * Math.log10(power)).toFixed(1)} dB`
  const line = `place ${index + 1} of ${of}: ${axis === 'azimuth' ? 'cross-elevation' : 'elevation'} ${besideDeg.toFixed(1)}°${heard}`
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line}`)
  else if (index % PLACES_A_LINE === 0) printLine(line)
}

/** What a scan now, or when its source is up, would do, without moving anything. */
export const rehearseScan = async (
  configuration: Configuration,
  options: CalibrateOptions,
  { clock, outset }: { readonly clock: Clock; readonly outset: Outset },
): Promise<{
  readonly lines: readonly string[]
  readonly refusal: Fault | undefined
  readonly isUp: boolean
}> => {
  const now = clock.utcNow()
  const found = await findScannable(configuration, options, now)
  if (!found.ok) return { lines: [], refusal: found.error, isUp: false }
  const { pass, frequency, remarks, source } = found.value
  const where = `${whereabouts(found.value, now)}.`
  const isUp = pass.aosUtcMs <= now
  const atUtcMs = isUp ? now : pass.aosUtcMs
  const plan = planScan(outset.envelope, {
    source,
    atUtcMs,
    losUtcMs: pass.losUtcMs,
    lockOut: outset.lockOut,
  })
  const gain =
    configuration.receiver.gainDb === 'automatic'
      ? `The receiver's gain is held at ${GAIN_DB_DEFAULT} dB meanwhile.`
      : `The receiver's gain stays at ${configuration.receiver.gainDb} dB.`
  if (!plan.ok) {
    // It stands at the skyline when it rises: that says nothing of later.
    const later = `A scan as it rises (${formatUtc(pass.aosUtcMs, 0)}) would be refused, a later one may not be: ${plan.error.message}.`
    return { lines: isUp ? [where] : [where, later], refusal: isUp ? plan.error : undefined, isUp }
  }
  const minutes = (plan.value.seconds / 60).toFixed(0)
  return {
    lines: [
      where,
      ...remarks.map((remark) => `${remark}.`),
      `A cross of ${plan.value.points.length} places about it on ${(frequency / 1e6).toFixed(3)} MHz, some ${minutes} min. ${gain}`,
      ...scanLegLines(
        scanLegs(plan.value, { source, mount: outset.envelope.mount, from: outset.from, atUtcMs }),
      ),
      ...plan.value.remarks.map((remark) => `${remark}.`),
    ],
    refusal: undefined,
    isUp,
  }
}
