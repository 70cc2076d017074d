import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { disagreement, grazing, randomSearches } from './random-orbits.ts'

// The slow tier has the same with more, and other, orbits.
const SEED = 20260823

describe('any orbit over any site: the passes of the exact search, none missed and none made up', () => {
  test('over masks from -2 to 60°', () => {
    fc.assert(
      fc.property(randomSearches, (search) => {
        expect(disagreement(search)).toEqual([])
      }),
      { seed: SEED, numRuns: 400 },
    )
  })

  test('over masks that a pass just grazes', () => {
    fc.assert(
      fc.property(randomSearches, fc.integer({ min: 0, max: 4 }), (search, digits) => {
        expect(disagreement(grazing(search, 10 ** -digits))).toEqual([])
      }),
      { seed: SEED, numRuns: 300 },
    )
  })
})
