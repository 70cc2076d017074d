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

/** A stretch of time within which a motion is known without a break. */
export interface MotionSpan {
  readonly fromUtcMs: UtcMs
  readonly toUtcMs: UtcMs
}

/** Anything whose place can be told for an instant. */
export interface Motion<Key extends CatalogNumber = CatalogNumber> {
  readonly object: MovingObject<Key>
  /**
   * Position and velocity at an instant in UTC, in TEME of date, which here means: what `temeToItrs` (GMST82, polar
   * motion zero) turns into the ITRS. Kilometres and km/s. The same instant always gives the same state, in whatever
   * order they are asked for. Fault `orbit.propagation` or `orbit.span` where the motion is not known.
   */
  readonly propagate: (at: UtcMs) => Result<StateVector, Fault>
  /** By rising time, never overlapping, ends included; those that touch are one motion. Known always where absent. */
  readonly spans?: readonly MotionSpan[]
  /** Whether the velocity is the derivative of the position to the last digits, as SGP4's is not. */
  readonly velocityIsDerivative?: true
  /**
   * Where the light time does not wait to be asked for: `always` for ephemeris files, whose objects are far;
   * `included` where the places told are those that are seen at the instant (Sun and Moon).
   */
  readonly lightTime?: 'always' | 'included'
}
