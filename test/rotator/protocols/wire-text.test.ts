import { describe, expect, it } from 'vitest'
import { printedNumber } from '../../../src/rotator/protocols/wire-text.ts'

describe('a number on the wire', () => {
  // As C's printf writes them, but for minus zero.
  it.each([
    [0.5, 0, '0'],
    [1.5, 0, '2'],
    [2.5, 0, '2'],
    [180.5, 0, '180'],
    [359.9, 0, '360'],
    [0.25, 1, '0.2'],
    [0.75, 1, '0.8'],
    [0.35, 1, '0.3'],
    [89.96, 1, '90.0'],
    [1.005, 2, '1.00'],
    [0.125, 2, '0.12'],
    [-10.25, 1, '-10.2'],
    [-0.5, 0, '0'],
    [-0.04, 1, '0.0'],
    [483.4 * 2, 0, '967'],
  ])('%d with %i decimals is %s', (value, decimals, printed) => {
    expect(printedNumber(value, decimals)).toBe(printed)
  })
})
