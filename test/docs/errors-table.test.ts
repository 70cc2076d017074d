import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { renderErrorTable, withErrorTable } from '../../scripts/error-table.ts'
import { ERROR_CATALOGUE } from '../../src/kernel/errors.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

describe('the error table of the README', () => {
  it('is what the catalogue says (if not: npm run docs)', () => {
    expect(readme).toBe(withErrorTable(readme))
  })

  it('has a row for each code', () => {
    const rows = renderErrorTable().split('\n').slice(2)
    expect(rows.map((row) => row.split('`')[1])).toEqual(Object.keys(ERROR_CATALOGUE))
    for (const row of rows) expect(row.match(/ \| /g)).toHaveLength(3)
  })
})

describe('withErrorTable', () => {
  const page = 'before\n<!-- errors:begin -->\nOUT OF DATE\n<!-- errors:end -->\nafter\n'

  it('replaces what is between the markers and nothing else', () => {
    const renewed = withErrorTable(page)
    expect(renewed.startsWith('before\n<!-- errors:begin -->\n| Code |')).toBe(true)
    expect(renewed.endsWith(' |\n<!-- errors:end -->\nafter\n')).toBe(true)
    expect(renewed).not.toContain('OUT OF DATE')
    expect(withErrorTable(renewed)).toBe(renewed)
  })

  it.each([
    ['no markers', 'nothing'],
    ['no end', 'a <!-- errors:begin --> b'],
    ['the markers the wrong way round', 'a <!-- errors:end --> b <!-- errors:begin -->'],
    ['two tables', page + page],
  ])('refuses a page with %s', (_name, broken) => {
    expect(() => withErrorTable(broken)).toThrow('once each')
  })
})
