import { type Command, InvalidArgumentError, Option } from 'commander'
import { createRandom } from '../kernel/random.ts'
import { createRealClock } from '../kernel/real-clock.ts'
import { ok } from '../kernel/result.ts'
import { parseUtc, type UtcMs, utcPlus } from '../kernel/time.ts'
import { deg, hz, metres, ms } from '../kernel/units.ts'
import { createVirtualClock } from '../kernel/virtual-clock.ts'
import type { DemoHardware } from './demo/demo-run.ts'
import type { PartnerId } from './demo/scenario.ts'
import { onUnread, printFault } from './output.ts'
import { programVersion } from './version.ts'

interface DemoOptions {
  readonly from: UtcMs
  readonly speed?: number
  readonly seed: number
  readonly satellite?: number
  readonly fault?: 'stuck-motor' | 'broker-down'
  readonly once?: true
  readonly json?: true
}

const DEFAULT_FROM = '2026-08-23T00:00:00Z'
// A pass of ten minutes in twenty seconds: long enough to follow with the eye, short enough to wait for.
const DEFAULT_SPEED = 30
const DATA = new URL('../../demo-data/', import.meta.url)
// The station connects its devices before it prepares the pass.
const CONNECT_SEC = 15

const readInstant = (text: string): UtcMs => {
  const instant = parseUtc(text)
  if (!instant.ok) throw new InvalidArgumentError(`${instant.error}.`)
  return instant.value
}

const readWhole =
  (name: string, limit: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value > limit)
      throw new InvalidArgumentError(`Give ${name} as a whole number up to ${limit}.`)
    return value
  }

const readSpeed = (text: string): number => {
  const speed = Number(text)
  if (!(speed > 0) || speed > 1e6)
    throw new InvalidArgumentError('Give station seconds for a wall second, for instance 30.')
  return speed
}

export const registerDemoCommand = (program: Command): void => {
  program
    .command('demo')
    .description('watch a simulated station follow a real satellite and share what it measures')
    .option('--from <utc>', `earliest rise of the pass (default ${DEFAULT_FROM})`, readInstant)
    .option(
      '--speed <n>',
      `station seconds for a wall second (default ${DEFAULT_SPEED}; with --once as fast as it goes)`,
      readSpeed,
    )
    .option('--seed <n>', 'everything random comes from it', readWhole('the seed', 0xffff_ffff), 1)
    .option(
      '--satellite <n>',
      'catalogue number, for instance 25544',
      readWhole('the catalogue number', 999_999_999),
    )
    .addOption(
      new Option('--fault <name>', 'make something go wrong in the middle of the pass').choices([
        'stuck-motor',
        'broker-down',
      ]),
    )
    .option('--once', 'play one pass as fast as it goes and end')
    .option('--json', 'print one JSON object at the end and nothing else')
    .action((options: Omit<DemoOptions, 'from'> & { readonly from?: UtcMs }) =>
      demo({ ...options, from: options.from ?? readInstant(DEFAULT_FROM) }),
    )
}

