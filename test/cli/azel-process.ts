import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const AZEL = fileURLToPath(new URL('../../bin/azel.js', import.meta.url))

export interface Outcome {
  /** Exit code, or the name of the signal. */
  readonly ended: number | string
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly done: Promise<Outcome>
}

export interface Place {
  readonly folder: string
  readonly path: (name: string) => string
  /** Starts `azel …` with its temporary files in a folder of its own, `temporary`. */
  readonly start: (words: readonly string[], prefix?: readonly string[]) => Running
  readonly run: (words: readonly string[], prefix?: readonly string[]) => Promise<Outcome>
  /** What is left in the folder for temporary files. */
  readonly leftOver: () => readonly string[]
  /** Command lines of processes that still run and name this place. */
  readonly survivors: () => readonly string[]
  readonly destroy: () => Promise<void>
}

/** A folder for one test, and processes that know of nothing else. */
export const createPlace = (): Place => {
  const folder = mkdtempSync(join(tmpdir(), 'azel-cli-'))
  const temporary = mkdtempSync(join(folder, 'tmp-'))
  const started: Running[] = []
  const start: Place['start'] = (words, prefix = []) => {
    const command = [...prefix, process.execPath, AZEL, ...words]
    const child = spawn(command[0] ?? '', command.slice(1), {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: temporary, JOURNAL_STREAM: undefined, NODE_OPTIONS: undefined },
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const done = new Promise<Outcome>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve({ ended: code ?? signal ?? 'nothing', stdout, stderr }))
    })
    const running = { child, stdout: () => stdout, done }
    started.push(running)
    return running
  }
  return {
    folder,
    path: (name) => join(folder, name),
    start,
    run: (words, prefix) => start(words, prefix).done,
    leftOver: () => readdirSync(temporary),
    survivors: () =>
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .flatMap((process) => {
          try {
            return [readFileSync(`/proc/${process}/cmdline`, 'utf8').replaceAll('\0', ' ')]
          } catch {
            // It has ended meanwhile.
            return []
          }
        })
        .filter((line) => line.includes(temporary)),
    destroy: async () => {
      for (const { child } of started) if (child.exitCode === null) child.kill('SIGKILL')
      await Promise.allSettled(started.map(({ done }) => done))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
