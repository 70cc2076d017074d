import type { OpenByteStream } from '../kernel/byte-stream.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { invariant, ok, type Result } from '../kernel/result.ts'
import { deg, degPerSec } from '../kernel/units.ts'
import { createHorizonMask, type HorizonPoint, maskElevation } from '../orbit/horizon-mask.ts'
import { checkMount, type Mount } from '../pointing/mount.ts'
import { findDriver } from '../rotator/registry.ts'
import { type Antenna, createFixedAntenna } from './antenna.ts'
import type { Configuration } from './configuration/schema.ts'
import type { LatchFile } from './latch-file.ts'
import { createMovingAntenna } from './moving-antenna.ts'

// Apart from the rest of the station, so that a process that only stops the antenna loads nothing else.

/** What of the configuration the antenna is built of. */
export type AntennaConfiguration = Pick<Configuration, 'antenna' | 'horizonMask' | 'rotctld'>

/** What of its world an antenna needs. */
export interface AntennaWorld {
  readonly clock: Clock
  readonly log: Log
  readonly openRotator: OpenByteStream
  /** Where a latched motion fault is remembered; absent in worlds that end with the process. */
  readonly latch?: LatchFile
}

/** The skyline of a configuration. */
export const horizonPoints = (horizonMask: Configuration['horizonMask']): readonly HorizonPoint[] =>
  horizonMask.map(({ azimuthDeg, elevationDeg }) => ({
    azimuth: deg(azimuthDeg),
    elevation: deg(elevationDeg),
  }))

/** The mount as configured, with the resolution of its controller. Errors: an unknown driver, contradicting limits. */
export const mountOf = ({ antenna }: Pick<Configuration, 'antenna'>): Result<Mount, Fault> => {
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
  })
  return checkMount({
    kind: 'azel',
    azimuth: axis(antenna.azimuth),
    elevation: axis(antenna.elevation),
    park: { azimuth: deg(antenna.park.azimuthDeg), elevation: deg(antenna.park.elevationDeg) },
    beamWidth,
    resolution: driver.value.capabilities.resolution,
  })
}

/** The antenna of a configuration, on its line. Errors: as of `mountOf`, a horizon that is none. */
export const buildAntenna = (
  configuration: AntennaConfiguration,
  world: AntennaWorld,
): Result<Antenna, Fault> => {
  const { antenna } = configuration
  const mount = mountOf(configuration)
  if (!mount.ok) return mount
  if (mount.value.kind === 'fixed') return ok(createFixedAntenna(mount.value))
  invariant(antenna.kind !== 'fixed', 'a fixed antenna has a fixed mount')
  const driver = findDriver(antenna.rotator.driver)
  if (!driver.ok) return driver
  const skyline = createHorizonMask({
    minimumElevation: mount.value.elevation.minimum,
    points: horizonPoints(configuration.horizonMask),
  })
  if (!skyline.ok) return skyline
  return ok(
    createMovingAntenna({
      clock: world.clock,
      log: world.log,
      // The skyline keeps the beam off trees; the least elevation worth observing is the plan's business.
      envelope: {
        mount: mount.value,
        minimumElevationAt: (azimuth) => maskElevation(skyline.value, azimuth),
      },
      driver: driver.value,
      open: world.openRotator,
      ...(world.latch === undefined ? {} : { latch: world.latch }),
      ...(configuration.rotctld === undefined ? {} : { precedence: configuration.rotctld.precedence }),
    }),
  )
}
