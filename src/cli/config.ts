import type { Command } from 'commander'
import { printConfigurationFailure, printLine } from './output.ts'

export const registerConfigCommand = (program: Command): void => {
  const config = program.command('config').description('check a configuration')
  config
    .command('check')
    .argument('<file>', 'the configuration, YAML')
    .description('tell every mistake of a configuration at once, with its line; exit 0 when there is none')
    .action(async (file: string) => {
      const { loadConfiguration } = await import('../station/configuration/load.ts')
      const { summariseConfiguration } = await import('../station/configuration/summary.ts')
      const loaded = loadConfiguration(file)
      if (!loaded.ok) {
        printConfigurationFailure(file, loaded.error)
        return
      }
      printLine(`${file} is good.`)
      for (const line of summariseConfiguration(loaded.value)) printLine(`  ${line}`)
    })
}
