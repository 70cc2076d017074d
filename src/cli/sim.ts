import { type Command, InvalidArgumentError, Option } from 'commander'
import { loadElementFile, loadTransmitterFile } from '../catalog/load-file.ts'
import { describeFault, type Fault, fault } from '../kernel/errors.ts'
import { createRandom } from '../kernel/random.ts'
import { createRealClock } from '../kernel/real-clock.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { deg, type Hz, metres } from '../kernel/units.ts'
import { checkSite, type Site } from '../orbit/site.ts'

/** What the simulator gives back: where a host finds it, and how to end it. */
interface Serving {
  readonly places: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

interface Place {
  readonly host: string
  readonly port: number
}

interface RotatorArguments {
  readonly firmware: string
  readonly mount: string
  readonly seed: number
  readonly listen?: Place
  readonly portPath?: string
  readonly stateJson?: string
}

interface StationArguments extends RotatorArguments {
  readonly elements: string
  readonly site: Site
  readonly transmitters: string
  readonly receiverListen: Place
}

const PORT_MAX = 65_535
const SEED_MAX = 0xffff_ffff
const LOOPBACK = '127.0.0.1'

const readPlace = (text: string): Place => {
  const match = /^(?:(?<host>[^:]+|\[[0-9a-f:]+\]):)?(?<port>\d{1,5})$/i.exec(text)
  const port = Number(match?.groups?.['port'])
  if (match === null || port > PORT_MAX) throw new InvalidArgumentError('Write it as HOST:PORT or PORT.')
  return { host: (match.groups?.['host'] ?? LOOPBACK).replace(/^\[|\]$/g, ''), port }
}

const readSeed = (text: string): number => {
  const seed = Number(text)
  if (!/^\d+$/.test(text) || seed > SEED_MAX)
    throw new InvalidArgumentError(`Give a whole number up to ${SEED_MAX}.`)
  return seed
}

const readSite = (text: string): Site => {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [latitude = Number.NaN, longitude = Number.NaN, height = Number.NaN] = numbers
  if (numbers.length !== 3 || !numbers.every(Number.isFinite)) {
    throw new InvalidArgumentError('Write it as LATITUDE,LONGITUDE,HEIGHT, for instance 51.5,-0.1275,50.')
  }
  const site = checkSite({ latitude: deg(latitude), longitude: deg(longitude), height: metres(height) })
  if (!site.ok) throw new InvalidArgumentError(`${site.error.message}.`)
  return site.value
}

/** Names from the command line are checked against what the simulator has. */
const choose = <Name extends string>(
  table: Readonly<Record<Name, unknown>>,
  name: string,
  what: string,
): Result<Name, Fault> =>
  Object.hasOwn(table, name)
    ? ok(name as Name)
    : err(
        fault('cli.usage', `There is no simulated ${what} "${name}", only ${Object.keys(table).join(', ')}`),
      )

const serviceOf = async (given: RotatorArguments) => {
  const { FIRMWARES } = await import('../../hardware-sim/firmware/registry.ts')
  const { MOUNTS } = await import('../../hardware-sim/plant/mounts.ts')
  const firmware = choose(FIRMWARES, given.firmware, 'controller')
  if (!firmware.ok) return firmware
  const mount = choose(MOUNTS, given.mount, 'mount')
  if (!mount.ok) return mount
  return ok({
    clock: createRealClock(),
    random: createRandom(given.seed),
    firmware: firmware.value,
    mount: mount.value,
    ...(given.listen === undefined ? {} : { listen: given.listen }),
    ...(given.portPath === undefined ? {} : { portPath: given.portPath }),
    ...(given.stateJson === undefined ? {} : { stateFile: given.stateJson }),
  })
}

const startRotator = async (given: RotatorArguments): Promise<Result<Serving, Fault>> => {
  const service = await serviceOf(given)
  if (!service.ok) return service
  if (service.value.mount === 'fixed') {
    return err(fault('cli.usage', 'A fixed antenna has no rotator to simulate'))
  }
  const { serveRotator } = await import('../../hardware-sim/station/serve.ts')
  return serveRotator(service.value)
}

const startStation = async (given: StationArguments): Promise<Result<Serving, Fault>> => {
  const service = await serviceOf(given)
  if (!service.ok) return service
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

/** Says on one line where everything listens, serves until SIGINT or SIGTERM, and closes all of it. */
const serveUntilStopped = async (starting: Promise<Result<Serving, Fault>>): Promise<void> => {
  const serving = await starting
  if (!serving.ok) {
    process.stderr.write(`azel: ${describeFault(serving.error)}\n`)
    process.exitCode = 1
    return
  }
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
    process.once('SIGHUP', () => resolve())
  })
  process.stdout.write(`${JSON.stringify({ simulated: true, ...serving.value.places })}\n`)
  await stopped
  await serving.value.close()
}

const withRotatorOptions = (command: Command): Command =>
  command
    .option('--firmware <name>', "the controller's program", 'gs232b')
    .option('--mount <name>', 'the antenna: g5500, or fixed (no rotator)', 'g5500')
    .option('--seed <number>', 'everything that is left to chance comes from it', readSeed, 1)
    .addOption(new Option('--listen <host:port>', 'offer the serial line on TCP').argParser(readPlace))
    .addOption(
      new Option(
        '--port-path <path>',
        'offer it as a pseudo-terminal with this link to it (needs socat)',
      ).conflicts('listen'),
    )
    .option('--state-json <file>', 'keep this file at the true state of the antenna')

/** `azel sim rotator` and `azel sim station`: simulated hardware for real programs, on the real clock. */
export const registerSimCommand = (program: Command): void => {
  const sim = program.command('sim').description('simulated hardware, marked as simulated, for real programs')
  withRotatorOptions(sim.command('rotator'))
    .description('an antenna and its controller on a pseudo-terminal or on TCP')
    .action((given: RotatorArguments) => serveUntilStopped(startRotator(given)))
  withRotatorOptions(sim.command('station'))
    .description('a rotator, and a receiver under a sky of satellites as an rtl_tcp server')
    .requiredOption('--elements <file>', 'orbits: OMM (CSV, JSON) or TLE')
    .requiredOption('--transmitters <file>', 'their transmitters, JSON as of SatNOGS DB')
    .requiredOption('--site <lat,lon,height>', 'degrees north, degrees east, metres', readSite)
    .option('--receiver-listen <host:port>', 'where rtl_tcp listens', readPlace, {
      host: LOOPBACK,
      port: 1234,
    })
    .action((given: StationArguments) => serveUntilStopped(startStation(given)))
}
