import { readFile, stat } from 'node:fs/promises'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, type Result } from '../kernel/result.ts'
import { type OwnTransmitters, readOwnTransmitters } from './own-transmitters.ts'

// Ten thousand transmitters, written by hand.
const FILE_BYTES_MAX = 2 * 1024 * 1024

/** Reads a station's own list; `catalog.unreadable` where the file cannot be had, else as `readOwnTransmitters`. */
export const loadOwnTransmitters = async (
  path: string,
): Promise<Result<readonly OwnTransmitters[], Fault>> => {
  try {
    const status = await stat(path)
    // A pipe or a device would be waited for without end.
    if (!status.isFile()) return err(fault('catalog.unreadable', `${path} is no ordinary file`))
    if (status.size > FILE_BYTES_MAX) {
      return err(fault('catalog.transmitters', `${path} is larger than any list that is written by hand`))
    }
    return readOwnTransmitters(await readFile(path, 'utf8'), { sourceName: path })
  } catch (thrown) {
    return err(fault('catalog.unreadable', `The file ${path} cannot be read (${messageOf(thrown)})`))
  }
}
