import { readFile, stat } from 'node:fs/promises'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'

// Sixty years of the IERS's finals2000A are 3.7 MB; horizons are smaller.
const FILE_BYTES_MAX = 16 * 1024 * 1024

/** The text of a file that a person names. Fault `config.unreadable`. */
export const readSmallFile = async (path: string): Promise<Result<string, Fault>> => {
  const refused = (why: string): { readonly ok: false; readonly error: Fault } =>
    err(fault('config.unreadable', `The file ${path} cannot be read: ${why}`))
  try {
    const status = await stat(path)
    // A pipe or a device would be waited for without end.
    if (!status.isFile()) return refused('it is no ordinary file')
    if (status.size > FILE_BYTES_MAX)
      return refused(`it has ${status.size} bytes, more than ${FILE_BYTES_MAX}`)
    return ok(await readFile(path, 'utf8'))
  } catch (thrown) {
    return refused(messageOf(thrown))
  }
}
