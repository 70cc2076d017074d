import { err, ok, type Result } from '../kernel/result.ts'

/**
 * JSON that has one reading only (RFC 8259 leaves duplicate names open, and readers differ): duplicate keys are
 * refused, and `__proto__` as a key, nesting beyond a bound, and bytes that are not UTF-8.
 */

// Our deepest message has six levels; this leaves room for additive fields and none for a bomb.
const JSON_DEPTH_MAX = 24

export const parseStrictJson = (bytes: Uint8Array): Result<unknown, string> => {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return err('it is not UTF-8')
  }
  // The scan bounds the depth before the parser recurses.
  const trouble = scan(text)
  if (trouble !== undefined) return err(trouble)
  try {
    const value: unknown = JSON.parse(text)
    return ok(value)
  } catch {
    return err('it is not JSON')
  }
}

interface Frame {
  readonly keys: Set<string> | undefined
  expectsKey: boolean
}

/** One pass over the text: depth and duplicate keys. What is not JSON at all is left to the parser. */
const scan = (text: string): string | undefined => {
  const frames: Frame[] = []
  let index = 0
  while (index < text.length) {
    const character = text.charCodeAt(index)
    const frame = frames.at(-1)
    if (character === 0x7b || character === 0x5b) {
      if (frames.length >= JSON_DEPTH_MAX) return `it is nested more than ${JSON_DEPTH_MAX} deep`
      frames.push(
        character === 0x7b ? { keys: new Set(), expectsKey: true } : { keys: undefined, expectsKey: false },
      )
    } else if (character === 0x7d || character === 0x5d) {
      frames.pop()
    } else if (character === 0x2c) {
      if (frame?.keys !== undefined) frame.expectsKey = true
    } else if (character === 0x22) {
      const end = endOfString(text, index)
      if (end === undefined) return 'it has a string without an end'
      if (frame?.keys !== undefined && frame.expectsKey) {
        const key = decodeKey(text.slice(index, end + 1))
        if (key === undefined) return 'it is not JSON'
        if (frame.keys.has(key)) return `it has the key "${key.slice(0, 40)}" twice`
        if (key === '__proto__') return 'it has the key "__proto__"'
        frame.keys.add(key)
        frame.expectsKey = false
      }
      index = end
    }
    index += 1
  }
  return undefined
}

const endOfString = (text: string, start: number): number | undefined => {
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text.charCodeAt(index)
    if (character === 0x5c) index += 1
    else if (character === 0x22) return index
  }
  return undefined
}

// Escapes are undone before keys are compared: "a" and "\u0061" are one key.
const decodeKey = (quoted: string): string | undefined => {
  try {
    const key: unknown = JSON.parse(quoted)
    return typeof key === 'string' ? key : undefined
  } catch {
    return undefined
  }
}
