import type { UtcMs } from '../kernel/time.ts'
import type { Deg } from '../kernel/units.ts'
import type { CatalogNumber } from './motion.ts'

/** An instant at which the elevation is highest among its neighbours. */
export interface Culmination {
  readonly utcMs: UtcMs
  readonly azimuth: Deg
  readonly elevation: Deg
}

/**
 * One stay of an object above the horizon mask of a site: geometric, without refraction or light time unless the search
 * was asked for them (then elevations are apparent). What is planned has a catalogue number; `Pass<undefined>` is of
 * the Sun, the Moon or an ephemeris file.
 */
export interface Pass<Key extends CatalogNumber = number> {
  readonly catalogNumber: Key
  readonly name: string
  /** Acquisition of signal: rises above the mask. The window's beginning where `openStart`. */
  readonly aosUtcMs: UtcMs
  readonly aosAzimuth: Deg
  /** Loss of signal: sinks below the mask. The window's end (or that of the prediction) where `openEnd`. */
  readonly losUtcMs: UtcMs
  readonly losAzimuth: Deg
  /** The highest instant of the pass: a culmination, or an end of the pass where that is higher. */
  readonly tcaUtcMs: UtcMs
  readonly tcaAzimuth: Deg
  readonly maximumElevation: Deg
  /** All culminations within the pass in the order of time; high orbits have several, a pass cut by the window none. */
  readonly culminations: readonly Culmination[]
  /** The pass had begun before the window. */
  readonly openStart: boolean
  /** The pass goes on after the window, or after the elements cease to predict. */
  readonly openEnd: boolean
  /** Where it is not the window that cuts it: why, as a sentence without its full stop. */
  readonly openStartReason?: string
  readonly openEndReason?: string
}
