import { createBareProgram } from './cli/bare-program.ts'
import { registerControlCommands } from './cli/control.ts'
import { guardOutput } from './cli/output.ts'

/** A stop does not wait for what the other commands load. */
const programFor = async (word: string | undefined) => {
  if (word !== 'stop') return (await import('./cli/program.ts')).createProgram()
  const program = createBareProgram()
  registerControlCommands(program)
  return program
}

// Before all that takes its time: a launcher may be killed at any moment.
if (process.env['AZEL_LAUNCHER_PIPE'] !== undefined) (await import('./launcher.ts')).endWithLauncher()
guardOutput()
await (await programFor(process.argv[2])).parseAsync(process.argv)
