import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// What a stranger gets: the package is built, packed, installed into an empty folder and used there.

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }

// The bundle is code, a catalogue of a few hundred objects and a page: above this, something slipped in.
const TARBALL_BYTES_MAX = 3_000_000

let folder = ''
let tarball = ''
let installed = ''

const command = (program: string, words: readonly string[], cwd: string): string => {
  const run = spawnSync(program, words, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  if (run.status !== 0) throw new Error(`${program} ${words.join(' ')}: ${run.stdout}${run.stderr}`)
  return run.stdout
}

const azel = (...words: string[]) =>
  spawnSync(process.execPath, [join(installed, 'bin', 'azel.js'), ...words], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-package-'))
  command(process.execPath, [join(ROOT, 'scripts', 'build.ts')], ROOT)
  const packed = command('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], ROOT)
  tarball = join(folder, packed.trim().split('\n').at(-1) ?? '')
  writeFileSync(join(folder, 'package.json'), '{ "name": "somebody", "private": true }')
  command(
    'npm',
    ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball],
    folder,
  )
  installed = join(folder, 'node_modules', 'azel')
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the package', () => {
  it('holds what is needed to run, and neither sources nor tests', () => {
    const files = readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1))
    for (const needed of ['LICENSE', 'README.md', 'CHANGELOG.md', 'bin/azel.js', 'dist/src/main.js']) {
      expect(files).toContain(needed)
    }
    expect(files.filter((file) => file.endsWith('.ts'))).toEqual([])
    expect(files.filter((file) => /^(test|bench|scripts|src|hardware-sim)\//.test(file))).toEqual([])
    expect(files.some((file) => file.startsWith('dist/hardware-sim/'))).toBe(true)
  })

  it('is small', () => {
    expect(statSync(tarball).size).toBeLessThan(TARBALL_BYTES_MAX)
  })

  it('brings the command and a Node for it', () => {
    expect(existsSync(join(folder, 'node_modules', '.bin', 'azel'))).toBe(true)
    expect(existsSync(join(folder, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node'))).toBe(true)
  })
})

describe('the installed command', () => {
  it('says its version', () => {
    const run = azel('--version')
    expect({ status: run.status, out: run.stdout.trim(), err: run.stderr }).toEqual({
      status: 0,
      out: manifest.version,
      err: '',
    })
  })

  it('says how it is used', () => {
    const run = azel('--help')
    expect(run.status).toBe(0)
    expect(run.stderr).toBe('')
    for (const word of ['Usage: azel', 'run', 'demo', 'listen']) expect(run.stdout).toContain(word)
  })

  it('runs the demo: its workers, its simulator and its data are all there', () => {
    const run = azel('demo', '--once', '--json')
    expect(run.stderr).not.toMatch(/\n\s+at /)
    expect(run.status).toBe(0)
    const summary = JSON.parse(run.stdout) as { observations: number; verified: Record<string, number> }
    expect(summary.observations).toBeGreaterThan(0)
    expect(Math.max(...Object.values(summary.verified))).toBeGreaterThan(0)
  })
})
