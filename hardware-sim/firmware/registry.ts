import type { MountName } from '../plant/mounts.ts'
import { createEasycomm } from './easycomm.ts'
import { createEasycomm3 } from './easycomm3.ts'
import { type RunningFirmware, runFirmware } from './firmware.ts'
import { createGs232 } from './gs232.ts'
import { createRt21 } from './rt21.ts'
import { createSpid, type PulsesPerDegree } from './spid.ts'

// Ignored after boot by default, "ROTATIONAL_AND_CONFIGURATION_CMD_IGNORE_TIME_MS".
const K3NG_DEAF_MS = 5000

/** Every controller that can be simulated, by the name it has on the command line. */
export const FIRMWARES = {
  gs232a: () => runFirmware(createGs232({ model: 'A' })),
  gs232b: () => runFirmware(createGs232({ model: 'B' })),
  'gs232b-wrapped': () => runFirmware(createGs232({ model: 'B', overlap: 'wrapped' })),
  'gs232b-cr': () =>
    runFirmware(createGs232({ model: 'B', acknowledge: 'carriage-return', emptyLine: 'carriage-return' })),
  'gs232b-echo': () => runFirmware(createGs232({ model: 'B', echo: true })),
  'gs232b-k3ng': () =>
    runFirmware(
      createGs232({
        model: 'B',
        separator: '',
        acknowledge: 'empty-line',
        motionAfterBootMs: K3NG_DEAF_MS,
      }),
    ),
  easycomm1: () => runFirmware(createEasycomm({ level: 1 })),
  easycomm2: () => runFirmware(createEasycomm({ level: 2 })),
  'easycomm2-separate': () =>
    runFirmware(createEasycomm({ level: 2, answers: 'separate', terminator: '\r\n' })),
  'easycomm2-k3ng': () => runFirmware(createEasycomm({ level: 2, answers: 'signed', terminator: '\r\n' })),
  easycomm3: () => runFirmware(createEasycomm3({ codes: 'specification' })),
  'easycomm3-satnogs': () => runFirmware(createEasycomm3({ codes: 'satnogs' })),
  rot1prog: () => runFirmware(createSpid({ model: 'rot1prog', pulsesPerDegree: 1 })),
  rot2prog: (pulsesPerDegree = 2) => runFirmware(createSpid({ model: 'rot2prog', pulsesPerDegree })),
  md01: (pulsesPerDegree = 10) => runFirmware(createSpid({ model: 'md01', pulsesPerDegree })),
  'md01-logs': (pulsesPerDegree = 10) =>
    runFirmware(createSpid({ model: 'md01', pulsesPerDegree, logs: true })),
  rt21: () => runFirmware(createRt21()),
} as const satisfies Record<string, (pulsesPerDegree?: PulsesPerDegree) => RunningFirmware>

export type FirmwareName = keyof typeof FIRMWARES

/** What each can be set to count, of those that can be set. */
export const pulseChoices = (firmware: FirmwareName): readonly PulsesPerDegree[] => {
  if (firmware === 'rot2prog') return [1, 2, 4]
  return firmware === 'md01' || firmware === 'md01-logs' ? [1, 2, 4, 10] : []
}

/** The controller's program as it comes, or set to count so finely, which must be one of its choices. */
export const startFirmware = (name: FirmwareName, pulsesPerDegree?: PulsesPerDegree): RunningFirmware => {
  const start: (pulses?: PulsesPerDegree) => RunningFirmware = FIRMWARES[name]
  return start(pulsesPerDegree)
}

/** The mount that such a controller mostly turns. */
export const usualMount = (firmware: FirmwareName): MountName => {
  if (firmware.startsWith('gs232')) return 'g5500'
  if (firmware.startsWith('easycomm')) return 'easycomm-fast'
  return firmware === 'rot1prog' || firmware === 'rt21' ? 'azimuth-only' : 'spid-ras'
}
