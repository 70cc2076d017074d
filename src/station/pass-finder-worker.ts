import { parentPort, workerData } from 'node:worker_threads'
import type { Fault } from '../kernel/errors.ts'
import type { Result } from '../kernel/result.ts'
import type { BulkCatalogue } from '../orbit/bulk/bulk-catalogue.ts'
import type { CatalogueSearchSummary } from '../orbit/bulk/search-catalogue.ts'
import { type SkySearch, searchSky } from '../orbit/bulk/sky-search.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import { createRingWriter, type RowRing } from './pass-finder-ring.ts'

/** The part of a catalogue that a worker searches; its objects are numbered as in the part. */
export interface PassFinderPart {
  readonly catalogue: BulkCatalogue
  readonly elements: readonly ElementSet[]
}

/** What a worker starts with. */
export interface PassFinderStart {
  readonly part: PassFinderPart
  readonly ring: RowRing
}

export interface PassFinderOrder {
  readonly order: number
  readonly search: SkySearch
}

/** Any number of rows for an order, in slots of the ring or, where a row is longer than one, by themselves; then its `end`. */
export type PassFinderWord =
  | { readonly order: number; readonly kind: 'slot'; readonly slot: number; readonly length: number }
  | { readonly order: number; readonly kind: 'rows'; readonly rows: Float64Array }
  | {
      readonly order: number
      readonly kind: 'end'
      readonly result: Result<CatalogueSearchSummary, Fault>
    }
  | { readonly kind: 'ready' }

const port = parentPort
if (port === null) throw new Error('internal mistake: the pass finder was started as a program')
const { part, ring } = workerData as PassFinderStart
const { catalogue, elements } = part
const put = createRingWriter(ring)

const say = (word: PassFinderWord, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(word, [...transfer])

port.on('message', ({ order, search }: PassFinderOrder) => {
  const result = searchSky(
    catalogue,
    (object) => elements[object],
    search,
    (rows, length) => {
      const slot = put(rows, length)
      if (slot !== undefined) say({ order, kind: 'slot', slot, length })
      else {
        const copy = new Float64Array(rows.subarray(0, length))
        say({ order, kind: 'rows', rows: copy }, [copy.buffer])
      }
    },
  )
  say({ order, kind: 'end', result })
})
say({ kind: 'ready' })
