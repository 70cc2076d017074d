import { SatRecError, sgp4 } from 'satellite.js'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { formatUtc, MS_PER_DAY, MS_PER_MINUTE, type UtcMs } from '../kernel/time.ts'
import type { ElementSet } from './element-set.ts'
import type { Motion } from './motion.ts'
import { objectLabel } from './object-label.ts'
import { satelliteRecord } from './satellite-record.ts'
import type { StateVector } from './vector.ts'

/**
 * One object's motion by SGP4/SDP4 (WGS 72 constants, opsmode `i`), whose own frame is TEME of date. It ends with the
 * fault `orbit.propagation` where SGP4 says that there is no such orbit any more.
 */
export interface Propagator extends Motion<number> {
  readonly elements: ElementSet
}

/**
 * SGP4 far from its epoch means nothing, and its deep-space integrator steps from the epoch each time: beyond this it
 * would only burn time. The longest span of the verification cases (AIAA 2006-6753) is 3.5 years.
 */
export const PROPAGATION_SPAN_MS_MAX = 20 * 365.25 * MS_PER_DAY

/** Why an object is not predicted for an instant beyond `PROPAGATION_SPAN_MS_MAX`. */
export const tooFarFromEpoch = (elements: ElementSet): Fault =>
  fault(
    'orbit.propagation',
    `${objectLabel(elements)} was asked for more than 20 years away from the epoch of its elements`,
  )

/** What SGP4's numbers for what went wrong mean, for the end of a sentence. */
export const SGP4_COMPLAINTS: Readonly<Record<number, string>> = {
  [SatRecError.MeanEccentricityOutOfRange]: 'its mean eccentricity has left 0 to 1 (SGP4 error 1)',
  [SatRecError.MeanMotionBelowZero]: 'its mean motion has fallen below zero (SGP4 error 2)',
  [SatRecError.PerturbedEccentricityOutOfRange]: 'its perturbed eccentricity has left 0 to 1 (SGP4 error 3)',
  [SatRecError.SemiLatusRectumBelowZero]: 'its semi-latus rectum has fallen below zero (SGP4 error 4)',
  [SatRecError.Decayed]: 'it has decayed (SGP4 error 6)',
}

const isFiniteState = ({ position, velocity }: StateVector): boolean =>
  Number.isFinite(position.x + position.y + position.z + velocity.x + velocity.y + velocity.z)

/** Prepares an object. Fault `orbit.propagation` when its elements cannot be an orbit of SGP4. */
export const createPropagator = (elements: ElementSet): Result<Propagator, Fault> => {
  const prepared = satelliteRecord(elements)
  if (!prepared.ok) return prepared
  const record = prepared.value
  const failure = (at: UtcMs, complaint: string): { readonly ok: false; readonly error: Fault } =>
    err(
      fault(
        'orbit.propagation',
        `${objectLabel(elements)} cannot be predicted for ${formatUtc(at, 0)}: ${complaint}`,
      ),
    )
  return ok({
    object: elements,
    elements,
    propagate: (at) => {
      const sinceEpochMs = at - elements.epochUtcMs
      // Written so that NaN is refused as well: SGP4 would integrate for ever.
      if (!(Math.abs(sinceEpochMs) <= PROPAGATION_SPAN_MS_MAX)) {
        return err(tooFarFromEpoch(elements))
      }
      const state = sgp4(record, sinceEpochMs / MS_PER_MINUTE)
      if (state === null) return failure(at, SGP4_COMPLAINTS[record.error] ?? `SGP4 error ${record.error}`)
      if (!isFiniteState(state)) return failure(at, 'SGP4 gives no number')
      return ok({ position: state.position, velocity: state.velocity })
    },
  })
}
