import { type BulkCatalogue, epochOf } from './bulk-catalogue.ts'
import { meridianAngle, type Observer } from './observer.ts'
import {
  EARTH_RADIUS_KM as EARTH_RADIUS_KM_IMPORTED,
  J2 as J2_IMPORTED,
  RECORD as RECORD_IMPORTED,
  RECORD_LENGTH as RECORD_LENGTH_IMPORTED,
} from './records.ts'
import { cosOf, halfTurnsOf, reducedOf, signOf, sinOf } from './sincos.ts'

// Literals to the compiler, as imports are not (`records.ts`).
const EARTH_RADIUS_KM = EARTH_RADIUS_KM_IMPORTED
const J2 = J2_IMPORTED
const RECORD = RECORD_IMPORTED
const RECORD_LENGTH = RECORD_LENGTH_IMPORTED

const TWO_PI = 2 * Math.PI

/**
 * The orbit of an object near the Earth without most of its periodic terms, as it passes over the meridian of a site:
 * where SGP4 need not be asked, to about ten kilometres. Times are minutes from the epoch of the object. One instance
 * serves many objects (`take`), for it is asked some ten times for each.
 */
export class MeanOrbit {
  readonly observer: Observer
  readonly #cosGeocentric: number
  readonly #sinGeocentric: number
  // Of the object taken.
  #latitudeOfEpoch = 0
  #latitudeRate = 0
  #meanMotion = 0
  #drag2 = 0
  #drag3 = 0
  #drag4 = 0
  #drag5 = 0
  #siteFromNode = 0
  #siteFromNodeRate = 0
  #nodeDrag = 0
  #semiMajorAxis = 0
  #cc1 = 0
  #d2 = 0
  #d3 = 0
  #d4 = 0
  #eccentricity = 0
  #eccentricityRate = 0
  #pericenter = 0
  #pericenterRate = 0
  #aycof = 0
  #con41 = 0
  #x1mth2 = 0
  #x7thm1 = 0
  #sinInclination = 0
  #cosInclination = 0
  // Around the instant of `approximateAt`.
  #k = 0
  #h = 0
  #axisKm = 0
  #meanEccentricity = 0
  #temp1 = 0
  #temp2 = 0
  // Of the point of `place`, from the site and in the meridian's frame.
  #dx = 0
  #y = 0
  #dz = 0
  #nx = 0
  #ny = 0
  #radius = 1
  #radialRate = 0

  /** What `place` found: */
  /** by how much the object is ahead of the point of its orbit that is nearest to the site, radians within ±π; */
  ahead = 0
  /** the derivative of that per minute, there and over a revolution; */
  aheadRate = 0
  meanAheadRate = 0
  /** and how high over the horizon and how far from the site it is at that point, km, once it gets there. */
  up = 0
  range = 0
  /** What `placeDrag` found. */
  dragAlong = 0
  dragOutwards = 0

  constructor(observer: Observer) {
    this.observer = observer
    const radius = Math.hypot(observer.axisDistance, observer.z)
    this.#cosGeocentric = observer.axisDistance / radius
    this.#sinGeocentric = observer.z / radius
  }

  take(catalogue: BulkCatalogue, index: number): void {
    const { records } = catalogue
    const at = index * RECORD_LENGTH
    const read = (field: number): number => records[at + field] ?? 0
    this.#latitudeOfEpoch = read(RECORD.meanAnomaly) + read(RECORD.argumentOfPericenter)
    this.#latitudeRate = read(RECORD.meanAnomalyRate) + read(RECORD.argumentOfPericenterRate)
    const motion = read(RECORD.meanMotion)
    this.#meanMotion = motion
    this.#drag2 = motion * read(RECORD.t2cof)
    this.#drag3 = motion * read(RECORD.t3cof)
    this.#drag4 = motion * read(RECORD.t4cof)
    this.#drag5 = motion * read(RECORD.t5cof)
    this.#siteFromNode = meridianAngle(this.observer, epochOf(catalogue, index)) - read(RECORD.node)
    this.#siteFromNodeRate = 60 * this.observer.turnRate - read(RECORD.nodeRate)
    this.#nodeDrag = read(RECORD.nodeDrag)
    this.#semiMajorAxis = read(RECORD.semiMajorAxis)
    this.#cc1 = read(RECORD.cc1)
    this.#d2 = read(RECORD.d2)
    this.#d3 = read(RECORD.d3)
    this.#d4 = read(RECORD.d4)
    this.#eccentricity = read(RECORD.eccentricity)
    this.#eccentricityRate = read(RECORD.bstarCc4)
    this.#pericenter = read(RECORD.argumentOfPericenter)
    this.#pericenterRate = read(RECORD.argumentOfPericenterRate)
    this.#aycof = read(RECORD.aycof)
    this.#con41 = read(RECORD.con41)
    this.#x1mth2 = read(RECORD.x1mth2)
    this.#x7thm1 = read(RECORD.x7thm1)
    this.#sinInclination = read(RECORD.sinInclination)
    this.#cosInclination = read(RECORD.cosInclination)
  }

