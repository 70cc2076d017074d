import { stat } from 'node:fs/promises'
import { loadElementFile } from '../catalog/load-file.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { ok, type Result } from '../kernel/result.ts'
import type { StationData } from './configured-sky.ts'
import { loadStationTransmitters } from './stored-catalog.ts'

/** The element and transmitter files of a station: what was last read well, and whether there is something newer. */
export interface CatalogFiles {
  readonly data: () => StationData
  /** Reads the element file again where it has changed. Says whether there are new elements. */
  readonly refresh: () => Promise<boolean>
}

/** Size and time of a file, to see that it changed; inode too, for a file that was put in its place by renaming. */
const fingerprint = async (path: string): Promise<string | undefined> => {
  try {
    const { mtimeMs, size, ino } = await stat(path)
    return `${mtimeMs} ${size} ${ino}`
  } catch {
    return undefined
  }
}

const loadElements = async (path: string, log: Log): Promise<Result<StationData['elementSets'], Fault>> => {
  const readings = await loadElementFile(path)
  if (!readings.ok) return readings
  const { elementSets, skipped, skippedCount } = readings.value
  const [first] = skipped
  if (first !== undefined) {
    log.warn(
      `${path}: ${skippedCount} objects are left out; the first in line ${first.line}: ${first.field} ${first.reason}`,
    )
  }
  return ok(elementSets)
}

/** Reads the files of the configuration. Errors: those of `loadElementFile` and `loadTransmitterFile`. */
export const openCatalogFiles = async (
  catalog: {
    readonly elements: string
    readonly transmitters?: string | undefined
    readonly ownTransmitters?: string | undefined
  },
  log: Log,
): Promise<Result<CatalogFiles, Fault>> => {
  // Taken before the reading: what is written meanwhile counts as newer.
  let seen = await fingerprint(catalog.elements)
  const elements = await loadElements(catalog.elements, log)
  if (!elements.ok) return elements
  const transmitters = await loadStationTransmitters(catalog)
  if (!transmitters.ok) return transmitters
  let data: StationData = { elementSets: elements.value, transmitters: transmitters.value }
  return ok({
    data: () => data,
    refresh: async () => {
      const now = await fingerprint(catalog.elements)
      if (now !== undefined && now === seen) return false
      const again = await loadElements(catalog.elements, log)
      if (!again.ok) {
        // Said once for each state of the file, not each hour.
        if (now !== seen) {
          log.fault(again.error)
          log.warn(`the elements read before from ${catalog.elements} stay in use`)
        }
        seen = now
        return false
      }
      seen = now
      data = { ...data, elementSets: again.value }
      log.info(`${again.value.length} element sets read anew from ${catalog.elements}`)
      return true
    },
  })
}
