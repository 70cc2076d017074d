import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CheckedItem,
  missingRange,
  newStream,
  type StreamState,
  type StreamStep,
  stepCheckpoint,
  stepItem,
} from '../../src/hub/stream-verifier.ts'
import type { Fault } from '../../src/kernel/errors.ts'

const EMPTY = 'nothing'
const item = (number: number): CheckedItem<number> => ({
  number,
  previous: number === 1 ? EMPTY : `hash ${number - 1}`,
  hash: `hash ${number}`,
  content: number,
})
const checkpoint = (number: number, oldest = 1) => ({
  number,
  head: number === 0 ? EMPTY : `hash ${number}`,
  oldest,
})

/** A partner who takes everything in, and remembers what came out. */
const partner = () => {
  let state: StreamState<number> = newStream(EMPTY)
  const accepted: number[] = []
  const faults: Fault[] = []
  const take = (step: StreamStep<number>): StreamStep<number> => {
    state = step.state
    accepted.push(...step.accepted.map(({ content }) => content))
    faults.push(...step.faults)
    return step
  }
  return {
    item: (given: CheckedItem<number>) => take(stepItem(state, given)),
    checkpoint: (given: ReturnType<typeof checkpoint>) => take(stepCheckpoint(state, given)),
    missing: () => missingRange(state),
    state: () => state,
    accepted,
    faults,
    codes: () => faults.map(({ code }) => code),
  }
}
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1)

describe('a stream', () => {
  it('comes out in order and complete from any mixture of items, doubles, drops and checkpoints, once all were sent again', () => {
    const size = 40
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.integer({ min: 1, max: size }).map((number) => ({ kind: 'item' as const, number })),
            fc.integer({ min: 0, max: size }).map((number) => ({ kind: 'checkpoint' as const, number })),
          ),
          { maxLength: 120 },
        ),
        (events) => {
          const { item: takeItem, checkpoint: takeCheckpoint, missing, accepted, faults, state } = partner()
          for (const { kind, number } of events) {
            if (kind === 'item') takeItem(item(number))
            else takeCheckpoint(checkpoint(number))
            const range = missing()
            const known = Math.max(0, ...events.map((event) => event.number))
            // Asked for is the next one and never what is here or was never heard of.
            if (range !== undefined) {
              expect(range.from).toBe(state().number + 1)
              expect(range.to).toBeGreaterThanOrEqual(range.from)
              expect(range.to).toBeLessThanOrEqual(known)
              for (let at = range.from; at <= range.to; at += 1) expect(state().early.has(at)).toBe(false)
            }
          }
          takeCheckpoint(checkpoint(size))
          for (let rounds = 0; missing() !== undefined; rounds += 1) {
            expect(rounds).toBeLessThan(size)
            const range = missing()
            for (let at = range?.from ?? 0; at <= (range?.to ?? 0); at += 1) takeItem(item(at))
          }
          expect(accepted).toEqual(upTo(size))
          expect(faults).toEqual([])
          expect(state()).toMatchObject({ number: size, head: `hash ${size}`, promised: size })
        },
      ),
      { numRuns: 300 },
    )
  })

  it('gives an item back that it has already, for its hash to be compared, and changes nothing', () => {
    const { item: take, state } = partner()
    take(item(1))
    const before = state()
    expect(take({ ...item(1), hash: 'other' })).toEqual({
      state: before,
      accepted: [],
      again: { ...item(1), hash: 'other' },
      faults: [],
    })
  })

  it('names two items under one number also before it can take either', () => {
    const { item: take, codes, accepted } = partner()
    take(item(3))
    take(item(3))
    expect(codes()).toEqual([])
    take({ ...item(3), hash: 'other' })
    expect(codes()).toEqual(['stream.equivocation'])
    take(item(1))
    take(item(2))
    expect(accepted).toEqual([1, 2, 3])
  })

  it('names an item that does not chain, goes no further, and takes the true one', () => {
    const { item: take, codes, accepted, missing } = partner()
    take(item(1))
    take({ ...item(3), previous: 'forged' })
    take(item(2))
    expect(codes()).toEqual(['stream.altered'])
    expect(accepted).toEqual([1, 2])
    expect(missing()).toEqual({ from: 3, to: 3 })
    take(item(3))
    expect(accepted).toEqual([1, 2, 3])
  })

  it('does not begin with an item that claims another beginning', () => {
    const { item: take, codes, accepted } = partner()
    take({ ...item(1), previous: 'something' })
    expect([accepted, codes()]).toEqual([[], ['stream.altered']])
  })

  it('holds no more than a thousand early items, and still becomes complete', () => {
    const { item: take, state, accepted, missing } = partner()
    for (let number = 2; number <= 3_000; number += 1) take(item(number))
    expect(state().early.size).toBe(1_000)
    expect(state().promised).toBe(3_000)
    expect(missing()).toEqual({ from: 1, to: 1 })
    take(item(1))
    expect(state().number).toBe(1_001)
    // A range is bounded as well.
    expect(missing()).toEqual({ from: 1_002, to: 1_501 })
    for (let number = 1_002; number <= 3_000; number += 1) take(item(number))
    expect(accepted).toEqual(upTo(3_000))
  })
})

describe('a checkpoint', () => {
  it('tells of items that never came', () => {
    const { item: take, checkpoint: hear, missing } = partner()
    take(item(1))
    hear(checkpoint(1))
    expect(missing()).toBeUndefined()
    hear(checkpoint(4))
    expect(missing()).toEqual({ from: 2, to: 4 })
  })

  it('that is old changes nothing', () => {
    const { item: take, checkpoint: hear, state, codes } = partner()
    for (const number of upTo(5)) take(item(number))
    const before = state()
    for (const number of [0, 1, 4, 5]) hear(checkpoint(number))
    expect([state(), codes()]).toEqual([before, []])
  })

  it('whose head is another than ours is named', () => {
    const { item: take, checkpoint: hear, codes } = partner()
    take(item(1))
    hear({ ...checkpoint(1), head: 'other' })
    expect(codes()).toEqual(['stream.altered'])
  })

  it('names what the station let go, and goes on behind it', () => {
    const { item: take, checkpoint: hear, missing, accepted, faults, state } = partner()
    take(item(1))
    take(item(7))
    hear(checkpoint(9, 5))
    expect(faults.map(({ code, message }) => [code, message])).toEqual([
      ['stream.lost', 'Items 2 to 4 are no longer kept by the station and will not come'],
    ])
    expect(missing()).toEqual({ from: 5, to: 6 })
    for (const number of [5, 6, 8, 9]) take(item(number))
    expect(accepted).toEqual([1, 5, 6, 7, 8, 9])
    expect(state()).toMatchObject({ number: 9, head: 'hash 9' })
    expect(faults).toHaveLength(1)
  })

  it('lets go on at once with an early item that the station still keeps first', () => {
    const { item: take, checkpoint: hear, accepted, codes } = partner()
    take(item(5))
    take(item(6))
    hear(checkpoint(6, 5))
    expect([accepted, codes()]).toEqual([[5, 6], ['stream.lost']])
  })

  it('finds a partner whose own store is lost: he begins at what is kept', () => {
    const { item: take, checkpoint: hear, missing, accepted, codes } = partner()
    hear(checkpoint(100, 98))
    expect(missing()).toEqual({ from: 98, to: 100 })
    for (const number of [98, 99, 100]) take(item(number))
    expect([accepted, codes()]).toEqual([[98, 99, 100], ['stream.lost']])
  })
})
