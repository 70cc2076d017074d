import { type UtcMs, utcMs } from '../../kernel/time.ts'
import type { AlongTrackModel } from '../../orbit/uncertainty/along-track-model.ts'
import { type DurableDatabase, numberOf, textOf } from '../../outbox/durable-database.ts'

/** What a station learned of its own history: how far predictions are off along the track. */
export interface Learned {
  readonly model: AlongTrackModel
  readonly learnedUtcMs: UtcMs
  /** Pairs of sets that taught it, and those of them that left what was to be expected. */
  readonly pairs: number
  readonly jumps: number
}

/** Whether it has what `alongTrackSigmaOf` needs: another version of Azel may have written it. */
const isModel = (value: unknown): value is AlongTrackModel => {
  if (typeof value !== 'object' || value === null) return false
  if (!('version' in value && value.version === 1 && 'learnedFrom' in value && 'strata' in value))
    return false
  const { strata } = value
  if (!Array.isArray(strata)) return false
  return [false, true].every((isDeepSpace) =>
    strata.some(
      (stratum: Partial<AlongTrackModel['strata'][number]> | null) =>
        stratum?.isDeepSpace === isDeepSpace &&
        stratum.fleet === '' &&
        Array.isArray(stratum.nodes) &&
        stratum.nodes.length > 0,
    ),
  )
}

/** What was learned last; undefined where nothing was, or nothing that this version reads. */
export const readLearned = (database: DurableDatabase): Learned | undefined => {
  const row = database.first('SELECT * FROM learned WHERE id = 1')
  if (row === undefined) return undefined
  const model: unknown = JSON.parse(textOf(row, 'model'))
  return isModel(model)
    ? {
        model,
        learnedUtcMs: utcMs(numberOf(row, 'learned_utc_ms')),
        pairs: numberOf(row, 'pairs'),
        jumps: numberOf(row, 'jumps'),
      }
    : undefined
}

/** Takes the place of what was learned before: one statement, whole or not at all. */
export const writeLearned = (database: DurableDatabase, learned: Learned): void => {
  database.run(
    'INSERT OR REPLACE INTO learned (id, learned_utc_ms, pairs, jumps, model) VALUES (1, ?, ?, ?, ?)',
    learned.learnedUtcMs,
    learned.pairs,
    learned.jumps,
    JSON.stringify(learned.model),
  )
}
