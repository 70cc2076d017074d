import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type Deg,
  deg,
  degToRad,
  ms,
  msToSec,
  type Rad,
  rad,
  radToDeg,
  sec,
  secToMs,
} from '../../src/kernel/units.ts'

describe('units', () => {
  it('converts there and back', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        expect(radToDeg(degToRad(deg(value)))).toBeCloseTo(value, 8)
        expect(msToSec(secToMs(sec(value)))).toBeCloseTo(value, 8)
      }),
    )
    expect(degToRad(deg(180))).toBe(Math.PI)
    expect(radToDeg(rad(Math.PI / 2))).toBe(90)
    expect(msToSec(ms(1500))).toBe(1.5)
  })

  it('are kept apart by the type checker', () => {
    expectTypeOf<Deg>().not.toExtend<Rad>()
    expectTypeOf<number>().not.toExtend<Deg>()
    expectTypeOf<Deg>().toExtend<number>()
  })
})
