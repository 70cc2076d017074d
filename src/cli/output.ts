import { describeFault, type Fault } from '../kernel/errors.ts'
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

/** Settles at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
export const untilStopped = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      process.once(signal, () => process.exit(EXIT_FAILED))
      resolve(signal)
    }
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
  })
