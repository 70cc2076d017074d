import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// Every ban of the house is proved in every folder that it holds for. An override in biome.json replaces a rule's
// options, so a ban can vanish from one folder without a sign; only a violation that is seen proves it is there.

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

const PURE_FOLDERS = [
  'src/orbit',
  'src/plan',
  'src/pointing',
  'src/observation',
  'src/formats',
  'src/receiver/dsp',
  'src/orbit/deeper',
  'src/receiver/dsp/deeper',
]

const subfolders = (folder: string): readonly string[] =>
  existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
    : []

const CODE_FOLDERS = [
  ...new Set([
    'src',
    'hardware-sim',
    'hardware-sim/firmware',
    'src/kernel',
    'src/cli',
    'src/station',
    'src/console/deeper/still',
    ...PURE_FOLDERS,
    ...subfolders('src'),
    ...subfolders('hardware-sim'),
  ]),
]

const FREE_FOLDERS = ['test/kernel', 'bench', 'scripts']

const OWN_TIME: Readonly<Record<string, string>> = {
  date: 'export const now = Date.now()',
  'date-new': 'export const now = new Date()',
  'date-type': 'export type Instant = Date',
  'set-timeout': 'setTimeout(() => {}, 1)',
  'set-interval': 'setInterval(() => {}, 1)',
  'set-immediate': 'setImmediate(() => {})',
  performance: 'export const now = performance.now()',
  'global-this-dot': 'globalThis.setTimeout(() => {}, 1)',
  'global-this-brackets': "export const now = globalThis['Date']",
  global: 'export const now = global.performance',
  'math-random': 'export const drawn = Math.random()',
  'math-brackets': "export const drawn = Math['random']()",
  'math-taken-apart': 'export const { random } = Math',
  'math-renamed': 'export const maths = Math',
  'math-passed-on': 'export const keys = Object.keys(Math)',
  'node-timers': "import { setTimeout } from 'node:timers'\nexport const wait = setTimeout",
  timers: "import { setTimeout } from 'timers'\nexport const wait = setTimeout",
  'timers-promises': "import { setTimeout } from 'node:timers/promises'\nexport const wait = setTimeout",
  'timers-dynamic': "export const timers = await import('node:timers')",
  'perf-hooks': "import { performance } from 'node:perf_hooks'\nexport const now = performance.now()",
  hrtime: 'export const now = process.hrtime.bigint()',
  'hrtime-import': "import { hrtime } from 'node:process'\nexport const now = hrtime()",
  'signal-timeout': 'export const signal = AbortSignal.timeout(1)',
}

const IMPURE: Readonly<Record<string, string>> = {
  'node-module': "import { join } from 'node:path'\nexport const joined = join",
  'node-module-type': "import type { Stats } from 'node:fs'\nexport type S = Stats",
  'node-module-bare': "import { join } from 'path'\nexport const joined = join",
  'node-module-dynamic': "export const fs = await import('node:fs')",
  'node-module-type-query': "export type S = import('node:fs').Stats",
  'side-effect-import': "import 'node:fs'",
  console: "console.log('x')",
  process: 'export const env = process.env',
  buffer: "export const bytes = Buffer.from('x')",
  fetch: "export const page = fetch('http://localhost')",
  crypto: 'export const id = crypto.randomUUID()',
  require: "export const fs = require('node:fs')",
  library: "import mqtt from 'mqtt'\nexport const connect = mqtt",
  ...Object.fromEntries(
    ['clock', 'real-clock', 'virtual-clock', 'random', 'log'].map((name) => [
      `kernel-${name}`,
      `import type { X } from '../kernel/${name}.ts'\nexport type Y = X`,
    ]),
  ),
  'around-a-corner': "import { x } from './a/../../rotator/driver.ts'\nexport const y = x",
  'main-module': "import { x } from '../../main.ts'\nexport const y = x",
}

