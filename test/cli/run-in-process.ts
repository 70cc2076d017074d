import { CommanderError } from 'commander'
import { vi } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import type { Outcome } from './azel-process.ts'

// What a command listens to for as long as its process lives, which here lives on.
const EVENTS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection'] as const

/** A command that ends the process itself, which this one outlives. */
class Ended extends Error {
  readonly code: number
  constructor(code: number) {
    super(`ended with ${code}`)
    this.code = code
  }
}

/** Runs a command line in this process: as `azel WORDS`, and as fast as a call. For commands that print and end. */
export const runInProcess = (...words: readonly string[]): Promise<Outcome> => runInFolder('.', ...words)

/** The same, with the folder as the place from which paths are relative. */
export const runInFolder = async (folder: string, ...words: readonly string[]): Promise<Outcome> => {
  const { stdout, stderr } = process
  const taken = { stdout: '', stderr: '' }
  const take = (name: 'stdout' | 'stderr') => (text: string | Uint8Array) => {
    taken[name] += String(text)
    return true
  }
  const spies = [
    vi.spyOn(stdout, 'write').mockImplementation(take('stdout')),
    vi.spyOn(stderr, 'write').mockImplementation(take('stderr')),
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Ended(Number(code ?? process.exitCode ?? 0))
    }),
  ]
  const exitCodeBefore = process.exitCode
  const folderBefore = process.cwd()
  process.chdir(folder)
  process.exitCode = undefined
  const listeners = EVENTS.map((event) => ({ event, before: process.rawListeners(event) }))
  const stdoutListeners = stdout.listeners('error')
  try {
    const program = createProgram()
    for (const command of [program, ...program.commands]) command.exitOverride()
    await program.parseAsync(['node', 'azel', ...words])
    return { ended: Number(process.exitCode ?? 0), ...taken }
  } catch (thrown) {
    if (thrown instanceof Ended) return { ended: thrown.code, ...taken }
    if (!(thrown instanceof CommanderError)) throw thrown
    return { ended: thrown.exitCode, ...taken }
  } finally {
    for (const spy of spies) spy.mockRestore()
    process.exitCode = exitCodeBefore
    process.chdir(folderBefore)
    for (const { event, before } of listeners)
      for (const listener of process.rawListeners(event))
        if (!before.includes(listener)) process.removeListener(event, listener as () => void)
    for (const listener of stdout.listeners('error'))
      if (!stdoutListeners.includes(listener)) stdout.removeListener('error', listener as () => void)
  }
}

/** How a command refuses: one sentence on standard error, nothing on standard output. */
export const refusalOf = (outcome: Outcome): string => {
  if (outcome.ended !== 1 || outcome.stdout !== '' || /^\s+at /m.test(outcome.stderr))
    throw new Error(JSON.stringify(outcome))
  return outcome.stderr
}
