import { type Command, Option } from 'commander'
import { parseHours, parseInstant } from './sky/arguments.ts'
import { addHorizonOptions, addSkyOptions } from './sky/options.ts'

export const registerPassesCommand = (program: Command): void => {
  addHorizonOptions(addSkyOptions(program.command('passes')))
    .description(
      'what comes over, when, how high and how sure; all of the catalogue, or the satellites named',
    )
    .addOption(new Option('--hours <hours>', 'how long (default: 24)').argParser(parseHours).conflicts('to'))
    .option('--to <time>', 'the end of the window, in place of --hours', parseInstant)
    .addOption(new Option('--json', 'one JSON array instead of a table').conflicts(['csv', 'ical']))
    .addOption(new Option('--csv', 'a header and a line for each pass').conflicts('ical'))
    .option('--ical', 'a calendar (RFC 5545)')
    .action(async (options) => (await import('./passes/run.ts')).runPasses(options))
}
