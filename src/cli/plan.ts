import type { Command } from 'commander'
import { parseHours, parseInstant } from './sky/arguments.ts'

const CONFIGURATION_DEFAULT = '/etc/azel/azel.yaml'

export const registerPlanCommand = (program: Command): void => {
  program
    .command('plan')
    .description('the coming timetable of a station, and why a pass is not taken')
    .option('-c, --config <file>', 'the configuration of the station', CONFIGURATION_DEFAULT)
    .option('--from <time>', 'UTC, for instance 2026-08-23T00:00:00 (default: now)', parseInstant)
    .option('--hours <hours>', "how far ahead (default: the configuration's plan.horizonHours)", parseHours)
    .option('--svg <file>', 'draws the timetable into a file as well')
    .option('--json', 'one JSON object instead of text')
    .action(async (options) => (await import('./plan/run.ts')).runPlan(options))
}
