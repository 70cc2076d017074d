import { type Command, InvalidArgumentError } from 'commander'
import type { ListenerEvent } from '../hub/listener.ts'
import { describeFault } from '../kernel/errors.ts'
import { identifierPattern } from '../observation/identifier.ts'
import { printFault, printLine, untilStoppedOrUnread } from './output.ts'

interface ListenOptions {
  readonly broker: string
  readonly as: string
  readonly key: string
  readonly station: readonly (readonly [string, string])[]
  readonly data: string
  readonly username?: string
  readonly passwordFile?: string
  readonly ca?: string
  readonly certificate?: string
  readonly privateKey?: string
  readonly json?: true
}

const identifier = (text: string): string => {
  if (!identifierPattern.test(text))
    throw new InvalidArgumentError('Use lower-case letters, digits and hyphens, at most 32.')
  return text
}

// A password on the command line can be read by everybody on the machine.
const brokerAddress = (text: string): string => {
  if (!/^mqtts?:\/\/[^\s@/]+\/?$/.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('Write it as mqtts://HOST:8883, without user and password.')
  return text
}

const collectStation = (
  text: string,
  before: readonly (readonly [string, string])[] | undefined,
): readonly (readonly [string, string])[] => {
  const [id = '', key = ''] = text.split('=')
  if (!identifierPattern.test(id) || key === '') {
    throw new InvalidArgumentError('Write it as ID=PUBLICKEY, the key as "azel keys show" prints it.')
  }
  return [...(before ?? []), [id, key]]
}

export const registerListenCommand = (program: Command): void => {
  program
    .command('listen')
    .description("receive a station's observations: verify, keep, ask for what is missing, sign receipts")
    .requiredOption('--broker <url>', 'the broker, mqtts://HOST:8883 or mqtt://HOST:1883', brokerAddress)
    .requiredOption('--as <partner>', 'your id in the agreement', identifier)
    .requiredOption('--key <file>', 'your signing key, made by "azel keys create"')
    .requiredOption(
      '--station <id=key>',
      'a station and its public key, from the agreement; may be given again',
      collectStation,
    )
    .option('--data <file>', 'where verified items are kept', './azel-partner.sqlite')
    .option('--username <name>', 'at the broker (default: your id)')
    .option('--password-file <file>', 'file with the password for the broker')
    .option('--ca <file>', "the broker's certificate authority, PEM")
    .option('--certificate <file>', 'your certificate for the broker, PEM')
    .option('--private-key <file>', 'the private key of that certificate, PEM')
    .option('--json', 'one JSON object a line instead of text')
    .action((options: ListenOptions) => listen(options))
}

const listen = async (options: ListenOptions): Promise<void> => {
  const { readSigningKey } = await import('../sharing/key-file.ts')
  const { parsePublicKey } = await import('../sharing/keys.ts')
  const { openListenerStore } = await import('../hub/listener-store.ts')
  const { createListener } = await import('../hub/listener.ts')
  const { brokerSettings } = await import('../station/broker-settings.ts')
  const { mqttLinkOpener } = await import('../network/mqtt-link.ts')
  const { createRealClock } = await import('../kernel/real-clock.ts')
  const { createSystemRandom } = await import('../station/system-random.ts')
  const { createStderrLog } = await import('./text-log.ts')

  const key = readSigningKey(options.key)
  if (!key.ok) return printFault(key.error)
  const stations = new Map()
  for (const [id, text] of options.station) {
    const stationKey = parsePublicKey(text)
    if (!stationKey.ok) return printFault(stationKey.error)
    stations.set(id, stationKey.value)
  }
  const settings = brokerSettings({
    url: options.broker,
    username: options.username ?? options.as,
    clientId: `azel-partner-${options.as}`,
    passwordFile: options.passwordFile,
    caFile: options.ca,
    certificateFile: options.certificate,
    privateKeyFile: options.privateKey,
    sessionExpiryHours: 24 * 7,
  })
  if (!settings.ok) return printFault(settings.error)
  const store = openListenerStore(options.data)
  if (!store.ok) return printFault(store.error)
  const stopAsked = untilStoppedOrUnread()
  const clock = createRealClock()
  const listener = createListener({
    clock,
    linkClock: clock,
    log: createStderrLog(clock),
    random: createSystemRandom(),
    open: mqttLinkOpener(settings.value),
    store: store.value,
    partner: options.as,
    key: key.value,
    stations,
    onEvent: (event) => printLine(options.json === true ? jsonOf(event) : textOf(event)),
  })
  await stopAsked
  await listener.stop()
  store.value.close()
  const { verified, again, refused } = listener.counts()
  process.stderr.write(
    `${verified} observations verified, ${again} came more than once, ${refused} refused, ${listener.missing()} still missing.\n`,
  )
}

const jsonOf = (event: ListenerEvent): string =>
  JSON.stringify(event.kind === 'trouble' ? { ...event, help: describeFault(event.failure) } : event)

const textOf = (event: ListenerEvent): string => {
  switch (event.kind) {
    case 'item': {
      const { record, number, station } = event.item
      const satellite = record.path.participants.find((participant) => participant.kind === 'satellite')
      const { measuredHz, sigmaHz } = record.frequency
      return [
        `${station} #${number}`,
        record.timeUtc,
        satellite === undefined ? '' : `${satellite.name} (${satellite.catalogNumber})`,
        `${(measuredHz / 1e6).toFixed(6)} MHz ± ${sigmaHz.toFixed(2)} Hz`,
        `SNR ${record.signal.snrDb.toFixed(1)} dB`,
        `${record.dataMode}, signed and in order`,
      ].join('  ')
    }
    case 'birth':
      return `${event.birth.station}: ${event.birth.name}, ${event.birth.dataMode}, ${event.birth.software}`
    case 'status':
      return `${event.status.station} is ${event.status.state} (${event.status.issuedUtc})`
    case 'asked':
      return `${event.station}: items ${event.from} to ${event.to} are missing, asked for again`
    case 'trouble':
      return `${event.station}: REFUSED. ${describeFault(event.failure)}`
    default:
      return ''
  }
}
