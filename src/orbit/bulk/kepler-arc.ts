import { EARTH_RADIUS_KM, J2, MU_KM3_PER_SEC2 } from './records.ts'

/** Terms of the series: two radians' worth of an orbit to tens of kilometres, half a radian to a metre. */
const ORDER = 8
const TERMS = ORDER + 1

/** The arc around a state: the series of x, y and z in seconds from it, in the frame that the state was given in. */
export const ARC_LENGTH = 3 * TERMS

const square = new Float64Array(TERMS)
const inverseCube = new Float64Array(TERMS)

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

// Adds the acceleration to the terms of the second power, its change in a second to those of the third.
const addFlattening = (arc: Float64Array, power: 2 | 3, factor: number): void => {
  const x = arc[0] ?? 0
  const y = arc[TERMS] ?? 0
  const z = arc[2 * TERMS] ?? 0
  if (power === 2) flattenAt(x, y, z)
  else {
    const ax = flattening[0] ?? 0
    const ay = flattening[1] ?? 0
    const az = flattening[2] ?? 0
    flattenAt(x + (arc[1] ?? 0), y + (arc[TERMS + 1] ?? 0), z + (arc[2 * TERMS + 1] ?? 0))
    flattening[0] = (flattening[0] ?? 0) - ax
    flattening[1] = (flattening[1] ?? 0) - ay
    flattening[2] = (flattening[2] ?? 0) - az
  }
  for (let axis = 0; axis < 3; axis += 1) {
    const at = axis * TERMS + power
    arc[at] = (arc[at] ?? 0) + factor * (flattening[axis] ?? 0)
  }
}

/**
 * The arc through a state (six doubles from `at` on; z towards the pole), as power series in the time. Those of two
 * bodies follow from each other: with s = r² and w = s^(-3/2), k s_0 w_k = -Σ (k + j/2) s_j w_(k-j) and
 * (k+1)(k+2) x_(k+2) = -μ Σ x_j w_(k-j) (recurrent power series, K. Steffensen 1956). Of the flattening only the terms of
 * the second and third power are taken in, which leaves some 10 m after 5 min.
 */
export const writeArc = (state: Float64Array, at: number, arc: Float64Array): void => {
  for (let axis = 0; axis < 3; axis += 1) {
    arc[axis * TERMS] = state[at + axis] ?? 0
    arc[axis * TERMS + 1] = state[at + 3 + axis] ?? 0
  }
  for (let k = 0; k + 2 < TERMS; k += 1) {
    let sum = 0
    for (let j = 0; j <= k; j += 1) {
      const i = k - j
      sum +=
        (arc[j] ?? 0) * (arc[i] ?? 0) +
        (arc[TERMS + j] ?? 0) * (arc[TERMS + i] ?? 0) +
        (arc[2 * TERMS + j] ?? 0) * (arc[2 * TERMS + i] ?? 0)
    }
    square[k] = sum
    const s0 = square[0] ?? 1
    if (k === 0) inverseCube[0] = 1 / (s0 * Math.sqrt(s0))
    else {
      let w = 0
      for (let j = 1; j <= k; j += 1) w -= (k + 0.5 * j) * (square[j] ?? 0) * (inverseCube[k - j] ?? 0)
      inverseCube[k] = w / (k * s0)
    }
    let x = 0
    let y = 0
    let z = 0
    for (let j = 0; j <= k; j += 1) {
      const w = inverseCube[k - j] ?? 0
      x += (arc[j] ?? 0) * w
      y += (arc[TERMS + j] ?? 0) * w
      z += (arc[2 * TERMS + j] ?? 0) * w
    }
    const factor = -MU_KM3_PER_SEC2 / ((k + 1) * (k + 2))
    arc[k + 2] = x * factor
    arc[TERMS + k + 2] = y * factor
    arc[2 * TERMS + k + 2] = z * factor
    if (k === 0) addFlattening(arc, 2, 0.5)
    else if (k === 1) addFlattening(arc, 3, 1 / 6)
  }
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
