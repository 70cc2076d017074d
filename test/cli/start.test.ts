import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const PROGRAM = new URL('../../src/cli/program.ts', import.meta.url)

// Prints what is loaded before any command is chosen.
const LIST_LOADED = `
import { registerHooks } from 'node:module'
const loaded = []
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
const { createProgram } = await import(${JSON.stringify(PROGRAM.href)})
createProgram()
console.log(JSON.stringify(loaded))
`

it('no command waits for what another one needs: the command line alone loads no part of the station', () => {
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', LIST_LOADED], {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
  })
  const loaded = JSON.parse(printed) as readonly string[]
  const packages = loaded.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.slice(1) ?? [])
  expect([...new Set(packages)]).toEqual(['commander'])
  const folders = loaded.flatMap((url) => /\/src\/([a-z]+)\//.exec(url)?.slice(1) ?? [])
  // The kernel, and what checks a site, a number and a name on the command line.
  expect([...new Set(folders)].toSorted()).toEqual(['catalog', 'cli', 'kernel', 'observation', 'orbit'])
  expect(loaded.length).toBeLessThan(80)
})
