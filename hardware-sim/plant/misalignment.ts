import { type AzEl, wrapDeg } from '../../src/kernel/angle.ts'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import type { Random } from '../../src/kernel/random.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import { deg } from '../../src/kernel/units.ts'

/** How the mast was put up wrong, all in degrees; the names are those of `--state-json`. */
export interface Misalignment {
  /** The azimuth scale shows so much more than the true azimuth. */
  readonly azimuthOffsetDeg: number
  /** The elevation scale shows so much more than the true elevation. */
  readonly elevationOffsetDeg: number
  /** The top of the mast leans over to the north and to the east by so much. */
  readonly tiltNorthDeg: number
  readonly tiltEastDeg: number
  /** The antenna hangs down so far where it looks at the horizon, as the cosine of its elevation. */
  readonly sagDeg: number
}

/** Put up with a spirit level and a compass that both were right. */
export const WELL_ALIGNED: Misalignment = {
  azimuthOffsetDeg: 0,
  elevationOffsetDeg: 0,
  tiltNorthDeg: 0,
  tiltEastDeg: 0,
  sagDeg: 0,
}

const RAD = Math.PI / 180

/**
 * Where the beam looks for what its axes stand at, azimuth within [0, 360), elevation up to 90. The mast is a pole with a
 * bent foot: what it carries is laid out on the pole's own compass card and then leaned over with it.
 */
export const beamOf = (wrong: Misalignment, axes: { azimuth: number; elevation: number }): AzEl => {
  // Scales first, then gravity: the beam of an antenna that looks up hangs by nothing. The elevation that gravity sees is
  // that of the beam, found by going down until it fits.
  const scale = axes.elevation - wrong.elevationOffsetDeg
  let beam = scale
  for (let turn = 0; turn < 20; turn += 1) beam = scale - wrong.sagDeg * Math.cos(beam * RAD)
  const bearing = (axes.azimuth - wrong.azimuthOffsetDeg) * RAD
  const east = Math.sin(bearing) * Math.cos(beam * RAD)
  const north = Math.cos(bearing) * Math.cos(beam * RAD)
  const up = Math.sin(beam * RAD)
  // The pole's foot bends in the plane of the direction that it leans to.
  const lean = Math.hypot(wrong.tiltNorthDeg, wrong.tiltEastDeg) * RAD
  const towards = Math.atan2(wrong.tiltEastDeg, wrong.tiltNorthDeg)
  const forward = north * Math.cos(towards) + east * Math.sin(towards)
  const sideways = east * Math.cos(towards) - north * Math.sin(towards)
  const leanedForward = forward * Math.cos(lean) + up * Math.sin(lean)
  const leanedUp = up * Math.cos(lean) - forward * Math.sin(lean)
  const eastNow = leanedForward * Math.sin(towards) + sideways * Math.cos(towards)
  const northNow = leanedForward * Math.cos(towards) - sideways * Math.sin(towards)
  return {
    azimuth: wrapDeg(deg(Math.atan2(eastNow, northNow) / RAD)),
    elevation: deg(Math.atan2(leanedUp, Math.hypot(eastNow, northNow)) / RAD),
  }
}

// A compass that was not corrected for iron nearby, and a mast put up by eye.
const SPREAD = { azimuthOffsetDeg: 3, elevationOffsetDeg: 1, tiltNorthDeg: 1, tiltEastDeg: 1, sagDeg: 0.5 }
// Whoever is further off sees it without instruments.
const DEGREES_MAX = 20

const KEYS = {
  azimuth: 'azimuthOffsetDeg',
  elevation: 'elevationOffsetDeg',
  'tilt-north': 'tiltNorthDeg',
  'tilt-east': 'tiltEastDeg',
  sag: 'sagDeg',
} as const satisfies Record<string, keyof Misalignment>

const isKey = (name: string): name is keyof typeof KEYS => Object.hasOwn(KEYS, name)

/** `random`, from the seed, or `azimuth=3,elevation=-1,tilt-north=1,tilt-east=0.5,sag=0.5` or a part of it. Fault `cli.usage`. */
export const readMisalignment = (text: string, random: Random): Result<Misalignment, Fault> => {
  if (text === 'random') {
    const draw = random.fork('misalignment')
    const entries = Object.entries(SPREAD).map(([name, sigma]) => [name, draw.normal() * sigma])
    return ok({ ...WELL_ALIGNED, ...Object.fromEntries(entries) })
  }
  let result = WELL_ALIGNED
  for (const part of text.split(',')) {
    const [name = '', number = '', ...rest] = part.split('=')
    const value = number.trim() === '' ? Number.NaN : Number(number)
    if (!isKey(name) || rest.length > 0) {
      const message = `The misalignment has no part "${part}", only random, or ${Object.keys(KEYS).join('=…, ')}=…`
      return err(fault('cli.usage', message))
    }
    if (!(Math.abs(value) <= DEGREES_MAX)) {
      return err(fault('cli.usage', `The misalignment ${name} is up to ${DEGREES_MAX}°, not "${number}"`))
    }
    result = { ...result, [KEYS[name]]: value }
  }
  return ok(result)
}
