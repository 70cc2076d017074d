import { describe, expect, it } from 'vitest'
import { rewriteAddresses } from '../../scripts/build-addresses.ts'

describe('rewriteAddresses', () => {
  it.each([
    ["new Worker(new URL('./store-worker.ts', import.meta.url))", './store-worker'],
    ['new Worker(new URL("../deep/x-worker.ts", import.meta.url), { name: "x" })', '../deep/x-worker'],
    ["new URL(\n  './store-worker.ts',\n  import.meta.url,\n)", './store-worker'],
  ])('turns the address of a worker to what was built of it: %s', (code, path) => {
    const rewritten = rewriteAddresses(code)
    expect(rewritten.addresses).toEqual([`${path}.js`])
    expect(rewritten.code).toContain(`${path}.js`)
    expect(rewritten.code).not.toContain('.ts')
  })

  it.each([
    "new URL('../../demo-data/catalog.csv', import.meta.url)",
    "new URL('https://example.org/x.ts')",
    "new URL('x.ts', base)",
    "const name = './store-worker.ts'",
  ])('leaves alone what is no such address: %s', (code) => {
    expect(rewriteAddresses(code)).toEqual({ code, addresses: [] })
  })
})
