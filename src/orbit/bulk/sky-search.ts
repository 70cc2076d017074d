import type { Fault } from '../../kernel/errors.ts'
import { ok, type Result } from '../../kernel/result.ts'
import type { UtcMs } from '../../kernel/time.ts'
import { type Deg, deg } from '../../kernel/units.ts'
import type { ElementSet } from '../element-set.ts'
import type { HorizonMask } from '../horizon-mask.ts'
import type { Site } from '../site.ts'
import type { Ut1MinusUtc } from '../ut1.ts'
import type { BulkCatalogue } from './bulk-catalogue.ts'
import { PassRows, type TakeRows } from './pass-rows.ts'
import { needsRefinement, refinePasses } from './refine-passes.ts'
import { type CatalogueSearchSummary, searchCatalogue } from './search-catalogue.ts'

/** A search as it is sent to a worker: plain values only. */
export interface SkySearch {
  readonly site: Site
  readonly fromUtcMs: UtcMs
  readonly toUtcMs: UtcMs
  /** Geometric. */
  readonly mask: HorizonMask
  readonly lightTime: boolean
  readonly ut1MinusUtc: Ut1MinusUtc
}

// While its light is on the way, an object climbs by less than this.
const LIGHT_TIME_CLIMB_DEG = 0.1

/** The flat horizon that lies nowhere above a mask. */
const lowestOf = ({ points, minimumElevation }: HorizonMask): Deg =>
  // A mask of points was raised to its minimum already.
  points.length === 0 ? minimumElevation : deg(Math.min(...points.map(({ elevation }) => elevation)))

/** `searchCatalogue` over any skyline and with light time. `elementsOf` gives the object of a number. */
export const searchSky = (
  catalogue: BulkCatalogue,
  elementsOf: (object: number) => ElementSet | undefined,
  search: SkySearch,
  take: TakeRows,
): Result<CatalogueSearchSummary, Fault> => {
  const { mask, lightTime } = search
  const lowest = lowestOf(mask)
  if (!needsRefinement(search))
    return searchCatalogue(catalogue, { ...search, minimumElevation: lowest }, take)
  const into = new PassRows(take)
  const minimumElevation = deg(Math.max(-90, lowest - (lightTime ? LIGHT_TIME_CLIMB_DEG : 0)))
  const found = searchCatalogue(catalogue, { ...search, minimumElevation }, (rows, length) => {
    refinePasses({ rows, length, elementsOf, search, refinement: search, into })
  })
  if (!found.ok) return found
  into.flush()
  return ok({ ...found.value, passes: into.passes })
}
