import type { RotatorDriver, RotatorReply } from '../driver.ts'
import { easycommCapabilities, parseEasycomm } from './easycomm.ts'
import { easycomm2 } from './easycomm2.ts'
import { textBytes } from './wire-text.ts'

/** EasyComm III: version II, and it tells how it is. */
const STATUS = /^GS\s*(\d{1,3})$/
const ERROR = /^GE\s*(\d{1,3})$/

const IDLE = 1
const MOVING = 2
const IN_ERROR = 8

/**
 * The standard proposes bits (1 sensor, 2 jam, 4 homing), SatNOGS' firmware counts otherwise (1 none, 2 sensor,
 * 4 homing, 8 motor, 12 too hot, 16 watchdog): where they differ both are named. 1 alone is no trouble: where it means
 * a sensor, the status says so too.
 */
const ERROR_WORDS: Readonly<Record<number, string>> = {
  2: 'a jam, or in SatNOGS firmware a sensor error',
  4: 'homing failed',
  8: 'a motor error',
  12: 'too hot',
  16: 'its watchdog bit',
}

const parse = (frame: string): RotatorReply => {
  const text = frame.trim()
  const status = STATUS.exec(text)
  if (status !== null) {
    const bits = Number(status[1])
    const moving = (bits & MOVING) !== 0 ? true : (bits & IDLE) !== 0 ? false : undefined
    return { kind: 'status', moving, trouble: (bits & IN_ERROR) === 0 ? '' : `it is in error (GS${bits})` }
  }
  const error = ERROR.exec(text)
  if (error !== null) {
    const code = Number(error[1])
    const words = ERROR_WORDS[code] ?? 'an error of its own'
    return { kind: 'status', moving: undefined, trouble: code <= 1 ? undefined : `${words} (GE${code})` }
  }
  return parseEasycomm(frame)
}

export const easycomm3: RotatorDriver = {
  ...easycomm2,
  capabilities: easycommCapabilities({ name: 'easycomm3', title: 'EasyComm III', readBack: true }),
  statusQueries: [textBytes('GS\n'), textBytes('GE\n')],
  parse,
}
