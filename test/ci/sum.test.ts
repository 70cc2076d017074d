import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const SUM = fileURLToPath(new URL('../../.ci/sum.js', import.meta.url))

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-sum-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'todo'

const report = (...statuses: Status[]): string =>
  JSON.stringify({
    testResults: [
      {
        name: join(process.cwd(), 'test/a.test.ts'),
        status: statuses.includes('failed') ? 'failed' : 'passed',
        message: '',
        assertionResults: statuses.map((status, index) => ({
          status,
          fullName: `${status} number ${index}`,
        })),
      },
    ],
  })

const GOOD = {
  'install.exit': '0\n',
  'lint.exit': '0\n',
  'types.exit': '0\n',
  'fast.exit': '0\n',
  'slow.exit': '0\n',
  'fast.json': report('passed', 'passed', 'passed'),
  'slow.json': report('passed'),
}

const sum = (files: Readonly<Record<string, string>>) => {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  const run = spawnSync(process.execPath, [SUM, folder], { encoding: 'utf8' })
  return { status: run.status, out: run.stdout, last: run.stdout.trim().split('\n').at(-1), err: run.stderr }
}

const without = (name: keyof typeof GOOD): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(GOOD).filter(([each]) => each !== name))

describe('the closing line of the continuous integration', () => {
  it('adds up both tiers, lint and types', () => {
    expect(sum(GOOD)).toEqual({ status: 0, out: '6 passed, 0 failed\n', last: '6 passed, 0 failed', err: '' })
  })

  it('counts failed tests and names them', () => {
    const { status, last, out } = sum({ ...GOOD, 'fast.json': report('passed', 'failed'), 'fast.exit': '1' })
    expect({ status, last }).toEqual({ status: 1, last: '4 passed, 1 failed' })
    expect(out).toContain('failed: fast: test/a.test.ts: failed number 1')
  })

  it.each(['skipped', 'pending', 'todo'] as const)('names a test that is %s and fails for it', (kind) => {
    const { status, last, out } = sum({ ...GOOD, 'slow.json': report('passed', kind) })
    expect({ status, last }).toEqual({ status: 1, last: '6 passed, 0 failed, 1 skipped' })
    expect(out).toContain(`skipped: slow: test/a.test.ts: ${kind} number 1`)
  })

  it.each([
    ['lint fails', { ...GOOD, 'lint.exit': '1' }, '5 passed, 1 failed'],
    ['types fail', { ...GOOD, 'types.exit': '2' }, '5 passed, 1 failed'],
    ['a tier crashed without numbers', { ...without('slow.json'), 'slow.exit': '134' }, '5 passed, 1 failed'],
    ['a tier claims success without numbers', without('fast.json'), '3 passed, 1 failed'],
    ['a report is cut off', { ...GOOD, 'fast.json': '{"testResults": [' }, '3 passed, 1 failed'],
    ['a tier fails although each test passed', { ...GOOD, 'fast.exit': '1' }, '6 passed, 1 failed'],
    ['a tier never ran', without('slow.exit'), '6 passed, 1 failed'],
    ['nothing ran, for npm ci failed', { 'install.exit': '1' }, '0 passed, 5 failed'],
    ['nothing is there at all', {}, '0 passed, 5 failed'],
  ] as const)('fails when %s', (_name, files, last) => {
    const result = sum(files)
    expect(result.status).toBe(1)
    expect(result.last).toBe(last)
    expect(result.err).toBe('')
  })

  it('counts a file that could not be read', () => {
    const broken = JSON.stringify({
      testResults: [
        {
          name: join(process.cwd(), 'test/b.test.ts'),
          status: 'failed',
          message: 'SyntaxError: odd\nat x',
          assertionResults: [],
        },
      ],
    })
    const { status, last, out } = sum({ ...GOOD, 'fast.json': broken, 'fast.exit': '1' })
    expect({ status, last }).toEqual({ status: 1, last: '3 passed, 1 failed' })
    expect(out).toContain('failed: fast: test/b.test.ts: SyntaxError: odd')
  })
})
