import { accessSync, constants, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Linux keeps it in memory. Containers often give it 64 MB: it is for databases of a few.
const IN_MEMORY = '/dev/shm'

const isThere = ((): boolean => {
  try {
    accessSync(IN_MEMORY, constants.W_OK)
    return true
  } catch {
    return false
  }
})()

/**
 * A folder for the small files of one test, in memory where the system has that, so that a thousand syncs do not wait for a disk
 * that others use. Not for tests of what is left on a disk after a crash.
 */
export const createMemoryFolder = (prefix: string): string =>
  mkdtempSync(join(isThere ? IN_MEMORY : tmpdir(), prefix))
