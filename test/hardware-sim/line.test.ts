import { describe, expect, test } from 'vitest'
import { createPacedLine } from '../../hardware-sim/controller/line.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'

// A byte a millisecond.
const bench = (more: { bytesMax?: number; groupBytesMax?: number } = {}) => {
  const clock = createVirtualClock({ startUtc: utcMs(1_787_443_200_000) })
  const arrived: { text: string; atMs: number }[] = []
  const began = clock.monoNow()
  const line = createPacedLine({
    clock,
    baudRate: 10_000,
    bytesMax: 1000,
    ...more,
    deliver: (bytes) =>
      arrived.push({ text: Buffer.from(bytes).toString('latin1'), atMs: clock.monoNow() - began }),
  })
  return { clock, line, arrived }
}

describe('a paced line', () => {
  test('carries what is written in groups, each when its last byte is over, one write behind the other', async () => {
    const { clock, line, arrived } = bench({ groupBytesMax: 4 })
    line.send(Buffer.from('abcdefghij'))
    line.send(Buffer.from('XY'), ms(3))
    await clock.advance(ms(100))
    expect(arrived).toEqual([
      { text: 'abcd', atMs: 4 },
      { text: 'efgh', atMs: 8 },
      { text: 'ij', atMs: 10 },
      { text: 'XY', atMs: 12 },
    ])
  })

  test('says what finds room, takes nothing that does not, and says when there is little left', async () => {
    const { clock, line, arrived } = bench({ bytesMax: 200, groupBytesMax: 50 })
    const lows: number[] = []
    const began = clock.monoNow()
    line.whenLow(() => lows.push(clock.monoNow() - began))
    expect(line.send(Buffer.alloc(190))).toBe(true)
    expect(line.room()).toBe(10)
    expect(line.send(Buffer.alloc(11))).toBe(false)
    line.whenLow(() => lows.push(clock.monoNow() - began))
    await clock.advance(ms(1000))
    expect(arrived.map(({ text }) => text.length)).toEqual([50, 50, 50, 40])
    expect(lows).toEqual([0, 150])
    expect(line.room()).toBe(200)
  })
})
