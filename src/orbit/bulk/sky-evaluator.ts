import { MS_PER_MINUTE as MS_PER_MINUTE_IMPORTED } from '../../kernel/time.ts'
import { type BulkCatalogue, bulkStates, epochOf } from './bulk-catalogue.ts'
import {
  type Observer,
  placeInSky,
  SKY as SKY_IMPORTED,
  SKY_LENGTH as SKY_LENGTH_IMPORTED,
  toMeridian,
} from './observer.ts'
import { SGP4_ERROR as SGP4_ERROR_IMPORTED } from './sgp4-error.ts'

// Literals to the compiler, as imports are not (`records.ts`).
const MS_PER_MINUTE = MS_PER_MINUTE_IMPORTED
const SKY = SKY_IMPORTED
const SKY_LENGTH = SKY_LENGTH_IMPORTED
const SGP4_ERROR = SGP4_ERROR_IMPORTED

/** Evaluates objects of a catalogue over a site, one instant at a time, and counts how often. */
export class SkyEvaluator {
  readonly catalogue: BulkCatalogue
  readonly observer: Observer
  /** In TEME at the instant evaluated last. */
  readonly state = new Float64Array(6)
  /** The same in the meridian's frame (`toMeridian`). */
  readonly meridian = new Float64Array(6)
  /** As `SKY` says. */
  readonly sky = new Float64Array(SKY_LENGTH)
  /** How many times SGP4 was asked. */
  evaluations = 0
  /** SGP4's number of the last complaint. */
  error: number = SGP4_ERROR.none
  readonly #minutes = new Float64Array(1)

  constructor(catalogue: BulkCatalogue, observer: Observer) {
    this.catalogue = catalogue
    this.observer = observer
  }

  /** Places an object at an instant; false where SGP4 knows no place (`error`). */
  evaluate(index: number, atMs: number): boolean {
    this.#minutes[0] = (atMs - epochOf(this.catalogue, index)) / MS_PER_MINUTE
    this.evaluations += 1
    this.error = bulkStates(this.catalogue, index, this.#minutes, 1, this.state, 0)
    if (this.error !== SGP4_ERROR.none) return false
    toMeridian(this.observer, atMs, this.state, 0, this.meridian, 0)
    placeInSky(this.observer, this.meridian, 0, this.sky)
    return true
  }
}

/** Sine of the elevation. */
export const sinElevation = (sky: Float64Array): number => (sky[SKY.up] ?? 0) / (sky[SKY.range] ?? 1)

const horizontalOf = (sky: Float64Array): number => {
  const east = sky[SKY.east] ?? 0
  const north = sky[SKY.north] ?? 0
  return Math.sqrt(east * east + north * north)
}

/** Elevation, radians. */
export const elevationOf = (sky: Float64Array): number => Math.atan2(sky[SKY.up] ?? 0, horizontalOf(sky))

/** Azimuth, radians within ±π. */
export const azimuthOf = (sky: Float64Array): number => Math.atan2(sky[SKY.east] ?? 0, sky[SKY.north] ?? 0)

/** How far above the cone of an elevation, km: positive when it is higher. */
export const clearance = (sky: Float64Array, sinMinimum: number): number =>
  (sky[SKY.up] ?? 0) - (sky[SKY.range] ?? 0) * sinMinimum

/** Derivative of `clearance`, km/s. */
export const clearanceRate = (sky: Float64Array, sinMinimum: number): number =>
  (sky[SKY.upRate] ?? 0) - ((sky[SKY.rangeTimesRate] ?? 0) / (sky[SKY.range] ?? 1)) * sinMinimum

/** Rises and falls with the elevation: the rate of its sine times the cube of the range, km³/s. */
export const climb = (sky: Float64Array): number => {
  const range = sky[SKY.range] ?? 0
  return (sky[SKY.upRate] ?? 0) * range * range - (sky[SKY.up] ?? 0) * (sky[SKY.rangeTimesRate] ?? 0)
}

/** Moves the place in the sky along its velocity, over a fraction of a second. */
export const moveSky = (sky: Float64Array, seconds: number): void => {
  const up = (sky[SKY.up] ?? 0) + seconds * (sky[SKY.upRate] ?? 0)
  const east = (sky[SKY.east] ?? 0) + seconds * (sky[SKY.eastRate] ?? 0)
  const north = (sky[SKY.north] ?? 0) + seconds * (sky[SKY.northRate] ?? 0)
  sky[SKY.up] = up
  sky[SKY.east] = east
  sky[SKY.north] = north
  sky[SKY.range] = Math.sqrt(up * up + east * east + north * north)
}

/** Derivative of the sine of the elevation, a second. */
export const sinElevationRate = (sky: Float64Array): number => climb(sky) / (sky[SKY.range] ?? 1) ** 3

/** Whether an object moves slower than so many km/s over the turning Earth. */
export const isSlowerThan = (sky: Float64Array, kmPerSec: number): boolean => {
  const up = sky[SKY.upRate] ?? 0
  const east = sky[SKY.eastRate] ?? 0
  const north = sky[SKY.northRate] ?? 0
  return up * up + east * east + north * north < kmPerSec * kmPerSec
}

/** Slower than this over the ground, an object's culminations are moved by minutes by what its velocity is wrong by. */
export const SLOW_KM_PER_SEC = 1
