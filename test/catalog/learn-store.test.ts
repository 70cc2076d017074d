import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { learnFromStore } from '../../src/catalog/learn-store.ts'
import { learningPairs } from '../../src/catalog/learning-pairs.ts'
import { CatalogStore } from '../../src/catalog/store/catalog-store.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { MS_PER_DAY, MS_PER_HOUR, utcMs } from '../../src/kernel/time.ts'
import { deg, degToRad, ms } from '../../src/kernel/units.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import { DEFAULT_ALONG_TRACK_MODEL } from '../../src/orbit/uncertainty/default-along-track-model.ts'
import { alongTrackSigma, predictionQuality } from '../../src/orbit/uncertainty/prediction-quality.ts'
import { alongTrackSample } from '../../src/orbit/uncertainty/successive-sets.ts'
import { ISS } from '../orbit/fixtures.ts'

const OBJECTS = 100
const SETS = 18
const STEP_DAYS = 0.7
/** How fast every prediction runs away, one sigma, km a day: a law that the learning is to find. */
const TRUTH_KM_PER_DAY = 2
const AXIS_KM = 7_178
const MEAN_MOTION = 14.276

/** The set of the same orbit some days later: node and perigee by J2, and the place on the orbit as SGP4 predicts it. */
const carried = (set: ElementSet, days: number): ElementSet => {
  const cosine = Math.cos(degToRad(set.inclination))
  const rate = (6_378.135 / AXIS_KM) ** 3.5
  const moved = {
    ...set,
    epochUtcMs: utcMs(set.epochUtcMs + days * MS_PER_DAY),
    rightAscension: deg((set.rightAscension - 9.9641 * rate * cosine * days + 360) % 360),
  }
  const place = (meanAnomaly: number): ElementSet => ({
    ...moved,
    meanAnomaly: deg(((meanAnomaly % 360) + 360) % 360),
  })
  let now = place(set.meanAnomaly + 360 * MEAN_MOTION * days)
  for (let round = 0; round < 3; round += 1) {
    const ahead = unwrap(alongTrackSample({ older: set, newer: now })).alongTrack
    now = place(now.meanAnomaly + (ahead / AXIS_KM) * (180 / Math.PI))
  }
  return now
}

/** Objects whose sets each have a wrong mean motion, and so predict the next ones wrongly. */
const makeHistories = (): readonly (readonly ElementSet[])[] => {
  const random = createRandom(11)
  return Array.from({ length: OBJECTS }, (_, object) => {
    let truth: ElementSet = {
      ...ISS,
      catalogNumber: 50_000 + object,
      name: 'DEBRIS',
      meanMotion: MEAN_MOTION,
      eccentricity: 1e-4,
      inclination: deg(60 + (object % 30)),
      rightAscension: deg((37 * object) % 360),
      argumentOfPericenter: deg(0),
      bstar: 0,
      meanMotionDot: 0,
    }
    return Array.from({ length: SETS }, (__, index) => {
      if (index > 0) truth = carried(truth, STEP_DAYS)
      const wrong = (random.normal() * TRUTH_KM_PER_DAY) / (2 * Math.PI * AXIS_KM)
      return { ...truth, meanMotion: MEAN_MOTION + wrong }
    })
  })
}

