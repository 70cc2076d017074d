/** Doubles of a slot: the chunks that rows come in fit it. */
const SLOT_DOUBLES = 65_536
/** Four megabytes for each worker: so far it runs ahead of a receiver that is busy, and then waits. */
const SLOTS = 8

const FREE = 0
const FULL = 1

/**
 * Memory that a worker and who reads its rows share: slots that the worker fills one after the other and the reader
 * gives back, so that a search takes the same memory whatever it finds, and nothing is copied to the reader.
 */
export interface RowRing {
  readonly rows: SharedArrayBuffer
  /** `FREE` or `FULL` for each slot. */
  readonly states: SharedArrayBuffer
}

export const createRowRing = (): RowRing => ({
  rows: new SharedArrayBuffer(SLOTS * SLOT_DOUBLES * Float64Array.BYTES_PER_ELEMENT),
  states: new SharedArrayBuffer(SLOTS * Int32Array.BYTES_PER_ELEMENT),
})

/**
 * The worker's end: puts the first `length` doubles of an array into a slot and gives its number, to be told to the
 * reader; undefined, and nothing done, where they are more than a slot holds. Waits for the reader where none is free.
 */
export const createRingWriter = (
  ring: RowRing,
): ((rows: Float64Array, length: number) => number | undefined) => {
  const all = new Float64Array(ring.rows)
  const states = new Int32Array(ring.states)
  let next = 0
  return (rows, length) => {
    if (length > SLOT_DOUBLES) return undefined
    const slot = next
    next = (next + 1) % SLOTS
    while (Atomics.load(states, slot) === FULL) Atomics.wait(states, slot, FULL)
    all.set(rows.subarray(0, length), slot * SLOT_DOUBLES)
    Atomics.store(states, slot, FULL)
    return slot
  }
}

/** The reader's end: `read` gives a slot's doubles, which are the worker's again after `release`. */
export const createRingReader = (
  ring: RowRing,
): {
  readonly read: (slot: number, length: number) => Float64Array
  readonly release: (slot: number) => void
} => {
  const states = new Int32Array(ring.states)
  return {
    read: (slot, length) =>
      new Float64Array(ring.rows, slot * SLOT_DOUBLES * Float64Array.BYTES_PER_ELEMENT, length),
    release: (slot) => {
      Atomics.store(states, slot, FREE)
      Atomics.notify(states, slot)
    },
  }
}
