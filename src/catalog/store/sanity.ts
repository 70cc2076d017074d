import { MS_PER_DAY, type UtcMs } from '../../kernel/time.ts'
import { degToRad } from '../../kernel/units.ts'
import { type ElementSet, isSgp4Xp } from '../../orbit/element-set.ts'
import { createPropagator } from '../../orbit/propagator.ts'
import { EARTH_RADIUS_KM, meanHeight, perigeeHeight, semiMajorAxis } from '../orbit-shape.ts'

/** Why a set is kept and shown but never flown. */
export type ElementFlag = 'sgp4-xp' | 'below-ground' | 'unpropagable' | 'future-epoch' | 'jump'

/** What each flag means, for people; the end of a sentence that begins with the object. */
export const FLAG_WORDS: Readonly<Record<ElementFlag, string>> = {
  'sgp4-xp': 'has elements of SGP4-XP, which SGP4 gets wrong',
  'below-ground': 'has decayed: the orbit lies in the ground',
  unpropagable: 'has elements of which SGP4 makes no orbit',
  'future-epoch': 'has an epoch in the future',
  jump: 'jumped from its previous set as no orbit does',
}

// Nothing makes another revolution down there; the lowest of 16,400 shipped sets has 158 km.
const MEAN_HEIGHT_KM_MIN = 110
// The perigee of a long ellipse is moved by Sun and Moon, and may dip into the ground a few revolutions ahead while the
// object still flies: two of the Cluster satellites stood at -20 and -36 km in their last week (2026-08-22).
const PERIGEE_HEIGHT_KM_MIN = -100

/** Sets are published with epochs up to 1.5 days ahead (2026-08-01 to 08-22: manoeuvres foreseen by their operators). */
export const FUTURE_EPOCH_MS_MAX = 3 * MS_PER_DAY

/** What is wrong with a set by itself; undefined where nothing is. */
export const flagAlone = (set: ElementSet, nowUtc: UtcMs): ElementFlag | undefined => {
  if (isSgp4Xp(set)) return 'sgp4-xp'
  if (meanHeight(set) < MEAN_HEIGHT_KM_MIN || perigeeHeight(set) < PERIGEE_HEIGHT_KM_MIN) {
    return 'below-ground'
  }
  const propagator = createPropagator(set)
  if (!propagator.ok || !propagator.value.propagate(set.epochUtcMs).ok) return 'unpropagable'
  return set.epochUtcMs > nowUtc + FUTURE_EPOCH_MS_MAX ? 'future-epoch' : undefined
}

// WGS 72, as SGP4 has them.
const GRAVITY_KM3_PER_SEC2 = 398_600.8
const J2 = 1.082616e-3

/** Drift of the ascending node by the Earth's flattening, rad/s. */
const nodeRate = (set: ElementSet): number => {
  const axis = semiMajorAxis(set)
  const parameter = axis * (1 - set.eccentricity ** 2)
  const meanMotion = Math.sqrt(GRAVITY_KM3_PER_SEC2 / axis ** 3)
  return -1.5 * meanMotion * J2 * (EARTH_RADIUS_KM / parameter) ** 2 * Math.cos(degToRad(set.inclination))
}

const apogeeSpeed = (set: ElementSet): number =>
  Math.sqrt(((GRAVITY_KM3_PER_SEC2 / semiMajorAxis(set)) * (1 - set.eccentricity)) / (1 + set.eccentricity))
const circularSpeed = (set: ElementSet): number => Math.sqrt(GRAVITY_KM3_PER_SEC2 / semiMajorAxis(set))

/** Angle between the planes of two orbits whose nodes lie `nodeAngle` apart, rad. */
const planeAngle = (one: ElementSet, other: ElementSet, nodeAngle: number): number => {
  const a = degToRad(one.inclination)
  const b = degToRad(other.inclination)
  // Haversines, for a cosine of small angles has no digits.
  const half = Math.sin((a - b) / 2) ** 2 + Math.sin(a) * Math.sin(b) * Math.sin(nodeAngle / 2) ** 2
  return 2 * Math.asin(Math.min(1, Math.sqrt(half)))
}

/**
 * The change of speed that it would take at least to come from one set's orbit into the other's, m/s: that of the
 * plane at the slowest place, and the larger of those of size and shape, which one burn can do together. The older
 * plane is carried to the newer epoch; an orbit that was raised or sank meanwhile has drifted at any rate between the
 * two. Where on the orbit the object is does not count: a manoeuvre changes that freely in a day.
 */
const leastSpeedChange = (one: ElementSet, other: ElementSet): number => {
  const seconds = (other.epochUtcMs - one.epochUtcMs) / 1000
  const rates = [nodeRate(one), nodeRate(other)] as const
  const drift = ((rates[0] + rates[1]) / 2) * seconds
  const slack = (Math.abs(rates[0] - rates[1]) / 2) * Math.abs(seconds)
  const turn = degToRad(other.rightAscension) - degToRad(one.rightAscension) - drift
  const apart = Math.abs(Math.atan2(Math.sin(turn), Math.cos(turn)))
  const plane = planeAngle(one, other, Math.max(0, apart - slack))
  const slowest = Math.min(apogeeSpeed(one), apogeeSpeed(other))
  const size = Math.abs(circularSpeed(one) - circularSpeed(other))
  const shape =
    (Math.min(circularSpeed(one), circularSpeed(other)) * Math.abs(one.eccentricity - other.eccentricity)) / 2
  return 1000 * (2 * slowest * Math.sin(plane / 2) + Math.max(size, shape))
}

// A long ellipse is a transfer orbit, whose apogee motor gives 1.5 to 1.9 km/s and takes the plane along: 1.9 km/s by
// this count for one that reached the geostationary ring between two shipped revisions.
const TRANSFER_ECCENTRICITY_MIN = 0.25
const TRANSFER_MPS_MAX = 3_000
// Near-circular orbits: one burn of a spacecraft, and electric raising or the drag of the last days from then on. The
// most among 48,000 pairs of shipped sets is 98 m/s in 11 days and 118 m/s in 22, by objects about to decay.
const BURN_MPS_MAX = 200
const THRUST_MPS_PER_DAY = 30
const NEAR_CIRCULAR_MPS_MAX = 600

/** The most speed change that is believed between two sets of one object, m/s. */
const believedSpeedChange = (one: ElementSet, other: ElementSet): number => {
  const days = Math.abs(other.epochUtcMs - one.epochUtcMs) / MS_PER_DAY
  return Math.max(one.eccentricity, other.eccentricity) >= TRANSFER_ECCENTRICITY_MIN
    ? TRANSFER_MPS_MAX
    : Math.min(NEAR_CIRCULAR_MPS_MAX, BURN_MPS_MAX + THRUST_MPS_PER_DAY * days)
}

// Beyond two months the drift of a node is not known well enough to call anything a jump.
const COMPARED_MS_MAX = 60 * MS_PER_DAY

/** Whether no orbit, drag or engine leads from one set to the other: another object under the number, or a forgery. */
export const isJump = (one: ElementSet, other: ElementSet): boolean =>
  Math.abs(other.epochUtcMs - one.epochUtcMs) <= COMPARED_MS_MAX &&
  leastSpeedChange(one, other) > believedSpeedChange(one, other)
