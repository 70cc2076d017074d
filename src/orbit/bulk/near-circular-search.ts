import { MS_PER_MINUTE, MS_PER_SECOND } from '../../kernel/time.ts'
import { ArcSky } from './arc-sky.ts'
import { epochOf } from './bulk-catalogue.ts'
import { ExactExtremes } from './exact-extremes.ts'
import { MeanOrbit } from './mean-orbit.ts'
import { SKY, toMeridian } from './observer.ts'
import { OPEN_END, OPEN_START, type PassRows, ROW, ROW_HEAD } from './pass-rows.ts'
import {
  azimuthOf,
  clearance,
  clearanceRate,
  climb,
  elevationOf,
  type SkyEvaluator,
} from './sky-evaluator.ts'
import { firstMiddleAfter, visibleArcs } from './visible-arcs.ts'

/** A cone of elevation and a window to find the passes in. */
export interface SearchBounds {
  readonly fromMs: number
  readonly toMs: number
  /** Radians. */
  readonly minimumElevation: number
}

/** The search is for orbits below this eccentricity: there one turn around the Earth has one culmination. */
export const NEAR_CIRCULAR_ECCENTRICITY_MAX = 0.08

const TWO_PI = 2 * Math.PI
// In half a day perigee turns by some degrees at most, and the mean orbit stays true to kilometres.
export const STRETCH_MINUTES = 720
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
// Newton's steps on the arc end here; what is left is far under the metre that the arc is good for.
const ARC_SECONDS = 1e-3
const ARC_ROUNDS_MAX = 12
// Where the formula for the half duration of a grazing pass says none.
const HALF_DURATION_SECONDS_MIN = 0.5
// From a culmination farther from the guess the arc is begun anew.
const GUESS_SECONDS = 3
// An end of a pass is taken when the parabola through it would move it by less.
const END_SECONDS = 2e-6
// How far SGP4's velocities are from the derivative of its places, km/s, as measured over the catalogue: in circular
// orbits, and more for each unit of eccentricity. And what the arc makes of it when it is mended by the ends of a pass
// that is so long to either side, growing with the fourth power of that.
const VELOCITY_ERROR = 7e-6
const VELOCITY_ERROR_OF_ECCENTRICITY = 8.5e-3
const MENDED_ERROR = 3e-5
const MENDED_RADIANS = 0.45
// An error of 2e-5 km/s moves a culmination by 2 ms. Where neither does, the culmination is taken from places alone.
const VELOCITY_ERROR_MAX = 2e-5
const CULMINATION_SECONDS_MAX = 2e-3
const SECONDS_PER_MINUTE = 60
const END_MOVE_SECONDS = 0.25
const END_ROUNDS_MAX = 8
// So near to the mask, a culmination is looked at exactly: 0.0005° at the shortest range.
const NEAR_MASK_KM = 0.005
/** Nodes of a trajectory are at most so far apart on their orbit: its error stays under 0.0003°. */
const NODE_RADIANS_MAX = 0.6
// SGP4's velocities are off by the eccentricity: beyond this one the nodes are nearer.
const NODE_ECCENTRICITY = 0.02

/**
 * Finds the passes of objects near the Earth in nearly circular orbits with some three evaluations of SGP4 a pass.
 *
 * 1. When the site is near enough to the orbit's plane follows in closed form from the turning of the Earth.
 * 2. Within that time the object passes once a revolution; when, follows by Newton's method in the mean orbit.
 * 3. Where the mean orbit says that it might be high enough, SGP4 gives the state there. The two-body arc through it gives
 *    the culmination, a second away, to a millimetre, and the ends of the pass, minutes away, to half a kilometre.
 * 4. SGP4 at each end gives it to microseconds.
 */
