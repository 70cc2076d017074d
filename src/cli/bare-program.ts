import { Command } from 'commander'
import { programVersion } from './version.ts'

/** The command line before it has any command. */
export const createBareProgram = (): Command =>
  new Command('azel')
    .description(
      'Ground-station sensor: predicts passes, points the antenna, measures what the radio hears, and shares signed observations with exactly the partners that the owner allows.',
    )
    .version(programVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .showHelpAfterError('Run the command with --help to see what it takes.')
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: false })
