import { AstroTime, Body, GeoVector, KM_PER_AU } from 'astronomy-engine'
import { invariant } from '../kernel/result.ts'
import { MS_PER_DAY, MS_PER_MINUTE, type UtcMs } from '../kernel/time.ts'
import { createFrameTurn } from './celestial-frames.ts'
import { UT1_MINUS_UTC_DEFAULT } from './frames.ts'
import type { Motion } from './motion.ts'
import { ttDaysSinceJ2000 } from './time-scales.ts'
import { scale, subtract, type Vector3 } from './vector.ts'

export type CelestialBody = 'sun' | 'moon'

// Half the base of the difference that gives the velocity: its error is under 1e-7 km/s for the Moon, who is the faster.
const RATE_STEP_MS = MS_PER_MINUTE

/**
 * The apparent place from the Earth's centre, in EME2000, km. The library would guess TT from UT by a model of the
 * Earth's rotation to come (ΔT), 1 to 5 s off in these years, 2″ of the Moon: so it is told TT, and is asked for nothing
 * that turns with the Earth.
 */
const apparentPlace = (body: CelestialBody, ttDays: number): Vector3 => {
  const time = AstroTime.FromTerrestrialTime(ttDays)
  const place = GeoVector(body === 'sun' ? Body.Sun : Body.Moon, time, true)
  return scale(KM_PER_AU, place)
}

/**
 * The Sun or the Moon (astronomy-engine: VSOP87 cut short, and Brown's theory after Montenbruck and Pfleger) as it is
 * seen from the Earth's centre: light time and annual aberration are included, so that `lightTime` changes nothing; the
 * look adds the site's own place and motion. Within 2″ of DE431 from 2026 to 2035.
 */
export const createBodyMotion = (body: CelestialBody): Motion<undefined> => {
  const turn = createFrameTurn('EME2000', UT1_MINUS_UTC_DEFAULT)
  invariant(turn.ok, 'EME2000 is a known frame')
  return {
    object: { catalogNumber: undefined, name: body === 'sun' ? 'Sun' : 'Moon' },
    lightTime: 'included',
    velocityIsDerivative: true,
    propagate: (at: UtcMs) => {
      const ttDays = ttDaysSinceJ2000(at)
      const stepDays = RATE_STEP_MS / MS_PER_DAY
      const moved = subtract(apparentPlace(body, ttDays + stepDays), apparentPlace(body, ttDays - stepDays))
      const velocity = scale(1000 / (2 * RATE_STEP_MS), moved)
      return turn.value(at, { position: apparentPlace(body, ttDays), velocity })
    },
  }
}
