import { type AzEl, greatCircleSeparation } from '../../kernel/angle.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { formatUtc, type UtcMs, utcBetween, utcMs, utcPlus } from '../../kernel/time.ts'
import { deg, degToRad, ms } from '../../kernel/units.ts'
import type { LockOut } from '../../pointing/lock-out.ts'
import { checkMotion, type Envelope } from '../../pointing/motion-gate.ts'
import { turnsOf } from '../../pointing/mount.ts'
import { hopsTo } from './axis-plan.ts'
import { type BeamFit, type BeamSample, fitBeam } from './fit-beam.ts'
import type { TestBench } from './test-bench.ts'

/** What is scanned. */
export interface ScanSource {
  readonly name: string
  /** `noise`: heard as a rise of the noise, over a floor; `carrier`: over nothing. */
  readonly heardAs: 'noise' | 'carrier'
  /** Where it is seen. */
  readonly lookAt: (at: UtcMs) => AzEl | undefined
}

/** How strongly it was heard in one interval, on a linear scale. */
export interface PowerLook {
  readonly midUtcMs: UtcMs
  /** Undefined: a carrier was not found. */
  readonly power: number | undefined
}

/** One place of the cross, beside the source, degrees on the sky. */
interface CrossPoint {
  readonly axis: 'azimuth' | 'elevation'
  readonly besideDeg: number
}

export interface ScanPlan {
  readonly points: readonly CrossPoint[]
  readonly seconds: number
  /** What of the cross is left out, in a sentence without its full stop. */
  readonly remarks: readonly string[]
}

// Five places either side of the middle reach into the floor beside a Gaussian beam: at 1.4 widths it is 1/200 of its top.
const POINTS_EACH_SIDE = 5
const REACH_WIDTHS = 1.4
/** An arm with less has no middle. */
const ARM_POINTS_MIN = 7
/** So near to the zenith a step beside the source turns the azimuth half round. */
const ELEVATION_MAX_DEG = 80
const AZIMUTH_TURN_MAX_DEG = 80
/** For each place: to come to rest, and then to listen. */
const SETTLE_SEC = 4
const LISTEN_SEC = 1.5
const SETTLE_LIMIT_MS = 120_000
/** How much later than asked an antenna rests, and so for when it is pointed. */
const AHEAD_SEC = 3
// Gain and noise of a receiver wander by some thousandths in the minutes of a scan, whatever its looks promise.
const POWER_SIGMA_MIN = 0.002
const SAMPLES_MIN = 12
const LOOKS_MIN = 3

const cosine = (elevationDeg: number): number => Math.cos(degToRad(deg(elevationDeg)))

/** Azimuth and elevation of a place of the cross, unwrapped. */
export const placeBeside = (source: AzEl, { axis, besideDeg }: CrossPoint): AzEl =>
  axis === 'azimuth'
    ? { azimuth: deg(source.azimuth + besideDeg / cosine(source.elevation)), elevation: source.elevation }
    : { azimuth: source.azimuth, elevation: deg(source.elevation + besideDeg) }

/** Whether the gate lets the antenna look there on any turn of the cable. */
const refusalAt = (envelope: Envelope, place: AzEl, lockOut: LockOut | undefined): Fault | undefined => {
  const turns = turnsOf(envelope.mount.azimuth, place.azimuth)
  const checks = (turns.length === 0 ? [place.azimuth] : turns).map((azimuth) => {
    const to = { azimuth, elevation: place.elevation }
    return checkMotion(envelope, { from: to, to }, lockOut)
  })
  const [first] = checks
  return first === undefined || first.ok || checks.some(({ ok: passes }) => passes) ? undefined : first.error
}

/**
 * A cross about the source: azimuth to and fro, elevation up and down, so that play shows as the difference of the ways. Places that
 * limits, mask or keep-out sectors forbid are left out. Fails where the source itself is forbidden, too near to the zenith, or too little is left.
 */
