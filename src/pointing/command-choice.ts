import type { AzEl } from '../kernel/angle.ts'
import { type UtcMs, utcMs } from '../kernel/time.ts'
import { type Deg, deg, degToRad, type Ms } from '../kernel/units.ts'
import { type AxisModel, type AzElMount, accelerationOf } from './mount.ts'
import { commandedAt, type Trajectory } from './trajectory.ts'

/** What the controller does with commands. */
export interface ControllerFacts {
  /** Least time between two commands that it bears. */
  readonly commandPeriod: Ms
  /** From choosing a command to the motor obeying it: the line, the controller, the measured response. */
  readonly latency: Ms
  /** A motor that is switched on stays on for so long, to spare its relay; 0 where it has none. */
  readonly minimumOnTime: Ms
}

export interface SentCommand {
  readonly to: AzEl
  readonly atUtcMs: UtcMs
}

// A sixteenth costs a twentieth of a decibel at most, and starts a motor a third as often.
const BEAM_SHARE_WITH_RELAYS = 1 / 16
// A fortieth of the beam costs 12·(1/40)² dB, less than a hundredth: nobody hears it.
const BEAM_SHARE = 1 / 40
/** Half a step is lost by rounding, whatever is done. */
const STEP_SHARE = 0.5

/**
 * How far the antenna may be from its planned path before it is commanded again: as little as the controller's steps allow, as
 * much as the beam does not notice, and a little more where relays switch the motors. Where the starts of an hour run short, the
 * tracker allows more (`sparingTolerance`).
 *
 * What hops cost (`bench -- pointing`, a G-5500 with a beam of 20°, passes of 45° to 75°; both motors, 99th percentile of the
 * error, and what of the signal is lost by it): 0.5° 245 starts a pass, 0.7°, 0.02 dB; 1.25° 104, 1.5°, 0.07 dB; 2.5° 47, 3.1°,
 * 0.3 dB; 4° 33, 5.0°, 0.8 dB. A relay that is good for a million starts and follows twenty passes a day lasts half a year with the
 * first, sixteen months with the second.
 */
export const toleranceOf = (mount: AzElMount, { hasRelays = false } = {}): Deg => {
  const share = hasRelays ? BEAM_SHARE_WITH_RELAYS : BEAM_SHARE
  return deg(Math.max(STEP_SHARE * mount.resolution, share * mount.beamWidth))
}

/** How far ahead is looked for a place to hop to: a satellite that moves slower is commanded again by then anyway. */
const HORIZON_MS = 30_000
const STEP_MS = 100
/** Time-outs of less than this are the same: the plan is no better. */
const EQUAL_LOSS = 1e-3
/** Places tried: on the way ahead, no finer than the controller's steps. */
const PLACES_MAX = 40

interface AxisQuestion {
  readonly axis: AxisModel
  readonly resolution: number
  /** The planned path from now on, a sample each `STEP_MS`. */
  readonly path: Float64Array
  /** Where the axis may be at the same instants. */
  readonly low: Float64Array
  readonly high: Float64Array
  /** Degrees on the sky for a degree of the axis, at the same instants. */
  readonly skyScale: Float64Array
  readonly position: number
  readonly last: number | undefined
  /** It stands, although not where it was sent: the controller thinks that near enough. */
  readonly restsBeside: boolean
  /** How far the antenna hangs behind the reading by the play of its gear while it stands: on the side that it came from. */
  readonly hangsBack: number
  readonly latencyMs: number
  readonly leastHop: number
}

/** When the axis is where it would be had it run at full speed at once: a short hop never gets to full speed. */
const obeysAfterMs = ({ axis, latencyMs }: AxisQuestion, hop: number): number => {
  const acceleration = accelerationOf(axis)
  return latencyMs + 1000 * Math.min(axis.slewRate / (2 * acceleration), Math.sqrt(hop / acceleration))
}

/**
 * What happens under one target: error beyond the tolerance until the next command, and how long it lasts after that. The axis
 * goes on as before until the command is obeyed, then runs at its speed; its gear drags half its play behind, and leaves it there.
 */
