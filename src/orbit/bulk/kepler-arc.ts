import {
  EARTH_RADIUS_KM as EARTH_RADIUS_KM_IMPORTED,
  J2 as J2_IMPORTED,
  MU_KM3_PER_SEC2 as MU_KM3_PER_SEC2_IMPORTED,
} from './records.ts'

// Literals to the compiler, as imports are not (`records.ts`).
const EARTH_RADIUS_KM = EARTH_RADIUS_KM_IMPORTED
const J2 = J2_IMPORTED
const MU_KM3_PER_SEC2 = MU_KM3_PER_SEC2_IMPORTED

/** Terms of the series: half a radian of an orbit to ten metres, one to a kilometre. */
const ORDER = 6
const TERMS = ORDER + 1

/** The arc around a state: the series of x, y and z in seconds from it, in the frame that the state was given in. */
export const ARC_LENGTH = 3 * TERMS

const flattening = new Float64Array(3)
const FLAT = 1.5 * J2 * EARTH_RADIUS_KM * EARTH_RADIUS_KM * MU_KM3_PER_SEC2

// What the flattening of the Earth (J2) adds to its pull at a place, km/s².
const flattenAt = (x: number, y: number, z: number): void => {
  const perSquare = 1 / (x * x + y * y + z * z)
  const pull = -FLAT * perSquare * perSquare * Math.sqrt(perSquare)
  const polar = 5 * z * z * perSquare
  flattening[0] = pull * x * (1 - polar)
  flattening[1] = pull * y * (1 - polar)
  flattening[2] = pull * z * (3 - polar)
}

// How much f and g add of the place and of the velocity in each power of the time, from the second on.
const ofPlace = new Float64Array(TERMS)
const ofVelocity = new Float64Array(TERMS)

// The place of two bodies is f(t) x(0) + g(t) v(0). With s the square of the radius and w = s^(-3/2), all as power
// series: k s(0) w_k = -Σ (k + j/2) s_j w_(k-j); -μ w times the first derivative of s is its third, times f the second
// of f, and times g the second of g (recurrent power series, K. Steffensen 1956). Written out, for in loops it takes
// three times as long. Given are the first three terms of s.
const writeFAndG = (s0: number, s1: number, s2: number): void => {
  const perS0 = 1 / s0
  const w0 = perS0 * Math.sqrt(perS0)
  const w1 = -perS0 * 1.5 * s1 * w0
  const w2 = -(perS0 / 2) * (2.5 * s1 * w1 + 3 * s2 * w0)
  const s3 = (-MU_KM3_PER_SEC2 / 6) * s1 * w0
  const w3 = -(perS0 / 3) * (3.5 * s1 * w2 + 4 * s2 * w1 + 4.5 * s3 * w0)
  const s4 = (-MU_KM3_PER_SEC2 / 24) * (s1 * w1 + 2 * s2 * w0)
  const w4 = -(perS0 / 4) * (4.5 * s1 * w3 + 5 * s2 * w2 + 5.5 * s3 * w1 + 6 * s4 * w0)
  const f2 = (-MU_KM3_PER_SEC2 / 2) * w0
  const f3 = (-MU_KM3_PER_SEC2 / 6) * w1
  const f4 = (-MU_KM3_PER_SEC2 / 12) * (w2 + f2 * w0)
  const g3 = (-MU_KM3_PER_SEC2 / 6) * w0
  const g4 = (-MU_KM3_PER_SEC2 / 12) * w1
  ofPlace[2] = f2
  ofPlace[3] = f3
  ofPlace[4] = f4
  ofPlace[5] = (-MU_KM3_PER_SEC2 / 20) * (w3 + f2 * w1 + f3 * w0)
  ofPlace[6] = (-MU_KM3_PER_SEC2 / 30) * (w4 + f2 * w2 + f3 * w1 + f4 * w0)
  ofVelocity[3] = g3
  ofVelocity[4] = g4
  ofVelocity[5] = (-MU_KM3_PER_SEC2 / 20) * (w2 + g3 * w0)
  ofVelocity[6] = (-MU_KM3_PER_SEC2 / 30) * (w3 + g3 * w1 + g4 * w0)
}

