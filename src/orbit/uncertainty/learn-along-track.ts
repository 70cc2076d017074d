import {
  type AlongTrackModel,
  type AlongTrackNode,
  type AlongTrackStratum,
  placeAmongNodes,
} from './along-track-model.ts'
import { DEFAULT_ALONG_TRACK_MODEL } from './default-along-track-model.ts'
import { COEFFICIENT_MIN, fitVariance } from './fit-variance.ts'
import { type AlongTrackSample, alongTrackSample, type SuccessiveSets } from './successive-sets.ts'

/** What was learned, and what of the pairs was of no use. */
export interface AlongTrackLearning {
  readonly model: AlongTrackModel
  /** Pairs that went into it, the jumps among them included. */
  readonly pairs: number
  /** Pairs beyond the usual, mostly manoeuvres: counted as such and not averaged in. */
  readonly jumps: number
  /** Pairs of which SGP4 could make no prediction. */
  readonly unpredictable: number
  readonly notSuccessive: number
}

interface LearningOptions {
  /** Of what, in a sentence for people. */
  readonly learnedFrom: string
  /** Serves for kinds of objects with too few pairs; the shipped model where absent. */
  readonly prior?: AlongTrackModel
}

// Fewer leave the mean square of a stratum uncertain by a quarter and more (three sigmas, kurtosis 3).
const STRATUM_PAIRS_MIN = 300
/** A fleet with fewer is counted with all others. */
const FLEET_PAIRS_MIN = 500
// A node has at least so many pairs around it, and more in a large stratum, of which it is to be a fortieth.
const NODE_PAIRS_MIN = 40
const NODE_PAIRS_ENOUGH = 400
const NODES_OF_A_SMALL_STRATUM = 40
// Steps of 1.2 %: 6 km in a height of 500 km; shells of constellations lie closer, but drift by as much.
const NODE_STEP = 0.012
// 400,000 samples take 40 MB for their terms. Of more, every second, third … is taken.
const SAMPLES_MAX = 400_000
// Three digits say all that a mean square of hundreds of pairs knows.
const DIGITS = 3

const rounded = (value: number): number => (value <= COEFFICIENT_MIN ? 0 : Number(value.toPrecision(DIGITS)))

const nodeHeights = (samples: readonly AlongTrackSample[]): readonly number[] => {
  const heights = samples.map(({ traits }) => traits.perigee as number).sort((a, b) => a - b)
  const pairs = Math.min(
    NODE_PAIRS_ENOUGH,
    Math.max(NODE_PAIRS_MIN, Math.floor(heights.length / NODES_OF_A_SMALL_STRATUM)),
  )
  // The outermost nodes stand within the samples: what lies beyond them is taken as they are.
  const nodes: number[] = []
  let taken = Number.NEGATIVE_INFINITY
  for (let index = Math.floor(pairs / 2); index < heights.length - pairs / 2; index += 1) {
    const height = Math.round((heights[index] ?? 0) * 10) / 10
    if (index - taken < pairs || height < (nodes.at(-1) ?? 0) * (1 + NODE_STEP)) continue
    nodes.push(height)
    taken = index
  }
  return nodes
}

/** For each node the share of jumps among the samples around it. */
const jumpShares = (
  samples: readonly AlongTrackSample[],
  nodes: readonly { readonly perigeeKm: number }[],
  isJump: Uint8Array,
): readonly number[] => {
  const jumps = new Float64Array(nodes.length + 1)
  const all = new Float64Array(nodes.length + 1)
  for (const [index, { traits }] of samples.entries()) {
    const { lower, weight } = placeAmongNodes(nodes, traits.perigee)
    for (const [node, share] of [
      [lower, 1 - weight],
      [lower + 1, weight],
    ] as const) {
      jumps[node] = (jumps[node] ?? 0) + share * (isJump[index] ?? 0)
      all[node] = (all[node] ?? 0) + share
    }
  }
  return nodes.map((_, node) => ((all[node] ?? 0) > 0 ? (jumps[node] ?? 0) / (all[node] ?? 1) : 0))
}

