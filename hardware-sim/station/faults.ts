import type { MonoMs } from '../../src/kernel/time.ts'
import { deg } from '../../src/kernel/units.ts'
import type { Controller, ControllerFault } from '../controller/controller.ts'
import type { Dongle } from '../dongle/dongle.ts'
import type { AxisFault } from '../plant/axis.ts'
import type { AxisName, Plant } from '../plant/plant.ts'

/** A plug that can be pulled: the serial adapter in memory, a pseudo-terminal, a TCP port. */
export interface Plug {
  readonly setPlugged: (plugged: boolean, renamed?: boolean) => void
}

export interface FaultTargets {
  readonly now: () => MonoMs
  readonly plant: Plant
  readonly controller: Controller
  readonly line: Plug
  /** Where there is a receiver. */
  readonly dongle?: Dongle
}

type Apply = (targets: FaultTargets, on: boolean) => void

const BOTH = ['azimuth', 'elevation'] as const
// Far beyond what any antenna turns between two readings.
const JUMP_DEG = 37
const SLOW_NOISE_DEG = 1.5
const STORM = 0.3

const axes =
  (names: readonly AxisName[], kind: AxisFault): Apply =>
  ({ plant, now }, on) => {
    for (const name of names) plant.setFault(now(), name, on ? kind : undefined)
  }
const jump =
  (axis: AxisName): Apply =>
  ({ plant, now }, on) =>
    plant.setEncoderError(now(), axis, { offset: deg(on ? JUMP_DEG : 0) })
const box =
  (kind: ControllerFault): Apply =>
  ({ controller }, on) =>
    controller.setFault(kind, on)

/** Everything that can be made to go wrong, by name, at any moment. */
const FAULTS = {
  /** Both gears jam. */
  'stuck-motor': axes(BOTH, 'stuck'),
  'stuck-azimuth': axes(['azimuth'], 'stuck'),
  'stuck-elevation': axes(['elevation'], 'stuck'),
  'runaway-azimuth': axes(['azimuth'], 'runaway'),
  'runaway-elevation': axes(['elevation'], 'runaway'),
  'wrong-way-azimuth': axes(['azimuth'], 'wrong-way'),
  'wrong-way-elevation': axes(['elevation'], 'wrong-way'),
  /** Something stands in the way, three degrees off. */
  'hard-stop-azimuth': axes(['azimuth'], 'blocked'),
  'hard-stop-elevation': axes(['elevation'], 'blocked'),
  'encoder-jump-azimuth': jump('azimuth'),
  'encoder-jump-elevation': jump('elevation'),
  'encoder-noise': ({ plant, now }, on) => {
    for (const axis of BOTH) plant.setEncoderError(now(), axis, { noise: deg(on ? SLOW_NOISE_DEG : 0) })
  },
  storm: ({ plant, now }, on) => plant.setWind(now(), on ? STORM : 0),
  /** The counters forget where the antenna is, as after a power cut. */
  'home-lost': ({ plant, now }, on) => plant.setHomeLost(now(), on),
  'controller-mute': box('mute'),
  'controller-dead': box('dead'),
  'controller-garbage': box('garbage'),
  'controller-noise': box('noise'),
  'controller-wrong-reply': box('wrong-reply'),
  'controller-late-reply': box('late-reply'),
  'controller-doubled-reply': box('doubled-reply'),
  'controller-stale-reply': box('stale-reply'),
  'controller-split-reply': box('split-reply'),
  'controller-merged-reply': box('merged-reply'),
  'controller-no-newline': box('no-newline'),
  'controller-endless': box('endless'),
  'controller-reboot': ({ controller }, on) => {
    if (on) controller.reset()
  },
  'power-cut': box('power-cut'),
  'stale-write': box('stale-write'),
  /** The serial adapter is pulled out of the computer. */
  'adapter-unplugged': ({ line }, on) => line.setPlugged(!on),
  /** The same, and it comes back under another name. */
  'adapter-renamed': ({ line }, on) => line.setPlugged(!on, true),
  'receiver-silent': ({ dongle }, on) => dongle?.setSilent(on),
  'receiver-gone': ({ dongle }, on) => dongle?.setPresent(!on),
} as const satisfies Record<string, Apply>

export type SimulatedFault = keyof typeof FAULTS

export const SIMULATED_FAULTS = Object.keys(FAULTS) as readonly SimulatedFault[]

export const applyFault = (targets: FaultTargets, name: SimulatedFault, on: boolean): void =>
  FAULTS[name](targets, on)
