import type { UtcMs } from '../kernel/time.ts'
import type { StateVector } from './vector.ts'

/** One line of an ephemeris, in the frame of its segment; km and km/s. */
export interface EphemerisState extends StateVector {
  readonly utcMs: UtcMs
}

/** How the states between two lines are to be found. The degree is that of the polynomial. */
export interface EphemerisInterpolation {
  readonly method: 'hermite' | 'lagrange' | 'linear'
  readonly degree: number
}

/**
 * A stretch of motion without a break: interpolation never reaches from one segment into another
 * (CCSDS 502.0-B-3, 5.2.4). Instants were brought from the file's time system to UTC.
 */
export interface EphemerisSegment {
  readonly objectName: string
  /** International designator or what the file gives in its place; may be empty. */
  readonly objectId: string
  /** CENTER_NAME in capitals, such as `EARTH`. */
  readonly center: string
  /** REF_FRAME in capitals, such as `EME2000`. */
  readonly frame: string
  /** REF_FRAME_EPOCH: a frame that moves is meant as it is at this one instant. Absent where the file gives none. */
  readonly frameEpochUtcMs?: UtcMs
  /** START_TIME and STOP_TIME: no state lies outside, but the states may end before STOP_TIME. */
  readonly startUtcMs: UtcMs
  readonly stopUtcMs: UtcMs
  /** The part that may be used; the states beyond it only support the interpolation. START and STOP unless given. */
  readonly useableStartUtcMs: UtcMs
  readonly useableStopUtcMs: UtcMs
  /** Absent where the file leaves it open. */
  readonly interpolation?: EphemerisInterpolation
  /** By rising time, at least one. */
  readonly states: readonly EphemerisState[]
}

/** An object's motion as its operator predicts it (an OEM). */
export interface Ephemeris {
  /** By rising start. */
  readonly segments: readonly EphemerisSegment[]
}
