import { type RunningFirmware, runFirmware } from './firmware.ts'
import { createGs232b } from './gs232b.ts'

/** Every controller that can be simulated, by the name it has on the command line. */
export const FIRMWARES = {
  gs232b: () => runFirmware(createGs232b()),
  'gs232b-wrapped': () => runFirmware(createGs232b({ overlap: 'wrapped', acknowledge: 'none' })),
  'gs232b-cr': () => runFirmware(createGs232b({ overlap: 'continuous', acknowledge: 'carriage-return' })),
} as const satisfies Record<string, () => RunningFirmware>

export type FirmwareName = keyof typeof FIRMWARES
