import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  CATALOG_FILE_BYTES_MAX,
  loadElementFile,
  loadTransmitterFile,
  TRANSMITTER_FILE_BYTES_MAX,
} from '../../src/catalog/load-file.ts'
import { unwrap } from '../../src/kernel/result.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-catalog-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const demo = (name: string): string => fileURLToPath(new URL(`../../demo-data/${name}`, import.meta.url))

test('the catalogue of the demo is good, has the objects that it shows and some that no TLE can name', async () => {
  const { elementSets, skippedCount } = unwrap(await loadElementFile(demo('elements.omm.csv')))
  const numbers = elementSets.map(({ catalogNumber }) => catalogNumber)
  expect(skippedCount).toBe(0)
  expect(numbers.length).toBeGreaterThan(250)
  expect(numbers).toEqual(expect.arrayContaining([25544, 7530, 57166, 43017, 48274]))
  expect(numbers.filter((number) => number >= 100_000).length).toBeGreaterThan(20)
})

test('the transmitters of the demo belong to its objects', async () => {
  const { elementSets } = unwrap(await loadElementFile(demo('elements.omm.csv')))
  const { transmitters, skippedCount } = unwrap(await loadTransmitterFile(demo('transmitters.json')))
  const numbers = new Set(elementSets.map(({ catalogNumber }) => catalogNumber))
  expect(skippedCount).toBe(0)
  expect(transmitters.length).toBe(6)
  expect(transmitters.every(({ catalogNumber }) => numbers.has(catalogNumber))).toBe(true)
})

test.each([
  ['that is missing', () => join(folder, 'missing'), 'catalog.unreadable'],
  ['that is a folder', () => folder, 'catalog.unreadable'],
  ['that never ends', () => '/dev/zero', 'catalog.unreadable'],
])('a file %s is refused by name', async (_what, path, code) => {
  const result = await loadElementFile(path())
  expect(result).toMatchObject({ ok: false, error: { code } })
  expect(result.ok ? '' : result.error.message).toContain(path())
})

test('a file above its cap is refused and not taken into memory', async () => {
  const path = join(folder, 'huge')
  writeFileSync(path, '')
  truncateSync(path, TRANSMITTER_FILE_BYTES_MAX + 1)
  const transmitters = await loadTransmitterFile(path)
  expect(transmitters.ok ? '' : transmitters.error.message).toContain('larger than 64 MiB')
  truncateSync(path, CATALOG_FILE_BYTES_MAX + 1)
  const elements = await loadElementFile(path)
  expect(elements.ok ? '' : elements.error.message).toContain('larger than 1024 MiB')
})

test('what is no text is seen at its head, however long it is', async () => {
  const path = join(folder, 'zeros')
  writeFileSync(path, 'x')
  truncateSync(path, CATALOG_FILE_BYTES_MAX)
  const result = await loadElementFile(path)
  expect(result.ok ? '' : result.error.message).toContain('bytes of zero')
})
