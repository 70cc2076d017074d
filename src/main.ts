import { createBareProgram } from './cli/bare-program.ts'
import { registerControlCommands } from './cli/control.ts'

/** A stop does not wait for what the other commands load. */
const programFor = async (word: string | undefined) => {
  if (word !== 'stop') return (await import('./cli/program.ts')).createProgram()
  const program = createBareProgram()
  registerControlCommands(program)
  return program
}

await (await programFor(process.argv[2])).parseAsync(process.argv)
