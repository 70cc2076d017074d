import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStrictJson } from '../../src/formats/strict-json.ts'

const parse = (text: string) => parseStrictJson(Buffer.from(text, 'utf8'))

// Keys that meet often, as they are and escaped, and ones that other readers stumble over.
const key = fc.constantFrom('a', 'b', '', '"', '\\', 'constructor', 'toString', 'é', '\u2028', '0')
const quoted = (text: string, escaped: boolean): string =>
  escaped
    ? `"${[...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`
    : JSON.stringify(text)

interface Text {
  readonly text: string
  readonly doubled: boolean
}

const { value } = fc.letrec<{ value: Text }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc
      .oneof(fc.jsonValue({ maxDepth: 0 }), fc.string())
      .map((plain) => ({ text: JSON.stringify(plain), doubled: false })),
    fc.array(tie('value'), { maxLength: 3 }).map((entries) => ({
      text: `[ ${entries.map(({ text }) => text).join(' ,')}]`,
      doubled: entries.some(({ doubled }) => doubled),
    })),
    fc.array(fc.tuple(key, fc.boolean(), tie('value')), { maxLength: 3 }).map((members) => ({
      text: `{${members.map(([name, escaped, { text }]) => `${quoted(name, escaped)}:\n${text}`).join(',')} }`,
      doubled:
        new Set(members.map(([name]) => name)).size < members.length ||
        members.some(([, , { doubled }]) => doubled),
    })),
  ),
}))

describe('strict JSON', () => {
  it('reads what JSON.parse reads, to the same value, but for keys that stand twice', () => {
    fc.assert(
      fc.property(value, ({ text, doubled }) => {
        const outcome = parse(text)
        if (doubled) expect(outcome).toMatchObject({ ok: false, error: expect.stringContaining('twice') })
        else expect(outcome).toEqual({ ok: true, value: JSON.parse(text) })
      }),
      { numRuns: 500 },
    )
  })

  it('refuses whatever JSON.parse refuses, and throws at nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0041e-. \n') }), fc.string()),
        (text) => {
          let readable = true
          try {
            JSON.parse(text)
          } catch {
            readable = false
          }
          if (!readable) expect(parse(text).ok).toBe(false)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ['{"a":1,"a":1}', 'twice'],
    ['{"a":1,"\\u0061":2}', 'twice'],
    ['{"x":{"b":[{"c":1,"c":2}]}}', 'twice'],
    ['{"__proto__":{}}', '__proto__'],
    ['{"\\u005f_proto__":{}}', '__proto__'],
    ['{"a', 'without an end'],
    ['\ufeff{}', 'not JSON'],
    ['{} {}', 'not JSON'],
    ['', 'not JSON'],
  ])('refuses %j', (text, why) => {
    expect(parse(text)).toEqual({ ok: false, error: expect.stringContaining(why) })
  })

  it('takes the same key in neighbouring and nested objects, and as a value', () => {
    expect(parse('[{"a":"a"},{"a":{"a":["a","a"]}}]').ok).toBe(true)
  })

  it('refuses bytes that are not UTF-8', () => {
    expect(parseStrictJson(Uint8Array.of(0x22, 0xc3, 0x28, 0x22))).toEqual({
      ok: false,
      error: 'it is not UTF-8',
    })
    // Overlong "/" and half of a pair.
    expect(parseStrictJson(Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)).ok).toBe(false)
    expect(parseStrictJson(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)).ok).toBe(false)
  })

  it('refuses a bomb of brackets without running into the end of the stack', () => {
    expect(parse('['.repeat(60_000))).toEqual({ ok: false, error: expect.stringContaining('deep') })
    expect(parse('{"a":'.repeat(10_000)).ok).toBe(false)
    expect(parse(`${'['.repeat(24)}${']'.repeat(24)}`).ok).toBe(true)
    expect(parse(`${'['.repeat(25)}${']'.repeat(25)}`).ok).toBe(false)
  })
})
