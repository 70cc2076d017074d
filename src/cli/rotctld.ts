import type { Command } from 'commander'
import type { RotctldOptions } from './control/rotctld.ts'

export const registerRotctldCommand = (program: Command): void => {
  program
    .command('rotctld')
    .description('let Gpredict, SatDump and others use the antenna as if it were a rotctld, without a daemon')
    .option('-c, --config <file>', 'the configuration (default: /etc/azel/azel.yaml)')
    .option('--listen <address:port>', 'where to listen (default: rotctld.listen, else 127.0.0.1:4533)')
    .addHelpText(
      'after',
      '\nEvery motion passes the gate: range, horizon, lock-outs. The protocol has no password: an address that others can\n' +
        'reach needs a list of who may connect (rotctld.allow). A running daemon serves by itself where the configuration\n' +
        'has "rotctld: {}". Ctrl-C or SIGTERM stops the antenna and ends.',
    )
    .action(async (options: RotctldOptions) => (await import('./control/rotctld.ts')).runRotctld(options))
}
