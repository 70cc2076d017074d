import { fitnessOf } from '../catalog/fitness.ts'
import type { StoredSet } from '../catalog/store/rows.ts'
import { FLAG_WORDS } from '../catalog/store/sanity.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { formatDuration, formatUtc, type UtcMs, utcBetween, utcMs } from '../kernel/time.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import { objectLabel } from '../orbit/object-label.ts'
import type { Configuration } from './configuration/schema.ts'

/** How the elements of the requested objects stand: what the status shows. */
export interface ElementsReport {
  readonly requested: number
  /** Those that can be flown. */
  readonly flown: number
  /** Of the sets that are flown. */
  readonly oldestEpochUtcMs: number | undefined
  readonly newestEpochUtcMs: number | undefined
  /** The first sentences about what is not flown, stale, or cannot be fetched. */
  readonly troubles: readonly string[]
}

/** The sets that can be flown, and what is wrong with the others. */
export interface VettedElements {
  readonly elementSets: readonly ElementSet[]
  /** Catalogue numbers that were asked for and are not among them. */
  readonly unfit: ReadonlySet<number>
  readonly troubles: readonly Fault[]
  readonly report: ElementsReport
}

// A screen of them; the log has all.
const TROUBLES_TOLD_MAX = 5

/** What was refused of an object, beside the set that is flown. */
export type RefusedSet = Pick<StoredSet, 'elements' | 'flag'>

/**
 * Looks which of the requested objects have elements that can be flown now (fault matrix, row 56): bad, decayed and old
 * ones are left out, stale ones are told, each in one sentence.
 */
export const vetElements = (options: {
  readonly configuration: Configuration
  readonly elementSets: readonly ElementSet[]
  readonly refused: readonly RefusedSet[]
  readonly nowUtc: UtcMs
}): VettedElements => {
  const { configuration, nowUtc } = options
  const numbers = new Set(configuration.requests.map(({ catalogNumber }) => catalogNumber))
  const sets = new Map(options.elementSets.map((set) => [set.catalogNumber, set]))
  const refusedOf = new Map(options.refused.map((refused) => [refused.elements.catalogNumber, refused]))
  const troubles: Fault[] = []
  const unfit = new Set<number>()
  const flown: ElementSet[] = []
  for (const number of numbers) {
    const set = sets.get(number)
    const refused = refusedOf.get(number)
    if (refused?.flag !== undefined) {
      const { elements, flag } = refused
      const stays = set === undefined ? '' : `; the one of ${formatUtc(set.epochUtcMs, 0)} stays in use`
      troubles.push(
        fault(
          set === undefined ? 'catalog.unfit' : 'catalog.stale',
          `${objectLabel(elements)} ${FLAG_WORDS[flag]} (epoch ${formatUtc(elements.epochUtcMs, 0)})${stays}`,
        ),
      )
    }
    if (set === undefined) {
      unfit.add(number)
      if (refused === undefined) {
        troubles.push(fault('catalog.unfit', `There are no elements yet for object ${number}`))
      }
      continue
    }
    const fitness = fitnessOf(set, nowUtc, configuration.catalog)
    if (fitness.kind === 'good' || fitness.kind === 'stale') flown.push(set)
    else unfit.add(number)
    if (fitness.kind !== 'good') {
      const code = fitness.kind === 'stale' ? 'catalog.stale' : 'catalog.unfit'
      troubles.push(fault(code, `${objectLabel(set)} ${fitness.words}`))
    }
  }
  const epochs = flown.map(({ epochUtcMs }) => epochUtcMs)
  return {
    elementSets: options.elementSets.filter(({ catalogNumber }) => !unfit.has(catalogNumber)),
    unfit,
    troubles,
    report: {
      requested: numbers.size,
      flown: flown.length,
      oldestEpochUtcMs: epochs.length === 0 ? undefined : epochs.reduce((a, b) => (a < b ? a : b)),
      newestEpochUtcMs: epochs.length === 0 ? undefined : epochs.reduce((a, b) => (a > b ? a : b)),
      troubles: troubles.slice(0, TROUBLES_TOLD_MAX).map(({ message }) => message),
    },
  }
}

/** The line of the status: `3 of 4 objects, 2 h 10 min to 3 d 4 h old`. */
export const elementsWords = (report: ElementsReport, nowUtc: UtcMs): string => {
  const { requested, flown, oldestEpochUtcMs: oldest, newestEpochUtcMs: newest } = report
  const objects = flown === requested ? `${flown}` : `${flown} of ${requested}`
  const age = (epoch: number): string => formatDuration(utcBetween({ from: utcMs(epoch), to: nowUtc }))
  const ages =
    oldest === undefined || newest === undefined
      ? ''
      : oldest === newest
        ? `, ${age(oldest)} old`
        : `, ${age(newest)} to ${age(oldest)} old`
  return `${objects} object${requested === 1 ? '' : 's'}${ages}`
}
