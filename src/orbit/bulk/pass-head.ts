import {
  OPEN_START as OPEN_START_IMPORTED,
  ROW_HEAD as ROW_HEAD_IMPORTED,
  ROW as ROW_IMPORTED,
} from './pass-rows.ts'
import { azimuthOf, elevationOf } from './sky-evaluator.ts'

// Literals to the compiler, as imports are not (`records.ts`).
const OPEN_START = OPEN_START_IMPORTED
const ROW = ROW_IMPORTED
const ROW_HEAD = ROW_HEAD_IMPORTED

/** The head of the row of a pass while the pass is found: angles as in `ROW`. */
export class PassHead {
  readonly values = new Float64Array(ROW_HEAD)

  /** Begins a pass that is not cut by the window, so far. */
  begin(object: number): void {
    const { values } = this
    values[ROW.object] = object
    values[ROW.open] = 0
    values[ROW.maximumElevation] = Number.NEGATIVE_INFINITY
  }

  rises(utcMs: number, azimuth: number): void {
    this.values[ROW.aosUtcMs] = utcMs
    this.values[ROW.aosAzimuth] = azimuth
  }

  sets(utcMs: number, azimuth: number): void {
    this.values[ROW.losUtcMs] = utcMs
    this.values[ROW.losAzimuth] = azimuth
  }

  /** The window cuts the pass at an instant where the object stands so in the sky: `OPEN_START` or `OPEN_END`. */
  cut(which: number, utcMs: number, sky: Float64Array): void {
    const azimuth = azimuthOf(sky)
    this.values[ROW.open] = (this.values[ROW.open] ?? 0) + which
    if (which === OPEN_START) this.rises(utcMs, azimuth)
    else this.sets(utcMs, azimuth)
    this.noteHighest(utcMs, azimuth, elevationOf(sky))
  }

  /** Takes this instant for the culmination of the pass where it is higher than those before. */
  noteHighest(utcMs: number, azimuth: number, elevation: number): void {
    const { values } = this
    if (elevation <= (values[ROW.maximumElevation] ?? 0)) return
    values[ROW.maximumElevation] = elevation
    values[ROW.tcaUtcMs] = utcMs
    values[ROW.tcaAzimuth] = azimuth
  }
}
