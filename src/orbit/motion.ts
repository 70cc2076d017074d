import type { Fault } from '../kernel/errors.ts'
import type { Result } from '../kernel/result.ts'
import type { UtcMs } from '../kernel/time.ts'
import type { StateVector } from './vector.ts'

/** Undefined where the source has no catalogue number: ephemeris files and celestial bodies. */
export type CatalogNumber = number | undefined

/** What is looked at: a catalogued object, the object of an ephemeris file, the Sun or the Moon. */
export interface MovingObject<Key extends CatalogNumber = CatalogNumber> {
  readonly catalogNumber: Key
  /** As published; may be empty for a catalogued object. */
  readonly name: string
}

/** Anything whose place can be told for an instant. */
export interface Motion<Key extends CatalogNumber = CatalogNumber> {
  readonly object: MovingObject<Key>
  /**
   * Position and velocity at an instant in UTC, in TEME of date, which here means: what `temeToItrs` (GMST82, polar
   * motion zero) turns into the ITRS. Kilometres and km/s. The same instant always gives the same state, in whatever
   * order they are asked for. Fault `orbit.propagation` where the motion is not known.
   */
  readonly propagate: (at: UtcMs) => Result<StateVector, Fault>
}
