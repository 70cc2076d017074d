import { ok } from '../../kernel/result.ts'
import type { RotatorDriver } from '../driver.ts'
import { EASYCOMM_STOP, easycommCapabilities, easycommTarget } from './easycomm.ts'
import { textBytes } from './wire-text.ts'

/**
 * EasyComm I: one line a command, and nothing ever comes back. The standard has no stop; `SA SE` is what Hamlib sends
 * to model 201, and controllers that grew up to version II understand it.
 */
const capabilities = easycommCapabilities({ name: 'easycomm1', title: 'EasyComm I', readBack: false })

export const easycomm1: RotatorDriver = {
  capabilities,
  encodeMoveTo: (target) => {
    const words = easycommTarget(capabilities, target)
    // The frequencies belong to the line; there is no radio behind it.
    return words.ok ? ok([textBytes(`${words.value} UP000 XXX DN000 XXX\n`)]) : words
  },
  queries: [],
  introductions: [],
  statusQueries: [],
  encodeStop: () => [EASYCOMM_STOP],
  parse: () => ({ kind: 'comment' }),
}
