import { ok } from '../../kernel/result.ts'
import type { RotatorDriver } from '../driver.ts'
import {
  EASYCOMM_QUERIES,
  EASYCOMM_STOP,
  EASYCOMM_VERSION_QUESTION,
  easycommCapabilities,
  easycommTarget,
  parseEasycomm,
} from './easycomm.ts'
import { textBytes } from './wire-text.ts'

/** EasyComm II: as spoken by SatNOGS' controllers, K3NG and many Arduinos. */
const capabilities = easycommCapabilities({ name: 'easycomm2', title: 'EasyComm II', readBack: true })

export const easycomm2: RotatorDriver = {
  capabilities,
  encodeMoveTo: (target) => {
    const words = easycommTarget(capabilities, target)
    return words.ok ? ok([textBytes(`${words.value}\n`)]) : words
  },
  queries: EASYCOMM_QUERIES,
  // Its version is of no matter: that it answers at all shows that it is heard.
  introductions: [EASYCOMM_VERSION_QUESTION],
  statusQueries: [],
  encodeStop: () => [EASYCOMM_STOP],
  parse: parseEasycomm,
}