export const planScan = (
  envelope: Envelope,
  options: {
    readonly source: ScanSource
    readonly atUtcMs: UtcMs
    /** When the source sets. */
    readonly losUtcMs?: UtcMs
    readonly lockOut?: LockOut | undefined
  },
): Result<ScanPlan, Fault> => {
  const { source, atUtcMs, lockOut } = options
  const { mount } = envelope
  const points: CrossPoint[] = []
  const wholeSec = secondsOf(envelope, 4 * (2 * POINTS_EACH_SIDE + 1))
  const remarks: string[] = []
  for (const axis of ['azimuth', 'elevation'] as const) {
    // Half-way through its cut: one that rises has climbed by then.
    const then = utcPlus(atUtcMs, ms(wholeSec * 1_000 * CUT_MIDDLE[axis]))
    const now = placeOf(envelope, { source, then, lockOut })
    if (!now.ok) return now
    const allowed: CrossPoint[] = []
    let reason = ''
    for (let index = -POINTS_EACH_SIDE; index <= POINTS_EACH_SIDE; index += 1) {
      const besideDeg = (index / POINTS_EACH_SIDE) * REACH_WIDTHS * mount.beamWidth
      const place = placeBeside(now.value, { axis, besideDeg })
      const turn = Math.abs(place.azimuth - now.value.azimuth)
      const isOver = place.elevation > 90 || turn > AZIMUTH_TURN_MAX_DEG
      const refusal = isOver ? undefined : refusalAt(envelope, place, lockOut)
      if (isOver) reason ||= 'they lie over the zenith'
      else if (refusal === undefined) allowed.push({ axis, besideDeg })
      else reason ||= refusal.message
    }
    const left = 2 * POINTS_EACH_SIDE + 1 - allowed.length
    if (left > 0) remarks.push(`${left} places of the cut in ${axis} are left out: ${reason}`)
    if (allowed.length < ARM_POINTS_MIN) {
      return err(fault('calibration.failed', `Too little of the cut in ${axis} is allowed: ${reason}`))
    }
    points.push(...allowed, ...[...allowed].reverse())
  }
  const seconds = secondsOf(envelope, points.length)
  const { losUtcMs } = options
  if (losUtcMs !== undefined && utcBetween({ from: atUtcMs, to: losUtcMs }) < seconds * 1_000) {
    const message = `${source.name} sets at ${formatUtc(losUtcMs, 0)}, before a cross of ${Math.ceil(seconds / 60)} min is done`
    return err(fault('calibration.failed', message))
  }
  return ok({ points, remarks, seconds })
}

/** The cut in azimuth is the first half of a scan. */
const CUT_MIDDLE = { azimuth: 0.25, elevation: 0.75 } as const

/** Where the source is then, and may be looked at. */
const placeOf = (
  envelope: Envelope,
  options: { readonly source: ScanSource; readonly then: UtcMs; readonly lockOut: LockOut | undefined },
): Result<AzEl, Fault> => {
  const { source, then, lockOut } = options
  const place = source.lookAt(then)
  if (place === undefined)
    return err(fault('calibration.failed', `Where ${source.name} is then is not known`))
  const refused = refusalAt(envelope, place, lockOut)
  if (refused !== undefined) return err(refused)
  if (place.elevation <= ELEVATION_MAX_DEG) return ok(place)
  const message = `${source.name} is at elevation ${place.elevation.toFixed(0)}°: nearer than ${90 - ELEVATION_MAX_DEG}° to the zenith an azimuth means little`
  return err(fault('calibration.failed', message))
}

const secondsOf = ({ mount }: Envelope, places: number): number => {
  const slowest = Math.min(mount.azimuth.slewRate, mount.elevation.slewRate)
  return places * (SETTLE_SEC + LISTEN_SEC + (REACH_WIDTHS * mount.beamWidth) / POINTS_EACH_SIDE / slowest)
}

export interface ScanProgress {
  readonly index: number
  readonly of: number
  readonly axis: 'azimuth' | 'elevation'
  readonly besideDeg: number
  /** Of the place before. */
  readonly power: number | undefined
}

