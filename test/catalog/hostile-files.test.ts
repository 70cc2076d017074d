import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { identifyContent } from '../../src/catalog/content.ts'
import { readElementFile } from '../../src/catalog/read-elements.ts'
import { readEphemerisFile } from '../../src/catalog/read-ephemeris.ts'

const ROOT = fileURLToPath(new URL('../fixtures/odm/', import.meta.url))
const TEXTS = readdirSync(ROOT, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => readFileSync(`${parentPath}/${name}`, 'utf8'))

const UNPRINTABLE = /undefined|\[object|NaN/

/**
 * Reads a text as both kinds, which must not throw, and gives what would be no good to tell a person: too long, or without
 * its place.
 */
const troublesIn = (text: string): string[] => {
  const results = [
    readElementFile(text, { sourceName: 'test' }),
    readEphemerisFile(text, { sourceName: 'test' }),
  ]
  const sentences = results.flatMap((result) =>
    result.ok
      ? result.value.skipped.map(({ line, field, reason }) =>
          line > 0 ? `${field} ${reason}` : `line ${line}`,
        )
      : [result.error.message],
  )
  sentences.push(JSON.stringify(identifyContent(text)))
  return sentences.filter(
    (sentence) => sentence.length > 500 || UNPRINTABLE.test(sentence) || /^line (0|-)/.test(sentence),
  )
}

test('files cut off anywhere', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TEXTS), fc.double({ min: 0, max: 1, noNaN: true }), (text, share) => {
      expect(troublesIn(text.slice(0, Math.floor(text.length * share)))).toEqual([])
    }),
    { numRuns: 150 },
  )
})

test('files with something put in, taken out or turned about', () => {
  const splinter = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom(
      '\0',
      '\uFFFD',
      '\uD800',
      '\r',
      '\n\n',
      '"',
      '<',
      '>',
      '&',
      '[',
      ']',
      '{',
      '}',
      '=',
      '-',
      '1e999',
    ),
    fc.constantFrom(
      '__proto__',
      'constructor',
      'META_START\n',
      'META_STOP\n',
      'CCSDS_OEM_VERS = 2.0\n',
      '<omm>',
      '</omm>',
    ),
  )
  const change = fc.record({
    share: fc.double({ min: 0, max: 0.999, noNaN: true }),
    length: fc.integer({ min: 0, max: 60 }),
    splinter,
  })
  fc.assert(
    fc.property(
      fc.constantFrom(...TEXTS),
      fc.array(change, { minLength: 1, maxLength: 5 }),
      (whole, changes) => {
        let text = whole
        for (const { share, length, splinter: put } of changes) {
          const at = Math.floor(text.length * share)
          text = text.slice(0, at) + put + text.slice(at + length)
        }
        expect(troublesIn(text)).toEqual([])
      },
    ),
    { numRuns: 400 },
  )
})

test('random bytes, as they decode', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      fc.constantFrom('', '<omm>', '[{', 'CCSDS_OMM_VERS = 2.0\n'),
      (bytes, head) => {
        expect(troublesIn(head + new TextDecoder().decode(bytes))).toEqual([])
      },
    ),
    { numRuns: 150, examples: [[Uint8Array.from([38, 65, 59]), '<omm>']] },
  )
})

const TEN_MEGABYTES = 10_000_000
const CSV = TEXTS.find((text) => text.startsWith('OBJECT_NAME')) ?? ''
const OEM = TEXTS.find((text) => text.startsWith('CCSDS_OEM_VERS')) ?? ''

test.each([
  ['a line of one character', 'x'.repeat(TEN_MEGABYTES)],
  ['blanks', ' '.repeat(TEN_MEGABYTES)],
  ['line ends', '\n'.repeat(TEN_MEGABYTES)],
  ['CR', `${CSV}${'\r'.repeat(TEN_MEGABYTES)}`],
  ['braces', '{'.repeat(TEN_MEGABYTES)],
  ['brackets', '['.repeat(TEN_MEGABYTES)],
  ['objects in each other', '{"a":'.repeat(TEN_MEGABYTES / 5)],
  ['quotes', `[{${'"'.repeat(TEN_MEGABYTES)}`],
  ['backslashes', `[{"a":"${'\\'.repeat(TEN_MEGABYTES)}`],
  ['angles', '<'.repeat(TEN_MEGABYTES)],
  ['elements in each other', `<ndm>${'<omm>'.repeat(TEN_MEGABYTES / 5)}`],
  ['attributes', `<omm ${'a="" '.repeat(TEN_MEGABYTES / 5)}>`],
  ['an open comment', `<!--${'-'.repeat(TEN_MEGABYTES)}`],
  ['comments before the root', '<!---->'.repeat(TEN_MEGABYTES / 7)],
  ['a header row', `NORAD_CAT_ID,${','.repeat(TEN_MEGABYTES)}`],
  ['quotes in a table', `${CSV}${'"'.repeat(TEN_MEGABYTES)}`],
  ['(or two) open quotes in a table', `${CSV}${'"\n'.repeat(TEN_MEGABYTES / 10)}`],
  ['equals signs', `CCSDS_OMM_VERS = 2.0\n${'='.repeat(TEN_MEGABYTES)}`],
  ['versions', 'CCSDS_OMM_VERS = 2.0\n'.repeat(TEN_MEGABYTES / 21)],
  ['segments', `${OEM.split('\n')[0] ?? ''}\n${'META_START\n'.repeat(TEN_MEGABYTES / 11)}`],
  ['numbers', `${OEM}\n${'1 '.repeat(TEN_MEGABYTES / 2)}`],
])('ten megabytes of %s end soon', (_what, text) => {
  // The test's own limit of time is the proof.
  expect(troublesIn(text)).toEqual([])
})

test('keys of objects that are not ours do no harm', () => {
  expect(
    troublesIn('[{"__proto__":{"NORAD_CAT_ID":"1"},"constructor":1,"toString":"x","EPOCH":"__proto__"}]'),
  ).toEqual([])
  expect(
    troublesIn(
      '<omm version="2.0"><__proto__>1</__proto__><constructor units="__proto__">1</constructor></omm>',
    ),
  ).toEqual([])
  expect(troublesIn('CCSDS_OMM_VERS = 2.0\n__proto__ = 1\nconstructor = 2\n')).toEqual([])
  expect(
    troublesIn('CCSDS_OEM_VERS = 2.0\nMETA_START\n__proto__ = 1\nTIME_SYSTEM = constructor\nMETA_STOP\n'),
  ).toEqual([])
  expect(troublesIn('NORAD_CAT_ID,__proto__,constructor\n1,2,3\n')).toEqual([])
})
