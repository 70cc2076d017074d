import { MS_PER_MINUTE as MS_PER_MINUTE_IMPORTED } from '../../kernel/time.ts'
import { epochOf } from './bulk-catalogue.ts'
import { MeanOrbit } from './mean-orbit.ts'
import { NearCircularPass } from './near-circular-pass.ts'
import type { PassRows } from './pass-rows.ts'
import type { SearchBounds } from './search-bounds.ts'
import type { SkyEvaluator } from './sky-evaluator.ts'
import { firstMiddleAfter, visibleArcs } from './visible-arcs.ts'

// Literals to the compiler, as imports are not (`records.ts`).
const MS_PER_MINUTE = MS_PER_MINUTE_IMPORTED

/** The search is for orbits below this eccentricity: there one turn around the Earth has one culmination. */
export const NEAR_CIRCULAR_ECCENTRICITY_MAX = 0.08

const TWO_PI = 2 * Math.PI
// In half a day perigee turns by some degrees at most, and the mean orbit stays true to kilometres. With the margins, two
// of these are a day.
export const STRETCH_MINUTES = 750
const MARGIN_MINUTES = 2
// What the mean orbit leaves out, and how much higher the true culmination can be than the nearest point: twice the
// largest that the catalogue shows.
const MARGIN_KM = 20
// The vertical of the site is up to 0.19° off the direction from the Earth's centre; and as much for the mean orbit.
const MARGIN_RADIANS = 0.007
// Farther than this nothing near the Earth is seen.
const REACH_MAX = 1.2
const NEAREST_RADIANS = 0.01
const NEAREST_ROUNDS_MAX = 6
const SECONDS_PER_MINUTE = 60

/**
 * Finds the passes of objects near the Earth in nearly circular orbits with some three evaluations of SGP4 a pass.
 *
 * 1. When the site is near enough to the orbit's plane follows in closed form from the turning of the Earth.
 * 2. Within that time the object passes once a revolution; when, follows by Newton's method in the mean orbit.
 * 3. Where the mean orbit says that it might be high enough, `NearCircularPass` looks with SGP4.
 */
export class NearCircularSearch {
  readonly #evaluator: SkyEvaluator
  readonly #bounds: SearchBounds
  readonly #sinMinimum: number
  readonly #mean: MeanOrbit
  readonly #pass: NearCircularPass
  readonly #siteRadius: number
  readonly #arcs = new Float64Array(4)
  readonly #stretch = new Float64Array(32)
  #reach = 0
  #lead = 0
  #marginKm = MARGIN_KM
  #lastCulminationMs = Number.NEGATIVE_INFINITY

  constructor(options: {
    readonly evaluator: SkyEvaluator
    readonly rows: PassRows
    readonly bounds: SearchBounds
  }) {
    this.#evaluator = options.evaluator
    this.#bounds = options.bounds
    this.#sinMinimum = Math.sin(options.bounds.minimumElevation)
    const { observer } = options.evaluator
    this.#mean = new MeanOrbit(observer)
    this.#pass = new NearCircularPass({ ...options, mean: this.#mean })
    this.#siteRadius = Math.hypot(observer.axisDistance, observer.z)
  }