interface Case {
  readonly path: string
  readonly code: string
  /** A part of what the linter says: `category message`. Without one, it says nothing of ours. */
  readonly expects?: string | undefined
}

const cases: Case[] = []
const violation = (path: string, code: string, expects: string): void => {
  cases.push({ path, code, expects })
}
const allowed = (path: string, code: string): void => {
  cases.push({ path, code })
}

const isPure = (folder: string): boolean =>
  PURE_FOLDERS.some((pure) => folder === pure || folder.startsWith(`${pure}/`))

for (const folder of CODE_FOLDERS) {
  for (const [name, code] of Object.entries(OWN_TIME)) {
    violation(`${folder}/time-${name}.ts`, code, '')
  }
  allowed(`${folder}/time-math.ts`, 'export const one = Math.max(Math.sin(1), Math.PI)')
  allowed(`${folder}/time-local.ts`, 'export const twice = (performance: number): number => 2 * performance')
  if (!isPure(folder)) {
    allowed(`${folder}/time-microtask.ts`, 'queueMicrotask(() => {})')
    allowed(`${folder}/time-host.ts`, 'export const { platform } = process')
  }
  violation(`${folder}/habit-default.ts`, 'export default 1', 'noDefaultExport')
  violation(`${folder}/habit-any.ts`, 'export const x = (y: any): unknown => y', 'noExplicitAny')
  violation(
    `${folder}/habit-bang.ts`,
    'export const x = (y: string | undefined): string => y!',
    'noNonNullAssertion',
  )
  violation(`${folder}/habit-barrel.ts`, "export { x } from './x.ts'", 'noBarrelFile')
  violation(`${folder}/habit-re-export-all.ts`, "export * from './x.ts'", 'noReExportAll')
  violation(
    `${folder}/habit-floating.ts`,
    'const work = async (): Promise<void> => {}\nexport const start = (): void => {\n  work()\n}',
    'noFloatingPromises',
  )
  violation(
    `${folder}/habit-import-type.ts`,
    "import { X } from './x.ts'\nexport type Y = X",
    'useImportType',
  )
  violation(
    `${folder}/habit-extension.ts`,
    "import { x } from './x.js'\nexport const y = x",
    'useImportExtensions',
  )
  violation(`${folder}/habit-unused.ts`, 'const unused = 1\nexport const used = 2', 'noUnusedVariables')
  violation(
    `${folder}/habit-unused-import.ts`,
    "import { x } from './x.ts'\nexport const used = 2",
    'noUnusedImports',
  )
  allowed(`${folder}/x.ts`, 'export const x = 1\nexport type X = number')
  allowed(`${folder}/habit-good.ts`, "import { type X, x } from './x.ts'\nexport const y: X = x")
  violation(
    `${folder}/cycle-there.ts`,
    "import { back } from './cycle-back.ts'\nexport const there = (): number => back()",
    'noImportCycles',
  )
  violation(
    `${folder}/cycle-back.ts`,
    "import { there } from './cycle-there.ts'\nexport const back = (): number => there()",
    'noImportCycles',
  )
}

for (const folder of PURE_FOLDERS) {
  const up = '../'.repeat(folder.split('/').length - 1)
  for (const [name, code] of Object.entries(IMPURE)) violation(`${folder}/pure-${name}.ts`, code, '')
  for (const other of ['catalog/store', 'rotator/driver', 'receiver/rtl-tcp', 'network/session', 'main']) {
    const code = `import { x } from '${up}${other}.ts'\nexport const y = x`
    violation(`${folder}/pure-other-${other.replace('/', '-')}.ts`, code, 'PURE')
  }
  allowed(
    `${folder}/pure-kernel.ts`,
    `import { deg } from '${up}kernel/units.ts'\nexport const zero = deg(0)`,
  )
  allowed(`${folder}/pure-neighbour.ts`, `import { x } from '${up}orbit/site.ts'\nexport const y = x`)
  allowed(`${folder}/pure-below.ts`, "import { x } from './below/x.ts'\nexport const y = x")
  for (const library of ['satellite.js', 'astronomy-engine']) {
    const code = `import { x } from '${library}'\nexport const y = x`
    const path = `${folder}/pure-${library.replace('.js', '')}.ts`
    if (folder.startsWith('src/orbit')) allowed(path, code)
    else violation(path, code, 'PURE')
  }
  const zod = "import { x } from 'zod'\nexport const y = x"
  if (/observation|formats/.test(folder)) allowed(`${folder}/pure-zod.ts`, zod)
  else violation(`${folder}/pure-zod.ts`, zod, 'PURE')
}
allowed('src/orbit/deeper/pure-up.ts', "import { x } from '../x.ts'\nexport const y = x")
// From dsp, one up is receiver, which is not PURE.
violation('src/receiver/dsp/pure-up.ts', "import { x } from '../x.ts'\nexport const y = x", 'PURE')

