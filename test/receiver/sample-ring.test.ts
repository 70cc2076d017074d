import { describe, expect, it } from 'vitest'
import { createSampleRing } from '../../src/receiver/sample-ring.ts'

const counting = (from: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (from + index) % 251)

describe('the ring of samples', () => {
  it('gives back any interval that is still kept, across its seam and odd chunks', () => {
    const ring = createSampleRing({ samplesKept: 10 })
    let sent = 0
    for (const chunk of [7, 1, 12, 3, 5, 20, 33, 2]) {
      ring.push(counting(sent, chunk))
      sent += chunk
      expect(ring.samples()).toBe(Math.floor(sent / 2))
      for (let count = 1; count <= Math.min(9, ring.samples()); count += 1) {
        const first = ring.samples() - count
        expect(ring.read({ first, count })).toEqual(counting(2 * first, 2 * count))
      }
    }
  })

  it('gives nothing for what is gone, has not come or does not fit', () => {
    const ring = createSampleRing({ samplesKept: 10 })
    ring.push(counting(0, 100))
    expect(ring.read({ first: 39, count: 2 })).toBeUndefined()
    expect(ring.read({ first: 49, count: 2 })).toBeUndefined()
    expect(ring.read({ first: 30, count: 11 })).toBeUndefined()
    expect(ring.read({ first: -1, count: 1 })).toBeUndefined()
    expect(ring.read({ first: 40, count: 10 })).toEqual(counting(80, 20))
  })
})
