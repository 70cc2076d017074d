import { join } from 'node:path'
import type { Log } from '../kernel/log.ts'
import type { PointingCorrection } from '../pointing/pointing-model.ts'
import { type AntennaMemory, openAntennaMemory } from './antenna-memory.ts'
import { modelOf, readApplied } from './calibration/calibration-files.ts'
import type { Configuration } from './configuration/schema.ts'
import { createLatchFile, type LatchFile } from './latch-file.ts'

/**
 * What of a fault, of the cable and of lock-outs outlives a process, in the data folder, and the correction of the pointing that is
 * in use. One that cannot be read is told, and not used.
 */
export const openAntennaFiles = (
  { antenna, station }: Pick<Configuration, 'antenna' | 'station'>,
  log: Log,
): {
  readonly latch: LatchFile
  readonly memory: AntennaMemory
  readonly correction?: PointingCorrection
} => ({
  ...inUse(correctionOf(station.dataFolder, log)),
  latch: openLatchFile(station.dataFolder, log),
  memory: openAntennaMemory(join(station.dataFolder, 'antenna.json'), { antenna: nameOf(antenna), log }),
})

/** The latched fault alone, for whoever only stops the antenna: a lock-out would have it move to its stow position. */
export const openLatchFile = (dataFolder: string, log: Log): LatchFile =>
  createLatchFile(join(dataFolder, 'motion-fault.json'), log)

const inUse = (correction: PointingCorrection | undefined): { readonly correction?: PointingCorrection } =>
  correction === undefined ? {} : { correction }

/** The correction of the pointing that is in use; one that cannot be read is told, and not used. */
export const correctionOf = (dataFolder: string, log: Log): PointingCorrection | undefined => {
  const applied = readApplied(dataFolder)
  if (!applied.ok) log.fault(applied.error)
  const calibration = applied.ok ? applied.value : undefined
  if (calibration === undefined) return undefined
  const { atUtc, provenance } = calibration
  return { name: `pointing model of ${atUtc}`, model: modelOf(calibration), provenance }
}

/** Tells antennas apart whose counts mean different things: another controller, or other ends of the axes. */
const nameOf = (antenna: Configuration['antenna']): string => {
  if (antenna.kind === 'fixed') return 'fixed'
  const range = ({ minimumDeg, maximumDeg }: typeof antenna.azimuth): string =>
    `${minimumDeg}° to ${maximumDeg}°`
  const { azimuth, elevation, rotator } = antenna
  return `${rotator.driver}, azimuth ${range(azimuth)}, elevation ${range(elevation)}`
}