  /** Sets what changes by degrees a day (the shape of the orbit) to an instant, for `place` within some hours of it. */
  approximateAt(minutes: number): void {
    const tempa = this.#shrinking(minutes)
    const axis = this.#semiMajorAxis * tempa * tempa
    const eccentricity = Math.max(0, this.#eccentricity - this.#eccentricityRate * minutes)
    const pericenter = this.#pericenter + this.#pericenterRate * minutes
    const semiLatus = axis * (1 - eccentricity * eccentricity)
    this.#axisKm = axis * EARTH_RADIUS_KM
    this.#k = eccentricity * Math.cos(pericenter)
    this.#h = eccentricity * Math.sin(pericenter) + this.#aycof / semiLatus
    this.#meanEccentricity = Math.sqrt(this.#k * this.#k + this.#h * this.#h)
    this.#temp1 = (0.5 * J2) / semiLatus
    this.#temp2 = this.#temp1 / semiLatus
  }

  // Root of the share of the semi-major axis that drag has left (SGP4's tempa).
  #shrinking(t: number): number {
    return 1 - t * (this.#cc1 + t * (this.#d2 + t * (this.#d3 + t * this.#d4)))
  }

  /**
   * What SGP4's velocities leave out of the derivative of its places because drag makes it: a turning along the orbit,
   * `dragAlong`, and a shrinking, `dragOutwards`, both shares of the radius per second. Nothing to speak of but for
   * objects about to fall.
   */
  placeDrag(minutes: number): void {
    const t = minutes
    const shrinking = this.#shrinking(t)
    const shrinkingRate = -(this.#cc1 + t * (2 * this.#d2 + t * (3 * this.#d3 + t * 4 * this.#d4)))
    // SGP4 takes the mean motion from the semi-major axis, the place from a power series of its own.
    const seriesRate =
      t * (2 * this.#drag2 + t * (3 * this.#drag3 + t * (4 * this.#drag4 + t * 5 * this.#drag5)))
    const fromAxis = this.#meanMotion * (1 / (shrinking * shrinking * shrinking) - 1)
    this.dragAlong = (seriesRate - fromAxis) / 60
    this.dragOutwards = (2 * shrinkingRate) / (60 * shrinking)
  }

  /** Mean semi-major axis and eccentricity around the instant of `approximateAt`: km. */
  get axisKm(): number {
    return this.#axisKm
  }

  get eccentricity(): number {
    return this.#meanEccentricity
  }

  /** Of the argument of latitude, radians per minute, drag at the epoch. */
  get latitudeRate(): number {
    return this.#latitudeRate
  }

  get sinInclination(): number {
    return this.#sinInclination
  }

  get cosInclination(): number {
    return this.#cosInclination
  }

  /** How far the site's meridian stands east of the node, radians, not reduced. */
  siteFromNode(minutes: number): number {
    return this.#siteFromNode + minutes * (this.#siteFromNodeRate - this.#nodeDrag * minutes)
  }

  get siteFromNodeRate(): number {
    return this.#siteFromNodeRate
  }

  get sinGeocentric(): number {
    return this.#sinGeocentric
  }

  get cosGeocentric(): number {
    return this.#cosGeocentric
  }

  /** Where the object is against the point of its orbit nearest to the site: `ahead` and `aheadRate`. */
  place(minutes: number): void {
    const t = minutes
    const mean =
      this.#latitudeOfEpoch +
      t * (this.#latitudeRate + t * (this.#drag2 + t * (this.#drag3 + t * (this.#drag4 + t * this.#drag5))))
    const turns = halfTurnsOf(mean)
    const rest = reducedOf(mean, turns)
    const sign = signOf(turns)
    const sin = sign * sinOf(rest)
    const cos = sign * cosOf(rest)
    const sin2 = 2 * sin * cos
    const cos2 = 1 - 2 * sin * sin
    const k = this.#k
    const h = this.#h
    // Equation of the centre to the second order, and the largest of the short-period terms.
    const latitude =
      mean +
      2 * (k * sin - h * cos) +
      1.25 * ((k * k - h * h) * sin2 - 2 * k * h * cos2) -
      0.25 * this.#temp2 * this.#x7thm1 * sin2
    const latitudeRate = this.#latitudeRate * (1 + 2 * (k * cos + h * sin))

    const x = this.siteFromNode(t)
    const xTurns = halfTurnsOf(x)
    const xRest = reducedOf(x, xTurns)
    const xSign = signOf(xTurns)
    const sinX = xSign * sinOf(xRest)
    const cosX = xSign * cosOf(xRest)
    const towardsNode = this.#cosGeocentric * cosX
    const fromNode =
      this.#cosGeocentric * this.#cosInclination * sinX + this.#sinInclination * this.#sinGeocentric
    const towardsRate = -this.#cosGeocentric * sinX
    const fromRate = this.#cosGeocentric * this.#cosInclination * cosX
    const projected = towardsNode * towardsNode + fromNode * fromNode
    const nearestRate =
      (this.#siteFromNodeRate * (fromRate * towardsNode - fromNode * towardsRate)) / projected
    const ahead = latitude - Math.atan2(fromNode, towardsNode)
    this.ahead = ahead - TWO_PI * Math.round(ahead / TWO_PI)
    this.aheadRate = latitudeRate - nearestRate
    this.meanAheadRate = this.#latitudeRate - nearestRate

    // The object at the point nearest to the site, which it is next to when this matters (no method of its own: five
    // numbers as arguments are five allocations). r = a (1 - e cos M + e²/2 (1 - cos 2M)), M counted from the pericenter, and J2's part.
    const radius =
      this.#axisKm *
        (1 -
          k * cos -
          h * sin +
          0.5 * (k * k + h * h - (k * k - h * h) * cos2 - 4 * k * h * sin * cos) -
          1.5 * this.#temp2 * this.#con41) +
      0.5 * this.#temp1 * this.#x1mth2 * cos2 * EARTH_RADIUS_KM
    // Normal of the orbit in the meridian's frame.
    const nx = -sinX * this.#sinInclination
    const ny = -cosX * this.#sinInclination
    const nz = this.#cosInclination
    const { observer } = this
    const sinDistance = this.#cosGeocentric * nx + this.#sinGeocentric * nz
    const scale = radius / Math.sqrt(projected)
    const dx = scale * (this.#cosGeocentric - sinDistance * nx) - observer.axisDistance
    const y = -scale * sinDistance * ny
    const dz = scale * (this.#sinGeocentric - sinDistance * nz) - observer.z
    this.up = observer.cosLatitude * dx + observer.sinLatitude * dz
    this.range = Math.sqrt(dx * dx + y * y + dz * dz)
    this.#dx = dx
    this.#y = y
    this.#dz = dz
    this.#nx = nx
    this.#ny = ny
    this.#radius = radius
    this.#radialRate = this.#axisKm * (this.#k * sin - this.#h * cos) * this.#latitudeRate
  }

  /**
   * How many minutes the highest elevation comes after the point of `place`: the vertical of the site is not its
   * direction from the Earth's centre, and the orbit climbs and is turned away. One step of Newton's method on the
   * elevation.
   */
  culminationDelay(): number {
    const { observer } = this
    const { sinLatitude, cosLatitude } = observer
    const dx = this.#dx
    const y = this.#y
    const dz = this.#dz
    const x = dx + observer.axisDistance
    const z = dz + observer.z
    const nz = this.#cosInclination
    // Velocity on the turning Earth per minute: along the orbit, outwards, and against the turning.
    const turning = 60 * observer.turnRate
    const climbing = this.#radialRate / this.#radius
    const vx = this.#latitudeRate * (this.#ny * z - nz * y) + climbing * x + turning * y
    const vy = this.#latitudeRate * (nz * x - this.#nx * z) + climbing * y - turning * x
    const vz = this.#latitudeRate * (this.#nx * y - this.#ny * x) + climbing * z
    const upRate = cosLatitude * vx + sinLatitude * vz
    const approach = dx * vx + y * vy + dz * vz
    const pull = -this.#latitudeRate * this.#latitudeRate
    const upPull = pull * (cosLatitude * x + sinLatitude * z)
    const awayPull = pull * (dx * x + y * y + dz * z)
    const square = this.range * this.range
    const climb = upRate * square - this.up * approach
    const climbRate = upPull * square + upRate * approach - this.up * (vx * vx + vy * vy + vz * vz + awayPull)
    return climbRate < 0 ? -climb / climbRate : 0
  }
}
