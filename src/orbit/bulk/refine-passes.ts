import { MS_PER_SECOND, utcMs } from '../../kernel/time.ts'
import { degToRad } from '../../kernel/units.ts'
import type { ElementSet } from '../element-set.ts'
import type { HorizonMask } from '../horizon-mask.ts'
import { findPasses, type PassSearchOptions } from '../pass-search.ts'
import { createPropagator } from '../propagator.ts'
import {
  CULMINATION_LENGTH,
  NODE_LENGTH,
  OPEN_END,
  OPEN_START,
  type PassRows,
  ROW,
  ROW_HEAD,
} from './pass-rows.ts'

/** What the search of a whole catalogue leaves to the exact search of one object. */
export interface SkyRefinement {
  /** Geometric: what refraction makes of the skyline (`geometricMask`). */
  readonly mask: HorizonMask
  readonly lightTime: boolean
}

/** Whether a flat, geometric search leaves anything to refine: a skyline, or light on its way. */
export const needsRefinement = ({ mask, lightTime }: SkyRefinement): boolean =>
  mask.points.length > 0 || lightTime

// Light needs a seventh of a second from a geostationary object; in that time nothing moves by more in the sky.
const AROUND_MS = 2 * MS_PER_SECOND

/**
 * Searches each pass of some rows again, exactly, over a skyline and with light time: it may fall apart behind towers,
 * or vanish. What comes out goes to `into`, with the nodes of the pass that it was found in.
 */
export const refinePasses = (options: {
  readonly rows: Float64Array
  readonly length: number
  readonly elementsOf: (object: number) => ElementSet | undefined
  readonly search: Pick<PassSearchOptions, 'site' | 'fromUtcMs' | 'toUtcMs' | 'ut1MinusUtc'>
  readonly refinement: SkyRefinement
  readonly into: PassRows
}): void => {
  const { rows, length, elementsOf, search, refinement, into } = options
  const read = (at: number): number => rows[at] ?? Number.NaN
  const head = new Float64Array(ROW_HEAD)
  for (let at = 0; at < length; at += read(at + ROW.length)) {
    const elements = elementsOf(read(at + ROW.object))
    const motion = elements === undefined ? undefined : createPropagator(elements)
    if (motion?.ok !== true) continue
    const { passes } = findPasses({
      ...search,
      ...refinement,
      motion: motion.value,
      fromUtcMs: utcMs(Math.max(search.fromUtcMs, read(at + ROW.aosUtcMs) - AROUND_MS)),
      toUtcMs: utcMs(Math.min(search.toUtcMs, read(at + ROW.losUtcMs) + AROUND_MS)),
    })
    const nodesAt = at + ROW_HEAD + read(at + ROW.culminations) * CULMINATION_LENGTH
    for (const pass of passes) {
      into.begin()
      for (const { utcMs: instant, azimuth, elevation } of pass.culminations) {
        into.noteCulmination(instant, degToRad(azimuth), degToRad(elevation))
      }
      for (let node = 0; node < read(at + ROW.nodes); node += 1) {
        const nodeAt = nodesAt + node * NODE_LENGTH
        into.noteNode(read(nodeAt), rows.subarray(nodeAt + 1, nodeAt + NODE_LENGTH))
      }
      head[ROW.object] = read(at + ROW.object)
      head[ROW.open] = (pass.openStart ? OPEN_START : 0) + (pass.openEnd ? OPEN_END : 0)
      head[ROW.aosUtcMs] = pass.aosUtcMs
      head[ROW.aosAzimuth] = degToRad(pass.aosAzimuth)
      head[ROW.tcaUtcMs] = pass.tcaUtcMs
      head[ROW.tcaAzimuth] = degToRad(pass.tcaAzimuth)
      head[ROW.maximumElevation] = degToRad(pass.maximumElevation)
      head[ROW.losUtcMs] = pass.losUtcMs
      head[ROW.losAzimuth] = degToRad(pass.losAzimuth)
      into.end(head)
    }
  }
}
