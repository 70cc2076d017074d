import type { SerialPortMock } from 'serialport'
import { greatCircleSeparation } from '../../src/kernel/angle.ts'
import type { ByteStream } from '../../src/kernel/byte-stream.ts'
import type { Clock } from '../../src/kernel/clock.ts'
import { type Fault, fault } from '../../src/kernel/errors.ts'
import type { Random } from '../../src/kernel/random.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import { monoBetween, utcPlus } from '../../src/kernel/time.ts'
import { db, deg, secToMs } from '../../src/kernel/units.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import type { Site } from '../../src/orbit/site.ts'
import { type Controller, type ControllerOptions, createController } from '../controller/controller.ts'
import { createSimulatedAdapter, type SimulatedAdapter } from '../controller/serial-port-mock.ts'
import { createDongle, DONGLE_DEFAULTS, type Dongle, type DongleOptions } from '../dongle/dongle.ts'
import { openDongleInMemory } from '../dongle/memory-line.ts'
import { type FirmwareName, startFirmware } from '../firmware/registry.ts'
import type { PulsesPerDegree } from '../firmware/spid.ts'
import type { Misalignment } from '../plant/misalignment.ts'
import { MOUNTS, type Mount, type MountName } from '../plant/mounts.ts'
import { createPlant, type Plant } from '../plant/plant.ts'
import { beamGain, type LinkBudget } from '../sky/link-budget.ts'
import { createOscillator, type OscillatorSpread } from '../sky/oscillator.ts'
import { createRadioSky, type SkySpread, type Transmitter } from '../sky/radio-sky.ts'
import { sunDirection, sunNoiseRatio } from '../sky/sun.ts'
import { applyFault, type SimulatedFault } from './faults.ts'
import { createTruth, type Truth } from './truth.ts'

/** Everything of the sky and the receiver that can be set; what is left out has its default. */
export type SkyOptions = Partial<LinkBudget & SkySpread & OscillatorSpread & DongleOptions>

/** A link of 48 dBHz at 1000 km is a strong beacon on a yagi; a beam of 20° is a pair of such. */
const BUDGET: LinkBudget = { referenceDbHz: db(48), beamWidth: deg(20), sideLobes: db(-20) }
/** A day-old element set is off by about this much; most beacons are within a few hundred hertz. */
const SPREAD: SkySpread = { alongTrackKm: 1, crossTrackKm: 0.3, transmitterOffsetHz: 200 }
/** A yagi with a preamplifier at the mast, in a town: what its receiver hears of sky, ground and itself. */
const SYSTEM_KELVIN = 300
/** A receiver with a temperature-compensated crystal that is warming up. */
const OSCILLATOR: OscillatorSpread = { offsetPpm: 0.3, driftPpmPerHour: 0.3 }

export interface SimulatedStationOptions {
  readonly clock: Clock
  /** The simulation forks what it needs; the same seed gives the same world. */
  readonly random: Random
  readonly site: Site
  readonly elementSets: readonly ElementSet[]
  readonly transmitters: readonly Transmitter[]
  /** Default `g5500`. */
  readonly mount?: MountName | Mount
  /** Default `gs232b`. */
  readonly firmware?: FirmwareName
  /** Of a firmware that can be set to it; default: as it comes. */
  readonly pulsesPerDegree?: PulsesPerDegree
  readonly rotator?: Pick<ControllerOptions, 'baudRate' | 'replyDelay' | 'fragmentReplies'> & {
    /** Opening the port, where that raises DTR, boots the controller; default false. */
    readonly resetsOnDtr?: boolean
  }
  readonly sky?: SkyOptions
  /** How the mast was put up wrong; default: not at all. */
  readonly misalignment?: Misalignment
}

