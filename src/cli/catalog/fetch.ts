import { type FetchOutcome, fetchSources } from '../../catalog/sources/fetch-source.ts'
import { type CelestrakQuery, type ElementSource, sourceName } from '../../catalog/sources/source.ts'
import { createTransport } from '../../catalog/sources/transport.ts'
import { createRealClock } from '../../kernel/real-clock.ts'
import { formatUtc } from '../../kernel/time.ts'
import { sourcesOf } from '../../station/configuration/sources.ts'
import { createSystemRandom } from '../../station/system-random.ts'
import { endWith, goOnUnread, printFault, printLine, untilStopped } from '../output.ts'
import { programVersion } from '../version.ts'
import { learnAnew } from './learn.ts'
import { type CatalogPlace, catalogPlace, type PlaceOptions } from './place.ts'
import { createProgress } from './progress.ts'
import { importLines } from './words.ts'

interface FetchOptions extends PlaceOptions {
  readonly celestrakGroup?: string
  readonly celestrakNumber?: number
  readonly celestrakName?: string
  readonly celestrakDesignator?: string
  readonly celestrakSpecial?: string
  readonly server?: string
  readonly retry?: true
}

const EXIT_INTERRUPTED = 130

export const runFetch = async (options: FetchOptions): Promise<void> => {
  const place = catalogPlace(options)
  if (place === undefined) return
  const sources = chosenSources(options, place)
  if (sources.length === 0) {
    process.stderr.write(
      'azel: no source is configured (catalog.sources); name one, for instance --celestrak-group active\n',
    )
    process.exitCode = 1
    return
  }
  const clock = createRealClock()
  goOnUnread()
  const progress = createProgress()
  // What was asked is written down, and what was not taken whole is not taken: nothing to put away.
  void untilStopped().then(() => {
    progress.clear()
    process.stderr.write('azel: stopped; what was asked counts as asked\n')
    endWith(EXIT_INTERRUPTED)
  })
  progress.tell(`asking ${sources.map(sourceName).join(', ')}`)
  const fetched = await fetchSources(
    sources,
    {
      clock,
      random: createSystemRandom(),
      transport: createTransport({
        clock,
        fetch,
        userAgent: `azel/${programVersion()}`,
        onBytes: (host, bytes) => progress.tell(`${host}: ${(bytes / 1e6).toFixed(1)} MB`),
      }),
      storePath: place.storePath,
    },
    {
      retry: options.retry === true,
      onOutcome: (outcome) => {
        progress.clear()
        if (outcome.kind === 'trouble') printFault(outcome.failure)
        else if (options.json !== true) for (const line of linesOf(outcome)) printLine(line)
      },
    },
  )
  progress.clear()
  if (fetched.ok && fetched.value.some(({ kind }) => kind === 'imported'))
    learnAnew(place.storePath, { progress, isQuiet: options.json === true })
  if (!fetched.ok) printFault(fetched.error)
  else if (options.json === true) printLine(JSON.stringify(fetched.value.map(jsonOf)))
  endWith(process.exitCode === undefined ? 0 : Number(process.exitCode))
}

const chosenSources = (options: FetchOptions, { configuration }: CatalogPlace): readonly ElementSource[] => {
  const queries: CelestrakQuery[] = []
  if (options.celestrakGroup !== undefined) queries.push({ group: options.celestrakGroup })
  if (options.celestrakNumber !== undefined) queries.push({ catalogNumber: options.celestrakNumber })
  if (options.celestrakName !== undefined) queries.push({ name: options.celestrakName })
  if (options.celestrakDesignator !== undefined) queries.push({ designator: options.celestrakDesignator })
  if (options.celestrakSpecial !== undefined) queries.push({ special: options.celestrakSpecial })
  if (queries.length > 0) {
    return queries.map((query) => ({ kind: 'celestrak', query, server: options.server }))
  }
  return configuration === undefined ? [] : sourcesOf(configuration)
}

const linesOf = (outcome: FetchOutcome): readonly string[] => {
  const { source } = outcome
  switch (outcome.kind) {
    case 'imported': {
      const [head = '', ...rest] = importLines(outcome.summary, outcome.skippedCount)
      return [`${source}: ${head}`, ...rest]
    }
    case 'same':
      return [`${source}: nothing newer than what is here.`]
    case 'wait':
      return [
        `${source}: not asked, ${outcome.because}; it may be asked again at ${formatUtc(outcome.untilUtcMs, 0)}. What was fetched last is used.`,
      ]
    case 'trouble':
      return []
  }
}

const jsonOf = (outcome: FetchOutcome): unknown =>
  outcome.kind === 'wait' ? { ...outcome, untilUtc: formatUtc(outcome.untilUtcMs, 0) } : outcome
