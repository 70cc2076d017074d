import { connect } from 'node:net'
import type { Command } from 'commander'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { ControlAnswer, ControlCommand } from '../station/control-server.ts'
import { printConfigurationFailure, printFault, printLine } from './output.ts'

const DEFAULT_CONFIGURATION = '/etc/azel/azel.yaml'
// A stop repeats itself until the antenna stands; the daemon bounds that, this bounds the wait for the daemon.
const ANSWER_LIMIT_MS = 60_000
const ANSWER_BYTES_MAX = 65_536

const DESCRIPTIONS: Readonly<Record<ControlCommand, string>> = {
  status: 'say in one sentence how the running station is, and what it does',
  stop: 'stop the antenna of the running station now, and confirm it',
  park: 'send the antenna of the running station to its resting place',
  'clear-fault': 'after looking at the antenna: let it move again after a motion fault',
}

export const registerControlCommands = (program: Command): void => {
  for (const [command, description] of Object.entries(DESCRIPTIONS)) {
    program
      .command(command)
      .description(description)
      .option('-c, --config <file>', 'the configuration of the running station', DEFAULT_CONFIGURATION)
      .option('--json', 'one JSON object instead of text')
      .action((options: { readonly config: string; readonly json?: true }) =>
        control(command as ControlCommand, options),
      )
  }
}

const control = async (
  command: ControlCommand,
  options: { readonly config: string; readonly json?: true },
): Promise<void> => {
  const { loadConfiguration } = await import('../station/configuration/load.ts')
  const { controlSocketPath } = await import('../station/control-server.ts')
  const { statusLines } = await import('../station/status-text.ts')
  const loaded = loadConfiguration(options.config)
  if (!loaded.ok) {
    printConfigurationFailure(options.config, loaded.error)
    return
  }
  const answer = await ask(controlSocketPath(loaded.value.station.dataFolder), command)
  if (!answer.ok) {
    printFault(answer.error)
    return
  }
  if (options.json === true) printLine(JSON.stringify(answer.value))
  if (!answer.value.ok) printFault(answer.value.failure)
  else if (options.json !== true) {
    if (command === 'stop') printLine('The antenna stands.')
    for (const line of statusLines(answer.value.report)) printLine(line)
  }
  if (answer.value.ok && answer.value.report.fault !== undefined) process.exitCode = 1
}

const ask = (path: string, command: ControlCommand): Promise<Result<ControlAnswer, Fault>> =>
  new Promise((resolve) => {
    let text = ''
    const socket = connect(path)
    socket.setEncoding('utf8')
    socket.setTimeout(ANSWER_LIMIT_MS, () => socket.destroy(new Error('no answer came')))
    socket.on('connect', () => socket.write(`${JSON.stringify({ command })}\n`))
    socket.on('data', (chunk: string) => {
      text += chunk
      if (text.length > ANSWER_BYTES_MAX) socket.destroy(new Error('the answer was too long'))
    })
    socket.on('error', (thrown) =>
      resolve(err(fault('control.absent', `No station answers at ${path}: ${messageOf(thrown)}`))),
    )
    socket.on('close', () => {
      try {
        // The other end is this same program.
        resolve(ok(JSON.parse(text) as ControlAnswer))
      } catch {
        resolve(err(fault('control.absent', `The station at ${path} gave no answer`)))
      }
    })
  })
