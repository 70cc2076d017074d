import { Worker } from 'node:worker_threads'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { UtcMs } from '../kernel/time.ts'
import { createBulkCatalogue, partOfCatalogue, type RefusedObject } from '../orbit/bulk/bulk-catalogue.ts'
import { type FoundPass, readPassRows } from '../orbit/bulk/found-pass.ts'
import {
  type CatalogueSearchSummary,
  type PredictionEnd,
  predictionEndFault,
} from '../orbit/bulk/search-catalogue.ts'
import { type SkySearch, searchSky } from '../orbit/bulk/sky-search.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import { UT1_MINUS_UTC_DEFAULT } from '../orbit/frames.ts'
import type { HorizonMask } from '../orbit/horizon-mask.ts'
import { geometricMask } from '../orbit/refracted-mask.ts'
import type { Refraction } from '../orbit/refraction.ts'
import type { Site } from '../orbit/site.ts'
import type { Ut1MinusUtc } from '../orbit/ut1.ts'
import { createRingReader, createRowRing } from './pass-finder-ring.ts'
import type {
  PassFinderOrder,
  PassFinderPart,
  PassFinderStart,
  PassFinderWord,
} from './pass-finder-worker.ts'

export interface PassFinderRequest {
  readonly site: Site
  readonly fromUtcMs: UtcMs
  readonly toUtcMs: UtcMs
  readonly mask: HorizonMask
  /** With it objects rise and set where they are seen to, and elevations are apparent. */
  readonly refraction?: Refraction
  readonly lightTime?: boolean
  /** 0 unless given. */
  readonly ut1MinusUtc?: Ut1MinusUtc
}

export interface PassFinderSummary {
  readonly passes: number
  /** How often SGP4 was asked for a state. */
  readonly evaluations: number
  /** Objects that could not be predicted to the end of the window: they decay, or their elements are broken. */
  readonly ends: readonly { readonly elements: ElementSet; readonly utcMs: UtcMs; readonly reason: Fault }[]
  /** Objects that cannot be predicted at all. */
  readonly refused: readonly RefusedObject[]
}

export interface PassFinder {
  /**
   * Finds all passes in a window. They are handed on while they are found, in no particular order, so that memory need
   * not hold them all: the search waits for whoever is slow to take them. What `take` throws, the promise throws. One
   * search at a time goes on in a finder; others wait. Faults `plan.window`, `orbit.earth-rotation`; `internal.mistake`
   * where a worker died.
   */
  readonly find: (
    request: PassFinderRequest,
    take: (passes: readonly FoundPass[]) => void,
  ) => Promise<Result<PassFinderSummary, Fault>>
  /**
   * The same, with the passes as rows of numbers (`pass-rows.ts`) and their objects by their number in the row. The rows
   * are there until `take` returns: who keeps them copies them.
   */
  readonly findRows: (
    request: PassFinderRequest,
    take: (
      rows: Float64Array,
      length: number,
      elementsOf: (object: number) => ElementSet | undefined,
    ) => void,
  ) => Promise<Result<PassFinderSummary, Fault>>
  readonly close: () => Promise<void>
}

/** Below this a worker takes longer to start than the search. */
const OBJECTS_FOR_WORKERS = 500
/** A small machine has four cores, and something else to do with two of them. */
const THREADS_DEFAULT = 2
export const THREADS_MAX = 64

interface Part {
  readonly elements: readonly ElementSet[]
  readonly search: (
    search: SkySearch,
    take: (rows: Float64Array, length: number) => void,
  ) => Promise<Result<CatalogueSearchSummary, Fault>>
  readonly close: () => Promise<unknown>
}

const inlinePart = ({ catalogue, elements }: PassFinderPart): Part => ({
  elements,
  search: (search, take) => Promise.resolve(searchSky(catalogue, (object) => elements[object], search, take)),
  close: () => Promise.resolve(),
})

const WORKER_URL = new URL('./pass-finder-worker.ts', import.meta.url)

