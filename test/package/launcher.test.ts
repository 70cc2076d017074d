import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const BUNDLED = join(ROOT, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')

const MAIN = `
const note: string = process.argv.slice(2).join(' ')
process.on('SIGTERM', () => process.exit(7))
process.on('SIGINT', () => process.exit(8))
console.log(process.execPath.includes('node-linux') ? 'bundled' : 'own', 'said:', note)
if (note === 'wait') setTimeout(() => {}, 20_000)
if (note === 'code') process.exitCode = 3
if (note === 'die') process.kill(process.pid, 'SIGKILL')
`

/** A package as far as the launcher sees it, with a program that says who runs it and how. */
let root = ''
let asOldNode: string[] = []

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'azel-launcher-'))
  cpSync(join(ROOT, 'bin'), join(root, 'bin'), { recursive: true })
  mkdirSync(join(root, 'src'))
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(root, 'src', 'main.ts'), MAIN)
  const old = join(root, 'old-node.mjs')
  writeFileSync(
    old,
    "Object.defineProperty(process, 'version', { value: 'v20.19.0' })\n" +
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })\n",
  )
  asOldNode = ['--import', old]
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

const launcher = (): string => join(root, 'bin', 'azel.js')
const run = (flags: readonly string[], ...words: string[]) =>
  spawnSync(process.execPath, [...flags, launcher(), ...words], { encoding: 'utf8' })

const firstLine = async (child: ChildProcess): Promise<string> => {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  return text.trim()
}

describe('on a Node that is new enough', () => {
  it('runs the program in the same process, with its arguments and exit code', () => {
    const good = run([], 'run', '--config', 'a b')
    expect(good.stdout.trim()).toMatch(/said: run --config a b$/)
    expect(good.stderr).toBe('')
    expect(run([], 'code').status).toBe(3)
  })
})

describe.skipIf(!existsSync(BUNDLED))('on an older Node, with the one that the package brought', () => {
  beforeAll(() => symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules')))
  afterAll(() => rmSync(join(root, 'node_modules')))

  it('runs the program with that one, with its arguments and exit code', () => {
    const good = run(asOldNode, 'run', '--config', 'a b')
    expect(good.stdout.trim()).toBe('bundled said: run --config a b')
    expect(good.stderr).toBe('')
    expect(run(asOldNode, 'code').status).toBe(3)
  })

  it('dies of the signal that the program died of', () => {
    expect(run(asOldNode, 'die').signal).toBe('SIGKILL')
  })

  it.each([
    ['SIGTERM', 7],
    ['SIGINT', 8],
  ] as const)('passes %s on and waits for the program to end', async (signal, code) => {
    const child = spawn(process.execPath, [...asOldNode, launcher(), 'wait'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exit = once(child, 'exit')
    expect(await firstLine(child)).toBe('bundled said: wait')
    child.kill(signal)
    expect(await exit).toEqual([code, null])
  })
})

describe('what cannot work', () => {
  it('is told in one sentence: an older Node and none brought', () => {
    const bad = run(asOldNode, '--help')
    expect(bad.status).toBe(1)
    expect(bad.stdout).toBe('')
    expect(bad.stderr).toMatch(/^azel: Azel needs Node 24 or newer and this is v20\.19\.0; [^\n]*\n$/)
  })

  it('is told in one sentence: a package without a program', () => {
    const empty = mkdtempSync(join(tmpdir(), 'azel-empty-'))
    cpSync(join(ROOT, 'bin'), join(empty, 'bin'), { recursive: true })
    writeFileSync(join(empty, 'package.json'), '{ "type": "module" }')
    const bad = spawnSync(process.execPath, [join(empty, 'bin', 'azel.js')], { encoding: 'utf8' })
    rmSync(empty, { recursive: true, force: true })
    expect(bad.status).toBe(1)
    expect(bad.stderr).toMatch(/^azel: this copy is incomplete, [^\n]*\n$/)
  })

  it('prefers the source of a checkout to a dist that may be stale', () => {
    mkdirSync(join(root, 'dist', 'src'), { recursive: true })
    writeFileSync(join(root, 'dist', 'src', 'main.js'), "console.log('stale')")
    expect(run([], 'x').stdout).toContain('said: x')
    rmSync(join(root, 'src'), { recursive: true })
    expect(run([], 'x').stdout.trim()).toBe('stale')
    rmSync(join(root, 'dist'), { recursive: true })
    mkdirSync(join(root, 'src'))
    writeFileSync(join(root, 'src', 'main.ts'), MAIN)
  })
})
