import { rename, writeFile } from 'node:fs/promises'
import { type Clock, every } from '../../src/kernel/clock.ts'
import { type Fault, fault, messageOf } from '../../src/kernel/errors.ts'
import type { Random } from '../../src/kernel/random.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import { formatUtc } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import type { Site } from '../../src/orbit/site.ts'
import { type Controller, createController } from '../controller/controller.ts'
import { serveControllerOnPty } from '../controller/pty-line.ts'
import { serveControllerOnTcp } from '../controller/tcp-line.ts'
import { serveDongleOnTcp } from '../dongle/tcp-server.ts'
import { FIRMWARES, type FirmwareName } from '../firmware/registry.ts'
import { MOUNTS, type MountName } from '../plant/mounts.ts'
import { createPlant, type Plant } from '../plant/plant.ts'
import type { Transmitter } from '../sky/radio-sky.ts'
import { createSimulatedStation } from './station.ts'

/** A host and port to listen on; port 0 lets the system choose. */
export interface ListenPlace {
  readonly host: string
  readonly port: number
}

export interface RotatorService {
  readonly firmware: FirmwareName
  readonly mount: MountName
  /** TCP where given, else a pseudo-terminal, with a link at `portPath` where that is given. */
  readonly listen?: ListenPlace
  readonly portPath?: string
  /** Where the true state of the antenna is written five times a second, for tests and onlookers. */
  readonly stateFile?: string
}

/** What runs, and where a host finds it. */
export interface Serving {
  readonly places: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

const STATE_PERIOD_MS = ms(200)

/** Keeps a file at the true state of the antenna: written beside it and renamed, so that a reader sees whole ones. */
const keepState = (clock: Clock, plant: Plant, path: string): (() => void) => {
  let writing = false
  const write = async (): Promise<void> => {
    const now = clock.monoNow()
    const state = {
      utc: formatUtc(clock.utcNow()),
      boresight: plant.boresightAt(now),
      azimuth: plant.axisAt(now, 'azimuth'),
      elevation: plant.axisAt(now, 'elevation'),
    }
    const unfinished = `${path}.new`
    await writeFile(unfinished, `${JSON.stringify(state)}\n`)
    await rename(unfinished, path)
  }
  const repeating = every(clock, STATE_PERIOD_MS, () => {
    // A slow disk gets the next state instead of a queue of old ones; a full one must not stop the antenna.
    if (writing) return
    writing = true
    write()
      .catch(() => {})
      .finally(() => {
        writing = false
      })
  })
  return repeating.stop
}

const serveParts = async (
  clock: Clock,
  parts: { readonly controller: Controller; readonly plant: Plant },
  service: RotatorService,
): Promise<Result<Serving, Fault>> => {
  if (service.stateFile !== undefined) {
    try {
      await writeFile(service.stateFile, '')
    } catch (thrown) {
      return err(fault('cli.usage', `The state file cannot be written: ${messageOf(thrown)}`))
    }
  }
  const { controller, plant } = parts
  const { listen, portPath, stateFile } = service
  const line =
    listen === undefined
      ? await serveControllerOnPty({ controller, ...(portPath === undefined ? {} : { path: portPath }) })
      : await serveControllerOnTcp({ controller, ...listen })
  if (!line.ok) return line
  const place = 'path' in line.value ? line.value.path : `tcp://${line.value.host}:${line.value.port}`
  const stopState = stateFile === undefined ? () => {} : keepState(clock, plant, stateFile)
  return ok({
    places: { rotator: place },
    close: async () => {
      stopState()
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
  })
  const controller = createController({ clock, random, plant, firmware: FIRMWARES[options.firmware]() })
  return serveParts(clock, { controller, plant }, options)
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
  const station = createSimulatedStation(options)
  if (!station.ok) return station
  const receiver = await serveDongleOnTcp({ dongle: station.value.dongle, ...options.receiverListen })
  if (!receiver.ok) return receiver
  const receiverPlace = `tcp://${receiver.value.host}:${receiver.value.port}`
  if (MOUNTS[options.mount].kind === 'fixed') {
    return ok({ places: { receiver: receiverPlace }, close: receiver.value.close })
  }
  const rotator = await serveParts(options.clock, station.value, options)
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
