import { readFileSync, statSync } from 'node:fs'
import { type Fault, fault, messageOf } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'

export interface Credentials {
  readonly identity: string
  readonly password: string
}

// A name and a password; anything longer is another file.
const CREDENTIALS_BYTES_MAX = 1_024

/**
 * Reads a name (first line) and a password (second line) from a file that others must not be able to read. Errors:
 * `source.credentials`, `secret.permissions`. The password is in no message.
 */
export const readCredentials = (path: string): Result<Credentials, Fault> => {
  try {
    const status = statSync(path)
    if (!status.isFile() || status.size > CREDENTIALS_BYTES_MAX) {
      return err(fault('source.credentials', `${path} is no file with a name and a password`))
    }
    if ((status.mode & 0o077) !== 0) {
      const mode = (status.mode & 0o777).toString(8)
      return err(fault('secret.permissions', `The file ${path} can be read by others (mode ${mode})`))
    }
    const [identity = '', password = ''] = readFileSync(path, 'utf8').split(/\r?\n/)
    return identity === '' || password === ''
      ? err(fault('source.credentials', `${path} does not hold a name and a password in two lines`))
      : ok({ identity, password })
  } catch (thrown) {
    return err(fault('source.credentials', `${path} cannot be read: ${messageOf(thrown)}`))
  }
}
