/**
 * No line of an element or ephemeris file is longer than a few hundred characters. A longer one is a mistake, is not kept
 * in memory, and costs itself only.
 */
export const LINE_CHARACTERS_MAX = 65_536

const LINE_END = /\r\n|\n|\r/g

/** Called with each line without its end and its number from 1; undefined in place of one that is too long. */
export type OnLine = (line: string | undefined, number: number) => void

/** Cuts text that comes in pieces into lines, whatever ends they have (LF, CRLF, CR), in bounded memory. */
export class LineSplitter {
  readonly #onLine: OnLine
  #rest = ''
  #overlong = false
  #lines = 0

  constructor(onLine: OnLine) {
    this.#onLine = onLine
  }

  push(piece: string): void {
    const text = this.#rest + piece
    // A CR at the very end may be half of a CRLF.
    const end = text.endsWith('\r') ? text.length - 1 : text.length
    LINE_END.lastIndex = 0
    let start = 0
    for (let match = LINE_END.exec(text); match !== null && match.index < end; match = LINE_END.exec(text)) {
      this.#take(text.slice(start, match.index))
      start = match.index + match[0].length
    }
    this.#rest = text.slice(start)
    if (this.#rest.length > LINE_CHARACTERS_MAX) {
      this.#overlong = true
      // The half of a CRLF is kept, so that the line still ends.
      this.#rest = this.#rest.endsWith('\r') ? '\r' : ''
    }
  }

  /** The text is at its end: a last line without an end is one as well. */
  end(): void {
    const rest = this.#rest
    this.#rest = ''
    if (rest !== '' || this.#overlong) this.#take(rest.endsWith('\r') ? rest.slice(0, -1) : rest)
  }

  #take(line: string): void {
    this.#lines += 1
    const isOverlong = this.#overlong || line.length > LINE_CHARACTERS_MAX
    this.#overlong = false
    this.#onLine(isOverlong ? undefined : line, this.#lines)
  }
}
