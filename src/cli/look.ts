import { type Command, Option } from 'commander'
import { parseInstant, parseStep } from './sky/arguments.ts'
import { addSkyOptions } from './sky/options.ts'

export const registerLookCommand = (program: Command): void => {
  addSkyOptions(program.command('look'))
    .description('where an object stands in the sky: azimuth, elevation, range and their rates')
    .option('--to <time>', 'the last instant (default: one look only)', parseInstant)
    .option('--step <seconds>', 'time between looks (default: 1)', parseStep)
    .addOption(new Option('--csv', 'a header and a line for each look').conflicts('json'))
    .option('--json', 'one JSON array instead of text')
    .action(async (options) => (await import('./look/run.ts')).runLook(options))
}
