import { describeFault, type Fault, fault, messageOf } from '../kernel/errors.ts'
import { createRealClock } from '../kernel/real-clock.ts'
import type { ConfigurationFailure } from '../station/configuration/load.ts'

/** Usage or content is wrong, or the work failed: one exit code, the text tells which. */
const EXIT_FAILED = 1

export const printLine = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** Says what is wrong and what to do, on standard error, and makes the command end with 1. */
export const printFault = (failure: Fault): void => {
  process.stderr.write(`azel: ${describeFault(failure)}\n`)
  process.exitCode = EXIT_FAILED
}

/** All mistakes of a configuration, each as `file:line: path: problem`, which editors and terminals can jump to. */
export const printConfigurationFailure = (
  path: string,
  { failure, problems }: ConfigurationFailure,
): void => {
  for (const { line, path: setting, problem } of problems) {
    process.stderr.write(`${path}:${line}: ${setting === '' ? '' : `${setting}: `}${problem}\n`)
  }
  printFault(failure)
}

// npm and a terminal each send the Ctrl-C of one key stroke; a person's second one comes later.
const ONE_KEY_STROKE_MS = 1_000

/**
 * Settles at the first Ctrl-C, SIGTERM or closing of the terminal. Later SIGTERMs change nothing (a service manager and a launcher may each send
 * one): what was begun is brought to its end. A person's second Ctrl-C ends the process at once.
 */
export const untilStopped = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    const clock = createRealClock()
    let firstInterruptMonoMs: number | undefined
    process.on('SIGTERM', resolve)
    // The terminal was closed: without this the process would die where it is, an antenna in motion with it.
    process.on('SIGHUP', resolve)
    process.on('SIGINT', (signal) => {
      firstInterruptMonoMs ??= clock.monoNow()
      if (clock.monoNow() - firstInterruptMonoMs > ONE_KEY_STROKE_MS) process.exit(EXIT_FAILED)
      resolve(signal)
    })
  })

// What only prints has nothing left to do.
let whenUnread = (): void => endWith(process.exitCode === undefined ? 0 : Number(process.exitCode))

/**
 * For every command, before it does anything: whoever reads may leave early (`| head`), which is no failure, and never an
 * uncaught exception in a process that has an antenna. Standard output that cannot be written otherwise ends in a fault.
 */
export const guardOutput = (): void => {
  let told = false
  process.stdout.on('error', (thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'EPIPE' && !told) {
      told = true
      printFault(fault('output.failed', `Standard output cannot be written: ${messageOf(thrown)}`))
    }
    whenUnread()
  })
  // There is nobody left to tell.
  process.stderr.on('error', () => {})
}

/** What this command does instead of ending when whoever reads standard output has gone. */
export const onUnread = (action: () => void): void => {
  whenUnread = action
}

/** For commands that do more than print: they bring it to its end. */
export const goOnUnread = (): void => onUnread(() => {})

/**
 * For commands that move the antenna and tell how it goes: settles at the first of Ctrl-C, SIGTERM, the closing of the
 * terminal, and the end of whoever reads (`| head`), who must not end the process with the antenna in motion.
 */
export const untilStoppedOrUnread = (): Promise<unknown> =>
  Promise.race([untilStopped(), new Promise<void>((resolve) => onUnread(resolve))])

/** Ends the process now, whatever is still open. Standard error to a file or pipe is written synchronously. */
export const endWith = (code: number): never => process.exit(code)
