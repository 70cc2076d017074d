import type { AzEl } from '../../../src/kernel/angle.ts'
import type { AntennaMemory } from '../../../src/station/antenna-memory.ts'

/** A memory in which the antenna was last seen here, so that the turn of its cable is known. */
export const rememberingNothing = (place: AzEl): AntennaMemory => ({
  place: () => ({ position: place, target: place }),
  remember: () => {},
  lockOuts: () => [],
  setLockOuts: () => {},
  flush: async () => {},
})
