import type { OpenByteStream } from '../kernel/byte-stream.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { invariant, ok, type Result } from '../kernel/result.ts'
import { type Deg, deg, degPerSec, ms } from '../kernel/units.ts'
import { createHorizonMask, type HorizonPoint, maskElevation } from '../orbit/horizon-mask.ts'
import type { Envelope } from '../pointing/motion-gate.ts'
import { type AzElMount, checkMount, type Mount } from '../pointing/mount.ts'
import type { PointingCorrection } from '../pointing/pointing-model.ts'
import { roundingInwards } from '../rotator/inward-rounding.ts'
import { findDriver } from '../rotator/registry.ts'
import { type Antenna, createFixedAntenna } from './antenna.ts'
import type { AntennaMemory } from './antenna-memory.ts'
import { keepOutOf } from './configuration/check-antenna.ts'
import type { Configuration } from './configuration/schema.ts'
import { createCutOff } from './cut-off.ts'
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
  /** How the cable is wound and who locked it out, across restarts; absent as above. */
  readonly memory?: AntennaMemory
  /** How the mount stands against the sky, as calibrated; absent: it is taken as it shows. */
  readonly correction?: PointingCorrection
}

/** The skyline of a configuration; a last point at 360° closes it over its first. */
export const horizonPoints = (horizonMask: Configuration['horizonMask']): readonly HorizonPoint[] =>
  horizonMask
    .filter(({ azimuthDeg }) => azimuthDeg < 360 || horizonMask[0]?.azimuthDeg !== 0)
    .map(({ azimuthDeg, elevationDeg }) => ({
      azimuth: deg(azimuthDeg),
      elevation: deg(elevationDeg),
    }))

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

/** The antenna of a configuration, on its line. Errors: as of `envelopeOf`. */
export const buildAntenna = (
  configuration: AntennaConfiguration,
  world: AntennaWorld,
): Result<Antenna, Fault> => {
  const { antenna, rotctld } = configuration
  const { correction } = world
  const mount = mountOf(configuration, correction)
  if (!mount.ok) return mount
  if (mount.value.kind === 'fixed') return ok(createFixedAntenna(mount.value))
  invariant(antenna.kind !== 'fixed', 'a fixed antenna has a fixed mount')
  const driver = findDriver(antenna.rotator.driver)
  if (!driver.ok) return driver
  const envelope = envelopeOf(mount.value, configuration)
  if (!envelope.ok) return envelope
  const cutOff = antenna.cutOff === undefined ? undefined : createCutOff(antenna.cutOff, world)
  cutOff?.prove(world.latch?.read() !== undefined)
  const moving = createMovingAntenna({
    clock: world.clock,
    log: world.log,
    envelope: envelope.value,
    driver: roundingInwards(driver.value, mount.value),
    open: world.openRotator,
    ...(world.latch === undefined ? {} : { latch: world.latch }),
    ...(world.memory === undefined ? {} : { memory: world.memory }),
    ...(antenna.rotator.latencyMs === undefined ? {} : { latency: ms(antenna.rotator.latencyMs) }),
    minimumOnTime: ms(antenna.rotator.minimumOnTimeMs),
    findsItsPlace: antenna.rotator.findsItsPlace,
    ...(antenna.rotator.startsPerHour === undefined ? {} : { startsPerHour: antenna.rotator.startsPerHour }),
    lockOutInputs: antenna.lockOutInputs,
    ...(cutOff === undefined ? {} : { cutOff }),
    ...(rotctld === undefined ? {} : { precedence: rotctld.precedence }),
  })
  if (correction !== undefined) world.log.info(`the antenna's pointing is corrected by ${correction.name}`)
  const named = correction === undefined ? moving : { ...moving, correction }
  if (cutOff === undefined) return ok(named)
  return ok({
    ...named,
    // A process that ends at once takes an order with it that is still under way.
    close: async () => {
      const closed = await moving.close()
      await cutOff.settled()
      return closed
    },
  })
}
