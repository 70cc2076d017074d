import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { disagreement, grazing, randomSearches } from './random-orbits.ts'

const SEEDS = [1, 2, 3, 4]

describe.each(SEEDS)('any orbit over any site, seed %i: the passes of the exact search', (seed) => {
  test('over masks from -2 to 60°', () => {
    fc.assert(
      fc.property(randomSearches, (search) => {
        expect(disagreement(search)).toEqual([])
      }),
      { seed, numRuns: 5_000 },
    )
  })

  test('over masks that a pass just grazes', () => {
    fc.assert(
      fc.property(randomSearches, fc.integer({ min: 0, max: 5 }), (search, digits) => {
        expect(disagreement(grazing(search, 10 ** -digits))).toEqual([])
      }),
      { seed, numRuns: 3_000 },
    )
  })
})