export class NearCircularSearch {
  readonly #evaluator: SkyEvaluator
  readonly #rows: PassRows
  readonly #bounds: SearchBounds
  readonly #sinMinimum: number
  readonly #mean: MeanOrbit
  readonly #siteRadius: number
  readonly #arcs = new Float64Array(4)
  readonly #stretch = new Float64Array(32)
  readonly #arc: ArcSky
  readonly #extremes: ExactExtremes
  readonly #head = new Float64Array(ROW_HEAD)
  readonly #start = new Float64Array(6)
  readonly #scratch = new Float64Array(6)
  readonly #place = new Float64Array(3)
  readonly #missBefore = new Float64Array(4)
  readonly #missAfter = new Float64Array(4)
  #endMs = 0
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
    this.#rows = options.rows
    this.#bounds = options.bounds
    this.#sinMinimum = Math.sin(options.bounds.minimumElevation)
    const { observer } = options.evaluator
    this.#mean = new MeanOrbit(observer)
    this.#arc = new ArcSky(observer)
    this.#extremes = new ExactExtremes(options.evaluator)
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
    for (let start = from; start < to; start += STRETCH_MINUTES) {
      const end = Math.min(to, start + STRETCH_MINUTES)
      mean.approximateAt((start + end) / 2)
      const stretches = this.#stretchesOf(start, end)
      for (let at = 0; at < stretches; at += 2) {
        if (this.#follow(index, epochMs, this.#stretch[at] ?? 0, this.#stretch[at + 1] ?? 0)) continue
        // Between two passes of the object: half a revolution before the culmination that failed.
        return this.#lastCulminationMs - (MS_PER_MINUTE * Math.PI) / mean.latitudeRate
      }
    }
    return undefined
  }

