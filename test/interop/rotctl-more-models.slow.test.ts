import { afterAll } from 'vitest'
import { closeAll, type Model, testModels } from './rotctl-bench.ts'

/**
 * Relatives of the models in `rotctl-against-simulator.test.ts`. All of the GS-232 family but 603, 611 and 612 read the
 * position as the A writes it, `+0aaa+0eee`: in front of a B they set and stop, and their `p` fails, as with the real one.
 * Hamlib has no position for the F1TE tracker (604), which reports none, and left its stop out. The models for elevation
 * alone (610, 612) want an antenna that turns in elevation alone, which there is none of here.
 */
const MODELS: readonly Model[] = [
  { number: 405, firmware: 'rt21', can: ['p', 'S'], azimuthOnly: true },
  { number: 602, firmware: 'gs232a', can: ['p', 'S'] },
  { number: 604, firmware: 'gs232a', can: [] },
  { number: 605, firmware: 'gs232a', can: ['p', 'S'] },
  { number: 606, firmware: 'gs232a', can: ['p', 'S'] },
  { number: 607, firmware: 'gs232a', can: ['p', 'S'] },
  { number: 608, firmware: 'gs232a', can: ['p', 'S'] },
  { number: 609, firmware: 'gs232a', can: ['p', 'S', 'M'], azimuthOnly: true },
  { number: 611, firmware: 'gs232b', can: ['p', 'S', 'M'], azimuthOnly: true },
]

afterAll(closeAll)

testModels(MODELS)