const foresee = (
  question: AxisQuestion,
  target: number,
  nextCommandMs: number,
): { readonly loss: number; readonly lastsMs: number } => {
  const { axis, path, low, high, skyScale, hangsBack } = question
  const obeysAfter = obeysAfterMs(question, Math.abs(target - question.position))
  const step = (axis.slewRate * STEP_MS) / 1000
  const play = (axis.backlash ?? 0) / 2
  const before = question.restsBeside ? question.position : (question.last ?? question.position)
  const stays = question.restsBeside && target === question.last
  const isMoving = Math.abs(before - question.position) > (axis.deadBand ?? 0)
  let place = question.position
  let loss = 0
  for (let i = 0; i < path.length; i += 1) {
    const ms = i * STEP_MS
    const goal = ms < obeysAfter || stays ? (isMoving ? before : place) : target
    const way = goal - place
    place += Math.max(-step, Math.min(step, way))
    const dragged = target === question.position ? hangsBack : Math.sign(target - question.position) * play
    const pointed = place - dragged
    const outside = Math.max((low[i] as number) - pointed, pointed - (high[i] as number))
    if (outside <= 0) continue
    if (ms > nextCommandMs) return { loss, lastsMs: ms }
    // Nothing that is decided now changes what happens before it is obeyed.
    if (ms >= obeysAfter) {
      loss += (outside * Math.max(SKY_SCALE_MIN, skyScale[i] as number) * STEP_MS) / 1000
    }
  }
  return { loss, lastsMs: path.length * STEP_MS }
}

/** What is late at the zenith costs nothing there, but when the target has left it. */
const SKY_SCALE_MIN = 0.2

/**
 * Where an axis may be: within the tolerance on the sky, and from there in time for all that comes. Near the zenith the first
 * allows the azimuth any place, the second does not.
 */
const bounds = (
  axis: AxisModel,
  path: Float64Array,
  skyScale: Float64Array,
  tolerance: number,
): { readonly low: Float64Array; readonly high: Float64Array } => {
  const low = new Float64Array(path.length)
  const high = new Float64Array(path.length)
  const step = (axis.slewRate * STEP_MS) / 1000
  let lowAfter = Number.NEGATIVE_INFINITY
  let highAfter = Number.POSITIVE_INFINITY
  for (let i = path.length - 1; i >= 0; i -= 1) {
    const room = tolerance / Math.max(1e-3, skyScale[i] as number)
    lowAfter = Math.max((path[i] as number) - room, lowAfter - step)
    highAfter = Math.min((path[i] as number) + room, highAfter + step)
    low[i] = lowAfter
    high[i] = highAfter
  }
  return { low, high }
}

/** The target for one axis: the present one while it is good, else the one that is good for longest. */
const chooseForAxis = (
  question: AxisQuestion,
  times: { readonly nextCommandMs: number; readonly keepUntilMs: number },
): number => {
  const { axis, resolution, path, last, position } = question
  const { nextCommandMs, keepUntilMs } = times
  if (last !== undefined) {
    const kept = foresee(question, last, nextCommandMs)
    if (kept.loss <= EQUAL_LOSS && kept.lastsMs > keepUntilMs) return last
  }
  const quantised = (angle: number): number => {
    const low = Math.ceil(axis.minimum / resolution - 1e-9) * resolution
    const high = Math.floor(axis.maximum / resolution + 1e-9) * resolution
    return Math.max(low, Math.min(high, Math.round(angle / resolution) * resolution))
  }
  const places = new Set<number>()
  if (last !== undefined) places.add(last)
  const begin = Math.min(path.length - 1, Math.round(obeysAfterMs(question, resolution) / STEP_MS))
  for (let i = begin; i < path.length && places.size < PLACES_MAX; i += 1) {
    const there = quantised(path[i] as number)
    places.add(there)
    // The place may lie a tolerance beyond the path's turning point, but no further.
    if (i === begin) for (const beside of [-resolution, resolution]) places.add(quantised(there + beside))
  }
  let best: { target: number; loss: number; lastsMs: number } | undefined
  for (const target of places) {
    const hop = Math.abs(target - position)
    const isStart = last === undefined || Math.abs(last - position) <= (axis.deadBand ?? 0)
    if (target !== last && isStart && hop < Math.max(question.leastHop, axis.deadBand ?? 0)) continue
    const { loss, lastsMs } = foresee(question, target, nextCommandMs)
    const isBetter =
      best === undefined ||
      loss < best.loss - EQUAL_LOSS ||
      (loss < best.loss + EQUAL_LOSS && lastsMs > best.lastsMs)
    if (isBetter) best = { target, loss, lastsMs }
  }
  return best?.target ?? last ?? quantised(path[begin] as number)
}

