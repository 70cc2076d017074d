import { type Fault, fault } from '../kernel/errors.ts'

/**
 * Checks one stream from one station for completeness: numbers without a gap, each item chained to the one before,
 * the station's checkpoints in agreement. A pure step function: what to store, what to ask for and what to complain
 * about come back as values.
 */

/** Items that came early wait for the missing ones; more than this are dropped and asked for again. */
const EARLY_ITEMS_MAX = 1_000
/** A request asks for at most this many at once. */
const RANGE_MAX = 500

/** An item whose seal and form have been checked. */
export interface CheckedItem<Content> {
  readonly number: number
  readonly previous: string
  readonly hash: string
  readonly content: Content
}

export interface StreamState<Content> {
  /** The last item accepted in order, 0 before the first, and its hash. */
  readonly number: number
  readonly head: string
  /** The highest number that the station is known to have given out. */
  readonly promised: number
  readonly early: ReadonlyMap<number, CheckedItem<Content>>
}

export interface StreamStep<Content> {
  readonly state: StreamState<Content>
  /** Now in order and verified, lowest number first. */
  readonly accepted: readonly CheckedItem<Content>[]
  /** An item below the head came again: the caller compares it with what it stored. */
  readonly again: CheckedItem<Content> | undefined
  readonly faults: readonly Fault[]
}

export const newStream = <Content>(emptyHash: string): StreamState<Content> => ({
  number: 0,
  head: emptyHash,
  promised: 0,
  early: new Map(),
})

export const stepItem = <Content>(
  state: StreamState<Content>,
  item: CheckedItem<Content>,
): StreamStep<Content> => {
  const promised = Math.max(state.promised, item.number)
  if (item.number <= state.number) return { state, accepted: [], again: item, faults: [] }
  if (item.number > state.number + 1) {
    const held = state.early.get(item.number)
    if (held !== undefined) {
      const faults = held.hash === item.hash ? [] : [twoUnderOneNumber(item.number)]
      return { state, accepted: [], again: undefined, faults }
    }
    const early = new Map(state.early)
    if (early.size < EARLY_ITEMS_MAX) early.set(item.number, item)
    return { state: { ...state, promised, early }, accepted: [], again: undefined, faults: [] }
  }
  return takeInOrder({ ...state, promised }, item)
}

const takeInOrder = <Content>(
  state: StreamState<Content>,
  first: CheckedItem<Content>,
): StreamStep<Content> => {
  const accepted: CheckedItem<Content>[] = []
  const faults: Fault[] = []
  const early = new Map(state.early)
  let { number, head } = state
  let next: CheckedItem<Content> | undefined = first
  while (next !== undefined) {
    // An empty head: what came before this item is gone, and there is nothing to compare with.
    if (head !== '' && next.previous !== head) {
      faults.push(
        fault(
          'stream.altered',
          `Item ${next.number} does not chain to item ${number}: one of the two was exchanged`,
        ),
      )
      break
    }
    accepted.push(next)
    number = next.number
    head = next.hash
    next = early.get(number + 1)
    early.delete(number + 1)
  }
  return { state: { ...state, number, head, early }, accepted, again: undefined, faults }
}

/** The station's checkpoint: how far the stream goes, by its word, and what it still keeps. */
export const stepCheckpoint = <Content>(
  state: StreamState<Content>,
  checkpoint: { readonly number: number; readonly head: string; readonly oldest: number },
): StreamStep<Content> => {
  if (checkpoint.number === state.number && checkpoint.head !== state.head && state.number > 0) {
    return {
      state,
      accepted: [],
      again: undefined,
      faults: [
        fault('stream.altered', `The checkpoint at ${checkpoint.number} does not fit what was received`),
      ],
    }
  }
  const promised = Math.max(state.promised, checkpoint.number)
  const first = state.early.get(checkpoint.oldest)
  if (checkpoint.oldest <= state.number + 1 || checkpoint.number <= state.number) {
    return { state: { ...state, promised }, accepted: [], again: undefined, faults: [] }
  }
  // The station let these go (receipted long ago, or past the agreed time): the stream goes on behind them, and the
  // loss is named.
  const lost = fault(
    'stream.lost',
    `Items ${state.number + 1} to ${checkpoint.oldest - 1} are no longer kept by the station and will not come`,
  )
  const moved = { ...state, promised, number: checkpoint.oldest - 1, head: first?.previous ?? '' }
  if (first === undefined) return { state: moved, accepted: [], again: undefined, faults: [lost] }
  const early = new Map(state.early)
  early.delete(first.number)
  const step = takeInOrder({ ...moved, early }, first)
  return { ...step, faults: [lost, ...step.faults] }
}

/** What to ask the station for, if anything is missing. */
export const missingRange = (
  state: StreamState<unknown>,
): { readonly from: number; readonly to: number } | undefined => {
  if (state.promised <= state.number) return undefined
  const from = state.number + 1
  let to = state.promised
  for (const number of state.early.keys()) if (number > from) to = Math.min(to, number - 1)
  return { from, to: Math.min(to, from + RANGE_MAX - 1) }
}

export const twoUnderOneNumber = (number: number): Fault =>
  fault('stream.equivocation', `Two different items came under number ${number}, both signed by the station`)
