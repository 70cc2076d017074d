import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import { type Deg, deg, degPerSec } from '../kernel/units.ts'
import { createHorizonMask, maskElevation } from '../orbit/horizon-mask.ts'
import type { Envelope } from '../pointing/motion-gate.ts'
import { type AzElMount, checkMount, type Mount } from '../pointing/mount.ts'
import type { PointingCorrection } from '../pointing/pointing-model.ts'
import { findDriver } from '../rotator/registry.ts'
import { keepOutOf } from './configuration/check-antenna.ts'
import type { Configuration } from './configuration/schema.ts'
import { horizonPoints } from './configured-site.ts'

/** What of the configuration the antenna is built of. */
export type AntennaConfiguration = Pick<Configuration, 'antenna' | 'horizonMask' | 'rotctld'>

/**
 * The mount as configured, with the resolution of its controller, and standing as the correction in use says. Errors: an unknown
 * driver, contradicting limits.
 */
export const mountOf = (
  { antenna }: Pick<Configuration, 'antenna'>,
  correction?: PointingCorrection,
): Result<Mount, Fault> => {
  const beamWidth = deg(antenna.beamWidthDeg)
  if (antenna.kind === 'fixed') {
    const boresight = { azimuth: deg(antenna.azimuthDeg), elevation: deg(antenna.elevationDeg) }
    return checkMount({ kind: 'fixed', boresight, beamWidth })
  }
  const driver = findDriver(antenna.rotator.driver)
  if (!driver.ok) return driver
  const axis = (settings: typeof antenna.azimuth) => ({
    minimum: deg(settings.minimumDeg),
    maximum: deg(settings.maximumDeg),
    slewRate: degPerSec(settings.slewDegPerSec),
    ...(settings.accelerationDegPerSec2 === undefined
      ? {}
      : { acceleration: settings.accelerationDegPerSec2 }),
    ...(settings.backlashDeg === undefined ? {} : { backlash: deg(settings.backlashDeg) }),
    ...(settings.deadBandDeg === undefined ? {} : { deadBand: deg(settings.deadBandDeg) }),
  })
  return checkMount({
    kind: 'azel',
    azimuth: axis(antenna.azimuth),
    elevation: axis(antenna.elevation),
    park: { azimuth: deg(antenna.park.azimuthDeg), elevation: deg(antenna.park.elevationDeg) },
    beamWidth,
    resolution: deg(antenna.rotator.resolutionDeg ?? driver.value.capabilities.resolution),
    ...(correction === undefined ? {} : { pointing: correction.model }),
  })
}

/**
 * Where the antenna may be: the mount's ranges, the skyline that keeps the beam off trees, and the keep-out sectors; the
 * least elevation worth observing is the plan's business. Errors: as of `mountOf`, a horizon that is none.
 */
export const envelopeOf = (
  mount: AzElMount,
  { antenna, horizonMask }: AntennaConfiguration,
): Result<Omit<Envelope, 'turnChoice'>, Fault> => {
  const skyline = createHorizonMask({
    minimumElevation: mount.elevation.minimum,
    points: horizonPoints(horizonMask),
  })
  if (!skyline.ok) return skyline
  const minimumElevationAt = (azimuth: Deg): Deg => maskElevation(skyline.value, azimuth)
  if (antenna.kind === 'fixed') return ok({ mount, minimumElevationAt })
  const { stow } = antenna
  return ok({
    mount,
    minimumElevationAt,
    keepOut: keepOutOf(antenna),
    ...(stow === undefined
      ? {}
      : { stow: { azimuth: deg(stow.azimuthDeg), elevation: deg(stow.elevationDeg) } }),
  })
}
