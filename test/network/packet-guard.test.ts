import { describe, expect, it } from 'vitest'
import { createPacketGuard } from '../../src/network/packet-guard.ts'

/** A packet with a body of this many bytes. */
const packet = (bodyBytes: number): Uint8Array => {
  const length: number[] = []
  let rest = bodyBytes
  do {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>= 7
  } while (rest > 0)
  return Uint8Array.from([0x32, ...length, ...new Uint8Array(bodyBytes).fill(0xff)])
}

const trips = (chunks: readonly Uint8Array[], limit: number): boolean => {
  let tripped = false
  const guard = createPacketGuard(limit, () => {
    tripped = true
  })
  for (const chunk of chunks) guard(chunk)
  return tripped
}

describe('the packet guard', () => {
  it('lets a long backlog of packets of the allowed size through, however it is cut', () => {
    const stream = Buffer.concat(Array.from({ length: 500 }, (_, index) => packet(index * 2)))
    for (const size of [1, 2, 3, 7, 64, 1_000, 65_536]) {
      const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
        stream.subarray(index * size, (index + 1) * size),
      )
      expect(trips(chunks, 1_000)).toBe(false)
    }
  })

  it('trips at the header of a packet that is too large, before its body has come', () => {
    expect(trips([packet(1_000), packet(1_001).subarray(0, 3)], 1_000)).toBe(true)
    expect(trips([packet(300_000).subarray(0, 4)], 66_560)).toBe(true)
    expect(trips([Uint8Array.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff])], 1e9)).toBe(true)
  })
})
