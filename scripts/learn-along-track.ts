/**
 * node scripts/learn-along-track.ts OLDEST … NEWEST [--splits N] [--write-model] [--write-fixture]
 *
 * From two or more revisions of a catalogue: learns on one half of the objects how far predictions are off along the
 * track and predicts the other half, N times (default 10) with other halves, and prints the mean squares of the
 * normalised errors. With --write-model makes the shipped model anew from all of it, with --write-fixture the pairs
 * that the tests use.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { loadElementFile } from '../src/catalog/load-file.ts'
import { createRandom } from '../src/kernel/random.ts'
import { unwrap } from '../src/kernel/result.ts'
import { MS_PER_DAY } from '../src/kernel/time.ts'
import type { ElementSet } from '../src/orbit/element-set.ts'
import {
  type Judgement,
  type JudgementBins,
  judgeAlongTrack,
} from '../src/orbit/uncertainty/judge-along-track.ts'
import { learnAlongTrack } from '../src/orbit/uncertainty/learn-along-track.ts'
import { alongTrackSample, type SuccessiveSets } from '../src/orbit/uncertainty/successive-sets.ts'

const SPLITS_DEFAULT = 10
const PERIGEE_EDGES_KM = [0, 350, 450, 475, 500, 550, 650, 900, 1_400, 10_000, 30_000, 1e6]
const BINNINGS: readonly JudgementBins[] = [
  { ageEdgesDays: [0, 10, 15, 60], perigeeEdgesKm: PERIGEE_EDGES_KM, dragBins: 3, pairsMin: 400 },
  { ageEdgesDays: [0, 15, 60], perigeeEdgesKm: PERIGEE_EDGES_KM, dragBins: 3, pairsMin: 800 },
  {
    ageEdgesDays: [0, 15, 60],
    perigeeEdgesKm: [0, 400, 500, 600, 800, 2_000, 1e6],
    dragBins: 2,
    pairsMin: 400,
  },
  { ageEdgesDays: [0, 15, 60], perigeeEdgesKm: [0, 450, 700, 1e6], dragBins: 5, pairsMin: 400 },
]
// A fleet of thousands would be most of the fixture; of such every fourth satellite tells the same.
const LARGE_FLEET_PAIRS = 6_000
const LARGE_FLEET_EVERY = 4

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

const writeWhole = (path: string, content: string | Uint8Array): void => {
  writeFileSync(`${path}.new`, content)
  renameSync(`${path}.new`, path)
  console.log(`written: ${path}`)
}

const successivePairs = (revisions: readonly (readonly ElementSet[])[]): readonly SuccessiveSets[] => {
  const pairs: SuccessiveSets[] = []
  const tables = revisions.map((sets) => new Map(sets.map((set) => [set.catalogNumber, set])))
  for (const [index, olderSets] of tables.entries()) {
    for (const newerSets of tables.slice(index + 1)) {
      for (const [catalogNumber, older] of olderSets) {
        const newer = newerSets.get(catalogNumber)
        if (newer !== undefined && newer.epochUtcMs > older.epochUtcMs) pairs.push({ older, newer })
      }
    }
  }
  return pairs
}

/** A coin for each object, the same for all its pairs. */
const halves = (seed: number): ((pair: SuccessiveSets) => boolean) => {
  const random = createRandom(seed)
  const sides = new Map<number, boolean>()
  return ({ older }) => {
    const side = sides.get(older.catalogNumber) ?? random.uniform() < 0.5
    sides.set(older.catalogNumber, side)
    return side
  }
}

const line = (bin: Judgement): string =>
  [
    bin.isDeepSpace ? 'deep' : 'near',
    `${bin.ageDays.join('–')} d`.padEnd(9),
    `${bin.perigeeKm.join('–')} km`.padEnd(15),
    `${bin.dragKmPerDaySquared.map((drag) => drag.toPrecision(2)).join('–')} km/d²`.padEnd(22),
    `${bin.pairs} pairs`.padStart(11),
    `jumps ${((100 * bin.jumps) / bin.pairs).toFixed(0)} % (expected ${((100 * bin.jumpsExpected) / bin.pairs).toFixed(0)} %)`,
    `mean square ${bin.meanSquare.toFixed(2)} ± ${bin.standardError.toFixed(2)}`,
  ].join('  ')

