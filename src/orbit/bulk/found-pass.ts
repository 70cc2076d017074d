import { wrapDeg } from '../../kernel/angle.ts'
import { utcMs } from '../../kernel/time.ts'
import { type Deg, rad, radToDeg } from '../../kernel/units.ts'
import type { ElementSet } from '../element-set.ts'
import type { Culmination, Pass } from '../pass.ts'
import { createTrajectory, type Trajectory } from '../trajectory.ts'
import { CULMINATION_LENGTH, NODE_LENGTH, OPEN_END, OPEN_START, ROW, ROW_HEAD } from './pass-rows.ts'

/** A pass of a catalogue's search. */
export interface FoundPass extends Pass {
  readonly elements: ElementSet
  readonly trajectory: Trajectory
}

/**
 * The passes that rows of `pass-rows.ts` stand for. `elementsOf` gives the object of a row's number; where elevations
 * are to be apparent, `elevationOf` makes them so.
 */
export const readPassRows = (options: {
  readonly rows: Float64Array
  readonly length: number
  readonly elementsOf: (object: number) => ElementSet | undefined
  readonly elevationOf?: (geometric: Deg) => Deg
}): readonly FoundPass[] => {
  const { rows, length, elementsOf } = options
  const elevationOf = options.elevationOf ?? ((geometric: Deg): Deg => geometric)
  const read = (at: number): number => rows[at] ?? Number.NaN
  const azimuthAt = (at: number): Deg => wrapDeg(radToDeg(rad(read(at))))
  const elevationAt = (at: number): Deg => elevationOf(radToDeg(rad(read(at))))
  const passes: FoundPass[] = []
  for (let at = 0; at < length; at += read(at + ROW.length)) {
    const elements = elementsOf(read(at + ROW.object))
    if (elements === undefined) continue
    const culminationCount = read(at + ROW.culminations)
    const culminations: Culmination[] = []
    for (let index = 0; index < culminationCount; index += 1) {
      const from = at + ROW_HEAD + index * CULMINATION_LENGTH
      culminations.push({
        utcMs: utcMs(read(from)),
        azimuth: azimuthAt(from + 1),
        elevation: elevationAt(from + 2),
      })
    }
    const nodesAt = at + ROW_HEAD + culminationCount * CULMINATION_LENGTH
    const open = read(at + ROW.open)
    passes.push({
      catalogNumber: elements.catalogNumber,
      name: elements.name,
      elements,
      aosUtcMs: utcMs(read(at + ROW.aosUtcMs)),
      aosAzimuth: azimuthAt(at + ROW.aosAzimuth),
      losUtcMs: utcMs(read(at + ROW.losUtcMs)),
      losAzimuth: azimuthAt(at + ROW.losAzimuth),
      tcaUtcMs: utcMs(read(at + ROW.tcaUtcMs)),
      tcaAzimuth: azimuthAt(at + ROW.tcaAzimuth),
      maximumElevation: elevationAt(at + ROW.maximumElevation),
      culminations,
      openStart: (open & OPEN_START) !== 0,
      openEnd: (open & OPEN_END) !== 0,
      trajectory: createTrajectory(rows.slice(nodesAt, nodesAt + read(at + ROW.nodes) * NODE_LENGTH)),
    })
  }
  return passes
}
