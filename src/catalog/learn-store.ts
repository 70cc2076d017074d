import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import { formatUtc, MS_PER_DAY, MS_PER_HOUR, type UtcMs, utcMs } from '../kernel/time.ts'
import { learnFromSamples } from '../orbit/uncertainty/learn-along-track.ts'
import { type AlongTrackSample, alongTrackSample } from '../orbit/uncertainty/successive-sets.ts'
import { learningPairs } from './learning-pairs.ts'
import { CatalogStore } from './store/catalog-store.ts'
import type { Learned } from './store/learned.ts'

// What is learned changes with the weather of weeks; between two fetches of six hours nothing of it does.
const AGAIN_MS_MIN = 20 * MS_PER_HOUR
// A tenth of a millisecond each here, half of one on a small machine: half a minute of one core, once a day.
const SAMPLES_MAX = 60_000
// Below, one kind of orbit or the other has hardly a case, and the shipped model, of 48,000 pairs, knows better.
const SAMPLES_MIN = 1_000
// Elements fly on for days where nothing is fetched: what was only ever seen to age for hours says nothing of that.
const LONGEST_AGE_DAYS_MIN = 3
// The age up to which there are cases enough to trust.
const SAMPLES_AT_LONGEST_AGE = 100
// What a history of a revision teaches, at most: a pair in each octave of ages that it ends.
const PAIRS_PER_REVISION = 2

const day = (at: number): string => formatUtc(utcMs(at), 0).slice(0, 10)

interface History {
  readonly samples: readonly AlongTrackSample[]
  readonly objects: number
  readonly firstEpoch: number
  readonly lastEpoch: number
}

const readHistory = (store: CatalogStore): Result<History, Fault> => {
  const revisions = store.revisionCount()
  if (!revisions.ok) return revisions
  const every = Math.max(1, Math.ceil((revisions.value * PAIRS_PER_REVISION) / SAMPLES_MAX))
  const samples: AlongTrackSample[] = []
  let seen = 0
  let objects = 0
  let firstEpoch = Number.POSITIVE_INFINITY
  let lastEpoch = Number.NEGATIVE_INFINITY
  const read = store.histories((sets) => {
    seen += 1
    if (seen % every !== 0 || samples.length >= SAMPLES_MAX) return
    const before = samples.length
    for (const pair of learningPairs(sets)) {
      const sample = alongTrackSample(pair)
      if (!sample.ok) continue
      samples.push(sample.value)
      firstEpoch = Math.min(firstEpoch, pair.older.epochUtcMs)
      lastEpoch = Math.max(lastEpoch, pair.newer.epochUtcMs)
    }
    if (samples.length > before) objects += 1
  })
  return read.ok ? ok({ samples, objects, firstEpoch, lastEpoch }) : read
}

const withStore = <Value>(
  path: string,
  work: (store: CatalogStore) => Result<Value, Fault>,
): Result<Value, Fault> => {
  const store = CatalogStore.open(path)
  if (!store.ok) return store
  try {
    return work(store.value)
  } finally {
    store.value.close()
  }
}

/**
 * Learns from the store's own history how far predictions are off along the track, and keeps it there; at most once in
 * twenty hours. Undefined where there is nothing to learn yet, or it was learned a while ago. The store is free for
 * others while it reckons. It takes seconds: in the daemon a worker does it. Errors: `store.…`.
 */
export const learnFromStore = (storePath: string, nowUtc: UtcMs): Result<Learned | undefined, Fault> => {
  const history = withStore(storePath, (store): Result<History | undefined, Fault> => {
    const before = store.learned()
    if (!before.ok) return before
    const sinceMs = nowUtc - (before.value?.learnedUtcMs ?? Number.NEGATIVE_INFINITY)
    // Learned in the future is learned by a clock that was wrong.
    return sinceMs >= 0 && sinceMs < AGAIN_MS_MIN ? ok(undefined) : readHistory(store)
  })
  if (!history.ok) return history
  if (history.value === undefined) return ok(undefined)
  const { samples, objects, firstEpoch, lastEpoch } = history.value
  const ages = samples.map(({ age }) => age / MS_PER_DAY).sort((one, other) => other - one)
  const longestAgeDays = ages[SAMPLES_AT_LONGEST_AGE] ?? 0
  if (samples.length < SAMPLES_MIN || longestAgeDays < LONGEST_AGE_DAYS_MIN) return ok(undefined)
  const { model, pairs, jumps } = learnFromSamples(samples, {
    learnedFrom: `own element sets from ${day(firstEpoch)} to ${day(lastEpoch)}, ${samples.length} pairs of ${objects} objects`,
  })
  const learned: Learned = {
    model: { ...model, longestAgeDays: Number(longestAgeDays.toFixed(2)) },
    learnedUtcMs: nowUtc,
    pairs,
    jumps,
  }
  return withStore(storePath, (store) => {
    const written = store.keepLearned(learned)
    return written.ok ? ok(learned) : written
  })
}
