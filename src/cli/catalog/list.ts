import { DEFAULT_AGE_LIMITS, fitnessOf } from '../../catalog/fitness.ts'
import { apogeeHeight, perigeeHeight, period } from '../../catalog/orbit-shape.ts'
import { CatalogStore, type StoredObject } from '../../catalog/store/catalog-store.ts'
import type { StoredSet } from '../../catalog/store/rows.ts'
import { createRealClock } from '../../kernel/real-clock.ts'
import { formatUtc, MS_PER_DAY, MS_PER_MINUTE, type UtcMs } from '../../kernel/time.ts'
import { printFault, printLine } from '../output.ts'
import { catalogPlace, type PlaceOptions } from './place.ts'
import { ageWords, count, tableLines } from './words.ts'

interface ListOptions extends PlaceOptions {
  readonly limit?: number
  readonly olderThan?: number
  readonly source?: string
  readonly flagged?: true
}

const LIMIT_AS_TEXT = 100

/** The set that is shown for an object: what is flown, else what is not. */
const shownSet = ({ current, flagged }: StoredObject): StoredSet | undefined => current ?? flagged

/** What keeps an object from being flown, or its newest set, in a word or two. */
export const remarks = (object: StoredObject, nowUtc: UtcMs): readonly string[] => {
  const { current, flagged } = object
  const words: string[] = []
  if (current !== undefined) {
    const fitness = fitnessOf(current.elements, nowUtc, DEFAULT_AGE_LIMITS)
    if (fitness.kind !== 'good') words.push(fitness.kind)
  }
  if (flagged?.flag !== undefined) {
    words.push(current === undefined ? flagged.flag : `newer refused: ${flagged.flag}`)
  }
  return words
}

export const runList = async (filter: string | undefined, options: ListOptions): Promise<void> => {
  const place = catalogPlace(options)
  if (place === undefined) return
  const store = CatalogStore.open(place.storePath)
  if (!store.ok) return printFault(store.error)
  const objects = store.value.objects()
  store.value.close()
  if (!objects.ok) return printFault(objects.error)
  const nowUtc = createRealClock().utcNow()
  const chosen = objects.value.filter((object) => matches(object, filter, options, nowUtc))
  const shown = chosen.slice(0, options.limit ?? (options.json === true ? chosen.length : LIMIT_AS_TEXT))
  if (options.json === true) {
    printLine(JSON.stringify(shown.map((object) => jsonOf(object, nowUtc))))
    return
  }
  if (shown.length > 0) {
    const head = ['number', 'name', 'age', 'period', 'height', 'incl.', 'source', 'remarks']
    const rows = [head, ...shown.map((object) => rowOf(object, nowUtc))]
    for (const line of tableLines(rows, [1, 6, 7])) printLine(line)
  }
  const of = objects.value.length
  if (shown.length < chosen.length)
    process.stderr.write(`${shown.length} of ${chosen.length}; more with --limit.\n`)
  else process.stderr.write(`${count(chosen.length, 'object')}${chosen.length < of ? ` of ${of}` : ''}.\n`)
  if (of === 0)
    process.stderr.write(
      'The catalogue is empty: begin with "azel catalog fetch" or "azel catalog import".\n',
    )
}

const matches = (
  object: StoredObject,
  filter: string | undefined,
  options: ListOptions,
  nowUtc: UtcMs,
): boolean => {
  const set = shownSet(object)
  if (set === undefined) return false
  const named =
    filter === undefined ||
    String(object.catalogNumber) === filter.trim() ||
    object.name.toLowerCase().includes(filter.trim().toLowerCase())
  const ageDays = (nowUtc - set.elements.epochUtcMs) / MS_PER_DAY
  return (
    named &&
    (options.olderThan === undefined || ageDays > options.olderThan) &&
    (options.source === undefined ||
      set.origin.source.toLowerCase().includes(options.source.toLowerCase())) &&
    (options.flagged !== true || object.flagged !== undefined)
  )
}

const rowOf = (object: StoredObject, nowUtc: UtcMs): readonly string[] => {
  const set = shownSet(object)
  if (set === undefined) return []
  const { elements, origin } = set
  return [
    String(object.catalogNumber),
    object.name,
    ageWords(elements.epochUtcMs, nowUtc),
    `${(period(elements) / MS_PER_MINUTE).toFixed(1)} min`,
    `${perigeeHeight(elements).toFixed(0)} x ${apogeeHeight(elements).toFixed(0)} km`,
    `${elements.inclination.toFixed(1)}°`,
    origin.source,
    remarks(object, nowUtc).join(', '),
  ]
}

const jsonOf = (object: StoredObject, nowUtc: UtcMs): unknown => {
  const set = shownSet(object)
  if (set === undefined) return undefined
  const { elements, origin } = set
  return {
    catalogNumber: object.catalogNumber,
    name: object.name,
    objectId: object.objectId,
    flown: object.current !== undefined,
    epochUtc: formatUtc(elements.epochUtcMs),
    ageDays: (nowUtc - elements.epochUtcMs) / MS_PER_DAY,
    periodMin: period(elements) / MS_PER_MINUTE,
    perigeeKm: perigeeHeight(elements),
    apogeeKm: apogeeHeight(elements),
    inclinationDeg: elements.inclination,
    source: origin.source,
    redistributable: origin.redistributable,
    remarks: remarks(object, nowUtc),
  }
}
