import { parentPort, workerData } from 'node:worker_threads'
import type { Fault } from '../kernel/errors.ts'
import type { Result } from '../kernel/result.ts'
import type { BulkCatalogue } from '../orbit/bulk/bulk-catalogue.ts'
import type { CatalogueSearchSummary } from '../orbit/bulk/search-catalogue.ts'
import { type SkySearch, searchSky } from '../orbit/bulk/sky-search.ts'
import type { ElementSet } from '../orbit/element-set.ts'

/** The part of a catalogue that a worker searches; its objects are numbered as in the part. */
export interface PassFinderPart {
  readonly catalogue: BulkCatalogue
  readonly elements: readonly ElementSet[]
}

export interface PassFinderOrder {
  readonly order: number
  readonly search: SkySearch
}

/** Any number of `rows` for an order, and then its `end`. */
export type PassFinderWord =
  | { readonly order: number; readonly kind: 'rows'; readonly rows: Float64Array; readonly length: number }
  | {
      readonly order: number
      readonly kind: 'end'
      readonly result: Result<CatalogueSearchSummary, Fault>
    }
  | { readonly kind: 'ready' }

const port = parentPort
if (port === null) throw new Error('internal mistake: the pass finder was started as a program')
const { catalogue, elements } = workerData as PassFinderPart

const say = (word: PassFinderWord, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(word, [...transfer])

port.on('message', ({ order, search }: PassFinderOrder) => {
  const result = searchSky(
    catalogue,
    (object) => elements[object],
    search,
    (rows, length) => say({ order, kind: 'rows', rows, length }, [rows.buffer]),
  )
  say({ order, kind: 'end', result })
})
say({ kind: 'ready' })
