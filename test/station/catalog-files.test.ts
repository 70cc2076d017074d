import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../src/kernel/log.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { openCatalogFiles } from '../../src/station/catalog-files.ts'
import { elementsNow } from './daemon-world.ts'

let folder = ''
let elements = ''
let told: string[] = []
const log = {
  ...silentLog,
  warn: (message: string) => told.push(message),
  fault: ({ code }: { readonly code: string }) => told.push(code),
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-catalog-'))
  elements = join(folder, 'elements.csv')
  told = []
  writeFileSync(elements, elementsNow())
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** As a good program replaces a file. */
const replace = (content: string): void => {
  writeFileSync(`${elements}.new`, content)
  renameSync(`${elements}.new`, elements)
}

describe('the element file', () => {
  it('is read again when it changed, and only then', async () => {
    const files = unwrap(await openCatalogFiles({ elements }, log))
    expect(await files.refresh()).toBe(false)
    replace(elementsNow().replace('HIGH FLYER', 'ANOTHER'))
    expect(await files.refresh()).toBe(true)
    expect(files.data().elementSets[0]?.name).toBe('ANOTHER')
    expect(await files.refresh()).toBe(false)
    expect(told).toEqual([])
  })

  it('stays the last good one while it is missing or bad, which is said once', async () => {
    const files = unwrap(await openCatalogFiles({ elements }, log))
    rmSync(elements)
    expect(await files.refresh()).toBe(false)
    expect(await files.refresh()).toBe(false)
    replace('<!DOCTYPE html>')
    expect(await files.refresh()).toBe(false)
    expect(await files.refresh()).toBe(false)
    expect(files.data().elementSets[0]?.name).toBe('HIGH FLYER')
    const kept = `the elements read before from ${elements} stay in use`
    expect(told).toEqual(['catalog.unreadable', kept, 'catalog.format', kept])
    replace(elementsNow().replace('HIGH FLYER', 'BACK'))
    expect(await files.refresh()).toBe(true)
    expect(files.data().elementSets[0]?.name).toBe('BACK')
  })

  it('names the objects that it leaves out', async () => {
    writeFileSync(elements, `${elementsNow()}BROKEN,ROW\n`)
    unwrap(await openCatalogFiles({ elements }, log))
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(/1 objects are left out; the first in line 3/)
  })
})
