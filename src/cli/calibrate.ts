import { type Command, InvalidArgumentError } from 'commander'
import type { CalibrateOptions } from './calibrate/options.ts'
import { parseInstant } from './sky/arguments.ts'

// A day of scans, one each quarter of an hour.
const REPEAT_MAX = 96
const MINUTES_MAX = 1_440

const wholeUpTo =
  (most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d{1,4}$/.test(text) || value < 1 || value > most) {
      throw new InvalidArgumentError(`Give a whole number from 1 to ${most}.`)
    }
    return value
  }

const readFrequency = (text: string): number => {
  const value = Number(text)
  if (!/^\d+(?:\.\d+)?$/.test(text) || value < 1e6 || value > 1e11) {
    throw new InvalidArgumentError('Give hertz from 1000000 to 100000000000, for instance 437000000.')
  }
  return value
}

const ABOUT = `
Axes: rates, latency, run-up, coasting after STOP, smallest step, what the readings resolve, and how the controller counts
above 360°. Sun: a cross about the Sun, by the noise that it makes; a beacon: the same with a strong carrier of a
satellite. Each scan gives the offsets at one place of the sky and is kept; several places, hours apart, give tilt and sag
as well (--repeat). What the scans cannot tell apart is left out, and said.

Every motion passes the gate as an operator's; Ctrl-C stops the antenna at once. It works alone: where the daemon runs, stop it first
("systemctl stop azel"). See that nobody is at the mast. Begin with --dry-run, which moves nothing.`

/** `azel calibrate`: what the axes do, and where the beam really looks. */
export const registerCalibrateCommand = (program: Command): void => {
  const calibrate = program
    .command('calibrate')
    .description("measure the antenna's axes and where its beam really looks")
  calibrate
    .command('antenna')
    .description('measure the axes, and scan the Sun or a satellite (default: axes, then the Sun)')
    .option('-c, --config <file>', 'the configuration (default: /etc/azel/azel.yaml)')
    .option('--axes', 'the axes alone')
    .option('--sun', 'the Sun alone')
    .option('--beacon <satellite>', 'a satellite (name or catalogue number) with a steady carrier')
    .option(
      '--frequency <hz>',
      "what to listen on (default: the satellite's, or that of the first request)",
      readFrequency,
    )
    .option('--repeat <times>', 'so many scans', wholeUpTo(REPEAT_MAX), 1)
    .option('--every <minutes>', 'from one scan to the next', wholeUpTo(MINUTES_MAX), 60)
    .option(
      '--since <time>',
      'reckon with scans from then on, for instance since the mast was mended (default: 30 days)',
      parseInstant,
    )
    .option('--dry-run', 'say each motion with its time and what forbids it; nothing moves')
    .option('--apply', 'take the result into use; the one before is kept')
    .option('--yes', 'do not ask before the antenna moves')
    .addHelpText('after', ABOUT)
    .action(async (options: CalibrateOptions) => (await import('./calibrate/run.ts')).runCalibrate(options))
  calibrate
    .command('fit')
    .description('reckon the correction anew from the scans that are kept; nothing moves')
    .option('-c, --config <file>', 'the configuration (default: /etc/azel/azel.yaml)')
    .option('--since <time>', 'from scans from then on (default: 30 days)', parseInstant)
    .option('--apply', 'take the result into use; the one before is kept')
    .action(async (options: CalibrateOptions) => (await import('./calibrate/fit.ts')).runFit(options))
  calibrate
    .command('show')
    .description('show the correction in use and the scans that are kept')
    .option('-c, --config <file>', 'the configuration (default: /etc/azel/azel.yaml)')
    .option('--json', 'JSON instead of text')
    .action(async (options: CalibrateOptions & { json?: true }) =>
      (await import('./calibrate/show.ts')).runShow(options),
    )
}
