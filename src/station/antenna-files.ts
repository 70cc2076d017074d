import { join } from 'node:path'
import type { Log } from '../kernel/log.ts'
import { type AntennaMemory, openAntennaMemory } from './antenna-memory.ts'
import { createLatchFile, type LatchFile } from './latch-file.ts'

/** What of a fault, of the cable and of lock-outs outlives a process, in the data folder. */
export const openAntennaFiles = (
  dataFolder: string,
  log: Log,
): { readonly latch: LatchFile; readonly memory: AntennaMemory } => ({
  latch: openLatchFile(dataFolder, log),
  memory: openAntennaMemory(join(dataFolder, 'antenna.json'), log),
})

/** The latched fault alone, for whoever only stops the antenna: a lock-out would have it move to its stow position. */
export const openLatchFile = (dataFolder: string, log: Log): LatchFile =>
  createLatchFile(join(dataFolder, 'motion-fault.json'), log)
