import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sourceName } from '../../src/catalog/sources/source.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { parseConfiguration } from '../../src/station/configuration/load.ts'
import { sourcesOf } from '../../src/station/configuration/sources.ts'

const EXAMPLE = readFileSync(new URL('../../config/azel.example.yaml', import.meta.url), 'utf8')
const CATALOG_LINE = EXAMPLE.split('\n').indexOf('catalog:') + 1
const withCatalog = (...lines: readonly string[]): string =>
  EXAMPLE.replace(/^catalog:\n(?: .*\n)+/m, `catalog:\n${lines.map((line) => `  ${line}\n`).join('')}`)
const problemsOf = (...lines: readonly string[]): readonly string[] => {
  const outcome = parseConfiguration(withCatalog(...lines), 'azel.yaml')
  return outcome.ok
    ? []
    : outcome.error.problems.map(({ line, path, problem }) => `+${line - CATALOG_LINE} ${path}: ${problem}`)
}

describe('the sources of a configuration', () => {
  it('are read: files, folders, each query of CelesTrak, Space-Track', () => {
    const configuration = unwrap(
      parseConfiguration(
        withCatalog(
          'everyHours: 8',
          'sources:',
          '  - { kind: celestrak, group: active }',
          '  - { kind: celestrak, catalogNumber: 25544, server: "https://cache.example.org" }',
          '  - { kind: celestrak, name: NOAA }',
          '  - { kind: celestrak, designator: 1998-067 }',
          '  - { kind: celestrak, special: GPZ }',
          '  - { kind: space-track, credentialsFile: /etc/azel/space-track, catalogNumbers: [25544, 7530] }',
          '  - { kind: file, path: /var/lib/azel/mine.csv }',
          '  - { kind: directory, path: /var/lib/azel/drop }',
        ),
        'azel.yaml',
      ),
    )
    expect(sourcesOf(configuration).map(sourceName)).toEqual([
      'celestrak GROUP=active',
      'celestrak at https://cache.example.org CATNR=25544',
      'celestrak NAME=NOAA',
      'celestrak INTDES=1998-067',
      'celestrak SPECIAL=GPZ',
      'space-track 25544,7530',
      'file /var/lib/azel/mine.csv',
      'directory /var/lib/azel/drop',
    ])
    expect(configuration.catalog).toMatchObject({ everyHours: 8, staleAfterDays: 14, skipAfterDays: 60 })
  })

  it('may be left out for a file of elements, as ever', () => {
    expect(problemsOf('elements: /var/lib/azel/elements.csv')).toEqual([])
  })

  it.each([
    [['transmitters: t.json'], '+0 catalog: there are no elements; give sources, or a file of elements'],
    [
      ['elements: e.csv', 'sources: [{ kind: file, path: f.csv }]'],
      '+1 catalog.elements: there are sources too; make it one of them: { kind: file, path: … }',
    ],
    [
      ['sources:', '  - { kind: celestrak }'],
      '+2 catalog.sources.0: give one of group, catalogNumber, name, designator and special, not none',
    ],
    [
      ['sources:', '  - { kind: file, path: a }', '  - { kind: celestrak, group: active, name: NOAA }'],
      '+3 catalog.sources.1: give one of group, catalogNumber, name, designator and special, not 2',
    ],
    [
      ['sources:', '  - { kind: celestrack, group: active }'],
      '+2 catalog.sources.0.kind: it must be "file" or "directory" or "celestrak" or "space-track", not "celestrack"',
    ],
    [
      ['sources:', '  - { kind: celestrak, groop: active }'],
      '+2 catalog.sources.0.groop: there is no such setting; did you mean "group"?',
    ],
    [
      ['sources:', '  - { kind: celestrak, group: active, server: "http://cache.example.org" }'],
      '+2 catalog.sources.0.server: write it as https://HOST',
    ],
    [
      ['sources: [{ kind: celestrak, group: active }]', 'everyHours: 1'],
      '+2 catalog.everyHours: it must be at least 3, not 1',
    ],
    [
      ['sources: [{ kind: celestrak, group: active }]', 'staleAfterDays: 90'],
      '+0 catalog.skipAfterDays: it must be more than staleAfterDays (90)',
    ],
  ])('are refused with their line: %j', (lines, problem) => {
    expect(problemsOf(...lines)).toEqual([problem])
  })
})
