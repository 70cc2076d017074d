import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { ERROR_CATALOGUE, type ErrorCode, type Fault, fault, messageOf } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'

/**
 * Remembers a latched motion fault across restarts: a daemon that crashed, or was restarted by somebody who had not
 * looked at the antenna, does not move it again by itself.
 */
export interface LatchFile {
  readonly read: () => Fault | undefined
  readonly write: (failure: Fault) => void
  readonly clear: () => void
}

const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(ERROR_CATALOGUE, code)

export const createLatchFile = (path: string, log: Log): LatchFile => ({
  read: () => {
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch {
      return undefined
    }
    try {
      const content: unknown = JSON.parse(text)
      if (content !== null && typeof content === 'object' && 'code' in content && 'message' in content) {
        if (isErrorCode(content.code)) return fault(content.code, String(content.message))
      }
    } catch {
      // Half a file says all the same that there was a fault.
    }
    return fault('motion.latched', 'A motion fault of before the restart was never cleared')
  },
  write: (failure) => {
    try {
      const temporary = `${path}.new`
      const file = openSync(temporary, 'w', 0o600)
      try {
        writeSync(file, JSON.stringify(failure))
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(temporary, path)
    } catch (thrown) {
      log.fault(
        fault('store.write', `The motion fault could not be written to ${path}: ${messageOf(thrown)}`),
      )
    }
  },
  clear: () => rmSync(path, { force: true }),
})
