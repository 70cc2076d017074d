import { Command } from 'commander'
import { registerSimCommand } from '../../src/cli/sim.ts'

// `azel sim …` alone, for tests that start it as a process of its own.
const program = new Command('azel')
registerSimCommand(program)
await program.parseAsync()
