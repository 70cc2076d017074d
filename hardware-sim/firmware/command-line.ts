/** A command that is being received, character by character. */
export interface CommandLine {
  readonly text: string
  /** Longer than the buffer: what came is thrown away up to the next end of line. */
  readonly overflowed: boolean
}

export const EMPTY_LINE: CommandLine = { text: '', overflowed: false }

export const CARRIAGE_RETURN = 0x0d
export const LINE_FEED = 0x0a

export const addToLine = (line: CommandLine, byte: number, lengthMax: number): CommandLine =>
  line.text.length >= lengthMax
    ? { text: '', overflowed: true }
    : { text: line.text + String.fromCharCode(byte), overflowed: line.overflowed }

/** Latin 1, a byte a character. */
export const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0))
