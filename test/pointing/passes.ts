import { readFileSync } from 'node:fs'
import { type AzEl, shortestTurn } from '../../src/kernel/angle.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { parseUtc, type UtcMs, utcMs } from '../../src/kernel/time.ts'
import { deg, degPerSec, rad, radToDeg } from '../../src/kernel/units.ts'
import type { AzElMount } from '../../src/pointing/mount.ts'
import type { PassToPoint } from '../../src/pointing/sky-track.ts'

/** A pass whose direction is known at every instant. */
export type PredictedPass = Omit<PassToPoint, 'lookAt'> & { readonly lookAt: (utc: UtcMs) => AzEl }

export const PASS_TCA = utcMs(1_787_443_200_000)

/** A circular orbit over a sphere that stands still: 500 km up unless told otherwise. */
export const sphericalPass = (options: {
  readonly maximumElevationDeg: number
  /** Direction of flight. */
  readonly courseDeg: number
  /** On which side of the course the satellite culminates. */
  readonly side?: 1 | -1
  readonly altitudeKm?: number
}): PredictedPass => {
  const radius = 6371 + (options.altitudeKm ?? 500)
  const rate = Math.sqrt(398_600.44 / radius ** 3)
  const maximum = (options.maximumElevationDeg * Math.PI) / 180
  // Geocentric angle between station and track.
  const miss = (options.side ?? 1) * (Math.acos((6371 / radius) * Math.cos(maximum)) - maximum)
  const course = (options.courseDeg * Math.PI) / 180
  const lookAt = (utc: UtcMs): AzEl => {
    const angle = (rate * (utc - PASS_TCA)) / 1000
    const along = radius * Math.sin(angle)
    const across = radius * Math.cos(angle) * Math.sin(miss)
    const up = radius * Math.cos(angle) * Math.cos(miss) - 6371
    const north = along * Math.cos(course) - across * Math.sin(course)
    const east = along * Math.sin(course) + across * Math.cos(course)
    const azimuth = radToDeg(rad(Math.atan2(east, north)))
    return {
      azimuth: deg((azimuth + 360) % 360),
      elevation: radToDeg(rad(Math.atan2(up, Math.hypot(along, across)))),
    }
  }
  let half = 0
  while (lookAt(utcMs(PASS_TCA + half)).elevation > 0) half += 250
  return { lookAt, aosUtcMs: utcMs(PASS_TCA - half), losUtcMs: utcMs(PASS_TCA + half) }
}

/** A real pass of the ISS (see the first line of the fixture), linear between its rows. */
export const issPass = (): PredictedPass => {
  const rows = readFileSync(new URL('../fixtures/pointing/iss-pass.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(2)
    .map((line) => {
      const [time = '', azimuth = '', elevation = ''] = line.split(',')
      return { utc: unwrap(parseUtc(time)), azimuth: Number(azimuth), elevation: Number(elevation) }
    })
  const first = rows[0]
  const last = rows.at(-1)
  if (first === undefined || last === undefined) throw new Error('the fixture is empty')
  return {
    aosUtcMs: first.utc,
    losUtcMs: last.utc,
    lookAt: (utc) => {
      const index = Math.max(0, Math.min(rows.length - 2, Math.floor((utc - first.utc) / 5_000)))
      const a = rows[index] ?? first
      const b = rows[index + 1] ?? last
      const share = (utc - a.utc) / 5_000
      const turn = shortestTurn({ from: deg(a.azimuth), to: deg(b.azimuth) })
      return {
        azimuth: deg(a.azimuth + share * turn),
        elevation: deg(a.elevation + share * (b.elevation - a.elevation)),
      }
    },
  }
}

/** A Yaesu G-5500: 450° of azimuth, 6°/s and 2.7°/s. */
export const g5500: AzElMount = {
  kind: 'azel',
  azimuth: { minimum: deg(0), maximum: deg(450), slewRate: degPerSec(6) },
  elevation: { minimum: deg(0), maximum: deg(180), slewRate: degPerSec(2.7) },
  park: { azimuth: deg(180), elevation: deg(90) },
  beamWidth: deg(20),
  resolution: deg(1),
}
