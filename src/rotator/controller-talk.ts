import { fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { AzElMount } from '../pointing/mount.ts'
import type { ReportedLimits } from './driver.ts'
import { narrowerLimits } from './limits.ts'

/** Tells the operator what a controller says beside positions, each thing when it is news. */
export interface ControllerTalk {
  /** A frame that is no answer: noise on the line, a wrong speed, an unknown dialect. */
  readonly noise: () => void
  readonly noiseCount: () => number
  readonly refused: (description: string, reason: string | undefined) => void
  /** What it says is wrong with it; `''` where it says that nothing is, undefined where it says nothing of that. */
  readonly trouble: (words: string | undefined) => void
  readonly limits: (description: string, limits: ReportedLimits) => void
}

export const createControllerTalk = (options: {
  readonly log: Log
  readonly mount: AzElMount
}): ControllerTalk => {
  const { log, mount } = options
  let noise = 0
  // It comes with each poll, and is said when it changes.
  let troubleNow = ''
  return {
    noise: () => {
      noise += 1
      // Once at the first and then ever more rarely: a line at the wrong speed gives thousands.
      if (!Number.isInteger(Math.log2(noise))) return
      const what = noise === 1 ? 'a frame that is' : `${noise} frames that are`
      log.fault(fault('rotator.garbage', `The rotator sent ${what} no answer`))
    },
    noiseCount: () => noise,
    refused: (description, reason) => {
      const why = reason === undefined ? '' : `: ${reason}`
      log.fault(fault('rotator.refused', `The rotator (${description}) refused a command${why}`))
    },
    trouble: (words) => {
      if (words === undefined || words === troubleNow) return
      troubleNow = words
      if (words === '') log.info('The rotator says that nothing is wrong with it any more')
      else log.fault(fault('rotator.trouble', `The rotator says: ${words}`))
    },
    limits: (description, limits) => {
      const narrower = narrowerLimits(mount, limits)
      if (narrower !== undefined) log.warn(`The rotator (${description}) ${narrower}`)
    },
  }
}
