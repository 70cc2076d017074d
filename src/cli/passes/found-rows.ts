import type { Deg } from '../../kernel/units.ts'
import { type FoundPass, readPassRows } from '../../orbit/bulk/found-pass.ts'
import { ROW } from '../../orbit/bulk/pass-rows.ts'
import type { ElementSet } from '../../orbit/element-set.ts'

/** Two weeks of 16,400 objects, a million passes: 320 MB as rows of numbers, and several times that as objects. */
const DOUBLES_MAX = 40_000_000

interface Chunk {
  readonly rows: Float64Array
  readonly elementsOf: (object: number) => ElementSet | undefined
}

interface Place {
  readonly chunk: Chunk
  readonly at: number
}

/** The passes of a search, kept as the numbers that they come as, and made passes one by one when they are shown. */
export class FoundRows {
  readonly #places: Place[] = []
  #doubles = 0

  get count(): number {
    return this.#places.length
  }

  /** Whether there were too many to keep; those that came later are lost. */
  get isFull(): boolean {
    return this.#doubles > DOUBLES_MAX
  }

  take(rows: Float64Array, length: number, elementsOf: Chunk['elementsOf']): void {
    this.#doubles += length
    if (this.isFull) return
    // The array is filled anew after this.
    const chunk = { rows: rows.slice(0, length), elementsOf }
    for (let at = 0; at < length; at += rows[at + ROW.length] ?? Number.POSITIVE_INFINITY)
      this.#places.push({ chunk, at })
  }

  /** By AOS, then by catalogue number. */
  sort(): void {
    const aos = ({ chunk, at }: Place): number => chunk.rows[at + ROW.aosUtcMs] ?? Number.NaN
    const number = ({ chunk, at }: Place): number =>
      chunk.elementsOf(chunk.rows[at + ROW.object] ?? 0)?.catalogNumber ?? 0
    this.#places.sort((one, other) => aos(one) - aos(other) || number(one) - number(other))
  }

  /** Elevations as `elevationOf` makes them of geometric ones. */
  *passes(elevationOf: ((geometric: Deg) => Deg) | undefined): Generator<FoundPass> {
    for (const { chunk, at } of this.#places) {
      const length = chunk.rows[at + ROW.length] ?? 0
      yield* readPassRows({
        rows: chunk.rows.subarray(at, at + length),
        length,
        elementsOf: chunk.elementsOf,
        ...(elevationOf === undefined ? {} : { elevationOf }),
      })
    }
  }
}
