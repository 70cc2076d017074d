import { messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'

/** One object of a JSON list: its fields, or what is wrong with its text. */
export interface JsonObject {
  readonly line: number
  readonly fields: Result<Readonly<Record<string, unknown>>, string>
}

const QUOTE = 34
const BACKSLASH = 92
const OPENING_BRACE = 123
const CLOSING_BRACE = 125

// V8 repeats the text around the fault; the line says where it is.
const SYNTAX_MESSAGE_MAX = 80

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parseObject = (text: string): Result<Readonly<Record<string, unknown>>, string> => {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? ok(value) : err('is no JSON object')
  } catch (thrown) {
    return err(`is no JSON: ${messageOf(thrown).slice(0, SYNTAX_MESSAGE_MAX)}`)
  }
}

// A forgotten quote or brace hides all that follows, until the reading is begun again behind it. Each time costs a walk
// through the rest of the text, so a file that is bad throughout is given up after so many.
const RESTARTS_MAX = 16

const countLines = (text: string, from: number, to: number): number => {
  let lines = 0
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}

/**
 * The objects of a JSON list (or one object alone), each parsed by itself, so that it has a line to point to and a
 * broken one costs only itself. What stands between the objects is not looked at.
 */
export const jsonObjects = function* (text: string): Generator<JsonObject> {
  let start = text.indexOf('{')
  let line = 1 + countLines(text, 0, start)
  let restarts = 0
  while (start !== -1) {
    const end = endOfObject(text, start)
    if (end === undefined && restarts >= RESTARTS_MAX) {
      yield { line, fields: err('does not end, nor do those before: the rest of the file is not read') }
      return
    }
    if (end === undefined) {
      restarts += 1
      yield { line, fields: err('does not end: a quote or a brace is missing') }
    } else {
      yield { line, fields: parseObject(text.slice(start, end)) }
    }
    const next = text.indexOf('{', end ?? start + 1)
    line += next === -1 ? 0 : countLines(text, start, next)
    start = next
  }
}

/** Where the object that begins at `start` ends, exclusive; undefined where the text ends before it does. */
const endOfObject = (text: string, start: number): number | undefined => {
  let depth = 0
  let inString = false
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (inString) {
      if (code === BACKSLASH) index += 1
      else if (code === QUOTE) inString = false
    } else if (code === QUOTE) inString = true
    else if (code === OPENING_BRACE) depth += 1
    else if (code === CLOSING_BRACE) {
      depth -= 1
      if (depth === 0) return index + 1
    }
  }
  return undefined
}
