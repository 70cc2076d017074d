// Unicode's East Asian "wide" and "fullwidth" blocks (UAX #11), and what is drawn as a picture: two columns.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
const ZERO_WIDTH = /\p{Mark}|[\u200b-\u200f]/u
// What a terminal would obey instead of showing: names in catalogues are somebody else's.
const CONTROL = /\p{Control}/u
const STYLE_CODE = '\u001b\\[[0-9;]*m'
const PIECES = new RegExp(`${STYLE_CODE}|[^]`, 'gu')
const IS_STYLE = new RegExp(`^${STYLE_CODE}$`, 'u')

const columnsOf = (character: string): number =>
  ZERO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1

/**
 * Cuts a line, style codes in it, to a number of columns on a terminal, its end marked "…". All style codes stay, so
 * that no style runs on; control characters are shown as spaces.
 */
export const fitColumns = (line: string, width: number): string => {
  const pieces = line.match(PIECES) ?? []
  const total = pieces.reduce((sum, piece) => sum + (IS_STYLE.test(piece) ? 0 : columnsOf(piece)), 0)
  const room = total > width ? width - 1 : width
  let columns = 0
  let full = false
  return pieces
    .map((piece) => {
      if (IS_STYLE.test(piece)) return piece
      if (full) return ''
      const next = columns + columnsOf(piece)
      if (next > room) {
        full = true
        return '…'
      }
      columns = next
      return CONTROL.test(piece) ? ' ' : piece
    })
    .join('')
}

/** A line without style codes, cut or filled with blanks to exactly so many columns. */
export const padColumns = (line: string, width: number): string => {
  const fitted = fitColumns(line, width)
  const columns = displayWidth(fitted)
  return `${fitted}${' '.repeat(Math.max(0, width - columns))}`
}

/** How many columns a text without style codes takes. */
export const displayWidth = (text: string): number => {
  let columns = 0
  for (const character of text) columns += columnsOf(character)
  return columns
}
