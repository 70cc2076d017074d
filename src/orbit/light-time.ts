import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import { type UtcMs, utcMs } from '../kernel/time.ts'
import { type Ms, ms, SPEED_OF_LIGHT_KM_PER_SEC } from '../kernel/units.ts'
import type { Motion } from './motion.ts'
import { dot, magnitude, type StateVector, subtract } from './vector.ts'

/** The signal that arrives at an instant, as it left. */
export interface Emission {
  readonly utcMs: UtcMs
  readonly lightTime: Ms
  /** The object's state in TEME when it left. */
  readonly state: StateVector
  /** Seconds of leaving per second of arriving: above 1 while the object comes nearer. */
  readonly ratio: number
}

// Each round shortens the error by v/c, under 4e-5: three leave less than a picosecond from the Moon's distance.
const LIGHT_TIME_ROUNDS = 3

const lightTimeMsOver = (path: StateVector['position']): number =>
  (magnitude(path) / SPEED_OF_LIGHT_KM_PER_SEC) * 1000

/**
 * The instant itself, or the nearest at which the motion is known. The first rounds may reach a little over the end of
 * an ephemeris although the answer lies within.
 */
const nearestKnown = ({ spans }: Motion, at: UtcMs): UtcMs => {
  let nearest: UtcMs | undefined
  for (const { fromUtcMs, toUtcMs } of spans ?? []) {
    const within = utcMs(Math.max(fromUtcMs, Math.min(toUtcMs, at)))
    if (nearest === undefined || Math.abs(within - at) < Math.abs(nearest - at)) nearest = within
  }
  return nearest ?? at
}

/**
 * When and where a signal left that arrives at the site at an instant: c·(t − τ) is the distance from the object at τ
 * to the site at t, both in TEME taken as inertial. `site` is the site's state in TEME at t. The ratio is
 * dτ/dt = (c + n·v_site) / (c + n·v_object), n being the direction from site to object. A motion that includes the
 * light time is taken as it is.
 */
export const emissionOf = (motion: Motion, site: StateVector, receivedAt: UtcMs): Result<Emission, Fault> => {
  const rounds = motion.lightTime === 'included' ? 0 : LIGHT_TIME_ROUNDS
  let lightTimeMs = 0
  for (let round = 0; ; round += 1) {
    const leftAt = utcMs(receivedAt - lightTimeMs)
    const isLast = round === rounds
    const state = motion.propagate(isLast ? leftAt : nearestKnown(motion, leftAt))
    if (!state.ok) return state
    const path = subtract(state.value.position, site.position)
    if (isLast) {
      const distance = magnitude(path)
      const ratio =
        (SPEED_OF_LIGHT_KM_PER_SEC + dot(path, site.velocity) / distance) /
        (SPEED_OF_LIGHT_KM_PER_SEC + dot(path, state.value.velocity) / distance)
      return ok({ utcMs: leftAt, lightTime: ms(lightTimeMsOver(path)), state: state.value, ratio })
    }
    lightTimeMs = lightTimeMsOver(path)
  }
}
