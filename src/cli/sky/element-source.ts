import { existsSync } from 'node:fs'
import { loadElementFile } from '../../catalog/load-file.ts'
import { CatalogStore } from '../../catalog/store/catalog-store.ts'
import { FLAG_WORDS } from '../../catalog/store/sanity.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { formatUtc } from '../../kernel/time.ts'
import type { ElementSet } from '../../orbit/element-set.ts'
import type { AlongTrackModel } from '../../orbit/uncertainty/along-track-model.ts'
import type { CatalogPlace } from '../catalog/place.ts'
import { count } from '../catalog/words.ts'
import { chooseObject } from './choose.ts'

/** An object that is known and not flown, and why. */
export interface UnflownObject {
  readonly catalogNumber: number
  readonly name: string
  readonly reason: Fault
}

/** The elements to look at the sky with. */
export interface ElementSource {
  /** For sentences: `in the catalogue`, `in FILE`. */
  readonly where: string
  readonly elementSets: readonly ElementSet[]
  readonly unflown: readonly UnflownObject[]
  /** How sure predictions are, as the station learned it; undefined where the shipped model serves. */
  readonly alongTrackModel: AlongTrackModel | undefined
  /** What a person should know of it, one sentence each without its full stop. */
  readonly remarks: readonly string[]
}

/**
 * Reads elements from a file that is named, or else from where `azel catalog` keeps them: the file of a configuration
 * without sources, or the store. Faults `catalog.…`, `store.…`.
 */
export const openElementSource = async (
  file: string | undefined,
  place: CatalogPlace | undefined,
): Promise<Result<ElementSource, Fault>> => {
  if (file !== undefined) return fromFile(file)
  const configured = place?.configuration?.catalog
  if (configured?.elements !== undefined && configured.sources.length === 0) {
    return fromFile(configured.elements)
  }
  return fromStore(place?.storePath ?? '')
}

const fromFile = async (path: string): Promise<Result<ElementSource, Fault>> => {
  const readings = await loadElementFile(path)
  if (!readings.ok) return readings
  const { elementSets, sgp4XpSets, skipped, skippedCount } = readings.value
  const [first] = skipped
  return ok({
    where: `in ${path}`,
    elementSets,
    unflown: sgp4XpSets.map(({ catalogNumber, name }) => ({
      catalogNumber,
      name,
      reason: fault('catalog.unfit', `${name} [${catalogNumber}] ${FLAG_WORDS['sgp4-xp']}`),
    })),
    alongTrackModel: undefined,
    remarks:
      first === undefined
        ? []
        : [
            `${path}: ${count(skippedCount, 'object')} left out, the first in line ${first.line}: ${first.field} ${first.reason} (all: azel catalog check)`,
          ],
  })
}

const fromStore = (path: string): Result<ElementSource, Fault> => {
  const empty = (): Result<never, Fault> =>
    err(
      fault(
        'catalog.empty',
        `There are no elements in ${path}: name a file with --catalog, or begin with "azel catalog fetch"`,
      ),
    )
  // Opening would make one.
  if (!existsSync(path)) return empty()
  const store = CatalogStore.open(path)
  if (!store.ok) return store
  const objects = store.value.objects()
  const learned = store.value.learned()
  store.value.close()
  if (!objects.ok) return objects
  if (!learned.ok) return learned
  if (objects.value.length === 0) return empty()
  return ok({
    where: 'in the catalogue',
    elementSets: objects.value.flatMap(({ current }) => (current === undefined ? [] : [current.elements])),
    unflown: objects.value.flatMap(({ catalogNumber, name, current, flagged }) =>
      current === undefined && flagged?.flag !== undefined
        ? [
            {
              catalogNumber,
              name,
              reason: fault(
                'catalog.unfit',
                `${name} [${catalogNumber}] ${FLAG_WORDS[flagged.flag]} (epoch ${formatUtc(flagged.elements.epochUtcMs, 0)})`,
              ),
            },
          ]
        : [],
    ),
    alongTrackModel: learned.value?.model,
    remarks: [],
  })
}

/** Those of the satellites that are wanted, all of them where none is named. */
export const chooseElements = (
  { elementSets, unflown, where }: ElementSource,
  wanted: readonly string[] | undefined,
): Result<readonly ElementSet[], Fault> => {
  if (wanted === undefined) {
    return elementSets.length > 0
      ? ok(elementSets)
      : err(fault('catalog.empty', `No object ${where} has elements that SGP4 can fly`))
  }
  const chosen = new Map<number, ElementSet>()
  for (const text of wanted) {
    const object = chooseObject([...elementSets, ...unflown], text, where)
    if (!object.ok) return object
    if ('reason' in object.value) return err(object.value.reason)
    chosen.set(object.value.catalogNumber, object.value)
  }
  return ok([...chosen.values()])
}
