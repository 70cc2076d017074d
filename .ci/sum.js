// Sums up what .ci/run has left in a folder: NAME.exit holds each step's exit code, NAME.json Vitest's report. Plain
// JavaScript for the machine's own Node, because the packages may be what failed. Prints what was skipped and what
// failed, then one plain line; exits 0 only when nothing failed and nothing was skipped.
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const TIERS = ['fast', 'slow']
const STEPS = ['lint', 'types']

const folder = process.argv[2] ?? '.'
const exitCode = (name) => {
  const path = join(folder, `${name}.exit`)
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : undefined
}
const report = (name) => {
  try {
    return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
  } catch {
    return undefined
  }
}

let passed = 0
const failed = []
const skipped = []

if (exitCode('install') !== 0) failed.push('install: npm ci failed')

for (const name of STEPS) {
  const code = exitCode(name)
  if (code === 0) passed += 1
  else failed.push(code === undefined ? `${name}: did not run` : `${name}: exit code ${code}`)
}

for (const tier of TIERS) {
  const failedBefore = failed.length
  for (const file of report(tier)?.testResults ?? []) {
    const tests = file.assertionResults ?? []
    const path = relative(process.cwd(), file.name)
    for (const test of tests) {
      const name = `${tier}: ${path}: ${test.fullName}`
      if (test.status === 'passed') passed += 1
      else if (test.status === 'failed') failed.push(name)
      else skipped.push(name)
    }
    // A file that could not be read, or whose set-up failed, has no failed test of its own.
    if (file.status === 'failed' && !tests.some((test) => test.status === 'failed')) {
      failed.push(`${tier}: ${path}: ${String(file.message).split('\n')[0]}`)
    }
  }
  const code = exitCode(tier)
  if (code === undefined) failed.push(`${tier}: did not run`)
  else if (report(tier) === undefined) failed.push(`${tier}: no report, exit code ${code}`)
  else if (code !== 0 && failed.length === failedBefore) failed.push(`${tier}: exit code ${code}, see above`)
}

for (const name of skipped) console.log(`skipped: ${name}`)
for (const name of failed) console.log(`failed: ${name}`)
console.log(
  `${passed} passed, ${failed.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
)
process.exitCode = failed.length > 0 || skipped.length > 0 ? 1 : 0