const learnStratum = (
  kind: Pick<AlongTrackStratum, 'isDeepSpace' | 'fleet'>,
  samples: readonly AlongTrackSample[],
): { readonly stratum: AlongTrackStratum; readonly jumps: number } => {
  const heights = nodeHeights(samples)
  const [whole] = fitVariance(samples, heights.slice(0, 1)).coefficients
  const { coefficients, isJump } = fitVariance(samples, heights, whole)
  const shares = jumpShares(
    samples,
    heights.map((perigeeKm) => ({ perigeeKm })),
    isJump,
  )
  const nodes = heights.map(
    (perigeeKm, node): AlongTrackNode => ({
      perigeeKm,
      coefficients: Array.from(coefficients[node] ?? [], rounded),
      jumpShare: rounded(shares[node] ?? 0),
    }),
  )
  return {
    stratum: { ...kind, pairs: samples.length, nodes },
    jumps: isJump.reduce((sum, jump) => sum + jump, 0),
  }
}

const thinned = (samples: readonly AlongTrackSample[]): readonly AlongTrackSample[] => {
  const every = Math.ceil(samples.length / SAMPLES_MAX)
  return every > 1 ? samples.filter((_, index) => index % every === 0) : samples
}

/** As `learnAlongTrack`, from samples that were made already. */
export const learnFromSamples = (
  given: readonly AlongTrackSample[],
  { learnedFrom, prior = DEFAULT_ALONG_TRACK_MODEL }: LearningOptions,
): Pick<AlongTrackLearning, 'model' | 'jumps' | 'pairs'> => {
  const samples = thinned(given)
  const deep: AlongTrackSample[] = []
  const near = new Map<string, AlongTrackSample[]>()
  for (const sample of samples) {
    if (sample.traits.isDeepSpace) deep.push(sample)
    else {
      const { fleet } = sample.traits
      const mates = near.get(fleet)
      if (mates === undefined) near.set(fleet, [sample])
      else mates.push(sample)
    }
  }
  const groups: [Pick<AlongTrackStratum, 'isDeepSpace' | 'fleet'>, readonly AlongTrackSample[]][] = []
  const others: AlongTrackSample[] = []
  for (const [fleet, mates] of near) {
    if (fleet !== '' && mates.length >= FLEET_PAIRS_MIN) groups.push([{ isDeepSpace: false, fleet }, mates])
    else for (const mate of mates) others.push(mate)
  }
  if (others.length >= STRATUM_PAIRS_MIN) groups.push([{ isDeepSpace: false, fleet: '' }, others])
  if (deep.length >= STRATUM_PAIRS_MIN) groups.push([{ isDeepSpace: true, fleet: '' }, deep])
  const learned = groups.map(([kind, group]) => learnStratum(kind, group))
  const strata = learned.map(({ stratum }) => stratum)
  const isLearned = ({ isDeepSpace, fleet }: AlongTrackStratum): boolean =>
    strata.some((stratum) => stratum.isDeepSpace === isDeepSpace && stratum.fleet === fleet)
  return {
    model: {
      version: 1,
      learnedFrom,
      strata: [...strata, ...prior.strata.filter((stratum) => !isLearned(stratum))],
    },
    pairs: strata.reduce((sum, { pairs }) => sum + pairs, 0),
    jumps: learned.reduce((sum, { jumps }) => sum + jumps, 0),
  }
}

/**
 * Learns how far predictions are off along the track, from pairs of successive sets of as many objects as there are.
 * What it learns is how well sets agree with each other (`AlongTrackSigma.consistencySigma`), in the weather of the
 * time that the sets span: objects that fly through one and the same atmosphere err together, and a time of storms
 * or of rising solar activity is worse than one that was calm.
 */
export const learnAlongTrack = (
  pairs: Iterable<SuccessiveSets>,
  options: LearningOptions,
): AlongTrackLearning => {
  const samples: AlongTrackSample[] = []
  let unpredictable = 0
  let notSuccessive = 0
  for (const pair of pairs) {
    const sample = alongTrackSample(pair)
    if (sample.ok) samples.push(sample.value)
    else if (sample.error === 'unpredictable') unpredictable += 1
    else notSuccessive += 1
  }
  return { ...learnFromSamples(samples, options), unpredictable, notSuccessive }
}
