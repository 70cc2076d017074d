import { type Command, Option } from 'commander'
import { type Fault, fault } from '../kernel/errors.ts'
import { nearName } from '../kernel/near-name.ts'
import { createRandom } from '../kernel/random.ts'
import { createRealClock } from '../kernel/real-clock.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Hz } from '../kernel/units.ts'
import type { Site } from '../orbit/site.ts'
import { goOnUnread, printFault, printLine, untilStopped } from './output.ts'
import {
  collectFaults,
  LOOPBACK,
  type Place,
  readBaudRate,
  readPlace,
  readPulses,
  readSeed,
  readSite,
} from './sim/arguments.ts'
import { simulatorHelp } from './sim/help.ts'

/** What the simulator gives back: where a host finds it, and how to end it. */
interface Serving {
  readonly places: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

interface RotatorArguments {
  readonly firmware: string
  readonly mount?: string
  readonly seed: number
  readonly fault: readonly string[]
  readonly pulsesPerDegree?: ReturnType<typeof readPulses>
  readonly baud?: number
  readonly listen?: Place
  readonly portPath?: string
  readonly stateJson?: string
  readonly misalignment?: string
}

interface StationArguments extends RotatorArguments {
  readonly elements: string
  readonly site: Site
  readonly transmitters: string
  readonly receiverListen: Place
}

/** Names from the command line are checked against what the simulator has. */
const choose = <Name extends string>(
  table: Readonly<Record<Name, unknown>>,
  name: string,
  what: string,
): Result<Name, Fault> =>
  Object.hasOwn(table, name) ? ok(name as Name) : err(noSuch(Object.keys(table), name, what))

const noSuch = (names: readonly string[], name: string, what: string): Fault => {
  const near = nearName(name, names)
  const hint = near === undefined ? `, only ${names.join(', ')}` : ` (did you mean ${near}?)`
  return fault('cli.usage', `There is no simulated ${what} "${name}"${hint}`)
}

const pulseObjection = (firmware: string, wanted: number, choices: readonly number[]): string =>
  choices.length === 0
    ? `The controller ${firmware} cannot be set to pulses per degree; rot2prog and md01 can`
    : `The controller ${firmware} counts ${choices.join(', ')} pulses per degree, not ${wanted}`

type Event =
  | { readonly kind: 'fault'; readonly name: string; readonly on: boolean }
  | { readonly kind: 'moved'; readonly place: string }
  | { readonly kind: 'trouble'; readonly sentence: string }

type Tell = (event: Event) => void

/** What happens while it runs, for the person at the terminal; the place once more for programs. */
const tell = (event: Event, giveUp: () => void): void => {
  if (event.kind === 'moved') printLine(JSON.stringify({ simulated: true, rotator: event.place }))
  else if (event.kind === 'fault') {
    process.stderr.write(`azel: fault ${event.name} ${event.on ? 'begins' : 'ends'}\n`)
  } else {
    printFault(fault('sim.pty', event.sentence))
    giveUp()
  }
}

const serviceOf = async (given: RotatorArguments, onEvent: Tell) => {
  const { FIRMWARES, pulseChoices, usualMount } = await import('../../hardware-sim/firmware/registry.ts')
  const { MOUNTS } = await import('../../hardware-sim/plant/mounts.ts')
  const { readPlannedFault } = await import('../../hardware-sim/station/fault-plan.ts')
  const firmware = choose(FIRMWARES, given.firmware, 'controller')
  if (!firmware.ok) return firmware
  const { pulsesPerDegree } = given
  const choices = pulseChoices(firmware.value)
  if (pulsesPerDegree !== undefined && !choices.includes(pulsesPerDegree)) {
    return err(fault('cli.usage', pulseObjection(firmware.value, pulsesPerDegree, choices)))
  }
  const mount = choose(MOUNTS, given.mount ?? usualMount(firmware.value), 'mount')
  if (!mount.ok) return mount
  const { readMisalignment } = await import('../../hardware-sim/plant/misalignment.ts')
  const random = createRandom(given.seed)
  const misalignment =
    given.misalignment === undefined ? undefined : readMisalignment(given.misalignment, random)
  if (misalignment?.ok === false) return misalignment
  const planned = given.fault.map(readPlannedFault)
  const refused = planned.find((one) => !one.ok)
  if (refused?.ok === false) return refused
  return ok({
    clock: createRealClock(),
    random,
    firmware: firmware.value,
    mount: mount.value,
    faults: planned.flatMap((one) => (one.ok ? [one.value] : [])),
    onEvent,
    ...(misalignment === undefined ? {} : { misalignment: misalignment.value }),
    ...(given.listen === undefined ? {} : { listen: given.listen }),
    ...(given.portPath === undefined ? {} : { portPath: given.portPath }),
    ...(given.stateJson === undefined ? {} : { stateFile: given.stateJson }),
    ...(pulsesPerDegree === undefined ? {} : { pulsesPerDegree }),
    ...(given.baud === undefined ? {} : { baudRate: given.baud }),
  })
}

const startRotator = async (given: RotatorArguments, onEvent: Tell): Promise<Result<Serving, Fault>> => {
  const service = await serviceOf(given, onEvent)
  if (!service.ok) return service
  if (service.value.mount === 'fixed') {
    return err(fault('cli.usage', 'A fixed antenna has no rotator to simulate'))
  }
  const { serveRotator } = await import('../../hardware-sim/station/serve.ts')
  return serveRotator(service.value)
}

const startStation = async (given: StationArguments, onEvent: Tell): Promise<Result<Serving, Fault>> => {
  const service = await serviceOf(given, onEvent)
  if (!service.ok) return service
  const { loadElementFile, loadTransmitterFile } = await import('../catalog/load-file.ts')
  const elements = await loadElementFile(given.elements)
  if (!elements.ok) return elements
  const listed = await loadTransmitterFile(given.transmitters)
  if (!listed.ok) return listed
  const { elementSets } = elements.value
  const known = new Set(elementSets.map((set) => set.catalogNumber))
  const transmitters = listed.value.transmitters
    .filter((transmitter) => transmitter.active && known.has(transmitter.catalogNumber))
    .map(
      ({ catalogNumber, downlink, description }): { catalogNumber: number; frequency: Hz; name: string } => ({
        catalogNumber,
        frequency: downlink,
        name: description,
      }),
    )
  if (transmitters.length === 0) {
    const message = `No transmitter of ${given.transmitters} is on a satellite of ${given.elements}`
    return err(fault('catalog.unknown-satellite', message))
  }
  const { serveStation } = await import('../../hardware-sim/station/serve.ts')
  return serveStation({
    ...service.value,
    site: given.site,
    elementSets,
    transmitters,
    receiverListen: given.receiverListen,
  })
}

/** Says on one line where everything listens, serves until SIGINT, SIGTERM or the line is gone, and closes all of it. */
const serveUntilStopped = async (
  start: (onEvent: Tell) => Promise<Result<Serving, Fault>>,
): Promise<void> => {
  const gaveUp = new AbortController()
  const serving = await start((event) => tell(event, () => gaveUp.abort()))
  if (!serving.ok) {
    printFault(serving.error)
    return
  }
  const stopped = untilStopped()
  // Who reads the first line and leaves wants the simulator to go on.
  goOnUnread()
  printLine(JSON.stringify({ simulated: true, ...serving.value.places }))
  const lost = new Promise<void>((resolve) => {
    if (gaveUp.signal.aborted) resolve()
    else gaveUp.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await Promise.race([stopped, lost])
  await serving.value.close()
}

const withRotatorOptions = (command: Command): Command =>
  command
    .option('--firmware <name>', "the controller's program", 'gs232b')
    .option('--mount <name>', 'the antenna')
    .option('--seed <number>', 'everything that is left to chance comes from it', readSeed, 1)
    .addOption(new Option('--listen <host:port>', 'offer the serial line on TCP').argParser(readPlace))
    .addOption(
      new Option(
        '--port-path <path>',
        'offer it as a pseudo-terminal with this link to it (needs socat)',
      ).conflicts('listen'),
    )
    .option('--baud <rate>', "bits a second of the line (default: the controller's own)", readBaudRate)
    .option(
      '--pulses-per-degree <count>',
      'what a SPID counts: rot2prog 1, 2 (default) or 4; md01 also 10 (default)',
      readPulses,
    )
    .option('--fault <name[@s[-s]]>', 'something goes wrong, now or then', collectFaults, [])
    .option('--misalignment <parts>', 'the mast was put up wrong: random, or azimuth=3,tilt-north=1,…')
    .option('--state-json <file>', 'keep this file at the true state of the antenna')
    .addHelpText('after', simulatorHelp)

/** `azel sim rotator` and `azel sim station`: simulated hardware for real programs, on the real clock. */
export const registerSimCommand = (program: Command): void => {
  const sim = program.command('sim').description('simulated hardware, marked as simulated, for real programs')
  withRotatorOptions(sim.command('rotator'))
    .description('an antenna and its controller on a pseudo-terminal or on TCP')
    .action((given: RotatorArguments) => serveUntilStopped((onEvent) => startRotator(given, onEvent)))
  withRotatorOptions(sim.command('station'))
    .description('a rotator, and a receiver under a sky of satellites as an rtl_tcp server')
    .requiredOption('--elements <file>', 'required: orbits, OMM (CSV, JSON) or TLE')
    .requiredOption('--transmitters <file>', 'required: their transmitters, JSON as of SatNOGS DB')
    .requiredOption('--site <lat,lon,height>', 'required: degrees north, degrees east, metres', readSite)
    .option('--receiver-listen <host:port>', 'where rtl_tcp listens', readPlace, {
      host: LOOPBACK,
      port: 1234,
    })
    .action((given: StationArguments) => serveUntilStopped((onEvent) => startStation(given, onEvent)))
}
