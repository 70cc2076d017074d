/**
 * One stretch of an axis' motion with constant acceleration and no change of direction, so that position, speed and
 * the play of the gear can be told at any instant in closed form: a plant costs nothing between commands.
 */
export interface MotionPhase {
  readonly startMs: number
  /** Length, ms; the last phase of a plan has no end. */
  readonly durationMs: number
  /** Motor side of the gear at the start, degrees. */
  readonly position: number
  /** At the start, deg/s. */
  readonly velocity: number
  /** deg/s². */
  readonly acceleration: number
  /** Which way the motor is switched on; 0 while it is off: brake or friction bring the axis to rest. */
  readonly driven: Driven
}

export type Driven = -1 | 0 | 1

/** A phase before it has its place in time. */
export interface MotionLeg {
  readonly durationSec: number
  readonly acceleration: number
  readonly velocity: number
  readonly driven: Driven
}

export interface MotionLimits {
  readonly rateMax: number
  /** With the motor on, deg/s². */
  readonly acceleration: number
  /** With the motor off, deg/s². */
  readonly braking: number
}

const signOf = (value: number): Driven => (value > 0 ? 1 : value < 0 ? -1 : 0)

export const positionAt = (phase: MotionPhase, atMs: number): number => {
  const elapsed = Math.min(Math.max(0, atMs - phase.startMs), phase.durationMs) / 1000
  return phase.position + phase.velocity * elapsed + (phase.acceleration * elapsed * elapsed) / 2
}

export const velocityAt = (phase: MotionPhase, atMs: number): number =>
  phase.velocity + (phase.acceleration * Math.min(Math.max(0, atMs - phase.startMs), phase.durationMs)) / 1000

/** Slows down to standstill. */
export const planStop = (velocity: number, limits: MotionLimits): MotionLeg[] =>
  velocity === 0
    ? []
    : [
        {
          durationSec: Math.abs(velocity) / limits.braking,
          acceleration: -Math.sign(velocity) * limits.braking,
          velocity,
          driven: 0,
        },
      ]

/** Reaches a speed and keeps it. */
export const planTurn = (velocity: number, wanted: number, limits: MotionLimits): MotionLeg[] => {
  const legs: MotionLeg[] = []
  let current = velocity
  if (current !== 0 && Math.sign(current) !== Math.sign(wanted)) {
    legs.push(...planStop(current, limits))
    current = 0
  }
  if (current !== wanted) {
    const faster = Math.abs(wanted) > Math.abs(current)
    const acceleration = Math.sign(wanted - current) * (faster ? limits.acceleration : limits.braking)
    const durationSec = (wanted - current) / acceleration
    legs.push({ durationSec, acceleration, velocity: current, driven: signOf(wanted) })
  }
  const turning = { acceleration: 0, velocity: wanted, driven: signOf(wanted) }
  legs.push({ durationSec: Number.POSITIVE_INFINITY, ...turning })
  return legs
}

/** The quickest way within the limits to standstill at a distance, whatever the present speed. */
export const planMove = (velocity: number, distance: number, limits: MotionLimits): MotionLeg[] => {
  const braking = (velocity * Math.abs(velocity)) / (2 * limits.braking)
  const direction = signOf(distance - braking)
  const legs: MotionLeg[] = []
  let current = velocity
  let remaining = distance
  if (direction === 0 || (current !== 0 && Math.sign(current) !== direction)) {
    // On the wrong way, or too fast to stop before the place: first stop, then come back.
    legs.push(...planStop(current, limits))
    remaining -= braking
    current = 0
  }
  if (direction === 0) return legs
  const forward = Math.abs(current)
  const length = Math.abs(remaining)
  const { acceleration: up, braking: down } = limits
  const peak = Math.min(
    Math.max(limits.rateMax, 0),
    Math.sqrt((length + (forward * forward) / (2 * up)) / (1 / (2 * up) + 1 / (2 * down))),
  )
  const change = peak - forward
  const changeRate = change > 0 ? up : down
  const changeSec = Math.abs(change) / changeRate
  const changeLength = ((peak + forward) / 2) * changeSec
  const brakeLength = (peak * peak) / (2 * down)
  const cruiseLength = Math.max(0, length - changeLength - brakeLength)
  if (changeSec > 0) {
    const acceleration = direction * Math.sign(change) * changeRate
    legs.push({ durationSec: changeSec, acceleration, velocity: direction * forward, driven: direction })
  }
  if (cruiseLength > 0 && peak > 0) {
    const cruise = { acceleration: 0, velocity: direction * peak, driven: direction }
    legs.push({ durationSec: cruiseLength / peak, ...cruise })
  }
  legs.push(...planStop(direction * peak, limits))
  return legs
}

/** Legs set in time, as far as they go. */
export interface LaidOut {
  readonly phases: readonly MotionPhase[]
  readonly endMs: number
  readonly endPosition: number
  /** The end stop was met: the legs after it did not come to pass. */
  readonly hitStop: boolean
  /** How fast it was met; 0 where it was leant against from rest. */
  readonly hitVelocity: number
}

export const layOut = (start: {
  readonly startMs: number
  readonly position: number
  readonly legs: readonly MotionLeg[]
  readonly min: number
  readonly max: number
}): LaidOut => {
  const phases: MotionPhase[] = []
  let startMs = start.startMs
  let position = start.position
  for (const leg of start.legs) {
    const direction = Math.sign(leg.velocity) || Math.sign(leg.acceleration)
    const stop = direction >= 0 ? start.max : start.min
    const untilStop = secondsUntil(direction * (stop - position), {
      velocity: direction * leg.velocity,
      acceleration: direction * leg.acceleration,
    })
    const durationSec = Math.min(leg.durationSec, untilStop)
    const phase = {
      startMs,
      durationMs: durationSec * 1000,
      position,
      velocity: leg.velocity,
      acceleration: leg.acceleration,
      driven: leg.driven,
    }
    if (durationSec > 0) phases.push(phase)
    startMs += durationSec * 1000
    position = positionAt(phase, startMs)
    if (untilStop < leg.durationSec) {
      const hitVelocity = durationSec > 0 ? velocityAt(phase, startMs) : leg.velocity
      return { phases, endMs: startMs, endPosition: stop, hitStop: true, hitVelocity }
    }
  }
  return { phases, endMs: startMs, endPosition: position, hitStop: false, hitVelocity: 0 }
}

/** When a distance ahead is covered; never, where the motion ends before. */
const secondsUntil = (
  distance: number,
  motion: { readonly velocity: number; readonly acceleration: number },
): number => {
  if (distance <= 0) return 0
  const discriminant = motion.velocity * motion.velocity + 2 * motion.acceleration * distance
  const divisor = motion.velocity + Math.sqrt(discriminant)
  return discriminant < 0 || divisor <= 0 ? Number.POSITIVE_INFINITY : (2 * distance) / divisor
}
