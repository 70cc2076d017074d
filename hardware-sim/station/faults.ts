import type { MonoMs } from '../../src/kernel/time.ts'
import type { Controller } from '../controller/controller.ts'
import type { SimulatedAdapter } from '../controller/serial-port-mock.ts'
import type { Dongle } from '../dongle/dongle.ts'
import type { Plant } from '../plant/plant.ts'

interface FaultTargets {
  readonly now: () => MonoMs
  readonly plant: Plant
  readonly controller: Controller
  readonly adapter: SimulatedAdapter
  readonly dongle: Dongle
}

type Apply = (targets: FaultTargets, on: boolean) => void

const axes =
  (names: readonly ('azimuth' | 'elevation')[], kind: 'stuck' | 'runaway' | 'wrong-way'): Apply =>
  ({ plant, now }, on) => {
    for (const name of names) plant.setFault(now(), name, on ? kind : undefined)
  }

/** Everything that can be made to go wrong, by name, at any moment. */
const FAULTS = {
  /** Both gears jam. */
  'stuck-motor': axes(['azimuth', 'elevation'], 'stuck'),
  'stuck-azimuth': axes(['azimuth'], 'stuck'),
  'stuck-elevation': axes(['elevation'], 'stuck'),
  'runaway-azimuth': axes(['azimuth'], 'runaway'),
  'runaway-elevation': axes(['elevation'], 'runaway'),
  'wrong-way-azimuth': axes(['azimuth'], 'wrong-way'),
  'wrong-way-elevation': axes(['elevation'], 'wrong-way'),
  'controller-mute': ({ controller }, on) => controller.setFault('mute', on),
  'controller-dead': ({ controller }, on) => controller.setFault('dead', on),
  'controller-garbage': ({ controller }, on) => controller.setFault('garbage', on),
  'controller-wrong-reply': ({ controller }, on) => controller.setFault('wrong-reply', on),
  'controller-late-reply': ({ controller }, on) => controller.setFault('late-reply', on),
  /** The serial adapter is pulled out of the computer. */
  'adapter-unplugged': ({ adapter }, on) => adapter.setPlugged(!on),
  'receiver-silent': ({ dongle }, on) => dongle.setSilent(on),
  'receiver-gone': ({ dongle }, on) => dongle.setPresent(!on),
} as const satisfies Record<string, Apply>

export type SimulatedFault = keyof typeof FAULTS

export const SIMULATED_FAULTS = Object.keys(FAULTS) as readonly SimulatedFault[]

export const applyFault = (targets: FaultTargets, name: SimulatedFault, on: boolean): void =>
  FAULTS[name](targets, on)