export interface ScanResult {
  readonly source: string
  /** The middle of it. */
  readonly atUtcMs: UtcMs
  /** Where the source was then. */
  readonly sky: AzEl
  readonly fit: BeamFit
  readonly samples: readonly BeamSample[]
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

const FORBIDDEN: ReadonlySet<string> = new Set<Fault['code']>([
  'motion.masked',
  'motion.kept-out',
  'motion.outside-envelope',
])

interface Place {
  readonly axes: AzEl
  readonly source: AzEl
  readonly powers: readonly number[]
  readonly from: BeamSample['from']
}

/**
 * Points at each place of the cross, listens, and fits the beam. The source goes on meanwhile and is followed; what counts is where the
 * axes stood by their readings and where it was then. Ends at the first fault; the caller stops the antenna.
 */
export const runScan = async (
  bench: TestBench,
  options: {
    readonly source: ScanSource
    readonly plan: ScanPlan
    /** The looks since an instant. */
    readonly looksSince: (since: UtcMs) => readonly PowerLook[]
    readonly onProgress: (progress: ScanProgress) => void
  },
): Promise<Result<ScanResult, Fault>> => {
  const { source, plan } = options
  const { clock, mount } = bench
  const places: Place[] = []
  let from: BeamSample['from'] = { azimuth: 1, elevation: 1 }
  let power: number | undefined
  const began = clock.utcNow()
  for (const [index, point] of plan.points.entries()) {
    options.onProgress({ index, of: plan.points.length, ...point, power })
    const then = source.lookAt(utcPlus(clock.utcNow(), ms(AHEAD_SEC * 1_000)))
    if (then === undefined) return err(fault('calibration.failed', `${source.name} has gone`))
    const before = bench.here()
    if (before === undefined) return err(fault('calibration.failed', 'The antenna gives no readings'))
    const went = await goTo(bench, placeBeside(then, point), index === 0)
    // What rises may be too low for a place yet.
    if (!went.ok && FORBIDDEN.has(went.error.code)) continue
    if (!went.ok) return went
    const listenFrom = clock.utcNow()
    const listened = await bench.wait(LISTEN_SEC * 1_000)
    if (!listened.ok) return listened
    const looks = options.looksSince(listenFrom)
    if (looks.length < LOOKS_MIN) {
      return err(fault('calibration.failed', `The receiver gave ${looks.length} looks in ${LISTEN_SEC} s`))
    }
    const axes = bench.here() ?? went.value
    const way = (axis: 'azimuth' | 'elevation'): 1 | -1 => {
      const turned = axes[axis] - before[axis]
      return Math.abs(turned) < mount.resolution / 2 ? from[axis] : turned > 0 ? 1 : -1
    }
    from = { azimuth: way('azimuth'), elevation: way('elevation') }
    const seenAt = utcMs(mean(looks.map(({ midUtcMs }) => midUtcMs)))
    const seen = source.lookAt(seenAt)
    const powers = looks.flatMap((look) => (look.power === undefined ? [] : [look.power]))
    power = powers.length === 0 ? undefined : mean(powers)
    // Over the back the two axes mean other things; a source that was not found says only that it was weak.
    if (seen !== undefined && powers.length >= LOOKS_MIN && axes.elevation <= 90) {
      places.push({ axes, source: seen, powers, from })
    }
  }
  return conclude(bench, source, places, utcMs((began + clock.utcNow()) / 2))
}

const goTo = async (bench: TestBench, to: AzEl, isFirst: boolean): Promise<Result<AzEl, Fault>> => {
  const here = bench.here() ?? to
  // On the turn that is nearest; only the first way is a long one.
  const turns = turnsOf(bench.mount.azimuth, to.azimuth)
  const nearest = [...turns].sort((a, b) => Math.abs(a - here.azimuth) - Math.abs(b - here.azimuth))[0]
  const goal = { ...to, azimuth: nearest ?? to.azimuth }
  let last: Result<AzEl, Fault> = ok(here)
  for (const hop of isFirst ? hopsTo(here, goal) : [goal]) {
    const asked = bench.ask(hop)
    if (!asked.ok) return asked
    last = await bench.settle(SETTLE_LIMIT_MS, hop)
    if (!last.ok) return last
  }
  return last
}

const conclude = (
  bench: TestBench,
  source: ScanSource,
  places: readonly Place[],
  atUtcMs: UtcMs,
): Result<ScanResult, Fault> => {
  if (places.length < SAMPLES_MIN) {
    return err(fault('calibration.failed', `${source.name} was heard at ${places.length} places only`))
  }
  // How looks scatter about the mean of their place, all places together: a few looks alone do not tell.
  const shares = places.flatMap(({ powers }) => {
    const middle = mean(powers)
    return powers.map((one) => (one / middle - 1) ** 2 * (powers.length / (powers.length - 1)))
  })
  const share = Math.sqrt(mean(shares))
  const samples = places.map(({ axes, source: seen, powers, from }) => {
    const middle = mean(powers)
    return {
      axes,
      source: seen,
      power: middle,
      sigma: Math.max(middle, 1e-300) * Math.hypot(share / Math.sqrt(powers.length), POWER_SIGMA_MIN),
      from,
    }
  })
  const fit = fitBeam(samples, {
    beamWidth: bench.mount.beamWidth,
    baseline: source.heardAs === 'noise',
    placeSigma: deg(bench.mount.resolution / Math.sqrt(12)),
  })
  const sky = source.lookAt(atUtcMs)
  if (fit === undefined || sky === undefined) {
    const powers = samples.map(({ power }) => power)
    const rise = 10 * Math.log10(Math.max(...powers) / Math.min(...powers))
    const nearest = Math.min(...samples.map(({ axes, source: seen }) => greatCircleSeparation(axes, seen)))
    return err(
      fault(
        'calibration.failed',
        `No beam was found about ${source.name}: the power changed by ${rise.toFixed(1)} dB, nearest ${nearest.toFixed(1)}° beside it`,
      ),
    )
  }
  return ok({ source: source.name, atUtcMs, sky, fit, samples })
}
