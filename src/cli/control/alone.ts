import { mkdirSync, statSync } from 'node:fs'
import type { Clock } from '../../kernel/clock.ts'
import { type Fault, fault, messageOf } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { Antenna } from '../../station/antenna.ts'
import { openAntennaFiles, openLatchFile } from '../../station/antenna-files.ts'
import { buildAntenna } from '../../station/build-antenna.ts'
import type { Configuration } from '../../station/configuration/schema.ts'
import { rotatorOpener } from '../../station/device-lines.ts'
import { installLastResort } from '../last-resort.ts'

/**
 * The antenna of a configuration in this process, where no daemon has it; stopped if the process dies of a mistake.
 * `purpose` stop: without lock-outs, remembered or of inputs, by which it would move to its stow position.
 */
export const buildAloneAntenna = (
  configuration: Configuration,
  world: {
    readonly clock: Clock
    readonly log: Log
    readonly purpose: 'stop' | 'move'
    /** The process that holds the port hangs. */
    readonly pastLock?: boolean
  },
): Result<Antenna, Fault> => {
  const { antenna, station } = configuration
  const { clock, log, purpose, pastLock } = world
  const isStop = purpose === 'stop' && antenna.kind !== 'fixed'
  const used = isStop ? { ...configuration, antenna: { ...antenna, lockOutInputs: [] } } : configuration
  const built = buildAntenna(used, {
    clock,
    log,
    openRotator:
      antenna.kind === 'fixed'
        ? async () => err(fault('serial.missing', 'A fixed antenna has no rotator'))
        : rotatorOpener({ clock, ...antenna.rotator, pastLock }),
    ...(purpose === 'stop'
      ? { latch: openLatchFile(station.dataFolder, log) }
      : openAntennaFiles(configuration, log)),
  })
  // Nobody else stops the antenna if this process dies of a mistake.
  if (built.ok) installLastResort({ clock, log, stopAntenna: built.value.stop })
  return built
}

/** Whether this user may leave files in the station's data folder, made if need be, that its daemon can read later. */
export const mayLeaveFiles = ({ station }: Configuration): Result<void, Fault> => {
  try {
    // As the daemon's store makes it.
    mkdirSync(station.dataFolder, { recursive: true, mode: 0o700 })
  } catch (thrown) {
    return err(
      fault('store.open', `The data folder ${station.dataFolder} cannot be made: ${messageOf(thrown)}`),
    )
  }
  const stats = statSync(station.dataFolder, { throwIfNoEntry: false })
  if (stats === undefined || stats.uid === process.getuid?.()) return ok(undefined)
  return err(
    fault(
      'store.open',
      `${station.dataFolder} belongs to the user ${stats.uid}: run this as that user (sudo -u azel azel …)`,
    ),
  )
}