violation('src/kernel/kernel-out.ts', "import { x } from '../orbit/x.ts'\nexport const y = x", 'kernel')
violation('src/kernel/kernel-library.ts', "import { x } from 'zod'\nexport const y = x", 'kernel')
violation('src/kernel/kernel-dynamic.ts', "export const x = await import('../orbit/x.ts')", 'kernel')
allowed('src/kernel/kernel-node.ts', "import { x } from 'node:path'\nexport const y = x")
const clock =
  'export const now = Date.now() + performance.now()\nsetTimeout(() => {}, 1)\nsetImmediate(() => {})'
allowed('src/kernel/real-clock.ts', clock)
allowed('src/kernel/virtual-clock.ts', clock)
for (const folder of FREE_FOLDERS) {
  allowed(`${folder}/free.ts`, `${clock}\nexport const drawn = Math.random()`)
}

for (const folder of CODE_FOLDERS.filter((each) => each.startsWith('src'))) {
  const simulator = `${'../'.repeat(folder.split('/').length)}hardware-sim/plant.ts`
  violation(`${folder}/sim-import.ts`, `import { x } from '${simulator}'\nexport const y = x`, 'plugin')
  violation(`${folder}/sim-type.ts`, `import type { X } from '${simulator}'\nexport type Y = X`, 'plugin')
  violation(`${folder}/sim-re-export.ts`, `export { x } from '${simulator}'`, 'plugin')
  violation(`${folder}/sim-dynamic.ts`, `export const y = await import('${simulator}')`, 'plugin')
  violation(`${folder}/sim-type-query.ts`, `export type Y = import('${simulator}').X`, 'plugin')
  violation(`${folder}/sim-worker.ts`, `export const y = new URL('${simulator}', import.meta.url)`, 'plugin')
}
for (const command of ['demo', 'sim']) {
  allowed(`src/cli/${command}.ts`, "export const y = await import('../../hardware-sim/plant.ts')")
  violation(
    `src/cli/deeper/${command}.ts`,
    "export const y = await import('../../../hardware-sim/plant.ts')",
    'plugin',
  )
  violation(
    `src/station/${command}.ts`,
    "export const y = await import('../../hardware-sim/plant.ts')",
    'plugin',
  )
}

for (const folder of CODE_FOLDERS.filter((each) => each.startsWith('hardware-sim'))) {
  const up = '../'.repeat(folder.split('/').length)
  for (const target of ['rotator/driver', 'receiver/dsp/fft', 'station/station', 'cli/demo']) {
    const name = target.replaceAll('/', '-')
    const source = `${up}src/${target}.ts`
    violation(`${folder}/real-${name}.ts`, `import { x } from '${source}'\nexport const y = x`, 'plugin')
    violation(
      `${folder}/real-${name}-type.ts`,
      `import type { X } from '${source}'\nexport type Y = X`,
      'plugin',
    )
    violation(`${folder}/real-${name}-dynamic.ts`, `export const y = await import('${source}')`, 'plugin')
  }
  allowed(`${folder}/real-kernel.ts`, `import { x } from '${up}src/kernel/units.ts'\nexport const y = x`)
  allowed(`${folder}/real-orbit.ts`, `import { x } from '${up}src/orbit/site.ts'\nexport const y = x`)
}

