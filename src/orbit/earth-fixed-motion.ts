import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import { type UtcMs, utcPlus } from '../kernel/time.ts'
import { ms } from '../kernel/units.ts'
import { withDiurnalAberration } from './aberration.ts'
import {
  type EarthFixedMotion,
  earthRotationAt,
  fixedPointToTeme,
  temeToItrs,
  UT1_MINUS_UTC_DEFAULT,
} from './frames.ts'
import { emissionOf } from './light-time.ts'
import type { Motion } from './motion.ts'
import type { Site } from './site.ts'
import { type Ut1MinusUtc, ut1MinusUtcAt } from './ut1.ts'
import { magnitude, type StateVector, scale, subtract, type Vector3 } from './vector.ts'

/** What is looked at, from where, and what is taken into account. */
export interface SeenFrom {
  readonly motion: Motion
  readonly site: Site
  /** 0 unless given: a value, or a bulletin, whose fault `orbit.earth-rotation` ends what reaches beyond it. */
  readonly ut1MinusUtc?: Ut1MinusUtc
  /**
   * Whether the object is shown where it was when the light left that arrives now, seen from where the site is now,
   * both in TEME taken as inertial; the direction is that for the site, which moves (diurnal aberration, 0.32″ at
   * most). Off unless asked, but always on for motions that say so.
   */
  readonly lightTime?: boolean
}

// The spacing of the five-point derivative as a share of the time in which the object moves by its own distance from
// the Earth's centre: 4 s in a low orbit, a minute in a geostationary one. Its error is then 1e-10 km/s, as small as
// what the rounding of SGP4 (some micrometres) leaves.
const SPACING_SHARE = 0.0044

/** In TEME, km/s; undefined next to the last instant before a decay, which has no after. */
const derivativeOfPosition = (motion: Motion, at: UtcMs, state: StateVector): Vector3 | undefined => {
  if (motion.velocityIsDerivative === true) return state.velocity
  const ownDistanceSec = magnitude(state.position) / magnitude(state.velocity)
  // Whole milliseconds, so that the rounding of the instants does not enter.
  const spacing = Math.max(1, Math.round(SPACING_SHARE * ownDistanceSec * 1000))
  const around: Vector3[] = []
  for (const steps of [-2, -1, 1, 2]) {
    const neighbour = motion.propagate(utcPlus(at, ms(steps * spacing)))
    if (!neighbour.ok) return undefined
    around.push(neighbour.value.position)
  }
  const [before2, before1, after1, after2] = around
  if (!before2 || !before1 || !after1 || !after2) return undefined
  const inner = subtract(after1, before1)
  const outer = subtract(after2, before2)
  const base = (12 * spacing) / 1000
  return {
    x: (8 * inner.x - outer.x) / base,
    y: (8 * inner.y - outer.y) / base,
    z: (8 * inner.z - outer.z) / base,
  }
}

/** At the instant itself: geometric. */
const asItIs = (motion: Motion, at: UtcMs): Result<SeenState, Fault> => {
  const state = motion.propagate(at)
  if (!state.ok) return state
  const derivative = derivativeOfPosition(motion, at, state.value)
  return ok({ state: state.value, positionRate: derivative ?? state.value.velocity })
}

/** As the light that arrives shows it: all that happens there is seen faster while the object comes nearer. */
const asItIsSeen = (motion: Motion, site: StateVector, at: UtcMs): Result<SeenState, Fault> => {
  const emission = emissionOf(motion, site, at)
  if (!emission.ok) return emission
  const { state, ratio } = emission.value
  const derivative = derivativeOfPosition(motion, emission.value.utcMs, state)
  const velocity = scale(ratio, state.velocity)
  return ok({
    state: { position: state.position, velocity },
    positionRate: derivative === undefined ? velocity : scale(ratio, derivative),
  })
}

/** Whether the instants of a look are arrivals, and those of the motion the leavings before them. */
export const waitsForLight = ({ motion, lightTime }: Pick<SeenFrom, 'motion' | 'lightTime'>): boolean =>
  motion.lightTime === 'always' || (lightTime === true && motion.lightTime === undefined)

/** In TEME. */
interface SeenState {
  readonly state: StateVector
  readonly positionRate: Vector3
}

/**
 * An object's motion in the ITRS as it is or as it is seen from a site, whose place there is `position` (km).
 *
 * SGP4's velocity is not the derivative of its positions: it is 1e-5 km/s off in a low orbit, which moves the
 * culmination of a geostationary object by half an hour. So the derivative is taken from the positions themselves.
 */
export const createEarthFixedMotion = (
  options: Omit<SeenFrom, 'site'> & { readonly position: Vector3 },
): ((at: UtcMs) => Result<EarthFixedMotion, Fault>) => {
  const { motion, position, ut1MinusUtc = UT1_MINUS_UTC_DEFAULT } = options
  const withLightTime = waitsForLight(options)
  const isSeen = withLightTime || motion.lightTime === 'included'
  return (at) => {
    const ut1 = ut1MinusUtcAt(ut1MinusUtc, at)
    if (!ut1.ok) return ut1
    const rotation = earthRotationAt(at, ut1.value)
    const seen = withLightTime
      ? asItIsSeen(motion, fixedPointToTeme(position, rotation), at)
      : asItIs(motion, at)
    if (!seen.ok) return seen
    const { state, positionRate } = seen.value
    const fixed = {
      state: temeToItrs(state, rotation),
      positionRate: temeToItrs({ position: state.position, velocity: positionRate }, rotation).velocity,
    }
    if (!isSeen) return ok(fixed)
    return ok(withDiurnalAberration(fixed, { position, turnRadPerSec: rotation.rateRadPerSec }))
  }
}
