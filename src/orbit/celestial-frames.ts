import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { MS_PER_HOUR, type UtcMs, utcMs } from '../kernel/time.ts'
import { earthRotationAt, itrsToTeme, UT1_MINUS_UTC_DEFAULT } from './frames.ts'
import { axesTurnedAboutZ, type Matrix3, multiply, transform, transpose } from './matrix.ts'
import { celestialToDate, nutationAt } from './precession-nutation.ts'
import { apparentSiderealTime } from './sidereal-time.ts'
import { ttDaysSinceJ2000 } from './time-scales.ts'
import { type Ut1MinusUtc, ut1MinusUtcAt } from './ut1.ts'
import type { StateVector, Vector3 } from './vector.ts'

const DAYS_PER_CENTURY = 36_525

/** What this understands, as sentences name it. */
const KNOWN_FRAMES = 'GCRF, ICRF, EME2000, J2000, TOD, MOD, TEME and ITRF'

type CelestialFrame = 'gcrs' | 'eme2000' | 'mod' | 'tod'
type KnownFrame = CelestialFrame | 'teme' | 'itrs'

// The names of CCSDS 502.0-B-3, annex B (SANA registry of celestial reference frames), and what files write for them.
const FRAME_NAMES: readonly (readonly [RegExp, KnownFrame])[] = [
  // Frames of one realisation and the next differ by less than a milliarcsecond or some centimetres.
  [/^(GCRF|ICRF)\d*$/, 'gcrs'],
  [/^(EME|J)2000$/, 'eme2000'],
  [/^MOD(EARTH)?$/, 'mod'],
  [/^TOD(EARTH)?$/, 'tod'],
  [/^TEME(OFDATE)?$/, 'teme'],
  [/^ITRF\d*$/, 'itrs'],
]

const knownFrame = (name: string): KnownFrame | undefined => {
  const plain = name.toUpperCase().replaceAll(/[\s_-]/g, '')
  return FRAME_NAMES.find(([pattern]) => pattern.test(plain))?.[1]
}

/**
 * From the GCRS to the TEME that `temeToItrs` undoes: into the ITRS by IAU 2006 precession, IAU 2000B nutation and
 * Greenwich apparent sidereal time, polar motion zero, and back from there by GMST82 alone. UT1 − UTC cancels, but for
 * 1e-6″ a second of it, so that none is asked for.
 */
const frameToTeme = (frame: CelestialFrame, at: UtcMs): Matrix3 => {
  const t = ttDaysSinceJ2000(at) / DAYS_PER_CENTURY
  const nutation = nutationAt(t)
  const apparent = apparentSiderealTime(at, { t, nutation, ut1MinusUtc: UT1_MINUS_UTC_DEFAULT })
  const todToTeme = axesTurnedAboutZ(apparent - earthRotationAt(at, UT1_MINUS_UTC_DEFAULT).angle)
  if (frame === 'tod') return todToTeme
  const gcrsToTeme = multiply(todToTeme, celestialToDate(t, nutation))
  if (frame === 'gcrs') return gcrsToTeme
  return multiply(gcrsToTeme, transpose(celestialToDate(frame === 'mod' ? t : 0)))
}

// Between the hours the turn is taken to be uniform. The fastest term of the nutation that matters (0.23″ in 13.7 days)
// bends away from that by 1e-5″, 2 cm at the Moon.
const GRID_MS = MS_PER_HOUR

interface GridHour {
  readonly index: number
  readonly start: Matrix3
  readonly end: Matrix3
}

const between = (a: Vector3, b: Vector3, share: number): Vector3 => ({
  x: a.x + share * (b.x - a.x),
  y: a.y + share * (b.y - a.y),
  z: a.z + share * (b.z - a.z),
})

const slope = (a: Vector3, b: Vector3): Vector3 => {
  const perSecond = 1000 / GRID_MS
  return { x: (b.x - a.x) * perSecond, y: (b.y - a.y) * perSecond, z: (b.z - a.z) * perSecond }
}

const createCelestialTurn = (frame: CelestialFrame): FrameTurn => {
  // Only spares work when instants come near each other: the hour depends on the instant and on nothing else.
  let hour: GridHour | undefined
  const hourOf = (at: UtcMs): GridHour => {
    const index = Math.floor(at / GRID_MS)
    if (hour?.index !== index) {
      hour = {
        index,
        start: frameToTeme(frame, utcMs(index * GRID_MS)),
        end: frameToTeme(frame, utcMs((index + 1) * GRID_MS)),
      }
    }
    return hour
  }
  return (at, { position, velocity }) => {
    const { index, start, end } = hourOf(at)
    const share = at / GRID_MS - index
    const matrix: Matrix3 = {
      x: between(start.x, end.x, share),
      y: between(start.y, end.y, share),
      z: between(start.z, end.z, share),
    }
    const turning: Matrix3 = {
      x: slope(start.x, end.x),
      y: slope(start.y, end.y),
      z: slope(start.z, end.z),
    }
    const carried = transform(matrix, velocity)
    // 3 mm/s at the Moon: left out, velocity would not be the derivative of position.
    const turned = transform(turning, position)
    return ok({
      position: transform(matrix, position),
      velocity: { x: carried.x + turned.x, y: carried.y + turned.y, z: carried.z + turned.z },
    })
  }
}

/**
 * A state in some frame at an instant, as a state in TEME: km and km/s, the velocity being the position's derivative.
 */
export type FrameTurn = (at: UtcMs, state: StateVector) => Result<StateVector, Fault>

/**
 * How states in a frame, named as in a CCSDS message, become states in the TEME of `Motion`. GCRF and ICRF, EME2000 and
 * J2000 (turned by the frame bias), MOD and TOD (of the models here: those of 1980 are 0.05″ off), TEME of date, and
 * every realisation of the ITRF, whose longitudes need the same UT1 − UTC here as where they are looked at. Accurate to
 * 1 mas from 1995 to 2050, without polar motion (0.5″ at most). Fault `orbit.ephemeris` for any other name.
 */
export const createFrameTurn = (name: string, ut1MinusUtc: Ut1MinusUtc): Result<FrameTurn, Fault> => {
  const frame = knownFrame(name)
  switch (frame) {
    case undefined:
      return err(
        fault('orbit.ephemeris', `The reference frame "${name.slice(0, 40)}" is none of ${KNOWN_FRAMES}`),
      )
    case 'teme':
      return ok((_at, state) => ok(state))
    case 'itrs':
      return ok((at, state) => {
        const ut1 = ut1MinusUtcAt(ut1MinusUtc, at)
        return ut1.ok ? ok(itrsToTeme(state, earthRotationAt(at, ut1.value))) : ut1
      })
    default:
      return ok(createCelestialTurn(frame))
  }
}