const demo = async (options: DemoOptions): Promise<void> => {
  // Loaded here: it is the whole station, which no other command should wait for.
  const { loadElementFile, loadTransmitterFile } = await import('../catalog/load-file.ts')
  const { SEED_BYTES, signingKeyFromSeed } = await import('../sharing/keys.ts')
  const { turnaroundSecOf } = await import('../station/configured-gaps.ts')
  const { runDemo } = await import('./demo/demo-run.ts')
  const { createPresenter } = await import('./demo/presenter.ts')
  const { makeScenario, PARTNER_IDS } = await import('./demo/scenario.ts')

  const elements = await loadElementFile(new URL('elements.omm.csv', DATA).pathname)
  if (!elements.ok) return printFault(elements.error)
  const transmitters = await loadTransmitterFile(new URL('transmitters.json', DATA).pathname)
  if (!transmitters.ok) return printFault(transmitters.error)
  const { createSimulatedStation } = await import('../../hardware-sim/station/station.ts')
  const { DONGLE_DEFAULTS } = await import('../../hardware-sim/dongle/dongle.ts')
  const { streamOfOpenPort } = await import('../rotator/serial-byte-stream.ts')

  const random = createRandom(options.seed)
  const keyOf = (name: string) => signingKeyFromSeed(random.fork(`key of ${name}`).bytes(SEED_BYTES))
  const partnerKeys = Object.fromEntries(PARTNER_IDS.map((id) => [id, keyOf(id)])) as Record<
    PartnerId,
    ReturnType<typeof keyOf>
  >
  const data = { elementSets: elements.value.elementSets, transmitters: transmitters.value.transmitters }
  const scenario = await makeScenario({
    ...data,
    fromUtc: options.from,
    satellite: options.satellite,
    publicKeys: Object.fromEntries(PARTNER_IDS.map((id) => [id, partnerKeys[id].publicKey.text])) as Record<
      PartnerId,
      string
    >,
    calibratedDelayMs: DONGLE_DEFAULTS.latency,
  })
  if (!scenario.ok) return printFault(scenario.error)
  const { configuration, pass } = scenario.value

  const clock = createVirtualClock({
    startUtc: utcPlus(pass.task.startUtcMs, ms(-1000 * (turnaroundSecOf(configuration) + CONNECT_SEC))),
  })
  const wallClock = createRealClock()
  const { station } = configuration
  const heard = new Set(data.transmitters.map(({ catalogNumber }) => catalogNumber))
  const simulated = createSimulatedStation({
    clock,
    random: random.fork('world'),
    site: {
      latitude: deg(station.latitudeDeg),
      longitude: deg(station.longitudeDeg),
      height: metres(station.heightM),
    },
    elementSets: data.elementSets.filter(({ catalogNumber }) => heard.has(catalogNumber)),
    transmitters: data.transmitters.map(({ catalogNumber, downlink, description }) => ({
      catalogNumber,
      frequency: hz(downlink),
      name: description,
    })),
  })
  if (!simulated.ok) return printFault(simulated.error)
  const { openSerialPort, openReceiver, truth, injectFault } = simulated.value
  const hardware: DemoHardware = {
    openRotator: async () => {
      const port = await openSerialPort()
      return port.ok
        ? ok(streamOfOpenPort(port.value, { description: 'simulated rotator', provenance: 'simulated' }))
        : port
    },
    openReceiver,
    truth,
    jamMotors: () => injectFault('stuck-motor'),
  }

  const stopping = new AbortController()
  const presenter = createPresenter({
    clock,
    wallClock,
    json: options.json === true,
    live: process.stdout.isTTY === true && options.json !== true,
    coloured: process.env['NO_COLOR'] === undefined,
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
  })
  const onSignal = (): void => stopping.abort()
  // Whoever looked on has gone (a closed terminal, `| head`); what was begun is put away all the same.
  onUnread(onSignal)
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  // The terminal was closed; a broker and a folder would stay behind.
  process.once('SIGHUP', onSignal)
  const outcome = await runDemo({
    ...data,
    clock,
    wallClock,
    random,
    scenario: scenario.value,
    keys: { station: keyOf('station'), partners: partnerKeys },
    hardware,
    software: `azel ${programVersion()}`,
    log: presenter.log,
    speed: options.speed ?? (options.once === true ? Number.POSITIVE_INFINITY : DEFAULT_SPEED),
    fault: options.fault,
    stop: stopping.signal,
    onState: presenter.watch,
  })
  presenter.end()
  process.off('SIGINT', onSignal)
  process.off('SIGTERM', onSignal)
  process.off('SIGHUP', onSignal)
  if (!outcome.ok) return printFault(outcome.error)
  presenter.summarise(outcome.value, stopping.signal.aborted)
  if (!outcome.value.stopped.ok) printFault(outcome.value.stopped.error)
  if (!outcome.value.complete) process.exitCode = stopping.signal.aborted ? EXIT_INTERRUPTED : 1
}

/** As shells have it for Ctrl-C. */
const EXIT_INTERRUPTED = 130
