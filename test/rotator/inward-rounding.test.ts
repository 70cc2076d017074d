import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { deg, degPerSec } from '../../src/kernel/units.ts'
import { roundingInwards } from '../../src/rotator/inward-rounding.ts'
import { gs232b } from '../../src/rotator/protocols/gs232b.ts'

const within = (azimuth: readonly [number, number], elevation: readonly [number, number]) => {
  const axis = ([minimum, maximum]: readonly [number, number]) => ({
    minimum: deg(minimum),
    maximum: deg(maximum),
    slewRate: degPerSec(6),
  })
  const driver = roundingInwards(gs232b, {
    kind: 'azel',
    azimuth: axis(azimuth),
    elevation: axis(elevation),
    park: { azimuth: deg(0), elevation: deg(0) },
    beamWidth: deg(20),
    resolution: deg(1),
  })
  return (az: number, el: number): string =>
    String.fromCharCode(...(unwrap(driver.encodeMoveTo({ azimuth: deg(az), elevation: deg(el) }))[0] ?? []))
}

describe('a command near the end of an axis', () => {
  it('is not rounded beyond it', () => {
    const tell = within([0.4, 449.6], [0.3, 89.5])
    expect(tell(449.6, 89.5)).toBe('W449 089\r')
    expect(tell(0.4, 0.3)).toBe('W001 001\r')
    expect(tell(123.5, 45.4)).toBe('W124 045\r')
    // Below north, told as a turn further.
    expect(within([-179.6, 0], [0, 90])(-179.6, 90)).toBe('W181 090\r')
  })

  it('goes to an end that it can name, and leaves an axis without any step alone', () => {
    expect(within([0, 450], [0, 90])(450, 90)).toBe('W450 090\r')
    expect(within([0, 450], [30.4, 30.4])(449.7, 30.4)).toBe('W450 030\r')
  })

  it('is within the limits wherever they are', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 200, noNaN: true }),
        fc.double({ min: 2, max: 240, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (minimum, span, share) => {
          const maximum = minimum + span
          const told = Number(within([minimum, maximum], [0, 90])(minimum + share * span, 10).slice(1, 4))
          expect(told).toBeGreaterThanOrEqual(minimum - 1e-6)
          expect(told).toBeLessThanOrEqual(maximum + 1e-6)
        },
      ),
      { seed: 7 },
    )
  })
})
