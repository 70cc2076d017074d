import type { OpenByteStream } from '../kernel/byte-stream.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { invariant, ok, type Result } from '../kernel/result.ts'
import { ms } from '../kernel/units.ts'
import type { PointingCorrection } from '../pointing/pointing-model.ts'
import { roundingInwards } from '../rotator/inward-rounding.ts'
import { findDriver } from '../rotator/registry.ts'
import { type Antenna, createFixedAntenna } from './antenna.ts'
import type { AntennaMemory } from './antenna-memory.ts'
import { type AntennaConfiguration, envelopeOf, mountOf } from './configured-mount.ts'
import { createCutOff } from './cut-off.ts'
import type { LatchFile } from './latch-file.ts'
import { createMovingAntenna } from './moving-antenna.ts'

// Apart from the rest of the station, so that a process that only stops the antenna loads nothing else.

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