/**
 * What to command now, in whole steps of the controller, or nothing while the last command is good.
 *
 * Both axes are foreseen under the present command: as long as they stay within the tolerance of the planned path until the
 * next command could be obeyed, nothing is sent. Else each axis is sent to the place ahead on its path that keeps it within
 * the tolerance for longest: a slow target is followed in hops of twice the tolerance, a fast one with the motor running
 * through, and a lead for the latency and the run-up is in it. The azimuth's tolerance is on the sky: near the zenith
 * it rests, as long as it is in time for what comes after. The gear's play is allowed for in the direction of motion.
 *
 * `position`: the last reading; `last`: what was last sent in this pass. The caller asks at each tick, sends what is
 * returned through the gate, and remembers it as `last`. Before AOS the path is where the pass begins.
 */
export const chooseCommand = (options: {
  readonly trajectory: Trajectory
  readonly mount: AzElMount
  readonly controller: ControllerFacts
  readonly tolerance: Deg
  readonly now: UtcMs
  readonly position: AzEl
  readonly last: SentCommand | undefined
}): AzEl | undefined => {
  const { trajectory, mount, controller, tolerance, now, last } = options
  const since = last === undefined ? Number.POSITIVE_INFINITY : now - last.atUtcMs
  if (since < controller.commandPeriod) return undefined
  const count = HORIZON_MS / STEP_MS
  const azimuth = new Float64Array(count)
  const elevation = new Float64Array(count)
  const flat = new Float64Array(count)
  for (let i = 0; i < count; i += 1) {
    const place = commandedAt(trajectory, utcMs(now + i * STEP_MS))
    azimuth[i] = place.azimuth
    elevation[i] = place.elevation
    flat[i] = Math.abs(Math.cos(degToRad(place.elevation)))
  }
  const before = commandedAt(trajectory, utcMs(now - CAME_MS))
  const question = (
    axis: AxisModel,
    path: Float64Array,
    cameFrom: number,
    skyScale: Float64Array,
    reading: number,
    sent: number | undefined,
  ): AxisQuestion => {
    const off = sent === undefined ? Number.POSITIVE_INFINITY : Math.abs(reading - sent)
    // What reads as sent is there: a reading is coarser than the controller's aim.
    const isThere = off <= mount.resolution / 2
    // What was sent a step away and is still not there rests in the controller's dead band, and will go on resting.
    const restsBeside = !isThere && off <= mount.resolution + (axis.deadBand ?? 0) && since > ARRIVED_MS
    return {
      axis,
      resolution: mount.resolution,
      path,
      ...bounds(axis, path, skyScale, tolerance),
      skyScale,
      position: isThere && sent !== undefined ? sent : reading,
      last: sent,
      restsBeside,
      hangsBack: (Math.sign((path[0] as number) - cameFrom) * (axis.backlash ?? 0)) / 2,
      latencyMs: controller.latency,
      leastHop: (axis.slewRate * controller.minimumOnTime) / 1000,
    }
  }
  const questions = [
    question(mount.azimuth, azimuth, before.azimuth, flat, options.position.azimuth, last?.to.azimuth),
    question(
      mount.elevation,
      elevation,
      before.elevation,
      new Float64Array(count).fill(1),
      options.position.elevation,
      last?.to.elevation,
    ),
  ] as const
  // The next command can be obeyed one period after this one, and may have to start a long run.
  const nextCommandMs =
    controller.commandPeriod +
    Math.max(...questions.map((each) => obeysAfterMs(each, isFastSoon(each) ? FAR_DEG : mount.resolution)))
  const targets = (keepUntilMs: number): AzEl => ({
    azimuth: deg(chooseForAxis(questions[0], { nextCommandMs, keepUntilMs })),
    elevation: deg(chooseForAxis(questions[1], { nextCommandMs, keepUntilMs })),
  })
  const isNew = (to: AzEl): boolean =>
    last === undefined || to.azimuth !== last.to.azimuth || to.elevation !== last.to.elevation
  if (!isNew(targets(nextCommandMs))) return undefined
  // The axis that could have waited would have to wait another period now.
  return targets(nextCommandMs + controller.commandPeriod)
}

/** The antenna has come from where its path was so long ago: about as long as a slow target takes for a step. */
const CAME_MS = 5_000
/** Any axis is at full speed by then. */
const FAR_DEG = 360
const SOON_MS = 2_000

/** Whether the path is about to ask for half the axis' speed: then its run-up must not be missed. */
const isFastSoon = ({ axis, path }: AxisQuestion): boolean => {
  const soon = path[SOON_MS / STEP_MS] ?? 0
  const later = path[(2 * SOON_MS) / STEP_MS] ?? 0
  const way = Math.max(Math.abs(soon - (path[0] ?? 0)), Math.abs(later - soon))
  return way > (axis.slewRate * SOON_MS) / 2000
}

/** A motor that was sent a step away is there by then. */
const ARRIVED_MS = 900
