import { afterAll } from 'vitest'
import { closeAll, type Model, testModels } from './rotctl-bench.ts'

/** Relatives of the models in `rotctl-against-simulator.test.ts`. */
const MODELS: readonly Model[] = [
  { number: 405, firmware: 'rt21', can: ['p', 'S'], azimuthOnly: true },
  { number: 602, firmware: 'gs232a', can: ['p', 'S'] },
  { number: 604, firmware: 'gs232a', can: [] },
  { number: 605, firmware: 'gs232a', can: ['p', 'S'] },
  { number: 607, firmware: 'gs232a', can: ['p', 'S'] },
  { number: 608, firmware: 'gs232a', can: ['p', 'S'] },
  { number: 609, firmware: 'gs232a', can: ['p', 'S', 'M'], azimuthOnly: true },
  { number: 611, firmware: 'gs232b', can: ['p', 'S', 'M'], azimuthOnly: true },
]

afterAll(closeAll)

testModels(MODELS)
