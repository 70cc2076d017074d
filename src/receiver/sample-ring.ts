/**
 * The last samples of a stream, counted from its start. A sample is two bytes; a chunk may end in the middle of one.
 */
export interface SampleRing {
  readonly push: (bytes: Uint8Array) => void
  /** How many whole samples have come since the start. */
  readonly samples: () => number
  /** The bytes of samples [first, first + count), or undefined where they have not come yet or are gone. */
  readonly read: (options: { readonly first: number; readonly count: number }) => Uint8Array | undefined
}

export const createSampleRing = (options: { readonly samplesKept: number }): SampleRing => {
  const capacity = 2 * options.samplesKept
  const buffer = new Uint8Array(capacity)
  // A double counts bytes exactly for six centuries at 480 kB/s.
  let total = 0
  return {
    push: (bytes) => {
      // Of a chunk longer than the ring only its end can stay.
      const kept = bytes.length > capacity ? bytes.subarray(bytes.length - capacity) : bytes
      const start = (total + bytes.length - kept.length) % capacity
      const first = Math.min(kept.length, capacity - start)
      buffer.set(kept.subarray(0, first), start)
      buffer.set(kept.subarray(first), 0)
      total += bytes.length
    },
    samples: () => Math.floor(total / 2),
    read: ({ first, count }) => {
      const from = 2 * first
      const to = from + 2 * count
      if (first < 0 || count > options.samplesKept || to > total || from < total - capacity) return undefined
      const out = new Uint8Array(2 * count)
      const start = from % capacity
      const head = Math.min(out.length, capacity - start)
      out.set(buffer.subarray(start, start + head), 0)
      out.set(buffer.subarray(0, out.length - head), head)
      return out
    },
  }
}
