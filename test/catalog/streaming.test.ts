import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonObjectReader } from '../../src/catalog/json-objects.ts'
import { LINE_CHARACTERS_MAX, LineSplitter } from '../../src/catalog/line-splitter.ts'
import { ElementFile, ElementStream, readElementFile } from '../../src/catalog/read-elements.ts'
import { EphemerisFile, readEphemerisFile } from '../../src/catalog/read-ephemeris.ts'
import { unwrap } from '../../src/kernel/result.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'

const ROOT = fileURLToPath(new URL('../fixtures/odm/', import.meta.url))
const texts = readdirSync(ROOT, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== 'LICENSE' && entry.name !== 'README.md')
  .map(({ parentPath, name }) => readFileSync(`${parentPath}/${name}`, 'utf8'))
const fixture = (name: string): string => readFileSync(`${ROOT}${name}`, 'utf8')

/** Cuts a text in pieces whose lengths go round through the list. */
const piecesOf = (text: string, lengths: readonly number[]): string[] => {
  const pieces: string[] = []
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1
    pieces.push(text.slice(at, at + length))
    at += length
  }
  return pieces
}

const lengths = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 })
// The head is told apart as a whole. So that pieces come behind it, something of no meaning is put in that is longer.
const padded = (text: string): string => {
  const at = text.startsWith('<') ? text.search(/<(omm|oem|ocm|opm|ndm)/) : 0
  const begin = text.indexOf(text.startsWith('<') ? '>' : '\n', at) + 1
  const filling = text.startsWith('<') ? '<!-- -->'.repeat(9_000) : '\n'.repeat(70_000)
  return text.startsWith('{') ? text : `${text.slice(0, begin)}${filling}${text.slice(begin)}`
}

describe('wherever a text is cut in pieces, it reads the same', () => {
  test('files of others', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), lengths, fc.boolean(), (plain, cuts, isCrLf) => {
        const lines = isCrLf ? plain.replace(/\r?\n/g, '\r\n') : plain
        const text = padded(lines)
        const elements = new ElementFile({ sourceName: 'test' })
        const ephemeris = new EphemerisFile({ sourceName: 'test' })
        for (const piece of piecesOf(text, cuts)) {
          elements.push(piece)
          ephemeris.push(piece)
        }
        expect(elements.end()).toEqual(readElementFile(text, { sourceName: 'test' }))
        expect(ephemeris.end()).toEqual(readEphemerisFile(text, { sourceName: 'test' }))
      }),
      { numRuns: 60 },
    )
  })

  test('lines with any end', () => {
    const text = fc.array(fc.constantFrom('a', 'bc', '\n', '\r', '\r\n', ' ')).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1 }), (whole, cuts) => {
        const lines: string[] = []
        const splitter = new LineSplitter((line, number) => {
          lines.push(line ?? '')
          expect(number).toBe(lines.length)
        })
        for (const piece of piecesOf(whole, cuts)) splitter.push(piece)
        splitter.end()
        const expected = whole.split(/\r\n|\n|\r/)
        if (expected.at(-1) === '') expected.pop()
        expect(lines).toEqual(expected)
      }),
    )
  })

  test('JSON objects, good and bad', () => {
    const part = fc.constantFrom(
      '{',
      '}',
      '"',
      '\\',
      '\\"',
      '\n',
      ',',
      '{"a":1}',
      '{"a":"}"}',
      '{"b":{"c":2}}',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), lengths, (parts, cuts) => {
        const read = (pieces: readonly string[]): unknown[] => {
          const objects: unknown[] = []
          const reader = new JsonObjectReader((object) => objects.push(object))
          for (const piece of pieces) reader.push(piece)
          reader.end()
          return objects
        }
        const text = parts.join('')
        expect(read(piecesOf(text, cuts))).toEqual(read([text]))
      }),
    )
  })
})

describe('each set is handed on as soon as it is read', () => {
  const messages = fixture('omm-derived-saramago-100000/celestrak-style.xml')
  const omm = messages.slice(messages.indexOf('<omm'), messages.indexOf('</ndm>'))
  const kvn = fixture('omm-derived-saramago-100000/celestrak-style.kvn')
  const [header = '', row = ''] = fixture('omm-derived-saramago-100000/celestrak-style.csv').split('\n')
  const json = JSON.stringify(JSON.parse(fixture('omm-derived-saramago-100000/celestrak-style.json')))
    .replace(/^\[/, '')
    .replace(/\]$/, '')
  const tle = fixture('omm-derived-saramago-100000/alpha5.tle')

  test.each([
    ['XML', `<?xml version="1.0"?>\n<ndm>`, omm, '</ndm>'],
    ['KVN', '', kvn, ''],
    ['CSV', `${header}\n`, `${row}\n`, ''],
    ['JSON', '[', `${json},\n`, ']'],
    ['TLE', '', `${tle.trimEnd()}\n`, ''],
  ])('%s, of 20,000 objects, a piece of text at a time', (_format, begin, object, end) => {
    const sets: ElementSet[] = []
    const stream = new ElementStream({
      sourceName: 'test',
      sink: {
        add: (set) => sets.push(set),
        skip: (complaint) => expect(complaint).toBeUndefined(),
        other: (message) => expect(message).toBeUndefined(),
        fail: (failure) => expect(failure).toBeUndefined(),
      },
    })
    const objectsInPiece = 200
    const piece = object.repeat(objectsInPiece)
    stream.push(begin)
    let pushed = 0
    for (let turn = 0; turn < 100; turn += 1) {
      stream.push(piece)
      pushed += objectsInPiece
      // What is not handed on yet is at most the head, before the format is known, and the last object.
      expect(pushed - sets.length).toBeLessThanOrEqual(Math.ceil(65_536 / object.length) + objectsInPiece)
      if (turn > 10) expect(pushed - sets.length).toBeLessThanOrEqual(1)
    }
    stream.push(end)
    stream.end()
    expect(sets.length).toBe(20_000)
    expect(sets.at(-1)?.catalogNumber).toBe(100_000)
  })
})

test('a line of many megabytes costs itself only, and is not kept', () => {
  const long = 'x'.repeat(LINE_CHARACTERS_MAX)
  const lines: (string | undefined)[] = []
  const splitter = new LineSplitter((line) => lines.push(line))
  splitter.push('a\n')
  for (let turn = 0; turn < 160; turn += 1) splitter.push(long)
  splitter.push('\r\nb')
  splitter.end()
  expect(lines).toEqual(['a', undefined, 'b'])
  const row = fixture('omm-derived-saramago-100000/celestrak-style.csv').trimEnd()
  const { elementSets, skipped } = unwrap(
    readElementFile(`${row}\n${long}${long}\n${row.split('\n')[1] ?? ''}`, { sourceName: 'test' }),
  )
  expect(elementSets.length).toBe(1)
  expect(skipped).toEqual([{ line: 3, field: 'row', reason: 'is longer than 65536 characters' }])
})
