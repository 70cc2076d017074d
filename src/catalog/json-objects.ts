import { messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'

/** One object of a JSON list: its fields, or what is wrong with its text. */
export interface JsonObject {
  readonly line: number
  readonly fields: Result<Readonly<Record<string, unknown>>, string>
}

const QUOTE = 34
const BACKSLASH = 92
const LINE_FEED = 10
const OPENING_BRACE = 123
const CLOSING_BRACE = 125

// V8 repeats the text around the fault; the line says where it is.
const SYNTAX_MESSAGE_MAX = 80

/** An OMM of Space-Track with all its extras has 1,500 characters. More than this is no object but a lost brace. */
const OBJECT_CHARACTERS_MAX = 65_536

// A forgotten quote or brace hides all that follows, until the reading is begun again behind it. Each time costs a walk
// through an object's length of text, so a file that is bad throughout is given up after so many.
const RESTARTS_MAX = 1_000

const NOT_BETWEEN_OBJECTS = /[^\s,[\]\uFEFF]/

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parseObject = (text: string): JsonObject['fields'] => {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? ok(value) : err('is no JSON object')
  } catch (thrown) {
    return err(`is no JSON: ${messageOf(thrown).slice(0, SYNTAX_MESSAGE_MAX)}`)
  }
}

// In pieces of this length: a text of many megabytes without a line end is not searched again for each object.
const PIECE_CHARACTERS = 65_536

const countLines = (text: string): number => {
  let lines = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}

/**
 * The objects of a JSON list (or one object alone) that comes in pieces, each parsed by itself, so that it has a line to
 * point to and a broken one costs only itself. Anything but commas and brackets between the objects counts as a broken
 * one. Memory is bounded by the length of one object.
 */
export class JsonObjectReader {
  readonly #onObject: (object: JsonObject) => void
  /** From the object's opening brace on. */
  #text = ''
  /** Where the walk through `#text` stands; 0 while no object is open. */
  #at = 0
  #line = 1
  #depth = 0
  #inString = false
  #restarts = 0
  #stopped = false
  /** What stands before the next object was complained of already. */
  #gapIsTold = false

  constructor(onObject: (object: JsonObject) => void) {
    this.#onObject = onObject
  }

  push(piece: string): void {
    if (this.#stopped) return
    this.#text += piece
    this.#walk(false)
  }

  end(): void {
    if (!this.#stopped) this.#walk(true)
  }

  #walk(isEnd: boolean): void {
    while (!this.#stopped) {
      if (this.#depth === 0 && !this.#toOpeningBrace()) return
      const outcome = this.#toClosingBrace()
      if (outcome === 'closed') {
        this.#onObject({ line: this.#line, fields: parseObject(this.#text.slice(0, this.#at)) })
        this.#advance(this.#at)
      } else if (outcome === 'lost' || isEnd || this.#at > OBJECT_CHARACTERS_MAX) {
        this.#restart()
      } else return
    }
  }

  /** Drops what stands before the next object; false where there is none yet. */
  #toOpeningBrace(): boolean {
    const start = this.#text.indexOf('{')
    this.#lookAtGap(start === -1 ? this.#text : this.#text.slice(0, start))
    this.#advance(start === -1 ? this.#text.length : start)
    if (start === -1) return false
    this.#gapIsTold = false
    this.#depth = 1
    this.#at = 1
    return true
  }

  #lookAtGap(gap: string): void {
    const strange = this.#gapIsTold ? -1 : gap.search(NOT_BETWEEN_OBJECTS)
    if (strange === -1) return
    this.#gapIsTold = true
    this.#onObject({
      line: this.#line + countLines(gap.slice(0, strange)),
      fields: err('has no opening brace, or something else stands between the objects'),
    })
  }

  #advance(to: number): void {
    this.#line += countLines(this.#text.slice(0, to))
    this.#text = this.#text.slice(to)
    this.#at = 0
    this.#depth = 0
    this.#inString = false
  }

  #restart(): void {
    this.#restarts += 1
    this.#stopped = this.#restarts > RESTARTS_MAX
    const reason = this.#stopped
      ? 'does not end, nor do those before: the rest of the file is not read'
      : 'does not end: a quote or a brace is missing'
    this.#onObject({ line: this.#line, fields: err(reason) })
    this.#advance(1)
    // The rest of what does not end stands before the next brace, and is told of with it.
    this.#gapIsTold = true
  }

  /** Walks on to the end of the open object. A line that ends within quotes has lost one of them. */
  #toClosingBrace(): 'closed' | 'lost' | 'open' {
    const text = this.#text
    const end = Math.min(text.length, OBJECT_CHARACTERS_MAX + 1)
    for (let at = this.#at; at < end; at += 1) {
      const code = text.charCodeAt(at)
      if (this.#inString) {
        if (code === LINE_FEED) return 'lost'
        if (code === QUOTE) this.#inString = false
        else if (code === BACKSLASH) {
          // What is escaped may come with the next piece only.
          if (at + 1 >= text.length) {
            this.#at = at
            return 'open'
          }
          at += 1
        }
      } else if (code === QUOTE) this.#inString = true
      else if (code === OPENING_BRACE) this.#depth += 1
      else if (code === CLOSING_BRACE) {
        this.#depth -= 1
        if (this.#depth === 0) {
          this.#at = at + 1
          return 'closed'
        }
      }
    }
    this.#at = end
    return 'open'
  }
}

/** The objects of a whole text, as `JsonObjectReader` finds them. */
export const jsonObjects = (text: string): readonly JsonObject[] => {
  const objects: JsonObject[] = []
  const reader = new JsonObjectReader((object) => objects.push(object))
  for (let at = 0; at < text.length; at += PIECE_CHARACTERS)
    reader.push(text.slice(at, at + PIECE_CHARACTERS))
  reader.end()
  return objects
}
