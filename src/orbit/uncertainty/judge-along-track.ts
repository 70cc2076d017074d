import { MS_PER_DAY } from '../../kernel/time.ts'
import { type AlongTrackModel, alongTrackSigmaOf, JUMP_SIGMAS } from './along-track-model.ts'
import type { AlongTrackSample } from './successive-sets.ts'

/** How predictions of one kind came out. */
export interface Judgement {
  readonly isDeepSpace: boolean
  /** Half-open, days. */
  readonly ageDays: readonly [number, number]
  /** Above the equatorial radius, of the perigee, half-open, km. */
  readonly perigeeKm: readonly [number, number]
  /** Lowest and highest `dragKmPerDaySquared` in the bin. */
  readonly dragKmPerDaySquared: readonly [number, number]
  readonly pairs: number
  /** Of these, beyond `JUMP_SIGMAS`: not in the mean square. */
  readonly jumps: number
  /** How many jumps the model expected. */
  readonly jumpsExpected: number
  /** Of the errors over their consistency sigmas: 1 where the model is right. */
  readonly meanSquare: number
  /** The sampling error of the mean square, one sigma, from the scatter of the squares themselves. */
  readonly standardError: number
}

/** How to divide. Bins with too few pairs are joined with their neighbours, in drag first and in height then. */
export interface JudgementBins {
  readonly ageEdgesDays: readonly number[]
  readonly perigeeEdgesKm: readonly number[]
  /** Into how many bins of equal number a height is divided by drag, if it has pairs enough. */
  readonly dragBins: number
  readonly pairsMin: number
}

interface Judged {
  readonly sample: AlongTrackSample
  readonly square: number
  readonly jumpShare: number
}

const judge = (
  judged: readonly Judged[],
  bin: Pick<Judgement, 'isDeepSpace' | 'ageDays' | 'perigeeKm'>,
): Judgement => {
  const squares = judged.map(({ square }) => square).filter((square) => square <= JUMP_SIGMAS * JUMP_SIGMAS)
  const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length
  const scatter = squares.reduce((sum, square) => sum + (square - mean) ** 2, 0) / squares.length
  const drags = judged.map(({ sample }) => sample.traits.dragKmPerDaySquared)
  return {
    ...bin,
    dragKmPerDaySquared: [Math.min(...drags), Math.max(...drags)],
    pairs: judged.length,
    jumps: judged.length - squares.length,
    jumpsExpected: judged.reduce((sum, { jumpShare }) => sum + jumpShare, 0),
    meanSquare: mean,
    standardError: Math.sqrt(scatter / squares.length),
  }
}

const within = (value: number, [from, to]: readonly [number, number]): boolean => value >= from && value < to

const intervals = (edges: readonly number[]): (readonly [number, number])[] =>
  edges.slice(1).map((to, index) => [edges[index] ?? 0, to])

/** Neighbouring heights joined until each has enough; what is left at the top goes to the one below. */
const joinedHeights = (
  judged: readonly Judged[],
  { perigeeEdgesKm, pairsMin }: JudgementBins,
): (readonly [readonly [number, number], readonly Judged[]])[] => {
  const joined: [readonly [number, number], Judged[]][] = []
  let from: number | undefined
  let waiting: Judged[] = []
  for (const interval of intervals(perigeeEdgesKm)) {
    from ??= interval[0]
    waiting.push(...judged.filter(({ sample }) => within(sample.traits.perigee, interval)))
    if (waiting.length < pairsMin) continue
    joined.push([[from, interval[1]], waiting])
    from = undefined
    waiting = []
  }
  if (from === undefined || waiting.length === 0) return joined
  const top = perigeeEdgesKm.at(-1) ?? from
  const below = joined.pop()
  return [
    ...joined,
    below === undefined
      ? [[from, top], waiting]
      : [
          [below[0][0], top],
          [...below[1], ...waiting],
        ],
  ]
}

/**
 * Compares a model with pairs that it was not learned from, bin by bin of age, height and drag, near Earth and deep
 * space apart. Jumps are told by the very rule of the learning and are counted, not hidden.
 */
export const judgeAlongTrack = (
  model: AlongTrackModel,
  samples: readonly AlongTrackSample[],
  bins: JudgementBins,
): readonly Judgement[] => {
  const all = samples.map((sample): Judged => {
    const { consistencySigma, jumpShare } = alongTrackSigmaOf(model, sample.traits, sample.age)
    return { sample, square: (sample.alongTrack / consistencySigma) ** 2, jumpShare }
  })
  const judgements: Judgement[] = []
  for (const isDeepSpace of [false, true]) {
    for (const ageDays of intervals(bins.ageEdgesDays)) {
      const judged = all.filter(
        ({ sample }) => sample.traits.isDeepSpace === isDeepSpace && within(sample.age / MS_PER_DAY, ageDays),
      )
      for (const [perigeeKm, here] of joinedHeights(judged, bins)) {
        const byDrag = [...here].sort(
          (a, b) => a.sample.traits.dragKmPerDaySquared - b.sample.traits.dragKmPerDaySquared,
        )
        const parts = Math.max(1, Math.min(bins.dragBins, Math.floor(here.length / bins.pairsMin)))
        for (let part = 0; part < parts; part += 1) {
          const from = Math.floor((part * here.length) / parts)
          const to = Math.floor(((part + 1) * here.length) / parts)
          judgements.push(judge(byDrag.slice(from, to), { isDeepSpace, ageDays, perigeeKm }))
        }
      }
    }
  }
  return judgements
}
