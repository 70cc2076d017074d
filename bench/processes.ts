import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const AZEL = fileURLToPath(new URL('../bin/azel.js', import.meta.url))

/** A process that is being watched: when it said what, and how it ended. */
export interface Watched {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  /** Milliseconds from its start to the moment when its output first contained a text; an error if that does not come. */
  readonly said: (text: string) => Promise<number>
  readonly ended: Promise<number | string>
  readonly kill: () => Promise<unknown>
}

/** Nothing measured here takes so long on a machine that works. */
const PATIENCE_MS = 120_000

export const watch = (parameters: readonly string[], program = process.execPath): Watched => {
  const began = performance.now()
  const child = spawn(program, [...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A benchmark that runs under systemd must not speak to it.
    env: { ...process.env, NOTIFY_SOCKET: '', JOURNAL_STREAM: undefined },
  })
  let stdout = ''
  let stderr = ''
  const waiting = new Set<() => void>()
  const look = (): void => {
    for (const check of [...waiting]) check()
  }
  child.stdout?.on('data', (bytes: Buffer) => {
    stdout += bytes.toString()
    look()
  })
  child.stderr?.on('data', (bytes: Buffer) => {
    stderr += bytes.toString()
    look()
  })
  let over = false
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', (thrown) => resolve(thrown.message))
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'nothing'))
  }).finally(() => {
    over = true
    look()
  })
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check)
          reject(new Error(`"${text}" was not said in time; standard error: ${stderr}`))
        }, PATIENCE_MS)
        const check = (): void => {
          const heard = stdout.includes(text) || stderr.includes(text)
          if (!heard && !over) return
          clearTimeout(timer)
          waiting.delete(check)
          if (heard) resolve(performance.now() - began)
          else reject(new Error(`It ended without saying "${text}"; standard error: ${stderr}`))
        }
        waiting.add(check)
        check()
      }),
    kill: () => {
      if (!over) child.kill('SIGKILL')
      return ended
    },
  }
}

export const residentMiB = (pid: number | undefined): number => {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1]) / 1024
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
