import { writeFileSync } from 'node:fs'
import { fault, messageOf } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'

/** An output that takes the power from the motors, where the station has one: the last resort when STOP does not help. */
export interface CutOff {
  readonly cut: () => void
  /** After a person has cleared the fault. */
  readonly restore: () => void
}

/** A file (a GPIO's value) that is set to one text to cut the power, to another to give it. */
export const createCutOff = (
  settings: { readonly file: string; readonly cut: string; readonly normal: string },
  log: Log,
): CutOff => {
  const write = (text: string, what: string): void => {
    try {
      writeFileSync(settings.file, text)
      log.warn(`${what} (${settings.file} is ${text})`)
    } catch (thrown) {
      log.fault(fault('motion.cut-off', `${settings.file} cannot be written: ${messageOf(thrown)}`))
    }
  }
  return {
    cut: () => write(settings.cut, "the rotator's power is cut"),
    restore: () => write(settings.normal, "the rotator's power is given again"),
  }
}
