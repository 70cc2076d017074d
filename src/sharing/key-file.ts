import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { SEED_BYTES, type SigningKey, signingKeyFromSeed } from './keys.ts'

const KEY_FILE_HEAD = 'azel-ed25519-seed:'
// The head, 43 characters and a line end; anything longer is another file.
const KEY_FILE_BYTES_MAX = 256

const formatKeyFile = (seed: Uint8Array): string =>
  `${KEY_FILE_HEAD}${Buffer.from(seed).toString('base64url')}\n`

/** Reads a private key file as `azel keys create` writes it; others than its owner must not be able to read it. */
export const readSigningKey = (path: string): Result<SigningKey, Fault> => {
  let text: string
  try {
    const status = statSync(path)
    if (!status.isFile()) return err(fault('key.invalid', `${path} is no file`))
    if ((status.mode & 0o077) !== 0) {
      return err(
        fault(
          'secret.permissions',
          `The key file ${path} can be read by others (mode ${(status.mode & 0o777).toString(8)})`,
        ),
      )
    }
    if (status.size > KEY_FILE_BYTES_MAX)
      return err(fault('key.invalid', `${path} is too large for a key file`))
    text = readFileSync(path, 'utf8').trim()
  } catch (thrown) {
    return err(fault('secret.unreadable', `The key file ${path} cannot be read: ${messageOf(thrown)}`))
  }
  const encoded = text.startsWith(KEY_FILE_HEAD) ? text.slice(KEY_FILE_HEAD.length) : ''
  const seed = Buffer.from(encoded, 'base64url')
  if (seed.length !== SEED_BYTES || seed.toString('base64url') !== encoded) {
    return err(fault('key.invalid', `${path} holds no key of this program`))
  }
  return ok(signingKeyFromSeed(seed))
}

/** Makes a key from the operating system's randomness and writes it, readable by its owner alone. */
export const createKeyFile = (path: string): Result<SigningKey, Fault> => {
  const seed = randomBytes(SEED_BYTES)
  try {
    // "wx": an existing key is never overwritten.
    const file = openSync(path, 'wx', 0o600)
    try {
      writeSync(file, formatKeyFile(seed))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  } catch (thrown) {
    return err(fault('key.not-written', `The key file ${path} cannot be made: ${messageOf(thrown)}`))
  }
  return ok(signingKeyFromSeed(seed))
}