/** A whole ground station's hardware under a sky: what its software is plugged into. */
export interface SimulatedStation {
  /** Path of the simulated serial port at present; another one after `adapter-renamed`. */
  readonly serialPath: string
  /** What a list of the serial ports shows: the serial number stays when the path changes. */
  readonly listSerialPorts: SimulatedAdapter['listed']
  /** Opens the rotator's serial port, a new port object each time; one connection at once. */
  readonly openSerialPort: (options?: {
    readonly baudRate?: number
    readonly path?: string
    /** Whether closing drops DTR, as by default. */
    readonly hupcl?: boolean
  }) => Promise<Result<SerialPortMock, Fault>>
  /** Connects to the receiver, an rtl_tcp server without a network. One connection at once. */
  readonly openReceiver: () => Promise<Result<ByteStream, Fault>>
  readonly injectFault: (name: SimulatedFault) => void
  readonly clearFault: (name: SimulatedFault) => void
  readonly truth: Truth
  /** The parts, for other attachments (TCP, pseudo-terminal) and for tests. */
  readonly plant: Plant
  readonly controller: Controller
  readonly dongle: Dongle
}

/** Builds plant, controller, sky and receiver. The only failure: a transmitter on a satellite without elements. */
export const createSimulatedStation = (options: SimulatedStationOptions): Result<SimulatedStation, Fault> => {
  const { clock, site } = options
  const random = options.random.fork('hardware')
  const startUtc = clock.utcNow()
  const startMono = clock.monoNow()
  const budget = { ...BUDGET, ...options.sky }
  const sky = createRadioSky({
    start: startUtc,
    site,
    elementSets: options.elementSets,
    transmitters: options.transmitters,
    budget,
    spread: { ...SPREAD, ...options.sky },
    random: random.fork('sky'),
  })
  if (!sky.ok) return sky

  const mount = typeof options.mount === 'object' ? options.mount : MOUNTS[options.mount ?? 'g5500']
  const plant = createPlant({
    mount,
    random: random.fork('plant'),
    start: startMono,
    ...(options.misalignment === undefined ? {} : { misalignment: options.misalignment }),
  })
  const firmware = startFirmware(options.firmware ?? 'gs232b', options.pulsesPerDegree)
  const controller = createController({ ...options.rotator, clock, random, firmware, plant })
  const resetsOnDtr = options.rotator?.resetsOnDtr ?? false
  const adapter = createSimulatedAdapter({ clock, controller, resetsOnDtr })
  const dongle = createDongle({
    clock,
    random,
    sky: sky.value,
    oscillator: createOscillator({ ...OSCILLATOR, ...options.sky }, random.fork('oscillator')),
    boresightAt: plant.boresightAt,
    noiseRatioAt: (offset, { boresight, centerHz }) => {
      const sun = sunDirection(utcPlus(startUtc, secToMs(offset)), site)
      if (sun.elevation <= 0) return 0
      const ratio = sunNoiseRatio({ centerHz, beamWidthDeg: budget.beamWidth, systemKelvin: SYSTEM_KELVIN })
      return ratio * 10 ** (beamGain(budget, greatCircleSeparation(sun, boresight)) / 10)
    },
    start: startMono,
    options: { ...DONGLE_DEFAULTS, ...options.sky },
  })
  // True time goes on with the stopwatch: a step of the wall clock is the station's trouble, not the sky's.
  const trueNow = () => utcPlus(startUtc, monoBetween({ from: startMono, to: clock.monoNow() }))
  const truth = createTruth({ startUtc, startMono, utcNow: trueNow, sky: sky.value, dongle, plant, budget })
  const targets = { now: clock.monoNow, plant, controller, line: adapter, dongle }

  return ok({
    get serialPath() {
      return adapter.path
    },
    listSerialPorts: adapter.listed,
    openSerialPort: async (port) =>
      mount.kind === 'fixed'
        ? err(fault('serial.missing', 'A fixed antenna has no rotator and no serial port'))
        : adapter.open({ ...port, baudRate: port?.baudRate ?? controller.baudRate }),
    openReceiver: async () => openDongleInMemory(dongle),
    injectFault: (name) => applyFault(targets, name, true),
    clearFault: (name) => applyFault(targets, name, false),
    truth,
    plant,
    controller,
    dongle,
  })
}