violation(
  'src/cli/computed-import.ts',
  'export const load = (path: string): unknown => import(path)',
  'plugin',
)
violation(
  'src/cli/template-import.ts',
  `export const load = (name: string): unknown => import(\`../../hardware-sim/\${name}.ts\`)`,
  'plugin',
)

/** What the linter says for each file, as `category message`. */
const findings = new Map<string, string[]>()
let tree = ''

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'azel-lint-'))
  for (const name of ['biome.json', 'lint', 'package.json', '.gitignore']) {
    cpSync(join(ROOT, name), join(tree, name), { recursive: true })
  }
  for (const { path, code } of cases) {
    mkdirSync(join(tree, dirname(path)), { recursive: true })
    writeFileSync(join(tree, path), `${code}\n`)
  }
  const run = spawnSync(
    join(ROOT, 'node_modules/.bin/biome'),
    ['lint', '--reporter=json', '--max-diagnostics=none', '--no-errors-on-unmatched', '.'],
    { cwd: tree, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  )
  const report = run.stdout.split('\n').find((line) => line.startsWith('{'))
  if (report === undefined) throw new Error(`biome gave no report: ${run.stderr}${run.stdout}`)
  const { diagnostics } = JSON.parse(report) as {
    diagnostics: readonly {
      category: string
      message: string
      severity: string
      location: { path: string }
    }[]
  }
  for (const { category, message, severity, location } of diagnostics) {
    if (severity !== 'error') continue
    findings.set(location.path, [...(findings.get(location.path) ?? []), `${category} ${message}`])
  }
}, 60_000)

afterAll(() => rmSync(tree, { recursive: true, force: true }))

/** The rules that the bans are made of; a fixture is too small to be free of every other finding. */
const OURS =
  /^plugin |noRestricted|noImportCycles|noDefaultExport|noExplicitAny|noNonNull|Barrel|ReExportAll|Floating|useImportType|useImportExtensions|noUnused/

const BAN = /^plugin |noRestrictedGlobals|noCommonJs/

describe('the linter, with the real configuration', () => {
  it('reports every violation at its file', () => {
    const missed = cases.filter(({ path, expects }) => {
      if (expects === undefined) return false
      const found = findings.get(path) ?? []
      return !found.some((finding) => (expects === '' ? BAN.test(finding) : finding.includes(expects)))
    })
    expect(missed).toEqual([])
  })

  it('leaves the allowed twins alone', () => {
    const refused = cases
      .filter(({ path, expects }) => expects === undefined && findings.has(path))
      .map(({ path, code }) => ({ path, code, found: findings.get(path)?.filter((each) => OURS.test(each)) }))
      .filter(({ found }) => (found ?? []).length > 0)
    expect(refused).toEqual([])
  })

  it('covers every folder of the checkout', () => {
    const folders = subfolders('src').filter((folder) => !folder.includes('console/web'))
    expect(folders.filter((folder) => !CODE_FOLDERS.includes(folder))).toEqual([])
  })

  it('is not silenced anywhere: no suppression of a law in the code', () => {
    const silenced = ['src', 'hardware-sim'].flatMap((top) =>
      subfolders(top)
        .concat(top)
        .filter((folder) => existsSync(join(ROOT, folder)))
        .flatMap((folder) =>
          readdirSync(join(ROOT, folder))
            .filter((name) => name.endsWith('.ts'))
            .map((name) => join(folder, name)),
        )
        .filter((path) =>
          /biome-ignore(-all|-start)? lint(\/(plugin|style\/noRestrictedGlobals|suspicious\/noImportCycles))?[:\s]/.test(
            readFileSync(join(ROOT, path), 'utf8'),
          ),
        ),
    )
    expect(silenced).toEqual([])
  })
})
