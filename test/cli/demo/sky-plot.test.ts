import { describe, expect, it } from 'vitest'
import { drawSky } from '../../../src/cli/demo/sky-plot.ts'
import { deg } from '../../../src/kernel/units.ts'

const at = (azimuth: number, elevation: number) => ({ azimuth: deg(azimuth), elevation: deg(elevation) })
const ROWS = 14

const glyphsOf = (options: Parameters<typeof drawSky>[0]): readonly string[] =>
  drawSky(options).rows.map((row) => row.map(({ glyph }) => glyph).join(''))

const placeOf = (azimuth: number, elevation: number): { row: number; column: number } | undefined => {
  const rows = glyphsOf({ rows: ROWS, track: [], marks: [{ direction: at(azimuth, elevation), glyph: '●' }] })
  const row = rows.findIndex((text) => text.includes('●'))
  return row < 0 ? undefined : { row, column: Array.from(rows[row] ?? '').indexOf('●') }
}

describe('the sky plot', () => {
  it('is as wide as it says, in every row, whatever stands in it', () => {
    const marks = [at(0, 0), at(90, 0), at(180, 0), at(270, 0), at(359.99, 90), at(720, 45)].map(
      (direction) => ({
        direction,
        glyph: '●',
      }),
    )
    for (const rows of [4, 14, 20]) {
      const plot = drawSky({ rows, track: [at(10, -20), at(Number.NaN, Number.NaN)], marks })
      expect(plot.rows).toHaveLength(rows)
      for (const row of plot.rows) expect(row).toHaveLength(plot.width)
    }
  })

  it('has north up, east right as on a map, the zenith in the middle', () => {
    const middle = { row: ROWS / 2, column: ROWS }
    const zenith = placeOf(0, 90)
    expect(Math.abs((zenith?.row ?? 99) - middle.row)).toBeLessThanOrEqual(1)
    expect(Math.abs((zenith?.column ?? 99) - middle.column)).toBeLessThanOrEqual(1)
    expect(placeOf(0, 20)?.row).toBeLessThan(4)
    expect(placeOf(180, 20)?.row).toBeGreaterThan(ROWS - 5)
    expect(placeOf(90, 20)?.column).toBeGreaterThan(2 * ROWS - 7)
    expect(placeOf(270, 20)?.column).toBeLessThan(7)
  })

  it('shows nothing of what is below the horizon', () => {
    expect(placeOf(120, -1)).toBeUndefined()
  })

  it('draws the track in dots, over the circle', () => {
    const without = glyphsOf({ rows: ROWS, track: [], marks: [] })
    const track = Array.from({ length: 40 }, (_, index) => at(300, 10 + 2 * index))
    expect(glyphsOf({ rows: ROWS, track, marks: [] })).not.toEqual(without)
    expect(without.join('')).toMatch(/[\u2801-\u28ff]/)
  })
})
