/**
 * `npm run build`: makes dist/, the tree that the package ships. It mirrors the checkout, with JavaScript in place of
 * TypeScript (Node does not strip types under node_modules), so that each path from one file to another, and from a
 * file to config/ or demo-data/, is the same in both.
 *
 * tsc rewrites imports but not the address of a worker: `new URL('./journal-worker.ts', import.meta.url)` is
 * rewritten here, and an address that leads nowhere fails the build.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rewriteAddresses } from './build-addresses.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const DIST = join(ROOT, 'dist')
const SOURCE_FOLDERS = ['src', 'hardware-sim']
const DATA_FOLDERS = ['config', 'demo-data']

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

const compile = (): boolean => {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const run = spawnSync(process.execPath, [tsc, '--project', join(ROOT, 'tsconfig.build.json')], {
    stdio: 'inherit',
  })
  return run.status === 0
}

/** What is no TypeScript but belongs to the code: pages, tables, schemas. */
const copyTheRest = (): void => {
  for (const folder of SOURCE_FOLDERS) {
    cpSync(join(ROOT, folder), join(DIST, folder), {
      recursive: true,
      filter: (path) => !path.endsWith('.ts'),
    })
  }
  for (const folder of DATA_FOLDERS) {
    if (existsSync(join(ROOT, folder))) cpSync(join(ROOT, folder), join(DIST, folder), { recursive: true })
  }
  cpSync(join(ROOT, 'package.json'), join(DIST, 'package.json'))
}

const rewriteAll = (): readonly string[] =>
  filesBelow(DIST)
    .filter((path) => path.endsWith('.js'))
    .flatMap((path) => {
      const { code, addresses } = rewriteAddresses(readFileSync(path, 'utf8'))
      if (addresses.length > 0) writeFileSync(path, code)
      return addresses
        .map((address) => resolve(dirname(path), address))
        .filter((target) => !existsSync(target))
        .map((target) => `${path} names ${target}, which is not there`)
    })

const build = (): readonly string[] => {
  rmSync(DIST, { recursive: true, force: true })
  if (!compile()) return ['the types do not hold, see above']
  copyTheRest()
  return rewriteAll()
}

const faults = build()
for (const each of faults) console.error(`build: ${each}`)
if (faults.length > 0) process.exitCode = 1
