import type { Command } from 'commander'

export const registerRunCommand = (program: Command): void => {
  program
    .command('run')
    .requiredOption('-c, --config <file>', 'the configuration')
    .description('the daemon: follow the planned passes, measure, record, share')
    .action(async ({ config }: { readonly config: string }) => {
      const { runDaemon } = await import('../station/daemon.ts')
      await runDaemon(config)
    })
}
