import { join } from 'node:path'
import { loadTransmitterFile } from '../catalog/load-file.ts'
import { loadOwnTransmitters } from '../catalog/load-own-transmitters.ts'
import { mergeTransmitters } from '../catalog/own-transmitters.ts'
import type { FetchOutcome } from '../catalog/sources/fetch-source.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { ok, type Result } from '../kernel/result.ts'
import { formatUtc, MS_PER_HOUR } from '../kernel/time.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import type { AlongTrackModel } from '../orbit/uncertainty/along-track-model.ts'
import { runCatalogTask } from './catalog-tasks.ts'
import type { LoadedCatalog } from './catalog-worker.ts'
import type { Configuration } from './configuration/schema.ts'
import { sourcesOf } from './configuration/sources.ts'
import type { StationData } from './configured-sky.ts'
import type { RefusedSet } from './elements-report.ts'

/** Transmitters as the configuration names them: the public list and the station's own. */
export const loadStationTransmitters = async (
  catalog: Pick<Configuration['catalog'], 'transmitters' | 'ownTransmitters'>,
): Promise<Result<StationData['transmitters'], Fault>> => {
  const listed =
    catalog.transmitters === undefined
      ? ok({ transmitters: [] })
      : await loadTransmitterFile(catalog.transmitters)
  if (!listed.ok) return listed
  const own =
    catalog.ownTransmitters === undefined ? ok([]) : await loadOwnTransmitters(catalog.ownTransmitters)
  return own.ok ? ok(mergeTransmitters(listed.value.transmitters, own.value)) : own
}

/** The elements of the requested objects out of the station's store, and how they are kept fresh. */
export interface StoredCatalog {
  readonly elementSets: () => readonly ElementSet[]
  readonly refused: () => readonly RefusedSet[]
  readonly sourceOf: (set: ElementSet) => string
  /** Looks into the store again: a person may have imported something. Says whether anything is new. */
  readonly refresh: () => Promise<boolean>
  /**
   * Asks the sources that are due. What they say is in the log; troubles stay until the next time. Says whether
   * anything came.
   */
  readonly fetch: () => Promise<boolean>
  /** What the station learned of its own history; undefined until there is enough of it. */
  readonly alongTrackModel: () => AlongTrackModel | undefined
  readonly troubles: () => readonly Fault[]
  readonly stop: () => void
}

/** The catalogue's file in a data folder. */
export const CATALOG_FILE = 'catalog.sqlite'

/** Opens the catalogue that the sources of the configuration fill. Error: the store cannot be read. */
export const openStoredCatalog = async (
  configuration: Configuration,
  options: { readonly clock: Clock; readonly log: Log; readonly software: string },
): Promise<Result<StoredCatalog, Fault>> => {
  const { clock, log } = options
  const storePath = join(configuration.station.dataFolder, CATALOG_FILE)
  const catalogNumbers = [...new Set(configuration.requests.map(({ catalogNumber }) => catalogNumber))]
  const stopping = new AbortController()
  const tasks = { clock, signal: stopping.signal }
  const read = (): Promise<Result<LoadedCatalog, Fault>> =>
    runCatalogTask({ kind: 'load', storePath, catalogNumbers }, tasks)

  const first = await read()
  if (!first.ok) return first
  let { objects, learned } = first.value
  // One for each source of the configuration at most. A source that is waited for keeps its trouble.
  const troubles = new Map<string, Fault>()
  const state = (): string =>
    [
      learned?.learnedUtcMs ?? '',
      ...objects.map(({ current, flagged }) => `${current?.hash ?? ''}/${flagged?.hash ?? ''}`),
    ].join(' ')

  const tell = (outcome: FetchOutcome): void => {
    const { source } = outcome
    switch (outcome.kind) {
      case 'imported': {
        const { sets, added, flaggedCount } = outcome.summary
        const refused = flaggedCount > 0 ? `, ${flaggedCount} of them refused` : ''
        troubles.delete(source)
        log.info(`${source}: ${sets} element sets, ${added} of them new${refused}`)
        return
      }
      case 'same':
        troubles.delete(source)
        log.info(`${source}: nothing newer`)
        return
      case 'wait':
        log.info(`${source}: not asked before ${formatUtc(outcome.untilUtcMs, 0)}, ${outcome.because}`)
        return
      case 'trouble':
        troubles.set(source, outcome.failure)
        log.fault(outcome.failure)
        return
    }
  }

  /** New sets teach how far the older ones were off; what is learned is read with the next `refresh`. */
  const learn = async (): Promise<void> => {
    const taught = await runCatalogTask({ kind: 'learn', storePath }, tasks)
    if (stopping.signal.aborted) return
    if (!taught.ok) log.fault(taught.error)
    else if (taught.value !== undefined)
      log.info(`learned how sure predictions are, of ${taught.value.model.learnedFrom}`)
  }

  return ok({
    elementSets: () => objects.flatMap(({ current }) => (current === undefined ? [] : [current.elements])),
    refused: () => objects.flatMap(({ flagged }) => (flagged === undefined ? [] : [flagged])),
    sourceOf: ({ catalogNumber }) =>
      objects.find((object) => object.catalogNumber === catalogNumber)?.current?.origin.source ?? 'unknown',
    refresh: async () => {
      const again = await read()
      if (!again.ok) {
        if (!stopping.signal.aborted) log.fault(again.error)
        return false
      }
      const before = state()
      objects = again.value.objects
      learned = again.value.learned
      return state() !== before
    },
    fetch: async () => {
      const outcomes = await runCatalogTask(
        {
          kind: 'fetch',
          storePath,
          sources: sourcesOf(configuration),
          unlessWithinMs: configuration.catalog.everyHours * MS_PER_HOUR,
          userAgent: options.software.replace(' ', '/'),
        },
        tasks,
      )
      if (stopping.signal.aborted) return false
      if (!outcomes.ok) {
        log.fault(outcomes.error)
        return false
      }
      for (const outcome of outcomes.value) tell(outcome)
      const hasCome = outcomes.value.some(({ kind }) => kind === 'imported')
      if (hasCome) await learn()
      return hasCome
    },
    alongTrackModel: () => learned?.model,
    troubles: () => [...troubles.values()],
    stop: () => stopping.abort(),
  })
}
