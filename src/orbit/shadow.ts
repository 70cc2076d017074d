import { dot, magnitude, subtract, type Vector3 } from './vector.ts'

/** Whether the Sun shines on an object: all of its disc, a part of it, or none. */
export type EclipseState = 'sunlit' | 'penumbra' | 'umbra'

/** The Earth's shadow at a place. */
export interface Shadow {
  readonly state: EclipseState
  /** The share of the Sun's disc that is seen from there, [0, 1]. */
  readonly sunlitShare: number
  /** How far the Sun's disc is from touching the Earth's, radians; negative while a part of it is hidden. */
  readonly aboveFirstContact: number
  /** How far it is from being hidden whole; negative in the umbra. */
  readonly aboveSecondContact: number
}

const EARTH_EQUATOR_KM = 6_378.137
const EARTH_FLATTENING = 1 / 298.257223563
// IAU 2015, resolution B3: the nominal solar radius.
const SUN_RADIUS_KM = 695_700

// With the polar axis stretched the ellipsoid becomes a sphere, and straight lines stay straight. The Sun's disc comes
// out up to 0.3 % too high, 3″.
const stretched = ({ x, y, z }: Vector3): Vector3 => ({ x, y, z: z / (1 - EARTH_FLATTENING) })

const arcsine = (value: number): number => Math.asin(Math.max(-1, Math.min(1, value)))
const arccosine = (value: number): number => Math.acos(Math.max(-1, Math.min(1, value)))

/** The area of a disc of radius 1 that another of a radius covers, whose centre is a distance away; in discs. */
const coveredShare = (radius: number, distance: number): number => {
  if (distance >= 1 + radius) return 0
  if (distance <= Math.abs(radius - 1)) return Math.min(1, radius * radius)
  // Two circular segments over the common chord.
  const own = (distance * distance + 1 - radius * radius) / (2 * distance)
  const angle = arccosine(own)
  const otherAngle = arccosine((distance - own) / radius)
  const segment = angle - Math.sin(angle) * Math.cos(angle)
  const otherSegment = otherAngle - Math.sin(otherAngle) * Math.cos(otherAngle)
  return (segment + radius * radius * otherSegment) / Math.PI
}

/**
 * The shadow of the Earth at a place, both vectors from its centre in km, in a frame whose z axis is that of the Earth
 * (TEME). Two cones, of the WGS 84 ellipsoid and the Sun's disc. Without the atmosphere, which keeps light from the
 * last tens of kilometres above the limb and bends a red rest of it into the umbra: contacts are some seconds off in a
 * low orbit.
 */
export const shadowAt = (place: Vector3, sun: Vector3): Shadow => {
  const object = stretched(place)
  const toSun = subtract(stretched(sun), object)
  const sunRadius = arcsine(SUN_RADIUS_KM / magnitude(toSun))
  // Inside the Earth, which broken elements reach, it fills half the sky.
  const earthRadius = arcsine(EARTH_EQUATOR_KM / magnitude(object))
  const cosine = -dot(object, toSun) / (magnitude(object) * magnitude(toSun))
  const separation = arccosine(cosine)
  const aboveFirstContact = separation - (earthRadius + sunRadius)
  const aboveSecondContact = separation - (earthRadius - sunRadius)
  if (aboveFirstContact >= 0) {
    return { state: 'sunlit', sunlitShare: 1, aboveFirstContact, aboveSecondContact }
  }
  // Both discs as plane ones: the Sun's is small enough.
  const sunlitShare = 1 - coveredShare(earthRadius / sunRadius, separation / sunRadius)
  const state = aboveSecondContact <= 0 ? 'umbra' : 'penumbra'
  return { state, sunlitShare: Math.max(0, sunlitShare), aboveFirstContact, aboveSecondContact }
}
