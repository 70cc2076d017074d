import { unwrap } from '../../../src/kernel/result.ts'
import type { UtcMs } from '../../../src/kernel/time.ts'
import { type Deg, type Sec, sec } from '../../../src/kernel/units.ts'
import { createBulkCatalogue } from '../../../src/orbit/bulk/bulk-catalogue.ts'
import { type FoundPass, readPassRows } from '../../../src/orbit/bulk/found-pass.ts'
import { type PredictionEnd, searchCatalogue } from '../../../src/orbit/bulk/search-catalogue.ts'
import type { ElementSet } from '../../../src/orbit/element-set.ts'
import type { Site } from '../../../src/orbit/site.ts'

export interface CatalogueWindow {
  readonly site: Site
  readonly fromUtcMs: UtcMs
  readonly toUtcMs: UtcMs
  readonly minimumElevation: Deg
  readonly ut1MinusUtc?: Sec
}

/** Searches all elements at once; every one must be an orbit, so that the numbers of the ends are theirs. */
export const searchAll = (
  elements: readonly ElementSet[],
  window: CatalogueWindow,
): {
  readonly passes: readonly FoundPass[]
  readonly passesOf: (set: ElementSet) => readonly FoundPass[]
  readonly ends: readonly PredictionEnd[]
  readonly evaluations: number
} => {
  const prepared = createBulkCatalogue(elements)
  if (prepared.refused.length > 0) throw new Error(prepared.refused[0]?.reason.message)
  const passes: FoundPass[] = []
  const { ends, evaluations } = unwrap(
    searchCatalogue(prepared.catalogue, { ut1MinusUtc: sec(0), ...window }, (rows, length) => {
      passes.push(...readPassRows({ rows, length, elementsOf: (object) => elements[object] }))
    }),
  )
  const passesOf = (set: ElementSet): readonly FoundPass[] => passes.filter((pass) => pass.elements === set)
  return { passes, passesOf, ends, evaluations }
}
