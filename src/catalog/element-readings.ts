import type { ElementSet } from '../orbit/element-set.ts'

/** One complaint about a file: an object that was left out, and why. */
export interface Skipped {
  /** The line where the object begins, or where the fault stands; the first line of a file is 1. */
  readonly line: number
  /** The field as the file calls it, or the property of the element set that it became. */
  readonly field: string
  readonly reason: string
}

/** What a file of elements came to. */
export interface ElementReadings {
  /** One set for each object, that of the newest epoch, in the order of the file. */
  readonly elementSets: readonly ElementSet[]
  /** The first complaints; `skippedCount` counts all. */
  readonly skipped: readonly Skipped[]
  readonly skippedCount: number
  /** How many sets gave way to a newer one of the same object. */
  readonly supersededCount: number
}

/** A person reads the first few; a file that is bad throughout must not fill the memory with complaints. */
export const SKIPPED_KEPT_MAX = 1_000

/** Gathers what the reader of a format finds. */
export class ElementCollector {
  readonly #newest = new Map<number, ElementSet>()
  readonly #skipped: Skipped[] = []
  #skippedCount = 0
  #supersededCount = 0

  add(set: ElementSet): void {
    const known = this.#newest.get(set.catalogNumber)
    if (known !== undefined) this.#supersededCount += 1
    // Of two with one epoch the later in the file: corrections are appended.
    if (known === undefined || set.epochUtcMs >= known.epochUtcMs) this.#newest.set(set.catalogNumber, set)
  }

  skip(complaint: Skipped): void {
    this.#skippedCount += 1
    if (this.#skipped.length < SKIPPED_KEPT_MAX) this.#skipped.push(complaint)
  }

  get readings(): ElementReadings {
    return {
      elementSets: [...this.#newest.values()],
      skipped: this.#skipped,
      skippedCount: this.#skippedCount,
      supersededCount: this.#supersededCount,
    }
  }
}
