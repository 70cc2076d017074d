import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readElementFile } from '../../src/catalog/read-elements.ts'
import { unwrap } from '../../src/kernel/result.ts'

const FILE = readFileSync(
  new URL('../fixtures/odm/omm-derived-saramago-100000/celestrak-style.xml', import.meta.url),
  'utf8',
)
const BEGIN = FILE.slice(0, FILE.indexOf('<omm'))
const OMM = FILE.slice(FILE.indexOf('<omm'), FILE.indexOf('</ndm>'))
const omm = (catalogNumber: number): string => OMM.replace('100000', String(catalogNumber))
const ndm = (...messages: readonly string[]): string => `${BEGIN}${messages.join('')}</ndm>\n`
const read = (text: string) => readElementFile(text, { sourceName: 'test' })
const numbersIn = (text: string): number[] =>
  unwrap(read(text)).elementSets.map(({ catalogNumber }) => catalogNumber)

test('many messages, prefixes, CDATA, character references and comments are read', () => {
  const prefixed = ndm(omm(1), omm(2))
    .replaceAll(/<(\/?)([a-zA-Z])/g, '<$1ndm:$2')
    .replace('<ndm:ndm ', '<ndm:ndm xmlns:ndm="urn:ccsds:schema:ndmxml" ')
  expect(numbersIn(prefixed)).toEqual([1, 2])
  const named = ndm(omm(1).replace('SARAMAGO', '<!-- name -->A &amp; <![CDATA[<B>]]> &#67;'))
  expect(unwrap(read(named)).elementSets[0]?.name).toBe('A & <B> C')
  expect(numbersIn(`\n\n \n${ndm(omm(3))}`)).toEqual([3])
})

describe('a broken message costs only itself', () => {
  test.each([
    ['an end tag that is missing', (text: string) => text.replace('</BSTAR>', '')],
    ['another end tag', (text: string) => text.replace('</BSTAR>', '</BSTR>')],
    ['an entity that is not one of the five', (text: string) => text.replace('SARAMAGO', '&name;')],
    ['a bare ampersand', (text: string) => text.replace('SARAMAGO', 'A & B')],
    ['a bare bracket', (text: string) => text.replace('SARAMAGO', 'A < B')],
    ['a quote that is missing', (text: string) => text.replace('version="2.0"', 'version="2.0')],
    ['a message cut off', (text: string) => text.slice(0, 500)],
    ['an end tag of the message that is missing', (text: string) => text.replace('</omm>', '')],
    ['elements in each other without end', (text: string) => text.replace('<data>', '<data>'.repeat(1_000))],
    ['a text of 200 KB', (text: string) => text.replace('SARAMAGO', 'A'.repeat(200_000))],
    ['CDATA of 200 KB', (text: string) => text.replace('SARAMAGO', '<![CDATA[AAAA]]>'.repeat(50_000))],
    ['a comment of 200 KB', (text: string) => text.replace('<data>', `<!--${'A<'.repeat(100_000)}--><data>`)],
    ['an element that is unknown', (text: string) => text.replaceAll('BSTAR', 'BSTER')],
    ['a field that is there twice', (text: string) => text.replace('<BSTAR>', '<BSTAR>0</BSTAR><BSTAR>')],
    ['an element where a value should be', (text: string) => text.replace('97.4593', '<A>97.4593</A>')],
    ['another unit', (text: string) => text.replace('<INCLINATION>', '<INCLINATION units="rad">')],
  ])('%s', (_what, breakIt) => {
    const text = ndm(omm(1), omm(2), breakIt(omm(3)), omm(4), omm(5))
    const { elementSets, skipped, skippedCount } = unwrap(read(text))
    expect(elementSets.map(({ catalogNumber }) => catalogNumber)).toEqual([1, 2, 4, 5])
    expect(skippedCount).toBe(1)
    // Each message of the fixture is one line; the first begins in line 3.
    expect(skipped[0]?.line).toBe(5)
  })

  test('a file cut off keeps what came before, and says that it is cut', () => {
    const { elementSets, skipped } = unwrap(read(ndm(omm(1), omm(2)).slice(0, -700)))
    expect(elementSets.map(({ catalogNumber }) => catalogNumber)).toEqual([1])
    expect(skipped).toMatchObject([{ field: 'omm', reason: expect.stringContaining('unclosed tag') }])
  })

  test('a file of nothing but broken messages is given up', () => {
    const result = read(ndm(...Array.from({ length: 3_000 }, () => '<omm &>')))
    expect(result).toMatchObject({ ok: false, error: { code: 'catalog.empty' } })
  })
})

describe('a document type declaration is refused', () => {
  const LAUGHS = `<!DOCTYPE ndm [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>`
  test.each([
    ['with entities', `<?xml version="1.0"?>${LAUGHS}<ndm>${omm(1)}</ndm>`],
    [
      'of an external file',
      `<?xml version="1.0"?><!DOCTYPE ndm SYSTEM "file:///etc/passwd"><ndm>${omm(1)}</ndm>`,
    ],
    ['behind the first message', ndm(omm(1), LAUGHS)],
    ['far behind', `${BEGIN}${omm(1)}${'<!-- -->'.repeat(10_000)}</ndm>${LAUGHS}`],
  ])('%s', (_what, text) => {
    const result = read(text)
    if (result.ok) {
      // Within an element it is no XML, and nothing comes of it.
      expect(result.value.skipped).toMatchObject([{ reason: expect.stringContaining('XML') }])
      expect(result.value.elementSets.length).toBe(1)
    } else {
      expect(result.error.code).toBe('catalog.format')
      expect(result.error.message).toContain('document type declaration (DOCTYPE)')
    }
  })
})