const writeAxis = (place: number, velocity: number, arc: Float64Array, at: number): void => {
  arc[at] = place
  arc[at + 1] = velocity
  for (let k = 2; k < TERMS; k += 1) arc[at + k] = (ofPlace[k] ?? 0) * place + (ofVelocity[k] ?? 0) * velocity
}

const addFlattening = (arc: Float64Array, at: number, pull: number, change: number): void => {
  arc[at + 2] = (arc[at + 2] ?? 0) + pull / 2
  arc[at + 3] = (arc[at + 3] ?? 0) + change / 6
}

/**
 * The arc through a state (six doubles; z towards the pole), as power series in the time. Of the flattening only the
 * terms of the second and third power are taken in, which leaves some 10 m after 5 min.
 */
export const writeArc = (state: Float64Array, arc: Float64Array): void => {
  const x = state[0] ?? 0
  const y = state[1] ?? 0
  const z = state[2] ?? 0
  const vx = state[3] ?? 0
  const vy = state[4] ?? 0
  const vz = state[5] ?? 0
  const square = x * x + y * y + z * z
  const speedSquare = vx * vx + vy * vy + vz * vz
  writeFAndG(square, 2 * (x * vx + y * vy + z * vz), speedSquare - MU_KM3_PER_SEC2 / Math.sqrt(square))
  writeAxis(x, vx, arc, 0)
  writeAxis(y, vy, arc, TERMS)
  writeAxis(z, vz, arc, 2 * TERMS)
  flattenAt(x, y, z)
  const ax = flattening[0] ?? 0
  const ay = flattening[1] ?? 0
  const az = flattening[2] ?? 0
  // Its change in a second.
  flattenAt(x + vx, y + vy, z + vz)
  addFlattening(arc, 0, ax, (flattening[0] ?? 0) - ax)
  addFlattening(arc, TERMS, ay, (flattening[1] ?? 0) - ay)
  addFlattening(arc, 2 * TERMS, az, (flattening[2] ?? 0) - az)
}

/**
 * The state on the arc so many seconds after its beginning, in the meridian's frame of that instant (`toMeridian`): six
 * doubles. The arc is given in the meridian's frame of its beginning; `turnRate` is the observer's.
 */
export const arcMeridian = (
  arc: Float64Array,
  turnRate: number,
  seconds: number,
  meridian: Float64Array,
): void => {
  const t = seconds
  let px = arc[ORDER] ?? 0
  let py = arc[TERMS + ORDER] ?? 0
  let pz = arc[2 * TERMS + ORDER] ?? 0
  let qx = 0
  let qy = 0
  let qz = 0
  for (let k = ORDER - 1; k >= 0; k -= 1) {
    qx = qx * t + px
    px = px * t + (arc[k] ?? 0)
    qy = qy * t + py
    py = py * t + (arc[TERMS + k] ?? 0)
    qz = qz * t + pz
    pz = pz * t + (arc[2 * TERMS + k] ?? 0)
  }
  // The Earth turns by some degrees in the minutes of an arc.
  const angle = turnRate * t
  const z = angle * angle
  const sin = angle * (1 - z * (1 / 6 - z * (1 / 120 - z * (1 / 5_040))))
  const cos = 1 - z * (1 / 2 - z * (1 / 24 - z * (1 / 720 - z * (1 / 40_320))))
  meridian[0] = cos * px + sin * py
  meridian[1] = cos * py - sin * px
  meridian[2] = pz
  meridian[3] = cos * qx + sin * qy
  meridian[4] = cos * qy - sin * qx
  meridian[5] = qz
}

/** The acceleration at the beginning of the arc, km/s²: three doubles. */
export const arcAcceleration = (arc: Float64Array, out: Float64Array): void => {
  for (let axis = 0; axis < 3; axis += 1) out[axis] = 2 * (arc[axis * TERMS + 2] ?? 0)
}
