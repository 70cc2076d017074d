import type { Controller } from '../../hardware-sim/controller/controller.ts'
import { createController } from '../../hardware-sim/controller/controller.ts'
import {
  createSimulatedAdapter,
  type SimulatedAdapter,
} from '../../hardware-sim/controller/serial-port-mock.ts'
import { FIRMWARES, type FirmwareName, usualMount } from '../../hardware-sim/firmware/registry.ts'
import { MOUNTS } from '../../hardware-sim/plant/mounts.ts'
import { createPlant, type Plant } from '../../hardware-sim/plant/plant.ts'
import { applyFault, type SimulatedFault } from '../../hardware-sim/station/faults.ts'
import type { Fault } from '../../src/kernel/errors.ts'
import type { Log } from '../../src/kernel/log.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { invariant, ok, unwrap } from '../../src/kernel/result.ts'
import { utcMs } from '../../src/kernel/time.ts'
import { deg, degPerSec, type Ms, ms } from '../../src/kernel/units.ts'
import { createVirtualClock, type VirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { AzElMount } from '../../src/pointing/mount.ts'
import type { RotatorDriver } from '../../src/rotator/driver.ts'
import { findDriver } from '../../src/rotator/registry.ts'
import { streamOfOpenPort } from '../../src/rotator/serial-byte-stream.ts'
import type { Antenna } from '../../src/station/antenna.ts'
import { createMovingAntenna, type MovingAntennaOptions } from '../../src/station/moving-antenna.ts'
import { PASS_TCA } from '../pointing/passes.ts'

/** The station's antenna on a simulated mast: controller, serial line, motors and encoders, in virtual time. */
export interface AntennaWorld {
  readonly clock: VirtualClock
  readonly antenna: Antenna
  readonly plant: Plant
  readonly controller: Controller
  readonly adapter: SimulatedAdapter
  readonly mount: AzElMount
  readonly driver: RotatorDriver
  /** Everything that an operator was told was wrong. */
  readonly faults: Fault[]
  /** And what he was told to mind. */
  readonly warnings: readonly string[]
  /** What the daemon wrote to its serial line, with the stopwatch. */
  readonly written: { readonly text: string; readonly atMono: number }[]
  readonly fail: (name: SimulatedFault, on?: boolean) => void
  /** The process is killed, and a new one opens the line at once; the antenna goes on as it was told. */
  readonly dieAndStartAnew: () => {
    readonly antenna: Antenna
    readonly connected: ReturnType<Antenna['connect']>
  }
  readonly pass: (duration: Ms) => Promise<void>
  readonly where: () => { readonly azimuth: number; readonly elevation: number }
  readonly isMoving: () => boolean
  readonly close: () => Promise<void>
}

export const START = utcMs(PASS_TCA - 600_000)

export const createAntennaWorld = async (
  options: {
    readonly driver?: string
    readonly firmware?: FirmwareName
    readonly seed?: number
    /** The azimuth motor turns at this share of the speed that is configured. */
    readonly motorShare?: number
    readonly antenna?: Partial<Omit<MovingAntennaOptions, 'clock' | 'open' | 'driver' | 'log'>>
    readonly envelope?: Partial<MovingAntennaOptions['envelope']>
    /** Not waited for, where the line is dead from the beginning. */
    readonly connects?: boolean
    /** What happens after the antenna is built and before its line is opened. */
    readonly beforeConnect?: (antenna: Antenna) => void
  } = {},
): Promise<AntennaWorld> => {
  const firmware = options.firmware ?? 'gs232b'
  const driver = unwrap(findDriver(options.driver ?? 'gs232b'))
  const clock = createVirtualClock({ startUtc: START })
  const random = createRandom(options.seed ?? 1)
  const simulated = MOUNTS[usualMount(firmware)]
  invariant(simulated.kind !== 'fixed', 'this world has a rotator')
  const slowed = {
    ...simulated,
    azimuth: {
      ...simulated.azimuth,
      rateMax: degPerSec((options.motorShare ?? 1) * simulated.azimuth.rateMax),
    },
  }
  const plant = createPlant({ mount: slowed, random: random.fork('plant'), start: clock.monoNow() })
  const controller = createController({ clock, random, firmware: FIRMWARES[firmware](), plant })
  const adapter = createSimulatedAdapter({ clock, controller })
  const axis = ({ min, max, rateMax }: (typeof simulated)['azimuth']) => ({
    minimum: deg(Math.max(min, -180)),
    maximum: max,
    slewRate: degPerSec(rateMax),
  })
  const elevation =
    simulated.kind === 'az-el'
      ? { ...axis(simulated.elevation), minimum: deg(0) }
      : {
          minimum: simulated.antennaElevation,
          maximum: simulated.antennaElevation,
          slewRate: degPerSec(1),
        }
  const mount: AzElMount = {
    kind: 'azel',
    azimuth: axis(simulated.azimuth),
    elevation,
    park: { azimuth: deg(180), elevation: elevation.minimum },
    beamWidth: deg(20),
    resolution: driver.capabilities.resolution,
  }
  const faults: Fault[] = []
  const warnings: string[] = []
  const log: Log = {
    info: () => {},
    warn: (message) => warnings.push(message),
    fault: (failure) => faults.push(failure),
  }
  const written: { text: string; atMono: number }[] = []
  // The line of a process that died is opened by nobody any more.
  let processes = 0
  const startProcess = (): Antenna => {
    processes += 1
    const own = processes
    return createMovingAntenna({
      clock,
      log,
      driver,
      envelope: { mount, ...options.envelope },
      open: async () => {
        if (own !== processes) return new Promise(() => {})
        const port = await adapter.open({ baudRate: controller.baudRate })
        if (!port.ok) return port
        const stream = streamOfOpenPort(port.value, { description: adapter.path, provenance: 'simulated' })
        return ok({
          ...stream,
          write: (bytes) => {
            written.push({ text: Buffer.from(bytes).toString('latin1'), atMono: clock.monoNow() })
            return stream.write(bytes)
          },
        })
      },
      ...options.antenna,
    })
  }
  const antenna = startProcess()
  let present = antenna
  options.beforeConnect?.(antenna)
  if (options.beforeConnect !== undefined) await clock.advance(ms(500))
  const connecting = antenna.connect()
  await clock.advance(ms(3_000))
  if (options.connects ?? true) unwrap(await connecting)

  const where = () => ({
    azimuth: plant.axisAt(clock.monoNow(), 'azimuth')?.motor ?? Number.NaN,
    elevation: plant.axisAt(clock.monoNow(), 'elevation')?.motor ?? mount.elevation.minimum,
  })
  return {
    clock,
    antenna,
    plant,
    controller,
    adapter,
    mount,
    driver,
    faults,
    warnings,
    written,
    fail: (name, on = true) => applyFault({ now: clock.monoNow, plant, controller, line: adapter }, name, on),
    dieAndStartAnew: () => {
      present = startProcess()
      // The kernel closes what the dead process had open.
      adapter.setPlugged(false)
      adapter.setPlugged(true)
      return { antenna: present, connected: present.connect() }
    },
    pass: (duration) => clock.advance(duration),
    where,
    isMoving: () =>
      (['azimuth', 'elevation'] as const).some(
        (name) => Math.abs(plant.axisAt(clock.monoNow(), name)?.velocity ?? 0) > 0.01,
      ),
    close: async () => {
      const closing = present.close()
      await clock.advance(ms(60_000))
      await closing
    },
  }
}