const workerPart = (part: PassFinderPart): Promise<Part> =>
  new Promise((resolve) => {
    const { buffer: records } = part.catalogue.records
    const { buffer: deep } = part.catalogue.deep
    const ring = createRowRing()
    const { read, release } = createRingReader(ring)
    const start: PassFinderStart = { part, ring }
    const worker = new Worker(WORKER_URL, {
      workerData: start,
      transferList: [records, deep] as ArrayBuffer[],
    })
    let order = 0
    let gone: Fault | undefined
    let take: (rows: Float64Array, length: number) => void = () => undefined
    let settle: (result: Result<CatalogueSearchSummary, Fault>) => void = () => undefined
    let giveUp: (thrown: unknown) => void = () => undefined
    const made: Part = {
      elements: part.elements,
      search: (search, taker) => {
        if (gone !== undefined) return Promise.resolve(err(gone))
        order += 1
        take = taker
        return new Promise((settled, rejected) => {
          // While it searches, it keeps the process alive.
          worker.ref()
          let thrown: { readonly error: unknown } | undefined
          settle = (result) => {
            worker.unref()
            if (thrown === undefined) settled(result)
            else rejected(thrown.error)
          }
          // The worker still goes on to the end, and who waits is told then: it has one order at a time.
          giveUp = (error) => {
            thrown ??= { error }
            take = () => undefined
          }
          const message: PassFinderOrder = { order, search }
          worker.postMessage(message)
        })
      },
      close: () => worker.terminate(),
    }
    const fail = (what: string): void => {
      gone ??= fault('internal.mistake', `The worker that searches for passes ${what}`)
      settle(err(gone))
      // Whoever waits for it to be ready is told by the first search.
      resolve(made)
    }
    const hand = (rows: Float64Array): void => {
      try {
        take(rows, rows.length)
      } catch (thrown) {
        giveUp(thrown)
      }
    }
    worker.on('message', (word: PassFinderWord) => {
      if (word.kind === 'ready') {
        // A finder that nobody uses just now does not keep the process alive.
        worker.unref()
        resolve(made)
      } else if (word.kind === 'slot') {
        if (word.order === order) hand(read(word.slot, word.length))
        release(word.slot)
      } else if (word.order !== order) return
      else if (word.kind === 'rows') hand(word.rows)
      else settle(word.result)
    })
    worker.on('error', (thrown) => fail(`died: ${messageOf(thrown)}`))
    worker.on('exit', () => fail('ended'))
  })

const summaryOf = (
  parts: readonly Part[],
  summaries: readonly CatalogueSearchSummary[],
  refused: readonly RefusedObject[],
): PassFinderSummary => ({
  passes: summaries.reduce((sum, { passes }) => sum + passes, 0),
  evaluations: summaries.reduce((sum, { evaluations }) => sum + evaluations, 0),
  ends: summaries.flatMap(({ ends }, index) =>
    ends.flatMap((end: PredictionEnd) => {
      const elements = parts[index]?.elements[end.object]
      if (elements === undefined) return []
      return [{ elements, utcMs: end.utcMs, reason: predictionEndFault(elements, end) }]
    }),
  ),
  refused,
})

/**
 * Makes ready to search element sets for passes, in worker threads where there are many: whoever asks, above all the
 * control loop of the antenna, does not feel the search. `threads` 0 searches where it is called, at once.
 */
export const createPassFinder = async (options: {
  readonly elementSets: readonly ElementSet[]
  readonly threads?: number
}): Promise<PassFinder> => {
  const { catalogue, elements, refused } = createBulkCatalogue(options.elementSets)
  const wanted = options.threads ?? (elements.length < OBJECTS_FOR_WORKERS ? 0 : THREADS_DEFAULT)
  const share = Math.min(wanted, THREADS_MAX, elements.length)
  const parts =
    share < 1
      ? [inlinePart({ catalogue, elements })]
      : await Promise.all(
          Array.from({ length: share }, (_, first) =>
            workerPart({
              catalogue: partOfCatalogue(catalogue, { first, share }),
              elements: elements.filter((__, index) => index % share === first),
            }),
          ),
        )
  let last: Promise<unknown> = Promise.resolve()

  const findRows: PassFinder['findRows'] = (request, take) => {
    const search: SkySearch = {
      site: request.site,
      fromUtcMs: request.fromUtcMs,
      toUtcMs: request.toUtcMs,
      mask: request.refraction === undefined ? request.mask : geometricMask(request.mask, request.refraction),
      lightTime: request.lightTime ?? false,
      ut1MinusUtc: request.ut1MinusUtc ?? UT1_MINUS_UTC_DEFAULT,
    }
    const found = last.then(async (): Promise<Result<PassFinderSummary, Fault>> => {
      const results = await Promise.all(
        parts.map((part) =>
          part.search(search, (rows, length) => take(rows, length, (object) => part.elements[object])),
        ),
      )
      const summaries: CatalogueSearchSummary[] = []
      for (const result of results) {
        if (!result.ok) return result
        summaries.push(result.value)
      }
      return ok(summaryOf(parts, summaries, refused))
    })
    last = found.catch(() => undefined)
    return found
  }

  return {
    findRows,
    find: (request, take) =>
      findRows(request, (rows, length, elementsOf) => {
        const elevationOf = request.refraction?.apparentElevation
        take(readPassRows({ rows, length, elementsOf, ...(elevationOf && { elevationOf }) }))
      }),
    close: async () => {
      await Promise.all(parts.map((part) => part.close()))
    },
  }
}