let folder = ''
let histories: readonly (readonly ElementSet[])[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-learn-'))
  histories = makeHistories()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const NOW = utcMs(ISS.epochUtcMs + 20 * MS_PER_DAY)
const storeWith = (name: string, taken: readonly (readonly ElementSet[])[]): string => {
  const path = join(folder, name)
  const store = unwrap(CatalogStore.open(path))
  const origin = { source: 'a test', place: 'here', sha256: 'ab', bytes: 1, redistributable: true }
  unwrap(store.import(taken.flat(), { ...origin, fetchedUtcMs: NOW }, NOW))
  store.close()
  return path
}
const learnedIn = (path: string) => {
  const store = unwrap(CatalogStore.open(path))
  const learned = unwrap(store.learned())
  store.close()
  return learned
}

describe('pairs that teach', () => {
  it('span all ages of a history by octaves, none overlapping another of its octave', () => {
    const [history = []] = histories
    const pairs = learningPairs(history)
    const ages = pairs.map(({ older, newer }) => (newer.epochUtcMs - older.epochUtcMs) / MS_PER_DAY)
    expect(ages.filter((age) => age < 1)).toHaveLength(17)
    expect(ages.filter((age) => age >= 1 && age < 2)).toHaveLength(8)
    expect(ages.filter((age) => age >= 8)).toHaveLength(1)
    expect(Math.max(...ages)).toBeGreaterThan(8)
    for (const octave of [0.5, 1, 2, 4, 8]) {
      const here = pairs.filter((_, index) => (ages[index] ?? 0) >= octave && (ages[index] ?? 0) < 2 * octave)
      for (const [index, { older }] of here.entries()) {
        const before = here[index - 1]
        if (before !== undefined) expect(older.epochUtcMs).toBeGreaterThanOrEqual(before.newer.epochUtcMs)
      }
    }
    expect(learningPairs([])).toEqual([])
    expect(learningPairs(history.slice(0, 1))).toEqual([])
  })
})

describe('learning from the store', () => {
  it('finds the law that the sets follow, keeps it, and says of what it was learned', () => {
    const path = storeWith('enough.sqlite', histories)
    const learned = unwrap(learnFromStore(path, NOW))
    expect(learned).toBeDefined()
    expect(learnedIn(path)).toEqual(learned)
    const model = learned?.model ?? DEFAULT_ALONG_TRACK_MODEL
    expect(model.learnedFrom).toMatch(
      /^own element sets from 2026-08-2\d to 2026-09-0\d, \d{4} pairs of 100 objects$/,
    )
    const [[set = ISS] = []] = histories
    for (const days of [1, 2, 4, 8]) {
      const sigma = alongTrackSigma(model, set, ms(days * MS_PER_DAY)).consistencySigma
      expect(sigma / (TRUTH_KM_PER_DAY * days)).toBeGreaterThan(0.85)
      expect(sigma / (TRUTH_KM_PER_DAY * days)).toBeLessThan(1.2)
    }
  })

  it('is as unsure as the shipped model of ages that the history does not have', () => {
    const path = storeWith('ages.sqlite', histories)
    const model = unwrap(learnFromStore(path, NOW))?.model
    const [[set = ISS] = []] = histories
    const dragged = { ...set, bstar: 0.001 }
    const at = (days: number) => utcMs(set.epochUtcMs + days * MS_PER_DAY)
    expect(model?.longestAgeDays).toBeGreaterThan(4)
    expect(model?.longestAgeDays).toBeLessThan(12)
    expect(predictionQuality(dragged, at(30), model)).toEqual(predictionQuality(dragged, at(30)))
    expect(predictionQuality(dragged, at(2), model)).not.toEqual(predictionQuality(dragged, at(2)))
    // And never surer of an old prediction than of a young one.
    let before = 0
    for (let days = 0; days < 40; days += 0.5) {
      const { inflatedSigma } = predictionQuality(dragged, at(days), model)
      expect(inflatedSigma).toBeGreaterThanOrEqual(before)
      before = inflatedSigma
    }
  })

  it('learns once in twenty hours, and again where the clock was ahead', () => {
    const path = storeWith('again.sqlite', histories)
    const at = (hours: number) => utcMs(NOW + hours * MS_PER_HOUR)
    expect(unwrap(learnFromStore(path, at(48)))?.learnedUtcMs).toBe(at(48))
    expect(unwrap(learnFromStore(path, at(48 + 19)))).toBeUndefined()
    expect(learnedIn(path)?.learnedUtcMs).toBe(at(48))
    expect(unwrap(learnFromStore(path, at(48 + 20)))?.learnedUtcMs).toBe(at(68))
    expect(unwrap(learnFromStore(path, at(0)))?.learnedUtcMs).toBe(at(0))
  })

  it('learns nothing of too few pairs, nor of a history of hours', () => {
    expect(unwrap(learnFromStore(storeWith('few.sqlite', histories.slice(0, 20)), NOW))).toBeUndefined()
    const short = histories.map((sets) => sets.slice(0, 3))
    const many = [0, 1, 2, 3, 4, 5].flatMap((copy) =>
      short.map((sets) => sets.map((set) => ({ ...set, catalogNumber: set.catalogNumber + 1_000 * copy }))),
    )
    expect(unwrap(learnFromStore(storeWith('short.sqlite', many), NOW))).toBeUndefined()
  })

  it('takes over a store that was made before anything was learned', () => {
    const path = storeWith('older.sqlite', histories.slice(0, 3))
    const database = new DatabaseSync(path)
    database.exec('DROP TABLE learned; DROP TABLE shrunk; PRAGMA user_version = 1')
    database.close()
    expect(learnedIn(path)).toBeUndefined()
    const store = unwrap(CatalogStore.open(path))
    expect(unwrap(store.revisionCount())).toBe(3 * SETS)
    store.close()
  })

  it.each(['{}', '{"version":2}', '{"version":1,"learnedFrom":"x","strata":[null]}'])(
    'goes on with the shipped model where what it finds is not of this version: %s',
    (text) => {
      const path = storeWith(`strange-${text.length}.sqlite`, histories.slice(0, 1))
      const database = new DatabaseSync(path)
      database.prepare('INSERT INTO learned VALUES (1, 0, 0, 0, ?)').run(text)
      database.close()
      expect(learnedIn(path)).toBeUndefined()
    },
  )
})
