import { readFileSync } from 'node:fs'
import { unwrap } from '../../src/kernel/result.ts'
import { parseUtc, type UtcMs } from '../../src/kernel/time.ts'
import { deg, metres } from '../../src/kernel/units.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import type { Site } from '../../src/orbit/site.ts'

interface PassFixture {
  readonly site: { readonly lat: number; readonly lon: number; readonly h: number }
  readonly omm: Readonly<Record<string, string>>
  readonly look: readonly {
    readonly utc: string
    readonly azimuthDeg: number
    readonly elevationDeg: number
    readonly rangeKm: number
    readonly rangeRateKmPerSec: number
  }[]
}

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/hardware-sim/iss-pass.json', import.meta.url), 'utf8'),
) as PassFixture

const number = (key: string): number => Number(fixture.omm[key])
const text = (key: string): string => fixture.omm[key] ?? ''

export const ISS: ElementSet = {
  catalogNumber: number('NORAD_CAT_ID'),
  name: text('OBJECT_NAME'),
  objectId: text('OBJECT_ID'),
  epochUtcMs: unwrap(parseUtc(text('EPOCH'))),
  meanMotion: number('MEAN_MOTION'),
  eccentricity: number('ECCENTRICITY'),
  inclination: deg(number('INCLINATION')),
  rightAscension: deg(number('RA_OF_ASC_NODE')),
  argumentOfPericenter: deg(number('ARG_OF_PERICENTER')),
  meanAnomaly: deg(number('MEAN_ANOMALY')),
  bstar: number('BSTAR'),
  meanMotionDot: number('MEAN_MOTION_DOT'),
  meanMotionDdot: number('MEAN_MOTION_DDOT'),
  ephemerisType: 0,
  elementSetNumber: number('ELEMENT_SET_NO'),
  revolutionAtEpoch: number('REV_AT_EPOCH'),
}

export const SITE: Site = {
  latitude: deg(fixture.site.lat),
  longitude: deg(fixture.site.lon),
  height: metres(fixture.site.h),
}

/** The pass as python-sgp4 has it. */
export const REFERENCE_LOOK = fixture.look.map((row) => ({ ...row, at: unwrap(parseUtc(row.utc)) }))

/** In the middle of that pass. */
export const MID_PASS: UtcMs = unwrap(parseUtc('2026-08-23T05:24:20Z'))
