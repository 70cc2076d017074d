import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPacketReader } from '../../src/rotator/packet-reader.ts'
import { rot2prog } from '../../src/rotator/protocols/rot2prog.ts'

const PACKET = [0x57, 3, 7, 2, 5, 2, 3, 9, 9, 5, 2, 0x20]
const text = (words: string): number[] => Array.from(words, (letter) => letter.charCodeAt(0))

const read = (bytes: readonly number[], cut = bytes.length): { packets: number; garbage: number } => {
  let packets = 0
  let garbage = 0
  const reader = createPacketReader({
    start: 0x57,
    end: 0x20,
    length: 12,
    isPacket: (packet) => rot2prog.parse(packet).kind !== 'unknown',
    onPacket: (packet) => {
      if (packet === String.fromCharCode(...PACKET)) packets += 1
    },
    onGarbage: () => {
      garbage += 1
    },
  })
  reader.push(Uint8Array.from(bytes.slice(0, cut)))
  reader.push(Uint8Array.from(bytes.slice(cut)))
  return { packets, garbage }
}

describe('the packet reader', () => {
  it('gives the same packets wherever the bytes are cut', () => {
    const bytes = [...PACKET, ...PACKET]
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(read(bytes, cut)).toEqual({ packets: 2, garbage: 0 })
    }
  })

  it('is in step again after rubbish, counted once for each run of it', () => {
    expect(read([0xff, 0x00, 0x81, ...PACKET, 0x01, ...PACKET])).toEqual({ packets: 2, garbage: 2 })
  })

  it('passes over a log in words, even one that begins like a packet', () => {
    const bytes = [...text('Motor 1 Warning: W\r\n'), ...PACKET, ...text('Wait, please '), ...PACKET]
    expect(read(bytes)).toEqual({ packets: 2, garbage: 0 })
  })

  it('loses one packet to a missing byte, and no more', () => {
    for (let missing = 1; missing < PACKET.length; missing += 1) {
      const cut = PACKET.filter((_, index) => index !== missing)
      expect(read([...PACKET, ...cut, ...PACKET]).packets).toBe(2)
    }
  })

  it('finds a packet behind anything at all', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 60 }), (rubbish) => {
        // Rubbish without a start byte cannot swallow what follows.
        const before = rubbish.filter((byte) => byte !== 0x57)
        expect(read([...before, ...PACKET]).packets).toBe(1)
      }),
      { seed: 5, numRuns: 300 },
    )
  })
})
