import { type Fault, fault } from '../kernel/errors.ts'
import type { UtcMs } from '../kernel/time.ts'
import { type ElementSet, isSgp4Xp } from '../orbit/element-set.ts'

/** One complaint about a file: an object that was left out, and why. */
export interface Skipped {
  /** The line where the object begins, or where the fault stands; the first line of a file is 1. */
  readonly line: number
  /** The field as the file calls it, or the property of the element set that it became. */
  readonly field: string
  readonly reason: string
}

/** A set that gave way to another of the same object. */
export interface Superseded {
  readonly catalogNumber: number
  readonly name: string
  readonly epochUtcMs: UtcMs
  /** The epoch of the set that stands in its place: later, or the same where the file gives it twice. */
  readonly byEpochUtcMs: UtcMs
}

/** A message of another kind in the same file, such as an OPM among OMMs: named, not read. */
export interface OtherMessage {
  readonly line: number
  /** `OPM`, `OEM`, `OCM`. */
  readonly name: string
}

/** Who takes what the reader of a format finds, in the order of the file. */
export interface ElementSink {
  /** A good set, of SGP4 or of SGP4-XP (`isSgp4Xp`); an object may come several times. */
  readonly add: (set: ElementSet) => void
  readonly skip: (complaint: Skipped) => void
  readonly other: (message: OtherMessage) => void
  /** Something that makes all the rest useless; the reading ends with it. */
  readonly fail: (failure: Fault) => void
}

/** What a file of elements came to. */
export interface ElementReadings {
  /** One set of SGP4 for each object, that of the newest epoch, in the order of the file. */
  readonly elementSets: readonly ElementSet[]
  /** Those of SGP4-XP, one for each object: to be listed, never propagated. They take no SGP4 set's place. */
  readonly sgp4XpSets: readonly ElementSet[]
  /** The first complaints; `skippedCount` counts all. */
  readonly skipped: readonly Skipped[]
  readonly skippedCount: number
  /** The first sets that gave way to another of the same object; `supersededCount` counts all. */
  readonly superseded: readonly Superseded[]
  readonly supersededCount: number
  /** The first messages of other kinds; `otherMessageCount` counts all. */
  readonly otherMessages: readonly OtherMessage[]
  readonly otherMessageCount: number
}

/** A person reads the first few; a file that is bad throughout must not fill the memory with complaints. */
export const SKIPPED_KEPT_MAX = 1_000
const SUPERSEDED_KEPT_MAX = 1_000
const OTHER_MESSAGES_KEPT_MAX = 100
/** Ten times what is tracked today; a file of more is a hostile one, and each set takes 300 bytes of memory. */
export const OBJECTS_MAX = 500_000

/** Gathers what the reader of a format finds: of several sets of one object the newest. */
export class ElementCollector implements ElementSink {
  readonly #sourceName: string
  readonly #newest = new Map<number, ElementSet>()
  readonly #newestXp = new Map<number, ElementSet>()
  readonly #skipped: Skipped[] = []
  #skippedCount = 0
  readonly #superseded: Superseded[] = []
  #supersededCount = 0
  readonly #otherMessages: OtherMessage[] = []
  #otherMessageCount = 0
  #failure: Fault | undefined

  constructor(sourceName: string) {
    this.#sourceName = sourceName
  }

  readonly add = (set: ElementSet): void => {
    const newest = isSgp4Xp(set) ? this.#newestXp : this.#newest
    const known = newest.get(set.catalogNumber)
    if (known === undefined) {
      if (this.#newest.size + this.#newestXp.size >= OBJECTS_MAX) {
        this.fail(fault('catalog.format', `${this.#sourceName} has more than ${OBJECTS_MAX} objects`))
        return
      }
      newest.set(set.catalogNumber, set)
      return
    }
    // Of two with one epoch the later in the file: corrections are appended.
    const isNewer = set.epochUtcMs >= known.epochUtcMs
    if (isNewer) newest.set(set.catalogNumber, set)
    this.#supersededCount += 1
    if (this.#superseded.length < SUPERSEDED_KEPT_MAX) {
      const [stays, goes] = isNewer ? [set, known] : [known, set]
      const { catalogNumber, name, epochUtcMs } = goes
      this.#superseded.push({ catalogNumber, name, epochUtcMs, byEpochUtcMs: stays.epochUtcMs })
    }
  }

  readonly skip = (complaint: Skipped): void => {
    this.#skippedCount += 1
    if (this.#skipped.length < SKIPPED_KEPT_MAX) this.#skipped.push(complaint)
  }

  readonly other = (message: OtherMessage): void => {
    this.#otherMessageCount += 1
    if (this.#otherMessages.length < OTHER_MESSAGES_KEPT_MAX) this.#otherMessages.push(message)
  }

  readonly fail = (failure: Fault): void => {
    this.#failure ??= failure
  }

  get failure(): Fault | undefined {
    return this.#failure
  }

  get readings(): ElementReadings {
    return {
      elementSets: [...this.#newest.values()],
      sgp4XpSets: [...this.#newestXp.values()],
      skipped: this.#skipped,
      skippedCount: this.#skippedCount,
      superseded: this.#superseded,
      supersededCount: this.#supersededCount,
      otherMessages: this.#otherMessages,
      otherMessageCount: this.#otherMessageCount,
    }
  }
}