  // How far from the site, seen from the Earth's centre, the object can be and still above the minimum, `#reach`. The
  // culmination is not where the object is nearest to the site: until then the site comes nearer to the plane of a high
  // orbit, and an eccentric orbit climbs. By how far along the orbit, `#lead`, follows from both rates; and how much higher that makes
  // it, `#marginKm`.
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
  #follow(index: number, epochMs: number, from: number, to: number): boolean {
    const mean = this.#mean
    mean.place(from - 1)
    let t = from - 1 + (mean.ahead > 0 ? TWO_PI - mean.ahead : -mean.ahead) / mean.meanAheadRate
    const quarter = Math.PI / (2 * mean.latitudeRate)
    let before = Number.NEGATIVE_INFINITY
    for (;;) {
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
        if (!this.#pass(index, atMs + mean.culminationDelay() * MS_PER_MINUTE)) return false
      }
      t += TWO_PI / mean.meanAheadRate
    }
  }

  // The pass around a culmination, if there is one within the window.
  #pass(index: number, guessMs: number): boolean {
    const { fromMs, toMs } = this.#bounds
    const evaluator = this.#evaluator
    const arc = this.#arc
    const rows = this.#rows
    const head = this.#head
    let aroundMs = guessMs
    let culmination = 0
    for (let round = 0; ; round += 1) {
      if (!evaluator.evaluate(index, aroundMs)) return false
      this.#mendVelocity(index, aroundMs)
      arc.begin(evaluator.meridian)
      culmination = arc.toExtreme()
      const above = clearance(arc.sky, this.#sinMinimum)
      if (round === 3) return false
      const isNear = Math.abs(culmination) < GUESS_SECONDS
      if (isNear && above < -NEAR_MASK_KM) return true
      if (isNear && (above > NEAR_MASK_KM || Math.abs(culmination) < 0.1)) {
        if (above <= 0) return true
        break
      }
      aroundMs += culmination * MS_PER_SECOND
    }
    this.#start.set(evaluator.meridian)
    const halfSeconds = this.#halfDuration()
    rows.begin()
    rows.noteNode(aroundMs, evaluator.state)
    if (!this.#end(index, aroundMs, culmination, -halfSeconds, this.#missBefore)) return false
    const aosMs = this.#endMs
    const aosAzimuth = azimuthOf(evaluator.sky)
    if (!this.#end(index, aroundMs, culmination, halfSeconds, this.#missAfter)) return false
    const losMs = this.#endMs
    if (aosMs >= toMs || losMs <= fromMs || losMs <= aosMs) return true

    head[ROW.object] = index
    head[ROW.open] = 0
    head[ROW.maximumElevation] = Number.NEGATIVE_INFINITY
    head[ROW.aosUtcMs] = aosMs
    head[ROW.aosAzimuth] = aosAzimuth
    head[ROW.losUtcMs] = losMs
    head[ROW.losAzimuth] = azimuthOf(evaluator.sky)
    const halfRadians = (halfSeconds * this.#mean.latitudeRate) / SECONDS_PER_MINUTE
    const asGiven = VELOCITY_ERROR + VELOCITY_ERROR_OF_ECCENTRICITY * this.#mean.eccentricity
    const asMended = MENDED_ERROR * (halfRadians / MENDED_RADIANS) ** 4
    let culminationMs = aroundMs + culmination * MS_PER_SECOND
    let highest = arc.sky
    const velocityError = Math.min(asGiven, asMended)
    if (
      velocityError > VELOCITY_ERROR_MAX ||
      this.#shiftBy(velocityError, culmination) > CULMINATION_SECONDS_MAX
    ) {
      const exactMs = this.#extremes.near(index, culminationMs, 'highest', GUESS_SECONDS * MS_PER_SECOND)
      if (exactMs === undefined) return false
      culminationMs = exactMs
      highest = evaluator.sky
    } else {
      if (asMended < asGiven) this.#mendArc()
      culminationMs = aroundMs + arc.toExtreme() * MS_PER_SECOND
    }
    const azimuth = azimuthOf(highest)
    const elevation = elevationOf(highest)
    if (culminationMs >= fromMs && culminationMs <= toMs) {
      rows.noteCulmination(culminationMs, azimuth, elevation)
      head[ROW.tcaUtcMs] = culminationMs
      head[ROW.tcaAzimuth] = azimuth
      head[ROW.maximumElevation] = elevation
    }
    if (aosMs < fromMs && !this.#cut(index, fromMs, OPEN_START)) return false
    if (losMs > toMs && !this.#cut(index, toMs, OPEN_END)) return false
    if (!this.#fillNodes(index, aosMs, aroundMs) || !this.#fillNodes(index, aroundMs, losMs)) return false
    rows.end(head)
    return true
  }

  // By how many seconds a velocity that is wrong by so much moves the culmination of the arc: the flatter, the more.
  #shiftBy(velocityError: number, culmination: number): number {
    const { sky } = this.#arc
    this.#arc.at(culmination + 1)
    const bend = Math.abs(climb(sky))
    this.#arc.at(culmination)
    return (velocityError * (sky[SKY.range] ?? 0) ** 2) / bend
  }

  // Makes the velocity in the meridian's frame the derivative of the place, where drag made them differ.
  #mendVelocity(index: number, atMs: number): void {
    const { meridian, catalogue } = this.#evaluator
    const { along, outwards } = this.#mean.dragRates((atMs - epochOf(catalogue, index)) / MS_PER_MINUTE)
    const x = meridian[0] ?? 0
    const y = meridian[1] ?? 0
    const z = meridian[2] ?? 0
    const vx = meridian[3] ?? 0
    const vy = meridian[4] ?? 0
    const vz = meridian[5] ?? 0
    const square = x * x + y * y + z * z
    // The part of the velocity across the radius, per radian of turning.
    const radial = (x * vx + y * vy + z * vz) / square
    const perRadian = along * Math.sqrt(square / (vx * vx + vy * vy + vz * vz - radial * radial * square))
    const more = outwards - perRadian * radial
    meridian[3] = vx + perRadian * vx + more * x
    meridian[4] = vy + perRadian * vy + more * y
    meridian[5] = vz + perRadian * vz + more * z
  }

  // Where the window cuts a pass: its end, and its highest instant where it culminates outside.
  #cut(index: number, atMs: number, which: number): boolean {
    const evaluator = this.#evaluator
    const head = this.#head
    if (!evaluator.evaluate(index, atMs)) return false
    const azimuth = azimuthOf(evaluator.sky)
    const elevation = elevationOf(evaluator.sky)
    head[ROW.open] = (head[ROW.open] ?? 0) + which
    head[which === OPEN_START ? ROW.aosUtcMs : ROW.losUtcMs] = atMs
    head[which === OPEN_START ? ROW.aosAzimuth : ROW.losAzimuth] = azimuth
    if (elevation > (head[ROW.maximumElevation] ?? 0)) {
      head[ROW.tcaUtcMs] = atMs
      head[ROW.tcaAzimuth] = azimuth
      head[ROW.maximumElevation] = elevation
    }
    return true
  }

  // Nodes between two that are too far apart on a high orbit.
  #fillNodes(index: number, fromMs: number, toMs: number): boolean {
    const angle = (this.#mean.latitudeRate * (toMs - fromMs)) / MS_PER_MINUTE
    const parts = Math.ceil(
      angle / (NODE_RADIANS_MAX * Math.min(1, NODE_ECCENTRICITY / this.#mean.eccentricity)),
    )
    for (let part = 1; part < parts; part += 1) {
      const atMs = fromMs + ((toMs - fromMs) * part) / parts
      if (!this.#evaluator.evaluate(index, atMs)) return false
      this.#rows.noteNode(atMs, this.#evaluator.state)
    }
    return true
  }

  // How long it stays above the minimum before and after, seconds: on a circle in the plane of its velocity.
  #halfDuration(): number {
    const { meridian, observer } = this.#evaluator
    const x = meridian[0] ?? 0
    const y = meridian[1] ?? 0
    const z = meridian[2] ?? 0
    const vx = (meridian[3] ?? 0) + observer.turnRate * y
    const vy = (meridian[4] ?? 0) - observer.turnRate * x
    const vz = meridian[5] ?? 0
    const square = x * x + y * y + z * z
    const radius = Math.sqrt(square)
    const radial = (x * vx + y * vy + z * vz) / radius
    const turnRate = Math.sqrt(vx * vx + vy * vy + vz * vz - radial * radial) / radius
    const { minimumElevation } = this.#bounds
    const q = (this.#siteRadius / radius) * Math.cos(minimumElevation)
    // Cosine of acos(q) - minimum elevation: the arc from the site to where the orbit comes in sight.
    const cosReach = q * Math.cos(minimumElevation) + Math.sqrt(Math.max(0, 1 - q * q)) * this.#sinMinimum
    const cosNearest = (x * observer.axisDistance + z * observer.z) / (radius * this.#siteRadius)
    const ratio = cosReach / cosNearest
    return Math.max(HALF_DURATION_SECONDS_MIN, ratio < 1 ? Math.acos(ratio) / turnRate : 0)
  }

  // The end of the pass some seconds from its culmination: `#endMs`, with the sky of that instant in the evaluator.
  #end(index: number, aroundMs: number, culmination: number, seconds: number, miss: Float64Array): boolean {
    const evaluator = this.#evaluator
    const arc = this.#arc
    const sin = this.#sinMinimum
    let t = seconds
    for (let round = 0; round < ARC_ROUNDS_MAX; round += 1) {
      arc.at(culmination + t)
      const next = nextEnd(t, clearance(arc.sky, sin), clearanceRate(arc.sky, sin))
      const step = next - t
      t = next
      if (Math.abs(step) < ARC_SECONDS) break
    }
    for (let round = 0; round < END_ROUNDS_MAX; round += 1) {
      const atMs = aroundMs + (culmination + t) * MS_PER_SECOND
      if (!evaluator.evaluate(index, atMs)) return false
      const next = nextEnd(t, clearance(evaluator.sky, sin), clearanceRate(evaluator.sky, sin))
      const step = next - t
      if (Math.abs(step) < END_MOVE_SECONDS && step * step < END_SECONDS * 2 * Math.abs(t)) {
        this.#rows.noteNode(atMs, evaluator.state)
        this.#noteMiss(aroundMs, culmination + t, miss)
        evaluator.moveOn(step)
        this.#endMs = atMs + step * MS_PER_SECOND
        return true
      }
      t = next
    }
    return false
  }

  // By how much the arc misses a state of SGP4 so many seconds after its beginning: the seconds, and x, y, z in km.
  #noteMiss(aroundMs: number, seconds: number, miss: Float64Array): void {
    const { observer, state } = this.#evaluator
    toMeridian(observer, aroundMs, state, 0, this.#scratch, 0)
    this.#arc.place(seconds, this.#place)
    miss[0] = seconds
    for (let axis = 0; axis < 3; axis += 1) {
      miss[axis + 1] = (this.#scratch[axis] ?? 0) - (this.#place[axis] ?? 0)
    }
  }

  // SGP4's velocities are not quite the derivatives of its places, by metres a second times the eccentricity. From how the
  // arc misses the places at both ends of the pass follows by how much: what grows with the time is the velocity's, what
  // grows with its fourth power is left by the arc. Begins the arc anew with what the places say.
  #mendArc(): void {
    const a = this.#missBefore
    const b = this.#missAfter
    const ta = a[0] ?? -1
    const tb = b[0] ?? 1
    const fourthA = ta * ta * ta * ta
    const fourthB = tb * tb * tb * tb
    const scale = 1 / (ta * fourthB - tb * fourthA)
    for (let axis = 0; axis < 3; axis += 1) {
      const more = ((a[axis + 1] ?? 0) * fourthB - (b[axis + 1] ?? 0) * fourthA) * scale
      this.#start[axis + 3] = (this.#start[axis + 3] ?? 0) + more
    }
    this.#arc.begin(this.#start)
  }
}

// One step towards where a pass ends, seconds from its culmination, by Newton's method in the square of the time: the
// clearance is a parabola near the culmination, and nearly so everywhere. What is above but not sinking away from the
// culmination is too near to it: twice as far then.
const nextEnd = (t: number, above: number, rate: number): number => {
  if (rate * t >= 0) return 2 * t
  const square = t * t - (2 * above * t) / rate
  return square > t * t * 0.01 ? Math.sign(t) * Math.sqrt(Math.min(square, 9 * t * t)) : t / 3
}
