import type { AzEl } from '../kernel/angle.ts'
import type { Clock, Timer } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { formatUtc, MS_PER_HOUR, type UtcMs, utcBetween, utcMs } from '../kernel/time.ts'
import { type Deg, ms } from '../kernel/units.ts'
import { type CelestialBody, createBodyMotion } from '../orbit/body-motion.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import type { HorizonMask } from '../orbit/horizon-mask.ts'
import { createLook } from '../orbit/look.ts'
import type { CatalogNumber, Motion } from '../orbit/motion.ts'
import type { Pass } from '../orbit/pass.ts'
import { findPasses } from '../orbit/pass-search.ts'
import { createPropagator } from '../orbit/propagator.ts'
import type { Refraction } from '../orbit/refraction.ts'
import type { Site } from '../orbit/site.ts'
import type { Ut1MinusUtc } from '../orbit/ut1.ts'
import type { AntennaUser } from '../pointing/occupancy.ts'
import type { Antenna } from './antenna.ts'

/** What somebody wants followed: a body of the sky, or a satellite by its elements. */
export type TrackTarget = { readonly body: CelestialBody } | { readonly elements: ElementSet }

/** From where the sky is seen, and how. */
export interface SkyOutlook {
  readonly site: Site
  readonly mask: HorizonMask
  readonly refraction?: Refraction
  readonly ut1MinusUtc?: Ut1MinusUtc
}

/** A stay above the horizon that is, or would be, followed. */
export interface TrackedPass {
  readonly name: string
  /** When it rises; now where it is up. */
  readonly aosUtcMs: UtcMs
  readonly aosAzimuthDeg: Deg
  /** When it sets, or following ends. */
  readonly losUtcMs: UtcMs
  readonly maximumElevationDeg: Deg
  readonly lookAt: (at: UtcMs) => AzEl | undefined
}

/** So far ahead a rise is looked for: who is not up within two days is not waited for with the antenna. */
const SEARCH_MS = 48 * MS_PER_HOUR
/** A path of more hours is asked for anew: it is planned in steps of a fraction of a second. */
const FOLLOWED_MS_MAX = 12 * MS_PER_HOUR

const motionOf = (target: TrackTarget): Result<Motion<CatalogNumber>, Fault> =>
  'body' in target ? ok(createBodyMotion(target.body)) : createPropagator(target.elements)

/**
 * The pass under way, or the next one within two days. Faults: `plan.no-pass` where it does not rise, `plan.window` for
 * an end that lies behind, those of the propagation.
 */
export const comingPass = (
  target: TrackTarget,
  { site, mask, refraction, ut1MinusUtc }: SkyOutlook,
  window: { readonly fromUtcMs: UtcMs; readonly untilUtcMs?: UtcMs | undefined },
): Result<TrackedPass, Fault> => {
  const { fromUtcMs, untilUtcMs } = window
  if (untilUtcMs !== undefined && untilUtcMs <= fromUtcMs) {
    return err(fault('plan.window', `${formatUtc(untilUtcMs, 0)} has gone by`))
  }
  const motion = motionOf(target)
  if (!motion.ok) return motion
  const seen = {
    motion: motion.value,
    site,
    ...(refraction === undefined ? {} : { refraction }),
    ...(ut1MinusUtc === undefined ? {} : { ut1MinusUtc }),
  }
  const toUtcMs = utcMs(Math.min(fromUtcMs + SEARCH_MS, untilUtcMs ?? Number.POSITIVE_INFINITY))
  const { passes, problem } = findPasses({ ...seen, mask, fromUtcMs, toUtcMs })
  const pass: Pass<CatalogNumber> | undefined = passes[0]
  if (pass === undefined) {
    const { name } = motion.value.object
    return err(problem ?? fault('plan.no-pass', `${name} does not rise here until ${formatUtc(toUtcMs, 0)}`))
  }
  const look = createLook(seen)
  return ok({
    name: pass.name,
    aosUtcMs: pass.aosUtcMs,
    aosAzimuthDeg: pass.aosAzimuth,
    losUtcMs: utcMs(Math.min(pass.losUtcMs, pass.aosUtcMs + FOLLOWED_MS_MAX)),
    maximumElevationDeg: pass.maximumElevation,
    lookAt: (at) => {
      const angles = look(at)
      return angles.ok ? { azimuth: angles.value.azimuth, elevation: angles.value.elevation } : undefined
    },
  })
}