const judgeSplits = (pairs: readonly SuccessiveSets[], splits: number): void => {
  const outcomes = BINNINGS.map((): Judgement[] => [])
  for (let seed = 1; seed <= splits; seed += 1) {
    const isLearned = halves(seed)
    const { model, ...counts } = learnAlongTrack(pairs.filter(isLearned), { learnedFrom: 'one half' })
    if (seed === 1) console.log(`learned from ${JSON.stringify(counts)}`)
    const rest = pairs
      .filter((pair) => !isLearned(pair))
      .map(alongTrackSample)
      .flatMap((sample) => (sample.ok ? [sample.value] : []))
    for (const [index, bins] of BINNINGS.entries()) {
      const judgements = judgeAlongTrack(model, rest, bins)
      outcomes[index]?.push(...judgements)
      if (seed === 1 && index === 0) for (const judgement of judgements) console.log(line(judgement))
    }
  }
  for (const [index, judgements] of outcomes.entries()) {
    const bins = judgements.filter(({ pairs: count }) => count >= (BINNINGS[index]?.pairsMin ?? 0))
    const squares = bins.map(({ meanSquare }) => meanSquare)
    const inside = squares.filter((square) => square >= 0.8 && square <= 1.2).length
    const deep = bins.filter(({ isDeepSpace }) => isDeepSpace).map(({ meanSquare }) => meanSquare)
    console.log(
      `${JSON.stringify(BINNINGS[index])}\n  ${splits} splits, ${squares.length} bins, ${inside} within 0.8–1.2, from ` +
        `${Math.min(...squares).toFixed(2)} to ${Math.max(...squares).toFixed(2)}; deep space ` +
        `${Math.min(...deep).toFixed(2)} to ${Math.max(...deep).toFixed(2)}`,
    )
  }
}

const writeModel = (pairs: readonly SuccessiveSets[], names: readonly string[]): void => {
  const {
    model,
    jumps,
    pairs: used,
  } = learnAlongTrack(pairs, {
    learnedFrom: `${names.join(', ')} (CelesTrak GP data, public)`,
    prior: { version: 1, learnedFrom: '', strata: [] },
  })
  const strata = model.strata.map(
    ({ nodes, ...kind }) => `    {
      ${JSON.stringify(kind).slice(1, -1)},
      nodes: [
${nodes.map((node) => `        ${JSON.stringify(node)},`).join('\n')}
      ],
    },`,
  )
  writeWhole(
    pathOf('../src/orbit/uncertainty/default-along-track-model.ts'),
    `// Made by scripts/learn-along-track.ts --write-model; not to be edited.
// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: they were learned, whatever they resemble
import type { AlongTrackModel } from './along-track-model.ts'

/**
 * The model of a station that has no history of its own. Learned from ${used} pairs of successive sets, ${jumps} of them
 * jumps. It knows the weather of its weeks only, in which drag lessened and predictions ran ahead.
 */
// biome-ignore format: a table, one height of perigee a line
export const DEFAULT_ALONG_TRACK_MODEL: AlongTrackModel = {
  version: 1,
  learnedFrom: '${model.learnedFrom}',
  strata: [
${strata.join('\n')}
  ],
}
`,
  )
}

const writeFixture = (pairs: readonly SuccessiveSets[]): void => {
  const samples = pairs.flatMap((pair) => {
    const sample = alongTrackSample(pair)
    return sample.ok ? [{ catalogNumber: pair.older.catalogNumber, ...sample.value }] : []
  })
  const fleets = new Map<string, number>()
  for (const { traits } of samples) fleets.set(traits.fleet, (fleets.get(traits.fleet) ?? 0) + 1)
  const rows = samples
    .filter(
      ({ catalogNumber, traits }) =>
        (fleets.get(traits.fleet) ?? 0) < LARGE_FLEET_PAIRS || catalogNumber % LARGE_FLEET_EVERY === 0,
    )
    .sort((a, b) => a.catalogNumber - b.catalogNumber || a.age - b.age)
    .map(({ catalogNumber, traits, age, alongTrack }) =>
      [
        catalogNumber,
        traits.fleet,
        traits.isDeepSpace ? 'deep' : 'near',
        traits.perigee.toFixed(1),
        traits.semiMajorAxis.toFixed(0),
        Number(traits.dragKmPerDaySquared.toPrecision(3)),
        (age / MS_PER_DAY).toFixed(2),
        Number(alongTrack.toPrecision(3)),
      ].join(','),
    )
  const header =
    'catalogNumber,fleet,regime,perigeeKm,semiMajorAxisKm,dragKmPerDaySquared,ageDays,alongTrackKm'
  writeWhole(
    pathOf('../test/fixtures/orbit/successive-sets.csv.gz'),
    gzipSync(`${[header, ...rows].join('\n')}\n`, { level: 9 }),
  )
}

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      splits: { type: 'string', default: String(SPLITS_DEFAULT) },
      'write-model': { type: 'boolean', default: false },
      'write-fixture': { type: 'boolean', default: false },
    },
  })
  if (positionals.length < 2) {
    console.error('Give two or more revisions of a catalogue, the oldest first.')
    process.exitCode = 1
    return
  }
  const revisions: (readonly ElementSet[])[] = []
  for (const path of positionals) revisions.push(unwrap(await loadElementFile(path)).elementSets)
  const pairs = successivePairs(revisions)
  if (values['write-model'])
    writeModel(
      pairs,
      positionals.map((path) => basename(path)),
    )
  if (values['write-fixture']) writeFixture(pairs)
  judgeSplits(pairs, Number(values.splits))
}

await main()
