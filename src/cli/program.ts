import type { Command } from 'commander'
import { createBareProgram } from './bare-program.ts'
import { registerBrokerCommand } from './broker.ts'
import { registerCalibrateCommand } from './calibrate.ts'
import { registerCatalogCommand } from './catalog.ts'
import { registerConfigCommand } from './config.ts'
import { registerControlCommands } from './control.ts'
import { registerDemoCommand } from './demo.ts'
import { registerKeysCommand } from './keys.ts'
import { registerListenCommand } from './listen.ts'
import { registerLookCommand } from './look.ts'
import { registerPassesCommand } from './passes.ts'
import { registerPlanCommand } from './plan.ts'
import { registerRotctldCommand } from './rotctld.ts'
import { registerRunCommand } from './run.ts'
import { registerSimCommand } from './sim.ts'

/** The command line: one file in this folder for each command. What a command needs is loaded when it runs. */
export const createProgram = (): Command => {
  const program = createBareProgram()
  registerDemoCommand(program)
  registerRunCommand(program)
  registerControlCommands(program)
  registerRotctldCommand(program)
  registerCalibrateCommand(program)
  registerListenCommand(program)
  registerCatalogCommand(program)
  registerPassesCommand(program)
  registerLookCommand(program)
  registerPlanCommand(program)
  registerConfigCommand(program)
  registerKeysCommand(program)
  registerBrokerCommand(program)
  registerSimCommand(program)
  return program
}
