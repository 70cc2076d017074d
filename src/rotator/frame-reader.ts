import { ReadlineParser } from '@serialport/parser-readline'

/**
 * Cuts what a controller sends into frames. Any of the delimiters ends one (a device may use CR, LF or both), empty
 * frames are left out, and the parser, which would keep a line without end for ever, gets no more than `bytesMax`
 * bytes of one: the rest up to the next delimiter is dropped and counted.
 */
export interface FrameReader {
  readonly push: (bytes: Uint8Array) => void
  /** Forgets what has come of an unfinished frame: a new connection starts clean. */
  readonly reset: () => void
}

const CARRIAGE_RETURN = 0x0d

export const createFrameReader = (options: {
  readonly delimiters: string
  readonly bytesMax: number
  readonly onFrame: (frame: string) => void
  readonly onOverlong: () => void
}): FrameReader => {
  const delimiters = new Set(Array.from(options.delimiters, (character) => character.charCodeAt(0)))
  let parser = makeParser()
  let inFrame = 0
  let dropping = false

  function makeParser(): ReadlineParser {
    const made = new ReadlineParser({ delimiter: '\r', encoding: 'latin1' })
    made.on('data', (frame: string) => {
      if (made === parser && frame !== '') options.onFrame(frame)
    })
    return made
  }

  const reset = (): void => {
    parser = makeParser()
    inFrame = 0
    dropping = false
  }

  return {
    reset,
    push: (bytes) => {
      const passed: number[] = []
      for (const byte of bytes) {
        if (delimiters.has(byte)) {
          if (!dropping && inFrame > 0) passed.push(CARRIAGE_RETURN)
          inFrame = 0
          dropping = false
          continue
        }
        if (dropping) continue
        inFrame += 1
        if (inFrame > options.bytesMax) {
          // What the parser holds of it goes with the parser; whole frames before it go out first.
          const lastEnd = passed.lastIndexOf(CARRIAGE_RETURN) + 1
          if (lastEnd > 0) parser.write(Buffer.from(passed.slice(0, lastEnd)))
          passed.length = 0
          reset()
          dropping = true
          options.onOverlong()
          continue
        }
        passed.push(byte)
      }
      if (passed.length > 0) parser.write(Buffer.from(passed))
    },
  }
}
