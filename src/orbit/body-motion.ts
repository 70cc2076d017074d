import { AstroTime, Body, GeoVector, KM_PER_AU } from 'astronomy-engine'
import { fault } from '../kernel/errors.ts'
import { err, invariant } from '../kernel/result.ts'
import { formatUtc, MS_PER_DAY, MS_PER_MINUTE, type UtcMs, utcFromCivil } from '../kernel/time.ts'
import { createFrameTurn } from './celestial-frames.ts'
import { UT1_MINUS_UTC_DEFAULT } from './frames.ts'
import type { Motion } from './motion.ts'
import { ttDaysSinceJ2000 } from './time-scales.ts'
import { scale, subtract, type Vector3 } from './vector.ts'

export type CelestialBody = 'sun' | 'moon'

const newYear = (year: number): UtcMs =>
  utcFromCivil({ year, month: 1, day: 1, hour: 0, minute: 0, second: 0 })
const KNOWN_FROM = newYear(1972)
const KNOWN_TO = newYear(2100)

// Half the base of the difference that gives the velocity: its error is under 1e-7 km/s for the Moon, who is the
// faster.
const RATE_STEP_MS = MS_PER_MINUTE

/**
 * The apparent place from the Earth's centre, in EME2000, km. The library would guess TT from UT by a model of the
 * Earth's rotation to come (ΔT), 1 to 5 s off in these years, 2″ of the Moon: so it is told TT, and is asked for
 * nothing that turns with the Earth.
 */
const apparentPlace = (body: CelestialBody, ttDays: number): Vector3 => {
  const time = AstroTime.FromTerrestrialTime(ttDays)
  const place = GeoVector(body === 'sun' ? Body.Sun : Body.Moon, time, true)
  return scale(KM_PER_AU, place)
}

/**
 * The Sun or the Moon (astronomy-engine: VSOP87 cut short, and Brown's theory after Montenbruck and Pfleger) as it is
 * seen from the Earth's centre: light time and annual aberration are included, so that `lightTime` changes nothing; the
 * look adds the site's own place and motion. Within 2″ of DE431 from 2026 to 2035. Fault `orbit.span` outside 1972 to
 * 2100: before, UTC was another scale.
 */
export const createBodyMotion = (body: CelestialBody): Motion<undefined> => {
  const turn = createFrameTurn('EME2000', UT1_MINUS_UTC_DEFAULT)
  invariant(turn.ok, 'EME2000 is a known frame')
  const name = body === 'sun' ? 'Sun' : 'Moon'
  return {
    object: { catalogNumber: undefined, name },
    lightTime: 'included',
    velocityIsDerivative: true,
    propagate: (at: UtcMs) => {
      // Written so that NaN is refused as well: the library would look for it for ever.
      if (!(at >= KNOWN_FROM && at < KNOWN_TO)) {
        const asked = Number.isFinite(at) ? formatUtc(at, 0) : 'no instant at all'
        return err(fault('orbit.span', `The ${name} is known here from 1972 to 2100, not for ${asked}`))
      }
      const ttDays = ttDaysSinceJ2000(at)
      const stepDays = RATE_STEP_MS / MS_PER_DAY
      const moved = subtract(apparentPlace(body, ttDays + stepDays), apparentPlace(body, ttDays - stepDays))
      const velocity = scale(1000 / (2 * RATE_STEP_MS), moved)
      return turn.value(at, { position: apparentPlace(body, ttDays), velocity })
    },
  }
}
