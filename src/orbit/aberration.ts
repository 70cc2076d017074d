import { SPEED_OF_LIGHT_KM_PER_SEC } from '../kernel/units.ts'
import type { EarthFixedMotion } from './frames.ts'
import { dot, magnitude, subtract, type Vector3 } from './vector.ts'

/**
 * The shift of a place r as seen by who moves with w (in units of c): r + |r|·w, less what would change the distance.
 */
const shift = (place: Vector3, w: Vector3): Vector3 => {
  const distance = magnitude(place)
  const along = dot(place, w) / distance
  return {
    x: distance * w.x - along * place.x,
    y: distance * w.y - along * place.y,
    z: distance * w.z - along * place.z,
  }
}

/** The derivative of `shift` while the place moves. */
const shiftRate = (place: Vector3, rate: Vector3, w: Vector3): Vector3 => {
  const distance = magnitude(place)
  const distanceRate = dot(place, rate) / distance
  const along = dot(place, w) / distance
  const alongRate = dot(rate, w) / distance - (along * distanceRate) / distance
  return {
    x: distanceRate * w.x - along * rate.x - alongRate * place.x,
    y: distanceRate * w.y - along * rate.y - alongRate * place.y,
    z: distanceRate * w.z - along * rate.z - alongRate * place.z,
  }
}

const sum = (a: Vector3, b: Vector3): Vector3 => ({ x: a.x + b.x, y: a.y + b.y, z: a.z + b.z })

/**
 * Diurnal aberration: a motion in the ITRS as it is seen by a site (km) that the Earth carries eastwards, 0.32″ at the
 * equator and none at the poles. Of the first order; what is left out is 1e-6 of it. Distances stay.
 */
export const withDiurnalAberration = (
  { state, positionRate }: EarthFixedMotion,
  site: { readonly position: Vector3; readonly turnRadPerSec: number },
): EarthFixedMotion => {
  const { position, turnRadPerSec } = site
  const w = {
    x: (-turnRadPerSec * position.y) / SPEED_OF_LIGHT_KM_PER_SEC,
    y: (turnRadPerSec * position.x) / SPEED_OF_LIGHT_KM_PER_SEC,
    z: 0,
  }
  const place = subtract(state.position, position)
  return {
    state: {
      position: sum(state.position, shift(place, w)),
      velocity: sum(state.velocity, shiftRate(place, state.velocity, w)),
    },
    positionRate: sum(positionRate, shiftRate(place, positionRate, w)),
  }
}
