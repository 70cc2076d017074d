import type { ElementSource } from '../../catalog/sources/source.ts'
import type { Configuration } from './schema.ts'
import { queriesOf } from './source-schema.ts'

/** The sources of a configuration that was checked. */
export const sourcesOf = ({ catalog }: Configuration): readonly ElementSource[] =>
  catalog.sources.flatMap((settings): readonly ElementSource[] =>
    settings.kind === 'celestrak'
      ? queriesOf(settings).map((query) => ({ kind: 'celestrak', query, server: settings.server }))
      : [settings],
  )
