import type { Command } from 'commander'
import { printConfigurationFailure, printFault } from './output.ts'

export const registerBrokerCommand = (program: Command): void => {
  const broker = program.command('broker').description('set up the broker')
  broker
    .command('access')
    .requiredOption('-c, --config <file>', 'the configuration')
    .description("print mosquitto's acl_file: each partner reads his own streams and nothing else")
    .action(async ({ config }: { readonly config: string }) => {
      const { loadConfiguration } = await import('../station/configuration/load.ts')
      const { sharingOf } = await import('../station/configuration/sharing.ts')
      const { mosquittoAccessFile } = await import('../network/access.ts')
      const loaded = loadConfiguration(config)
      if (!loaded.ok) {
        printConfigurationFailure(config, loaded.error)
        return
      }
      const policy = sharingOf(loaded.value)
      if (!policy.ok) {
        printFault(policy.error)
        return
      }
      process.stdout.write(
        mosquittoAccessFile(
          policy.value,
          policy.value.partners.map(({ id }) => id),
        ),
      )
    })
}
