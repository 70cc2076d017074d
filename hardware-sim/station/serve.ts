import type { Clock } from '../../src/kernel/clock.ts'
import type { Fault } from '../../src/kernel/errors.ts'
import type { Random } from '../../src/kernel/random.ts'
import { ok, type Result } from '../../src/kernel/result.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import type { Site } from '../../src/orbit/site.ts'
import { type Controller, createController } from '../controller/controller.ts'
import { type LineChoice, serveLine } from '../controller/served-line.ts'
import type { Dongle } from '../dongle/dongle.ts'
import { serveDongleOnTcp } from '../dongle/tcp-server.ts'
import { type FirmwareName, startFirmware } from '../firmware/registry.ts'
import type { PulsesPerDegree } from '../firmware/spid.ts'
import type { Misalignment } from '../plant/misalignment.ts'
import { MOUNTS, type MountName } from '../plant/mounts.ts'
import { createPlant, type Plant } from '../plant/plant.ts'
import type { Transmitter } from '../sky/radio-sky.ts'
import { type PlannedFault, runFaultPlan } from './fault-plan.ts'
import { applyFault, SIMULATED_FAULTS, type SimulatedFault } from './faults.ts'
import { createSimulatedStation } from './station.ts'
import { keepTrueState } from './true-state.ts'

/** A host and port to listen on; port 0 lets the system choose. */
export interface ListenPlace {
  readonly host: string
  readonly port: number
}

export interface RotatorService extends LineChoice {
  readonly firmware: FirmwareName
  readonly mount: MountName
  /** Of a firmware that can be set to it; default: as it comes. */
  readonly pulsesPerDegree?: PulsesPerDegree
  /** Default: the firmware's own. */
  readonly baudRate?: number
  /** Where the true state of the antenna is written ten times a second, for tests and onlookers. */
  readonly stateFile?: string
  readonly faults?: readonly PlannedFault[]
  /** How the mast was put up wrong; default: not at all. */
  readonly misalignment?: Misalignment
  /** Told what happens meanwhile: a fault begins or ends, the line came back elsewhere or is gone. */
  readonly onEvent?: (event: ServiceEvent) => void
}

export type ServiceEvent =
  | { readonly kind: 'fault'; readonly name: SimulatedFault; readonly on: boolean }
  | { readonly kind: 'moved'; readonly place: string }
  | { readonly kind: 'trouble'; readonly sentence: string }

/** What runs, and where a host finds it. */
export interface Serving {
  readonly places: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

const serveParts = async (
  parts: {
    readonly clock: Clock
    readonly random: Random
    readonly controller: Controller
    readonly plant: Plant
    readonly dongle?: Dongle
  },
  service: RotatorService,
): Promise<Result<Serving, Fault>> => {
  const { clock, controller, plant, dongle } = parts
  const { stateFile, onEvent = () => {} } = service
  const line = await serveLine({
    controller,
    choice: service,
    onMoved: (place) => onEvent({ kind: 'moved', place }),
    onTrouble: (sentence) => onEvent({ kind: 'trouble', sentence }),
  })
  if (!line.ok) return line
  const active = new Set<SimulatedFault>()
  const targets = {
    now: clock.monoNow,
    plant,
    controller,
    line: line.value,
    ...(dongle === undefined ? {} : { dongle }),
  }
  const faults = runFaultPlan({
    clock,
    random: parts.random,
    plan: service.faults ?? [],
    candidates: SIMULATED_FAULTS.filter((name) => dongle !== undefined || !name.startsWith('receiver-')),
    set: (name, on) => {
      if (on) active.add(name)
      else active.delete(name)
      applyFault(targets, name, on)
      onEvent({ kind: 'fault', name, on })
    },
  })
  // Before it is said where the line is: who reads that finds the state.
  const state =
    stateFile === undefined
      ? ok(async () => {})
      : await keepTrueState({ clock, plant, path: stateFile, faults: () => [...active] })
  if (!state.ok) {
    faults.stop()
    await line.value.close()
    return state
  }
  return ok({
    places: { rotator: line.value.place() },
    close: async () => {
      faults.stop()
      await state.value()
      await line.value.close()
    },
  })
}

/** An antenna and its controller on the real clock. */
export const serveRotator = (
  options: RotatorService & { readonly clock: Clock; readonly random: Random },
): Promise<Result<Serving, Fault>> => {
  const { clock, random } = options
  const plant = createPlant({
    mount: MOUNTS[options.mount],
    random: random.fork('plant'),
    start: clock.monoNow(),
    ...(options.misalignment === undefined ? {} : { misalignment: options.misalignment }),
  })
  const controller = createController({
    clock,
    random,
    plant,
    firmware: startFirmware(options.firmware, options.pulsesPerDegree),
    ...(options.baudRate === undefined ? {} : { baudRate: options.baudRate }),
  })
  return serveParts({ clock, random, controller, plant }, options)
}

/** A whole station's hardware on the real clock: the rotator, and the receiver as an rtl_tcp server. */
export const serveStation = async (
  options: RotatorService & {
    readonly clock: Clock
    readonly random: Random
    readonly site: Site
    readonly elementSets: readonly ElementSet[]
    readonly transmitters: readonly Transmitter[]
    readonly receiverListen: ListenPlace
  },
): Promise<Result<Serving, Fault>> => {
  const station = createSimulatedStation({
    ...options,
    ...(options.baudRate === undefined ? {} : { rotator: { baudRate: options.baudRate } }),
  })
  if (!station.ok) return station
  const receiver = await serveDongleOnTcp({ dongle: station.value.dongle, ...options.receiverListen })
  if (!receiver.ok) return receiver
  const receiverPlace = `tcp://${receiver.value.host}:${receiver.value.port}`
  if (MOUNTS[options.mount].kind === 'fixed') {
    return ok({ places: { receiver: receiverPlace }, close: receiver.value.close })
  }
  const { controller, plant, dongle } = station.value
  const { clock, random } = options
  const rotator = await serveParts({ clock, random, controller, plant, dongle }, options)
  if (!rotator.ok) {
    await receiver.value.close()
    return rotator
  }
  return ok({
    places: { ...rotator.value.places, receiver: receiverPlace },
    close: async () => {
      await rotator.value.close()
      await receiver.value.close()
    },
  })
}
