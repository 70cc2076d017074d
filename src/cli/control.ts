import { Command } from 'commander'
import { parseDirectionOrName, parseForMinutes, parseTurn } from './control/arguments.ts'
import type { ControlOptions } from './control/options.ts'
import type { TrackOptions } from './control/track.ts'
import { parseInstant } from './sky/arguments.ts'

const SOFTWARE_STOP =
  '\nThis is software. An emergency stop, and the isolation for a person on the mast, are hardware: a switch.'
const ALONE =
  '\nAsks the running daemon; where none runs, opens the rotator itself, does it, stops the antenna and goes.'

const withOptions = (command: Command): Command =>
  command
    .option('-c, --config <file>', 'the configuration (default: /etc/azel/azel.yaml)')
    .option('--json', 'JSON instead of text')

/** A command that takes a direction: what begins like a negative azimuth (`-10,30`) is no option. */
class DirectionCommand extends Command {
  override parseOptions(words: string[]): ReturnType<Command['parseOptions']> {
    // A blank in front is dropped with the argument's own.
    return super.parseOptions(words.map((word) => (/^-\.?\d.*,/.test(word) ? ` ${word}` : word)))
  }
}

/** What an operator does with the antenna, through the running daemon or alone. */
export const registerControlCommands = (program: Command): void => {
  withOptions(program.command('status'))
    .description('say in one sentence how the station is, what it does and who has the antenna')
    .action(async (options: ControlOptions) => (await import('./control/status.ts')).runStatus(options))

  withOptions(program.command('stop'))
    .description('stop the antenna now, whoever has it, and see that it stands')
    .addHelpText('after', `${ALONE}${SOFTWARE_STOP}`)
    .action(async (options: ControlOptions) => (await import('./control/stop.ts')).runStop(options))

  withOptions(program.command('park'))
    .description('send the antenna to its resting place')
    .addHelpText('after', ALONE)
    .action(async (options: ControlOptions) => (await import('./control/park.ts')).runPark(options))

  const track = new DirectionCommand('track').copyInheritedSettings(program)
  program.addCommand(track)
  withOptions(track)
    .argument(
      '<target>',
      'a satellite (name or catalogue number), AZ,EL in degrees, sun or moon',
      parseDirectionOrName,
    )
    .description('point the antenna at a satellite, a direction, the Sun or the Moon, and follow it')
    .option('--for <minutes>', 'end after so long', parseForMinutes)
    .option('--until <time>', 'end at this instant (UTC, ISO 8601)', parseInstant)
    .option('--dry-run', 'say what would be done and what forbids it; nothing moves')
    .option('--catalog <file>', "elements from this file (default: the station's)")
    .addHelpText(
      'after',
      `${ALONE}\nGoes before the station's plan and before programs. Ctrl-C stops the antenna.`,
    )
    .action(async (target, options: TrackOptions) =>
      (await import('./control/track.ts')).runTrack(target, options),
    )

  for (const command of ['lock', 'unlock'] as const) {
    const locks = command === 'lock'
    for (const kind of ['wind', 'maintenance'] as const) {
      const parent =
        program.commands.find((known) => known.name() === command) ??
        program
          .command(command)
          .description(locks ? 'lock the antenna out: nothing may move it' : 'let the antenna move again')
          .addHelpText('after', SOFTWARE_STOP)
      withOptions(parent.command(kind))
        .description(LOCK_WORDS[command][kind])
        .addHelpText('after', SOFTWARE_STOP)
        .action(async (options: ControlOptions) =>
          (await import('./control/simple.ts')).runSimple({ command, kind }, options),
        )
    }
  }

  withOptions(program.command('confirm-turn'))
    .argument(
      '[azimuth]',
      "the azimuth in the antenna's own count (default: as it is shown, or its resting place)",
      parseTurn,
    )
    .description('after looking at the cable: say on which turn of it the antenna is')
    .action(async (azimuthDeg: number | undefined, options: ControlOptions) =>
      (await import('./control/simple.ts')).runConfirmTurn(azimuthDeg, options),
    )

  withOptions(program.command('clear-fault'))
    .description('after looking at the antenna: let it move again after a motion fault')
    .action(async (options: ControlOptions) =>
      (await import('./control/simple.ts')).runSimple({ command: 'clear-fault' }, options),
    )
}

const LOCK_WORDS = {
  lock: {
    wind: 'stow the antenna and keep it there',
    maintenance: 'stop the antenna and let nothing move it',
  },
  unlock: { wind: 'the wind has gone', maintenance: 'nobody is at the mast any more' },
} as const