  /**
   * Lays the passes of an object down. Where SGP4 knows no place at an instant that matters, or a culmination is not
   * found, it gives the instant (UTC ms) up to which it has come; who asks goes on from there by other means.
   */
  search(index: number): number | undefined {
    const mean = this.#mean
    const epochMs = epochOf(this.#evaluator.catalogue, index)
    mean.take(this.#evaluator.catalogue, index)
    this.#pass.take(index)
    this.#lastCulminationMs = Number.NEGATIVE_INFINITY
    let from = (this.#bounds.fromMs - epochMs) / MS_PER_MINUTE
    let to = (this.#bounds.toMs - epochMs) / MS_PER_MINUTE
    mean.approximateAt((from + to) / 2)
    // A pass whose culmination lies outside of the window can still reach into it, by half its length.
    this.#bound()
    const beyond =
      (1.1 * this.#reach + this.#lead) / (mean.latitudeRate - mean.siteFromNodeRate) + MARGIN_MINUTES
    from -= beyond
    to += beyond
    const parts = Math.ceil((to - from) / STRETCH_MINUTES)
    for (let part = 0; part < parts; part += 1) {
      const start = from + ((to - from) * part) / parts
      const end = from + ((to - from) * (part + 1)) / parts
      mean.approximateAt((start + end) / 2)
      const stretches = this.#stretchesOf(start, end)
      for (let at = 0; at < stretches; at += 2) {
        if (this.#follow(epochMs, this.#stretch[at] ?? 0, this.#stretch[at + 1] ?? 0)) continue
        // Between two passes of the object: half a revolution before the culmination that failed.
        return this.#lastCulminationMs - (MS_PER_MINUTE * Math.PI) / mean.latitudeRate
      }
    }
    return undefined
  }

  // How far from the site, seen from the Earth's centre, the object can be and still above the minimum, `#reach`. The
  // culmination is not where the object is nearest to the site: until then the site comes nearer to the plane of a high
  // orbit, and an eccentric orbit climbs. By how far along the orbit, `#lead`, follows from both rates; and how much
  // higher that makes it, `#marginKm`.
  #bound(): void {
    const mean = this.#mean
    const { eccentricity } = mean
    const apogee = mean.axisKm * (1 + eccentricity) + MARGIN_KM
    const minimum = this.#bounds.minimumElevation - MARGIN_RADIANS / 2
    const cosAtApogee = (this.#siteRadius / apogee) * Math.cos(minimum)
    const reach = (cosAtApogee < 1 ? Math.acos(cosAtApogee) - minimum : 0) + MARGIN_RADIANS
    const turning = SECONDS_PER_MINUTE * this.#evaluator.observer.turnRate
    const slowest = mean.latitudeRate * (1 - 2 * eccentricity) - turning * mean.cosInclination
    const sideways = (turning * mean.sinInclination) / slowest
    this.#lead = eccentricity + sideways * Math.tan(Math.min(reach, REACH_MAX))
    this.#reach = reach + sideways * this.#lead
    this.#marginKm = MARGIN_KM + 0.5 * apogee * this.#lead * this.#lead
  }

  // When the site is near enough to the plane between two instants: their number doubled, in the order of time.
  #stretchesOf(start: number, end: number): number {
    const mean = this.#mean
    this.#bound()
    const reach = this.#reach
    if (reach <= 0) return 0
    const arcs = visibleArcs(mean, reach < Math.PI / 2 ? Math.sin(reach) : 1, this.#arcs)
    const stretch = this.#stretch
    const startX = mean.siteFromNode(start)
    const perRadian = (end - start) / (mean.siteFromNode(end) - startX)
    let count = 0
    for (let arc = 0; arc < arcs; arc += 1) {
      const half = this.#arcs[2 * arc + 1] ?? 0
      if (half >= Math.PI) {
        stretch[0] = start
        stretch[1] = end
        return 2
      }
      let middle = firstMiddleAfter(this.#arcs[2 * arc] ?? 0, half, startX)
      for (;;) {
        const from = start + (middle - half - startX) * perRadian
        if (from >= end || count + 2 > stretch.length) break
        let at = count
        while (at > 0 && (stretch[at - 2] ?? 0) > from) {
          stretch[at] = stretch[at - 2] ?? 0
          stretch[at + 1] = stretch[at - 1] ?? 0
          at -= 2
        }
        stretch[at] = Math.max(start, from)
        stretch[at + 1] = Math.min(end, start + (middle + half - startX) * perRadian)
        count += 2
        middle += TWO_PI
      }
    }
    return count
  }

  // All culminations of the mean orbit between two instants.
  #follow(epochMs: number, from: number, to: number): boolean {
    const mean = this.#mean
    mean.place(from - 1)
    let placed = from - 1
    let rateBefore = mean.meanAheadRate
    let t = from - 1 + (mean.ahead > 0 ? TWO_PI - mean.ahead : -mean.ahead) / mean.meanAheadRate
    const quarter = Math.PI / (2 * mean.latitudeRate)
    let before = Number.NEGATIVE_INFINITY
    for (;;) {
      // After the last turn of the stretch: the guess is minutes off at most.
      if (t > to + quarter) return true
      const guess = t
      for (let round = 0; round < NEAREST_ROUNDS_MAX; round += 1) {
        mean.place(t)
        t -= mean.ahead / mean.aheadRate
        // Newton's method: what is left is the square of this.
        if (Math.abs(mean.ahead) < NEAREST_RADIANS) break
      }
      // On from a turn that was followed already: it went back to the last one.
      if (!(t > before + quarter)) {
        t = guess + quarter
        continue
      }
      before = t
      // A minute more, so that none falls between this stretch and the next.
      if (t > to + 1) return true
      const atMs = epochMs + t * MS_PER_MINUTE
      if (
        mean.up + this.#marginKm >= mean.range * this.#sinMinimum &&
        atMs > this.#lastCulminationMs + quarter * MS_PER_MINUTE
      ) {
        this.#lastCulminationMs = atMs
        if (!this.#pass.find(atMs + mean.culminationDelay() * MS_PER_MINUTE)) return false
      }
      // A revolution on; the rate goes on to change as it did.
      const rate = mean.meanAheadRate
      const slope = (rate - rateBefore) / Math.max(1, t - placed)
      rateBefore = rate
      placed = t
      t += TWO_PI / (rate + (slope * Math.PI) / rate)
    }
  }
}
