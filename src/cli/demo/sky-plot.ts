import type { AzEl } from '../../kernel/angle.ts'
import { degToRad } from '../../kernel/units.ts'

/**
 * The sky from below in braille dots: north up, east right (as on a map), the zenith in the middle, the horizon the
 * circle. A character holds two by four dots.
 */
export interface SkyPlot {
  readonly width: number
  readonly rows: readonly (readonly SkyCell[])[]
}

export interface SkyCell {
  readonly glyph: string
  /** Part of the track or a mark on it; the others are the frame. */
  readonly bright: boolean
}

interface Mark {
  readonly direction: AzEl
  readonly glyph: string
}

// Unicode 28xx: the bit of the dot at (column, row) of a braille cell.
const DOT_BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const
const CIRCLE_STEPS = 240

export const drawSky = (options: {
  readonly rows: number
  readonly track: readonly AzEl[]
  /** Glyphs over the dots; a later one covers an earlier one. */
  readonly marks: readonly Mark[]
}): SkyPlot => {
  const { rows } = options
  const width = rows * 2
  const cells = Array.from({ length: rows }, () => new Uint8Array(width))
  const bright = new Set<string>()
  const radius = rows * 2 - 1
  const place = (direction: AzEl): { readonly x: number; readonly y: number } | undefined => {
    if (direction.elevation < 0) return undefined
    const distance = (radius * (90 - direction.elevation)) / 90
    const azimuth = degToRad(direction.azimuth)
    return { x: radius + distance * Math.sin(azimuth), y: radius - distance * Math.cos(azimuth) }
  }
  const dot = (x: number, y: number): void => {
    const column = Math.round(x)
    const row = Math.round(y)
    const cell = cells[row >> 2]
    const bit = DOT_BITS[row & 3]?.[column & 1]
    if (cell === undefined || bit === undefined || column < 0 || column >> 1 >= width) return
    cell[column >> 1] = (cell[column >> 1] ?? 0) | bit
  }
  for (let step = 0; step < CIRCLE_STEPS; step += 1) {
    const angle = (2 * Math.PI * step) / CIRCLE_STEPS
    dot(radius + radius * Math.sin(angle), radius - radius * Math.cos(angle))
    // The ring at 45° is dotted thinly, so that it does not compete with the track.
    if (step % 6 === 0) dot(radius + (radius / 2) * Math.sin(angle), radius - (radius / 2) * Math.cos(angle))
  }
  for (const direction of options.track) {
    const point = place(direction)
    if (point === undefined) continue
    dot(point.x, point.y)
    bright.add(`${Math.round(point.y) >> 2},${Math.round(point.x) >> 1}`)
  }
  const glyphs = new Map<string, string>([
    [`${rows >> 1},${rows}`, '+'],
    [`0,${rows - 1}`, 'N'],
    [`${rows - 1},${rows - 1}`, 'S'],
    [`${rows >> 1},${width - 1}`, 'E'],
    [`${rows >> 1},0`, 'W'],
  ])
  for (const { direction, glyph } of options.marks) {
    const point = place(direction)
    if (point === undefined) continue
    const cell = `${Math.round(point.y) >> 2},${Math.round(point.x) >> 1}`
    glyphs.set(cell, glyph)
    bright.add(cell)
  }
  return {
    width,
    rows: cells.map((cell, row) =>
      Array.from(cell, (bits, column) => ({
        glyph: glyphs.get(`${row},${column}`) ?? (bits === 0 ? ' ' : String.fromCodePoint(0x2800 + bits)),
        bright: bright.has(`${row},${column}`),
      })),
    ),
  }
}
