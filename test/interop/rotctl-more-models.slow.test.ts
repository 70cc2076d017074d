import { afterAll, describe, expect, test } from 'vitest'
import { closeAll, driveWithRotctl, isHamlibReady, type Model } from './rotctl-bench.ts'

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

describe.skipIf(!isHamlibReady).concurrent("Hamlib's rotctl on the simulated controllers", () => {
  test.each(MODELS)(
    'model $number drives $firmware with all that it has for it',
    async (model) => {
      const { reported, asked, stoppedAt, refused } = await driveWithRotctl(model)
      expect(refused).toEqual((['p', 'S', 'K', 'R'] as const).filter((word) => !model.can.includes(word)))
      for (const [index, degrees] of (reported ?? []).entries()) {
        expect(Math.abs(degrees - (asked[index] ?? Number.NaN))).toBeLessThanOrEqual(1)
      }
      expect(stoppedAt ?? 0).toBeLessThan(300)
    },
    60_000,
  )
})
