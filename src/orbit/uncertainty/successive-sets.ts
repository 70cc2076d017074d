import { err, ok, type Result } from '../../kernel/result.ts'
import { type Km, km, type Ms, ms } from '../../kernel/units.ts'
import type { ElementSet } from '../element-set.ts'
import { createPropagator } from '../propagator.ts'
import { dot, magnitude, type StateVector, type Vector3 } from '../vector.ts'
import { type OrbitTraits, orbitTraits } from './orbit-traits.ts'

/** Two element sets of one object, the newer of a later epoch. They need not be neighbours. */
export interface SuccessiveSets {
  readonly older: ElementSet
  readonly newer: ElementSet
}

/** What a pair of successive sets teaches: how far the older one's prediction was off at the newer one's epoch. */
export interface AlongTrackSample {
  /** Of the older set: what was known when the prediction was made. */
  readonly traits: OrbitTraits
  /** From epoch to epoch, above 0. */
  readonly age: Ms
  /**
   * Along the orbit, predicted minus newer: positive where the prediction runs ahead. An arc in the orbital plane of
   * the newer state at its radius, so that large errors wrap at half a turn and are not foreshortened.
   */
  readonly alongTrack: Km
}

/**
 * Why a pair teaches nothing. `not-successive`: another object, or no later epoch. `unpredictable`: SGP4 cannot carry
 * the older set so far (mostly it says that the object has decayed, and it has not), or not read the newer one.
 */
export type UselessPair = 'not-successive' | 'unpredictable'

const cross = (a: Vector3, b: Vector3): Vector3 => ({
  x: a.y * b.z - a.z * b.y,
  y: a.z * b.x - a.x * b.z,
  z: a.x * b.y - a.y * b.x,
})

const arcKm = (predicted: Vector3, newer: StateVector): number => {
  const { position, velocity } = newer
  const radius = magnitude(position)
  const normal = cross(position, velocity)
  const ahead = cross(normal, position)
  return Math.atan2(dot(predicted, ahead) / magnitude(ahead), dot(predicted, position) / radius) * radius
}

const stateAt = (elements: ElementSet, at: ElementSet['epochUtcMs']): StateVector | undefined => {
  const propagator = createPropagator(elements)
  if (!propagator.ok) return undefined
  const state = propagator.value.propagate(at)
  return state.ok ? state.value : undefined
}

/** Propagates the older set (SGP4, TEME) to the epoch of the newer one and compares. */
export const alongTrackSample = ({ older, newer }: SuccessiveSets): Result<AlongTrackSample, UselessPair> => {
  const age = newer.epochUtcMs - older.epochUtcMs
  if (older.catalogNumber !== newer.catalogNumber || !(age > 0)) return err('not-successive')
  const predicted = stateAt(older, newer.epochUtcMs)
  const state = stateAt(newer, newer.epochUtcMs)
  if (predicted === undefined || state === undefined) return err('unpredictable')
  return ok({
    traits: orbitTraits(older),
    age: ms(age),
    alongTrack: km(arcKm(predicted.position, state)),
  })
}