/** What an operator has the antenna do, and since when. */
export interface OperatorTask {
  readonly what: string
  readonly sinceUtcMs: UtcMs
}

/** An operator at the antenna, through the daemon or alone: one thing at a time, which ends by itself. */
export interface Operator {
  /** Follows the pass under way or the next one; goes to where it rises at once. Errors: what forbids it. */
  readonly track: (target: TrackTarget, untilUtcMs?: UtcMs) => Result<TrackedPass, Fault>
  /** Goes to a direction and stays there, until then or until somebody asks for something else. */
  readonly point: (direction: AzEl, untilUtcMs?: UtcMs) => Result<void, Fault>
  readonly park: () => Result<void, Fault>
  /** Stops it, and holds it where it stands. */
  readonly stop: () => ReturnType<Antenna['stop']>
  /** Stops what it does for an operator, and lets it go: the plan goes on. */
  readonly release: () => ReturnType<Antenna['stop']>
  /** What it does for an operator now, if it does. */
  readonly task: () => OperatorTask | undefined
  readonly close: () => void
}

export const createOperator = (options: {
  readonly clock: Clock
  readonly log: Log
  readonly antenna: Antenna
  /** Asked each time: what is known of the Earth's rotation gets newer. */
  readonly outlook: () => Result<SkyOutlook, Fault>
}): Operator => {
  const { clock, log, antenna } = options
  let task: OperatorTask | undefined
  let ending: Timer | undefined

  const begin = (what: string): void => {
    ending?.cancel()
    ending = undefined
    task = { what, sinceUtcMs: clock.utcNow() }
    log.info(`asked by an operator: ${what}`)
  }

  const stopFor = (user: AntennaUser, words: string): ReturnType<Antenna['stop']> => {
    // First of all: nothing is done before it.
    const stopping = antenna.stop(user)
    ending?.cancel()
    task = undefined
    log.info(`asked by an operator: ${words}`)
    return stopping
  }

  return {
    track: (target, untilUtcMs) => {
      const outlook = options.outlook()
      if (!outlook.ok) return outlook
      const pass = comingPass(target, outlook.value, { fromUtcMs: clock.utcNow(), untilUtcMs })
      if (!pass.ok) return pass
      const { name, aosUtcMs, losUtcMs, lookAt } = pass.value
      const id = `operator/${name}/${formatUtc(aosUtcMs, 0)}`
      const followed = antenna.follow({ id, user: 'operator', aosUtc: aosUtcMs, losUtc: losUtcMs, lookAt })
      if (!followed.ok) return followed
      begin(`track ${name}`)
      return pass
    },
    point: (direction, untilUtcMs) => {
      const forMs =
        untilUtcMs === undefined ? undefined : utcBetween({ from: clock.utcNow(), to: untilUtcMs })
      if (forMs !== undefined && !(forMs > 0)) {
        return err(fault('plan.window', 'The end of it has gone by'))
      }
      const pointed = antenna.pointAt(direction, 'operator')
      if (!pointed.ok) return pointed
      begin(`point at azimuth ${direction.azimuth}°, elevation ${direction.elevation}°`)
      if (forMs !== undefined) ending = clock.setTimer(ms(forMs), () => antenna.letGo('operator'))
      return ok(undefined)
    },
    park: () => {
      const parked = antenna.park('operator')
      if (parked.ok) begin('park')
      return parked
    },
    stop: () => stopFor('operator', 'stop'),
    release: () => stopFor('plan', 'stop, and go on with the plan'),
    task: () => (antenna.status().user === 'operator' ? task : undefined),
    close: () => ending?.cancel(),
  }
}
