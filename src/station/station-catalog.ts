import type { Clock } from '../kernel/clock.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { invariant, ok, type Result } from '../kernel/result.ts'
import { openCatalogFiles } from './catalog-files.ts'
import type { Configuration } from './configuration/schema.ts'
import type { StationData } from './configured-sky.ts'
import { openEarthRotation } from './earth-rotation.ts'
import { type ElementsReport, type VettedElements, vetElements } from './elements-report.ts'
import { loadStationTransmitters, openStoredCatalog, type StoredCatalog } from './stored-catalog.ts'

/** What a station flies with: elements from a file or from the store that its sources fill, fit for now. */
export interface StationCatalog {
  /** Without the requests whose objects cannot be flown now. */
  readonly configuration: () => Configuration
  readonly data: () => StationData
  /** Looks for newer elements, and which can still be flown. Says whether the targets may differ from before. */
  readonly refresh: () => Promise<boolean>
  /** Asks the sources that are due, and says whether anything came; absent where there are none. */
  readonly fetch: (() => Promise<boolean>) | undefined
  readonly report: () => ElementsReport
  readonly stop: () => void
}

// As `formatDuration` writes them.
const AGES = /\d+ (?:d|h|min|s|ms)\b/g

interface Elements {
  readonly data: () => StationData
  readonly refresh: () => Promise<boolean>
  readonly stored: StoredCatalog | undefined
}

const openElements = async (
  configuration: Configuration,
  options: { readonly clock: Clock; readonly log: Log; readonly software: string },
): Promise<Result<Elements, Fault>> => {
  const { catalog } = configuration
  if (catalog.sources.length === 0) {
    const { elements } = catalog
    invariant(elements !== undefined, 'a checked configuration has sources or a file of elements')
    const files = await openCatalogFiles({ ...catalog, elements }, options.log)
    return files.ok ? ok({ ...files.value, stored: undefined }) : files
  }
  const transmitters = await loadStationTransmitters(catalog)
  if (!transmitters.ok) return transmitters
  const stored = await openStoredCatalog(configuration, options)
  if (!stored.ok) return stored
  const { elementSets, sourceOf, refresh, alongTrackModel } = stored.value
  return ok({
    data: () => {
      const learned = alongTrackModel()
      return {
        elementSets: elementSets(),
        transmitters: transmitters.value,
        elementsSource: sourceOf,
        ...(learned && { alongTrackModel: learned }),
      }
    },
    refresh,
    stored: stored.value,
  })
}

/** Opens the elements of a configuration. Errors: a file or the store that cannot be used. */
export const openStationCatalog = async (
  configuration: Configuration,
  options: { readonly clock: Clock; readonly log: Log; readonly software: string },
): Promise<Result<StationCatalog, Fault>> => {
  const { clock, log } = options
  const rotation = await openEarthRotation(configuration.station.ut1File, options)
  if (!rotation.ok) return rotation
  const opened = await openElements(configuration, options)
  if (!opened.ok) return opened
  const elements = opened.value
  const told = new Set<string>()

  const vet = (): VettedElements => {
    const { elementSets } = elements.data()
    const vetted = vetElements({
      configuration,
      elementSets,
      refused: elements.stored?.refused() ?? [],
      nowUtc: clock.utcNow(),
    })
    const objects = new Set(elementSets.map(({ catalogNumber }) => catalogNumber))
    // An object that a file does not have is told by the plan, as ever: the file is the operator's.
    const inFile = (number: number): boolean => elements.stored !== undefined || objects.has(number)
    const unfit = new Set([...vetted.unfit].filter(inFile))
    return { ...vetted, unfit }
  }
  /** Each trouble once, and again when it came back; the age in a sentence is no news. */
  const tell = ({ troubles }: VettedElements): void => {
    const now = new Map(troubles.map((trouble) => [trouble.message.replace(AGES, ''), trouble]))
    for (const [text, trouble] of now) if (!told.has(text)) log.fault(trouble)
    told.clear()
    for (const text of now.keys()) told.add(text)
  }

  let vetted = vet()
  tell(vetted)
  return ok({
    configuration: () => ({
      ...configuration,
      requests: configuration.requests.filter(({ catalogNumber }) => !vetted.unfit.has(catalogNumber)),
    }),
    data: () => ({
      ...elements.data(),
      elementSets: vetted.elementSets,
      ut1MinusUtc: rotation.value.ut1MinusUtc(),
    }),
    refresh: async () => {
      const before = [...vetted.unfit].join()
      const turned = await rotation.value.refresh()
      const changed = (await elements.refresh()) || turned
      vetted = vet()
      tell(vetted)
      return changed || [...vetted.unfit].join() !== before
    },
    fetch: elements.stored?.fetch,
    report: () => ({
      ...vetted.report,
      troubles: [
        ...(elements.stored?.troubles() ?? []).map(({ message }) => message),
        ...vetted.report.troubles,
      ],
    }),
    stop: () => elements.stored?.stop(),
  })
}
